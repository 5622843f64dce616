/* tests/store/test_record.c - store/record.h.
 *
 * The documents below are what a release has written: what they say must be read by every later one.
 */
#include "store/record.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

static const char revision[] = "0123456789abcdef0123456789abcdef";

static const char asleep_text[] =
    "{\"version\":1,\"namespace\":\"dev1\",\"uid\":\"0c1f6e0e-1f3a-4f0e-9d36-0a7c1d9b7c11\",\"state\":\"asleep\","
    "\"partly\":true,\"since_at\":1795500000,\"by\":\"U024BE7LH\",\"except\":\"web db\",\"remembered\":2}";

static const struct record asleep = {
    .namespace = "dev1",
    .uid = "0c1f6e0e-1f3a-4f0e-9d36-0a7c1d9b7c11",
    .state = RECORD_ASLEEP,
    .partly = true,
    .since_at = 1795500000,
    .by = "U024BE7LH",
    .except = "web db",
    .remembered = 2,
    .revision = "0123456789abcdef0123456789abcdef",
};

static const char journal_text[] =
    "{\"version\":1,\"resources\":["
    "{\"resource\":\"deployments.apps\",\"workloads\":["
    "{\"name\":\"web\",\"uid\":\"uid-1\",\"replicas\":3,\"resource_version\":\"4711\"},"
    "{\"name\":\"api\",\"uid\":\"uid-2\",\"replicas\":2147483647}]},"
    "{\"resource\":\"statefulsets.apps\",\"workloads\":["
    "{\"name\":\"db\",\"uid\":\"uid-3\",\"replicas\":1,\"resource_version\":\"18446744073709551615\"}]}]}";

static const struct journal_entry journal_entries[] = {
    { "deployments.apps", "web", "uid-1", 3, "4711" },
    { "deployments.apps", "api", "uid-2", 2147483647, "" },
    { "statefulsets.apps", "db", "uid-3", 1, "18446744073709551615" },
};

static const char click_text[] =
    "{\"version\":1,\"key\":\"T1/U1/1795500000.1\",\"accepted_at\":1795500001,\"done\":false,\"refused\":true,"
    "\"kind\":\"click\",\"user\":\"U1\",\"team\":\"T1\",\"channel\":\"C1\",\"text\":"
    "\"a\\\"b\\\\c\\u000a\xF0\x9F\x8C\x99\","
    "\"action\":\"prolong_60\",\"message\":\"1795500000.000100\",\"response_url\":\"https://hooks.example/1\"}";

static const struct inbox_entry click = {
    .key = "T1/U1/1795500000.1",
    .accepted_at = 1795500001,
    .refused = true,
    .kind = "click",
    .user = "U1",
    .team = "T1",
    .channel = "C1",
    .text = "a\"b\\c\n\xF0\x9F\x8C\x99",
    .action = "prolong_60",
    .message = "1795500000.000100",
    .response_url = "https://hooks.example/1",
    .revision = "0123456789abcdef0123456789abcdef",
};

/* keys */

static void keys_tell_what_is_stored_of_which_namespace(void)
{
    struct buffer key = { 0 };

    record_partition_key("default", &key);
    case_text("partition", buffer_text(&key), "C#default");
    buffer_clear(&key);
    record_sort_key("dev1", &key);
    case_text("record", buffer_text(&key), "S#dev1");
    buffer_clear(&key);
    journal_sort_key("dev1", &key);
    case_text("journal", buffer_text(&key), "R#dev1");
    buffer_clear(&key);
    inbox_sort_key("T1/U1/1", &key);
    case_text("inbox", buffer_text(&key), "I#T1/U1/1");
    buffer_release(&key);
}

/* records */

static void check_record(const char *name, const struct record *actual, const struct record *expected)
{
    case_text(name, actual->namespace, expected->namespace);
    case_text(name, actual->uid, expected->uid);
    case_number(name, actual->state, expected->state);
    case_holds(name, actual->partly == expected->partly);
    case_number(name, actual->since_at, expected->since_at);
    case_text(name, actual->by, expected->by);
    case_text(name, actual->except, expected->except);
    case_number(name, actual->remembered, expected->remembered);
    case_text(name, actual->revision, expected->revision);
}

static void a_record_is_written_as_its_document(void)
{
    struct buffer document = { 0 };

    record_write(&asleep, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), asleep_text);
    buffer_release(&document);
}

static void a_record_is_read_back(void)
{
    struct record record = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(record_read(asleep_text, revision, &record, &error));
    check_record("asleep", &record, &asleep);
}

static void every_state_has_its_word(void)
{
    static const struct {
        const char *word;
        enum record_state state;
    } cases[] = {
        { "awake", RECORD_AWAKE },
        { "stopping", RECORD_STOPPING },
        { "asleep", RECORD_ASLEEP },
        { "starting", RECORD_STARTING },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer document = { 0 };
        struct record record = asleep, read = { 0 };
        struct error error = { 0 };
        char member[40];

        record.state = cases[i].state;
        record_write(&record, &document);
        snprintf(member, sizeof member, "\"state\":\"%s\"", cases[i].word);
        case_holds(cases[i].word, strstr(buffer_text(&document), member) != NULL);
        case_holds(cases[i].word, record_read(buffer_text(&document), revision, &read, &error));
        case_number(cases[i].word, read.state, cases[i].state);
        buffer_release(&document);
    }
}

static void members_of_a_later_release_are_passed_over(void)
{
    struct record record = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(record_read("{\"version\":1,\"mood\":{\"by\":[1]},\"namespace\":\"dev1\",\"uid\":\"u\","
                               "\"state\":\"awake\",\"since_at\":0,\"by\":null}",
                               "", &record, &error));
    check_record("passed over", &record, &(struct record){ .namespace = "dev1", .uid = "u" });
}

/* journals */

static void check_journal(const struct journal *journal)
{
    CU_ASSERT_EQUAL_FATAL(journal->count, sizeof journal_entries / sizeof journal_entries[0]);
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_entry *actual = &journal->entries[i], *expected = &journal_entries[i];

        case_text(expected->name, actual->resource, expected->resource);
        case_text(expected->name, actual->name, expected->name);
        case_text(expected->name, actual->uid, expected->uid);
        case_number(expected->name, actual->replicas, expected->replicas);
        case_text(expected->name, actual->resource_version, expected->resource_version);
    }
}

static void a_journal_is_written_as_its_document(void)
{
    struct journal journal = { 0 };
    struct buffer document = { 0 };

    for (size_t i = 0; i < sizeof journal_entries / sizeof journal_entries[0]; i++)
        journal_add(&journal, &journal_entries[i]);
    journal_write(&journal, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), journal_text);
    buffer_release(&document);
    journal_release(&journal);
}

static void a_journal_is_read_back(void)
{
    struct journal journal = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(journal_read(journal_text, &journal, &error));
    check_journal(&journal);
    journal_release(&journal);
}

static void an_empty_journal_is_a_document_too(void)
{
    struct journal journal = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };

    journal_write(&journal, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), "{\"version\":1,\"resources\":[]}");
    CU_ASSERT_TRUE(journal_read(buffer_text(&document), &journal, &error));
    CU_ASSERT_EQUAL(journal.count, 0);
    buffer_release(&document);
    journal_release(&journal);
}

static void an_entry_is_found_by_resource_and_name(void)
{
    struct journal journal = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(journal_read(journal_text, &journal, &error));
    const struct journal_entry *found = journal_find(&journal, "statefulsets.apps", "db");
    CU_ASSERT_PTR_NOT_NULL_FATAL(found);
    CU_ASSERT_STRING_EQUAL(found->uid, "uid-3");
    CU_ASSERT_PTR_NULL(journal_find(&journal, "deployments.apps", "db"));
    CU_ASSERT_PTR_NULL(journal_find(&journal, "statefulsets.apps", "web"));
    journal_release(&journal);
}

/* the inbox */

static void an_inbox_entry_is_read_back(void)
{
    struct inbox_entry entry = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(inbox_entry_read(click_text, revision, &entry, &error));
    case_text("key", entry.key, click.key);
    case_number("accepted_at", entry.accepted_at, click.accepted_at);
    case_holds("done", !entry.done);
    case_holds("refused", entry.refused);
    case_text("kind", entry.kind, click.kind);
    case_text("user", entry.user, click.user);
    case_text("team", entry.team, click.team);
    case_text("channel", entry.channel, click.channel);
    case_text("text", entry.text, click.text);
    case_text("action", entry.action, click.action);
    case_text("message", entry.message, click.message);
    case_text("response_url", entry.response_url, click.response_url);
    case_text("revision", entry.revision, click.revision);
}

static void what_an_inbox_entry_holds_survives_writing_and_reading(void)
{
    struct inbox_entry entry = click, read = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };

    memset(entry.text, '"', sizeof entry.text - 1); /* each takes two bytes in JSON */
    entry.done = true;
    entry.refused = false;
    inbox_entry_write(&entry, &document);
    CU_ASSERT_TRUE(inbox_entry_read(buffer_text(&document), revision, &read, &error));
    CU_ASSERT_EQUAL(memcmp(&read, &entry, sizeof read), 0);
    buffer_release(&document);
}

/* wrong documents */

enum document_kind { RECORD, JOURNAL, INBOX };

/* Whether it is read. What was there before must stay where it is not. */
static bool reads(enum document_kind kind, const char *text, struct error *error)
{
    struct record record = asleep;
    struct inbox_entry entry = click;
    struct journal journal = { 0 };
    bool read = false;

    switch (kind) {
    case RECORD:
        read = record_read(text, "r", &record, error);
        case_holds(text, read || memcmp(&record, &asleep, sizeof record) == 0);
        break;
    case INBOX:
        read = inbox_entry_read(text, "r", &entry, error);
        case_holds(text, read || memcmp(&entry, &click, sizeof entry) == 0);
        break;
    case JOURNAL:
        read = journal_read(text, &journal, error);
        case_holds(text, read || journal.entries == NULL);
        journal_release(&journal);
        break;
    }
    return read;
}

static const char *const valid[] = { [RECORD] = asleep_text, [JOURNAL] = journal_text, [INBOX] = click_text };

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
        for (enum document_kind kind = RECORD; kind <= INBOX; kind++) {
            struct error error = { 0 };

            case_holds(texts[i], !reads(kind, texts[i], &error));
            case_number(texts[i], error.kind, ERROR_PROTOCOL);
        }
}

static void no_document_that_was_cut_off_is_read(void)
{
    for (enum document_kind kind = RECORD; kind <= INBOX; kind++)
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

    for (enum document_kind kind = RECORD; kind <= INBOX; kind++)
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

    for (size_t i = 0; i < strlen(click_text); i++) {
        char *text = strdup(click_text);

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

TEST_MAIN("store/record", TEST(keys_tell_what_is_stored_of_which_namespace), TEST(a_record_is_written_as_its_document),
          TEST(a_record_is_read_back), TEST(every_state_has_its_word), TEST(members_of_a_later_release_are_passed_over),
          TEST(a_journal_is_written_as_its_document), TEST(a_journal_is_read_back),
          TEST(an_empty_journal_is_a_document_too), TEST(an_entry_is_found_by_resource_and_name),
          TEST(an_inbox_entry_is_read_back), TEST(what_an_inbox_entry_holds_survives_writing_and_reading),
          TEST(a_wrong_document_is_refused_with_what_is_wrong), TEST(what_is_no_object_is_refused),
          TEST(no_document_that_was_cut_off_is_read), TEST(no_single_wrong_byte_does_harm),
          TEST(no_error_shows_a_response_url), TEST(a_journal_of_more_workloads_than_a_namespace_may_have_is_refused))
