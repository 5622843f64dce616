/* tests/standin/cluster_pods.h - the status of a Deployment or StatefulSet, one step after the other. Pure.
 *
 * Pods themselves are not there, only their numbers.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_PODS_H
#define CURFEW_TESTS_STANDIN_CLUSTER_PODS_H

#include "base/attributes.h"
#include "tests/standin/cluster_kinds.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

/* What the next step waits for. */
enum pods_next {
    PODS_REST,  /* all is as it should be */
    PODS_START, /* a pod becomes ready */
    PODS_STOP,  /* a pod is gone */
    PODS_HANG,  /* pods that never become ready: their time may run out */
};

/* Whether the controller has seen the present generation. */
bool pods_are_observed(const cJSON *json) must_check;

/* Changes the status by one step. elapsed_s: since the replicas were asked for; now is for timestamps. */
enum pods_next pods_step(const struct cluster_kind *kind, cJSON *json, int64_t elapsed_s, int64_t now) must_check;

#endif
