/* base/http.c - the client: libcurl's multi handle on the loop, the line before it, and who is told.
 *
 * An exchange waits in line, runs, and is finished; each list is in the order of arrival. Nothing happens inside
 * http_exchange_start(): the client's own flow, which it posts, lets the first in line go and tells the flows of
 * what has finished, one flow a turn, so that a pump may start, cancel and release whatever it likes, the client
 * included.
 *
 * Left alone, libcurl 7.88.1 opens a connection more whenever the one it has takes no more streams: 55 for 600 requests
 * where a server takes 10 at a time. And through a proxy it sends on the new one before that is open, which fails.
 * How many are taken is said before the first answer, but behind the first requests, and those that are refused then
 * cost the connection. So the first goes alone.
 */
#include "base/http.h"

#include "base/http_transfer.h"
#include "base/memory.h"

#include <assert.h>

enum {
    CONNECTIONS_KEPT_MAX = 16,
    WITHOUT_LIMIT = 0,
    ALONE_MS = 1000, /* the first goes alone for so long; its answer may take any time */
};

struct http_transfers {
    struct http_transfer *first, *last;
    int count;
};

/* A socket that libcurl asked to have watched. */
struct watched_socket {
    struct flow flow;
    struct http_client *client;
    struct descriptor descriptor;
    struct watched_socket *previous, *next;
};

/* The one timer of libcurl. */
struct curl_alarm {
    struct flow flow;
    struct http_client *client;
    struct timer timer;
};

struct http_client {
    struct flow flow;
    struct loop *loop;
    struct http_settings settings;
    CURLM *multi;
    struct curl_alarm alarm;
    struct watched_socket *sockets;
    struct http_transfers waiting, running, finished;
    int running_without_end;
    bool one_connection; /* as long as the server has not answered in HTTP/1 */
    bool has_answered;   /* since something failed */
    struct timer alone;  /* the first is */
    bool is_inside_curl;
};

/* lists */

static void leave_list(struct http_transfer *transfer)
{
    struct http_transfers *list = transfer->list;

    if (transfer->previous != NULL)
        transfer->previous->next = transfer->next;
    else
        list->first = transfer->next;
    if (transfer->next != NULL)
        transfer->next->previous = transfer->previous;
    else
        list->last = transfer->previous;
    list->count--;
    transfer->list = NULL;
}

static void move_to_list(struct http_transfer *transfer, struct http_transfers *list)
{
    if (transfer->list != NULL)
        leave_list(transfer);
    transfer->list = list;
    transfer->previous = list->last;
    transfer->next = NULL;
    if (list->last != NULL)
        list->last->next = transfer;
    else
        list->first = transfer;
    list->last = transfer;
    list->count++;
}

/* transfers */

static void limit_connections(struct http_client *client)
{
    long most = client->running_without_end > 0 ? 2 : 1;

    curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS, client->one_connection ? most : WITHOUT_LIMIT);
}

static bool is_without_end(const struct http_transfer *transfer)
{
    return transfer->exchange->request.timeout_ms < 0;
}

static void end_curl(struct http_transfer *transfer)
{
    assert(!transfer->client->is_inside_curl);
    timer_stop(transfer->loop, &transfer->alarm);
    if (transfer->list == &transfer->client->running) {
        curl_multi_remove_handle(transfer->client->multi, transfer->easy);
        transfer->client->running_without_end -= is_without_end(transfer) ? 1 : 0;
        limit_connections(transfer->client);
    }
    http_transfer_dispose(transfer);
}

static void transfer_free(struct http_transfer *transfer)
{
    end_curl(transfer);
    leave_list(transfer);
    transfer->exchange->transfer = NULL;
    free(transfer);
}

/* Its exchange has its response or its error; now its flow must be told. */
static void finish(struct http_transfer *transfer)
{
    end_curl(transfer);
    move_to_list(transfer, &transfer->client->finished);
    loop_post(transfer->loop, &transfer->client->flow);
}

/* The nearer of the end of the time and the end of the patience. An exchange in line has no idle time yet. */
static void set_alarm(struct http_transfer *transfer)
{
    int64_t idle_ms = transfer->exchange->request.idle_timeout_ms;
    int64_t due_ms = transfer->deadline_ms;

    if (transfer->easy != NULL && idle_ms > 0 && (due_ms == 0 || transfer->active_ms + idle_ms < due_ms))
        due_ms = transfer->active_ms + idle_ms;
    if (due_ms > 0)
        timer_start(transfer->loop, &transfer->alarm, due_ms - loop_monotonic_ms(transfer->loop), &transfer->flow);
}

static void end_when_over(struct flow *flow)
{
    struct http_transfer *transfer = (struct http_transfer *) flow;
    const struct http_request *request = &transfer->exchange->request;
    int64_t now_ms = loop_monotonic_ms(transfer->loop);

    if (transfer->deadline_ms > 0 && now_ms >= transfer->deadline_ms) {
        http_transfer_expire(transfer, "no answer within", request->timeout_ms);
        finish(transfer);
    } else if (transfer->easy != NULL && request->idle_timeout_ms > 0 &&
               now_ms >= transfer->active_ms + request->idle_timeout_ms) {
        http_transfer_expire(transfer, "nothing arrived for", request->idle_timeout_ms);
        finish(transfer);
    } else {
        set_alarm(transfer);
    }
}

static void let_go(struct http_client *client, struct http_transfer *transfer)
{
    if (!http_transfer_prepare(transfer, &client->settings)) {
        finish(transfer);
        return;
    }
    transfer->active_ms = loop_monotonic_ms(client->loop);
    move_to_list(transfer, &client->running);
    client->running_without_end += is_without_end(transfer) ? 1 : 0;
    limit_connections(client);
    curl_multi_add_handle(client->multi, transfer->easy);
    set_alarm(transfer);
    if (client->one_connection && !client->has_answered)
        timer_start(client->loop, &client->alone, ALONE_MS, &client->flow);
}

/* libcurl's glue */

/* Whoever shares nothing must not wait for each other. */
static void note_version(struct http_client *client, CURL *easy)
{
    long version = CURL_HTTP_VERSION_NONE;

    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    if (version == CURL_HTTP_VERSION_1_0 || version == CURL_HTTP_VERSION_1_1)
        client->one_connection = false;
}

static void finish_what_is_done(struct http_client *client)
{
    int left = 0;
    CURLMsg *message = curl_multi_info_read(client->multi, &left);

    while (message != NULL) {
        struct http_transfer *transfer = NULL;
        CURLcode result = message->data.result;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        note_version(client, message->easy_handle);
        client->has_answered = result == CURLE_OK;
        http_transfer_conclude(transfer, result);
        finish(transfer);
        message = curl_multi_info_read(client->multi, &left);
    }
}

static void act(struct http_client *client, curl_socket_t number, int events)
{
    int running = 0;

    client->is_inside_curl = true;
    curl_multi_socket_action(client->multi, number, events, &running);
    client->is_inside_curl = false;
    finish_what_is_done(client);
    if (!client->has_answered && client->waiting.first != NULL)
        loop_post(client->loop, &client->flow);
}

static void act_on_socket(struct flow *flow)
{
    struct watched_socket *socket = (struct watched_socket *) flow;
    int events =
        (socket->descriptor.readable ? CURL_CSELECT_IN : 0) | (socket->descriptor.writable ? CURL_CSELECT_OUT : 0);

    act(socket->client, socket->descriptor.number, events);
}

static void act_on_time(struct flow *flow)
{
    struct curl_alarm *alarm = (struct curl_alarm *) flow;

    act(alarm->client, CURL_SOCKET_TIMEOUT, 0);
}

static int take_timeout(CURLM *multi, long timeout_ms, void *context)
{
    struct http_client *client = context;

    (void) multi;
    if (timeout_ms < 0)
        timer_stop(client->loop, &client->alarm.timer);
    else
        timer_start(client->loop, &client->alarm.timer, timeout_ms, &client->alarm.flow);
    return 0;
}

static struct watched_socket *watched_socket_new(struct http_client *client)
{
    struct watched_socket *socket = memory_new(1, sizeof *socket);

    *socket = (struct watched_socket){ .flow.pump = act_on_socket, .client = client, .next = client->sockets };
    if (client->sockets != NULL)
        client->sockets->previous = socket;
    client->sockets = socket;
    return socket;
}

static void watched_socket_free(struct watched_socket *socket)
{
    descriptor_stop(socket->client->loop, &socket->descriptor);
    if (socket->previous != NULL)
        socket->previous->next = socket->next;
    else
        socket->client->sockets = socket->next;
    if (socket->next != NULL)
        socket->next->previous = socket->previous;
    free(socket);
}

static int take_socket(CURL *easy, curl_socket_t number, int what, void *context, void *socket_context)
{
    struct http_client *client = context;
    struct watched_socket *socket = socket_context;

    (void) easy;
    if (what == CURL_POLL_REMOVE) {
        curl_multi_assign(client->multi, number, NULL);
        if (socket != NULL)
            watched_socket_free(socket);
        return 0;
    }
    if (socket == NULL) {
        socket = watched_socket_new(client);
        curl_multi_assign(client->multi, number, socket);
    }
    descriptor_start(client->loop, &socket->descriptor, number, (what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0,
                     &socket->flow);
    return 0;
}

/* the client */

/* All that have finished for the flow of the first are done now, so that one pump is enough. */
static struct flow *take_finished(struct http_client *client)
{
    struct flow *flow = client->finished.first->exchange->flow;
    struct http_transfer *transfer = client->finished.first;

    while (transfer != NULL) {
        struct http_transfer *next = transfer->next;

        if (transfer->exchange->flow == flow) {
            transfer->exchange->done = true;
            transfer_free(transfer);
        }
        transfer = next;
    }
    return flow;
}

/* Whether the server has had time to say how many it takes. */
static bool is_known(const struct http_client *client)
{
    int64_t long_ago_ms = loop_monotonic_ms(client->loop) - ALONE_MS;

    for (const struct http_transfer *transfer = client->running.first; transfer != NULL; transfer = transfer->next)
        if (!transfer->head_is_whole && transfer->active_ms > long_ago_ms)
            return false;
    return true;
}

static bool has_room(const struct http_client *client)
{
    bool may_share = !client->one_connection || client->has_answered || is_known(client);

    return may_share && client->running.count < HTTP_IN_FLIGHT_MAX;
}

static void client_pump(struct flow *flow)
{
    struct http_client *client = (struct http_client *) flow;
    struct flow *told = NULL;

    while (client->waiting.first != NULL && has_room(client))
        let_go(client, client->waiting.first);
    if (client->finished.first != NULL)
        told = take_finished(client);
    if (client->finished.first != NULL)
        loop_post(client->loop, flow);
    /* The last thing: this pump may free the client. */
    if (told != NULL)
        told->pump(told);
}

static struct http_settings settings_new(const struct http_client_options *options)
{
    struct http_settings settings = { .user_agent = memory_text(options->user_agent),
                                      .ca_path = memory_text(options->ca_path),
                                      .ca_pem = memory_text(options->ca_pem),
                                      .certificate_pem = memory_text(options->certificate_pem),
                                      .tls_server_name = memory_text(options->tls_server_name),
                                      .proxy_url = memory_text(options->proxy_url),
                                      .insecure = options->insecure };

    if (options->key_pem != NULL)
        secret_set(&settings.key_pem, secret_reveal(options->key_pem), options->key_pem->length);
    return settings;
}

static void settings_release(struct http_settings *settings)
{
    free(settings->user_agent);
    free(settings->ca_path);
    free(settings->ca_pem);
    free(settings->certificate_pem);
    free(settings->tls_server_name);
    explicit_bzero(settings->proxy_url, strlen(settings->proxy_url));
    free(settings->proxy_url);
    secret_release(&settings->key_pem);
}

struct http_client *http_client_new(struct loop *loop, const struct http_client_options *options)
{
    struct http_client *client = memory_new(1, sizeof *client);
    CURLcode failed = curl_global_init(CURL_GLOBAL_DEFAULT);

    assert(failed == CURLE_OK);
    client->flow.pump = client_pump;
    client->loop = loop;
    client->settings = settings_new(options);
    client->alarm = (struct curl_alarm){ .flow.pump = act_on_time, .client = client };
    client->multi = curl_multi_init();
    client->one_connection = options->one_connection;
    assert(client->multi != NULL);
    limit_connections(client);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETFUNCTION, take_socket);
    curl_multi_setopt(client->multi, CURLMOPT_SOCKETDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERFUNCTION, take_timeout);
    curl_multi_setopt(client->multi, CURLMOPT_TIMERDATA, client);
    curl_multi_setopt(client->multi, CURLMOPT_PIPELINING, (long) CURLPIPE_MULTIPLEX);
    curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long) CONNECTIONS_KEPT_MAX);
    return client;
}

static void free_all(struct http_transfers *list)
{
    while (list->first != NULL)
        transfer_free(list->first);
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    free_all(&client->waiting);
    free_all(&client->running);
    free_all(&client->finished);
    curl_multi_cleanup(client->multi);
    while (client->sockets != NULL)
        watched_socket_free(client->sockets);
    timer_stop(client->loop, &client->alarm.timer);
    timer_stop(client->loop, &client->alone);
    loop_unpost(client->loop, &client->flow);
    settings_release(&client->settings);
    curl_global_cleanup();
    free(client);
}

/* exchanges */

static int64_t deadline(struct loop *loop, int64_t timeout_ms)
{
    return timeout_ms < 0 ? 0 : loop_monotonic_ms(loop) + timeout_ms;
}

void http_exchange_start(struct http_client *client, struct http_exchange *exchange, struct flow *flow)
{
    struct http_transfer *transfer = NULL;

    assert(exchange->transfer == NULL);
    if (exchange->request.timeout_ms == 0)
        exchange->request.timeout_ms = HTTP_TIMEOUT_DEFAULT_MS;
    buffer_release(&exchange->response.body);
    exchange->response = (struct http_response){ 0 };
    exchange->error = (struct error){ 0 };
    exchange->flow = flow;
    exchange->done = false;
    transfer = memory_new(1, sizeof *transfer);
    *transfer = (struct http_transfer){ .flow.pump = end_when_over,
                                        .client = client,
                                        .exchange = exchange,
                                        .loop = client->loop,
                                        .deadline_ms = deadline(client->loop, exchange->request.timeout_ms) };
    exchange->transfer = transfer;
    move_to_list(transfer, &client->waiting);
    set_alarm(transfer);
    loop_post(client->loop, &client->flow);
}

void http_exchange_cancel(struct http_exchange *exchange)
{
    struct http_transfer *transfer = exchange->transfer;

    if (transfer == NULL)
        return;
    loop_post(transfer->loop, &transfer->client->flow);
    transfer_free(transfer);
}

void http_exchange_release(struct http_exchange *exchange)
{
    http_exchange_cancel(exchange);
    buffer_release(&exchange->request.url);
    buffer_release(&exchange->request.headers);
    buffer_release(&exchange->request.body);
    buffer_release(&exchange->response.body);
    *exchange = (struct http_exchange){ 0 };
}

void http_append_encoded(struct buffer *url, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (const char *character = text; *character != '\0'; character++) {
        if (strchr(plain, *character) != NULL)
            buffer_append_char(url, *character);
        else
            buffer_append_format(url, "%%%02X", (unsigned int) (unsigned char) *character);
    }
}
