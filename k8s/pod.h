/* k8s/pod.h - whose a pod is, and what keeps it from being ready. Pure.
 *
 * Source: Kubernetes API, core/v1 Pod, "Pod Lifecycle"; apps/v1 label pod-template-hash, Argo Rollouts label
 * rollouts-pod-template-hash.
 */
#ifndef CURFEW_K8S_POD_H
#define CURFEW_K8S_POD_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

/* Nobody made it who would make another, and it has not ended. */
bool pod_is_bare(const cJSON *object) must_check;

/* Whether that workload keeps it: as its controller, or as the owner of the ReplicaSet that is. */
bool pod_belongs_to(const cJSON *object, const char *kind, const char *name) must_check;

/* The later ones say more of what is wrong. */
enum pod_trouble {
    POD_FINE,          /* it is ready, or about to go */
    POD_STARTS,        /* nothing speaks against it so far */
    POD_NOT_READY,     /* it runs, and does not say that it is ready */
    POD_FAILS,         /* its image cannot be pulled, it crashes, ... */
    POD_UNSCHEDULABLE, /* no node takes it, or a volume claim is not bound */
};

/* "web: ImagePullBackOff: Back-off pulling image ..." goes to reason (size bytes), one line; "" where there is nothing to say. */
enum pod_trouble pod_read_trouble(const cJSON *object, char *reason, size_t size) must_check;

#endif
