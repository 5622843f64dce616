/* tests/store/test_contract_list.c - what store/store.h promises of lists and of purging. */
#include "store/store.h"

#include "base/text.h"
#include "tests/store/fixture.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 4000, KEY_SIZE = 64 };

/* The sort keys of all pages, in the order in which they came. */
struct keys {
    char texts[KEYS_MAX][KEY_SIZE];
    int count;
    int pages;
};

static void note_page(struct keys *keys, const struct store_call *call)
{
    case_holds("a page holds no more than its limit", call->items.count <= call->limit);
    for (size_t i = 0; i < call->items.count && keys->count < KEYS_MAX; i++)
        case_holds("a key of ours", text_copy(keys->texts[keys->count++], KEY_SIZE, call->items.items[i].sort_key));
    keys->pages++;
}

/* false: that was the last page. */
static bool next_page(struct store_call *call)
{
    memcpy(call->after, call->next, sizeof call->after);
    return call->has_more;
}

static struct keys *list(struct fixture *fixture, const char *prefix, size_t limit, bool newest_first)
{
    struct keys *keys = calloc(1, sizeof *keys);
    struct store_call call = {
        .kind = STORE_LIST, .now = NOW, .partition_key = "P", .limit = limit, .newest_first = newest_first
    };

    snprintf(call.sort_key, sizeof call.sort_key, "%s", prefix);
    do {
        CU_ASSERT_EQUAL_FATAL(fixture_run(fixture, fixture->store, &call), STORE_OK);
        note_page(keys, &call);
    } while (next_page(&call));
    store_call_release(&call);
    return keys;
}

static void put(struct fixture *fixture, const char *sort_key, int64_t expires_at)
{
    CU_ASSERT_EQUAL(fixture_put(fixture, sort_key, "{}", expires_at, STORE_IF_ANY, NULL, NULL), STORE_OK);
}

/* pages */

static void all_of_2500_items_are_listed_once_in_order_whatever_the_page(void)
{
    static const size_t limits[] = { 1000, 999, 1, 250, 2 };
    struct fixture fixture;

    fixture_init(&fixture);
    fixture_fill(&fixture, "k", 2500, 0);
    put(&fixture, "j", 0);
    put(&fixture, "l", 0);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        for (int newest_first = 0; newest_first < 2; newest_first++) {
            struct keys *keys = list(&fixture, "k", limits[i], newest_first == 1);

            case_number("items", keys->count, 2500);
            case_holds("pages", keys->pages >= (int) (2500 / limits[i]));
            for (int k = 0; k < keys->count; k++) {
                char expected[KEY_SIZE];

                snprintf(expected, sizeof expected, "k%04d", newest_first == 1 ? 2499 - k : k);
                if (strcmp(keys->texts[k], expected) != 0)
                    case_text("in order", keys->texts[k], expected);
            }
            free(keys);
        }
    fixture_release(&fixture);
}

static void keys_are_listed_in_the_order_of_their_bytes(void)
{
    /* By code points and thus by bytes; by UTF-16 the last two would change places, by a language's rules all would. */
    static const char *const sorted[] = {
        "!",
        "#",
        "0",
        "10",
        "9",
        "A",
        "B",
        "Z",
        "_",
        "a",
        "a!",
        "aa",
        "b",
        "z",
        "~",
        "\xC3\xA4",
        "\xE2\x82\xAC",
        "\xEF\xBF\xBD",
        "\xF0\x9F\x8C\x99",
    };
    enum { COUNT = sizeof sorted / sizeof sorted[0] };
    struct fixture fixture;

    fixture_init(&fixture);
    for (int i = 0; i < COUNT; i++)
        put(&fixture, sorted[(i * 7) % COUNT], 0); /* 7 and 19 have no common factor: each once */
    struct keys *keys = list(&fixture, "", 4, false);
    CU_ASSERT_EQUAL_FATAL(keys->count, COUNT);
    for (int i = 0; i < COUNT; i++)
        case_text("ascending", keys->texts[i], sorted[i]);
    free(keys);
    keys = list(&fixture, "", 4, true);
    CU_ASSERT_EQUAL_FATAL(keys->count, COUNT);
    for (int i = 0; i < COUNT; i++)
        case_text("descending", keys->texts[i], sorted[COUNT - 1 - i]);
    free(keys);
    fixture_release(&fixture);
}

/* One row: which of the keys have that prefix. */
struct prefix_case {
    const char *prefix;
    const char *expected; /* joined by blanks */
};

static void a_prefix_takes_what_starts_with_its_bytes_and_nothing_else(void)
{
    static const char *const all[] = {
        "R#a",
        "S#a",
        "S#a-1",
        "S#b",
        "S#",
        "T#a",
        "N#team#1",
        "N#team#2",
        "N#team-a#1",
        "\xC3\xA4",
        "\xC3\xA5",
        "\xC3\xBF"
        "x",
        "%",
        "_",
    };
    static const struct prefix_case cases[] = {
        { "S#", "S# S#a S#a-1 S#b" },
        { "S#a", "S#a S#a-1" },
        { "S#a-1", "S#a-1" },
        { "S#c", "" },
        { "s#", "" },
        { "N#team#", "N#team#1 N#team#2" },
        { "N#team", "N#team#1 N#team#2 N#team-a#1" },
        { "\xC3\xA4", "\xC3\xA4" },
        { "\xC3\xBF", "\xC3\xBF"
                      "x" },
        { "%", "%" },
        { "_", "_" },
        { "~", "" },
    };
    struct fixture fixture;

    fixture_init(&fixture);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        put(&fixture, all[i], 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct keys *keys = list(&fixture, cases[i].prefix, 2, false);
        struct buffer joined = { 0 };

        for (int k = 0; k < keys->count; k++)
            buffer_append_format(&joined, "%s%s", k > 0 ? " " : "", keys->texts[k]);
        case_text(cases[i].prefix, buffer_text(&joined), cases[i].expected);
        buffer_release(&joined);
        free(keys);
    }
    fixture_release(&fixture);
}

static void items_of_another_partition_are_not_listed(void)
{
    struct fixture fixture;
    struct store_call call = { .now = NOW };

    fixture_init(&fixture);
    store_call_put(&call, "Q", "a", "{}", 0, STORE_IF_ANY, NULL);
    store_call_put(&call, "PP", "b", "{}", 0, STORE_IF_ANY, NULL);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    put(&fixture, "c", 0);
    struct keys *keys = list(&fixture, "", 1000, false);
    CU_ASSERT_EQUAL(keys->count, 1);
    CU_ASSERT_STRING_EQUAL(keys->texts[0], "c");
    free(keys);
    store_call_release(&call);
    fixture_release(&fixture);
}

static void listed_items_are_whole(void)
{
    struct fixture fixture;
    struct store_call call = { .kind = STORE_LIST, .now = NOW, .partition_key = "P", .limit = 10 };
    char revision[STORE_REVISION_SIZE];

    fixture_init(&fixture);
    CU_ASSERT_EQUAL(fixture_put(&fixture, "a", "{\"a\":1}", NOW + 5, STORE_IF_ANY, NULL, revision), STORE_OK);
    CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
    CU_ASSERT_EQUAL_FATAL(call.items.count, 1);
    CU_ASSERT_STRING_EQUAL(call.items.items[0].partition_key, "P");
    CU_ASSERT_STRING_EQUAL(call.items.items[0].sort_key, "a");
    CU_ASSERT_STRING_EQUAL(call.items.items[0].document, "{\"a\":1}");
    CU_ASSERT_STRING_EQUAL(call.items.items[0].revision, revision);
    CU_ASSERT_EQUAL(call.items.items[0].expires_at, NOW + 5);
    CU_ASSERT_FALSE(call.has_more);
    store_call_release(&call);
    fixture_release(&fixture);
}

static void large_items_come_in_pages_of_bounded_size(void)
{
    enum { COUNT = 12 };
    struct fixture fixture;
    struct store_call call = { .kind = STORE_LIST, .now = NOW, .partition_key = "P", .limit = STORE_LIST_MAX };
    char *document = malloc(STORE_DOCUMENT_MAX + 1);
    int count = 0;

    memset(document, '7', STORE_DOCUMENT_MAX);
    document[STORE_DOCUMENT_MAX] = '\0';
    fixture_init(&fixture);
    for (int i = 0; i < COUNT; i++) {
        char sort_key[] = "a";

        sort_key[0] = (char) ('a' + i);
        CU_ASSERT_EQUAL(fixture_put(&fixture, sort_key, document, 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    }
    do {
        CU_ASSERT_EQUAL_FATAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
        case_holds("a page is not much above 1 MB", call.items.count <= 3);
        for (size_t i = 0; i < call.items.count; i++, count++) {
            case_number("key", call.items.items[i].sort_key[0], 'a' + count);
            case_holds("document", strcmp(call.items.items[i].document, document) == 0);
        }
    } while (next_page(&call));
    CU_ASSERT_EQUAL(count, COUNT);
    store_call_release(&call);
    fixture_release(&fixture);
    free(document);
}

/* while others write */

static void a_list_goes_on_behind_a_key_that_was_deleted_meanwhile(void)
{
    for (int newest_first = 0; newest_first < 2; newest_first++) {
        struct fixture fixture;
        struct store_call call = {
            .kind = STORE_LIST, .now = NOW, .partition_key = "P", .limit = 5, .newest_first = newest_first == 1
        };
        struct keys *keys = calloc(1, sizeof *keys);
        bool goes_on = true;

        fixture_init(&fixture);
        fixture_fill(&fixture, "k", 20, 0);
        while (goes_on) {
            struct store_call delete = { .now = NOW };

            CU_ASSERT_EQUAL_FATAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
            note_page(keys, &call);
            goes_on = next_page(&call);
            if (goes_on) {
                store_call_delete(&delete, "P", call.after, STORE_IF_ANY, NULL);
                CU_ASSERT_EQUAL(fixture_run(&fixture, fixture.store, &delete), STORE_OK);
            }
            store_call_release(&delete);
        }
        case_number("items", keys->count, 20);
        case_text("last", keys->texts[keys->count - 1], newest_first == 1 ? "k0000" : "k0019");
        free(keys);
        store_call_release(&call);
        fixture_release(&fixture);
    }
}

static void what_stands_all_the_time_is_listed_once_while_another_store_writes(void)
{
    struct fixture fixture;
    struct store_call call = { .kind = STORE_LIST, .now = NOW, .partition_key = "P", .sort_key = "k", .limit = 7 };
    int standing = 0, round = 0;

    fixture_init(&fixture);
    struct store *second = backend_open(fixture.backend, fixture.loop);
    fixture_fill(&fixture, "k", 100, 0);
    do {
        struct store_call write = { .now = NOW };
        char sort_key[KEY_SIZE];

        snprintf(sort_key, sizeof sort_key, "k%04d+", round * 13 % 100);
        store_call_put(&write, "P", sort_key, "{}", 0, STORE_IF_ANY, NULL);
        CU_ASSERT_EQUAL(fixture_run(&fixture, second, &write), STORE_OK);
        store_call_release(&write);
        CU_ASSERT_EQUAL_FATAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
        for (size_t i = 0; i < call.items.count; i++)
            if (strchr(call.items.items[i].sort_key, '+') == NULL) {
                char expected[KEY_SIZE];

                snprintf(expected, sizeof expected, "k%04d", standing++);
                case_text("standing", call.items.items[i].sort_key, expected);
            }
        round++;
    } while (next_page(&call) && round < 200);
    CU_ASSERT_EQUAL(standing, 100);
    store_call_release(&call);
    store_free(second);
    fixture_release(&fixture);
}

/* expiry */

static void a_list_passes_over_what_expired_and_goes_on(void)
{
    struct fixture fixture;

    fixture_init(&fixture);
    fixture_fill(&fixture, "k", 60, NOW);
    put(&fixture, "k0030", 0);
    put(&fixture, "k0031", NOW + 1);
    put(&fixture, "k9999", 0);
    for (int newest_first = 0; newest_first < 2; newest_first++) {
        struct keys *keys = list(&fixture, "k", 10, newest_first == 1);

        case_number("items", keys->count, 3);
        case_text("first", keys->texts[0], newest_first == 1 ? "k9999" : "k0030");
        case_text("second", keys->texts[1], "k0031");
        free(keys);
    }
    fixture_release(&fixture);
}

static void purging_leaves_everything_that_has_not_expired(void)
{
    struct fixture fixture;
    struct store_call call = { .kind = STORE_PURGE, .now = NOW, .limit = 10 };
    int rounds = 0;

    fixture_init(&fixture);
    fixture_fill(&fixture, "gone", 25, NOW);
    fixture_fill(&fixture, "soon", 5, NOW + 1);
    fixture_fill(&fixture, "kept", 5, 0);
    do {
        CU_ASSERT_EQUAL_FATAL(fixture_run(&fixture, fixture.store, &call), STORE_OK);
        case_holds("no more than the limit", call.purged <= 10);
    } while (call.purged > 0 && ++rounds < 100);
    CU_ASSERT_TRUE(rounds < 100);
    struct keys *keys = list(&fixture, "", 1000, false);
    CU_ASSERT_EQUAL(keys->count, 10);
    CU_ASSERT_STRING_EQUAL(keys->texts[0], "kept0000");
    CU_ASSERT_STRING_EQUAL(keys->texts[5], "soon0000");
    free(keys);
    store_call_release(&call);
    fixture_release(&fixture);
}

TEST_MAIN("store/contract_list", TEST(all_of_2500_items_are_listed_once_in_order_whatever_the_page),
          TEST(keys_are_listed_in_the_order_of_their_bytes),
          TEST(a_prefix_takes_what_starts_with_its_bytes_and_nothing_else),
          TEST(items_of_another_partition_are_not_listed), TEST(listed_items_are_whole),
          TEST(large_items_come_in_pages_of_bounded_size), TEST(a_list_goes_on_behind_a_key_that_was_deleted_meanwhile),
          TEST(what_stands_all_the_time_is_listed_once_while_another_store_writes),
          TEST(a_list_passes_over_what_expired_and_goes_on), TEST(purging_leaves_everything_that_has_not_expired))
