/* tests/store/test_record.c - store/record.h: keys, records, journals and the inbox. */
#include "store/record.h"

#include "tests/store/documents.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

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
    buffer_clear(&key);
    notice_sort_key(0xABC, &key);
    case_text("notice", buffer_text(&key), "N#0000000000000abc");
    buffer_clear(&key);
    history_sort_key(&document_act, &key);
    case_text("history", buffer_text(&key), "A#dev1#001795546000#9f-2");
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
    case_number(name, actual->deadline, expected->deadline);
    case_number(name, actual->deadline_at, expected->deadline_at);
    case_number(name, actual->deadline_set_at, expected->deadline_set_at);
    case_text(name, actual->deadline_by, expected->deadline_by);
    case_number(name, actual->settled_at, expected->settled_at);
    case_number(name, actual->rhythm, expected->rhythm);
    case_number(name, actual->warned_stop_at, expected->warned_stop_at);
    case_number(name, actual->warned_before_s, expected->warned_before_s);
    case_number(name, actual->gone_at, expected->gone_at);
    case_holds(name, actual->notice == expected->notice);
    case_text(name, actual->revision, expected->revision);
}

/* What a record does not have is not in its document, which is then as the first release wrote it. */
static void a_record_is_written_as_its_document(void)
{
    struct buffer document = { 0 };

    record_write(&document_asleep, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), document_asleep_text);
    buffer_clear(&document);
    record_write(&document_warned, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), document_warned_text);
    buffer_release(&document);
}

static void a_record_is_read_back(void)
{
    struct record record = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(record_read(document_warned_text, document_revision, &record, &error));
    check_record("warned", &record, &document_warned);
}

static void a_record_of_the_first_release_has_no_deadline_and_no_warning(void)
{
    struct record record = document_warned;
    struct error error = { 0 };

    CU_ASSERT_TRUE(record_read(document_asleep_text, document_revision, &record, &error));
    check_record("asleep", &record, &document_asleep);
}

static void every_kind_of_deadline_has_its_word(void)
{
    static const struct {
        const char *word;
        enum record_deadline deadline;
    } cases[] = {
        { "prolonged", DEADLINE_PROLONGED },
        { "lease", DEADLINE_LEASE },
        { "postponed", DEADLINE_POSTPONED },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer document = { 0 };
        struct record record = document_warned, read = { 0 };
        struct error error = { 0 };
        char member[40];

        record.deadline = cases[i].deadline;
        record_write(&record, &document);
        snprintf(member, sizeof member, "\"deadline\":\"%s\"", cases[i].word);
        case_holds(cases[i].word, strstr(buffer_text(&document), member) != NULL);
        case_holds(cases[i].word, record_read(buffer_text(&document), document_revision, &read, &error));
        check_record(cases[i].word, &read, &record);
        buffer_release(&document);
    }
}

static void without_a_deadline_what_else_is_said_of_it_does_not_count(void)
{
    static const char *const deadlines[] = { "\"none\"", "null" };

    for (size_t i = 0; i < sizeof deadlines / sizeof deadlines[0]; i++) {
        struct buffer document = { 0 };
        struct record record = { 0 };
        struct error error = { 0 };

        buffer_append_format(&document,
                             "{\"version\":1,\"namespace\":\"dev1\",\"uid\":\"u\",\"state\":\"awake\",\"since_at\":0,"
                             "\"deadline\":%s,\"deadline_at\":1795554000,\"deadline_by\":\"U1\"}",
                             deadlines[i]);
        case_holds(deadlines[i], record_read(buffer_text(&document), "", &record, &error));
        check_record(deadlines[i], &record, &(struct record){ .namespace = "dev1", .uid = "u" });
        buffer_release(&document);
    }
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
        struct record record = document_asleep, read = { 0 };
        struct error error = { 0 };
        char member[40];

        record.state = cases[i].state;
        record_write(&record, &document);
        snprintf(member, sizeof member, "\"state\":\"%s\"", cases[i].word);
        case_holds(cases[i].word, strstr(buffer_text(&document), member) != NULL);
        case_holds(cases[i].word, record_read(buffer_text(&document), document_revision, &read, &error));
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
    CU_ASSERT_EQUAL_FATAL(journal->count, DOCUMENT_JOURNAL_COUNT);
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_entry *actual = &journal->entries[i], *expected = &document_journal_entries[i];

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

    for (size_t i = 0; i < DOCUMENT_JOURNAL_COUNT; i++)
        journal_add(&journal, &document_journal_entries[i]);
    journal_write(&journal, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), document_journal_text);
    buffer_release(&document);
    journal_release(&journal);
}

static void a_journal_is_read_back(void)
{
    struct journal journal = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(journal_read(document_journal_text, &journal, &error));
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

    CU_ASSERT_TRUE(journal_read(document_journal_text, &journal, &error));
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

    CU_ASSERT_TRUE(inbox_entry_read(document_click_text, document_revision, &entry, &error));
    case_text("key", entry.key, document_click.key);
    case_number("accepted_at", entry.accepted_at, document_click.accepted_at);
    case_holds("done", !entry.done);
    case_holds("refused", entry.refused);
    case_text("kind", entry.kind, document_click.kind);
    case_text("user", entry.user, document_click.user);
    case_text("team", entry.team, document_click.team);
    case_text("channel", entry.channel, document_click.channel);
    case_text("text", entry.text, document_click.text);
    case_text("action", entry.action, document_click.action);
    case_text("message", entry.message, document_click.message);
    case_text("response_url", entry.response_url, document_click.response_url);
    case_text("revision", entry.revision, document_click.revision);
    case_text("an entry of the first release", entry.applied, "");
    case_text("an entry of the first release", entry.name, "");
}

static void what_an_inbox_entry_holds_survives_writing_and_reading(void)
{
    struct inbox_entry entry = document_click, read = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };

    memset(entry.text, '"', sizeof entry.text - 1); /* each takes two bytes in JSON */
    entry.done = true;
    entry.refused = false;
    inbox_entry_set_applied(&entry, "dev1");
    inbox_entry_set_applied(&entry, "dev-2");
    snprintf(entry.name, sizeof entry.name, "ann \"x\"");
    inbox_entry_write(&entry, &document);
    CU_ASSERT_TRUE(inbox_entry_read(buffer_text(&document), document_revision, &read, &error));
    CU_ASSERT_EQUAL(memcmp(&read, &entry, sizeof read), 0);
    buffer_release(&document);
}

static void an_inbox_entry_that_reached_nobody_is_written_as_by_the_first_release(void)
{
    struct inbox_entry entry = document_click;
    struct buffer document = { 0 };

    inbox_entry_write(&entry, &document);
    CU_ASSERT_PTR_NULL(strstr(buffer_text(&document), "applied"));
    CU_ASSERT_PTR_NULL(strstr(buffer_text(&document), "name"));
    buffer_clear(&document);
    inbox_entry_set_applied(&entry, "dev1");
    inbox_entry_write(&entry, &document);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&document), ",\"applied\":\"dev1\"}"));
    buffer_release(&document);
}

static void environments_that_an_inbox_entry_has_reached_are_whole_names(void)
{
    struct inbox_entry entry = { 0 };
    static const struct {
        const char *name;
        bool applied;
    } cases[] = {
        { "dev1", true }, { "dev-2", true }, { "a", true },   { "dev", false },        { "dev10", false },
        { "ev1", false }, { "2", false },    { "-2", false }, { "dev1 dev-2", false }, { "", false },
    };

    CU_ASSERT_FALSE(inbox_entry_is_applied(&entry, "dev1"));
    inbox_entry_set_applied(&entry, "dev1");
    inbox_entry_set_applied(&entry, "dev-2");
    inbox_entry_set_applied(&entry, "dev1");
    inbox_entry_set_applied(&entry, "a");
    CU_ASSERT_STRING_EQUAL(entry.applied, "dev1 dev-2 a");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_holds(cases[i].name, inbox_entry_is_applied(&entry, cases[i].name) == cases[i].applied);
}

static void an_inbox_entry_takes_fifty_of_the_longest_names(void)
{
    struct inbox_entry entry = document_click, read = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };
    char name[RECORD_NAMESPACE_SIZE];

    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "%063d", i);
        inbox_entry_set_applied(&entry, name);
    }
    inbox_entry_write(&entry, &document);
    CU_ASSERT_TRUE(inbox_entry_read(buffer_text(&document), document_revision, &read, &error));
    for (int i = 0; i < 50; i++) {
        snprintf(name, sizeof name, "%063d", i);
        case_holds(name, inbox_entry_is_applied(&read, name));
    }
    buffer_release(&document);
}

TEST_MAIN("store/record", TEST(keys_tell_what_is_stored_of_which_namespace), TEST(a_record_is_written_as_its_document),
          TEST(a_record_is_read_back), TEST(a_record_of_the_first_release_has_no_deadline_and_no_warning),
          TEST(every_kind_of_deadline_has_its_word), TEST(without_a_deadline_what_else_is_said_of_it_does_not_count),
          TEST(every_state_has_its_word), TEST(members_of_a_later_release_are_passed_over),
          TEST(a_journal_is_written_as_its_document), TEST(a_journal_is_read_back),
          TEST(an_empty_journal_is_a_document_too), TEST(an_entry_is_found_by_resource_and_name),
          TEST(an_inbox_entry_is_read_back), TEST(what_an_inbox_entry_holds_survives_writing_and_reading),
          TEST(an_inbox_entry_that_reached_nobody_is_written_as_by_the_first_release),
          TEST(environments_that_an_inbox_entry_has_reached_are_whole_names),
          TEST(an_inbox_entry_takes_fifty_of_the_longest_names))
