/* k8s/discovery.h - which kinds of objects this cluster has that can be put to sleep.
 *
 * Every namespaced resource that can be listed and has a subresource scale of autoscaling/v1 that can be patched, the
 * CronJobs of batch, and the ScaledObjects and ScaledJobs of keda.sh. Of a group with several versions the first one
 * that the server names (its preferred one) in which the resource can be put to sleep counts. Aggregated discovery
 * (two requests) where it is served, else the older form, one request for each group and version.
 * Source: Kubernetes API, apidiscovery.k8s.io/v2 (v2beta1) APIGroupDiscoveryList; meta/v1 APIGroupList, APIResourceList;
 * recorded answers in tests/data/k8s/.
 */
#ifndef CURFEW_K8S_DISCOVERY_H
#define CURFEW_K8S_DISCOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/flow.h"
#include "k8s/client.h"
#include "k8s/resource.h"

enum { DISCOVERY_AGE_MS = 5 * 60 * 1000 }; /* as old it may be when nothing speaks against it */

struct discovery;

/* Asks nothing yet. */
struct discovery *discovery_new(struct client *client) must_check;
void discovery_free(struct discovery *discovery); /* flows that wait are not pumped */

/* Whoever wants to know. Zeroed before its first use. */
struct discovery_wait {
    struct flow
        *flow; /* pumped once, from the loop: what is known is now at most age_ms old, or it could not be asked */
    bool done;
    struct error error; /* kind NONE: it worked. Else what was known before still stands */
    struct discovery *discovery;
    struct discovery_wait *next;
};

/* Asks unless what is known is at most age_ms old. All who wait meanwhile share one answer. The first answer, and one in which
 * something that was known is missing, is old after half a minute. */
void discovery_want(struct discovery *discovery, struct discovery_wait *wait, int64_t age_ms, struct flow *flow);
void discovery_forget(struct discovery *discovery, struct discovery_wait *wait); /* also one that does not wait */

/* A list showed that it has changed (404 for a kind that was there): the next one who wants it asks anew, and what that answer
 * does not name is gone. Otherwise it is kept for half a minute: an API server that has just started answers before it knows
 * its custom resources (lists of them are 429 or 503 then, never 404). */
void discovery_expire(struct discovery *discovery);

/* What is known: borrowed until the next answer, which only comes from the loop. Before the first answer: the built-in ones. */
const struct resource_list *discovery_resources(const struct discovery *discovery) must_check;

/* Groups whose server did not answer (aggregated discovery says Stale, or their list failed): their resources are those that were
 * known before; blank separated, "" = none. Also says that there were more than RESOURCES_MAX. */
const char *discovery_remarks(const struct discovery *discovery) must_check;

#endif
