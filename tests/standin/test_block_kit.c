/* tests/standin/test_block_kit.c - tests/standin/block_kit.h. The examples and the limits are those of Slack's reference. */
#include "tests/standin/block_kit.h"

#include "base/buffer.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static bool check(const char *json, bool is_view, struct block_kit_problems *problems)
{
    cJSON *value = cJSON_Parse(json);
    bool accepted = false;

    CU_ASSERT_PTR_NOT_NULL_FATAL(value);
    accepted = is_view ? block_kit_check_view(value, problems) : block_kit_check_message(value, problems);
    cJSON_Delete(value);
    return accepted;
}

static void slacks_own_examples_are_taken(void)
{
    static const char *const examples[] = {
        "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"New Paid Time Off request from "
        "<example.com|Fred Enriquez>\\n\\n<https://example.com|View request>\"}}]",
        "[{\"type\":\"section\",\"fields\":[{\"type\":\"mrkdwn\",\"text\":\"*Type:*\\nPaid time off\"},"
        "{\"type\":\"plain_text\",\"text\":\"High\"}],\"accessory\":{\"type\":\"image\",\"image_url\":"
        "\"https://pbs.twimg.com/profile_images/625633822235693056/lNGUneLX_400x400.jpg\",\"alt_text\":\"cute cat\"}}]",
        "[{\"type\":\"actions\",\"block_id\":\"actions1\",\"elements\":[{\"type\":\"static_select\",\"placeholder\":{"
        "\"type\":\"plain_text\",\"text\":\"Which witch is the witchiest "
        "witch?\"},\"action_id\":\"select_2\",\"options\":["
        "{\"text\":{\"type\":\"plain_text\",\"text\":\"Matilda\"},\"value\":\"matilda\"}]},{\"type\":\"button\","
        "\"text\":{"
        "\"type\":\"plain_text\",\"text\":\"Cancel\"},\"value\":\"cancel\",\"action_id\":\"button_1\"}]}]",
        "[{\"type\":\"context\",\"elements\":[{\"type\":\"image\",\"image_url\":\"https://image.freepik.com/a.jpg\","
        "\"alt_text\":\"images\"},{\"type\":\"mrkdwn\",\"text\":\"Location: **Dogpatch**\"}]}]",
        "[{\"type\":\"divider\"},{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"Budget "
        "Performance\","
        "\"emoji\":true}}]",
        "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"This\",\"verbatim\":true},\"accessory\":{"
        "\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"Click "
        "Me\",\"emoji\":true},\"value\":\"click_me_123\","
        "\"action_id\":\"button-action\",\"style\":\"danger\",\"confirm\":{\"title\":{\"type\":\"plain_text\",\"text\":"
        "\"Are you sure?\"},\"text\":{\"type\":\"mrkdwn\",\"text\":\"Wouldn't you prefer a good game of chess?\"},"
        "\"confirm\":{\"type\":\"plain_text\",\"text\":\"Do "
        "it\"},\"deny\":{\"type\":\"plain_text\",\"text\":\"Stop\"}}}}]",
        "[{\"type\":\"markdown\",\"text\":\"**Lots of information here!!**\"}]",
        "[]",
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct block_kit_problems problems = { 0 };

        case_number(examples[i], check(examples[i], false, &problems), true);
        case_text(examples[i], problems.texts[0], "");
    }
}

static void what_slack_refuses_is_refused_with_its_place(void)
{
    static const struct {
        const char *blocks;
        const char *problem;
    } cases[] = {
        { "{}", "must be an array [json-pointer:/blocks]" },
        { "[7]", "must provide an object [json-pointer:/blocks/0]" },
        { "[{\"type\":\"divider\"},{\"type\":\"sektion\"}]",
          "unsupported type: sektion [json-pointer:/blocks/1/type]" },
        { "[{\"type\":\"section\"}]", "missing required field: text [json-pointer:/blocks/0]" },
        { "[{\"type\":\"section\",\"text\":\"hi\"}]", "must provide an object [json-pointer:/blocks/0/text]" },
        { "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"\"}}]",
          "must be more than 0 characters [json-pointer:/blocks/0/text/text]" },
        { "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"x\",\"emoji\":true}}]",
          "invalid additional property: emoji [json-pointer:/blocks/0/text]" },
        { "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"x\"},\"colour\":\"red\"}]",
          "invalid additional property: colour [json-pointer:/blocks/0]" },
        { "[{\"type\":\"header\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"x\"}}]",
          "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]" },
        { "[{\"type\":\"actions\",\"elements\":[]}]",
          "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]" },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"},"
          "\"style\":\"green\"}]}]",
          "value must be one of: primary danger [json-pointer:/blocks/0/elements/0/style]" },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"},"
          "\"value\":7}]}]",
          "must be a string [json-pointer:/blocks/0/elements/0/value]" },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"},"
          "\"url\":\"javascript:x\"}]}]",
          "must be a valid URL [json-pointer:/blocks/0/elements/0/url]" },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"action_id\":\"a\",\"text\":{\"type\":\"plain_"
          "text\","
          "\"text\":\"a\"}},{\"type\":\"button\",\"action_id\":\"a\",\"text\":{\"type\":\"plain_text\",\"text\":\"b\"}}"
          "]}]",
          "`action_id` already exists at element 1 [json-pointer:/blocks/0]" },
        { "[{\"type\":\"divider\",\"block_id\":\"b\"},{\"type\":\"divider\",\"block_id\":\"b\"}]",
          "`block_id` already exists [json-pointer:/blocks/1]" },
        { "[{\"type\":\"context\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"}}"
          "]}]",
          "unsupported type: button [json-pointer:/blocks/0/elements/0/type]" },
        { "[{\"type\":\"image\",\"image_url\":\"https://a\"}]",
          "missing required field: alt_text [json-pointer:/blocks/0]" },
        { "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"x\"},\"accessory\":{\"type\":\"overflow\","
          "\"options\":[{\"text\":{\"type\":\"mrkdwn\",\"text\":\"a\"},\"value\":\"v\"}]}}]",
          "unsupported type: mrkdwn [json-pointer:/blocks/0/accessory/options/0/text/type]" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block_kit_problems problems = { 0 };

        case_number(cases[i].blocks, check(cases[i].blocks, false, &problems), false);
        case_number(cases[i].blocks, problems.count, 1);
        case_text(cases[i].blocks, problems.texts[0], cases[i].problem);
    }
}

/* Appends count times a text. */
static void repeat(struct buffer *target, const char *text, int count)
{
    for (int i = 0; i < count; i++)
        buffer_append_text(target, text);
}

static void lengths_are_counted_in_characters_up_to_the_published_limits(void)
{
    static const struct {
        const char *before, *repeated, *after;
        int most;
    } cases[] = {
        { "[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"", "ä", "\"}}]", 3000 },
        { "[{\"type\":\"section\",\"fields\":[{\"type\":\"mrkdwn\",\"text\":\"", "😀", "\"}]}]", 2000 },
        { "[{\"type\":\"header\",\"text\":{\"type\":\"plain_text\",\"text\":\"", "x", "\"}}]", 150 },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"",
          "ä", "\"}}]}]", 75 },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"},"
          "\"value\":\"",
          "x", "\"}]}]", 2000 },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"},"
          "\"action_id\":\"",
          "x", "\"}]}]", 255 },
        { "[{\"type\":\"divider\",\"block_id\":\"", "x", "\"}]", 255 },
        { "[{\"type\":\"markdown\",\"text\":\"", "x", "\"}]", 12000 },
        { "[{\"type\":\"divider\"}", ",{\"type\":\"divider\"}", "]", 49 },
        { "[{\"type\":\"context\",\"elements\":[{\"type\":\"mrkdwn\",\"text\":\"x\"}",
          ",{\"type\":\"mrkdwn\",\"text\":\"x\"}", "]}]", 9 },
        { "[{\"type\":\"actions\",\"elements\":[{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"}"
          "}",
          ",{\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"a\"}}", "]}]", 24 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int above = 0; above <= 1; above++) {
            struct block_kit_problems problems = { 0 };
            released_by(buffer_release) struct buffer json = { 0 };

            buffer_append_text(&json, cases[i].before);
            repeat(&json, cases[i].repeated, cases[i].most + above);
            buffer_append_text(&json, cases[i].after);
            case_number(cases[i].before, check(buffer_text(&json), false, &problems), above == 0);
        }
}

static void views_have_their_own_limits(void)
{
    static const struct {
        const char *view;
        const char *problem; /* "" = taken */
    } cases[] = {
        { "{\"type\":\"modal\",\"title\":{\"type\":\"plain_text\",\"text\":\"My "
          "App\"},\"submit\":{\"type\":\"plain_text\","
          "\"text\":\"Submit\"},\"blocks\":[{\"type\":\"input\",\"element\":{\"type\":\"plain_text_input\",\"action_"
          "id\":\"t\"},"
          "\"label\":{\"type\":\"plain_text\",\"text\":\"Label\"}}]}",
          "" },
        { "{\"type\":\"modal\",\"title\":{\"type\":\"plain_text\",\"text\":\"1234567890123456789012345\"},\"blocks\":["
          "{\"type\":\"divider\"}]}",
          "must be less than 25 characters [json-pointer:/view/title/text]" },
        { "{\"type\":\"modal\",\"blocks\":[{\"type\":\"divider\"}]}",
          "missing required field: title [json-pointer:/view]" },
        { "{\"type\":\"home\",\"title\":{\"type\":\"plain_text\",\"text\":\"x\"},\"blocks\":[{\"type\":\"divider\"}]}",
          "invalid additional property: title [json-pointer:/view]" },
        { "{\"type\":\"door\"}", "unsupported type: door [json-pointer:/view/type]" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct block_kit_problems problems = { 0 };

        case_number(cases[i].view, check(cases[i].view, true, &problems), cases[i].problem[0] == '\0');
        case_text(cases[i].view, problems.texts[0], cases[i].problem);
    }
}

static void no_more_problems_are_kept_than_there_is_room_for(void)
{
    struct block_kit_problems problems = { 0 };
    released_by(buffer_release) struct buffer json = { 0 };

    buffer_append_text(&json, "[{}");
    repeat(&json, ",{}", 40);
    buffer_append_text(&json, "]");
    CU_ASSERT_FALSE(check(buffer_text(&json), false, &problems));
    CU_ASSERT_EQUAL(problems.count, BLOCK_KIT_PROBLEMS_MAX);
}

TEST_MAIN("standin/block_kit", TEST(slacks_own_examples_are_taken), TEST(what_slack_refuses_is_refused_with_its_place),
          TEST(lengths_are_counted_in_characters_up_to_the_published_limits), TEST(views_have_their_own_limits),
          TEST(no_more_problems_are_kept_than_there_is_room_for))
