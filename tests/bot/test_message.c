/* The limits are those of Slack's Block Kit reference; the escapes those of its "Formatting text for app surfaces". */
#include "bot/message.h"

#include "base/json.h"
#include "tests/standin/block_kit.h"
#include "tests/test_case.h"
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

static cJSON *written(const struct message *message)
{
    struct buffer body = { .limit = 8 * 1024 * 1024 };
    struct error error;
    cJSON *value = NULL;

    message_write(message, &body);
    CU_ASSERT_TRUE_FATAL(json_parse(body.data, body.length, "the body", &value, &error));
    buffer_release(&body);
    return value;
}

/* No character of these texts lies outside the Basic Multilingual Plane, so bytes that start one are characters. */
static size_t characters_of(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char) *text & 0xC0) != 0x80;
    return count;
}

/* The judge is the stand-in's, written from the same pages for everything that is posted. */
static void check_limits(const cJSON *body)
{
    struct block_kit_problems problems = { 0 };

    CU_ASSERT(characters_of(json_text(body, "text")) <= 4000);
    if (!block_kit_check_message(json_find(body, "blocks"), &problems))
        case_text("blocks", problems.texts[0], "");
}

static const char *block_text(const cJSON *body, int number)
{
    return json_text(cJSON_GetArrayItem(json_find(body, "blocks"), number), "text/text");
}

static int block_count(const cJSON *body)
{
    return cJSON_GetArraySize(json_find(body, "blocks"));
}

static void add_text(struct message *message, const char *text)
{
    buffer_append_text(message_add_section(message), text);
}

static void add_button(struct message *message, const char *text, enum message_style style)
{
    struct message_button button = { .value = "v1", .style = style };
    const struct message_section *last = &message->sections[message->section_count - 1];

    snprintf(button.action, sizeof button.action, "act%zu", last->button_count);
    snprintf(button.text, sizeof button.text, "%s", text);
    message_add_button(message, &button);
}

static void a_section_and_its_buttons_become_two_blocks(void)
{
    struct message message = { 0 };

    CU_ASSERT_TRUE(message_is_empty(&message));
    add_text(&message, "`dev1` stops at 20:00");
    add_button(&message, "+1 h", MESSAGE_PLAIN);
    add_button(&message, "Stop now", MESSAGE_DANGER);
    CU_ASSERT_FALSE(message_is_empty(&message));

    cJSON *body = written(&message);
    cJSON *expected = cJSON_Parse("{\"text\":\"`dev1` stops at 20:00\",\"blocks\":["
                                  "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\","
                                  "\"text\":\"`dev1` stops at 20:00\",\"verbatim\":true}},"
                                  "{\"type\":\"actions\",\"elements\":["
                                  "{\"type\":\"button\",\"action_id\":\"act0\",\"value\":\"v1\","
                                  "\"text\":{\"type\":\"plain_text\",\"text\":\"+1 h\"}},"
                                  "{\"type\":\"button\",\"action_id\":\"act1\",\"value\":\"v1\",\"style\":\"danger\","
                                  "\"text\":{\"type\":\"plain_text\",\"text\":\"Stop now\"}}]}],"
                                  "\"response_type\":\"ephemeral\",\"replace_original\":false}");
    check_limits(body);
    CU_ASSERT_TRUE(cJSON_Compare(body, expected, true));
    cJSON_Delete(expected);
    cJSON_Delete(body);
    message_release(&message);
    CU_ASSERT_TRUE(message_is_empty(&message));
}

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

static void append_lines(struct buffer *target, int count)
{
    for (int i = 0; i < count; i++)
        buffer_append_format(target, "line %05d &amp;\n", i); /* 17 characters with its end */
}

static void a_long_section_is_split_at_line_ends(void)
{
    struct message message = { 0 };

    append_lines(message_add_section(&message), 400);
    cJSON *body = written(&message);

    check_limits(body);
    CU_ASSERT_EQUAL(block_count(body), 3); /* 176 lines fill 2,992 characters */
    CU_ASSERT_EQUAL(strncmp(block_text(body, 1), "line 00176", 10), 0);
    CU_ASSERT_EQUAL(strncmp(block_text(body, 2), "line 00352", 10), 0);
    for (int i = 0; i < 2; i++) {
        const char *text = block_text(body, i);

        CU_ASSERT_STRING_EQUAL(text + strlen(text) - 5, "&amp;");
    }
    cJSON_Delete(body);
    message_release(&message);
}

/* One line: neither "&amp;", nor a date, nor a character is torn. */
static void a_line_too_long_is_split_between_tokens(void)
{
    static const char *const tokens[] = { "&amp;", "<!date^1392734382^{time}|14:39 UTC>", "ü", "😀" };

    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        struct message message = { 0 };
        struct buffer *text = message_add_section(&message);

        buffer_append_text(text, "x");
        while (text->length < 9000)
            buffer_append_text(text, tokens[i]);
        cJSON *body = written(&message);

        check_limits(body);
        CU_ASSERT(block_count(body) >= 2);
        for (int block = 1; block < block_count(body); block++)
            CU_ASSERT_EQUAL(strncmp(block_text(body, block), tokens[i], strlen(tokens[i])), 0);
        cJSON_Delete(body);
        message_release(&message);
    }
}

/* Where Slack counts as JavaScript does, 😀 is two. */
static void a_character_outside_the_basic_plane_counts_twice(void)
{
    struct message message = { 0 };
    struct buffer *text = message_add_section(&message);

    for (int i = 0; i < 1501; i++)
        buffer_append_text(text, "😀");
    cJSON *body = written(&message);
    CU_ASSERT_EQUAL(block_count(body), 2);
    CU_ASSERT_EQUAL(strlen(block_text(body, 0)), 4 * 1500);
    cJSON_Delete(body);
    message_release(&message);
}

static void fifty_blocks_are_whole(void)
{
    struct message message = { 0 };

    for (int i = 0; i < 25; i++) {
        add_text(&message, "line");
        add_button(&message, "+1 h", MESSAGE_PLAIN);
    }
    cJSON *body = written(&message);
    CU_ASSERT_EQUAL(block_count(body), 50);
    CU_ASSERT_STRING_EQUAL(json_text(cJSON_GetArrayItem(json_find(body, "blocks"), 49), "type"), "actions");
    cJSON_Delete(body);
    message_release(&message);
}

static void the_last_block_says_how_much_was_left_out(void)
{
    struct message message = { 0 };

    for (int i = 0; i < 26; i++) {
        add_text(&message, "first\nsecond");
        add_button(&message, "+1 h", MESSAGE_PLAIN);
        add_button(&message, "+2 h", MESSAGE_PLAIN);
    }
    cJSON *body = written(&message);
    check_limits(body);
    CU_ASSERT_EQUAL(block_count(body), 50);
    /* 24 pairs and the text of the 25th are shown: its buttons and all of the 26th are not. */
    CU_ASSERT_STRING_EQUAL(block_text(body, 49),
                           "Cut here: 2 more lines and 4 more buttons do not fit into one message.");
    cJSON_Delete(body);
    message_release(&message);
}

static void fifty_one_paragraphs_lose_the_last_two(void)
{
    struct message message = { 0 };

    for (int i = 0; i < 50; i++)
        add_text(&message, "x");
    add_text(&message, "y");
    cJSON *body = written(&message);
    CU_ASSERT_STRING_EQUAL(block_text(body, 49), "Cut here: 2 more lines do not fit into one message.");
    cJSON_Delete(body);
    message_release(&message);
}

static void text_that_its_buffer_did_not_take_is_told(void)
{
    struct message message = { 0 };
    struct buffer *text = message_add_section(&message);

    while (!text->overflowed)
        buffer_append_text(text, "0123456789\n");
    cJSON *body = written(&message);
    check_limits(body);
    CU_ASSERT_STRING_EQUAL(block_text(body, block_count(body) - 1),
                           "Cut here: more text than a message may hold was left out.");
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

static void empty_lines_make_no_blocks(void)
{
    struct message message = { 0 };

    add_text(&message, "\n\n");
    add_text(&message, "");
    add_button(&message, "Start", MESSAGE_PRIMARY);
    cJSON *body = written(&message);
    CU_ASSERT_EQUAL(block_count(body), 1);
    CU_ASSERT_STRING_EQUAL(json_text(cJSON_GetArrayItem(json_find(body, "blocks"), 0), "type"), "actions");
    cJSON_Delete(body);
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
    add_text(&message,
             "<https://example.com/a?b=c|the log>, <https://example.com>, <!here>, <#C1|ops>, <!subteam^S1>\n");
    message_write_plain(&message, &plain);
    CU_ASSERT_STRING_EQUAL(buffer_text(&plain), "*a* <b> & c until 2014-02-18 14:39 UTC by @U024BE7LH\n"
                                                "[+1 h] [Stop now]\n"
                                                "the log (https://example.com/a?b=c), https://example.com, @here, #C1, "
                                                "@S1\n");
    buffer_release(&plain);
    message_release(&message);
}

TEST_MAIN("bot/message", TEST(foreign_text_neither_mentions_nor_formats), TEST(code_holds_anything_but_a_backtick),
          TEST(only_ids_of_people_mention), TEST(an_instant_is_shown_in_the_readers_zone_and_falls_back_to_utc),
          TEST(a_section_and_its_buttons_become_two_blocks), TEST(the_reader_is_the_asker_unless_all_are_told),
          TEST(a_long_section_is_split_at_line_ends), TEST(a_line_too_long_is_split_between_tokens),
          TEST(a_character_outside_the_basic_plane_counts_twice), TEST(fifty_blocks_are_whole),
          TEST(the_last_block_says_how_much_was_left_out), TEST(fifty_one_paragraphs_lose_the_last_two),
          TEST(text_that_its_buffer_did_not_take_is_told), TEST(the_fallback_ends_with_a_mark_when_it_is_cut),
          TEST(empty_lines_make_no_blocks), TEST(a_terminal_shows_plain_text))
