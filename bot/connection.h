/* bot/connection.h - one connection of a slot, from its dial to its end; for bot/slot.c and bot/sockets.c alone. */
#ifndef CURFEW_BOT_CONNECTION_H
#define CURFEW_BOT_CONNECTION_H

#include "bot/envelope.h"
#include "bot/socket.h"
#include "base/url.h"

#include <stdbool.h>
#include <stdint.h>

struct slot;

enum connection_state {
    CONNECTION_DIALLED, /* until its hello */
    CONNECTION_LIVE,
    CONNECTION_LEAVING, /* another one has taken over */
    CONNECTION_CLOSING, /* by us */
};

struct connection {
    struct socket_listener listener; /* First member */
    struct slot *slot;
    struct socket *socket;
    uint64_t number;
    enum connection_state state;
    bool ends;                       /* Slack has said so, or it is old: another one is wanted */
    int64_t dialled_ms, live_ms;     /* since when, by loop_monotonic_ms() */
    int64_t due_ms;                  /* LIVE: when it is old; LEAVING: when it is closed; 0 = never */
    int unacked;                     /* deliveries whose ack is due */
    char reason[ENVELOPE_NAME_SIZE]; /* Slack's word for its end */
    struct connection *next;
};

/* Dials; the slot owns it, and frees it when it has ended. */
void connection_dial(struct slot *slot, const struct url *url, const struct proxy *proxy);
void connection_free(struct connection *connection);

/* Its end is known beforehand: it is served until then, and another one is opened. */
void connection_announce_end(struct connection *connection, const char *reason);

/* Close, and what may still come. */
void connection_retire(struct connection *connection);

/* What bot/sockets.c has read. */
void connection_take_hello(struct connection *connection, const struct envelope_hello *hello);
void connection_take_disconnect(struct connection *connection, const char *reason);

/* It may be that nothing holds up the Close any more. */
void connection_take_ack(struct connection *connection);

#endif
