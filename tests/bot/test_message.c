/* The limits are those of Slack's Block Kit reference; the escapes those of its "Formatting text for app surfaces". */
#include "bot/message.h"

#include "base/json.h"
#include "tests/bot/message_scene.h"
#include "tests/test_main.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

struct text_case {
    const char *given, *expected;
};

static void check_text(void (*append)(struct buffer *, const char *), const char *given, const char *expected)
{
    struct buffer target = { 0 };

    append(&target, given);
    if (strcmp(buffer_text(&target), expected) != 0)
        printf("\n    \"%s\" became \"%s\", not \"%s\"\n", given, buffer_text(&target), expected);
    CU_ASSERT_STRING_EQUAL(buffer_text(&target), expected);
    buffer_release(&target);
}

static void foreign_text_neither_mentions_nor_formats(void)
{
    static const struct text_case cases[] = {
        { "payments", "payments" },
        { "<!channel>", "&lt;!channel&gt;" },
        { "<@U024BE7LH>", "&lt;@U024BE7LH&gt;" },
        { "a & b", "a &amp; b" },
        { "&lt;", "&amp;lt;" },
        { "> quoted", "\u200b&gt; quoted" },
        { "a > b", "a &gt; b" },
        { "my_env_name", "my_env_name" },
        { "_x_", "\u200b_\u200bx\u200b_\u200b" },
        { "*x", "\u200b*\u200bx" },
        { "x~", "x\u200b~\u200b" },
        { "`", "\u200b`\u200b" },
        { ":tada:", ":\u200btada:" },
        { "at 10:30", "at 10:30" },
        { "a\nb\tc", "a b c" },
        { "a\x01\x7f", "a\ufffd\ufffd" },
        { "a\u202eb\u200bc\xc2\x85", "a\ufffdb\ufffdc\ufffd" },
        { "a\xff\xc3", "a\ufffd\ufffd" },
        { "übung 😀", "übung 😀" },
        { "", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text(message_append_escaped, cases[i].given, cases[i].expected);
}

static void code_holds_anything_but_a_backtick(void)
{
    static const struct text_case cases[] = {
        { "dev1", "`dev1`" },
        { "a`b`", "`a'b'`" },
        { "<!here> & *x*", "`&lt;!here&gt; &amp; *x*`" },
        { "a\nb", "`a b`" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text(message_append_code, cases[i].given, cases[i].expected);
}

static void only_ids_of_people_mention(void)
{
    static const struct text_case cases[] = {
        { "U024BE7LH", "<@U024BE7LH>" },
        { "W012A3CDE", "<@W012A3CDE>" },
        { "U", "U" },
        { "S0614TZR7", "S0614TZR7" },
        { "U024|here", "U024|here" },
        { "u024be7lh", "u024be7lh" },
        { "U1><!channel", "U1&gt;&lt;!channel" },
        { "admin@cluster", "admin@cluster" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_text(message_append_person, cases[i].given, cases[i].expected);
}

/* 1392734382 is the example in Slack's description of date tokens: 2014-02-18 6:39:42 AM PST. */
static void an_instant_is_shown_in_the_readers_zone_and_falls_back_to_utc(void)
{
    struct buffer target = { 0 };

    message_append_instant(&target, 1392734382);
    CU_ASSERT_STRING_EQUAL(buffer_text(&target),
                           "<!date^1392734382^{date_short_pretty} at {time}|2014-02-18 14:39 UTC>");
    buffer_clear(&target);
    message_append_instant(&target, INT64_MAX);
    CU_ASSERT_STRING_EQUAL(buffer_text(&target), "9223372036854775807");
    buffer_release(&target);
}

/* ---- The body ---- */

static void the_reader_is_the_asker_unless_all_are_told(void)
{
    struct message message = { .in_channel = true };

    add_text(&message, "x");
    cJSON *body = written(&message);
    CU_ASSERT_STRING_EQUAL(json_text(body, "response_type"), "in_channel");
    cJSON_Delete(body);

    message.replaces_original = true;
    body = written(&message);
    CU_ASSERT_TRUE(json_is_true(body, "replace_original"));
    CU_ASSERT_PTR_NULL(json_find(body, "response_type"));
    cJSON_Delete(body);
    message_release(&message);
}

static void the_fallback_ends_with_a_mark_when_it_is_cut(void)
{
    struct message message = { 0 };

    append_lines(message_add_section(&message), 150);
    append_lines(message_add_section(&message), 150);
    cJSON *body = written(&message);
    const char *text = json_text(body, "text");

    check_limits(body);
    CU_ASSERT(characters_of(text) > 3900);
    CU_ASSERT_STRING_EQUAL(text + strlen(text) - strlen(";…"), ";…");
    cJSON_Delete(body);
    message_release(&message);
}

static void a_fallback_of_its_own_takes_the_place_of_the_sections(void)
{
    struct message message = { 0 };
    struct buffer long_text = { 0 };

    add_text(&message, "`dev1` stops at 20:00");
    message_set_fallback(&message, "first");
    message_set_fallback(&message, "2 environments stop at 20:00");
    cJSON *body = written(&message);
    CU_ASSERT_STRING_EQUAL(json_text(body, "text"), "2 environments stop at 20:00");
    CU_ASSERT_STRING_EQUAL(block_text(body, 0), "`dev1` stops at 20:00");
    cJSON_Delete(body);

    append_lines(&long_text, 300);
    message_set_fallback(&message, buffer_text(&long_text));
    body = written(&message);
    check_limits(body);
    CU_ASSERT(characters_of(json_text(body, "text")) > 3900);
    cJSON_Delete(body);
    buffer_release(&long_text);
    message_release(&message);
}

static void a_terminal_shows_plain_text(void)
{
    struct message message = { 0 };
    struct buffer plain = { 0 };
    struct buffer *text = message_add_section(&message);

    message_append_escaped(text, "*a* <b> & c");
    buffer_append_text(text, " until ");
    message_append_instant(text, 1392734382);
    buffer_append_text(text, " by ");
    message_append_person(text, "U024BE7LH");
    add_button(&message, "+1 h", MESSAGE_PLAIN);
    add_button(&message, "Stop now", MESSAGE_PLAIN);
    message_show_as_menu(&message, "choose"); /* options are shown as buttons are */
    add_text(&message, "<https://example.com/a?b=c|the log>, <https://example.com>, <!here>, <#C1|ops>, "
                       "<!subteam^S1>\n```\n&lt;a>  b\n```\n`c`\n");
    message_write_plain(&message, &plain);
    CU_ASSERT_STRING_EQUAL(buffer_text(&plain), "*a* <b> & c until 2014-02-18 14:39 UTC by @U024BE7LH\n"
                                                "[+1 h] [Stop now]\n"
                                                "the log (https://example.com/a?b=c), https://example.com, @here, #C1, "
                                                "@S1\n<a>  b\n`c`\n");
    buffer_release(&plain);
    message_release(&message);
}

TEST_MAIN("bot/message", TEST(foreign_text_neither_mentions_nor_formats), TEST(code_holds_anything_but_a_backtick),
          TEST(only_ids_of_people_mention), TEST(an_instant_is_shown_in_the_readers_zone_and_falls_back_to_utc),
          TEST(the_reader_is_the_asker_unless_all_are_told), TEST(the_fallback_ends_with_a_mark_when_it_is_cut),
          TEST(a_fallback_of_its_own_takes_the_place_of_the_sections), TEST(a_terminal_shows_plain_text))
