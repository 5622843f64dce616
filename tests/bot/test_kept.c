/* A record in few bytes: what comes out is what went in, and it costs little. */
#include "bot/kept.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const char uid[] = "4b0e2d7c-5f1a-4c39-9a52-6f0c7f2f9d11";
static const char revision[] = "00ff2d7c5f1a4c399a526f0c7f2f9d10";

static void fill(char *target, size_t size, char character)
{
    memset(target, character, size - 1);
    target[size - 1] = '\0';
}

/* As most are: awake, nothing moved, started by somebody once. */
static struct record plain(void)
{
    struct record record = { .namespace = "payments-dev1",
                             .by = "U024BE7LH",
                             .since_at = 1795521600,
                             .settled_at = 1795521600,
                             .rhythm = 0xdeadbeef };

    text_copy_cut(record.uid, sizeof record.uid, uid);
    text_copy_cut(record.revision, sizeof record.revision, revision);
    return record;
}

/* Everything as long and as large as it may be. */
static struct record full(void)
{
    struct record record = {
        .state = RECORD_STARTING,
        .deadline = DEADLINE_POSTPONED,
        .partly = true,
        .since_at = UINT32_MAX,
        .deadline_at = UINT32_MAX - 1,
        .deadline_set_at = UINT32_MAX - 2,
        .settled_at = UINT32_MAX - 3,
        .warned_stop_at = UINT32_MAX - 4,
        .warned_before_s = 7 * 24 * 60 * 60,
        .remembered = JOURNAL_ENTRIES_MAX,
        .rhythm = UINT32_MAX,
        .notice = UINT64_MAX,
    };

    fill(record.namespace, sizeof record.namespace, 'n');
    fill(record.uid, sizeof record.uid, 'u');
    fill(record.by, sizeof record.by, 'b');
    fill(record.except, sizeof record.except, 'e');
    fill(record.deadline_by, sizeof record.deadline_by, 'd');
    fill(record.revision, sizeof record.revision, 'r');
    return record;
}

static void check_same(const char *name, const struct record *actual, const struct record *expected)
{
    case_text(name, actual->namespace, expected->namespace);
    case_text(name, actual->uid, expected->uid);
    case_number(name, actual->state, expected->state);
    case_number(name, actual->partly, expected->partly);
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
    case_holds(name, actual->notice == expected->notice);
    case_number(name, actual->gone_at, 0);
    case_text(name, actual->revision, expected->revision);
}

static void check_round_trip(const char *name, const struct record *record, const char *current_uid)
{
    struct record read;
    struct plan_view view = { .awake = false };
    struct kept *kept = kept_new(record, current_uid);

    memset(&read, 0x5a, sizeof read);
    kept_read(kept, record->namespace, current_uid, &read);
    check_same(name, &read, record);
    case_number(name, kept_is_of(kept, record->uid), true);
    case_number(name, kept_is_of(kept, current_uid), text_equal(record->uid, current_uid));
    case_number(name, kept_state(kept), record->state);
    case_number(name, kept_rhythm(kept), record->rhythm);
    case_holds(name, kept_notice(kept) == record->notice);
    case_number(name, kept_remembered(kept), record->remembered);
    kept_fill_plan(kept, &view);
    case_number(name, view.awake, record->state == RECORD_AWAKE || record->state == RECORD_STARTING);
    case_number(name, view.settled_at, record->settled_at);
    case_number(name, view.deadline_at, record->deadline_at);
    case_number(name, view.deadline_set_at, record->deadline_set_at);
    case_number(name, view.warned_stop_at, record->warned_stop_at);
    case_number(name, view.warned_before_s, record->warned_before_s);
    free(kept);
}

static void every_record_comes_out_as_it_went_in(void)
{
    const struct record nothing = { 0 }, usual = plain(), longest = full();

    check_round_trip("nothing", &nothing, "");
    check_round_trip("usual", &usual, uid);
    check_round_trip("longest", &longest, longest.uid);
    check_round_trip("longest, of another namespace of that name", &longest, uid);
    check_round_trip("nothing, of another namespace of that name", &nothing, uid);
}

static void every_state_and_every_deadline_comes_out(void)
{
    for (int state = RECORD_AWAKE; state <= RECORD_STARTING; state++)
        for (int deadline = DEADLINE_NONE; deadline <= DEADLINE_POSTPONED; deadline++) {
            struct record record = plain();
            record.state = (enum record_state) state;
            record.deadline = (enum record_deadline) deadline;
            check_round_trip("state and deadline", &record, uid);
        }
}

/* Those of the stores are 32 hexadecimal digits; nothing says that they must be. */
static void any_revision_comes_out(void)
{
    static const char *const revisions[] = {
        "",
        "1",
        "00000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff",
        "0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcde",  /* one digit less */
        "0123456789ABCDEF0123456789ABCDEF", /* capitals are another text */
        "0123456789abcdef0123456789abcdeg",
        "0123456789abcdef 123456789abcdef",
        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
    };

    for (size_t i = 0; i < sizeof revisions / sizeof revisions[0]; i++) {
        struct record record = plain();
        text_copy_cut(record.revision, sizeof record.revision, revisions[i]);
        check_round_trip(revisions[i], &record, uid);
        check_round_trip(revisions[i], &record, "another");
    }
}

/* The record is read under the name and uid that its environment has now: the uid it was written for stays its own. */
static void the_uid_of_another_namespace_of_that_name_is_kept(void)
{
    const struct record record = plain();
    struct record read;
    struct kept *kept = kept_new(&record, "another");

    CU_ASSERT_FALSE(kept_is_of(kept, "another"));
    CU_ASSERT_FALSE(kept_is_of(kept, ""));
    CU_ASSERT_TRUE(kept_is_of(kept, uid));
    kept_read(kept, "payments-dev1", "a third one", &read);
    CU_ASSERT_STRING_EQUAL(read.uid, uid);
    free(kept);
}

static size_t bytes_of(const struct record *record, const char *current_uid)
{
    struct kept *kept = kept_new(record, current_uid);
    size_t bytes = malloc_usable_size(kept);

    free(kept);
    return bytes;
}

/* Of 100,000 environments each costs under 200 bytes besides names, of which the record is a part; struct record has more
 * than 1,500. */
static void it_costs_few_bytes(void)
{
    const struct record usual = plain(), longest = full();
    struct record moved = plain();
    size_t texts = sizeof longest.revision + sizeof longest.by + sizeof longest.deadline_by + sizeof longest.except;

    moved.deadline = DEADLINE_PROLONGED;
    text_copy_cut(moved.deadline_by, sizeof moved.deadline_by, "W012A3CDE");
    CU_ASSERT_TRUE(bytes_of(&usual, uid) <= 80);
    CU_ASSERT_TRUE(bytes_of(&moved, uid) <= 96);
    CU_ASSERT_TRUE(bytes_of(&longest, uid) <= texts + sizeof longest.uid + 64);
}

TEST_MAIN("bot/kept", TEST(every_record_comes_out_as_it_went_in), TEST(every_state_and_every_deadline_comes_out),
          TEST(any_revision_comes_out), TEST(the_uid_of_another_namespace_of_that_name_is_kept),
          TEST(it_costs_few_bytes))
