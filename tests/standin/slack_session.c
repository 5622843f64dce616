/* tests/standin/slack_session.c - RFC 6455 for the frames, Slack's own rules for what stands in them. */
#include "tests/standin/slack_session.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/slack_envelopes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    PING_INTERVAL_MS = 10 * 1000,
    PONG_PATIENCE_MS = 120 * 1000, /* then Slack drops the connection */
    WARNING_MS = 10 * 1000,
    CLOSE_PATIENCE_MS = 10 * 1000,
    CONTROL_PAYLOAD_MAX = 125,
    CODE_GOING = 1000,
    CODE_PROTOCOL = 1002,
    CODE_NONE = 1005,
    CODE_TOO_LARGE = 1009,
    MS_PER_S = 1000,
    WHERE_SIZE = 32,
    NOTE_SIZE = 64,
};

static void receive(struct server_socket_owner *owner, const struct server_frame *frame);
static void end(struct server_socket_owner *owner);
static void be_closed(struct server_socket_owner *owner);
static void receive_text(struct session *session, const struct server_frame *frame);
static void receive_close(struct session *session, const struct server_frame *frame);
static void receive_pong(struct session *session, const struct server_frame *frame);
static void ping(struct flow *flow);
static void age(struct flow *flow);
static void give_up(struct flow *flow);

static void violate(struct session *session, const char *kind, const char *detail)
{
    char where[WHERE_SIZE];

    snprintf(where, sizeof where, "session %" PRId64, session->number);
    slack_violation(session->slack, kind, where, detail);
}

struct session *session_new(struct slack *slack, struct session **list, int64_t number, int64_t life_s)
{
    struct session *session = memory_new(1, sizeof *session);

    session->owner = (struct server_socket_owner){ .received = receive, .ended = end, .closed = be_closed };
    session->slack = slack;
    session->list = list;
    session->next = *list;
    *list = session;
    session->number = number;
    session->life_s = life_s;
    session->close_code = CODE_NONE;
    session->ping_flow.pump = ping;
    session->life_flow.pump = age;
    session->end_flow.pump = give_up;
    return session;
}

void session_send(struct session *session, enum server_opcode opcode, bool final, const void *payload, size_t length)
{
    if (!session->silent)
        server_socket_send(session->socket, opcode, final, payload, length);
}

static void send_json(struct session *session, cJSON *value)
{
    released_by(buffer_release) struct buffer text = { 0 };

    slack_write_json(value, &text);
    cJSON_Delete(value);
    session_send(session, SERVER_TEXT, true, buffer_text(&text), text.length);
}

static void add_debug_info(const struct session *session, cJSON *message, bool with_time)
{
    cJSON *info = cJSON_AddObjectToObject(message, "debug_info");

    cJSON_AddStringToObject(info, "host", "applink-2");
    if (!with_time)
        return;
    cJSON_AddNumberToObject(info, "build_number", 158);
    cJSON_AddNumberToObject(info, "approximate_connection_time", (double) session->life_s);
}

void session_greet(struct session *session, int count)
{
    cJSON *hello = cJSON_CreateObject();
    cJSON *entry = cJSON_CreateObject();
    int64_t life_ms = session->life_s * MS_PER_S;

    cJSON_AddStringToObject(hello, "type", "hello");
    cJSON_AddNumberToObject(hello, "num_connections", count);
    add_debug_info(session, hello, true);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(hello, "connection_info"), "app_id", workspace_app);
    send_json(session, hello);
    session->state = SESSION_READY;
    session->ponged_ms = loop_monotonic_ms(session->slack->loop);
    timer_start(session->slack->loop, &session->ping_timer, PING_INTERVAL_MS, &session->ping_flow);
    timer_start(session->slack->loop, &session->life_timer, life_ms > WARNING_MS ? life_ms - WARNING_MS : 0,
                &session->life_flow);
    cJSON_AddNumberToObject(entry, "session", (double) session->number);
    cJSON_AddNumberToObject(entry, "num_connections", count);
    slack_note(session->slack, "hello", entry);
}

void session_disconnect(struct session *session, const char *reason)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "type", "disconnect");
    cJSON_AddStringToObject(message, "reason", reason);
    add_debug_info(session, message, false);
    send_json(session, message);
    if (!text_equal(reason, "warning"))
        timer_start(session->slack->loop, &session->end_timer, CLOSE_PATIENCE_MS, &session->end_flow);
}

void session_close(struct session *session, int code, const char *reason)
{
    released_by(buffer_release) struct buffer payload = { 0 };

    session->state = SESSION_CLOSING;
    if (session->sent_close)
        return;
    session->sent_close = true;
    if (code != CODE_NONE) {
        buffer_append_char(&payload, (char) (code >> 8));
        buffer_append_char(&payload, (char) (code & 0xFF));
        buffer_append_text(&payload, reason);
    }
    session_send(session, SERVER_CLOSE, true, buffer_text(&payload), payload.length);
    timer_start(session->slack->loop, &session->end_timer, CLOSE_PATIENCE_MS, &session->end_flow);
}

bool session_takes_envelopes(const struct session *session)
{
    return session->state == SESSION_READY;
}

/* timers */

static void ping(struct flow *flow)
{
    struct session *session = (struct session *) ((char *) flow - offsetof(struct session, ping_flow));
    int64_t now_ms = loop_monotonic_ms(session->slack->loop);

    if (session->state != SESSION_READY || session->silent)
        return;
    if (now_ms - session->ponged_ms >= PONG_PATIENCE_MS) {
        violate(session, "no_pong", "");
        server_socket_drop(session->socket);
        return;
    }
    snprintf(session->ping_text, sizeof session->ping_text, "Ping from applink-%" PRId64, session->number);
    session->pong_is_due = true;
    session_send(session, SERVER_PING, true, session->ping_text, strlen(session->ping_text));
    timer_start(session->slack->loop, &session->ping_timer, PING_INTERVAL_MS, &session->ping_flow);
}

/* First a warning, then the end. */
static void age(struct flow *flow)
{
    struct session *session = (struct session *) ((char *) flow - offsetof(struct session, life_flow));
    int64_t life_ms = session->life_s * MS_PER_S;

    if (session->warned) {
        session_disconnect(session, "refresh_requested");
        return;
    }
    session->warned = true;
    session_disconnect(session, "warning");
    timer_start(session->slack->loop, &session->life_timer, life_ms < WARNING_MS ? life_ms : WARNING_MS,
                &session->life_flow);
}

/* The client was told to go: once it is asked by a Close, then it is dropped. */
static void give_up(struct flow *flow)
{
    struct session *session = (struct session *) ((char *) flow - offsetof(struct session, end_flow));

    if (session->sent_close)
        server_socket_close(session->socket);
    else
        session_close(session, CODE_GOING, "");
}

/* what the client sends */

static void refuse(struct session *session, const char *kind, int code, const char *reason)
{
    violate(session, kind, "");
    session_close(session, code, reason);
}

static void receive(struct server_socket_owner *owner, const struct server_frame *frame)
{
    struct session *session = (struct session *) owner;
    bool is_control = frame->opcode >= SERVER_CLOSE;

    if (!frame->masked) {
        refuse(session, "frame_without_mask", CODE_PROTOCOL, "");
        return;
    }
    if (frame->reserved != 0 || (is_control && (!frame->final || frame->length > CONTROL_PAYLOAD_MAX))) {
        refuse(session, "malformed_frame", CODE_PROTOCOL, "");
        return;
    }
    switch (frame->opcode) {
    case SERVER_TEXT:
        receive_text(session, frame);
        break;
    case SERVER_CONTINUATION:
        violate(session, "fragmented_message", "");
        break;
    case SERVER_BINARY:
        violate(session, "binary_frame", "");
        break;
    case SERVER_CLOSE:
        receive_close(session, frame);
        break;
    case SERVER_PING:
        session_send(session, SERVER_PONG, true, frame->payload, (size_t) frame->length);
        break;
    case SERVER_PONG:
        receive_pong(session, frame);
        break;
    default:
        refuse(session, "malformed_frame", CODE_PROTOCOL, "");
        break;
    }
}

static void receive_text(struct session *session, const struct server_frame *frame)
{
    if (frame->length > SOCKETS_FRAME_MAX) {
        refuse(session, "frame_too_large", CODE_TOO_LARGE, "Max frame length of 20480 has been exceeded.");
        return;
    }
    if (!frame->final) {
        violate(session, "fragmented_message", "");
        return;
    }
    envelopes_take_ack(session->slack->envelopes, session->number, frame->payload, (size_t) frame->length);
}

static bool is_sendable(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1011) || (code >= 3000 && code <= 4999);
}

/* Slack answers and leaves it to the client to end TCP. */
static void receive_close(struct session *session, const struct server_frame *frame)
{
    cJSON *entry = cJSON_CreateObject();
    const unsigned char *payload = (const unsigned char *) frame->payload;

    session->received_close = true;
    if (frame->length >= 2)
        session->close_code = payload[0] << 8 | payload[1];
    if (frame->length == 1 || (frame->length >= 2 && !is_sendable(session->close_code)))
        violate(session, "malformed_close", "");
    session_close(session, session->close_code, "");
    cJSON_AddNumberToObject(entry, "session", (double) session->number);
    cJSON_AddNumberToObject(entry, "code", session->close_code);
    slack_note(session->slack, "close", entry);
}

static void receive_pong(struct session *session, const struct server_frame *frame)
{
    bool is_same = frame->length == strlen(session->ping_text) &&
                   memcmp(frame->payload, session->ping_text, (size_t) frame->length) == 0;

    session->ponged_ms = loop_monotonic_ms(session->slack->loop);
    if (session->pong_is_due && !is_same)
        violate(session, "pong_is_no_echo", "");
    session->pong_is_due = false;
}

/* Half a close by the client: nothing more will come, so Slack ends it too. */
static void end(struct server_socket_owner *owner)
{
    server_socket_close(((struct session *) owner)->socket);
}

static void be_closed(struct server_socket_owner *owner)
{
    struct session *session = (struct session *) owner;
    struct session **place = session->list;
    cJSON *entry = cJSON_CreateObject();

    while (*place != session)
        place = &(*place)->next;
    *place = session->next;
    timer_stop(session->slack->loop, &session->ping_timer);
    timer_stop(session->slack->loop, &session->life_timer);
    timer_stop(session->slack->loop, &session->end_timer);
    cJSON_AddNumberToObject(entry, "session", (double) session->number);
    cJSON_AddBoolToObject(entry, "received_close", session->received_close);
    cJSON_AddBoolToObject(entry, "sent_close", session->sent_close);
    cJSON_AddNumberToObject(entry, "code", session->close_code);
    slack_note(session->slack, "disconnection", entry);
    free(session);
}
