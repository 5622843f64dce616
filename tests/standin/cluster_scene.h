/* tests/standin/cluster_scene.h - objects for tests of the cluster that is played. */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_SCENE_H
#define CURFEW_TESTS_STANDIN_CLUSTER_SCENE_H

#include "tests/standin/cluster_writes.h"

#include <cjson/cJSON.h>

/* Creates it, at the instant 1790000000; kind is CLUSTER_DEPLOYMENT or CLUSTER_STATEFULSET, its label is app=NAME. */
const struct cluster_object *scene_add_namespace(struct cluster_objects *objects, const char *name);
const struct cluster_object *scene_add_workload(struct cluster_objects *objects, int kind, const char *namespace,
                                                const char *name, int replicas);

/* Where writes go. */
struct cluster_target scene_target(struct cluster_objects *objects, int kind, const char *namespace, const char *name);

/* Patches the scale; the answer's status. */
int scene_scale(struct cluster_objects *objects, int kind, const char *namespace, const char *name, int replicas);

/* The number at a path, 0 where there is none. */
int scene_number(const cJSON *json, const char *path);

#endif
