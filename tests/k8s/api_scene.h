/* tests/k8s/api_scene.h - a loop, an access by kubeconfig, a client, and what plays the API server on loopback. */
#ifndef CURFEW_TESTS_K8S_API_SCENE_H
#define CURFEW_TESTS_K8S_API_SCENE_H

#include "k8s/access.h"
#include "k8s/client.h"
#include "tests/standin/raw_server.h"
#include "tests/standin/server.h"

struct api_scene {
    struct flow flow; /* for what is tested: counts, and ends api_scene_run(). First member */
    int pumps;
    struct loop *loop;
    struct raw_server *raw; /* one of these two */
    struct server *server;
    struct access *access;
    struct client *client;
    char folder[64];
};

/* A server that follows scripts; see raw_server_new(). */
void api_scene_open(struct api_scene *scene, const struct raw_step *const *scripts, int script_count);

/* One that answers by its handler. */
void api_scene_open_server(struct api_scene *scene, struct server_handler *handler);
void api_scene_close(struct api_scene *scene);

/* Until the flow was pumped once more. */
void api_scene_run(struct api_scene *scene);

/* Turns of the loop for so long. */
void api_scene_wait(struct api_scene *scene, int64_t time_ms);

/* Writes a file into the scene's folder. */
void api_scene_write(const struct api_scene *scene, const char *name, const char *content);

#endif
