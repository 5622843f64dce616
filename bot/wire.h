/* bot/wire.h - one WebSocket to a server over TLS: what libwebsockets does for bot/socket.h, and nothing else of it.
 *
 * Dials an address (a name is looked up before: libwebsockets would block the loop), checks the certificate against the
 * name, hands over the pieces of messages, sends whole frames. It has no deadlines: those are bot/socket.c's.
 */
#ifndef CURFEW_BOT_WIRE_H
#define CURFEW_BOT_WIRE_H

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* libwebsockets' context on the loop, with the roots of trust. One for the process is what it is made for: of two at a
 * time the older one is not freed whole (20 kB), and its handshake that runs while the other is made fails. */
struct wire_context;

/* ca_path  PEM file; "" = the system's bundle. It alone is trusted.
 *
 * false, ERROR_SYSTEM: libwebsockets cannot start (its libuv plugin is missing), or the file cannot be read.
 * ERROR_INPUT: the file holds no certificate. */
bool wire_context_new(struct loop *loop, const char *ca_path, struct wire_context **ret_context, struct error *error)
    must_check;

/* Ends its wires, without telling anybody, in the next turns of the loop (those of loop_free() do). NULL is fine. */
void wire_context_free(struct wire_context *context);

struct wire;

/* A piece of a message. */
struct wire_piece {
    const char *bytes;
    size_t length;
    bool first, last; /* of its message */
    bool binary;
};

/* Who listens: a member of the owner's struct. Called from inside libwebsockets; the wire may be freed from inside.
 * After ended(), which comes once, the wire is gone. */
struct wire_listener {
    void (*opened)(struct wire_listener *listener);
    void (*received)(struct wire_listener *listener, const struct wire_piece *piece);
    void (*ponged)(struct wire_listener *listener);
    /* The other side's Close: it is answered, ended() follows unless the other side is slow. error tells its code. */
    void (*closing)(struct wire_listener *listener, const struct error *error);
    void (*ended)(struct wire_listener *listener, const struct error *error); /* NETWORK, PROTOCOL */
};

/* Where to. Borrowed for wire_dial(). */
struct wire_target {
    const char *address; /* numeric, of the server, or of the proxy where there is one */
    const char *host;    /* the name to check, and to ask for */
    int port;
    const char *path;        /* with query; a secret */
    int proxy_port;          /* 0 = no proxy */
    const char *proxy_login; /* "user:password"; "" = none */
};

/* NULL, ERROR_NETWORK / ERROR_INPUT: it cannot even begin. */
struct wire *wire_dial(struct wire_context *context, const struct wire_target *target, struct wire_listener *listener,
                       struct error *error) must_check;

enum wire_frame { WIRE_TEXT, WIRE_PING, WIRE_CLOSE };

/* Puts a whole frame in line; a copy is kept. The payload of WIRE_CLOSE is the code, two bytes. Nothing follows a Close.
 * false: it is not open, or WIRE_QUEUE_MAX frames are waiting. */
bool wire_send(struct wire *wire, enum wire_frame frame, const void *payload, size_t length) must_check;

enum { WIRE_QUEUE_MAX = 1024 };

/* Ends it at once (TCP included), without ended(). NULL is fine. */
void wire_free(struct wire *wire);

#endif
