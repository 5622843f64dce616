/* k8s/client.c - sends what the other modules write to the API server, as a good citizen.
 *
 * A call waits for a credential, stands in line until the pace lets it go, is in flight, and is then done, or pauses and
 * begins again. Its own pump says what follows on each; callers are told as the last thing in it, so they may release
 * the call or free the client.
 */
#include "k8s/client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "k8s/client_connection.h"
#include "k8s/client_health.h"
#include "k8s/client_retry.h"

/* Those who may not be sent yet. They stand in the client's list of calls, so an older one goes first. */
struct client_line {
    struct flow flow; /* somebody may go. First member */
    struct client *client;
    struct timer timer; /* rings when somebody may go, or has waited in vain */
    int waiting[PACE_KINDS];
};

struct client {
    struct flow credential; /* access moved. First member */
    struct loop *loop;
    struct access *access;
    struct client_connections connections;
    struct pace pace;
    struct client_line line;
    struct client_call *calls, *last_call; /* all that are open, in the order of their start */
    int without_credential;                /* how many of them wait for one */
    struct client_health health;
};

static_assert((int) PACE_WINDOW_MAX == (int) HTTP_IN_FLIGHT_MAX, "the pace changes nothing for a server at rest");

enum { MS_PER_S = 1000 };

static void credential_pump(struct flow *flow);
static void call_pump(struct flow *flow);
static void ask_for_credential(struct client_call *call, bool invalidated);
static void line_pump(struct flow *flow);
static void enter_line(struct client_call *call);
static void leave_line(struct client_call *call);
static void advance(struct client *client);
static void give_up(struct client_call *call);
static bool somebody_stands_in(const struct client_line *line);
static void ring_by(struct client_line *line, int64_t when_ms);
static void watch_the_time(struct client *client);
static void send_call(struct client_call *call);
static void fill_request(struct client_call *call);
static int64_t try_timeout_ms(const struct client_call *call);
static void end_soon(struct client_call *call);
static void take_outcome(struct client_call *call);
static bool try_again(struct client_call *call);
static void finish(struct client_call *call);
static void link_call(struct client_call *call);
static void unlink_call(struct client_call *call);
static bool take_piece(struct http_sink *sink, const char *bytes, size_t length, struct error *error);

struct client *client_new(struct loop *loop, struct access *access, const char *user_agent)
{
    struct client *client = memory_new(1, sizeof *client);

    *client = (struct client){ .credential = { credential_pump },
                               .loop = loop,
                               .access = access,
                               .line = { .flow = { line_pump }, .client = client } };
    client_connections_init(&client->connections, loop, access, user_agent);
    pace_init(&client->pace);
    return client;
}

void client_free(struct client *client)
{
    if (client == NULL)
        return;
    access_cancel(client->access, &client->credential);
    while (client->calls != NULL)
        client_call_cancel(client->calls);
    timer_stop(client->loop, &client->line.timer);
    loop_unpost(client->loop, &client->line.flow);
    client_connections_release(&client->connections);
    free(client);
}

struct loop *client_loop(const struct client *client)
{
    return client->loop;
}

void client_call_start(struct client *client, struct client_call *call, struct flow *flow)
{
    int64_t timeout_ms = call->request.timeout_ms;
    int64_t now_ms = loop_monotonic_ms(client->loop);

    assert(call->state == CLIENT_CALL_IDLE);
    call->pump = (struct flow){ call_pump };
    call->flow = flow;
    call->client = client;
    call->tap = (struct client_tap){ { take_piece }, call };
    call->done = call->renewed = call->streamed = false;
    call->failures = 0;
    call->error = (struct error){ 0 };
    call->deadline_ms = timeout_ms < 0 ? INT64_MAX : now_ms + (timeout_ms > 0 ? timeout_ms : CLIENT_TIMEOUT_MS);

    link_call(call);
    ask_for_credential(call, false);
}

void client_call_cancel(struct client_call *call)
{
    struct client *client = call->client;

    if (call->state == CLIENT_CALL_IDLE)
        return;
    timer_stop(client->loop, &call->timer);
    http_exchange_release(&call->exchange);
    client_connections_leave(&client->connections, &call->connection);
    leave_line(call);
    client->without_credential -= call->state == CLIENT_CALL_WITHOUT_CREDENTIAL;
    if (call->ticket.in_flight)
        loop_post(client->loop, &client->line.flow);
    pace_answered(&client->pace, &call->ticket, PACE_NONE, 0, loop_monotonic_ms(client->loop));
    unlink_call(call);
}

void client_call_release(struct client_call *call)
{
    client_call_cancel(call);
    buffer_release(&call->request.url);
    buffer_release(&call->request.headers);
    buffer_release(&call->request.body);
    buffer_release(&call->response.body);
    *call = (struct client_call){ 0 };
}

static void ask_for_credential(struct client_call *call, bool invalidated)
{
    call->state = CLIENT_CALL_WITHOUT_CREDENTIAL;
    call->client->without_credential++;
    access_refresh(call->client->access, invalidated, &call->client->credential);
}

/* Tells nobody: what fails is told by the call's own pump. Those who wait came last, mostly, behind thousands in line. */
static void credential_pump(struct flow *flow)
{
    struct client *client = (struct client *) flow;
    const struct error *reason = access_error(client->access);
    bool ready = access_is_ready(client->access);
    int64_t soonest_ms = INT64_MAX;

    if (!ready && reason->kind == ERROR_NONE) {
        access_refresh(client->access, false, &client->credential);
        return;
    }
    for (struct client_call *call = client->last_call; client->without_credential > 0; call = call->previous) {
        if (call->state != CLIENT_CALL_WITHOUT_CREDENTIAL)
            continue;
        client->without_credential--;
        if (ready) {
            enter_line(call);
            soonest_ms = call->deadline_ms < soonest_ms ? call->deadline_ms : soonest_ms;
        } else {
            error_set(&call->error, ERROR_REFUSED, "no credential for the API server: %s", reason->message);
            end_soon(call);
        }
    }
    advance(client);
    if (soonest_ms != INT64_MAX && somebody_stands_in(&client->line))
        ring_by(&client->line, soonest_ms);
}

static void call_pump(struct flow *flow)
{
    struct client_call *call = (struct client_call *) flow;

    switch (call->state) {
    case CLIENT_CALL_IN_FLIGHT:
        take_outcome(call);
        bool done = !try_again(call);
        advance(call->client);
        if (done)
            finish(call);
        return;
    case CLIENT_CALL_PAUSED:
        ask_for_credential(call, false);
        return;
    case CLIENT_CALL_ENDING:
        finish(call);
        return;
    case CLIENT_CALL_IDLE:
    case CLIENT_CALL_WITHOUT_CREDENTIAL:
    case CLIENT_CALL_IN_LINE:
        assert(false); /* none of them waits for anything that would pump the call */
    }
}

static enum pace_kind kind_of_call(const struct client_call *call)
{
    if (call->request.timeout_ms < 0)
        return PACE_WATCH;
    return call->request.sink != NULL ? PACE_LIST : PACE_CALL;
}

static void enter_line(struct client_call *call)
{
    struct client *client = call->client;
    int64_t left_ms = call->deadline_ms - loop_monotonic_ms(client->loop);

    if (left_ms <= 0) {
        error_set(&call->error, ERROR_TIMEOUT, "no credential for the API server in time");
        end_soon(call);
        return;
    }
    call->state = CLIENT_CALL_IN_LINE;
    client->line.waiting[kind_of_call(call)]++;
}

static void leave_line(struct client_call *call)
{
    if (call->state != CLIENT_CALL_IN_LINE)
        return;
    call->client->line.waiting[kind_of_call(call)]--;
}

/* The alarm stays for the one that would ring next, so a flood that is let go one by one sets none. */
static void ring_by(struct client_line *line, int64_t when_ms)
{
    struct loop *loop = line->client->loop;

    if (!line->timer.armed || when_ms < line->timer.due_ms)
        timer_start(loop, &line->timer, when_ms - loop_monotonic_ms(loop), &line->flow);
}

static void line_pump(struct flow *flow)
{
    struct client *client = ((struct client_line *) flow)->client;
    int64_t now_ms = loop_monotonic_ms(client->loop);

    for (struct client_call *call = client->calls; call != NULL; call = call->next)
        if (call->state == CLIENT_CALL_IN_LINE && call->deadline_ms <= now_ms)
            give_up(call);
    advance(client);
    watch_the_time(client);
}

/* Whether anybody stands in line who is not of a kind that is stopped. */
static bool is_waiting(const struct client_line *line, const bool stopped[PACE_KINDS])
{
    for (int kind = 0; kind < PACE_KINDS; kind++)
        if (line->waiting[kind] > 0 && !stopped[kind])
            return true;
    return false;
}

static bool somebody_stands_in(const struct client_line *line)
{
    static const bool stopped[PACE_KINDS] = { false };

    return is_waiting(line, stopped);
}

/* Of those who are left in the line. */
static void watch_the_time(struct client *client)
{
    int64_t soonest_ms = INT64_MAX;

    if (!somebody_stands_in(&client->line))
        return;
    for (const struct client_call *call = client->calls; call != NULL; call = call->next)
        if (call->state == CLIENT_CALL_IN_LINE && call->deadline_ms < soonest_ms)
            soonest_ms = call->deadline_ms;
    if (soonest_ms != INT64_MAX)
        ring_by(&client->line, soonest_ms);
}

/* Lets go whoever may, the oldest first. Tells nobody. */
static void advance(struct client *client)
{
    struct client_line *line = &client->line;
    bool stopped[PACE_KINDS] = { false };
    int64_t now_ms = loop_monotonic_ms(client->loop);
    int64_t when_ms = PACE_NOT_BEFORE_AN_ANSWER;

    for (struct client_call *call = client->calls; call != NULL && is_waiting(line, stopped); call = call->next) {
        enum pace_kind kind = kind_of_call(call);

        if (call->state != CLIENT_CALL_IN_LINE || stopped[kind])
            continue;
        stopped[kind] = !pace_may_send(&client->pace, kind, now_ms, &when_ms);
        if (stopped[kind])
            continue;
        leave_line(call);
        if (access_is_ready(client->access))
            send_call(call);
        else
            ask_for_credential(call, false);
    }
    if (when_ms != PACE_NOT_BEFORE_AN_ANSWER)
        ring_by(line, when_ms);
}

/* Its time came to an end in the line. */
static void give_up(struct client_call *call)
{
    struct client *client = call->client;
    int64_t now_ms = loop_monotonic_ms(client->loop);
    int64_t when_ms = PACE_NOT_BEFORE_AN_ANSWER;

    leave_line(call);
    if (pace_may_send(&client->pace, kind_of_call(call), now_ms, &when_ms) || when_ms == PACE_NOT_BEFORE_AN_ANSWER)
        error_set(&call->error, ERROR_BUSY, "the API server is slow to answer what was asked before: not sent in time");
    else
        error_set(&call->error, ERROR_BUSY, "the API server has asked to be left alone for a while: not sent in time");
    end_soon(call);
}

static void send_call(struct client_call *call)
{
    struct client *client = call->client;

    call->connection = client_connections_enter(&client->connections);
    call->state = CLIENT_CALL_IN_FLIGHT;
    pace_sent(&client->pace, kind_of_call(call), loop_monotonic_ms(client->loop), &call->ticket);
    fill_request(call);
    http_exchange_start(call->connection->http, &call->exchange, &call->pump);
}

static void fill_request(struct client_call *call)
{
    const struct http_request *wanted = &call->request;
    struct http_request request = { .method = wanted->method,
                                    .bearer = access_bearer(call->client->access),
                                    .sink = wanted->sink != NULL ? &call->tap.sink : NULL,
                                    .body = { .limit = wanted->body.limit },
                                    .body_limit = wanted->body_limit,
                                    .timeout_ms = try_timeout_ms(call),
                                    .idle_timeout_ms = wanted->idle_timeout_ms,
                                    .wanted_header = wanted->wanted_header };

    buffer_append_format(&request.url, "%s%s", access_server(call->client->access), buffer_text(&wanted->url));
    if (!text_starts_with(buffer_text(&wanted->headers), "Accept:"))
        buffer_append_text(&request.headers, "Accept: application/json\n");
    buffer_append(&request.headers, wanted->headers.data, wanted->headers.length);
    buffer_append(&request.body, wanted->body.data, wanted->body.length);
    call->exchange.request = request;
}

static bool is_read(const struct client_call *call)
{
    return text_equal(call->request.method, "GET") || text_equal(call->request.method, "HEAD");
}

static int64_t try_timeout_ms(const struct client_call *call)
{
    int64_t left_ms = call->deadline_ms - loop_monotonic_ms(call->client->loop);

    if (call->deadline_ms == INT64_MAX)
        return -1;
    return is_read(call) && left_ms > CLIENT_READ_TRY_MS ? CLIENT_READ_TRY_MS : left_ms;
}

static void pause_for(struct client_call *call, enum client_call_state state, int64_t delay_ms)
{
    call->state = state;
    timer_start(call->client->loop, &call->timer, delay_ms, &call->pump);
}

static void end_soon(struct client_call *call)
{
    pause_for(call, CLIENT_CALL_ENDING, 0);
}

static void note_pace(struct client_call *call)
{
    struct client *client = call->client;
    const struct http_response *response = &call->response;
    enum pace_answer answer = PACE_NONE;

    if (call->error.kind == ERROR_NONE && client_retry_is_refusal(response->status, response->retry_after_s))
        answer = PACE_REFUSED;
    else if (call->error.kind == ERROR_NONE && response->status < 500)
        answer = PACE_GOOD;
    pace_answered(&client->pace, &call->ticket, answer, response->retry_after_s * MS_PER_S,
                  loop_monotonic_ms(client->loop));
}

/* From the exchange into the call. */
static void take_outcome(struct client_call *call)
{
    struct client *client = call->client;

    call->error = call->exchange.error;
    buffer_release(&call->response.body);
    call->response = call->exchange.response;
    call->exchange.response = (struct http_response){ 0 };
    http_exchange_release(&call->exchange);
    client_health_note(&client->health, call->error.kind, loop_monotonic_ms(client->loop));
    note_pace(call);
    /* It may be dead without knowing: packets are lost on it for as long as TCP believes in them. */
    if (call->error.kind == ERROR_TIMEOUT)
        call->connection->retired = true;
    client_connections_leave(&client->connections, &call->connection);
}

/* false: this was the last try, and what it brought stands in the call. */
static bool try_again(struct client_call *call)
{
    int status = call->error.kind == ERROR_NONE ? call->response.status : 0;

    if (status >= 200 && status <= 299)
        return false;
    int64_t now_ms = loop_monotonic_ms(call->client->loop);
    struct client_try outcome = { .is_read = is_read(call),
                                  .streamed = call->streamed,
                                  .renewed = call->renewed,
                                  .settling = client_health_is_settling(&call->client->health, now_ms),
                                  .failures = call->failures,
                                  .without_end = call->deadline_ms == INT64_MAX,
                                  .left_ms = call->deadline_ms - now_ms,
                                  .chance = random_number(),
                                  .status = status,
                                  .reason = call->error };
    int64_t delay_ms = 0;

    if (status != 0)
        client_error_read(&call->response, &outcome.reason);
    switch (client_retry_decide(&outcome, &delay_ms)) {
    case CLIENT_RENEWS:
        call->renewed = true;
        ask_for_credential(call, true);
        return true;
    case CLIENT_PAUSES:
        call->failures++;
        pause_for(call, CLIENT_CALL_PAUSED, delay_ms);
        return true;
    case CLIENT_SETTLES:
        pause_for(call, CLIENT_CALL_PAUSED, delay_ms);
        return true;
    case CLIENT_ENDS:
        break;
    }
    if (client_retry_can_repeat(&outcome) && (status == 429 || status == 503)) {
        outcome.reason.kind = ERROR_BUSY;
        call->error = outcome.reason;
    }
    return false;
}

static void finish(struct client_call *call)
{
    struct flow *flow = call->flow;

    unlink_call(call);
    call->done = true;
    flow->pump(flow);
}

static void link_call(struct client_call *call)
{
    struct client *client = call->client;

    call->next = NULL;
    call->previous = client->last_call;
    if (client->last_call != NULL)
        client->last_call->next = call;
    else
        client->calls = call;
    client->last_call = call;
}

static void unlink_call(struct client_call *call)
{
    struct client *client = call->client;

    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        client->calls = call->next;
    if (call->next != NULL)
        call->next->previous = call->previous;
    else
        client->last_call = call->previous;
    call->next = call->previous = NULL;
    call->state = CLIENT_CALL_IDLE;
}

static bool take_piece(struct http_sink *sink, const char *bytes, size_t length, struct error *error)
{
    struct client_call *call = ((struct client_tap *) sink)->call;

    call->streamed = true;
    return call->request.sink->take(call->request.sink, bytes, length, error);
}
