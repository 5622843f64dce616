/* k8s/client.c - sends what the other modules write to the API server, as a good citizen.
 *
 * A call waits for a credential, is in flight, and is then done, or pauses and begins again. Its own pump says what
 * follows on each; callers are told as the last thing in it, so they may release the call or free the client.
 */
#include "k8s/client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/retry.h"
#include "base/text.h"
#include "k8s/status.h"

/* What was opened with one state of roots and certificate. It ends with its last call, once another is in use. */
struct client_connection {
    struct http_client *http;
    unsigned generation;
    int calls;
    bool retired;
    struct client_connection *next;
};

struct client {
    struct flow credential; /* access moved. First member */
    struct loop *loop;
    struct access *access;
    char *user_agent;
    struct client_connection *connections; /* the first is in use, the others drain */
    struct client_call *calls, *last_call; /* all that are open, in the order of their start */
    bool is_broken;                        /* the last connection failed, nobody has answered since */
    int64_t restored_ms;                   /* when somebody did again; 0 = never */
};

static const struct retry_policy policy = { .base_ms = 250, .maximum_ms = 4000, .tries_max = CLIENT_TRIES_MAX };

static void credential_pump(struct flow *flow);
static void call_pump(struct flow *flow);
static void ask_for_credential(struct client_call *call, bool invalidated);
static void send_call(struct client_call *call);
static void fill_request(struct client_call *call);
static int64_t try_timeout_ms(const struct client_call *call);
static void end_soon(struct client_call *call);
static void take_outcome(struct client_call *call);
static bool try_again(struct client_call *call);
static bool pause_in_time(struct client_call *call, int failures, const struct error *reason);
static bool can_repeat(const struct client_call *call, const struct error *reason);
static bool is_settling(const struct client_call *call);
static void finish(struct client_call *call);
static struct client_connection *connection_in_use(struct client *client);
static void leave_connection(struct client_call *call);
static void free_drained(struct client *client);
static void link_call(struct client_call *call);
static void unlink_call(struct client_call *call);
static bool take_piece(struct http_sink *sink, const char *bytes, size_t length, struct error *error);

struct client *client_new(struct loop *loop, struct access *access, const char *user_agent)
{
    struct client *client = memory_new(1, sizeof *client);

    *client = (struct client){
        .credential = { credential_pump }, .loop = loop, .access = access, .user_agent = memory_text(user_agent)
    };
    return client;
}

void client_free(struct client *client)
{
    if (client == NULL)
        return;
    access_cancel(client->access, &client->credential);
    while (client->calls != NULL)
        client_call_cancel(client->calls);
    if (client->connections != NULL)
        client->connections->retired = true;
    free_drained(client);
    assert(client->connections == NULL);
    free(client->user_agent);
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
    leave_connection(call);
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
    access_refresh(call->client->access, invalidated, &call->client->credential);
}

/* Tells nobody: what fails here is told by the call's own pump. */
static void credential_pump(struct flow *flow)
{
    struct client *client = (struct client *) flow;
    const struct error *reason = access_error(client->access);
    bool ready = access_is_ready(client->access);

    if (!ready && reason->kind == ERROR_NONE) {
        access_refresh(client->access, false, &client->credential);
        return;
    }
    for (struct client_call *call = client->calls; call != NULL; call = call->next) {
        if (call->state != CLIENT_CALL_WITHOUT_CREDENTIAL)
            continue;
        if (ready) {
            send_call(call);
        } else {
            error_set(&call->error, ERROR_REFUSED, "no credential for the API server: %s", reason->message);
            end_soon(call);
        }
    }
}

static void call_pump(struct flow *flow)
{
    struct client_call *call = (struct client_call *) flow;

    switch (call->state) {
    case CLIENT_CALL_IN_FLIGHT:
        take_outcome(call);
        if (!try_again(call))
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
        assert(false); /* neither waits for anything that would pump the call */
    }
}

static void send_call(struct client_call *call)
{
    struct client *client = call->client;

    if (call->deadline_ms <= loop_monotonic_ms(client->loop)) {
        error_set(&call->error, ERROR_TIMEOUT, "no credential for the API server in time");
        end_soon(call);
        return;
    }
    call->connection = connection_in_use(client);
    call->connection->calls++;
    call->state = CLIENT_CALL_IN_FLIGHT;
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
                                    .idle_timeout_ms = wanted->idle_timeout_ms };

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

static void note_health(struct client *client, const struct error *error)
{
    if (error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT) {
        client->is_broken = true;
    } else if (error->kind == ERROR_NONE && client->is_broken) {
        client->is_broken = false;
        client->restored_ms = loop_monotonic_ms(client->loop);
    }
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
    note_health(client, &call->error);
    /* It may be dead without knowing: packets are lost on it for as long as TCP believes in them. */
    if (call->error.kind == ERROR_TIMEOUT)
        call->connection->retired = true;
    leave_connection(call);
}

/* false: this was the last try, and what it brought stands in the call. */
static bool try_again(struct client_call *call)
{
    struct error reason = call->error;
    int status = call->error.kind == ERROR_NONE ? call->response.status : 0;

    if (status >= 200 && status <= 299)
        return false;
    if (status == 401 && !call->renewed) {
        call->renewed = true;
        ask_for_credential(call, true);
        return true;
    }
    if (status != 0)
        client_error_read(&call->response, &reason);
    if (status == 403 && is_settling(call))
        return pause_in_time(call, 1, &reason);
    call->failures++;
    if (!can_repeat(call, &reason))
        return false;
    if (call->failures < CLIENT_TRIES_MAX && pause_in_time(call, call->failures, &reason))
        return true;
    if (status == 429 || status == 503) {
        reason.kind = ERROR_BUSY;
        call->error = reason;
    }
    return false;
}

/* false: the pause would end behind the deadline. */
static bool pause_in_time(struct client_call *call, int failures, const struct error *reason)
{
    int64_t delay_ms = retry_delay_ms(&policy, failures, reason, random_number());

    if (delay_ms >= call->deadline_ms - loop_monotonic_ms(call->client->loop))
        return false;
    pause_for(call, CLIENT_CALL_PAUSED, delay_ms);
    return true;
}

/* Whether asking again can help and can do no harm, were there time. A refusal was carried out by nobody; all else may
 * have been. */
static bool can_repeat(const struct client_call *call, const struct error *reason)
{
    static const struct retry_policy endless = { .base_ms = 1, .maximum_ms = 1 };
    int status = reason->status;

    if (call->streamed)
        return false;
    if (status == 429 || (status == 503 && reason->retry_after_s > 0))
        return true;
    return is_read(call) && retry_is_due(&endless, call->failures, reason);
}

/* The API server came back a moment ago: its roles may not be loaded yet. That is no try that failed: an outage has used
 * them up already. */
static bool is_settling(const struct client_call *call)
{
    const struct client *client = call->client;

    return client->restored_ms > 0 && loop_monotonic_ms(client->loop) - client->restored_ms < CLIENT_SETTLE_MS;
}

static void finish(struct client_call *call)
{
    struct flow *flow = call->flow;

    unlink_call(call);
    call->done = true;
    flow->pump(flow);
}

static struct client_connection *connection_in_use(struct client *client)
{
    unsigned generation;
    struct http_client_options options = *access_connection(client->access, &generation);
    struct client_connection *connection = client->connections;

    if (connection != NULL && !connection->retired && connection->generation == generation)
        return connection;
    if (connection != NULL)
        connection->retired = true;
    free_drained(client);
    options.user_agent = client->user_agent;
    connection = memory_new(1, sizeof *connection);
    *connection = (struct client_connection){ .http = http_client_new(client->loop, &options),
                                              .generation = generation,
                                              .next = client->connections };
    client->connections = connection;
    return connection;
}

static void leave_connection(struct client_call *call)
{
    if (call->connection == NULL)
        return;
    call->connection->calls--;
    call->connection = NULL;
    free_drained(call->client);
}

static void free_drained(struct client *client)
{
    struct client_connection **link = &client->connections;

    while (*link != NULL) {
        struct client_connection *connection = *link;

        if (!connection->retired || connection->calls > 0) {
            link = &connection->next;
            continue;
        }
        *link = connection->next;
        http_client_free(connection->http);
        free(connection);
    }
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

static enum error_kind kind_of(int status)
{
    switch (status) {
    case 401:
    case 403:
        return ERROR_REFUSED;
    case 404:
        return ERROR_MISSING;
    case 409:
        return ERROR_CONFLICT;
    case 410:
    case 422:
        return ERROR_INPUT;
    case 429:
        return ERROR_BUSY;
    default:
        return ERROR_PROTOCOL;
    }
}

bool client_error_read(const struct http_response *response, struct error *error)
{
    char message[STATUS_MESSAGE_SIZE];

    if (status_read_message(buffer_text(&response->body), response->body.length, message, sizeof message))
        error_set_status(error, kind_of(response->status), response->status, "%s (%d)", message, response->status);
    else
        error_set_status(error, kind_of(response->status), response->status, "the API server answered %d",
                         response->status);
    error->retry_after_s = response->retry_after_s;
    return false;
}
