/* tests/base/test_json_writer.c - base/json_writer.h. What must be escaped: RFC 8259 section 7. */
#include "base/json_writer.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static void commas_stand_between_members_only(void)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "channel", "C123");
    json_begin_array(&writer, "blocks");
    json_begin_object(&writer, NULL);
    json_end_object(&writer);
    json_begin_object(&writer, NULL);
    json_put_bool(&writer, "ok", true);
    json_put_bool(&writer, "late", false);
    json_end_object(&writer);
    json_begin_array(&writer, NULL);
    json_end_array(&writer);
    json_put_number(&writer, NULL, 1);
    json_put_text(&writer, NULL, "x");
    json_end_array(&writer);
    json_put_text(&writer, "nothing", NULL);
    json_put_raw(&writer, "raw", "{\"a\":[]}");
    json_end_object(&writer);
    CU_ASSERT_STRING_EQUAL(buffer_text(&body), "{\"channel\":\"C123\",\"blocks\":[{},{\"ok\":true,\"late\":false},[],1,"
                                               "\"x\"],\"nothing\":null,\"raw\":{\"a\":[]}}");
}

static void a_value_may_stand_alone(void)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    json_put_text(&writer, NULL, "alone");
    CU_ASSERT_STRING_EQUAL(buffer_text(&body), "\"alone\"");
}

static void numbers_of_any_size_are_written_exactly(void)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    json_begin_array(&writer, NULL);
    json_put_number(&writer, NULL, 0);
    json_put_number(&writer, NULL, INT64_MAX);
    json_put_number(&writer, NULL, INT64_MIN);
    json_end_array(&writer);
    CU_ASSERT_STRING_EQUAL(buffer_text(&body), "[0,9223372036854775807,-9223372036854775808]");
}

static void texts_and_keys_are_escaped(void)
{
    static const struct {
        const char *text, *written;
    } cases[] = {
        { "plain", "\"plain\"" },
        { "", "\"\"" },
        { "say \"hi\"", "\"say \\\"hi\\\"\"" },
        { "C:\\temp", "\"C:\\\\temp\"" },
        { "two\nlines", "\"two\\nlines\"" },
        { "\x01\x1f\t\r", "\"\\u0001\\u001f\\u0009\\u000d\"" },
        { "a/b <&> \x7f", "\"a/b <&> \x7f\"" },
        { "gr\u00fcn \u20ac \U0001F319", "\"gr\u00fcn \u20ac \U0001F319\"" },
        { "a\x80z", "\"a\uFFFDz\"" },
        { "cut \xE2\x82", "\"cut \uFFFD\uFFFD\"" },
        { "\xED\xA0\x80", "\"\uFFFD\uFFFD\uFFFD\"" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer body = { 0 };
        char expected[80];
        struct json_writer writer = json_writer_start(&body);

        json_begin_object(&writer, NULL);
        json_put_text(&writer, cases[i].text, cases[i].text);
        json_end_object(&writer);
        snprintf(expected, sizeof expected, "{%s:%s}", cases[i].written, cases[i].written);
        case_text(cases[i].text, buffer_text(&body), expected);
    }
}

static void what_is_written_is_read_back(void)
{
    released_by(buffer_release) struct buffer body = { 0 };
    released_by(json_release) cJSON *value = NULL;
    struct json_writer writer = json_writer_start(&body);
    struct error error = { 0 };
    char all[256];

    for (int i = 0; i < 127; i++)
        all[i] = (char) (i + 1);
    all[127] = '\0';
    json_put_text(&writer, NULL, all);
    CU_ASSERT(json_parse(buffer_text(&body), body.length, "the example", &value, &error));
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(value), all);
}

static void objects_may_be_nested_31_levels_deep(void)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    for (int i = 1; i < JSON_WRITER_DEPTH_MAX; i++)
        json_begin_array(&writer, NULL);
    for (int i = 1; i < JSON_WRITER_DEPTH_MAX; i++)
        json_end_array(&writer);
    CU_ASSERT_STRING_EQUAL(buffer_text(&body), "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
}

static void what_does_not_fit_is_said_by_the_buffer(void)
{
    released_by(buffer_release) struct buffer body = { .limit = 10 };
    struct json_writer writer = json_writer_start(&body);
    struct error error = { 0 };

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "text", "longer than ten bytes");
    json_end_object(&writer);
    CU_ASSERT_FALSE(buffer_complete(&body, "the message", &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
}

TEST_MAIN("base/json_writer", TEST(commas_stand_between_members_only), TEST(a_value_may_stand_alone),
          TEST(numbers_of_any_size_are_written_exactly), TEST(texts_and_keys_are_escaped),
          TEST(what_is_written_is_read_back), TEST(objects_may_be_nested_31_levels_deep),
          TEST(what_does_not_fit_is_said_by_the_buffer))
