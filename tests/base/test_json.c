/* tests/base/test_json.c - base/json.h.
 *
 * What is JSON and what is not: RFC 8259, and rows of the same name in JSONTestSuite by Nicolas Seriot.
 */
#include "base/json.h"

#include "base/buffer.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static cJSON *parse(const char *text)
{
    cJSON *value = NULL;
    struct error error = { 0 };

    case_holds(text, json_parse(text, strlen(text), "the example", &value, &error));
    return value;
}

static void values_of_every_kind_are_parsed(void)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-1.5e3",
        "\"\"",
        " \t\r\n{ \"a\" : [ 1 , 2 ] } \t\r\n",
        "\"\\u00e9 \\ud83c\\udf19 \\\\ \\\" \\/ \\b\\f\\n\\r\\t\"",
        "{\"Image\":{\"Width\":800,\"IDs\":[116,943,234,38793],\"Animated\":false,\"Thumbnail\":{\"Url\":\"\"}}}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        released_by(json_release) cJSON *value = parse(texts[i]);

        case_holds(texts[i], value != NULL);
    }
}

struct refused {
    const char *name, *text;
    size_t length; /* 0: up to the NUL */
    const char *sentence;
};

static const struct refused refused[] = {
    { "n_structure_no_data", "", 0, "the example is not JSON (byte 0)" },
    { "only white space", "  \n", 0, "not JSON" },
    { "n_object_trailing_comma", "{\"id\":0,}", 0, "not JSON" },
    { "n_array_extra_comma", "[\"\",]", 0, "not JSON" },
    { "n_array_unclosed", "[\"\"", 0, "not JSON" },
    { "n_object_missing_value", "{\"a\":", 0, "not JSON" },
    { "n_object_unquoted_key", "{a: \"b\"}", 0, "not JSON" },
    { "n_object_single_quote", "{'a':0}", 0, "not JSON" },
    { "n_string_1_surrogate_then_escape", "[\"\\uD800\\\"]", 0, "not JSON" },
    { "n_string_invalid_utf8_after_escape", "[\"\\\xE5\"]", 0, "not UTF-8" },
    { "n_string_invalid-utf-8-in-escape", "[\"\\u\xE5\"]", 0, "not UTF-8" },
    { "n_array_invalid_utf8", "[\xFF]", 0, "not UTF-8" },
    { "n_structure_object_with_trailing_garbage", "{\"a\": true} \"x\"", 0, "behind its end (byte 11)" },
    { "n_structure_double_array", "[][]", 0, "behind its end (byte 2)" },
    { "n_object_trailing_comment", "{\"a\":\"b\"}/**/", 0, "behind its end" },
    { "n_structure_null-byte-outside-string", "[\0]", 3, "not UTF-8" },
    { "NUL behind the value", "{}\0", 3, "not UTF-8" },
    { "NUL in a text", "[\"a\0b\"]", 7, "not UTF-8" },
    { "n_incomplete_true", "[tru]", 0, "not JSON" },
    { "n_structure_unclosed_array_partial_null", "[ false, nul", 0, "not JSON" },
};

static void what_is_no_json_is_refused_in_a_sentence(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        size_t length = refused[i].length > 0 ? refused[i].length : strlen(refused[i].text);
        cJSON *value = NULL;
        struct error error = { 0 };

        case_holds(refused[i].name, !json_parse(refused[i].text, length, "the example", &value, &error));
        case_holds(refused[i].name, value == NULL);
        case_number(refused[i].name, error.kind, ERROR_PROTOCOL);
        case_holds(error.message, strstr(error.message, refused[i].sentence) != NULL);
        case_holds(error.message, strstr(error.message, "the example") == error.message);
    }
}

static void only_the_given_length_is_read(void)
{
    released_by(json_release) cJSON *value = NULL;
    struct error error = { 0 };

    CU_ASSERT(json_parse("[1]garbage", 3, "the example", &value, &error));
}

static void repeat(struct buffer *buffer, const char *text, int count)
{
    for (int i = 0; i < count; i++)
        buffer_append_text(buffer, text);
}

static bool is_parsed(const struct buffer *text, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;

    return json_parse(buffer_text(text), text->length, "the example", &value, error);
}

static void nesting_is_taken_up_to_a_hundred_levels(void)
{
    static const struct {
        const char *opening, *inside, *closing;
        int levels;
        bool is_taken;
    } cases[] = {
        { "[", "", "]", 100, true },
        { "[", "", "]", 101, false },
        { "{\"a\":", "1", "}", 100, true },
        { "{\"a\":", "1", "}", 101, false },
        { "[\"[[[[\\\"[[[[\\\\\",", "1", "]", 100, true },
        { "[[],", "1", "]", 99, true },
        { "[{\"a\":", "1", "}]", 51, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer text = { 0 };
        struct error error = { 0 };

        repeat(&text, cases[i].opening, cases[i].levels);
        repeat(&text, cases[i].inside, 1);
        repeat(&text, cases[i].closing, cases[i].levels);
        case_holds(cases[i].opening, is_parsed(&text, &error) == cases[i].is_taken);
        case_holds(error.message, cases[i].is_taken || strstr(error.message, "deeper than 100") != NULL);
    }
}

/* n_structure_100000_opening_arrays, and more. */
static void a_million_brackets_end_in_a_sentence(void)
{
    released_by(buffer_release) struct buffer text = { 0 };
    struct error error = { 0 };

    repeat(&text, "[", 1000 * 1000);
    CU_ASSERT_FALSE(is_parsed(&text, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_PROTOCOL);
}

static void members_are_found_by_path_and_by_name(void)
{
    released_by(json_release) cJSON *value =
        parse("{\"metadata\":{\"name\":\"web\",\"annotations\":{\"curfew.io/until\":\"x\"}},\"items\":[{\"a\":1}]}");

    CU_ASSERT_STRING_EQUAL(json_text(value, "metadata/name"), "web");
    CU_ASSERT_PTR_NULL(json_find(value, "metadata/Name"));
    CU_ASSERT_PTR_NULL(json_find(value, "metadata/name/first"));
    CU_ASSERT_PTR_NULL(json_find(value, "items/a"));
    CU_ASSERT_PTR_NULL(json_find(value, "missing/name"));
    CU_ASSERT_PTR_NULL(json_find(NULL, "metadata"));
    CU_ASSERT_PTR_NULL(json_member(NULL, "metadata"));
    CU_ASSERT_PTR_NOT_NULL(json_member(json_find(value, "metadata/annotations"), "curfew.io/until"));
}

static void a_text_that_is_missing_or_of_another_type_reads_as_empty(void)
{
    released_by(json_release) cJSON *value = parse("{\"null\":null,\"number\":7,\"text\":\"x\"}");

    CU_ASSERT_STRING_EQUAL(json_text(value, "missing"), "");
    CU_ASSERT_STRING_EQUAL(json_text(value, "null"), "");
    CU_ASSERT_STRING_EQUAL(json_text(value, "number"), "");
    CU_ASSERT_STRING_EQUAL(json_text(value, "text"), "x");
    CU_ASSERT_STRING_EQUAL(json_text(NULL, "text"), "");
}

static const char texts[] =
    "{\"a\":{\"null\":null,\"number\":7,\"list\":[],\"object\":{},\"true\":true,\"false\":false,"
    "\"empty\":\"\",\"four\":\"4444\",\"five\":\"55555\"}}";

static void copied_texts_are_checked_for_type_and_size(void)
{
    static const struct {
        const char *path;
        bool may_be_empty, is_copied;
        const char *text;
        enum error_kind kind;
        const char *sentence;
    } cases[] = {
        { "a/four", true, true, "4444", ERROR_NONE, "" },
        { "a/four", false, true, "4444", ERROR_NONE, "" },
        { "a/missing", true, true, "", ERROR_NONE, "" },
        { "a/missing", false, false, "", ERROR_PROTOCOL, "a/missing is missing or empty" },
        { "a/null", true, true, "", ERROR_NONE, "" },
        { "a/null", false, false, "", ERROR_PROTOCOL, "a/null is missing or empty" },
        { "a/empty", true, true, "", ERROR_NONE, "" },
        { "a/empty", false, false, "", ERROR_PROTOCOL, "a/empty is missing or empty" },
        { "a/five", true, false, "", ERROR_LIMIT, "a/five is longer than 4 bytes" },
        { "a/number", true, false, "", ERROR_PROTOCOL, "a/number is a number, but must be a text" },
        { "a/list", true, false, "", ERROR_PROTOCOL, "a/list is a list, but must be a text" },
        { "a/object", false, false, "", ERROR_PROTOCOL, "a/object is an object, but must be a text" },
        { "a/true", true, false, "", ERROR_PROTOCOL, "a/true is true or false, but must be a text" },
    };
    released_by(json_release) cJSON *value = parse(texts);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char target[5] = "";
        struct error error = { 0 };
        bool is_copied = cases[i].may_be_empty ? json_copy_text(value, cases[i].path, target, sizeof target, &error)
                                               : json_need_text(value, cases[i].path, target, sizeof target, &error);

        case_holds(cases[i].path, is_copied == cases[i].is_copied);
        case_text(cases[i].path, target, cases[i].text);
        case_number(cases[i].path, error.kind, cases[i].kind);
        case_text(cases[i].path, error.message, cases[i].sentence);
    }
}

static void numbers_are_whole_and_within_their_bounds(void)
{
    static const struct {
        const char *text;
        int64_t minimum, maximum;
        bool is_read;
        int64_t number;
    } cases[] = {
        { "{\"n\":0}", 0, 10, true, 0 },
        { "{\"n\":10}", 0, 10, true, 10 },
        { "{\"n\":11}", 0, 10, false, 0 },
        { "{\"n\":-1}", 0, 10, false, 0 },
        { "{\"n\":-7}", -7, -1, true, -7 },
        { "{\"n\":1.0}", 0, 10, true, 1 },
        { "{\"n\":1e1}", 0, 10, true, 10 },
        { "{\"n\":1.5}", 0, 10, false, 0 },
        { "{\"n\":9007199254740992}", 0, 9007199254740992, true, 9007199254740992 },
        { "{\"n\":-9007199254740992}", -9007199254740992, 0, true, -9007199254740992 },
        { "{\"n\":9223372036854775808}", 0, 9007199254740992, false, 0 },
        { "{\"n\":1e400}", 0, 9007199254740992, false, 0 },
        { "{\"n\":-1e400}", -9007199254740992, 0, false, 0 },
        { "{\"n\":null}", 0, 10, true, 5 },
        { "{}", 0, 10, true, 5 },
        { "{\"n\":\"7\"}", 0, 10, false, 0 },
        { "{\"n\":true}", 0, 10, false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *value = parse(cases[i].text);
        struct error error = { 0 };
        int64_t number = 0;

        case_holds(cases[i].text,
                   json_number(value, "n", 5, cases[i].minimum, cases[i].maximum, &number, &error) == cases[i].is_read);
        case_number(cases[i].text, number, cases[i].number);
        case_number(cases[i].text, error.kind, cases[i].is_read ? ERROR_NONE : ERROR_PROTOCOL);
        case_holds(error.message, cases[i].is_read || strncmp(error.message, "n is ", 5) == 0);
    }
}

static void only_the_literal_true_is_true(void)
{
    released_by(json_release) cJSON *value = parse("{\"a\":true,\"b\":false,\"c\":1,\"d\":\"true\",\"e\":null}");

    CU_ASSERT(json_is_true(value, "a"));
    CU_ASSERT_FALSE(json_is_true(value, "b"));
    CU_ASSERT_FALSE(json_is_true(value, "c"));
    CU_ASSERT_FALSE(json_is_true(value, "d"));
    CU_ASSERT_FALSE(json_is_true(value, "e"));
    CU_ASSERT_FALSE(json_is_true(value, "f"));
}

TEST_MAIN("base/json", TEST(values_of_every_kind_are_parsed), TEST(what_is_no_json_is_refused_in_a_sentence),
          TEST(only_the_given_length_is_read), TEST(nesting_is_taken_up_to_a_hundred_levels),
          TEST(a_million_brackets_end_in_a_sentence), TEST(members_are_found_by_path_and_by_name),
          TEST(a_text_that_is_missing_or_of_another_type_reads_as_empty),
          TEST(copied_texts_are_checked_for_type_and_size), TEST(numbers_are_whole_and_within_their_bounds),
          TEST(only_the_literal_true_is_true))
