/* tests/standin/test_slack_front.c - the Web API and the response URLs of the stand-in notice what Slack refuses. */
#include "tests/standin/slack.h"

#include "base/text.h"
#include "tests/standin/slack_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

enum { HALF_AN_HOUR_MS = 30 * 60 * 1000 };

static const char app_token[] = "Authorization: Bearer xapp-1-ACUR000001-1000000000001-5c7a1d\r\n";
static const char bot_token[] = "Authorization: Bearer xoxb-1000000000001-1000000000002-5c7a1d\r\n";
static const char bot_json[] = "Authorization: Bearer xoxb-1000000000001-1000000000002-5c7a1d\r\n"
                               "Content-Type: application/json; charset=utf-8\r\n";

static void the_web_api_refuses_what_slack_refuses(void)
{
    static const struct {
        const char *name;
        const char *method, *path;
        const char *headers;
        const char *body;
        const char *answer; /* part of it */
        const char *violations;
    } cases[] = {
        { "open", "POST", "/api/apps.connections.open", app_token, "",
          "\"url\":\"wss:\\/\\/slack.test\\/link\\/?ticket=", "" },
        { "open by GET", "GET", "/api/apps.connections.open", app_token, "", "\"insecure_request\"",
          "insecure_request " },
        { "open with the bot's token", "POST", "/api/apps.connections.open", bot_token, "",
          "\"not_allowed_token_type\"", "not_allowed_token_type " },
        { "post with the app's token", "POST", "/api/auth.test", app_token, "", "\"not_allowed_token_type\"",
          "not_allowed_token_type " },
        { "no token", "POST", "/api/auth.test", "", "", "\"not_authed\"", "not_authed " },
        { "another token", "POST", "/api/auth.test", "Authorization: Bearer xoxb-1\r\n", "", "\"invalid_auth\"",
          "invalid_auth " },
        { "token in JSON", "POST", "/api/auth.test", "Content-Type: application/json; charset=utf-8\r\n",
          "{\"token\":\"xoxb-1000000000001-1000000000002-5c7a1d\"}", "\"not_authed\"", "not_authed " },
        { "no charset", "POST", "/api/chat.postMessage",
          "Authorization: Bearer xoxb-1000000000001-1000000000002-5c7a1d\r\nContent-Type: application/json\r\n",
          "{\"channel\":\"CDEV000001\",\"text\":\"hi\"}", "\"warning\":\"missing_charset\"", "" },
        { "no JSON", "POST", "/api/chat.postMessage", bot_json, "{", "\"invalid_json\"", "invalid_json " },
        { "another type", "POST", "/api/chat.postMessage",
          "Authorization: Bearer xoxb-1000000000001-1000000000002-5c7a1d\r\nContent-Type: text/plain\r\n", "hi",
          "\"invalid_post_type\"", "invalid_post_type " },
        { "no such method", "POST", "/api/chat.shout", bot_json, "{}", "\"unknown_method\"", "unknown_method " },
        { "no such channel", "POST", "/api/chat.postMessage", bot_json, "{\"channel\":\"C1\",\"text\":\"hi\"}",
          "\"channel_not_found\"", "channel_not_found " },
        { "not in the channel", "POST", "/api/chat.postMessage", bot_json,
          "{\"channel\":\"CALL000001\",\"text\":\"hi\"}", "\"not_in_channel\"", "not_in_channel " },
        { "a private channel", "POST", "/api/chat.postMessage", bot_json,
          "{\"channel\":\"GSEC000001\",\"text\":\"hi\"}", "\"channel_not_found\"", "channel_not_found " },
        { "nothing to say", "POST", "/api/chat.postMessage", bot_json, "{\"channel\":\"CDEV000001\"}", "\"no_text\"",
          "no_text " },
        { "wrong blocks", "POST", "/api/chat.postMessage", bot_json,
          "{\"channel\":\"CDEV000001\",\"text\":\"hi\",\"blocks\":[{\"type\":\"section\"}]}",
          "[\"missing required field: text [json-pointer:\\/blocks\\/0]\"]", "invalid_blocks " },
        { "blocks that are none", "POST", "/api/chat.postMessage", bot_json,
          "{\"channel\":\"CDEV000001\",\"text\":\"hi\",\"blocks\":\"x\"}", "\"invalid_blocks_format\"",
          "invalid_blocks_format " },
        { "no such message", "POST", "/api/chat.update", bot_json,
          "{\"channel\":\"CDEV000001\",\"ts\":\"1.000000\",\"text\":\"hi\"}", "\"message_not_found\"",
          "message_not_found " },
        { "update of a direct message by the user's id", "POST", "/api/chat.update", bot_json,
          "{\"channel\":\"UANN000001\",\"ts\":\"1.000000\",\"text\":\"hi\"}", "\"channel_not_found\"",
          "channel_not_found " },
        { "no such trigger", "POST", "/api/views.open", bot_json,
          "{\"trigger_id\":\"1.2.3\",\"view\":{\"type\":\"modal\",\"title\":{\"type\":\"plain_text\",\"text\":\"a\"},"
          "\"blocks\":[{\"type\":\"divider\"}]}}",
          "\"invalid_trigger_id\"", "invalid_trigger_id " },
        { "history of a private channel", "GET", "/api/conversations.history?channel=GSEC000001", bot_json, "",
          "\"channel_not_found\"", "channel_not_found " },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        char kinds[SCENE_KINDS_SIZE];
        const char *answer = NULL;

        scene_begin(&scene);
        answer = scene_ask(&scene.client, cases[i].method, cases[i].path, cases[i].headers, cases[i].body);
        case_holds(cases[i].name, strstr(answer, "HTTP/1.1 200 OK") == answer);
        case_holds(cases[i].name, strstr(answer, cases[i].answer) != NULL);
        case_text(cases[i].name, scene_violations(&scene, kinds), cases[i].violations);
        scene_end(&scene);
    }
}

static void a_scope_that_is_missing_is_named(void)
{
    struct scene scene;

    scene_begin(&scene);
    snprintf(scene.slack.scopes, sizeof scene.slack.scopes, "commands,chat:write");
    const char *answer = scene_ask(&scene.client, "GET", "/api/users.info?user=UANN000001", bot_token, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\"error\":\"missing_scope\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\"needed\":\"users:read\",\"provided\":\"commands,chat:write\""));
    scene_end(&scene);
}

static const char message[] = "{\"channel\":\"CDEV000001\",\"text\":\"hi\"}";

static void too_many_messages_in_a_channel_are_told_when_to_come_back(void)
{
    struct scene scene;
    char kinds[SCENE_KINDS_SIZE];

    scene_begin(&scene);
    for (int i = 0; i < RATE_POST_BURST; i++)
        scene_ask(&scene.client, "POST", "/api/chat.postMessage", bot_json, message);
    const char *answer = scene_ask(&scene.client, "POST", "/api/chat.postMessage", bot_json, message);
    CU_ASSERT_PTR_EQUAL(strstr(answer, "HTTP/1.1 429 "), answer);
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\r\nRetry-After: "));
    scene_ask(&scene.client, "POST", "/api/chat.postMessage", bot_json, message);
    CU_ASSERT_STRING_EQUAL(scene_violations(&scene, kinds), "ratelimited came_back_before_retry_after ratelimited ");
    scene_end(&scene);
}

static void a_lost_answer_leaves_the_message_and_a_refused_one_does_not(void)
{
    static const struct {
        const char *fault;
        int messages;
        bool drops;
    } cases[] = {
        { "{\"method\":\"chat.postMessage\",\"close\":true,\"carry_out\":true}", 1, true },
        { "{\"method\":\"*\",\"close\":true}", 0, true },
        { "{\"method\":\"chat.postMessage\",\"status\":503,\"body\":\"{}\"}", 0, false },
        { "{\"method\":\"chat.postMessage\",\"error\":\"internal_error\",\"carry_out\":true}", 1, false },
        { "{\"method\":\"chat.postMessage\",\"delay_ms\":1}", 1, false },
        { "{\"method\":\"chat.update\",\"close\":true}", 1, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        struct error error = { 0 };
        cJSON *fault = cJSON_Parse(cases[i].fault);
        char kinds[SCENE_KINDS_SIZE];

        scene_begin(&scene);
        CU_ASSERT(faults_add(&scene.slack.faults, fault, &error));
        scene_ask(&scene.client, "POST", "/api/chat.postMessage", bot_json, message);
        case_number(cases[i].fault, scene.client.ended, cases[i].drops);
        case_number(cases[i].fault, scene.slack.workspace.message_count, cases[i].messages);
        case_text(cases[i].fault, scene_violations(&scene, kinds), "");
        scene_end(&scene);
        cJSON_Delete(fault);
    }
}

/* commands and their response URLs */

static void a_response_url_is_used_up_after_five_answers_and_expires_after_thirty_minutes(void)
{
    static const char json[] = "Content-Type: application/json\r\n";
    struct scene scene;
    struct payload_grants grants = { 0 };
    char id[ENVELOPE_ID_SIZE], kinds[SCENE_KINDS_SIZE];

    scene_begin(&scene);
    scene_send_command(&scene, false, &grants, id);
    const char *path = grants.response_url + strlen("https://slack.test");
    for (int i = 0; i < RESPONSE_URL_USES; i++)
        CU_ASSERT_PTR_NOT_NULL(
            strstr(scene_ask(&scene.client, "POST", path, json, "{\"text\":\"hi\"}"), "{\"ok\":true}"));
    const char *answer = scene_ask(&scene.client, "POST", path, json, "{\"text\":\"hi\"}");
    CU_ASSERT_PTR_EQUAL(strstr(answer, "HTTP/1.1 404 "), answer);
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "used_url"));

    struct payload_grants later = { 0 };
    scene_send_command(&scene, false, &later, id);
    scene.slack.skew_ms += HALF_AN_HOUR_MS;
    path = later.response_url + strlen("https://slack.test");
    CU_ASSERT_PTR_NOT_NULL(strstr(scene_ask(&scene.client, "POST", path, json, "{\"text\":\"hi\"}"), "expired_url"));
    CU_ASSERT_STRING_EQUAL(scene_violations(&scene, kinds), "used_url expired_url ");
    scene_end(&scene);
}

static void a_command_has_no_message_to_replace(void)
{
    struct scene scene;
    struct payload_grants grants = { 0 };
    char id[ENVELOPE_ID_SIZE], kinds[SCENE_KINDS_SIZE];

    scene_begin(&scene);
    scene_send_command(&scene, false, &grants, id);
    scene_ask(&scene.client, "POST", grants.response_url + strlen("https://slack.test"),
              "Content-Type: application/json\r\n", "{\"text\":\"hi\",\"replace_original\":true}");
    CU_ASSERT_STRING_EQUAL(scene_violations(&scene, kinds), "nothing_to_replace ");
    scene_end(&scene);
}

TEST_MAIN("standin/slack_front", TEST(the_web_api_refuses_what_slack_refuses), TEST(a_scope_that_is_missing_is_named),
          TEST(too_many_messages_in_a_channel_are_told_when_to_come_back),
          TEST(a_lost_answer_leaves_the_message_and_a_refused_one_does_not),
          TEST(a_response_url_is_used_up_after_five_answers_and_expires_after_thirty_minutes),
          TEST(a_command_has_no_message_to_replace))
