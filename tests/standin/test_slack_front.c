/* tests/standin/test_slack_front.c - the stand-in of Slack notices what Slack does not accept. Without TLS, by bytes. */
#include "tests/standin/slack.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/standin/raw_client.h"
#include "tests/standin/server.h"
#include "tests/standin/slack_envelopes.h"
#include "tests/standin/slack_payload.h"
#include "tests/standin/slack_sockets.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

enum { HALF_AN_HOUR_MS = 30 * 60 * 1000 };

struct scene {
    struct loop *loop;
    struct server *server;
    struct slack slack;
    struct slack_front front;
    int port;
    struct raw_client client;
};

static void scene_begin(struct scene *scene)
{
    struct server_options options = { .handler = &scene->front.handler };
    struct error error = { 0 };

    *scene = (struct scene){ .loop = loop_new() };
    slack_init(&scene->slack, scene->loop, "slack.test");
    scene->front = (struct slack_front){ .handler.handle = slack_handle, .slack = &scene->slack };
    scene->server = server_new(scene->loop);
    CU_ASSERT_FATAL(server_listen(scene->server, &options, &scene->port, &error));
    raw_client_connect(&scene->client, scene->loop, scene->port);
}

static void scene_end(struct scene *scene)
{
    raw_client_close(&scene->client);
    server_free(scene->server);
    slack_release(&scene->slack);
    loop_free(scene->loop);
}

/* The kinds of all violations so far, each followed by a blank. */
static const char *violations_of(struct scene *scene, char kinds[256])
{
    cJSON *entries = journal_select(&scene->slack.journal, "type=violation", 0, 100);
    const cJSON *entry = NULL;
    size_t length = 0;

    kinds[0] = '\0';
    cJSON_ArrayForEach(entry, entries) length +=
        (size_t) snprintf(kinds + length, 256 - length, "%s ", json_text(entry, "kind"));
    cJSON_Delete(entries);
    return kinds;
}

/* HTTP */

static const char *ask(struct scene *scene, const char *method, const char *path, const char *headers, const char *body)
{
    released_by(buffer_release) struct buffer text = { 0 };

    buffer_append_format(&text, "%s %s HTTP/1.1\r\nHost: slack.test\r\nContent-Length: %zu\r\n%s\r\n%s", method, path,
                         strlen(body), headers, body);
    return raw_client_say_text(&scene->client, buffer_text(&text), "}");
}

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
        char kinds[256];
        const char *answer = NULL;

        scene_begin(&scene);
        answer = ask(&scene, cases[i].method, cases[i].path, cases[i].headers, cases[i].body);
        case_holds(cases[i].name, strstr(answer, "HTTP/1.1 200 OK") == answer);
        case_holds(cases[i].name, strstr(answer, cases[i].answer) != NULL);
        case_text(cases[i].name, violations_of(&scene, kinds), cases[i].violations);
        scene_end(&scene);
    }
}

static void a_scope_that_is_missing_is_named(void)
{
    struct scene scene;

    scene_begin(&scene);
    snprintf(scene.slack.scopes, sizeof scene.slack.scopes, "commands,chat:write");
    const char *answer = ask(&scene, "GET", "/api/users.info?user=UANN000001", bot_token, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\"error\":\"missing_scope\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\"needed\":\"users:read\",\"provided\":\"commands,chat:write\""));
    scene_end(&scene);
}

static const char message[] = "{\"channel\":\"CDEV000001\",\"text\":\"hi\"}";

static void too_many_messages_in_a_channel_are_told_when_to_come_back(void)
{
    struct scene scene;
    char kinds[256];

    scene_begin(&scene);
    for (int i = 0; i < RATE_POST_BURST; i++)
        ask(&scene, "POST", "/api/chat.postMessage", bot_json, message);
    const char *answer = ask(&scene, "POST", "/api/chat.postMessage", bot_json, message);
    CU_ASSERT_PTR_EQUAL(strstr(answer, "HTTP/1.1 429 "), answer);
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "\r\nRetry-After: "));
    ask(&scene, "POST", "/api/chat.postMessage", bot_json, message);
    CU_ASSERT_STRING_EQUAL(violations_of(&scene, kinds), "ratelimited came_back_before_retry_after ratelimited ");
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
        char kinds[256];

        scene_begin(&scene);
        CU_ASSERT(faults_add(&scene.slack.faults, fault, &error));
        ask(&scene, "POST", "/api/chat.postMessage", bot_json, message);
        case_number(cases[i].fault, scene.client.ended, cases[i].drops);
        case_number(cases[i].fault, scene.slack.workspace.message_count, cases[i].messages);
        case_text(cases[i].fault, violations_of(&scene, kinds), "");
        scene_end(&scene);
        cJSON_Delete(fault);
    }
}

/* commands and their response URLs */

static void send_command(struct scene *scene, struct payload_grants *grants, char id[ENVELOPE_ID_SIZE], bool expected)
{
    released_by(json_release) cJSON *json = cJSON_Parse("{\"text\":\"status\"}");
    struct delivery_options options = { 0 };
    struct error error = { 0 };
    cJSON *payload = NULL;

    CU_ASSERT_FATAL(payload_of_command(&scene->slack, json, &payload, grants, &error));
    bool sent = envelopes_deliver(scene->slack.envelopes, "slash_commands", true, payload, NULL, &options, id);
    CU_ASSERT_EQUAL(sent, expected);
}

static void a_response_url_is_used_up_after_five_answers_and_expires_after_thirty_minutes(void)
{
    static const char json[] = "Content-Type: application/json\r\n";
    struct scene scene;
    struct payload_grants grants = { 0 };
    char id[ENVELOPE_ID_SIZE], kinds[256];

    scene_begin(&scene);
    send_command(&scene, &grants, id, false);
    const char *path = grants.response_url + strlen("https://slack.test");
    for (int i = 0; i < RESPONSE_URL_USES; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(ask(&scene, "POST", path, json, "{\"text\":\"hi\"}"), "{\"ok\":true}"));
    const char *answer = ask(&scene, "POST", path, json, "{\"text\":\"hi\"}");
    CU_ASSERT_PTR_EQUAL(strstr(answer, "HTTP/1.1 404 "), answer);
    CU_ASSERT_PTR_NOT_NULL(strstr(answer, "used_url"));

    struct payload_grants later = { 0 };
    send_command(&scene, &later, id, false);
    scene.slack.skew_ms += HALF_AN_HOUR_MS;
    path = later.response_url + strlen("https://slack.test");
    CU_ASSERT_PTR_NOT_NULL(strstr(ask(&scene, "POST", path, json, "{\"text\":\"hi\"}"), "expired_url"));
    CU_ASSERT_STRING_EQUAL(violations_of(&scene, kinds), "used_url expired_url ");
    scene_end(&scene);
}

static void a_command_has_no_message_to_replace(void)
{
    struct scene scene;
    struct payload_grants grants = { 0 };
    char id[ENVELOPE_ID_SIZE], kinds[256];

    scene_begin(&scene);
    send_command(&scene, &grants, id, false);
    ask(&scene, "POST", grants.response_url + strlen("https://slack.test"), "Content-Type: application/json\r\n",
        "{\"text\":\"hi\",\"replace_original\":true}");
    CU_ASSERT_STRING_EQUAL(violations_of(&scene, kinds), "nothing_to_replace ");
    scene_end(&scene);
}

/* Socket Mode */

/* Upgrades with a fresh ticket and hears hello, or what comes in its place. */
static void open_socket(struct scene *scene, struct raw_client *client, const char *awaited)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char ticket[SLACK_RANDOM_SIZE];

    slack_random(ticket);
    grants_give(&scene->slack.tickets, ticket, slack_now_ms(&scene->slack));
    buffer_append_format(&text,
                         "GET /link/?ticket=%s&app_id=ACUR000001 HTTP/1.1\r\nHost: slack.test\r\n"
                         "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                         ticket);
    raw_client_say_text(client, buffer_text(&text), awaited);
}

/* Frames have NULs in them. */
static bool heard(const struct raw_client *client, const char *text)
{
    return memmem(buffer_text(&client->heard), client->heard.length, text, strlen(text)) != NULL;
}

static void send_frame(struct raw_client *client, int first, const void *payload, size_t length, const char *awaited)
{
    released_by(buffer_release) struct buffer frame = { 0 };

    raw_client_frame(&frame, first, payload, length);
    raw_client_say(client, buffer_text(&frame), frame.length, awaited);
}

/* The answer to the ping says that the frame before it was read. */
static void send_frame_and_ping(struct raw_client *client, int first, const void *payload, size_t length)
{
    released_by(buffer_release) struct buffer frames = { 0 };

    raw_client_frame(&frames, first, payload, length);
    raw_client_frame(&frames, 0x89, "behind", 6);
    raw_client_say(client, buffer_text(&frames), frames.length, "behind");
}

static void what_no_client_of_slack_may_send_is_noticed(void)
{
    static char large[SOCKETS_FRAME_MAX + 1];
    static const struct {
        const char *name;
        int first;
        const char *payload;
        size_t length;
        const char *violations;
        const char *answer; /* the Close frame; NULL = none */
    } cases[] = {
        { "ack of nothing", 0x81, "{\"envelope_id\":\"x\"}", 19, "unknown_envelope ", NULL },
        { "no JSON", 0x81, "hello", 5, "not_an_ack ", NULL },
        { "no id", 0x81, "{}", 2, "not_an_ack ", NULL },
        { "binary", 0x82, "{}", 2, "binary_frame ", NULL },
        { "first of two", 0x01, "{", 1, "fragmented_message ", NULL },
        { "compressed", 0xC1, "{}", 2, "malformed_frame ", "\x88\x02\x03\xea" },
        { "reserved opcode", 0x83, "{}", 2, "malformed_frame ", "\x88\x02\x03\xea" },
        { "ping in pieces", 0x09, "", 0, "malformed_frame ", "\x88\x02\x03\xea" },
        { "largest", 0x81, large, SOCKETS_FRAME_MAX, "not_an_ack ", NULL },
        { "too large", 0x81, large, SOCKETS_FRAME_MAX + 1, "frame_too_large ",
          "\x88\x2e\x03\xf1Max frame length of 20480 has been exceeded." },
        { "close with a reserved code", 0x88, "\x03\xed", 2, "malformed_close ", "\x88" },
        { "close", 0x88, "\x03\xe8", 2, "", "\x88\x02\x03\xe8" },
        { "ping", 0x89, "are you there", 13, "",
          "\x8a\x0d"
          "are you there" },
        { "pong that nobody asked for", 0x8A, "", 0, "", NULL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        char kinds[256];

        scene_begin(&scene);
        open_socket(&scene, &scene.client, "\"app_id\"");
        case_number(cases[i].name, heard(&scene.client, "\"num_connections\":1"), true);
        if (cases[i].answer != NULL)
            send_frame(&scene.client, cases[i].first, cases[i].payload, cases[i].length, cases[i].answer);
        else
            send_frame_and_ping(&scene.client, cases[i].first, cases[i].payload, cases[i].length);
        case_number(cases[i].name, scene.client.ended, false);
        case_text(cases[i].name, violations_of(&scene, kinds), cases[i].violations);
        scene_end(&scene);
    }
}

static void a_frame_without_a_mask_is_noticed(void)
{
    struct scene scene;
    char kinds[256];

    scene_begin(&scene);
    open_socket(&scene, &scene.client, "\"app_id\"");
    raw_client_say_text(&scene.client, "\x81\x02{}", "\x88\x02\x03\xea");
    CU_ASSERT_STRING_EQUAL(violations_of(&scene, kinds), "frame_without_mask ");
    scene_end(&scene);
}

static void a_ticket_opens_one_socket(void)
{
    static const char upgrade[] = "GET /link/?ticket=t&app_id=ACUR000001 HTTP/1.1\r\nHost: slack.test\r\n"
                                  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    struct scene scene;
    struct raw_client second;
    char kinds[256];

    scene_begin(&scene);
    raw_client_connect(&second, scene.loop, scene.port);
    grants_give(&scene.slack.tickets, "t", slack_now_ms(&scene.slack));
    raw_client_say_text(&scene.client, upgrade, "\"app_id\"");
    CU_ASSERT_PTR_NOT_NULL(strstr(raw_client_say_text(&second, upgrade, "Unauthorized\n"), "HTTP/1.1 401 "));
    CU_ASSERT_STRING_EQUAL(violations_of(&scene, kinds), "ticket_used_again ");
    raw_client_close(&second);
    scene_end(&scene);
}

static void the_eleventh_socket_is_one_too_many(void)
{
    struct scene scene;
    struct raw_client clients[SOCKETS_MAX];

    scene_begin(&scene);
    for (int i = 0; i < SOCKETS_MAX; i++) {
        raw_client_connect(&clients[i], scene.loop, scene.port);
        open_socket(&scene, &clients[i], "\"app_id\"");
    }
    open_socket(&scene, &scene.client, "}}");
    CU_ASSERT(heard(&scene.client, "{\"type\":\"disconnect\",\"reason\":\"too_many_websockets\""));
    CU_ASSERT_FALSE(heard(&scene.client, "hello"));
    for (int i = 0; i < SOCKETS_MAX; i++)
        raw_client_close(&clients[i]);
    scene_end(&scene);
}

/* Says the ack with a payload (NULL = none), and waits until it was read. */
static void send_ack(struct scene *scene, const char *id, const char *payload)
{
    released_by(buffer_release) struct buffer text = { 0 };

    buffer_append_format(&text, "{\"envelope_id\":\"%s\"", id);
    if (payload != NULL)
        buffer_append_format(&text, ",\"payload\":%s", payload);
    buffer_append_text(&text, "}");
    send_frame_and_ping(&scene->client, 0x81, text.data, text.length);
}

static void an_envelope_is_acked_as_often_as_it_was_delivered(void)
{
    struct scene scene;
    struct payload_grants grants = { 0 };
    struct delivery_options options = { 0 };
    char id[ENVELOPE_ID_SIZE], again[ENVELOPE_ID_SIZE], kinds[256];

    scene_begin(&scene);
    open_socket(&scene, &scene.client, "\"app_id\"");
    send_command(&scene, &grants, id, true);
    send_ack(&scene, id, NULL);
    CU_ASSERT(envelopes_repeat(scene.slack.envelopes, id, false, &options, again));
    CU_ASSERT_STRING_EQUAL(again, id);
    send_ack(&scene, id, "{}");
    CU_ASSERT_STRING_EQUAL(violations_of(&scene, kinds), "");
    send_ack(&scene, id, NULL);
    CU_ASSERT_STRING_EQUAL(violations_of(&scene, kinds), "acked_too_often ");
    scene_end(&scene);
}

static void the_payload_of_an_ack_is_judged(void)
{
    static const struct {
        bool accepts_payload;
        const char *payload;
        const char *violations;
        int messages;
    } cases[] = {
        { true, "{\"text\":\"hi\",\"response_type\":\"ephemeral\"}", "", 1 },
        { true, "{\"text\":\"hi\",\"response_type\":\"whisper\"}", "invalid_response_type ", 0 },
        { true, "{\"blocks\":[{\"type\":\"x\"}]}", "invalid_blocks ", 0 },
        { true, "{\"response_action\":\"explode\"}", "invalid_response_action ", 0 },
        { true, "\"hi\"", "payload_is_no_object ", 0 },
        { false, "{\"text\":\"hi\"}", "payload_not_accepted ", 0 },
        { false, "{}", "", 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        struct delivery_options options = { 0 };
        cJSON *payload = cJSON_Parse("{\"channel_id\":\"CDEV000001\",\"user_id\":\"UANN000001\"}");
        char id[ENVELOPE_ID_SIZE], kinds[256];

        scene_begin(&scene);
        open_socket(&scene, &scene.client, "\"app_id\"");
        CU_ASSERT(envelopes_deliver(scene.slack.envelopes, "slash_commands", cases[i].accepts_payload, payload, NULL,
                                    &options, id));
        send_ack(&scene, id, cases[i].payload);
        case_text(cases[i].payload, violations_of(&scene, kinds), cases[i].violations);
        case_number(cases[i].payload, scene.slack.workspace.message_count, cases[i].messages);
        scene_end(&scene);
    }
}

static void an_envelope_begins_with_its_payload_and_can_come_in_pieces(void)
{
    struct scene scene;
    struct delivery_options options = { .envelope_id = "e1", .form.fragments = 3 };
    char id[ENVELOPE_ID_SIZE];

    scene_begin(&scene);
    open_socket(&scene, &scene.client, "\"app_id\"");
    buffer_clear(&scene.client.heard);
    CU_ASSERT(envelopes_deliver(scene.slack.envelopes, "events_api", false, cJSON_CreateObject(),
                                cJSON_Parse("{\"retry_attempt\":0}"), &options, id));
    /* {"payload":{},"envelope_id":"e1","type":"events_api","accepts_response_payload":false,"retry_attempt":0} */
    const char *frames = raw_client_listen(&scene.client, "t\":0}");
    CU_ASSERT_EQUAL(memcmp(frames, "\x01\x23{\"payload\":{},\"envelope_id\":\"e1\",\"t", 37), 0);
    CU_ASSERT_EQUAL(memcmp(frames + 37, "\x00\x23ype\":\"events_api\"", 19), 0);
    CU_ASSERT_EQUAL((unsigned char) frames[74], 0x80);
    scene_end(&scene);
}

TEST_MAIN("standin/slack_front", TEST(the_web_api_refuses_what_slack_refuses), TEST(a_scope_that_is_missing_is_named),
          TEST(too_many_messages_in_a_channel_are_told_when_to_come_back),
          TEST(a_lost_answer_leaves_the_message_and_a_refused_one_does_not),
          TEST(a_response_url_is_used_up_after_five_answers_and_expires_after_thirty_minutes),
          TEST(a_command_has_no_message_to_replace), TEST(what_no_client_of_slack_may_send_is_noticed),
          TEST(a_frame_without_a_mask_is_noticed), TEST(a_ticket_opens_one_socket),
          TEST(the_eleventh_socket_is_one_too_many), TEST(an_envelope_is_acked_as_often_as_it_was_delivered),
          TEST(the_payload_of_an_ack_is_judged), TEST(an_envelope_begins_with_its_payload_and_can_come_in_pieces))
