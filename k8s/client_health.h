/* k8s/client_health.h - whether the API server has come back a moment ago. Pure. For k8s/client.c. */
#ifndef CURFEW_K8S_CLIENT_HEALTH_H
#define CURFEW_K8S_CLIENT_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"

/* { 0 }: nothing is known. Instants are ms of one monotonic clock, above 0. */
struct client_health {
    bool is_broken;      /* the last connection failed, nobody has answered since */
    int64_t restored_ms; /* when somebody did again; 0 = never */
};

/* kind  of the error that an exchange ended with; ERROR_NONE: somebody answered */
void client_health_note(struct client_health *health, enum error_kind kind, int64_t now_ms);

/* Its roles may not be loaded yet. */
bool client_health_is_settling(const struct client_health *health, int64_t now_ms) must_check;

#endif
