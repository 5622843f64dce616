/* k8s/observation.h - the flow that reads what can be put to sleep in one namespace, or in many at once.
 *
 * Lists every resource that discovery knows, all at the same time, in pages, item by item; consistent reads (no
 * resourceVersion), so that what was written before is seen. For several namespaces the lists are those of the whole cluster,
 * once, and what is in none of the namespaces is dropped as it is read. An expired page token starts that list again.
 *
 * Left out: what is owned by an object of another of these kinds (the ReplicaSet of a Deployment). A custom resource that may
 * not be listed, or whose server does not answer, is named in the list as unread; a built-in one is an error. Where what else is
 * read fails (HorizontalPodAutoscalers, which are then named as unread, Jobs, Pods, Events), less is known, and that is all.
 */
#ifndef CURFEW_K8S_OBSERVATION_H
#define CURFEW_K8S_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/flow.h"
#include "k8s/client.h"
#include "k8s/depth.h"
#include "k8s/discovery.h"
#include "k8s/namespace.h"
#include "k8s/workload.h"

/* Borrowed for observation_new() only. */
struct observation_target {
    const char *namespace; /* a valid name */
    const char *app; /* a checked label selector: what it meets decides whether the environment is up (is_app); "" = the
                            * Deployments labelled app=app-web or named app-web. Where none is met, none is_app */
};

enum { OBSERVATION_WORKLOADS_MAX = 100 * 1000 }; /* in all namespaces of one observation */

struct observation;

/* Each namespace stands once in targets. discovery is brought up to date first, if it is older than DISCOVERY_AGE_MS. flow is pumped once, when
 * observation_is_done(). */
struct observation *observation_new(struct client *client, struct discovery *discovery,
                                    const struct observation_target *targets, size_t count,
                                    enum observation_depth depth, struct flow *flow) must_check;
void observation_free(struct observation *observation); /* also while it runs */

bool observation_is_done(const struct observation *observation) must_check;

/* After it is done, once for each target. true: *ret_workloads moves to the caller, in the server's order, resource by resource.
 * false: *error says what could not be read. */
bool observation_take(struct observation *observation, size_t target, struct workload_list *ret_workloads,
                      struct error *error) must_check;

#endif
