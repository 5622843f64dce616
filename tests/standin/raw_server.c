/* tests/standin/raw_server.c - each connection is a link, the place in its script, and what it has sent so far. */
#include "tests/standin/raw_server.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "tests/standin/link.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

struct raw_connection {
    struct link_owner owner;
    struct flow flow; /* a wait is over, or a step was done that the loop shall follow */
    struct raw_server *server;
    struct link *link;
    struct buffer received;
    const struct raw_step *script, *step;
    struct timer timer;
    struct raw_connection *previous, *next;
};

struct raw_server {
    struct flow flow;
    struct loop *loop;
    struct descriptor descriptor;
    const struct raw_step **scripts;
    int script_count;
    int port;
    int connection_count, open_count, open_most, request_count;
    struct buffer request;
    struct raw_connection *connections;
};

/* The length of the request at the beginning of what was received; 0 = it is not whole yet. */
static size_t request_length(const struct buffer *received)
{
    static const char name[] = "\r\nContent-Length:";
    const char *text = buffer_text(received);
    const char *end = strstr(text, "\r\n\r\n");
    const char *field = strcasestr(text, name);
    size_t length = 0;

    if (end == NULL)
        return 0;
    length = (size_t) (end - text) + strlen("\r\n\r\n");
    if (field != NULL && field < end)
        length += strtoul(field + strlen(name), NULL, 10);
    return length <= received->length ? length : 0;
}

static bool read_request(struct raw_connection *connection)
{
    struct raw_server *server = connection->server;
    size_t length = request_length(&connection->received);

    if (length == 0)
        return false;
    buffer_clear(&server->request);
    buffer_append(&server->request, connection->received.data, length);
    buffer_consume(&connection->received, length);
    server->request_count++;
    return true;
}

static void send_text(struct raw_connection *connection, const struct raw_step *step)
{
    struct buffer all = { .limit = SIZE_MAX / 2 };

    for (int i = 0; i < (step->count > 0 ? step->count : 1); i++)
        buffer_append_text(&all, step->text);
    link_send(connection->link, all.data, all.length);
    buffer_release(&all);
}

/* true: the next step can be done at once. */
static bool do_step(struct raw_connection *connection)
{
    const struct raw_step *step = connection->step;

    switch (step->action) {
    case RAW_STALL:
        return false;
    case RAW_READ:
        if (!read_request(connection))
            return false;
        break;
    case RAW_SEND:
        send_text(connection, step);
        break;
    case RAW_WAIT:
        timer_start(connection->server->loop, &connection->timer, step->count, &connection->flow);
        break;
    case RAW_AGAIN:
        connection->step = connection->script;
        return true;
    case RAW_CLOSE:
        link_close(connection->link);
        break;
    case RAW_DROP:
        link_drop(connection->link);
        break;
    }
    connection->step++;
    return step->action != RAW_WAIT;
}

static void go_on(struct flow *flow)
{
    struct raw_connection *connection =
        (struct raw_connection *) (void *) ((char *) flow - offsetof(struct raw_connection, flow));

    while (!connection->timer.armed && do_step(connection))
        continue;
}

static void take_bytes(struct link_owner *owner, const char *bytes, size_t length)
{
    struct raw_connection *connection = (struct raw_connection *) owner;

    buffer_append(&connection->received, bytes, length);
    go_on(&connection->flow);
}

static void take_end(struct link_owner *owner)
{
    struct raw_connection *connection = (struct raw_connection *) owner;

    link_close(connection->link);
}

static void connection_free(struct raw_connection *connection)
{
    struct raw_server *server = connection->server;

    timer_stop(server->loop, &connection->timer);
    buffer_release(&connection->received);
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        server->connections = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    server->open_count--;
    free(connection);
}

static void take_closed(struct link_owner *owner)
{
    connection_free((struct raw_connection *) owner);
}

static void connection_new(struct raw_server *server, int socket)
{
    struct raw_connection *connection = memory_new(1, sizeof *connection);
    int number = server->connection_count < server->script_count ? server->connection_count : server->script_count - 1;

    *connection = (struct raw_connection){ .owner = { take_bytes, take_end, take_closed },
                                           .flow.pump = go_on,
                                           .server = server,
                                           .script = server->scripts[number],
                                           .step = server->scripts[number],
                                           .next = server->connections };
    if (server->connections != NULL)
        server->connections->previous = connection;
    server->connections = connection;
    server->connection_count++;
    server->open_count++;
    if (server->open_count > server->open_most)
        server->open_most = server->open_count;
    connection->link = link_new(server->loop, socket, NULL, &connection->owner);
    timer_start(server->loop, &connection->timer, 0, &connection->flow);
}

static void accept_all(struct flow *flow)
{
    struct raw_server *server = (struct raw_server *) flow;

    for (;;) {
        int socket = accept4(server->descriptor.number, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (socket < 0)
            return;
        connection_new(server, socket);
    }
}

struct raw_server *raw_server_new(struct loop *loop, const struct raw_step *const *scripts, int script_count)
{
    struct raw_server *server = memory_new(1, sizeof *server);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int number = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int failed = bind(number, (const struct sockaddr *) &address, sizeof address) + listen(number, BACKLOG) +
                 getsockname(number, (struct sockaddr *) &address, &length);

    assert(number >= 0 && failed == 0);
    *server = (struct raw_server){ .flow.pump = accept_all,
                                   .loop = loop,
                                   .scripts = memory_new((size_t) script_count, sizeof scripts[0]),
                                   .script_count = script_count,
                                   .port = ntohs(address.sin_port) };
    memcpy(server->scripts, scripts, (size_t) script_count * sizeof scripts[0]);
    descriptor_start(loop, &server->descriptor, number, true, false, &server->flow);
    return server;
}

void raw_server_free(struct raw_server *server)
{
    if (server == NULL)
        return;
    while (server->connections != NULL) {
        link_free(server->connections->link);
        connection_free(server->connections);
    }
    descriptor_stop(server->loop, &server->descriptor);
    close(server->descriptor.number);
    buffer_release(&server->request);
    free(server->scripts);
    free(server);
}

int raw_server_port(const struct raw_server *server)
{
    return server->port;
}

int raw_server_connections(const struct raw_server *server)
{
    return server->connection_count;
}

int raw_server_open_most(const struct raw_server *server)
{
    return server->open_most;
}

int raw_server_requests(const struct raw_server *server)
{
    return server->request_count;
}

const char *raw_server_request(const struct raw_server *server)
{
    return buffer_text(&server->request);
}
