/* tests/standin/server.h - HTTP/1.1 and WebSocket listeners on loopback, for what plays Slack or an API server.
 *
 * Not on libwebsockets: its server takes frames without a mask and joins, answers and hides what a stand-in must see, and
 * a client built on it shall be judged by something else. Sockets, OpenSSL and the loop suffice, and faults can be made
 * byte by byte. Keep-alive, bodies with Content-Length or chunked, Expect: 100-continue; ALPN offers http/1.1 alone.
 *
 *     static bool handle(struct server_handler *handler, const struct server_request *request,
 *                        struct server_response *response)
 *     {
 *         if (!text_equal(request->path, "/healthz"))
 *             return false;
 *         server_respond(response, 200, "text/plain", "ok", 2);
 *         return true;
 *     }
 */
#ifndef CURFEW_TESTS_STANDIN_SERVER_H
#define CURFEW_TESTS_STANDIN_SERVER_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SERVER_HEAD_BYTES_MAX = 32 * 1024, /* request line and headers; more is answered with 431 */
    SERVER_HEADERS_MAX = 64,
    SERVER_BODY_BYTES_MAX = 8 * 1024 * 1024,   /* of a request; more is answered with 413 */
    SERVER_FRAME_BYTES_MAX = 1024 * 1024,      /* of a WebSocket frame from a client */
    SERVER_QUEUE_BYTES_MAX = 64 * 1024 * 1024, /* waiting to be sent to one client; more drops it */
    SERVER_NAME_SIZE = 128,
};

struct server;
struct server_response; /* one answer in the making; valid until it was ended, dropped, or its owner told it is gone */
struct server_socket;   /* one WebSocket; valid until its owner was told that it is closed */

/* What a client asked. All of it is borrowed for the call. Percent-escapes of the path are decoded. */
struct server_request {
    const char *method; /* "GET" */
    const char *path;   /* "/api/auth.test" */
    const char *query;  /* what stood behind '?', still encoded; "" = none */
    struct buffer body;
    bool wants_websocket;               /* a complete upgrade request of version 13 */
    char client_name[SERVER_NAME_SIZE]; /* common name of the client's certificate; "" = it showed none */
    int header_count;
    struct server_header {
        const char *name; /* lower case */
        const char *value;
    } headers[SERVER_HEADERS_MAX];
};

/* Who answers: the first member of the owner's struct. It answers now (server_respond), begins an answer and goes on
 * later (server_response_begin), or keeps it for later (server_response_keep); once one of these was called it
 * returns true. false: nothing of the kind was done, the server answers 404. */
struct server_handler {
    bool (*handle)(struct server_handler *handler, const struct server_request *request,
                   struct server_response *response);
};

/* One listener. The texts are borrowed for server_listen(). */
struct server_options {
    struct server_handler *handler; /* borrowed until server_free() */
    int port;                       /* on 127.0.0.1; 0 = any that is free */
    const char *certificate_path;   /* PEM; NULL = plain HTTP */
    const char *key_path;
    const char *client_ca_path; /* asks for a client certificate, and takes none or a valid one; NULL = never asks */
};

struct server *server_new(struct loop *loop) must_check;

/* Drops every client (owners are told) and stops listening. Accepts NULL. */
void server_free(struct server *server);

/* Opens a listener. *ret_port is where it listens. false, ERROR_SYSTEM: names the port. */
bool server_listen(struct server *server, const struct server_options *options, int *ret_port, struct error *error)
    must_check;

/* The value of a header (name in lower case), or "". */
const char *server_request_header(const struct server_request *request, const char *name) must_check;

/* Appends the decoded value of a query parameter to *value. A form in a body is read in the same way.
 * false: there is none of this name. */
bool server_query(const char *query, const char *name, struct buffer *value) must_check;

/* One parameter after the other: replaces *name and *value, moves *query behind it. false: there is no more. */
bool server_query_next(const char **query, struct buffer *name, struct buffer *value) must_check;

/* Answers. */

/* Adds a header line; before the status is said. */
void server_response_add_header(struct server_response *response, const char *name, const char *value);

/* The whole answer at once; body may be NULL when length is 0. content_type NULL = none. */
void server_respond(struct server_response *response, int status, const char *content_type, const void *body,
                    size_t length);

/* Status and headers now, the body piece by piece: chunked, each piece is sent at once. */
void server_response_begin(struct server_response *response, int status, const char *content_type);
void server_response_append(struct server_response *response, const void *bytes, size_t length);
void server_response_end(struct server_response *response);

/* Ends the connection at once (RST), whatever was sent so far. */
void server_response_drop(struct server_response *response);

/* Who is told that the client hung up before the answer was ended: a member of the owner's struct. Not told after an
 * end or a drop. The response must not be touched any more. */
struct server_response_owner {
    void (*gone)(struct server_response_owner *owner);
};

/* The answer comes later, or goes on later. Before or after server_response_begin(). */
void server_response_keep(struct server_response *response, struct server_response_owner *owner);

/* WebSockets. */

enum server_opcode {
    SERVER_CONTINUATION = 0x0,
    SERVER_TEXT = 0x1,
    SERVER_BINARY = 0x2,
    SERVER_CLOSE = 0x8,
    SERVER_PING = 0x9,
    SERVER_PONG = 0xA,
};

/* One frame as the client sent it, unmasked. Nothing is answered, joined or checked by the server. */
struct server_frame {
    int opcode; /* enum server_opcode, or what is none */
    bool final;
    bool masked;
    int reserved;        /* RSV1..3 as bits 4, 2, 1 */
    uint64_t length;     /* as announced */
    const char *payload; /* NULL: longer than SERVER_FRAME_BYTES_MAX; no further frame is read */
};

/* Who has a WebSocket: the first member of the owner's struct. */
struct server_socket_owner {
    void (*received)(struct server_socket_owner *owner, const struct server_frame *frame);
    void (*ended)(struct server_socket_owner *owner); /* the client sent FIN; writing is still possible. NULL: closes */
    void (*closed)(
        struct server_socket_owner *owner); /* the connection is gone, the socket must not be touched any more */
};

/* Answers 101 to a request with wants_websocket; no extension, no subprotocol. Frames come from the next turn on. */
struct server_socket *server_response_upgrade(struct server_response *response, const struct server_request *request,
                                              struct server_socket_owner *owner) must_check;

/* Sends one frame, unmasked as servers do. */
void server_socket_send(struct server_socket *socket, enum server_opcode opcode, bool final, const void *payload,
                        size_t length);

/* Sends bytes that may be no frame at all. */
void server_socket_send_raw(struct server_socket *socket, const void *bytes, size_t length);

/* After what waits to be sent: FIN, while reading goes on. */
void server_socket_finish(struct server_socket *socket);

/* After what waits to be sent: TCP closed both ways. The owner is told. */
void server_socket_close(struct server_socket *socket);

/* RST at once. The owner is told, from the loop. */
void server_socket_drop(struct server_socket *socket);

/* Reads nothing from now on, so that the client meets silence. */
void server_socket_pause(struct server_socket *socket);

#endif
