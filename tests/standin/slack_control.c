/* tests/standin/slack_control.c - a table of calls; each reads its JSON, does one thing and answers. */
#include "tests/standin/slack_control.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/slack_envelopes.h"
#include "tests/standin/slack_payload.h"
#include "tests/standin/slack_waiters.h"

#include <stdlib.h>

enum {
    COPIES_MAX = 1000,
    FRAGMENTS_MAX = 1000,
    PADDING_MAX = 4 * 1024 * 1024,
    SESSION_NUMBER_MAX = 1000 * 1000,
    LIFE_MAX_S = 24 * 60 * 60,
    FORWARD_MAX_MS = 7 * 24 * 60 * 60 * 1000
};

struct control {
    struct server_handler handler;
    struct slack *slack;
    struct waiters waiters;
};

/* What a call asks and what it is answered. */
struct exchange {
    struct slack *slack;
    const cJSON *json; /* of the body; an empty object when there is none */
    const char *query;
    cJSON *answer; /* an object */
    int status;
    struct error error;
};

static bool handle(struct server_handler *handler, const struct server_request *request,
                   struct server_response *response);

struct control *control_new(struct slack *slack)
{
    struct control *control = memory_new(1, sizeof *control);

    control->handler.handle = handle;
    control->slack = slack;
    waiters_init(&control->waiters, slack);
    return control;
}

void control_free(struct control *control)
{
    waiters_release(&control->waiters);
    free(control);
}

struct server_handler *control_handler(struct control *control)
{
    return &control->handler;
}

void control_wake(struct control *control)
{
    if (control != NULL)
        waiters_wake(&control->waiters);
}

/* envelopes */

static bool read_options(const cJSON *json, struct delivery_options *options, struct error *error)
{
    options->form.binary = json_is_true(json, "binary");
    return json_copy_text(json, "envelope_id", options->envelope_id, sizeof options->envelope_id, error) &&
           json_number(json, "session", SOCKETS_ANY, 0, SESSION_NUMBER_MAX, &options->session, error) &&
           json_number(json, "fragments", 1, 1, FRAGMENTS_MAX, &options->form.fragments, error) &&
           json_number(json, "copies", 1, 1, COPIES_MAX, &options->copies, error) &&
           json_number(json, "padding_bytes", 0, 0, PADDING_MAX, &options->padding_bytes, error);
}

/* Says what was sent, or that nobody was there to take it. */
static bool report(struct exchange *exchange, bool delivered, const char *id, const struct payload_grants *grants)
{
    cJSON_AddStringToObject(exchange->answer, "envelope_id", id);
    if (grants != NULL) {
        cJSON_AddStringToObject(exchange->answer, "trigger_id", grants->trigger_id);
        cJSON_AddStringToObject(exchange->answer, "response_url", grants->response_url);
    }
    if (delivered)
        return true;
    exchange->status = 503;
    cJSON_AddStringToObject(exchange->answer, "error", "dispatch_failed");
    return true;
}

static bool deliver(struct exchange *exchange, const char *type, bool accepts_payload, cJSON *payload, cJSON *extra,
                    const struct payload_grants *grants)
{
    struct delivery_options options = { 0 };
    char id[ENVELOPE_ID_SIZE];
    bool delivered = false;

    if (!read_options(exchange->json, &options, &exchange->error)) {
        cJSON_Delete(payload);
        cJSON_Delete(extra);
        return false;
    }
    delivered = envelopes_deliver(exchange->slack->envelopes, type, accepts_payload, payload, extra, &options, id);
    return report(exchange, delivered, id, grants);
}

/* An app without the scope has no slash command. */
static bool send_command(struct exchange *exchange)
{
    struct payload_grants grants = { 0 };
    cJSON *payload = NULL;

    if (!slack_has_scope(exchange->slack, "commands"))
        return report(exchange, false, "", NULL);
    return payload_of_command(exchange->slack, exchange->json, &payload, &grants, &exchange->error) &&
           deliver(exchange, "slash_commands", true, payload, NULL, &grants);
}

static bool send_click(struct exchange *exchange)
{
    struct payload_grants grants = { 0 };
    cJSON *payload = NULL;

    return payload_of_click(exchange->slack, exchange->json, &payload, &grants, &exchange->error) &&
           deliver(exchange, "interactive", false, payload, NULL, &grants);
}

static bool send_submission(struct exchange *exchange)
{
    struct payload_grants grants = { 0 };
    cJSON *payload = NULL;

    return payload_of_submission(exchange->slack, exchange->json, &payload, &grants, &exchange->error) &&
           deliver(exchange, "interactive", true, payload, NULL, &grants);
}

static bool send_event(struct exchange *exchange)
{
    const cJSON *attempt = json_member(exchange->json, "retry_attempt");
    cJSON *payload = NULL;
    cJSON *extra = NULL;

    if (!payload_of_event(exchange->slack, exchange->json, &payload, &exchange->error))
        return false;
    extra = cJSON_CreateObject();
    cJSON_AddNumberToObject(extra, "retry_attempt", cJSON_IsNumber(attempt) ? attempt->valuedouble : 0);
    cJSON_AddStringToObject(extra, "retry_reason", json_text(exchange->json, "retry_reason"));
    return deliver(exchange, "events_api", false, payload, extra, NULL);
}

static bool send_envelope(struct exchange *exchange)
{
    const cJSON *payload = json_member(exchange->json, "payload");

    return deliver(exchange, json_text(exchange->json, "type"),
                   json_is_true(exchange->json, "accepts_response_payload"),
                   payload != NULL ? cJSON_Duplicate(payload, true) : cJSON_CreateObject(),
                   cJSON_Duplicate(json_member(exchange->json, "extra"), true), NULL);
}

static bool repeat_envelope(struct exchange *exchange)
{
    struct delivery_options options = { 0 };
    char id[ENVELOPE_ID_SIZE];
    bool repeated = false;

    if (!read_options(exchange->json, &options, &exchange->error))
        return false;
    options.envelope_id[0] = '\0';
    repeated = envelopes_repeat(exchange->slack->envelopes, json_text(exchange->json, "envelope_id"),
                                json_is_true(exchange->json, "new_id"), &options, id);
    return report(exchange, repeated, id, NULL);
}

/* what can be seen */

static bool show_violations(struct exchange *exchange)
{
    cJSON_AddItemToObject(exchange->answer, "violations",
                          journal_select(&exchange->slack->journal, "type=violation", 0, JOURNAL_ENTRIES_MAX));
    return true;
}

static bool forget_violations(struct exchange *exchange)
{
    journal_forget(&exchange->slack->journal, "violation");
    return true;
}

static bool show_messages(struct exchange *exchange)
{
    const struct workspace *workspace = &exchange->slack->workspace;
    released_by(buffer_release) struct buffer channel = { 0 };
    bool is_chosen = server_query(exchange->query, "channel", &channel);
    cJSON *list = cJSON_AddArrayToObject(exchange->answer, "messages");

    for (int i = 0; i < workspace->message_count; i++) {
        const struct stored_message *stored = &workspace->messages[i];
        cJSON *item = NULL;

        if (is_chosen && !text_equal(stored->channel, buffer_text(&channel)))
            continue;
        item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "channel", stored->channel);
        cJSON_AddStringToObject(item, "ts", stored->ts);
        cJSON_AddStringToObject(item, "user", stored->ephemeral_user);
        cJSON_AddItemReferenceToObject(item, "message", stored->message);
        cJSON_AddItemToArray(list, item);
    }
    return true;
}

static bool show_sessions(struct exchange *exchange)
{
    cJSON_Delete(exchange->answer);
    exchange->answer = sockets_show(exchange->slack->sockets);
    return true;
}

/* what can be made to happen */

static bool read_session(struct exchange *exchange, int64_t *ret_session)
{
    return json_number(exchange->json, "session", SOCKETS_ANY, 0, SESSION_NUMBER_MAX, ret_session, &exchange->error);
}

static bool disconnect(struct exchange *exchange)
{
    char reason[SOCKETS_REASON_SIZE];
    int64_t session = 0;

    if (!read_session(exchange, &session) ||
        !json_need_text(exchange->json, "reason", reason, sizeof reason, &exchange->error))
        return false;
    sockets_disconnect(exchange->slack->sockets, session, reason);
    return true;
}

static bool spoil(struct exchange *exchange)
{
    int64_t session = 0;

    return read_session(exchange, &session) &&
           sockets_spoil(exchange->slack->sockets, session, exchange->json, &exchange->error);
}

static bool add_fault(struct exchange *exchange)
{
    return faults_add(&exchange->slack->faults, exchange->json, &exchange->error);
}

static bool clear_faults(struct exchange *exchange)
{
    faults_clear(&exchange->slack->faults);
    return true;
}

static void set_flag(const cJSON *json, const char *name, bool *flag)
{
    if (cJSON_IsBool(json_member(json, name)))
        *flag = json_is_true(json, name);
}

static bool configure(struct exchange *exchange)
{
    struct slack *slack = exchange->slack;
    const cJSON *json = exchange->json;
    int64_t life_s = 0;

    if (!json_number(json, "connection_time_s", SOCKETS_LIFE_S, 0, LIFE_MAX_S, &life_s, &exchange->error))
        return false;
    if (cJSON_HasObjectItem(json, "scopes") &&
        !json_copy_text(json, "scopes", slack->scopes, sizeof slack->scopes, &exchange->error))
        return false;
    set_flag(json, "rates_enforced", &slack->rates_enforced);
    set_flag(json, "app_token_revoked", &slack->app_token_revoked);
    set_flag(json, "bot_token_revoked", &slack->bot_token_revoked);
    sockets_configure(slack->sockets, life_s, json_is_true(json, "link_disabled"));
    return true;
}

static bool move_clock(struct exchange *exchange)
{
    int64_t forward_ms = 0;

    if (!json_number(exchange->json, "forward_ms", 0, 0, FORWARD_MAX_MS, &forward_ms, &exchange->error))
        return false;
    exchange->slack->skew_ms += forward_ms;
    return true;
}

static bool put_object(struct exchange *exchange, enum workspace_kind kind)
{
    if (json_text(exchange->json, "id")[0] == '\0')
        return error_set(&exchange->error, ERROR_INPUT, "no id");
    workspace_put(&exchange->slack->workspace, kind, cJSON_Duplicate(exchange->json, true));
    return true;
}

static bool put_user(struct exchange *exchange)
{
    return put_object(exchange, WORKSPACE_USER);
}

static bool put_channel(struct exchange *exchange)
{
    return put_object(exchange, WORKSPACE_CHANNEL);
}

static bool put_usergroup(struct exchange *exchange)
{
    return put_object(exchange, WORKSPACE_USERGROUP);
}

/* Somebody writes into a channel. */
static bool say_message(struct exchange *exchange)
{
    struct workspace *workspace = &exchange->slack->workspace;
    const char *channel = json_text(exchange->json, "channel");
    const char *user = cJSON_HasObjectItem(exchange->json, "user") ? json_text(exchange->json, "user") : "UANN000001";
    const char *ts = "";
    int64_t copies = 0;

    if (!json_number(exchange->json, "copies", 1, 1, COPIES_MAX, &copies, &exchange->error))
        return false;
    if (workspace_find(workspace, WORKSPACE_CHANNEL, channel) == NULL)
        return error_set(&exchange->error, ERROR_MISSING, "no such channel: %s", channel);
    for (int64_t i = 0; i < copies; i++)
        ts = workspace_say(workspace, channel, user, json_text(exchange->json, "text"))->ts;
    cJSON_AddStringToObject(exchange->answer, "ts", ts);
    return true;
}

static const struct {
    const char *method;
    const char *path;
    bool (*carry_out)(struct exchange *exchange);
} calls[] = {
    { "POST", "/command", send_command },
    { "POST", "/click", send_click },
    { "POST", "/submit", send_submission },
    { "POST", "/event", send_event },
    { "POST", "/envelope", send_envelope },
    { "POST", "/repeat", repeat_envelope },
    { "GET", "/violations", show_violations },
    { "DELETE", "/violations", forget_violations },
    { "GET", "/messages", show_messages },
    { "POST", "/messages", say_message },
    { "GET", "/sessions", show_sessions },
    { "POST", "/disconnect", disconnect },
    { "POST", "/spoil", spoil },
    { "POST", "/faults", add_fault },
    { "DELETE", "/faults", clear_faults },
    { "POST", "/settings", configure },
    { "POST", "/clock", move_clock },
    { "POST", "/users", put_user },
    { "POST", "/channels", put_channel },
    { "POST", "/usergroups", put_usergroup },
};

static void answer(struct exchange *exchange, bool done, struct server_response *response)
{
    if (!done) {
        exchange->status = exchange->error.kind == ERROR_MISSING ? 404 : 400;
        cJSON_AddStringToObject(exchange->answer, "error", exchange->error.message);
    }
    slack_answer(response, exchange->status, exchange->answer);
}

static bool handle(struct server_handler *handler, const struct server_request *request,
                   struct server_response *response)
{
    struct control *control = (struct control *) handler;
    released_by(json_release) cJSON *json = NULL;
    struct exchange exchange = { .slack = control->slack, .query = request->query, .status = 200 };
    const char *body = request->body.length > 0 ? request->body.data : "{}";
    size_t length = request->body.length > 0 ? request->body.length : 2;

    if (text_equal(request->method, "GET") && text_equal(request->path, "/journal")) {
        waiters_answer(&control->waiters, request->query, response);
        return true;
    }
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (!text_equal(calls[i].method, request->method) || !text_equal(calls[i].path, request->path))
            continue;
        exchange.answer = cJSON_CreateObject();
        bool parsed = json_parse(body, length, "the body", &json, &exchange.error);
        exchange.json = json;
        answer(&exchange, parsed && calls[i].carry_out(&exchange), response);
        return true;
    }
    return false;
}
