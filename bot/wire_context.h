/* bot/wire_context.h - libwebsockets' context; for bot/wire.c alone. */
#ifndef CURFEW_BOT_WIRE_CONTEXT_H
#define CURFEW_BOT_WIRE_CONTEXT_H

#include "bot/wire.h"

#include <libwebsockets.h>

extern const char wire_protocol[]; /* its name for ours */

struct wire_context {
    struct flow flow; /* wire_kill_freed() */
    struct loop *loop;
    struct lws_context *lws;
    struct lws_vhost *direct, *proxied;
    char *ca_path;
    struct wire *wires;
};

/* The vhost that leads to the target: the one without a proxy, or the one with it. NULL, ERROR_INPUT / ERROR_SYSTEM. */
struct lws_vhost *wire_context_vhost(struct wire_context *context, const struct wire_target *target,
                                     struct error *error) must_check;

/* What libwebsockets calls. */
int wire_callback(struct lws *lws, enum lws_callback_reasons event, void *user, void *in, size_t length);

/* Ends the wires that were freed. */
void wire_kill_freed(struct flow *flow);

/* Their context goes away. */
void wire_orphan_all(struct wire_context *context);

#endif
