/* k8s/scaling.h - the flow that gives many workloads of one namespace their replicas, as fast as the server takes it.
 *
 * One PATCH of the Scale subresource per order, all in flight within the client's ceiling, each carrying the
 * resourceVersion its decision rests on. It decides nothing: a conflict is reported, not repeated.
 */
#ifndef CURFEW_K8S_SCALING_H
#define CURFEW_K8S_SCALING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/flow.h"
#include "k8s/client.h"
#include "k8s/workload.h"

enum scale_result {
    SCALE_PENDING,
    SCALE_DONE,                          /* the answer showed the wanted number */
    SCALE_GONE,                          /* 404 */
    SCALE_CHANGED,                       /* 409, or the answer showed another number or another uid: look again */
    SCALE_UNKNOWN,                       /* no answer: it may have taken effect; look again */
    SCALE_FAILED,                        /* refused: reason says why */
};

/* A plain value. */
struct scale_order {
    char    resource[RESOURCE_NAME_SIZE];
    char    name[WORKLOAD_NAME_SIZE];
    char    uid[KUBERNETES_UID_SIZE];
    char    resource_version[RESOURCE_VERSION_SIZE];
    int32_t replicas;
    enum scale_result result;            /* SCALE_PENDING when ordered */
    char    reason[WORKLOAD_REASON_SIZE];/* of SCALE_FAILED and SCALE_UNKNOWN: the server's or network's sentence */
};

/* A list that owns its items. */
struct scale_orders {
    struct scale_order *items;
    size_t count, capacity;
};

void scale_orders_add(struct scale_orders *orders, const struct scale_order *order);    /* a copy */
void scale_orders_release(struct scale_orders *orders);

struct scaling;

/* orders moves in: *orders is { 0 } afterwards. flow is pumped once, when scaling_is_done(). */
struct scaling *scaling_new(struct client *client, const char *namespace, struct scale_orders *orders,
                            struct flow *flow) must_check;
void scaling_free(struct scaling *scaling);    /* also while it runs: requests in flight may still take effect */

bool scaling_is_done(const struct scaling *scaling) must_check;

/* After it is done: the orders with their results move to the caller. Call once. */
void scaling_take(struct scaling *scaling, struct scale_orders *ret_orders);

#endif
