/* k8s/warning.h - an Event by which Kubernetes says why a pod is not made, or does not become ready. Pure.
 *
 * Source: Kubernetes API, core/v1 Event; reasons of the controllers of StatefulSets and ReplicaSets, of the volume controller and
 * the kubelet.
 */
#ifndef CURFEW_K8S_WARNING_H
#define CURFEW_K8S_WARNING_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/attributes.h"
#include "k8s/object.h"

enum { WARNING_TIME_LENGTH = 19 }; /* "2026-11-24T20:00:00": RFC 3339 in UTC, so the later one is the greater text */

/* A plain value; its texts are borrowed from the object. */
struct warning {
    struct reference about; /* a StatefulSet, ReplicaSet, Pod, ... */
    bool of_making;         /* a pod could not be made; else one that is there does not become ready */
    const char *reason;     /* "FailedCreate" */
    const char *message;
    const char *time; /* when it was last seen */
};

/* false: it is another event. */
bool warning_read(const cJSON *object, struct warning *ret_warning) must_check;

/* Whether the ReplicaSet of that name may be one of NAME's: "NAME-HASH". Events do not carry the label that would say so. */
bool warning_is_of_replica_set(const struct warning *warning, const char *name) must_check;

#endif
