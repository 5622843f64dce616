/* k8s/scaling.c - the flow that gives many workloads of one namespace their replicas, as fast as the server takes it.
 *
 * As many hands as the client has requests in flight; a hand that is free takes the next order. So the time that one
 * call may take begins when it is sent, however many orders there are.
 */
#include "k8s/scaling.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "k8s/namespace.h"
#include "k8s/scale.h"

enum { HANDS_MAX = HTTP_IN_FLIGHT_MAX };

/* Carries out one order after the other. */
struct hand {
    struct flow flow; /* its call is done. First member */
    struct scaling *scaling;
    struct client_call call;
    struct scale_order *order; /* NULL = idle */
};

struct scaling {
    struct flow flow; /* there was nothing to send. First member */
    struct client *client;
    struct flow *owner;
    char namespace[NAMESPACE_NAME_SIZE];
    struct scale_orders orders;
    size_t next; /* order that nobody has taken */
    size_t busy; /* hands */
    bool done;
    struct hand *hands;
    size_t hand_count;
};

static void start_pump(struct flow *flow);
static void hand_pump(struct flow *flow);
static void take_next(struct hand *hand);
static bool send_order(struct hand *hand);
static void read_answer(const struct client_call *call, struct scale_order *order);
static void settle_error(const struct error *error, struct scale_order *order);
static void finish_when_all_is_said(struct scaling *scaling);

struct scaling *scaling_new(struct client *client, const char *namespace, struct scale_orders *orders,
                            struct flow *flow)
{
    struct scaling *scaling = memory_new(1, sizeof *scaling);

    assert(namespace_name_is_valid(namespace));
    *scaling = (struct scaling){ .flow = { start_pump }, .client = client, .owner = flow, .orders = *orders };
    *orders = (struct scale_orders){ 0 };
    memcpy(scaling->namespace, namespace, strlen(namespace));
    scaling->hand_count = scaling->orders.count < HANDS_MAX ? scaling->orders.count : HANDS_MAX;
    scaling->hands = memory_new(scaling->hand_count, sizeof scaling->hands[0]);
    for (size_t i = 0; i < scaling->hand_count; i++) {
        scaling->hands[i] = (struct hand){ .flow = { hand_pump }, .scaling = scaling };
        take_next(&scaling->hands[i]);
    }
    if (scaling->busy == 0)
        loop_post(client_loop(client), &scaling->flow);
    return scaling;
}

void scaling_free(struct scaling *scaling)
{
    if (scaling == NULL)
        return;
    loop_unpost(client_loop(scaling->client), &scaling->flow);
    for (size_t i = 0; i < scaling->hand_count; i++)
        client_call_release(&scaling->hands[i].call);
    free(scaling->hands);
    scale_orders_release(&scaling->orders);
    free(scaling);
}

bool scaling_is_done(const struct scaling *scaling)
{
    return scaling->done;
}

void scaling_take(struct scaling *scaling, struct scale_orders *ret_orders)
{
    assert(scaling->done);
    *ret_orders = scaling->orders;
    scaling->orders = (struct scale_orders){ 0 };
}

static void start_pump(struct flow *flow)
{
    finish_when_all_is_said((struct scaling *) flow);
}

static void hand_pump(struct flow *flow)
{
    struct hand *hand = (struct hand *) flow;

    read_answer(&hand->call, hand->order);
    client_call_release(&hand->call);
    hand->scaling->busy--;
    take_next(hand);
    finish_when_all_is_said(hand->scaling);
}

/* The next order that can be sent. */
static void take_next(struct hand *hand)
{
    struct scaling *scaling = hand->scaling;
    bool sent = false;

    while (!sent && scaling->next < scaling->orders.count) {
        hand->order = &scaling->orders.items[scaling->next];
        scaling->next++;
        sent = send_order(hand);
    }
    if (sent)
        scaling->busy++;
}

/* Orders are kept over restarts and upgrades: what is no order any more fails by itself. */
static bool send_order(struct hand *hand)
{
    struct scale_order *order = hand->order;
    const struct resource *resource = resource_list_find(resource_built_in(), order->resource);
    char reason[WORKLOAD_REASON_SIZE];

    if (resource == NULL || order->replicas < 0 || order->replicas > SCALE_REPLICAS_MAX) {
        order->result = SCALE_FAILED;
        (void) snprintf(reason, sizeof reason, "this cannot be scaled, or not to %d", order->replicas);
        scale_order_set_reason(order, reason);
        return false;
    }
    scale_write_request(hand->scaling->namespace, resource, order->name, order->replicas, order->resource_version,
                        &hand->call.request);
    client_call_start(hand->scaling->client, &hand->call, &hand->flow);
    return true;
}

static void read_answer(const struct client_call *call, struct scale_order *order)
{
    struct error error = call->error;
    char reason[WORKLOAD_REASON_SIZE];
    struct scale scale;

    if (error.kind != ERROR_NONE || !scale_read_response(&call->response, &scale, &error)) {
        settle_error(&error, order);
        return;
    }
    bool same = order->uid[0] == '\0' || text_equal(order->uid, scale.uid);
    if (!same) {
        order->result = SCALE_CHANGED;
    } else if (scale.replicas == order->replicas) {
        order->result = SCALE_DONE;
    } else { /* a webhook, say: that number comes from our write, and is none to be remembered */
        order->result = SCALE_FAILED;
        (void) snprintf(reason, sizeof reason, "something on the way made it %d instead of %d", scale.replicas,
                        order->replicas);
        scale_order_set_reason(order, reason);
    }
}

/* What the server has refused was not carried out; of all else only another look can tell. */
static void settle_error(const struct error *error, struct scale_order *order)
{
    bool refused =
        error->kind == ERROR_REFUSED || (error->status >= 400 && error->status <= 499 && error->status != 429);

    if (error->kind == ERROR_MISSING) {
        order->result = SCALE_GONE;
    } else if (error->kind == ERROR_CONFLICT) {
        order->result = SCALE_CHANGED;
    } else {
        order->result = refused ? SCALE_FAILED : SCALE_UNKNOWN;
        scale_order_set_reason(order, error->message);
    }
}

static void finish_when_all_is_said(struct scaling *scaling)
{
    if (scaling->busy > 0 || scaling->next < scaling->orders.count)
        return;
    scaling->done = true;
    scaling->owner->pump(scaling->owner);
}
