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

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/url.h"
#include "bot/envelope.h"
#include "bot/slack.h"
#include "bot/socket.h"

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
    const char *ca_path;
    struct proxy_environment proxies;
};

struct sockets;

/* Options are copied, what they point to is borrowed. false, ERROR_SYSTEM: libwebsockets cannot start (its libuv plugin is missing). */
bool sockets_new(const struct sockets_options *options, struct sockets_listener *listener, struct sockets **ret_sockets,
                 struct error *error) must_check;

/* Acks a delivery on its own connection, or on the current one where that is gone. payload_json NULL = none.
 * false: the payload was too large and was left out (the ack itself is sent), or the envelope takes none. */
bool sockets_ack(struct sockets *sockets, const struct delivery *delivery, const char *payload_json) must_check;

/* No new connection; Close on all; flow is pumped when the last is closed (at most SOCKET_CLOSE_MS). */
void sockets_close(struct sockets *sockets, struct flow *flow);
bool sockets_are_closed(const struct sockets *sockets) must_check;
void sockets_free(struct sockets *sockets);

#endif
