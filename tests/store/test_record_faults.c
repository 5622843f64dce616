/* tests/store/test_record_faults.c - store/record.h: documents that are wrong. */
#include "store/record.h"

#include "tests/store/documents.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

enum document_kind { RECORD, WARNED, JOURNAL, INBOX, NOTICE, ACT, KIND_COUNT };

/* Whether it is read. What was there before must stay where it is not. */
static bool reads(enum document_kind kind, const char *text, struct error *error)
{
    struct record record = document_asleep;
    struct inbox_entry entry = document_click;
    struct notice_record notice = document_notice;
    struct history_entry act = document_act;
    struct journal journal = { 0 };
    bool read = false;

    switch (kind) {
    case RECORD:
    case WARNED:
        read = record_read(text, "r", &record, error);
        case_holds(text, read || memcmp(&record, &document_asleep, sizeof record) == 0);
        break;
    case INBOX:
        read = inbox_entry_read(text, "r", &entry, error);
        case_holds(text, read || memcmp(&entry, &document_click, sizeof entry) == 0);
        break;
    case JOURNAL:
        read = journal_read(text, &journal, error);
        case_holds(text, read || journal.entries == NULL);
        journal_release(&journal);
        break;
    case NOTICE:
        read = notice_record_read(text, &notice, error);
        case_holds(text, read || memcmp(&notice, &document_notice, sizeof notice) == 0);
        break;
    case ACT:
        read = history_entry_read(text, &act, error);
        case_holds(text, read || memcmp(&act, &document_act, sizeof act) == 0);
        break;
    case KIND_COUNT:
        break;
    }
    return read;
}

static const char *const valid[] = {
    [RECORD] = document_asleep_text, [WARNED] = document_warned_text, [JOURNAL] = document_journal_text,
    [INBOX] = document_click_text,   [NOTICE] = document_notice_text, [ACT] = document_act_text,
};

/* One row: in the valid document of that kind, from becomes to. */
struct change {
    enum document_kind kind;
    const char *from, *to;
    enum error_kind error_kind;
    const char *sentence;
};

static const struct change changes[] = {
    { RECORD, "\"version\":1", "\"version\":2", ERROR_INPUT, "has version 2, of a newer release" },
    { RECORD, "\"version\":1", "\"version\":0", ERROR_PROTOCOL, "version" },
    { RECORD, "\"version\":1", "\"version\":\"1\"", ERROR_PROTOCOL, "version is a text" },
    { RECORD, "\"version\":1,", "", ERROR_PROTOCOL, "the record has no version" },
    { RECORD, "\"namespace\":\"dev1\"", "\"namespace\":\"\"", ERROR_PROTOCOL, "namespace is missing" },
    { RECORD, "\"namespace\":\"dev1\"", "\"namespace\":7", ERROR_PROTOCOL, "namespace is a number" },
    { RECORD, "\"dev1\"", "\"a234567890123456789012345678901234567890123456789012345678901234\"", ERROR_LIMIT,
      "namespace is longer than 63 bytes" },
    { RECORD, "\"uid\"", "\"UID\"", ERROR_PROTOCOL, "uid is missing" },
    { RECORD, "\"asleep\"", "\"Asleep\"", ERROR_PROTOCOL, "state is none of" },
    { RECORD, "\"asleep\"", "1", ERROR_PROTOCOL, "state is none of" },
    { RECORD, "\"state\"", "\"stat\"", ERROR_PROTOCOL, "state is none of" },
    { RECORD, "\"partly\":true", "\"partly\":1", ERROR_PROTOCOL, "partly is neither true nor false" },
    { RECORD, "\"partly\":true", "\"partly\":\"true\"", ERROR_PROTOCOL, "partly is neither true nor false" },
    { RECORD, "1795500000", "-1", ERROR_PROTOCOL, "since_at" },
    { RECORD, "1795500000", "null", ERROR_PROTOCOL, "since_at is missing" },
    { RECORD, "1795500000", "1.5", ERROR_PROTOCOL, "since_at" },
    { RECORD, "1795500000", "1e300", ERROR_PROTOCOL, "since_at" },
    { RECORD, "1795500000", "253402300800", ERROR_PROTOCOL, "since_at" },
    { RECORD, "\"remembered\":2", "\"remembered\":-2", ERROR_PROTOCOL, "remembered" },
    { RECORD, "\"remembered\":2", "\"remembered\":10001", ERROR_PROTOCOL, "remembered" },
    { RECORD, "\"U024BE7LH\"", "[]", ERROR_PROTOCOL, "by is a list" },
    { RECORD, "\"U024BE7LH\"", "\"\xFF\"", ERROR_PROTOCOL, "not UTF-8" },
    { JOURNAL, "\"version\":1", "\"version\":3", ERROR_INPUT, "the journal has version 3" },
    { JOURNAL, "\"resources\":[", "\"resource\":[", ERROR_PROTOCOL, "no list of resources" },
    { JOURNAL, "\"resource\":\"deployments.apps\"", "\"resource\":null", ERROR_PROTOCOL, "resource is missing" },
    { JOURNAL, "\"workloads\":[{\"name\":\"web\"", "\"workload\":[{\"name\":\"web\"", ERROR_PROTOCOL,
      "deployments.apps has no list of workloads" },
    { JOURNAL, "\"name\":\"web\",", "", ERROR_PROTOCOL, "name is missing" },
    { JOURNAL, "\"uid\":\"uid-1\",", "", ERROR_PROTOCOL, "uid is missing" },
    { JOURNAL, "\"replicas\":3,", "", ERROR_PROTOCOL, "replicas of web is missing" },
    { JOURNAL, "\"replicas\":3", "\"replicas\":0", ERROR_PROTOCOL, "replicas" },
    { JOURNAL, "\"replicas\":3", "\"replicas\":-3", ERROR_PROTOCOL, "replicas" },
    { JOURNAL, "\"replicas\":3", "\"replicas\":2147483648", ERROR_PROTOCOL, "replicas" },
    { JOURNAL, "\"replicas\":3", "\"replicas\":2.5", ERROR_PROTOCOL, "replicas" },
    { JOURNAL, "\"4711\"", "4711", ERROR_PROTOCOL, "resource_version is a number" },
    { INBOX, "\"version\":1", "\"version\":9", ERROR_INPUT, "the inbox entry has version 9" },
    { INBOX, "\"key\":\"T1/U1/1795500000.1\"", "\"key\":\"\"", ERROR_PROTOCOL, "key is missing" },
    { INBOX, "1795500001", "\"1795500001\"", ERROR_PROTOCOL, "accepted_at is a text" },
    { INBOX, "\"done\":false", "\"done\":[]", ERROR_PROTOCOL, "done is neither true nor false" },
    { INBOX, "\"click\"", "\"view\"", ERROR_PROTOCOL, "kind is neither command nor click" },
    { INBOX, "\"click\"", "\"abcdefghijklmnop\"", ERROR_LIMIT, "kind is longer than 15 bytes" },
    { INBOX, "\"user\":\"U1\"", "\"user\":null", ERROR_PROTOCOL, "user is missing" },
    { INBOX, "\"https://hooks.example/1\"", "{}", ERROR_PROTOCOL, "response_url is an object" },
    { INBOX, "\"refused\":true", "\"refused\":true,\"applied\":[\"dev1\"]", ERROR_PROTOCOL, "applied is a list" },
    { WARNED, "\"prolonged\"", "\"forever\"", ERROR_PROTOCOL, "deadline is none of none, prolonged, lease, postponed" },
    { WARNED, "\"prolonged\"", "1", ERROR_PROTOCOL, "deadline is none of" },
    { WARNED, "\"prolonged\"", "\"\"", ERROR_PROTOCOL, "deadline is none of" },
    { WARNED, "\"deadline_at\":1795554000,", "", ERROR_PROTOCOL, "deadline_at is missing" },
    { WARNED, "\"deadline_at\":1795554000", "\"deadline_at\":-1", ERROR_PROTOCOL, "deadline_at" },
    { WARNED, "\"deadline_at\":1795554000", "\"deadline_at\":253402300800", ERROR_PROTOCOL, "deadline_at" },
    { WARNED, "1795546000", "\"1795546000\"", ERROR_PROTOCOL, "deadline_set_at is a text" },
    { WARNED, "\"U024BE7LH\"", "7", ERROR_PROTOCOL, "deadline_by is a number" },
    { WARNED, "1795460400", "-5", ERROR_PROTOCOL, "settled_at" },
    { WARNED, "1795460400", "true", ERROR_PROTOCOL, "settled_at" },
    { WARNED, "4294967295", "4294967296", ERROR_PROTOCOL, "rhythm" },
    { WARNED, "4294967295", "-1", ERROR_PROTOCOL, "rhythm" },
    { WARNED, "\"warned_stop_at\":1795554000", "\"warned_stop_at\":1.5", ERROR_PROTOCOL, "warned_stop_at" },
    { WARNED, "3600", "-3600", ERROR_PROTOCOL, "warned_before_s" },
    { WARNED, "3600", "\"1h\"", ERROR_PROTOCOL, "warned_before_s is a text" },
    { WARNED, "\"00000000deadbeef\"", "\"deadbeef\"", ERROR_PROTOCOL, "notice is not 16 hexadecimal digits" },
    { WARNED, "\"00000000deadbeef\"", "3735928559", ERROR_PROTOCOL, "notice is not 16 hexadecimal digits" },
    { WARNED, "\"00000000deadbeef\"", "\"0000000000000000\"", ERROR_PROTOCOL, "notice is not" },
    { NOTICE, "\"version\":1", "\"version\":2", ERROR_INPUT, "the notice has version 2" },
    { NOTICE, "\"0123456789abcdef\"", "\"0123456789ABCDEF\"", ERROR_PROTOCOL, "id is not 16 hexadecimal digits" },
    { NOTICE, "\"0123456789abcdef\"", "null", ERROR_PROTOCOL, "id is missing" },
    { NOTICE, "\"C012AB3CD\"", "\"\"", ERROR_PROTOCOL, "channel is missing" },
    { NOTICE, "\"1795550400.000200\"", "1795550400", ERROR_PROTOCOL, "message is a number" },
    { NOTICE, ",\"posted_at\":1795550400", "", ERROR_PROTOCOL, "posted_at is missing" },
    { ACT, "\"version\":1", "\"version\":2", ERROR_INPUT, "the history entry has version 2" },
    { ACT, "\"dev1\"", "null", ERROR_PROTOCOL, "namespace is missing" },
    { ACT, "\"at\":1795546000,", "", ERROR_PROTOCOL, "at is missing" },
    { ACT, "\"9f-2\"", "\"a23456789012345678901234\"", ERROR_LIMIT, "key is longer than 23 bytes" },
    { ACT, "\"button\"", "[]", ERROR_PROTOCOL, "from is a list" },
    { ACT, "\"prolongate for 2h\"", "\"\"", ERROR_PROTOCOL, "act is missing" },
    { ACT, "true", "\"yes\"", ERROR_PROTOCOL, "refused is neither true nor false" },
    { ACT, "\"outcome\":\"", "\"outcome\":0,\"rest\":\"", ERROR_PROTOCOL, "outcome is a number" },
};

static char *changed(const struct change *change)
{
    struct buffer text = { 0 };
    const char *base = valid[change->kind];
    const char *place = strstr(base, change->from);

    CU_ASSERT_PTR_NOT_NULL_FATAL(place);
    buffer_append(&text, base, (size_t) (place - base));
    buffer_append_text(&text, change->to);
    buffer_append_text(&text, place + strlen(change->from));
    return buffer_take(&text);
}

static void a_wrong_document_is_refused_with_what_is_wrong(void)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char *text = changed(&changes[i]);
        struct error error = { 0 };

        case_holds(text, !reads(changes[i].kind, text, &error));
        case_number(text, error.kind, changes[i].error_kind);
        if (strstr(error.message, changes[i].sentence) == NULL)
            case_text(text, error.message, changes[i].sentence);
        free(text);
    }
}

static void what_is_no_object_is_refused(void)
{
    static const char *const texts[] = {
        "", " ", "null", "1", "\"record\"", "[]", "[{\"version\":1}]", "{}", "{\"version\":1}"
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (enum document_kind kind = RECORD; kind < KIND_COUNT; kind++) {
            struct error error = { 0 };

            case_holds(texts[i], !reads(kind, texts[i], &error));
            case_number(texts[i], error.kind, ERROR_PROTOCOL);
        }
}

static void no_document_that_was_cut_off_is_read(void)
{
    for (enum document_kind kind = RECORD; kind < KIND_COUNT; kind++)
        for (size_t length = 0; length < strlen(valid[kind]); length++) {
            char *text = strndup(valid[kind], length);
            struct error error = { 0 };

            case_holds(text, !reads(kind, text, &error));
            case_number(text, error.kind, ERROR_PROTOCOL);
            free(text);
        }
}

/* Every byte becomes each of these. Some results are right documents with another text in them: they are read. */
static void no_single_wrong_byte_does_harm(void)
{
    static const char bytes[] = "\"\\{}[],:0-9eE.tn \n\x01\x7F\x80\xC3\xFF";

    for (enum document_kind kind = RECORD; kind < KIND_COUNT; kind++)
        for (size_t i = 0; i < strlen(valid[kind]); i++)
            for (size_t j = 0; j < sizeof bytes - 1; j++) {
                char *text = strdup(valid[kind]);
                struct error error = { 0 };

                text[i] = bytes[j];
                if (!reads(kind, text, &error))
                    case_holds(text, error.kind != ERROR_NONE && error.message[0] != '\0');
                free(text);
            }
}

static void no_error_shows_a_response_url(void)
{
    struct error error = { 0 };

    for (size_t i = 0; i < strlen(document_click_text); i++) {
        char *text = strdup(document_click_text);

        text[i] = '\x01';
        if (!reads(INBOX, text, &error))
            case_holds(text, strstr(error.message, "hooks.example") == NULL);
        free(text);
    }
}

static void a_journal_of_more_workloads_than_a_namespace_may_have_is_refused(void)
{
    struct buffer text = { 0 };
    struct error error = { 0 };

    buffer_append_text(&text, "{\"version\":1,\"resources\":[{\"resource\":\"r\",\"workloads\":[");
    for (int i = 0; i <= JOURNAL_ENTRIES_MAX; i++)
        buffer_append_format(&text, "%s{\"name\":\"w%d\",\"uid\":\"u\",\"replicas\":1}", i > 0 ? "," : "", i);
    buffer_append_text(&text, "]}]}");
    CU_ASSERT_FALSE(text.overflowed);
    CU_ASSERT_FALSE(reads(JOURNAL, buffer_text(&text), &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    buffer_release(&text);
}

TEST_MAIN("store/record_faults", TEST(a_wrong_document_is_refused_with_what_is_wrong),
          TEST(what_is_no_object_is_refused), TEST(no_document_that_was_cut_off_is_read),
          TEST(no_single_wrong_byte_does_harm), TEST(no_error_shows_a_response_url),
          TEST(a_journal_of_more_workloads_than_a_namespace_may_have_is_refused))
