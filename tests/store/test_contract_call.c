/* tests/store/test_contract_call.c - what store/store.h promises of calls themselves: which are refused, what fits,
 * and how an answer comes.
 */
#include "store/store.h"

#include "tests/store/fixture.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

/* A text of length times the character. The caller frees it. */
static char *repeated(char character, size_t length)
{
    char *text = malloc(length + 1);

    memset(text, character, length);
    text[length] = '\0';
    return text;
}

/* documents */

static void a_document_comes_back_byte_for_byte(void)
{
    static const char *const documents[] = {
        "{}",
        "\"\"",
        "{\"escapes\":\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0000 \\u00e4 \\ud83c\\udf19\"}",
        " {\n\t\"white\" : [ 1 ,\r\n 2 ] } ",
        "\"\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x8C\x99 \xEF\xBF\xBF \x7F\"",
        "'; DROP TABLE item; --",
        "\x01\x1F",
    };
    struct fixture fixture;

    fixture_init(&fixture);
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        CU_ASSERT_EQUAL(fixture_put(&fixture, "a", documents[i], 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
        char *document = fixture_document(&fixture, "a", NOW);
        case_text(documents[i], document, documents[i]);
        free(document);
    }
    fixture_release(&fixture);
}

static void a_document_of_380_kb_fits_and_one_byte_more_does_not(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };
    char *document = repeated('x', STORE_DOCUMENT_MAX + 1);

    fixture_init(&fixture);
    store_call_put(&call, "P", "a", document, 0, STORE_IF_ANY, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_TOO_BIG);
    CU_ASSERT_STRING_EQUAL(call.error.message, "the document of a has 389121 bytes; 389120 are taken");
    CU_ASSERT_EQUAL(call.error.kind, ERROR_LIMIT);
    CU_ASSERT_PTR_NULL(fixture_document(&fixture, "a", NOW));

    document[STORE_DOCUMENT_MAX] = '\0';
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", document, 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    char *stored = fixture_document(&fixture, "a", NOW);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stored);
    CU_ASSERT_TRUE(strcmp(stored, document) == 0);
    free(stored);
    free(document);
    store_call_release(&call);
    fixture_release(&fixture);
}

static void documents_that_are_too_big_together_are_not_written(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };
    char *document = repeated('x', STORE_DOCUMENT_MAX);

    fixture_init(&fixture);
    for (char sort_key[] = "a"; sort_key[0] <= 'k'; sort_key[0]++)
        store_call_put(&call, "P", sort_key, document, 0, STORE_IF_ANY, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_TOO_BIG);
    CU_ASSERT_PTR_NULL(fixture_document(&fixture, "a", NOW));
    call.operations[0].kind = STORE_DELETE; /* ten of 380 KB are 3800 KB */
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    free(document);
    store_call_release(&call);
    fixture_release(&fixture);
}

static void the_longest_keys_are_taken(void)
{
    struct fixture fixture;
    struct store_call put = { .now = NOW };
    struct store_call get = { .kind = STORE_GET, .now = NOW };
    char *key = repeated('k', STORE_KEY_SIZE - 1);

    fixture_init(&fixture);
    store_call_put(&put, key, key, "{}", 0, STORE_IF_ABSENT, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &put), STORE_OK);
    memcpy(get.partition_key, key, STORE_KEY_SIZE);
    memcpy(get.sort_key, key, STORE_KEY_SIZE);
    CU_ASSERT_EQUAL_FATAL(fixture_run(&fixture, fixture.store, &get), STORE_OK);
    CU_ASSERT_STRING_EQUAL(get.items.items[0].sort_key, key);
    get.kind = STORE_LIST;
    get.limit = 10;
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &get), STORE_OK);
    CU_ASSERT_EQUAL(get.items.count, 1);
    free(key);
    store_call_release(&get);
    store_call_release(&put);
    fixture_release(&fixture);
}

/* wrong calls: each row spoils a right one */

static void spoil_empty_write(struct store_call *call)
{
    call->operation_count = 0;
}

static void spoil_26_operations(struct store_call *call)
{
    call->operation_count = STORE_OPERATIONS_MAX + 1;
}

static void spoil_partition_key_empty(struct store_call *call)
{
    call->operations[0].item.partition_key[0] = '\0';
}

static void spoil_sort_key_empty(struct store_call *call)
{
    call->operations[1].item.sort_key[0] = '\0';
}

static void spoil_sort_key_without_end(struct store_call *call)
{
    memset(call->operations[0].item.sort_key, 'k', STORE_KEY_SIZE);
}

static void spoil_sort_key_bytes(struct store_call *call)
{
    memcpy(call->operations[0].item.sort_key, "a\xC3", 3);
}

static void spoil_partition_key_surrogate(struct store_call *call)
{
    memcpy(call->operations[0].item.partition_key, "\xED\xA0\x80", 4);
}

static void spoil_same_item(struct store_call *call)
{
    memcpy(call->operations[1].item.sort_key, call->operations[0].item.sort_key, STORE_KEY_SIZE);
}

static void spoil_check_without_condition(struct store_call *call)
{
    call->operations[1].kind = STORE_CHECK;
}

static void spoil_expected_empty(struct store_call *call)
{
    call->operations[0].condition = STORE_IF_REVISION;
}

static void spoil_revision(struct store_call *call)
{
    call->operations[0].item.revision[31] = 'G';
}

static void spoil_revision_short(struct store_call *call)
{
    call->operations[0].item.revision[31] = '\0';
}

static void spoil_expiry(struct store_call *call)
{
    call->operations[0].item.expires_at = -1;
}

static void spoil_document_missing(struct store_call *call)
{
    free(call->operations[0].item.document);
    call->operations[0].item.document = NULL;
}

static void spoil_document_bytes(struct store_call *call)
{
    call->operations[0].item.document[0] = '\xFF';
}

static void spoil_get(struct store_call *call)
{
    call->kind = STORE_GET;
    call->sort_key[0] = '\0';
}

static void spoil_list(struct store_call *call)
{
    call->kind = STORE_LIST;
    call->partition_key[0] = '\0';
}

static void spoil_list_prefix(struct store_call *call)
{
    call->kind = STORE_LIST;
    memcpy(call->sort_key, "\x80", 2);
}

static void spoil_list_after(struct store_call *call)
{
    call->kind = STORE_LIST;
    memset(call->after, 'a', STORE_KEY_SIZE);
}

static void spoil_list_limit(struct store_call *call)
{
    call->kind = STORE_LIST;
    call->limit = STORE_LIST_MAX + 1;
}

static void spoil_purge_limit(struct store_call *call)
{
    call->kind = STORE_PURGE;
    call->limit = 0;
}

struct wrong_call {
    const char *name;
    void (*spoil)(struct store_call *call);
    const char *sentence;
};

static const struct wrong_call wrong_calls[] = {
    { "no operation", spoil_empty_write, "a write of 0 operations; 1 to 25 are taken" },
    { "26 operations", spoil_26_operations, "a write of 26 operations; 1 to 25 are taken" },
    { "empty partition key", spoil_partition_key_empty, "the partition key must have 1 to 1024 bytes" },
    { "empty sort key", spoil_sort_key_empty, "the sort key must have 1 to 1024 bytes" },
    { "1025 bytes", spoil_sort_key_without_end, "the sort key must have 1 to 1024 bytes" },
    { "half a character", spoil_sort_key_bytes, "the sort key is not UTF-8 text" },
    { "a surrogate", spoil_partition_key_surrogate, "the partition key is not UTF-8 text" },
    { "the same item twice", spoil_same_item, "a stands twice in one write" },
    { "a check of nothing", spoil_check_without_condition, "the check of b has no condition" },
    { "no expected revision", spoil_expected_empty, "the expected revision must have 1 to 32 bytes" },
    { "no hexadecimal digit", spoil_revision, "the new revision of a must have 32 hexadecimal digits" },
    { "31 digits", spoil_revision_short, "the new revision of a must have 32 hexadecimal digits" },
    { "before 1970", spoil_expiry, "a expires before 1970" },
    { "no document", spoil_document_missing, "a has no document" },
    { "a document of bytes", spoil_document_bytes, "the document of a is not UTF-8 text" },
    { "get without key", spoil_get, "the sort key must have 1 to 1024 bytes" },
    { "list without partition", spoil_list, "the partition key must have 1 to 1024 bytes" },
    { "list of a broken prefix", spoil_list_prefix, "the prefix is not UTF-8 text" },
    { "list behind 1025 bytes", spoil_list_after, "the key to go on behind must have 0 to 1024 bytes" },
    { "page of 1001", spoil_list_limit, "the limit is 1001 items, but must be 1 to 1000" },
    { "purge of none", spoil_purge_limit, "the limit is 0 items, but must be 1 to 1000" },
};

static void a_wrong_call_is_answered_with_what_is_wrong_and_does_nothing(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    for (size_t i = 0; i < sizeof wrong_calls / sizeof wrong_calls[0]; i++) {
        struct store_call call = { .now = NOW, .partition_key = "P", .sort_key = "a", .limit = 10 };

        store_call_put(&call, "P", "a", "{}", 0, STORE_IF_ANY, NULL);
        store_call_put(&call, "P", "b", "{}", 0, STORE_IF_ANY, NULL);
        wrong_calls[i].spoil(&call);
        case_number(wrong_calls[i].name, fixture_run(&fixture, fixture.store, &call), STORE_BAD);
        case_number(wrong_calls[i].name, call.error.kind, ERROR_INPUT);
        case_text(wrong_calls[i].name, call.error.message, wrong_calls[i].sentence);
        CU_ASSERT_PTR_NULL(fixture_document(&fixture, "a", NOW));
        CU_ASSERT_PTR_NULL(fixture_document(&fixture, "b", NOW));
        store_call_release(&call);
    }
    fixture_release(&fixture);
}

static void what_is_too_long_for_its_array_is_refused_and_not_cut(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };
    char *key = repeated('k', STORE_KEY_SIZE);

    fixture_init(&fixture);
    store_call_put(&call, "P", key, "{}", 0, STORE_IF_ANY, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_BAD);
    store_call_release(&call);
    call.now = NOW;
    store_call_delete(&call, key, "a", STORE_IF_ANY, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_BAD);
    store_call_release(&call);
    call.now = NOW;
    store_call_check(&call, "P", "a", STORE_IF_REVISION, key);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_BAD);
    store_call_release(&call);
    free(key);
    fixture_release(&fixture);
}

/* how an answer comes */

static struct store_call get_of(const char *sort_key)
{
    struct store_call call = { .kind = STORE_GET, .now = NOW, .partition_key = "P" };

    snprintf(call.sort_key, sizeof call.sort_key, "%s", sort_key);
    return call;
}

static void every_call_pumps_its_flow_once(void)
{
    struct fixture fixture;
    struct store_call calls[5] = { 0 };

    fixture_init(&fixture);
    for (size_t i = 0; i < 5; i++) {
        calls[i] = get_of("a");
        store_start(fixture.store, &calls[i], &fixture.flow);
    }
    for (size_t i = 0; i < 5; i++)
        while (!calls[i].done)
            loop_run(fixture.loop);
    CU_ASSERT_EQUAL(fixture.pumps, 5);
    for (size_t i = 0; i < 5; i++)
        store_call_release(&calls[i]);
    fixture_release(&fixture);
}

static void a_released_call_pumps_nothing_and_the_others_come(void)
{
    for (size_t released = 0; released < 3; released++) {
        struct fixture fixture;
        struct store_call calls[4] = { 0 };

        fixture_init(&fixture);
        for (size_t i = 0; i < 3; i++) {
            calls[i] = get_of("a");
            store_start(fixture.store, &calls[i], &fixture.flow);
        }
        store_call_release(&calls[released]);
        CU_ASSERT_PTR_NULL(calls[released].store);
        calls[3] = get_of("a");
        CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &calls[3]), STORE_NONE);
        for (size_t i = 0; i < 3; i++)
            while (i != released && !calls[i].done)
                loop_run(fixture.loop);
        CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &calls[3]), STORE_NONE);
        CU_ASSERT_FALSE(calls[released].done);
        CU_ASSERT_EQUAL(fixture.pumps, 4);
        for (size_t i = 0; i < 4; i++)
            store_call_release(&calls[i]);
        fixture_release(&fixture);
    }
}

/* A flow that takes down everything it knows of when its call is done. */
struct demolition {
    struct flow flow;
    struct loop *loop;
    struct store *store;
    struct store_call first, second;
};

static void demolish(struct flow *flow)
{
    struct demolition *demolition = (struct demolition *) flow;

    store_call_release(&demolition->first);
    store_call_release(&demolition->second);
    store_free(demolition->store);
    demolition->store = NULL;
    loop_stop(demolition->loop);
}

static void a_pump_may_release_other_calls_and_free_the_store(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    struct demolition demolition = { .flow.pump = demolish, .loop = fixture.loop };
    demolition.store = backend_open(fixture.backend, fixture.loop);
    demolition.first = get_of("a");
    demolition.second = get_of("b");
    store_start(demolition.store, &demolition.first, &demolition.flow);
    store_start(demolition.store, &demolition.second, &demolition.flow);
    while (demolition.store != NULL)
        loop_run(fixture.loop);
    fixture_release(&fixture);
}

static void a_store_that_is_freed_cancels_what_runs(void)
{
    struct fixture fixture;
    struct store_call call = get_of("a");

    fixture_init(&fixture);
    struct store *store = backend_open(fixture.backend, fixture.loop);
    store_start(store, &call, &fixture.flow);
    store_free(store);
    CU_ASSERT_PTR_NULL(call.store);
    CU_ASSERT_FALSE(call.done);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_NONE);
    CU_ASSERT_EQUAL(fixture.pumps, 1);
    store_call_release(&call);
    store_free(NULL);
    fixture_release(&fixture);
}

static void a_call_that_is_started_again_forgets_its_former_answer(void)
{
    struct fixture fixture;
    struct store_call call = get_of("a");

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "1", NOW + 1, STORE_IF_ANY, NULL, NULL), STORE_OK);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    CU_ASSERT_EQUAL(call.items.count, 1);
    call.now = NOW + 1;
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_NONE);
    CU_ASSERT_EQUAL(call.items.count, 0);
    call.sort_key[0] = '\0';
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_BAD);
    CU_ASSERT_STRING_NOT_EQUAL(call.error.message, "");
    call.sort_key[0] = 'a';
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_NONE);
    CU_ASSERT_STRING_EQUAL(call.error.message, "");
    store_call_release(&call);
    fixture_release(&fixture);
}

static void every_result_has_a_word_of_its_own(void)
{
    for (enum store_result a = STORE_OK; a <= STORE_CORRUPT; a++)
        for (enum store_result b = STORE_OK; b < a; b++)
            case_holds(store_result_name(a), strcmp(store_result_name(a), store_result_name(b)) != 0);
    CU_ASSERT_STRING_EQUAL(store_result_name(STORE_OK), "ok");
    CU_ASSERT_STRING_EQUAL(store_result_name(STORE_RETRY_LATER), "retry_later");
}

TEST_MAIN("store/contract_call", TEST(a_document_comes_back_byte_for_byte),
          TEST(a_document_of_380_kb_fits_and_one_byte_more_does_not),
          TEST(documents_that_are_too_big_together_are_not_written), TEST(the_longest_keys_are_taken),
          TEST(a_wrong_call_is_answered_with_what_is_wrong_and_does_nothing),
          TEST(what_is_too_long_for_its_array_is_refused_and_not_cut), TEST(every_call_pumps_its_flow_once),
          TEST(a_released_call_pumps_nothing_and_the_others_come),
          TEST(a_pump_may_release_other_calls_and_free_the_store), TEST(a_store_that_is_freed_cancels_what_runs),
          TEST(a_call_that_is_started_again_forgets_its_former_answer), TEST(every_result_has_a_word_of_its_own))
