/* k8s/scale_orders.h - who is to get how many replicas, and what became of it. Values only.
 *
 * The decision fills them in, k8s/scaling.h carries them out.
 */
#ifndef CURFEW_K8S_SCALE_ORDERS_H
#define CURFEW_K8S_SCALE_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "k8s/workload.h"

enum scale_result {
    SCALE_PENDING,
    SCALE_DONE,    /* the answer showed the wanted number */
    SCALE_GONE,    /* 404 */
    SCALE_CHANGED, /* 409, or the answer showed another uid: our write did not happen; look again */
    SCALE_UNKNOWN, /* no answer: it may have taken effect; look again */
    SCALE_FAILED,  /* refused, or something between made another number of it: reason says why */
};

/* A plain value whose texts are borrowed, in a list from that list. */
struct scale_order {
    const char *resource;
    const char *name;
    const char *uid;
    const char *resource_version;
    const char *before; /* PAUSED, to be set going again: the annotations it is to have, as workload.before */
    enum resource_action action;
    int32_t replicas;
    int64_t group;            /* what is ordered together has the same; for the decision alone */
    enum scale_result result; /* SCALE_PENDING when ordered */
    bool may_be_ours; /* kept over the rounds: a write of ours took effect, or may have, so that a number read since is
                       * not what somebody else wants */
    const char *reason;         /* of SCALE_FAILED and SCALE_UNKNOWN: the server's or network's sentence */
    char *block, *reason_block; /* the list's */
};

/* A list that owns its items. */
struct scale_orders {
    struct scale_order *items;
    size_t count, capacity;
};

void scale_orders_add(struct scale_orders *orders, const struct scale_order *order); /* a copy */
void scale_orders_release(struct scale_orders *orders);

/* The reason of an item, copied; cut at WORKLOAD_REASON_SIZE. */
void scale_order_set_reason(struct scale_order *item, const char *reason);

/* NULL: there is none for this workload. */
struct scale_order *scale_orders_find(const struct scale_orders *orders, const char *resource, const char *name)
    must_check;

#endif
