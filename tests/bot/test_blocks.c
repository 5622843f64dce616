/* The limits are those of Slack's Block Kit reference. */
#include "bot/blocks.h"

#include "base/json.h"
#include "tests/bot/message_scene.h"
#include "tests/test_main.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <string.h>

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

static void a_section_with_a_menu_becomes_one_block(void)
{
    struct message message = { 0 };

    add_text(&message, "`dev1` stops at 20:00");
    add_button(&message, "+1 h", MESSAGE_PLAIN);
    message_show_as_menu(&message, "choose");
    add_button(&message, "Stop now", MESSAGE_DANGER);

    cJSON *body = written(&message);
    cJSON *expected = cJSON_Parse("[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\","
                                  "\"text\":\"`dev1` stops at 20:00\",\"verbatim\":true},"
                                  "\"accessory\":{\"type\":\"overflow\",\"action_id\":\"choose\",\"options\":["
                                  "{\"text\":{\"type\":\"plain_text\",\"text\":\"+1 h\"},\"value\":\"v1\"},"
                                  "{\"text\":{\"type\":\"plain_text\",\"text\":\"Stop now\"},\"value\":\"v1\"}]}}]");
    check_limits(body);
    CU_ASSERT_TRUE(cJSON_Compare(json_find(body, "blocks"), expected, true));
    cJSON_Delete(expected);
    cJSON_Delete(body);
    message_release(&message);
}

/* 75 characters of text and 150 of value are Slack's limits of an option; five options those of a menu. */
static void a_menu_may_be_as_large_as_slack_allows(void)
{
    struct message_button button = { .action = "a" };
    struct message message = { 0 };

    memset(button.text, 't', 75);
    memset(button.value, 'v', 150);
    for (int i = 0; i < 50; i++) {
        add_text(&message, "line");
        message_show_as_menu(&message, "choose");
        for (int j = 0; j < 5; j++)
            message_add_button(&message, &button);
    }
    cJSON *body = written(&message);
    const cJSON *last = cJSON_GetArrayItem(json_find(body, "blocks"), 49);
    check_limits(body);
    CU_ASSERT_EQUAL(block_count(body), 50);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(json_find(last, "accessory/options")), 5);
    cJSON_Delete(body);
    message_release(&message);
}

static void a_menu_stands_beside_the_first_of_several_blocks(void)
{
    struct message message = { 0 };

    append_lines(message_add_section(&message), 400);
    add_button(&message, "+1 h", MESSAGE_PLAIN);
    add_button(&message, "+2 h", MESSAGE_PLAIN);
    message_show_as_menu(&message, "choose");
    cJSON *body = written(&message);

    check_limits(body);
    CU_ASSERT_EQUAL(block_count(body), 3);
    for (int i = 0; i < 3; i++) {
        const cJSON *block = cJSON_GetArrayItem(json_find(body, "blocks"), i);

        CU_ASSERT_EQUAL(json_find(block, "accessory") != NULL, i == 0);
    }
    cJSON_Delete(body);
    message_release(&message);
}

static void a_menu_without_a_text_stays_a_row_of_buttons(void)
{
    struct message message = { 0 };

    add_text(&message, "\n");
    add_button(&message, "+1 h", MESSAGE_PLAIN);
    add_button(&message, "+2 h", MESSAGE_PLAIN);
    message_show_as_menu(&message, "choose");
    cJSON *body = written(&message);

    check_limits(body);
    CU_ASSERT_EQUAL(block_count(body), 1);
    CU_ASSERT_STRING_EQUAL(json_text(cJSON_GetArrayItem(json_find(body, "blocks"), 0), "type"), "actions");
    cJSON_Delete(body);
    message_release(&message);
}

static void menus_that_were_left_out_are_counted(void)
{
    struct message message = { 0 };

    for (int i = 0; i < 51; i++) {
        add_text(&message, "line");
        add_button(&message, "+1 h", MESSAGE_PLAIN);
        add_button(&message, "+2 h", MESSAGE_PLAIN);
        message_show_as_menu(&message, "choose");
    }
    cJSON *body = written(&message);
    check_limits(body);
    CU_ASSERT_EQUAL(block_count(body), 50);
    CU_ASSERT_STRING_EQUAL(block_text(body, 49),
                           "Cut here: 2 more lines and 4 more buttons do not fit into one message.");
    cJSON_Delete(body);
    message_release(&message);
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

/* 12,000 bytes of JSON: below the 13,200 characters from which others saw msg_blocks_too_long, whatever Slack counts. */
static void a_short_form_says_what_it_leaves_out(void)
{
    struct message message = { 0 };
    struct buffer content = { 0 };
    struct json_writer writer = json_writer_start(&content);
    char cut[128];

    for (int i = 0; i < 45; i++) {
        add_text(&message,
                 "`development-environment` stops <!date^1764007200^{date_short_pretty} at {time}|18:00 UTC>.");
        for (int j = 0; j < 4; j++)
            add_button(&message, "Until morning", MESSAGE_PLAIN);
        message_show_as_menu(&message, "choose");
    }
    json_begin_object(&writer, NULL);
    message_write_content(&message, true, &writer);
    json_end_object(&writer);
    cJSON *body = cJSON_Parse(buffer_text(&content));
    char *blocks = cJSON_PrintUnformatted(json_find(body, "blocks"));

    check_limits(body);
    CU_ASSERT(strlen(blocks) <= MESSAGE_SHORT_BYTES && strlen(blocks) > MESSAGE_SHORT_BYTES - 1000);
    int lines = 45 - (block_count(body) - 1);
    snprintf(cut, sizeof cut, "Cut here: %d more lines and %d more buttons do not fit into one message.", lines,
             4 * lines);
    CU_ASSERT_STRING_EQUAL(block_text(body, block_count(body) - 1), cut);
    cJSON_free(blocks);
    cJSON_Delete(body);
    buffer_release(&content);
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

TEST_MAIN("bot/blocks", TEST(a_section_and_its_buttons_become_two_blocks),
          TEST(a_section_with_a_menu_becomes_one_block), TEST(a_menu_may_be_as_large_as_slack_allows),
          TEST(a_menu_stands_beside_the_first_of_several_blocks), TEST(a_menu_without_a_text_stays_a_row_of_buttons),
          TEST(menus_that_were_left_out_are_counted), TEST(a_long_section_is_split_at_line_ends),
          TEST(a_line_too_long_is_split_between_tokens), TEST(a_character_outside_the_basic_plane_counts_twice),
          TEST(fifty_blocks_are_whole), TEST(the_last_block_says_how_much_was_left_out),
          TEST(fifty_one_paragraphs_lose_the_last_two), TEST(a_short_form_says_what_it_leaves_out),
          TEST(text_that_its_buffer_did_not_take_is_told), TEST(empty_lines_make_no_blocks))
