/* k8s/scaling.h - the flow that carries out many orders of one namespace, as fast as the server takes them.
 *
 * One PATCH per order, all in flight within the client's ceiling, each carrying the uid and the resourceVersion its decision
 * rests on: of the Scale subresource, of spec.suspend, or of the annotations that pause an autoscaler, as its action says. It
 * decides nothing: a conflict is reported, not repeated.
 */
#ifndef CURFEW_K8S_SCALING_H
#define CURFEW_K8S_SCALING_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/flow.h"
#include "k8s/client.h"
#include "k8s/discovery.h"
#include "k8s/scale_orders.h"

struct scaling;

/* orders moves in: *orders is { 0 } afterwards. discovery says under which version a resource is served; an order for one that
 * it does not know fails. flow is pumped once, when scaling_is_done(). */
struct scaling *scaling_new(struct client *client, struct discovery *discovery, const char *namespace,
                            struct scale_orders *orders, struct flow *flow) must_check;
void scaling_free(struct scaling *scaling); /* also while it runs: requests in flight may still take effect */

bool scaling_is_done(const struct scaling *scaling) must_check;

/* After it is done: the orders with their results move to the caller. Call once. */
void scaling_take(struct scaling *scaling, struct scale_orders *ret_orders);

#endif
