/* tests/sim/cluster.h - namespaces and workloads, as an API server shows them and lets them be changed. */
#ifndef CURFEW_TESTS_SIM_CLUSTER_H
#define CURFEW_TESTS_SIM_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/schedule.h"
#include "k8s/namespace.h"
#include "k8s/scale_orders.h"
#include "k8s/workload.h"

enum { SITE_WORKLOADS_MAX = 6 };

struct sim;

struct sim_workload {
    bool exists;
    struct workload workload;
    char name[16], uid[32], version[32]; /* its texts */
    int64_t ready_at_ms;                 /* when its pods are; INT64_MAX = never */
    bool by_us;                          /* at 0 by our write */
    int32_t had;                         /* and this it had then */
    unsigned stop;                       /* in which stop that was */
    int64_t hand_ms;                     /* the last time somebody else changed it */
    int64_t refused_ms;                  /* the last time a write was refused */
};

/* A name in the cluster: a namespace that may be deleted and made again. */
struct site {
    char name[NAMESPACE_NAME_SIZE];
    bool exists;
    bool is_protected;
    struct namespace seen; /* the object as it is; meaningless when it does not exist */
    int uids;              /* given out so far */
    int64_t made_at;       /* UTC seconds */
    struct schedule schedule;
    const struct zone *zone; /* for stories, also where there is no schedule */
    struct sim_workload workloads[SITE_WORKLOADS_MAX];
    size_t workload_count;
    int64_t disturbed_ms; /* the last time that a person or a hand did something to it */
    int64_t labelled_ms;  /* the last change of its label or annotations, or of its very being */
};

/* The namespaces of a run, with their workloads, as its settings say. */
void cluster_build(struct sim *sim);

/* Reads its schedule anew. */
void cluster_read_schedule(struct sim *sim, struct site *site);

/* Its object changed: the processes will learn it. */
void cluster_changed(struct sim *sim, struct site *site);

void cluster_delete(struct sim *sim, struct site *site);
void cluster_make(struct sim *sim, struct site *site);
struct sim_workload *cluster_add_workload(struct sim *sim, struct site *site, const char *name, int32_t replicas);

/* Another number of replicas, whoever wanted it. Pods follow. */
void cluster_set_replicas(struct sim *sim, struct site *site, struct sim_workload *workload, int32_t replicas);
void cluster_pods_ready(struct sim *sim, struct site *site, int64_t workload);

/* What a reading of it shows. */
void cluster_observe(const struct site *site, struct workload_list *ret_list);

/* One write of /scale: refused, accepted or in conflict. refused: the server says no. */
void cluster_scale(struct sim *sim, struct site *site, struct scale_order *order, bool refused);

struct sim_workload *cluster_find(struct site *site, const char *resource, const char *name) must_check;

/* true: a stop puts it to 0. */
bool cluster_is_in_scope(const struct workload *workload) must_check;

#endif
