/* bot/socket.h - one Socket Mode connection, from its ticket to its end.
 *
 * look-up -> dial (TLS, name checked) -> hello within a deadline -> live -> close. A connection is usable only after
 * hello. Any piece of a message and any pong counts as life: a ping after SOCKET_PING_MS of silence, the end after
 * SOCKET_SILENCE_MS; then TCP is closed at once, without waiting for anybody. Several may live side by side: every
 * callback carries its own socket. Traps of libwebsockets 4.1.6: bot/wire.c.
 */
#ifndef CURFEW_BOT_SOCKET_H
#define CURFEW_BOT_SOCKET_H

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SOCKET_DIAL_MS = 10 * 1000, /* look-up, TCP, TLS, upgrade */
    SOCKET_HELLO_MS = 10 * 1000,
    SOCKET_PING_MS = 10 * 1000,
    SOCKET_SILENCE_MS = 25 * 1000,
    SOCKET_CLOSE_MS = 1000,       /* Slack leaves the closing of TCP to the client */
    SOCKET_SEND_QUEUE_MAX = 1024, /* acks waiting for the socket to take them */
};

/* The same as values, so that a test need not wait for them. */
struct socket_timings {
    int64_t dial_ms, hello_ms, ping_ms, silence_ms, close_ms;
};

struct socket_timings socket_timings_default(void) must_check;

/* What all connections share: libwebsockets' context on the loop, with the roots of trust. */
struct socket_context;

/* ca_path  PEM file that alone is trusted; "" = the system's bundle
 * timings  copied; NULL = those above
 *
 * NULL, ERROR_SYSTEM: libwebsockets cannot start (its libuv plugin is missing), or the file cannot be read; ERROR_INPUT:
 * the file holds no certificate. */
struct socket_context *socket_context_new(struct loop *loop, const char *ca_path, const struct socket_timings *timings,
                                          struct error *error) must_check;

/* After its sockets. NULL is fine. */
void socket_context_free(struct socket_context *context);

struct socket;

/* Why a message is passed over: it is larger than ENVELOPE_BYTES_MAX, or it is no text. */
enum socket_omission { SOCKET_OVERSIZED, SOCKET_BINARY };

/* Who listens: the first member of the owner's struct. Called from the loop; a socket may be freed from inside. */
struct socket_listener {
    /* A whole text message, valid UTF-8 or not. */
    void (*message)(struct socket_listener *listener, struct socket *socket, const char *text, size_t length);
    /* envelope_id as far as it could be found, else "". */
    void (*omitted)(struct socket_listener *listener, struct socket *socket, enum socket_omission omission,
                    const char *envelope_id);
    /* Once; the socket remains to be freed. Kind NONE = closed as asked; NETWORK, TIMEOUT, PROTOCOL. */
    void (*ended)(struct socket_listener *listener, struct socket *socket, const struct error *error);
};

/* Dials url (wss://..., with its ticket; borrowed for the call). proxy is borrowed for the call. */
struct socket *socket_new(struct socket_context *context, const struct url *url, const struct proxy *proxy,
                          struct socket_listener *listener) must_check;

/* The owner has read hello: the hello deadline is off. */
void socket_mark_live(struct socket *socket);

/* Sends one text message in one unfragmented frame; a copy is kept. false: not connected any more, or too much is
 * waiting. */
bool socket_send(struct socket *socket, const char *text, size_t length) must_check;

/* Close 1000, then TCP after SOCKET_CLOSE_MS at the latest; messages that still arrive are delivered; then ended(). */
void socket_close(struct socket *socket);

/* At once, without ended(). NULL is fine. */
void socket_free(struct socket *socket);

#endif
