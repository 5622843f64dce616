/* tests/store/test_contract.c - what store/store.h promises of single items and of writes, for whichever backend is
 * linked in. Lists and purging: test_contract_list.c; wrong calls and hand-over: test_contract_call.c.
 */
#include "store/store.h"

#include "tests/store/fixture.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

static const char other_revision[] = "ffffffffffffffffffffffffffffffff";

/* NULL expects that there is none. */
static void expect_document(struct fixture *fixture, const char *sort_key, const char *expected)
{
    char *document = fixture_document(fixture, sort_key, NOW);

    if (expected == NULL || document == NULL)
        case_holds(sort_key, expected == document);
    else
        case_holds(sort_key, strcmp(document, expected) == 0);
    free(document);
}

/* single items */

static void a_get_of_nothing_is_none(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    expect_document(&fixture, "nothing", NULL);
    fixture_release(&fixture);
}

static void what_was_put_is_got_back_whole(void)
{
    struct fixture fixture;
    struct store_call call = { .kind = STORE_GET, .now = NOW, .partition_key = "P", .sort_key = "S#\xC3\xA4" };
    char revision[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "S#\xC3\xA4", "{\"a\":1}", NOW + 60, STORE_IF_ABSENT, NULL, revision),
                    STORE_OK);
    CU_ASSERT_EQUAL(strspn(revision, "0123456789abcdef"), 32);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    CU_ASSERT_EQUAL_FATAL(call.items.count, 1);
    CU_ASSERT_STRING_EQUAL(call.items.items[0].partition_key, "P");
    CU_ASSERT_STRING_EQUAL(call.items.items[0].sort_key, "S#\xC3\xA4");
    CU_ASSERT_STRING_EQUAL(call.items.items[0].revision, revision);
    CU_ASSERT_STRING_EQUAL(call.items.items[0].document, "{\"a\":1}");
    CU_ASSERT_EQUAL(call.items.items[0].expires_at, NOW + 60);
    store_call_release(&call);
    fixture_release(&fixture);
}

static void items_of_another_partition_are_other_items(void)
{
    struct fixture fixture;
    struct store_call put = { .now = NOW };

    fixture_init(&fixture);
    store_call_put(&put, "Q", "a", "\"of Q\"", 0, STORE_IF_ABSENT, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &put), STORE_OK);
    expect_document(&fixture, "a", NULL);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "\"of P\"", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
    expect_document(&fixture, "a", "\"of P\"");
    store_call_release(&put);
    fixture_release(&fixture);
}

static void keys_differ_by_their_bytes(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "\"lower\"", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "A", "\"upper\"", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a ", "\"blank\"", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
    expect_document(&fixture, "a", "\"lower\"");
    fixture_release(&fixture);
}

static void of_two_writers_that_put_if_absent_the_second_sees_what_the_first_put(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };
    char revision[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    struct store *second = backend_open(fixture.backend, fixture.loop);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "\"first\"", 0, STORE_IF_ABSENT, NULL, revision), STORE_OK);
    store_call_put(&call, "P", "a", "\"second\"", 0, STORE_IF_ABSENT, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, second, &call), STORE_LOST);
    CU_ASSERT_EQUAL(call.lost, 0);
    CU_ASSERT_EQUAL_FATAL(call.items.count, 1);
    CU_ASSERT_STRING_EQUAL(call.items.items[0].document, "\"first\"");
    CU_ASSERT_STRING_EQUAL(call.items.items[0].revision, revision);
    CU_ASSERT_STRING_EQUAL(call.items.items[0].sort_key, "a");
    expect_document(&fixture, "a", "\"first\"");
    store_call_release(&call);
    store_free(second);
    fixture_release(&fixture);
}

static void a_revision_is_good_for_one_put(void)
{
    struct fixture fixture;
    char first[STORE_REVISION_SIZE], second[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", 0, STORE_IF_ABSENT, NULL, first), STORE_OK);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "2", 0, STORE_IF_REVISION, first, second), STORE_OK);
    CU_ASSERT_STRING_NOT_EQUAL(first, second);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "3", 0, STORE_IF_REVISION, first, NULL), STORE_LOST);
    expect_document(&fixture, "a", "2");
    fixture_release(&fixture);
}

static void a_revision_of_nothing_is_lost_and_nothing_stands_there(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };

    fixture_init(&fixture);
    store_call_put(&call, "P", "a", "1", 0, STORE_IF_REVISION, other_revision);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_LOST);
    CU_ASSERT_EQUAL(call.items.count, 0);
    expect_document(&fixture, "a", NULL);
    store_call_release(&call);
    fixture_release(&fixture);
}

static void a_put_without_condition_replaces_what_stands_there(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", NOW + 9, STORE_IF_ANY, NULL, NULL), STORE_OK);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "2", 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    expect_document(&fixture, "a", "2");
    fixture_release(&fixture);
}

static enum store_result delete_item(struct fixture *fixture, enum store_condition condition, const char *expected)
{
    struct store_call call = { .now = NOW };

    store_call_delete(&call, "P", "a", condition, expected);
    enum store_result result = fixture_run(fixture, fixture->store, &call);
    store_call_release(&call);
    return result;
}

static void a_delete_takes_the_revision_that_stands_there_once(void)
{
    struct fixture fixture;
    char revision[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", 0, STORE_IF_ABSENT, NULL, revision), STORE_OK);
    CU_ASSERT_EQUAL(delete_item(&fixture, STORE_IF_REVISION, other_revision), STORE_LOST);
    expect_document(&fixture, "a", "1");
    CU_ASSERT_EQUAL(delete_item(&fixture, STORE_IF_REVISION, revision), STORE_OK);
    expect_document(&fixture, "a", NULL);
    CU_ASSERT_EQUAL(delete_item(&fixture, STORE_IF_REVISION, revision), STORE_LOST);
    CU_ASSERT_EQUAL(delete_item(&fixture, STORE_IF_ANY, NULL), STORE_OK);
    fixture_release(&fixture);
}

static void an_item_that_was_deleted_and_made_again_has_not_its_old_revision(void)
{
    struct fixture fixture;
    char revision[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", 0, STORE_IF_ABSENT, NULL, revision), STORE_OK);
    CU_ASSERT_EQUAL(delete_item(&fixture, STORE_IF_REVISION, revision), STORE_OK);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "2", 0, STORE_IF_REVISION, revision, NULL), STORE_LOST);
    expect_document(&fixture, "a", "1");
    fixture_release(&fixture);
}

static void a_read_sees_what_was_answered_before_it_in_any_store(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    struct store *second = backend_open(fixture.backend, fixture.loop);
    for (int i = 0; i < 20; i++) {
        struct store_call get = { .kind = STORE_GET, .now = NOW, .partition_key = "P", .sort_key = "a" };
        char document[20];

        snprintf(document, sizeof document, "%d", i);
        CU_ASSERT_EQUAL(fixture_put(&fixture, "a", document, 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
        expect_document(&fixture, "a", document);
        CU_ASSERT_EQUAL_FATAL(fixture_run(&fixture, second, &get), STORE_OK);
        CU_ASSERT_STRING_EQUAL(get.items.items[0].document, document);
        store_call_release(&get);
    }
    store_free(second);
    fixture_release(&fixture);
}

/* expiry */

static void an_item_is_gone_from_the_second_on_at_which_it_expires(void)
{
    static const struct {
        const char *name;
        int64_t expires_at;
        bool gone;
    } cases[] = {
        { "never", 0, false },
        { "in 1970", 1, true },
        { "six years ago", NOW - INT64_C(6) * 365 * 86400, true },
        { "a second ago", NOW - 1, true },
        { "now", NOW, true },
        { "in a second", NOW + 1, false },
        { "in 2100", 4102444800, false },
    };
    struct fixture fixture;

    fixture_init(&fixture);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *name = cases[i].name;
        char revision[STORE_REVISION_SIZE];

        case_number(name, fixture_put(&fixture, name, "1", cases[i].expires_at, STORE_IF_ABSENT, NULL, revision),
                    STORE_OK);
        expect_document(&fixture, name, cases[i].gone ? NULL : "1");
        case_number(name, fixture_put(&fixture, name, "2", cases[i].expires_at, STORE_IF_REVISION, revision, NULL),
                    cases[i].gone ? STORE_LOST : STORE_OK);
        case_number(name, fixture_put(&fixture, name, "3", 0, STORE_IF_ABSENT, NULL, NULL),
                    cases[i].gone ? STORE_OK : STORE_LOST);
        expect_document(&fixture, name, cases[i].gone ? "3" : "2");
    }
    fixture_release(&fixture);
}

static void what_expired_does_not_stand_in_the_way(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", NOW, STORE_IF_ANY, NULL, NULL), STORE_OK);
    store_call_check(&call, "P", "a", STORE_IF_REVISION, other_revision);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_LOST);
    CU_ASSERT_EQUAL(call.items.count, 0);
    store_call_release(&call);
    fixture_release(&fixture);
}

/* writes of several */

static void a_write_of_two_is_done_whole(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };

    fixture_init(&fixture);
    store_call_put(&call, "P", "a", "1", 0, STORE_IF_ABSENT, NULL);
    store_call_put(&call, "P", "b", "2", 0, STORE_IF_ABSENT, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    expect_document(&fixture, "a", "1");
    expect_document(&fixture, "b", "2");
    store_call_release(&call);
    fixture_release(&fixture);
}

/* Puts, deletes and checks around one whose condition does not hold; it is number lost. */
static void a_write_with_one_lost_operation_does_nothing(void)
{
    for (size_t lost = 0; lost < 4; lost++) {
        struct fixture fixture;
        struct store_call call = { .now = NOW };
        char revision[STORE_REVISION_SIZE];

        fixture_init(&fixture);
        CU_ASSERT_EQUAL(fixture_put(&fixture, "old", "1", 0, STORE_IF_ABSENT, NULL, revision), STORE_OK);
        CU_ASSERT_EQUAL(fixture_put(&fixture, "taken", "2", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
        for (size_t i = 0; i < 4; i++) {
            static const char *const fresh[] = { "a", "b", "c", "d" };

            if (i == lost)
                store_call_put(&call, "P", "taken", "9", 0, STORE_IF_ABSENT, NULL);
            else
                store_call_put(&call, "P", fresh[i], "9", 0, STORE_IF_ABSENT, NULL);
        }
        store_call_delete(&call, "P", "old", STORE_IF_REVISION, revision);
        CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_LOST);
        case_number("lost", (int64_t) call.lost, (int64_t) lost);
        CU_ASSERT_EQUAL_FATAL(call.items.count, 1);
        CU_ASSERT_STRING_EQUAL(call.items.items[0].sort_key, "taken");
        CU_ASSERT_STRING_EQUAL(call.items.items[0].document, "2");
        expect_document(&fixture, "a", NULL);
        expect_document(&fixture, "b", NULL);
        expect_document(&fixture, "c", NULL);
        expect_document(&fixture, "d", NULL);
        expect_document(&fixture, "old", "1");
        store_call_release(&call);
        fixture_release(&fixture);
    }
}

static void a_check_lets_the_write_through_or_not_and_changes_nothing(void)
{
    struct fixture fixture;
    char lease[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "lease", "1", 0, STORE_IF_ABSENT, NULL, lease), STORE_OK);
    for (int round = 0; round < 3; round++) {
        struct store_call held = { .now = NOW }, lost = { .now = NOW }, absent = { .now = NOW };

        store_call_check(&held, "P", "lease", STORE_IF_REVISION, lease);
        store_call_put(&held, "P", "held", "1", 0, STORE_IF_ANY, NULL);
        CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &held), STORE_OK);
        store_call_put(&lost, "P", "lost", "1", 0, STORE_IF_ANY, NULL);
        store_call_check(&lost, "P", "lease", STORE_IF_REVISION, other_revision);
        CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &lost), STORE_LOST);
        CU_ASSERT_EQUAL(lost.lost, 1);
        store_call_check(&absent, "P", "lease", STORE_IF_ABSENT, NULL);
        CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &absent), STORE_LOST);
        store_call_release(&held);
        store_call_release(&lost);
        store_call_release(&absent);
    }
    expect_document(&fixture, "held", "1");
    expect_document(&fixture, "lost", NULL);
    expect_document(&fixture, "lease", "1");
    fixture_release(&fixture);
}

static void twenty_five_operations_are_one_write(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    fixture_fill(&fixture, "k", 25, 0);
    expect_document(&fixture, "k0000", "{}");
    expect_document(&fixture, "k0024", "{}");
    fixture_release(&fixture);
}

/* the answer that was lost */

static void a_write_that_is_repeated_as_it_is_counts_as_done(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };
    char revision[STORE_REVISION_SIZE], fresh[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", 0, STORE_IF_ABSENT, NULL, revision), STORE_OK);
    store_call_put(&call, "P", "a", "2", 0, STORE_IF_REVISION, revision);
    store_call_put(&call, "P", "b", "3", 0, STORE_IF_ABSENT, NULL);
    memcpy(fresh, call.operations[0].item.revision, sizeof fresh);
    for (int round = 0; round < 3; round++) {
        CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
        CU_ASSERT_EQUAL(call.items.count, 0);
        CU_ASSERT_STRING_EQUAL(call.operations[0].item.revision, fresh);
    }
    expect_document(&fixture, "a", "2");
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "4", 0, STORE_IF_REVISION, fresh, NULL), STORE_OK);
    store_call_release(&call);
    fixture_release(&fixture);
}

static void a_repeat_undoes_nothing_that_was_written_since(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };

    fixture_init(&fixture);
    store_call_put(&call, "P", "a", "1", 0, STORE_IF_ABSENT, NULL);
    store_call_put(&call, "P", "b", "2", 0, STORE_IF_ANY, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "b", "\"later\"", 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    expect_document(&fixture, "b", "\"later\"");

    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "\"later\"", 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_LOST);
    expect_document(&fixture, "a", "\"later\"");
    store_call_release(&call);
    fixture_release(&fixture);
}

/* several at once */

enum { TOGETHER = 5 };

static void run_all(struct fixture *fixture, struct store_call *calls)
{
    for (size_t i = 0; i < TOGETHER; i++)
        store_start(fixture->store, &calls[i], &fixture->flow);
    for (size_t i = 0; i < TOGETHER; i++)
        while (!calls[i].done)
            loop_run(fixture->loop);
}

/* Of what is started in one turn each write is judged by what those before it left, and fails for itself. */
static void writes_of_one_turn_are_judged_one_by_one(void)
{
    struct fixture fixture;
    struct store_call *calls = calloc(TOGETHER, sizeof *calls);

    fixture_init(&fixture);
    CU_ASSERT_PTR_NOT_NULL_FATAL(calls);
    store_call_put(&calls[0], "P", "a", "1", 0, STORE_IF_ABSENT, NULL);
    store_call_put(&calls[1], "P", "a", "2", 0, STORE_IF_ABSENT, NULL);
    store_call_put(&calls[2], "P", "b", "3", 0, STORE_IF_REVISION, other_revision);
    store_call_put(&calls[3], "P", "a", "4", 0, STORE_IF_REVISION, calls[0].operations[0].item.revision);
    store_call_delete(&calls[4], "P", "a", STORE_IF_REVISION, calls[3].operations[0].item.revision);
    store_call_put(&calls[4], "P", "c", "5", 0, STORE_IF_ABSENT, NULL);
    for (size_t i = 0; i < TOGETHER; i++)
        calls[i].now = NOW;
    run_all(&fixture, calls);
    CU_ASSERT_EQUAL(calls[0].result, STORE_OK);
    CU_ASSERT_EQUAL(calls[1].result, STORE_LOST);
    CU_ASSERT_EQUAL(calls[1].items.count, 1);
    CU_ASSERT_EQUAL(calls[2].result, STORE_LOST);
    CU_ASSERT_EQUAL(calls[2].items.count, 0);
    CU_ASSERT_EQUAL(calls[3].result, STORE_OK);
    CU_ASSERT_EQUAL(calls[4].result, STORE_OK);
    expect_document(&fixture, "a", NULL);
    expect_document(&fixture, "b", NULL);
    expect_document(&fixture, "c", "5");
    for (size_t i = 0; i < TOGETHER; i++)
        store_call_release(&calls[i]);
    free(calls);
    fixture_release(&fixture);
}

TEST_MAIN("store/contract", TEST(a_get_of_nothing_is_none), TEST(what_was_put_is_got_back_whole),
          TEST(items_of_another_partition_are_other_items), TEST(keys_differ_by_their_bytes),
          TEST(of_two_writers_that_put_if_absent_the_second_sees_what_the_first_put),
          TEST(a_revision_is_good_for_one_put), TEST(a_revision_of_nothing_is_lost_and_nothing_stands_there),
          TEST(a_put_without_condition_replaces_what_stands_there),
          TEST(a_delete_takes_the_revision_that_stands_there_once),
          TEST(an_item_that_was_deleted_and_made_again_has_not_its_old_revision),
          TEST(a_read_sees_what_was_answered_before_it_in_any_store),
          TEST(an_item_is_gone_from_the_second_on_at_which_it_expires), TEST(what_expired_does_not_stand_in_the_way),
          TEST(a_write_of_two_is_done_whole), TEST(a_write_with_one_lost_operation_does_nothing),
          TEST(a_check_lets_the_write_through_or_not_and_changes_nothing), TEST(twenty_five_operations_are_one_write),
          TEST(a_write_that_is_repeated_as_it_is_counts_as_done), TEST(a_repeat_undoes_nothing_that_was_written_since),
          TEST(writes_of_one_turn_are_judged_one_by_one))
