/* tests/base/test_json_list.c - base/json_list.h.
 *
 * Every list is read whole, byte by byte, and in two pieces cut at every place: all must agree.
 */
#include "base/json_list.h"

#include "base/json.h"
#include "base/memory.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

/* Writes down the names of the items: "a,b,". */
struct names {
    struct json_list_sink sink;
    struct buffer text;
    int count, refuse_at;
};

static bool take_name(struct json_list_sink *sink, const cJSON *item, struct error *error)
{
    struct names *names = (struct names *) sink;

    names->count++;
    if (names->count == names->refuse_at)
        return error_set(error, ERROR_REFUSED, "no more");
    buffer_append_format(&names->text, "%s,", json_text(item, "n"));
    return true;
}

struct reading {
    char names[256];
    struct json_list_end end;
    bool read;
    struct error error;
};

/* Reads text in pieces of the given sizes, the last one as often as needed. */
static struct reading read_in_pieces(const char *text, size_t first, size_t others)
{
    struct names names = { .sink.take_item = take_name };
    struct reading reading = { .read = true };
    struct json_list list;
    size_t length = strlen(text), at = 0;

    json_list_init(&list, &names.sink);
    for (size_t size = first; reading.read && at < length; size = others) {
        size = size < length - at ? size : length - at;
        reading.read = json_list_feed(&list, text + at, size, &reading.error);
        at += size;
    }
    if (reading.read)
        reading.read = json_list_finish(&list, &reading.end, &reading.error);
    snprintf(reading.names, sizeof reading.names, "%s", buffer_text(&names.text));
    json_list_release(&list);
    buffer_release(&names.text);
    return reading;
}

struct list_case {
    const char *name, *text;
    const char *names;               /* those handed out */
    const char *version, *next_page; /* NULL: the list is refused */
};

static void check_reading(const struct list_case *one, struct reading reading)
{
    case_text(one->name, reading.names, one->names);
    case_text(one->name, reading.end.resource_version, one->version != NULL ? one->version : "");
    case_text(one->name, reading.end.next_page, one->version != NULL ? one->next_page : "");
    case_holds(one->name, reading.read == (one->version != NULL));
    case_number(one->name, reading.error.kind, one->version != NULL ? ERROR_NONE : ERROR_PROTOCOL);
}

static void check_in_all_pieces(const struct list_case *one)
{
    released_by(memory_release_text) char *text = memory_text(one->text);
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        text[i] = text[i] == '\'' ? '"' : text[i];
    check_reading(one, read_in_pieces(text, length, length));
    check_reading(one, read_in_pieces(text, 1, 1));
    for (size_t first = 1; first < length; first++)
        check_reading(one, read_in_pieces(text, first, length));
}

/* ' stands for ". */
static const struct list_case lists[] = {
    { "as the API server writes it",
      "{'kind':'DeploymentList','apiVersion':'apps/v1','metadata':{'resourceVersion':'1245','continue':"
      "'eyJ2','remainingItemCount':4},'items':[{'n':'a'},{'n':'b'},{'n':'c'}]}\n",
      "a,b,c,", "1245", "eyJ2" },
    { "items before metadata", "{'items':[{'n':'a'}],'kind':'List','metadata':{'resourceVersion':'9'}}", "a,", "9",
      "" },
    { "white space everywhere",
      " \n{\t'metadata' : { 'resourceVersion' : '7' } ,\r\n 'items' \n:\t [ {'n':'a'} \n,\t{'n':'b'}\r] } \n", "a,b,",
      "7", "" },
    { "no items", "{'metadata':{'resourceVersion':'1'},'items':[]}", "", "1", "" },
    { "white space as items", "{'items':[ \n ],'metadata':{'resourceVersion':'1'}}", "", "1", "" },
    { "items is null", "{'items':null,'metadata':{'resourceVersion':'1'}}", "", "1", "" },
    { "no metadata", "{'items':[{'n':'a'}]}", "a,", "", "" },
    { "items within an item", "{'items':[{'items':[{'items':[1,[2]]}],'n':'a','metadata':{'items':[]}},{'n':'b'}]}",
      "a,b,", "", "" },
    { "items within metadata and beside it",
      "{'metadata':{'items':[{'x':[1]}],'resourceVersion':'3'},'other':[{'items':[5]}],'items':[{'n':'a'}]}", "a,", "3",
      "" },
    { "the word items as a value", "{'kind':'items','list':['items'],'items':[{'n':'a'}]}", "a,", "", "" },
    { "names that end in items", "{'myitems':[1],'my,\\'items':[{'x':2}],'\\\\\\'items':[3],'items':[{'n':'a'}]}", "a,",
      "", "" },
    { "quotes and brackets in texts",
      "{'note':']} \\'items\\':[ "
      "{','items':[{'x':'\\\\','n':'a','x':{'y':'}]\\'}\\\\\\']'}},{'n':'b'}]}",
      "a,b,", "", "" },
    { "an empty object among the items", "{'items':[{},{'n':'b'}]}", ",b,", "", "" },
    { "a name of more bytes than letters", "{'items':[{'n':'gr\u00fcn\U0001F319'}]}", "gr\u00fcn\U0001F319,", "", "" },

    { "nothing at all", "", "", NULL, NULL },
    { "an answer that is no list", "{'kind':'Status','code':410}", "", NULL, NULL },
    { "no JSON", "<html>{'items':[</html>", "", NULL, NULL },
    { "items is an object", "{'items':{}}", "", NULL, NULL },
    { "items is a text", "{'items':'[]'}", "", NULL, NULL },
    { "an array around it", "[{'items':[]}]", "", NULL, NULL },
    { "items written in escapes", "{'\\u0069tems':[{'n':'a'}]}", "", NULL, NULL },
    { "an item that is a number", "{'items':[{'n':'a'},1]}", "a,", NULL, NULL },
    { "an item that is a list", "{'items':[[]]}", "", NULL, NULL },
    { "an item that is no JSON", "{'items':[{'n':'a'},{'a'}]}", "a,", NULL, NULL },
    { "an item with mismatched brackets", "{'items':[{'a':[}]]}", "", NULL, NULL },
    { "no comma between items", "{'items':[{'n':'a'}{'n':'b'}]}", "a,", NULL, NULL },
    { "two commas between items", "{'items':[{'n':'a'},,{'n':'b'}]}", "a,", NULL, NULL },
    { "a comma before the items", "{'items':[,{'n':'a'}]}", "", NULL, NULL },
    { "a comma behind the items", "{'items':[{'n':'a'},]}", "a,", NULL, NULL },
    { "cut off between items", "{'items':[{'n':'a'},", "a,", NULL, NULL },
    { "cut off in an item", "{'items':[{'n':'a'},{'metadata':{", "a,", NULL, NULL },
    { "cut off behind the items", "{'items':[{'n':'a'}]", "a,", NULL, NULL },
    { "cut off in metadata", "{'items':[],'metadata':{'resourceVersion':'1", "", NULL, NULL },
    { "something behind its end", "{'items':[{'n':'a'}]} {}", "a,", NULL, NULL },
    { "the version is a number", "{'items':[],'metadata':{'resourceVersion':17}}", "", NULL, NULL },
};

static void a_list_reads_the_same_in_whatever_pieces_it_comes(void)
{
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        check_in_all_pieces(&lists[i]);
}

static void a_sink_that_refuses_ends_the_reading_with_its_error(void)
{
    static const char text[] = "{\"items\":[{\"n\":\"a\"},{\"n\":\"b\"},{\"n\":\"c\"}]}";
    struct names names = { .sink.take_item = take_name, .refuse_at = 2 };
    struct json_list list;
    struct error error = { 0 };

    json_list_init(&list, &names.sink);
    CU_ASSERT_FALSE(json_list_feed(&list, text, strlen(text), &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_REFUSED);
    CU_ASSERT_EQUAL(names.count, 2);
    CU_ASSERT_STRING_EQUAL(buffer_text(&names.text), "a,");
    json_list_release(&list);
    buffer_release(&names.text);
}

static bool feed_text(struct json_list *list, const char *text, struct error *error)
{
    return json_list_feed(list, text, strlen(text), error);
}

/* Feeds head, and then x without end; returns the kind of the error that comes. */
static enum error_kind feed_without_end(const char *head, size_t *ret_taken)
{
    static char filler[4096];
    struct names names = { .sink.take_item = take_name };
    struct error error = { 0 };
    struct json_list list;

    memset(filler, 'x', sizeof filler);
    json_list_init(&list, &names.sink);
    bool going = feed_text(&list, head, &error);
    for (*ret_taken = 0; going && *ret_taken < 100u * 1024 * 1024; *ret_taken += sizeof filler)
        going = json_list_feed(&list, filler, sizeof filler, &error);
    json_list_release(&list);
    buffer_release(&names.text);
    return error.kind;
}

static void what_has_no_end_is_refused_at_its_ceiling(void)
{
    size_t taken = 0;

    CU_ASSERT_EQUAL(feed_without_end("{\"items\":[{\"a\":\"", &taken), ERROR_LIMIT);
    CU_ASSERT(taken <= 4u * 1024 * 1024 + 4096);
    CU_ASSERT_EQUAL(feed_without_end("{\"metadata\":\"", &taken), ERROR_LIMIT);
    CU_ASSERT(taken <= 64u * 1024 + 4096);
}

static void nested_beyond_a_hundred_levels_is_refused(void)
{
    struct names names = { .sink.take_item = take_name };
    struct error error = { 0 };
    struct json_list list;
    bool going = true;

    json_list_init(&list, &names.sink);
    CU_ASSERT(feed_text(&list, "{\"items\":[{\"a\":", &error));
    for (int i = 0; i < 100; i++)
        going = going && feed_text(&list, "[", &error);
    for (int i = 0; i < 100; i++)
        going = going && feed_text(&list, "]", &error);
    CU_ASSERT(going);
    CU_ASSERT_FALSE(feed_text(&list, "}", &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
    json_list_release(&list);
    buffer_release(&names.text);
}

/* Sums up what it gets, so that an item that was lost, doubled or cut would be seen. */
struct tally {
    struct json_list_sink sink;
    int64_t count, sum;
};

static bool take_number(struct json_list_sink *sink, const cJSON *item, struct error *error)
{
    struct tally *tally = (struct tally *) sink;
    int64_t number = 0;

    if (!json_number(item, "spec/number", -1, 0, 1000000, &number, error))
        return false;
    tally->count++;
    tally->sum += number;
    return strlen(json_text(item, "spec/filler")) == 7000;
}

static bool feed_big_list(struct json_list *list, int items, struct error *error)
{
    static char filler[7001];
    bool going = feed_text(list, "{\"kind\":\"DeploymentList\",\"items\":[", error);

    memset(filler, '[', sizeof filler - 1);
    for (int i = 1; going && i <= items; i++) {
        released_by(buffer_release) struct buffer item = { 0 };

        buffer_append_format(&item, "%s{\"spec\":{\"number\":%d,\"filler\":\"%s\"}}", i > 1 ? "," : "", i, filler);
        going = json_list_feed(list, item.data, item.length, error);
    }
    return going && feed_text(list, "],\"metadata\":{\"resourceVersion\":\"88\"}}", error);
}

/* 1 + 2 + ... + 3000 = 4501500. */
static void a_list_of_20_megabytes_is_read_item_by_item(void)
{
    struct tally tally = { .sink.take_item = take_number };
    struct json_list_end end = { 0 };
    struct error error = { 0 };
    struct json_list list;

    json_list_init(&list, &tally.sink);
    CU_ASSERT(feed_big_list(&list, 3000, &error));
    CU_ASSERT(list.item.capacity < 20000);
    CU_ASSERT(json_list_finish(&list, &end, &error));
    CU_ASSERT_EQUAL(tally.count, 3000);
    CU_ASSERT_EQUAL(tally.sum, 4501500);
    CU_ASSERT_STRING_EQUAL(end.resource_version, "88");
    json_list_release(&list);
}

static void what_is_no_list_can_be_read_whole(void)
{
    static const char *const texts[][2] = {
        { "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"apps\"}]}",
          "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"apps\"}]}" },
        { "{\"kind\":\"List\",\"items\":[{\"n\":\"a\"}]}", "{\"kind\":\"List\",\"items\":[]}" },
        { "{\"kind\":", NULL },
        { "service unavailable\n", NULL },
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct names names = { .sink.take_item = take_name };
        released_by(json_release) cJSON *rest = NULL;
        struct error error = { 0 };
        struct json_list list;

        json_list_init(&list, &names.sink);
        CU_ASSERT_TRUE(feed_text(&list, texts[i][0], &error));
        case_holds(texts[i][0], json_list_read_rest(&list, &rest, &error) == (texts[i][1] != NULL));
        char *text = cJSON_PrintUnformatted(rest);
        case_text(texts[i][0], text != NULL ? text : "", texts[i][1] != NULL ? texts[i][1] : "");
        case_number(texts[i][0], error.kind, texts[i][1] != NULL ? ERROR_NONE : ERROR_PROTOCOL);
        cJSON_free(text);
        json_list_release(&list);
        buffer_release(&names.text);
    }
}

/* Wants those with a "w" in them. */
static bool is_wanted(struct json_list_sink *sink, const char *text, size_t length)
{
    (void) sink;
    return memchr(text, 'w', length) != NULL;
}

static void what_is_not_wanted_is_not_even_parsed(void)
{
    struct names names = { .sink = { take_name, is_wanted } };
    struct json_list_end end = { 0 };
    struct error error = { 0 };
    struct json_list list;

    json_list_init(&list, &names.sink);
    CU_ASSERT(
        feed_text(&list,
                  "{\"items\":[{\"metadata\":{\"name\":\"web\"}},{no JSON at all},{\"metadata\":{\"name\":", &error));
    CU_ASSERT(feed_text(&list, "\"db\"}},{\"metadata\":{\"name\":\"www\"}}]}", &error));
    CU_ASSERT(json_list_finish(&list, &end, &error));
    CU_ASSERT_EQUAL(names.count, 2);
    json_list_release(&list);
    buffer_release(&names.text);
}

static void a_list_that_was_never_fed_can_be_released(void)
{
    struct names names = { .sink.take_item = take_name };
    struct json_list list;

    json_list_init(&list, &names.sink);
    json_list_release(&list);
    json_list_release(&list);
    CU_ASSERT_EQUAL(names.count, 0);
}

TEST_MAIN("base/json_list", TEST(a_list_reads_the_same_in_whatever_pieces_it_comes),
          TEST(a_sink_that_refuses_ends_the_reading_with_its_error), TEST(what_has_no_end_is_refused_at_its_ceiling),
          TEST(nested_beyond_a_hundred_levels_is_refused), TEST(a_list_of_20_megabytes_is_read_item_by_item),
          TEST(what_is_no_list_can_be_read_whole), TEST(what_is_not_wanted_is_not_even_parsed),
          TEST(a_list_that_was_never_fed_can_be_released))
