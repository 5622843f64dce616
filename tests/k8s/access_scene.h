/* tests/k8s/access_scene.h - an access in a folder of its own, and who asks it for credentials. */
#ifndef CURFEW_TESTS_K8S_ACCESS_SCENE_H
#define CURFEW_TESTS_K8S_ACCESS_SCENE_H

#include "k8s/access.h"

struct scene {
    struct flow flow; /* First member */
    int pumps;
    struct loop *loop;
    struct access *access; /* NULL = none yet */
    char folder[64];
};

void scene_open(struct scene *scene);
void scene_close(struct scene *scene);

/* A path in its folder; valid until the next call. */
const char *path_of(const struct scene *scene, const char *name);

/* As the kubelet does: the new file takes the place of the old one. */
void write_file(const struct scene *scene, const char *name, const char *content);

/* A kubeconfig "config" whose user ann is this YAML, and the roots it names. */
void write_config(const struct scene *scene, const char *user);

/* An access by it; plugins inherit PATH, COLOUR=red and SHAPE=round. */
bool open_config(struct scene *scene, struct error *error) must_check;

/* Asks for a credential, until the answer is there. */
void refresh(struct scene *scene, bool invalidated);

void expect_bearer(const struct scene *scene, const char *expected);
void wait_a_second(struct scene *scene);

#endif
