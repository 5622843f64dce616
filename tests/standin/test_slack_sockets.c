/* tests/standin/test_slack_sockets.c - tests/standin/slack_sockets.h and its sessions: tickets, frames, acks, faults. */
#include "tests/standin/slack_sockets.h"

#include "base/json.h"
#include "tests/standin/slack_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <errno.h>
#include <string.h>

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
        char kinds[SCENE_KINDS_SIZE];

        scene_begin(&scene);
        scene_open_socket(&scene, &scene.client, "\"app_id\"");
        case_number(cases[i].name, raw_client_heard(&scene.client, "\"num_connections\":1"), true);
        if (cases[i].answer != NULL)
            send_frame(&scene.client, cases[i].first, cases[i].payload, cases[i].length, cases[i].answer);
        else
            send_frame_and_ping(&scene.client, cases[i].first, cases[i].payload, cases[i].length);
        case_number(cases[i].name, scene.client.ended, false);
        case_text(cases[i].name, scene_violations(&scene, kinds), cases[i].violations);
        scene_end(&scene);
    }
}

static void a_frame_without_a_mask_is_noticed(void)
{
    struct scene scene;
    char kinds[SCENE_KINDS_SIZE];

    scene_begin(&scene);
    scene_open_socket(&scene, &scene.client, "\"app_id\"");
    raw_client_say_text(&scene.client, "\x81\x02{}", "\x88\x02\x03\xea");
    CU_ASSERT_STRING_EQUAL(scene_violations(&scene, kinds), "frame_without_mask ");
    scene_end(&scene);
}

static void a_ticket_opens_one_socket(void)
{
    static const char upgrade[] = "GET /link/?ticket=t&app_id=ACUR000001 HTTP/1.1\r\nHost: slack.test\r\n"
                                  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    struct scene scene;
    struct raw_client second;
    char kinds[SCENE_KINDS_SIZE];

    scene_begin(&scene);
    raw_client_connect(&second, scene.loop, scene.port);
    grants_give(&scene.slack.tickets, "t", slack_now_ms(&scene.slack));
    raw_client_say_text(&scene.client, upgrade, "\"app_id\"");
    CU_ASSERT_PTR_NOT_NULL(strstr(raw_client_say_text(&second, upgrade, "Unauthorized\n"), "HTTP/1.1 401 "));
    CU_ASSERT_STRING_EQUAL(scene_violations(&scene, kinds), "ticket_used_again ");
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
        scene_open_socket(&scene, &clients[i], "\"app_id\"");
    }
    scene_open_socket(&scene, &scene.client, "}}");
    CU_ASSERT(raw_client_heard(&scene.client, "{\"type\":\"disconnect\",\"reason\":\"too_many_websockets\""));
    CU_ASSERT_FALSE(raw_client_heard(&scene.client, "hello"));
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
    char id[ENVELOPE_ID_SIZE], again[ENVELOPE_ID_SIZE], kinds[SCENE_KINDS_SIZE];

    scene_begin(&scene);
    scene_open_socket(&scene, &scene.client, "\"app_id\"");
    scene_send_command(&scene, true, &grants, id);
    send_ack(&scene, id, NULL);
    CU_ASSERT(envelopes_repeat(scene.slack.envelopes, id, false, &options, again));
    CU_ASSERT_STRING_EQUAL(again, id);
    send_ack(&scene, id, "{}");
    CU_ASSERT_STRING_EQUAL(scene_violations(&scene, kinds), "");
    send_ack(&scene, id, NULL);
    CU_ASSERT_STRING_EQUAL(scene_violations(&scene, kinds), "acked_too_often ");
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
        char id[ENVELOPE_ID_SIZE], kinds[SCENE_KINDS_SIZE];

        scene_begin(&scene);
        scene_open_socket(&scene, &scene.client, "\"app_id\"");
        CU_ASSERT(envelopes_deliver(scene.slack.envelopes, "slash_commands", cases[i].accepts_payload, payload, NULL,
                                    &options, id));
        send_ack(&scene, id, cases[i].payload);
        case_text(cases[i].payload, scene_violations(&scene, kinds), cases[i].violations);
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
    scene_open_socket(&scene, &scene.client, "\"app_id\"");
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

static void every_fault_of_a_socket_is_seen_by_its_client(void)
{
    static const struct {
        const char *fault;
        const char *heard;
        bool ends;
        int failure;
    } cases[] = {
        { "{\"kind\":\"drop\"}", "", true, ECONNRESET },
        { "{\"kind\":\"finish\"}", "", true, 0 },
        { "{\"kind\":\"garbage\"}", "\xF1\x7F\x80", false, 0 },
        { "{\"kind\":\"close\"}", "\x88\x02\x03\xE9", false, 0 },
        { "{\"kind\":\"close\",\"code\":4000,\"text\":\"go\"}", "\x88\x04\x0F\xA0go", false, 0 },
        { "{\"kind\":\"text\",\"text\":\"UNAUTHENTICATED: cache_error\"}", "\x81\x1CUNAUTHENTICATED: cache_error",
          false, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;
        struct error error = { 0 };
        cJSON *fault = cJSON_Parse(cases[i].fault);

        scene_begin(&scene);
        scene_open_socket(&scene, &scene.client, "\"app_id\"");
        buffer_clear(&scene.client.heard);
        case_holds(cases[i].fault, sockets_spoil(scene.slack.sockets, SOCKETS_ANY, fault, &error));
        raw_client_listen(&scene.client, cases[i].ends ? "never" : cases[i].heard);
        case_number(cases[i].fault, scene.client.ended, cases[i].ends);
        case_number(cases[i].fault, scene.client.failure, cases[i].failure);
        case_holds(cases[i].fault, raw_client_heard(&scene.client, cases[i].heard));
        scene_end(&scene);
        cJSON_Delete(fault);
    }
}

static void a_silent_socket_neither_answers_nor_ends_and_still_gets_its_share(void)
{
    released_by(json_release) cJSON *fault = cJSON_Parse("{\"kind\":\"silence\"}");
    struct scene scene;
    struct raw_client second;
    struct payload_grants grants = { 0 };
    struct error error = { 0 };
    char id[ENVELOPE_ID_SIZE];

    scene_begin(&scene);
    scene_open_socket(&scene, &scene.client, "\"app_id\"");
    buffer_clear(&scene.client.heard);
    CU_ASSERT(sockets_spoil(scene.slack.sockets, 1, fault, &error));
    scene_send_command(&scene, true, &grants, id);
    /* Another client's turn through the same loop: whatever was meant for the first would have come by then. */
    raw_client_connect(&second, scene.loop, scene.port);
    scene_open_socket(&scene, &second, "\"num_connections\":2");
    CU_ASSERT_EQUAL(scene.client.heard.length, 0);
    CU_ASSERT_FALSE(scene.client.ended);
    raw_client_close(&second);
    scene_end(&scene);
}

static void a_disconnect_names_its_reason(void)
{
    struct scene scene;

    scene_begin(&scene);
    scene_open_socket(&scene, &scene.client, "\"app_id\"");
    buffer_clear(&scene.client.heard);
    sockets_disconnect(scene.slack.sockets, 1, "refresh_requested");
    raw_client_listen(&scene.client, "}}");
    CU_ASSERT(raw_client_heard(
        &scene.client,
        "{\"type\":\"disconnect\",\"reason\":\"refresh_requested\",\"debug_info\":{\"host\":\"applink-2\"}}"));
    scene_end(&scene);
}

static void a_connection_that_lives_for_seconds_is_warned_and_told_to_go(void)
{
    struct scene scene;

    scene_begin(&scene);
    sockets_configure(scene.slack.sockets, 0, false);
    scene_open_socket(&scene, &scene.client, "refresh_requested");
    CU_ASSERT(raw_client_heard(&scene.client, "\"approximate_connection_time\":0"));
    CU_ASSERT(raw_client_heard(&scene.client, "\"reason\":\"warning\""));
    scene_end(&scene);
}

static void with_socket_mode_switched_off_there_is_no_hello(void)
{
    struct scene scene;

    scene_begin(&scene);
    sockets_configure(scene.slack.sockets, SOCKETS_LIFE_S, true);
    scene_open_socket(&scene, &scene.client, "link_disabled");
    CU_ASSERT_FALSE(raw_client_heard(&scene.client, "hello"));
    scene_end(&scene);
}

static void after_the_handshake_of_a_close_tcp_is_left_to_the_client(void)
{
    struct scene scene;
    struct raw_client second;

    scene_begin(&scene);
    scene_open_socket(&scene, &scene.client, "\"app_id\"");
    send_frame(&scene.client, 0x88, "\x03\xe8", 2, "\x88\x02\x03\xe8");
    raw_client_connect(&second, scene.loop, scene.port);
    scene_open_socket(&scene, &second, "\"num_connections\":1");
    CU_ASSERT_FALSE(scene.client.ended);
    raw_client_close(&second);
    scene_end(&scene);
}

TEST_MAIN("standin/slack_sockets", TEST(what_no_client_of_slack_may_send_is_noticed),
          TEST(a_frame_without_a_mask_is_noticed), TEST(a_ticket_opens_one_socket),
          TEST(the_eleventh_socket_is_one_too_many), TEST(an_envelope_is_acked_as_often_as_it_was_delivered),
          TEST(the_payload_of_an_ack_is_judged), TEST(an_envelope_begins_with_its_payload_and_can_come_in_pieces),
          TEST(every_fault_of_a_socket_is_seen_by_its_client),
          TEST(a_silent_socket_neither_answers_nor_ends_and_still_gets_its_share), TEST(a_disconnect_names_its_reason),
          TEST(a_connection_that_lives_for_seconds_is_warned_and_told_to_go),
          TEST(with_socket_mode_switched_off_there_is_no_hello),
          TEST(after_the_handshake_of_a_close_tcp_is_left_to_the_client))
