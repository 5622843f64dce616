/* k8s/observation.h - the flow that reads all workloads of one namespace.
 *
 * Lists each resource in pages, item by item; consistent reads (no resourceVersion), so that what was written before
 * is seen. An expired page token starts that list again.
 */
#ifndef CURFEW_K8S_OBSERVATION_H
#define CURFEW_K8S_OBSERVATION_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/flow.h"
#include "k8s/client.h"
#include "k8s/namespace.h"
#include "k8s/workload.h"

struct observation;

/* namespace is copied and must be valid; flow is pumped once, when observation_is_done(). */
struct observation *observation_new(struct client *client, const char *namespace, struct flow *flow) must_check;
void observation_free(struct observation *observation); /* also while it runs */

bool observation_is_done(const struct observation *observation) must_check;

/* After it is done. true: *ret_workloads moves to the caller, in the server's order, resource by resource.
 * false: *error says what could not be read. Call once. */
bool observation_take(struct observation *observation, struct workload_list *ret_workloads, struct error *error)
    must_check;

#endif
