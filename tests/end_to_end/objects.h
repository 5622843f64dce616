/* tests/end_to_end/objects.h - objects of every kind that can be put to sleep, and of some that cannot.
 *
 * A short text says what there is, or should be: "deployments/web 3 cronjobs/report 1". A count is what is wanted of replicas;
 * of a CronJob it is 1, or 0 while suspended; of a ScaledObject or ScaledJob 1, or 0 while its annotations pause it; of a
 * HorizontalPodAutoscaler its minReplicas; of a Job its parallelism; of a Pod 1.
 */
#ifndef CURFEW_TESTS_END_TO_END_OBJECTS_H
#define CURFEW_TESTS_END_TO_END_OBJECTS_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

/* One to be made. NULL = none. */
struct object {
    const char *resource; /* the plural: "deployments", "fleets", ... */
    const char *name;
    int count;
    const char *annotations;     /* JSON object */
    const char *pod_annotations; /* likewise: what tests/cluster/README.md lists */
    const char *pod_spec;        /* further members of the pods' spec: "\"nodeName\":\"none\"," */
    const char *target;          /* of what scales: "Deployment/web" */
    const char *spec;            /* likewise of its own */
    const char *metadata;        /* and of its metadata */
};

bool object_make(struct cluster *cluster, const char *namespace, const struct object *object) must_check;
bool objects_make(struct cluster *cluster, const char *namespace, const char *counts) must_check;

/* false: what is not so is printed. */
bool objects_stand_at(struct cluster *cluster, const char *namespace, const char *counts) must_check;

/* Likewise, where it may take a moment. */
bool objects_come_to(struct cluster *cluster, const char *namespace, const char *counts) must_check;

/* Until as many are ready as are wanted; of those whose controller says so. */
bool objects_become_ready(struct cluster *cluster, const char *namespace, const char *names) must_check;

/* A merge patch of the object, as that field manager; NULL = nobody in particular. */
bool object_patch(struct cluster *cluster, const char *namespace, const char *resource, const char *name,
                  const char *manager, const char *patch) must_check;
bool object_delete(struct cluster *cluster, const char *namespace, const char *resource, const char *name) must_check;

/* NULL: it is not there. The caller deletes it. */
cJSON *object_read(struct cluster *cluster, const char *namespace, const char *resource, const char *name) must_check;

/* The path of a resource's list, in all namespaces when namespace is NULL. */
void objects_write_path(const char *namespace, const char *resource, struct buffer *path);

/* What is wanted of the object; -1 = it does not say. */
int object_count(const char *resource, const cJSON *object) must_check;

/* Where that count stands: "spec/replicas"; "" = elsewhere. */
const char *object_count_path(const char *resource) must_check;

/* Its controller has brought about what is wanted. */
bool object_is_settled(const char *resource, const cJSON *object) must_check;

#endif
