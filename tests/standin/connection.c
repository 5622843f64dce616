/* tests/standin/connection.c - what is read is queued while an answer is in the making, so pipelined requests wait.
 *
 * A response and a socket are parts of their connection: one of the two is in use at a time.
 */
#include "tests/standin/connection.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/frame_reader.h"
#include "tests/standin/http_reader.h"
#include "tests/standin/link.h"

#include <openssl/evp.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { WAITING_BYTES_MAX = 1024 * 1024, DIGEST_BYTES = 20, ACCEPT_SIZE = 32 };

enum state {
    READING,   /* a request */
    ANSWERING, /* the handler has it */
    WEBSOCKET,
    LEAVING, /* nothing more is read */
};

struct server_response {
    struct buffer headers;
    bool begun, keeps_alive;
    struct server_response_owner *owner;
};

struct server_socket {
    struct server_socket_owner *owner;
    struct frame_reader reader;
};

struct connection {
    struct link_owner link_owner;
    struct flow flow; /* reads what waits once an answer is out */
    struct loop *loop;
    struct link *link;
    struct server_handler *handler;
    struct connection_list *list;
    struct connection *previous, *next;
    enum state state;
    struct http_reader reader;
    struct buffer waiting; /* received and not read yet */
    struct server_response response;
    struct server_socket socket;
};

static void receive(struct link_owner *owner, const char *bytes, size_t length);
static void end(struct link_owner *owner);
static void be_closed(struct link_owner *owner);
static void read_later(struct flow *flow);
static void read_on(struct connection *connection);
static void read_request(struct connection *connection);
static void answer(struct connection *connection);
static void refuse(struct connection *connection);
static void read_frame(struct connection *connection);
static void leave(struct connection *connection);
static void connection_free(struct connection *connection);
static void write_head(struct connection *connection, struct buffer *text, int status, const char *content_type);
static void finish_response(struct connection *connection);
static const char *reason_of(int status);

static struct connection *of_link(struct link_owner *owner)
{
    return (struct connection *) owner;
}

static struct connection *of_response(struct server_response *response)
{
    return (struct connection *) ((char *) response - offsetof(struct connection, response));
}

static struct connection *of_socket(struct server_socket *socket)
{
    return (struct connection *) ((char *) socket - offsetof(struct connection, socket));
}

void connection_open(struct loop *loop, int socket, SSL *tls, struct server_handler *handler,
                     struct connection_list *list)
{
    struct connection *connection = memory_new(1, sizeof *connection);

    connection->link_owner = (struct link_owner){ .received = receive, .ended = end, .closed = be_closed };
    connection->flow.pump = read_later;
    connection->loop = loop;
    connection->handler = handler;
    connection->list = list;
    connection->next = list->first;
    if (list->first != NULL)
        list->first->previous = connection;
    list->first = connection;
    http_reader_init(&connection->reader);
    frame_reader_init(&connection->socket.reader);
    buffer_init(&connection->waiting, WAITING_BYTES_MAX);
    connection->link = link_new(loop, socket, tls, &connection->link_owner);
}

void connection_list_end(struct connection_list *list)
{
    while (list->first != NULL) {
        struct connection *connection = list->first;
        struct link *link = connection->link;

        leave(connection);
        link_free(link);
        connection_free(connection);
    }
}

static void receive(struct link_owner *owner, const char *bytes, size_t length)
{
    struct connection *connection = of_link(owner);

    buffer_append(&connection->waiting, bytes, length);
    if (connection->waiting.overflowed) {
        link_drop(connection->link);
        connection->state = LEAVING;
    }
    read_on(connection);
}

static void end(struct link_owner *owner)
{
    struct connection *connection = of_link(owner);
    struct server_socket_owner *socket = connection->socket.owner;

    if (connection->state == WEBSOCKET && socket->ended != NULL)
        socket->ended(socket);
    else
        link_close(connection->link);
}

static void be_closed(struct link_owner *owner)
{
    leave(of_link(owner));
    connection_free(of_link(owner));
}

/* Tells whoever still counts on the client. */
static void leave(struct connection *connection)
{
    enum state state = connection->state;

    connection->state = LEAVING;
    if (state == WEBSOCKET)
        connection->socket.owner->closed(connection->socket.owner);
    if (state == ANSWERING && connection->response.owner != NULL)
        connection->response.owner->gone(connection->response.owner);
}

static void connection_free(struct connection *connection)
{
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        connection->list->first = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    loop_unpost(connection->loop, &connection->flow);
    http_reader_release(&connection->reader);
    frame_reader_release(&connection->socket.reader);
    buffer_release(&connection->waiting);
    buffer_release(&connection->response.headers);
    free(connection);
}

static void read_later(struct flow *flow)
{
    read_on((struct connection *) ((char *) flow - offsetof(struct connection, flow)));
}

/* Reads as much as the state allows: a WebSocket's frames, or requests until one is not answered at once. */
static void read_on(struct connection *connection)
{
    while (connection->waiting.length > 0) {
        if (connection->state == READING)
            read_request(connection);
        else if (connection->state == WEBSOCKET)
            read_frame(connection);
        else
            return;
    }
}

static void read_request(struct connection *connection)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct http_reader *reader = &connection->reader;
    size_t taken = http_reader_feed(reader, connection->waiting.data, connection->waiting.length);

    buffer_consume(&connection->waiting, taken);
    if (reader->stage == HTTP_REFUSED) {
        refuse(connection);
        return;
    }
    if (reader->stage != HTTP_HEAD && reader->stage != HTTP_DONE && reader->wants_continue) {
        reader->wants_continue = false;
        link_send(connection->link, go_on, sizeof go_on - 1);
    }
    if (reader->stage == HTTP_DONE)
        answer(connection);
}

static void answer(struct connection *connection)
{
    struct server_request *request = &connection->reader.request;
    struct server_response *response = &connection->response;

    connection->state = ANSWERING;
    buffer_release(&response->headers);
    *response = (struct server_response){ .keeps_alive = connection->reader.keeps_alive };
    link_client_name(connection->link, request->client_name, sizeof request->client_name);
    if (!connection->handler->handle(connection->handler, request, response))
        server_respond(response, 404, "text/plain", "not found\n", strlen("not found\n"));
}

static void refuse(struct connection *connection)
{
    int status = connection->reader.status;

    connection->state = ANSWERING;
    connection->response.keeps_alive = false;
    server_respond(&connection->response, status, "text/plain", reason_of(status), strlen(reason_of(status)));
}

static void read_frame(struct connection *connection)
{
    struct server_socket *socket = &connection->socket;
    size_t taken = frame_reader_feed(&socket->reader, connection->waiting.data, connection->waiting.length);

    buffer_consume(&connection->waiting, taken);
    if (!socket->reader.done)
        return;
    if (socket->reader.frame.payload == NULL) {
        buffer_clear(&connection->waiting);
        link_pause(connection->link);
    }
    socket->owner->received(socket->owner, &socket->reader.frame);
    frame_reader_next(&socket->reader);
}

/* responses */

void server_response_add_header(struct server_response *response, const char *name, const char *value)
{
    assert(!response->begun);
    buffer_append_format(&response->headers, "%s: %s\r\n", name, value);
}

void server_respond(struct server_response *response, int status, const char *content_type, const void *body,
                    size_t length)
{
    struct connection *connection = of_response(response);
    struct buffer text = { .limit = SERVER_QUEUE_BYTES_MAX };
    const char *method = connection->reader.request.method;
    bool has_body = status != 204 && status != 304 && (method == NULL || !text_equal(method, "HEAD"));

    write_head(connection, &text, status, content_type);
    if (status != 204)
        buffer_append_format(&text, "Content-Length: %zu\r\n", length);
    buffer_append_text(&text, "\r\n");
    if (has_body)
        buffer_append(&text, body, length);
    link_send(connection->link, buffer_text(&text), text.length);
    buffer_release(&text);
    finish_response(connection);
}

void server_response_begin(struct server_response *response, int status, const char *content_type)
{
    struct connection *connection = of_response(response);
    struct buffer text = { 0 };

    write_head(connection, &text, status, content_type);
    buffer_append_text(&text, "Transfer-Encoding: chunked\r\n\r\n");
    link_send(connection->link, buffer_text(&text), text.length);
    buffer_release(&text);
}

void server_response_append(struct server_response *response, const void *bytes, size_t length)
{
    struct buffer chunk = { .limit = SERVER_QUEUE_BYTES_MAX };

    assert(response->begun);
    if (length == 0)
        return;
    buffer_append_format(&chunk, "%zx\r\n", length);
    buffer_append(&chunk, bytes, length);
    buffer_append_text(&chunk, "\r\n");
    link_send(of_response(response)->link, buffer_text(&chunk), chunk.length);
    buffer_release(&chunk);
}

void server_response_end(struct server_response *response)
{
    static const char last[] = "0\r\n\r\n";

    assert(response->begun);
    link_send(of_response(response)->link, last, sizeof last - 1);
    finish_response(of_response(response));
}

void server_response_drop(struct server_response *response)
{
    struct connection *connection = of_response(response);

    connection->state = LEAVING;
    link_drop(connection->link);
}

void server_response_keep(struct server_response *response, struct server_response_owner *owner)
{
    response->owner = owner;
}

static void write_head(struct connection *connection, struct buffer *text, int status, const char *content_type)
{
    assert(connection->state == ANSWERING && !connection->response.begun);
    connection->response.begun = true;
    buffer_append_format(text, "HTTP/1.1 %d %s\r\n", status, reason_of(status));
    if (content_type != NULL)
        buffer_append_format(text, "Content-Type: %s\r\n", content_type);
    buffer_append(text, buffer_text(&connection->response.headers), connection->response.headers.length);
    if (!connection->response.keeps_alive)
        buffer_append_text(text, "Connection: close\r\n");
}

/* The next request may be there already. Whoever answers is not called again from inside his answer. */
static void finish_response(struct connection *connection)
{
    if (!connection->response.keeps_alive) {
        connection->state = LEAVING;
        link_close(connection->link);
        return;
    }
    connection->state = READING;
    http_reader_next(&connection->reader);
    loop_post(connection->loop, &connection->flow);
}

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        { 101, "Switching Protocols" },
        { 200, "OK" },
        { 201, "Created" },
        { 204, "No Content" },
        { 302, "Found" },
        { 304, "Not Modified" },
        { 400, "Bad Request" },
        { 401, "Unauthorized" },
        { 403, "Forbidden" },
        { 404, "Not Found" },
        { 405, "Method Not Allowed" },
        { 409, "Conflict" },
        { 410, "Gone" },
        { 413, "Content Too Large" },
        { 415, "Unsupported Media Type" },
        { 422, "Unprocessable Content" },
        { 429, "Too Many Requests" },
        { 431, "Request Header Fields Too Large" },
        { 500, "Internal Server Error" },
        { 501, "Not Implemented" },
        { 502, "Bad Gateway" },
        { 503, "Service Unavailable" },
        { 504, "Gateway Timeout" },
    };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status)
            return reasons[i].reason;
    return "Status";
}

/* sockets */

/* RFC 6455, section 4.2.2: what proves that the server read the key. */
static void write_accept(const char *key, char target[ACCEPT_SIZE])
{
    struct buffer text = { 0 };
    unsigned char digest[DIGEST_BYTES];

    buffer_append_format(&text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    int made = EVP_Digest(text.data, text.length, digest, NULL, EVP_sha1(), NULL);
    assert(made == 1);
    EVP_EncodeBlock((unsigned char *) target, digest, sizeof digest);
    buffer_release(&text);
}

struct server_socket *server_response_upgrade(struct server_response *response, const struct server_request *request,
                                              struct server_socket_owner *owner)
{
    struct connection *connection = of_response(response);
    struct buffer text = { 0 };
    char accept[ACCEPT_SIZE];

    assert(request->wants_websocket);
    write_accept(server_request_header(request, "sec-websocket-key"), accept);
    response->keeps_alive = true;
    write_head(connection, &text, 101, NULL);
    buffer_append_format(&text, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                         accept);
    link_send(connection->link, buffer_text(&text), text.length);
    buffer_release(&text);
    connection->state = WEBSOCKET;
    connection->socket.owner = owner;
    return &connection->socket;
}

void server_socket_send(struct server_socket *socket, enum server_opcode opcode, bool final, const void *payload,
                        size_t length)
{
    struct buffer frame = { .limit = SERVER_QUEUE_BYTES_MAX };

    frame_write(&frame, opcode, final, payload, length);
    link_send(of_socket(socket)->link, buffer_text(&frame), frame.length);
    buffer_release(&frame);
}

void server_socket_send_raw(struct server_socket *socket, const void *bytes, size_t length)
{
    link_send(of_socket(socket)->link, bytes, length);
}

void server_socket_finish(struct server_socket *socket)
{
    link_finish(of_socket(socket)->link);
}

void server_socket_close(struct server_socket *socket)
{
    link_close(of_socket(socket)->link);
}

void server_socket_drop(struct server_socket *socket)
{
    link_drop(of_socket(socket)->link);
}

void server_socket_pause(struct server_socket *socket)
{
    link_pause(of_socket(socket)->link);
}
