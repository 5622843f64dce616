/* tests/standin/slack_sockets.c - who may connect, and who of the connected gets an envelope. */
#include "tests/standin/slack_sockets.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "tests/standin/slack_session.h"

#include <stdlib.h>
#include <string.h>

enum { CODE_MIN = 1000, CODE_MAX = 4999, CODE_GOING_AWAY = 1001 };

struct sockets {
    struct slack *slack;
    struct session *first;
    int64_t count; /* of all there ever were */
    int64_t life_s;
    bool link_disabled;
};

static const char *check_ticket(struct sockets *sockets, const struct server_request *request);
static void open_session(struct sockets *sockets, const struct server_request *request,
                         struct server_response *response, bool greets);
static void answer_fault(struct server_response *response, const struct fault *fault);

struct sockets *sockets_new(struct slack *slack)
{
    struct sockets *sockets = memory_new(1, sizeof *sockets);

    sockets->slack = slack;
    sockets->life_s = SOCKETS_LIFE_S;
    return sockets;
}

void sockets_free(struct sockets *sockets)
{
    free(sockets);
}

void sockets_configure(struct sockets *sockets, int64_t life_s, bool link_disabled)
{
    sockets->life_s = life_s;
    sockets->link_disabled = link_disabled;
}

static int count_live(const struct sockets *sockets)
{
    int count = 0;

    for (const struct session *each = sockets->first; each != NULL; each = each->next)
        if (each->state != SESSION_CLOSING)
            count++;
    return count;
}

void sockets_answer(struct sockets *sockets, const struct server_request *request, struct server_response *response)
{
    static const char refusal[] = "Unauthorized\n";
    struct fault fault = { 0 };
    const char *error = check_ticket(sockets, request);

    if (error != NULL) {
        slack_violation(sockets->slack, error, "websocket", "");
        server_respond(response, 401, "text/plain", refusal, sizeof refusal - 1);
        return;
    }
    if (faults_take(&sockets->slack->faults, "websocket", "", &fault) && fault_spoils(&fault) && !fault.no_hello)
        answer_fault(response, &fault);
    else
        open_session(sockets, request, response, !fault.no_hello);
    fault_release(&fault);
}

static void answer_fault(struct server_response *response, const struct fault *fault)
{
    const char *type = fault->content_type[0] != '\0' ? fault->content_type : "text/html; charset=utf-8";

    if (fault->close)
        server_response_drop(response);
    else
        server_respond(response, fault->status != 0 ? (int) fault->status : 200, type, fault->body,
                       strlen(fault->body));
}

static const char *check_ticket(struct sockets *sockets, const struct server_request *request)
{
    released_by(buffer_release) struct buffer ticket = { 0 };
    released_by(buffer_release) struct buffer app = { 0 };
    const struct grant *grant = NULL;

    if (!request->wants_websocket)
        return "no_websocket_upgrade";
    if (!server_query(request->query, "ticket", &ticket) || !server_query(request->query, "app_id", &app) ||
        !text_equal(buffer_text(&app), workspace_app))
        return "url_was_changed";
    switch (grants_use(&sockets->slack->tickets, buffer_text(&ticket), slack_now_ms(sockets->slack), &grant)) {
    case GRANT_GOOD:
        return NULL;
    case GRANT_USED:
        return "ticket_used_again";
    case GRANT_EXPIRED:
        return "ticket_expired";
    case GRANT_UNKNOWN:
        break;
    }
    return "ticket_unknown";
}

static int64_t life_of(const struct sockets *sockets, const struct server_request *request)
{
    released_by(buffer_release) struct buffer value = { 0 };
    bool is_short = server_query(request->query, "debug_reconnects", &value) && text_equal(buffer_text(&value), "true");

    return is_short ? SOCKETS_DEBUG_LIFE_S : sockets->life_s;
}

static void open_session(struct sockets *sockets, const struct server_request *request,
                         struct server_response *response, bool greets)
{
    struct slack *slack = sockets->slack;
    int count = count_live(sockets) + 1;
    struct session *session = session_new(slack, &sockets->first, ++sockets->count, life_of(sockets, request));
    cJSON *entry = cJSON_CreateObject();

    session->socket = server_response_upgrade(response, request, &session->owner);
    cJSON_AddNumberToObject(entry, "session", (double) session->number);
    slack_note(slack, "connection", entry);
    if (count > SOCKETS_MAX) {
        slack_violation(slack, "too_many_websockets", "websocket", "");
        session_disconnect(session, "too_many_websockets");
        session_close(session, CODE_MIN, "");
    } else if (sockets->link_disabled) {
        session_disconnect(session, "link_disabled");
        session_close(session, CODE_MIN, "");
    } else if (greets) {
        session_greet(session, count);
    }
}

/* Any of them may get it, with the same chance. */
static struct session *choose(const struct sockets *sockets, int64_t number)
{
    struct session *chosen = NULL;
    uint32_t count = 0;

    for (struct session *each = sockets->first; each != NULL; each = each->next) {
        if (!session_takes_envelopes(each) || (number != SOCKETS_ANY && each->number != number))
            continue;
        count++;
        if (random_number() % count == 0)
            chosen = each;
    }
    return chosen;
}

bool sockets_send(struct sockets *sockets, int64_t session, const char *text, size_t length,
                  const struct envelope_form *form, int64_t *ret_session)
{
    struct session *chosen = choose(sockets, session);
    size_t pieces = form->fragments > 1 ? (size_t) form->fragments : 1;
    size_t piece = length / pieces + 1;

    if (chosen == NULL)
        return false;
    for (size_t sent = 0; sent < length; sent += piece) {
        enum server_opcode opcode = form->binary ? SERVER_BINARY : SERVER_TEXT;
        bool final = length - sent <= piece;

        session_send(chosen, sent == 0 ? opcode : SERVER_CONTINUATION, final, text + sent,
                     final ? length - sent : piece);
    }
    *ret_session = chosen->number;
    return true;
}

void sockets_disconnect(struct sockets *sockets, int64_t session, const char *reason)
{
    for (struct session *each = sockets->first; each != NULL; each = each->next)
        if (each->state != SESSION_CLOSING && (session == SOCKETS_ANY || each->number == session))
            session_disconnect(each, reason);
}

/* One kind of fault on one session. false: no such kind. */
static bool spoil(struct session *session, const char *kind, int code, const char *text)
{
    /* A text frame with all three reserved bits and a length that leaves the client waiting. */
    static const unsigned char garbage[] = { 0xF1, 0x7F, 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00 };

    if (text_equal(kind, "drop")) {
        server_socket_drop(session->socket);
    } else if (text_equal(kind, "finish")) {
        session->state = SESSION_CLOSING;
        server_socket_finish(session->socket);
    } else if (text_equal(kind, "silence")) {
        session->silent = true;
        server_socket_pause(session->socket);
    } else if (text_equal(kind, "garbage")) {
        server_socket_send_raw(session->socket, garbage, sizeof garbage);
    } else if (text_equal(kind, "close")) {
        session_close(session, code, text);
    } else if (text_equal(kind, "text")) {
        session_send(session, SERVER_TEXT, true, text, strlen(text));
    } else {
        return false;
    }
    return true;
}

bool sockets_spoil(struct sockets *sockets, int64_t session, const cJSON *json, struct error *error)
{
    const char *kind = json_text(json, "kind");
    int64_t code = 0;
    struct session *next = NULL;

    if (!json_number(json, "code", CODE_GOING_AWAY, CODE_MIN, CODE_MAX, &code, error))
        return false;
    for (struct session *each = sockets->first; each != NULL; each = next) {
        next = each->next;
        if ((session == SOCKETS_ANY || each->number == session) &&
            !spoil(each, kind, (int) code, json_text(json, "text")))
            return error_set(error, ERROR_INPUT, "no such fault: %s", kind);
    }
    return true;
}

cJSON *sockets_show(const struct sockets *sockets)
{
    cJSON *shown = cJSON_CreateObject();
    cJSON *list = NULL;

    cJSON_AddNumberToObject(shown, "count", count_live(sockets));
    list = cJSON_AddArrayToObject(shown, "sessions");
    for (const struct session *each = sockets->first; each != NULL; each = each->next) {
        cJSON *item = cJSON_CreateObject();

        cJSON_AddNumberToObject(item, "session", (double) each->number);
        cJSON_AddBoolToObject(item, "ready", each->state == SESSION_READY);
        cJSON_AddBoolToObject(item, "closing", each->state == SESSION_CLOSING);
        cJSON_AddBoolToObject(item, "silent", each->silent);
        cJSON_AddItemToArray(list, item);
    }
    return shown;
}
