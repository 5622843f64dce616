/* bot/sockets.h - the flow that keeps a connection to Slack: ticket, dial, hello, and again, for ever.
 *
 * A fresh ticket (apps.connections.open) for every try. When Slack announces the end (warning, refresh_requested) or the
 * connection nears the age it was given, the next one is opened first, and the old one is read and acked until it has
 * drained. Failures wait with jitter, from half a second to a minute, longer where Slack asks (link_disabled,
 * too_many_websockets, Retry-After); the wait starts anew only after a connection has held for a while. Only a token that
 * Slack refuses for good ends it.
 */
#ifndef CURFEW_BOT_SOCKETS_H
#define CURFEW_BOT_SOCKETS_H

#include "bot/envelope.h"
#include "bot/slack.h"
#include "bot/socket.h"
#include "base/attributes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/retry.h"
#include "base/url.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    SOCKETS_CONNECTIONS_MAX = 4,         /* of the ten that Slack allows an app */
    SOCKETS_DRAIN_MS = 3 * 1000,         /* an old connection is served behind the hello of the new one */
    SOCKETS_HELD_MS = 30 * 1000,         /* a connection that has held as long was none of a row of failures */
    SOCKETS_MANY_MS = 30 * 1000,         /* after too_many_websockets */
    SOCKETS_DISABLED_MS = 2 * 60 * 1000, /* after link_disabled */
    SOCKETS_STAGGER_MS = 5 * 1000,       /* from the first try of one slot to that of the next */
    SOCKETS_GRACE_MS = 500,              /* for acks that are due when all is closed */
    SOCKETS_LATE_MS = 3 * 1000,          /* an ack that waits for a connection is of use as long */
    SOCKETS_LATE_MAX = 256,
};

/* The same as values, so that a test need not wait for them. */
struct sockets_timings {
    struct socket_timings socket;
    struct retry_policy retries; /* half a second to a minute */
    int64_t drain_ms, held_ms, many_ms, disabled_ms, stagger_ms, grace_ms;
};

struct sockets_timings sockets_timings_default(void) must_check;

/* Names one delivery: which connection, which envelope. A plain value; the connection may be gone when the ack is sent. */
struct delivery {
    uint64_t connection; /* number of the connection, never used twice */
    char envelope_id[ENVELOPE_ID_SIZE];
    bool accepts_payload;
};

/* Who listens: the first member of the owner's struct. */
struct sockets_listener {
    void (*envelope)(struct sockets_listener *listener, const struct delivery *delivery,
                     const struct envelope *envelope);    /* COMMAND and CLICK only; all else is handled here */
    void (*connected)(struct sockets_listener *listener); /* hello was read: commands are taken */
    void (*refused)(struct sockets_listener *listener, const char *slack_error); /* for good */
};

struct sockets_options {
    struct loop *loop;
    struct slack *slack;
    struct log *log;
    const char *ca_path; /* "" = the system's */
    struct proxy_environment proxies;
    int connections;                       /* connections to keep side by side, up to SOCKETS_CONNECTIONS_MAX; 0 = 1 */
    const struct sockets_timings *timings; /* NULL = those above; copied */
};

struct sockets;

/* Options are copied, what they point to is borrowed.
 * false: what socket_context_new() says (libwebsockets cannot start, no roots of trust). */
bool sockets_new(const struct sockets_options *options, struct sockets_listener *listener, struct sockets **ret_sockets,
                 struct error *error) must_check;

/* Acks a delivery on its own connection, or on another where that is gone, or on the next that comes within
 * SOCKETS_LATE_MS. payload_json NULL = none.
 * false: the payload was too large and was left out (the ack itself is sent), or the envelope takes none. */
bool sockets_ack(struct sockets *sockets, const struct delivery *delivery, const char *payload_json) must_check;

/* No new connection; Close on all, where acks are due within SOCKETS_GRACE_MS; flow is pumped when the last is closed
 * (at most SOCKET_CLOSE_MS later). */
void sockets_close(struct sockets *sockets, struct flow *flow);
bool sockets_are_closed(const struct sockets *sockets) must_check;

/* At once, without a Close; also from inside the listener. NULL is fine. */
void sockets_free(struct sockets *sockets);

#endif
