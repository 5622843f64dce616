/* k8s/workload.h - what can be scaled in a namespace, as the API server shows it. Pure.
 *
 * Source: Kubernetes API, apps/v1 Deployment and StatefulSet; recorded answers in tests/data/k8s/.
 */
#ifndef CURFEW_K8S_WORKLOAD_H
#define CURFEW_K8S_WORKLOAD_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "k8s/namespace.h"

enum {
    RESOURCE_NAME_SIZE = 128, /* "deployments.apps": plural and group, as kubectl writes it */
    WORKLOAD_NAME_SIZE = 254, /* RFC 1123 subdomain: 253 characters */
    WORKLOAD_REASON_SIZE = 200,
    WORKLOADS_MAX = 10000, /* in one namespace */
};

/* A kind that is listed and scaled. */
struct resource {
    const char *name;   /* "deployments.apps" */
    const char *path;   /* "/apis/apps/v1" */
    const char *plural; /* "deployments" */
    const char *kind;   /* "Deployment" */
};

enum { RESOURCE_COUNT = 2 };
extern const struct resource resources[RESOURCE_COUNT];

/* NULL: not one of ours. */
const struct resource *resource_find(const char *name) must_check;

/* A plain value: copy it freely, nothing to release. */
struct workload {
    char resource[RESOURCE_NAME_SIZE];
    char name[WORKLOAD_NAME_SIZE];
    char uid[KUBERNETES_UID_SIZE];
    char resource_version[RESOURCE_VERSION_SIZE]; /* send it back, never compare it for order */
    int32_t replicas;                             /* wanted, spec.replicas; left out by the server means 1 here */
    int32_t replicas_existing;                    /* status.replicas: pods that are there; trails the wish */
    int32_t replicas_ready;                       /* status.readyReplicas of the present generation, at most replicas */
    bool settled;  /* the controller has seen the wish: observedGeneration has caught up */
    bool excluded; /* annotation curfew/exclude: "true" */
    bool owned;    /* has a controller owner: left to it */
    bool terminating;
    bool deletes_data;                   /* StatefulSet whose volume claims go when scaled down (whenScaled: Delete) */
    int32_t order;                       /* annotation curfew/order, default 0; a wrong one counts as 0 */
    char labels_app[WORKLOAD_NAME_SIZE]; /* label app, "" = none */
    char
        reason[WORKLOAD_REASON_SIZE]; /* why it fails, from its conditions: "FailedCreate: exceeded quota"; "" = fine */
};

/* Reads one item of a list of that resource. Everything above is taken from the object alone.
 * false, ERROR_PROTOCOL: no name, uid or resourceVersion, a type or number that cannot be; ERROR_LIMIT: one of them is
 * longer than above. */
bool workload_read(const cJSON *object, const struct resource *resource, struct workload *ret_workload,
                   struct error *error) must_check;

/* A list that owns its items. */
struct workload_list {
    struct workload *items;
    size_t count, capacity;
};

void workload_list_add(struct workload_list *list, const struct workload *workload); /* a copy */
void workload_list_release(struct workload_list *list);
const struct workload *workload_list_find(const struct workload_list *list, const char *resource, const char *name)
    must_check;

#endif
