/* tests/k8s/observation_scene.h - observations of an API server with lists, and what they saw as one text. */
#ifndef CURFEW_TESTS_K8S_OBSERVATION_SCENE_H
#define CURFEW_TESTS_K8S_OBSERVATION_SCENE_H

#include "k8s/discovery.h"
#include "k8s/observation.h"
#include "tests/k8s/api_scene.h"
#include "tests/k8s/played_lists.h"

struct observation_scene {
    struct api_scene api;
    struct played_lists lists;
    struct discovery *discovery;
};

void observation_scene_open(struct observation_scene *scene, const struct played_list *lists, size_t count);
void observation_scene_close(struct observation_scene *scene);

/* Observes and waits. The caller frees it. */
struct observation *observation_scene_observe(struct observation_scene *scene, const struct observation_target *targets,
                                              size_t count, enum observation_depth depth) must_check;

/* Like it, of one namespace ("recorded", without curfew/app); what was read goes to *ret_list. */
bool observation_scene_read(struct observation_scene *scene, enum observation_depth depth,
                            struct workload_list *ret_list, struct error *error) must_check;

/* Of a namespace of its own scene: "web db !rollouts.argoproj.io(no) jobs=1 pods=0", what is not known left out; or the error. */
void observation_scene_expect(const char *name, const struct played_list *lists, size_t count,
                              enum observation_depth depth, const char *expected);

/* The workloads, the unread resources, and the counts that are known. */
void observation_scene_print(const struct workload_list *list, struct buffer *target);

#endif
