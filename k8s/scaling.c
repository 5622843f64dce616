/* k8s/scaling.c - the flow that carries out many orders of one namespace, as fast as the server takes them.
 *
 * As many hands as the client has requests in flight; a hand that is free takes the next order. So the time that one
 * call may take begins when it is sent, however many orders there are.
 */
#include "k8s/scaling.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "k8s/namespace.h"
#include "k8s/order_request.h"

enum { HANDS_MAX = HTTP_IN_FLIGHT_MAX };

/* Carries out one order after the other. */
struct hand {
    struct flow flow; /* its call is done. First member */
    struct scaling *scaling;
    struct client_call call;
    struct scale_order *order; /* NULL = idle */
};

struct scaling {
    struct flow flow; /* discovery has answered, or there was nothing to send. First member */
    struct client *client;
    struct discovery *discovery;
    struct discovery_wait wait;
    struct flow *owner;
    char namespace[NAMESPACE_NAME_SIZE];
    struct scale_orders orders;
    size_t next; /* order that nobody has taken */
    size_t busy; /* hands */
    bool done;
    struct hand *hands;
    size_t hand_count;
};

static bool knows_all(const struct scaling *scaling);
static void start(struct scaling *scaling);
static void start_pump(struct flow *flow);
static void hand_pump(struct flow *flow);
static void take_next(struct hand *hand);
static bool send_order(struct hand *hand);
static void give_up(const struct discovery_wait *wait, struct scale_order *order);
static void fail(struct scale_order *order, const char *reason);
static void read_answer(const struct hand *hand);
static void finish_when_all_is_said(struct scaling *scaling);

struct scaling *scaling_new(struct client *client, struct discovery *discovery, const char *namespace,
                            struct scale_orders *orders, struct flow *flow)
{
    struct scaling *scaling = memory_new(1, sizeof *scaling);

    assert(namespace_name_is_valid(namespace));
    *scaling = (struct scaling){
        .flow = { start_pump }, .client = client, .discovery = discovery, .owner = flow, .orders = *orders
    };
    *orders = (struct scale_orders){ 0 };
    memcpy(scaling->namespace, namespace, strlen(namespace));
    scaling->hand_count = scaling->orders.count < HANDS_MAX ? scaling->orders.count : HANDS_MAX;
    scaling->hands = memory_new(scaling->hand_count, sizeof scaling->hands[0]);
    if (!knows_all(scaling)) {
        discovery_want(discovery, &scaling->wait, 0, &scaling->flow);
        return scaling;
    }
    start(scaling);
    if (scaling->busy == 0)
        loop_post(client_loop(client), &scaling->flow);
    return scaling;
}

/* Whether each order is for a resource of which it is known how it is served. */
static bool knows_all(const struct scaling *scaling)
{
    const struct resource_list *resources = discovery_resources(scaling->discovery);
    const struct scale_orders *orders = &scaling->orders;
    bool known = true;

    for (size_t i = 0; known && i < orders->count; i++)
        known = resource_list_find(resources, orders->items[i].resource) != NULL;
    return known;
}

static void start(struct scaling *scaling)
{
    for (size_t i = 0; i < scaling->hand_count; i++) {
        scaling->hands[i] = (struct hand){ .flow = { hand_pump }, .scaling = scaling };
        take_next(&scaling->hands[i]);
    }
}

void scaling_free(struct scaling *scaling)
{
    if (scaling == NULL)
        return;
    loop_unpost(client_loop(scaling->client), &scaling->flow);
    discovery_forget(scaling->discovery, &scaling->wait);
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
    struct scaling *scaling = (struct scaling *) flow;

    if (scaling->wait.done && scaling->next == 0)
        start(scaling);
    finish_when_all_is_said(scaling);
}

static void hand_pump(struct flow *flow)
{
    struct hand *hand = (struct hand *) flow;

    read_answer(hand);
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
    struct discovery *discovery = hand->scaling->discovery;
    const struct resource *resource = resource_list_find(discovery_resources(discovery), order->resource);
    struct error error;

    if (resource == NULL) {
        give_up(&hand->scaling->wait, order);
        return false;
    }
    if (!order_request_write(hand->scaling->namespace, resource, order, &hand->call.request, &error)) {
        fail(order, error.message);
        return false;
    }
    client_call_start(hand->scaling->client, &hand->call, &hand->flow);
    return true;
}

/* Nobody knows how it is served. Where that could not be asked, another look will tell. */
static void give_up(const struct discovery_wait *wait, struct scale_order *order)
{
    char reason[WORKLOAD_REASON_SIZE];

    if (wait->error.kind == ERROR_NONE) {
        (void) snprintf(reason, sizeof reason, "%s is not served by this cluster now", order->resource);
        fail(order, reason);
    } else {
        order->result = SCALE_CHANGED;
        scale_order_set_reason(order, wait->error.message);
    }
}

/* It was not sent. */
static void fail(struct scale_order *order, const char *reason)
{
    order->result = SCALE_FAILED;
    scale_order_set_reason(order, reason);
}

static void read_answer(const struct hand *hand)
{
    const struct client_call *call = &hand->call;
    struct scale_order *order = hand->order;

    if (call->error.kind == ERROR_NONE && order_request_is_unserved(&call->response, order))
        discovery_expire(hand->scaling->discovery);
    if (call->error.kind != ERROR_NONE)
        order_request_fail(&call->error, order);
    else
        order_request_read(&call->response, order);
}

static void finish_when_all_is_said(struct scaling *scaling)
{
    if (scaling->busy > 0 || scaling->next < scaling->orders.count)
        return;
    scaling->done = true;
    scaling->owner->pump(scaling->owner);
}
