/* k8s/resource.h - the kinds of objects that are put to sleep, and how. Values only.
 *
 * They are found by discovery (k8s/discovery.h); what is stored and ordered names them as kubectl does, without a version,
 * so that a cluster may be upgraded while an environment is asleep.
 */
#ifndef CURFEW_K8S_RESOURCE_H
#define CURFEW_K8S_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

enum {
    RESOURCE_NAME_SIZE = 128, /* "deployments.apps": plural and group */
    RESOURCES_MAX = 200,      /* in one cluster; more are not looked at, and that is said */
};

/* What stops an object of the kind. A count of 0 is asleep for all of them. */
enum resource_action {
    RESOURCE_SCALED,    /* its subresource /scale: the count is that of its replicas */
    RESOURCE_SUSPENDED, /* a CronJob: spec.suspend; the count is 1, or 0 while it is suspended */
    RESOURCE_PAUSED,    /* an autoscaler of KEDA: its annotations; the count is 1, or 0 while it is paused */
};

/* A plain value; its texts are borrowed from where it came from. */
struct resource {
    const char *name;   /* "deployments.apps"; in the core group only the plural */
    const char *path;   /* "/apis/apps/v1": of the version that the server prefers */
    const char *plural; /* "deployments" */
    const char *kind;   /* "Deployment" */
    enum resource_action action;
    bool
        counts_in_object; /* SCALED: spec.replicas and status.replicas of the object are the counts; else /scale is asked */
    bool is_built_in;     /* of Kubernetes itself: that it may not be read is an error, and not only worth a remark */
    char *block;          /* the list's */
};

/* A list that owns its items and their texts. */
struct resource_list {
    struct resource *items;
    size_t count, capacity;
};

void resource_list_add(struct resource_list *list, const struct resource *resource); /* a copy; assert: there is room */
void resource_list_release(struct resource_list *list);

/* NULL: not in the list. */
const struct resource *resource_list_find(const struct resource_list *list, const char *name) must_check;

/* Those that every cluster has: deployments, statefulsets and replicasets of apps, replicationcontrollers, cronjobs of batch.
 * Borrowed, constant. */
const struct resource_list *resource_built_in(void) must_check;

#endif
