/* tests/k8s/played_api.h - an API server that expects certain requests in a certain order and answers as it was told.
 *
 *     static const struct played_step steps[] = {
 *         { "GET /api/v1/namespaces?limit=1000", 200, "{...}", PLAYED_END },
 *     };
 */
#ifndef CURFEW_TESTS_K8S_PLAYED_API_H
#define CURFEW_TESTS_K8S_PLAYED_API_H

#include <stddef.h>

#include "tests/standin/server.h"

enum played_end {
    PLAYED_END,
    PLAYED_DROP, /* RST behind the body */
    PLAYED_KEEP, /* the body goes on, but nothing more comes */
};

struct played_step {
    const char *request; /* "METHOD PATH?QUERY" must have this in it */
    int status;
    const char *body;
    enum played_end end;
};

/* { 0 } but for steps and step_count. */
struct played_api {
    struct server_handler handler; /* First member */
    struct server_response_owner owner;
    const struct played_step *steps;
    size_t step_count;
    size_t next;
    char request[512];    /* the last one */
    char unexpected[512]; /* the first that was not; "" = none */
};

/* Its handler; for api_scene_open_server(). */
struct server_handler *played_api_handler(struct played_api *api);

#endif
