/* bot/slot.h - keeps one connection to Slack at a time, and two while one takes over from the other; for bot/sockets.c
 * alone, which reads what the connections bring. */
#ifndef CURFEW_BOT_SLOT_H
#define CURFEW_BOT_SLOT_H

#include "bot/connection.h"
#include "bot/sockets.h"

/* Who reads: the first member of the owner's struct. Nothing of the slot is touched behind these calls. */
struct slot_owner {
    void (*message)(struct slot_owner *owner, struct connection *connection, const char *text, size_t length);
    void (*omitted)(struct slot_owner *owner, struct connection *connection, enum socket_omission omission,
                    const char *envelope_id);
    void (*refused)(struct slot_owner *owner, const char *slack_error);
    void (*closed)(struct slot_owner *owner); /* by slot_close(): the last one is */
};

/* What the slots of one owner share. */
struct slot_world {
    struct loop *loop;
    struct slack *slack;
    struct log *log;
    struct socket_context *context;
    struct proxy_environment proxies;
    struct sockets_timings timings;
    struct slot_owner *owner;
    uint64_t last_number; /* of a connection */
};

struct slot {
    struct flow flow;
    struct slot_world *world;
    struct slack_call ticket;
    bool asking; /* for the ticket */
    struct connection *connections;
    struct timer timer;
    int64_t next_try_ms;
    int failures;    /* in a row */
    bool is_crowded; /* Slack takes no connection beside the one that ends */
    bool stopped;    /* no new connection: refused for good, or closing */
    bool closing, told_closed;
    int64_t grace_ms; /* until when acks that are due may hold up the Close */
};

/* delay_ms  until the first try */
void slot_start(struct slot *slot, struct slot_world *world, int64_t delay_ms);
void slot_free(struct slot *slot); /* what it holds */

/* The next try comes later, the more have failed in a row; asked_for_ms is the least. */
void slot_wait(struct slot *slot, const struct error *error, int64_t asked_for_ms);

void slot_pump_soon(struct slot *slot);

struct connection *slot_find(struct slot *slot, uint64_t number) must_check;                 /* NULL: gone */
struct connection *slot_in_state(struct slot *slot, enum connection_state state) must_check; /* NULL: none is */
struct connection *slot_live(struct slot *slot) must_check; /* one that can send; NULL: there is none */
int slot_count(const struct slot *slot) must_check;         /* those that Slack may know of */

void slot_close(struct slot *slot);
bool slot_is_closed(const struct slot *slot) must_check;

#endif
