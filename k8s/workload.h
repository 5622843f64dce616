/* k8s/workload.h - what can be put to sleep in a namespace, as the API server shows it. Pure.
 *
 * Source: Kubernetes API, apps/v1, batch/v1 CronJob, keda.sh/v1alpha1 ScaledObject; recorded answers in tests/data/k8s/.
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
#include "k8s/resource.h"

enum {
    WORKLOAD_NAME_SIZE = 254, /* RFC 1123 subdomain: 253 characters */
    WORKLOAD_REASON_SIZE = 200,
    WORKLOAD_BEFORE_SIZE = 512,
    WORKLOADS_MAX = 10000, /* in one namespace */
};

/* Who keeps an object as it stands in a repository, and may bring back what others change. */
enum workload_keeper {
    KEEPER_NONE,
    KEEPER_ARGO_CD,
    KEEPER_FLUX_KUSTOMIZATION,
    KEEPER_FLUX_HELM_RELEASE,
};

/* A plain value whose texts are borrowed: from the object it was read from, or from the list that it stands in. None is NULL once
 * it stands in a list. */
struct workload {
    const char *resource; /* "deployments.apps" */
    const char *name;
    const char *uid;
    const char *resource_version; /* send it back, never compare it for order */
    enum resource_action action;
    int32_t replicas; /* wanted, spec.replicas; left out by the server means 1 here. 0 = suspended, paused */
    int32_t
        replicas_existing; /* status.replicas: pods that are there; trails the wish. 0 of what is not SCALED, as is the next */
    int32_t replicas_ready; /* status.readyReplicas of the present generation, at most replicas */
    int64_t changed_at;     /* when its count was set last, or it was made: UTC seconds; 0 = not said */
    int32_t order;          /* annotation curfew/order, default 0; a wrong one counts as 0 */
    int32_t minimum;        /* least replicas of the HorizontalPodAutoscaler that scales it; 0 = none does */
    bool wakes_by_itself;   /* its HorizontalPodAutoscaler has minReplicas 0: 0 does not pause that */
    bool settled;           /* the controller has seen the wish: observedGeneration has caught up */
    bool excluded;          /* annotation curfew/exclude: "true" */
    bool owned;             /* has a controller owner: left to it */
    bool terminating;
    bool deletes_data; /* StatefulSet whose volume claims go when scaled down (whenScaled: Delete) */
    bool is_app;       /* it decides whether the environment is up: curfew/app, or its default */
    enum workload_keeper keeper;
    const char *owner;   /* "Elasticsearch es": its controller; "" = none */
    const char *manager; /* field manager that last set its count: "argocd-controller"; "" = not said */
    const char
        *before; /* PAUSED: its annotations about that, as a JSON object to be written back: absent ones are null */
    const char *
        reason; /* why it fails: "FailedCreate: exceeded quota", "web: ImagePullBackOff: ..."; "" = fine, or not known */
    char *block; /* the list's */
};

/* Where the texts stand that are made of several of the object's. */
struct workload_texts {
    char owner[WORKLOAD_REASON_SIZE];
    char before[WORKLOAD_BEFORE_SIZE];
    char reason[WORKLOAD_REASON_SIZE];
};

/* Reads one item of a list of that resource: all of the above but minimum, wakes_by_itself and is_app. Borrows from object,
 * resource and texts. Of a SCALED one whose counts are not in the object, they are 0.
 * false, ERROR_PROTOCOL: no name, uid or resourceVersion, a type or number that cannot be; ERROR_LIMIT: one of them is
 * longer than can be remembered. */
bool workload_read(const cJSON *object, const struct resource *resource, struct workload_texts *texts,
                   struct workload *ret_workload, struct error *error) must_check;

/* For whoever holds one outside a list: it gets texts of its own. Releasing is for one that has them, or { 0 }. */
void workload_own(struct workload *workload);
void workload_release(struct workload *workload);

/* A kind of which the objects are not known: it may not be listed, or its server does not answer. "*.argoproj.io" are all kinds of
 * a group of which nothing is known. */
struct unread_resource {
    const char *resource, *reason;
    char *block;
};

/* What was seen in one namespace. Owns its items and their texts. */
struct workload_list {
    struct workload *items;
    size_t count, capacity;
    struct unread_resource *unread;
    size_t unread_count, unread_capacity;
    /* Unfinished Jobs, and bare Pods that have not ended: they go on. Below 0: not known, as where they may not be listed, or
     * were not asked for. */
    int32_t jobs, pods;
};

void workload_list_add(struct workload_list *list, const struct workload *workload); /* a copy */
void workload_list_move(struct workload_list *list,
                        struct workload *workload); /* one with own texts; { 0 } afterwards */
void workload_list_add_unread(struct workload_list *list, const char *resource, const char *reason); /* each once */
void workload_list_cut(struct workload_list *list, size_t count); /* the first count items stay */
void workload_list_release(struct workload_list *list);
const struct workload *workload_list_find(const struct workload_list *list, const char *resource, const char *name)
    must_check;
bool workload_list_is_unread(const struct workload_list *list, const char *resource) must_check;

/* A text of one that has texts of its own is replaced by a copy. */
void workload_set_reason(struct workload *item, const char *reason);
void workload_set_version(struct workload *item, const char *resource_version);

#endif
