/* tests/standin/cluster_validation.h - what the API server does not store: names, labels and numbers that cannot be. Pure.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_VALIDATION_H
#define CURFEW_TESTS_STANDIN_CLUSTER_VALIDATION_H

#include "base/attributes.h"
#include "tests/standin/cluster_kinds.h"
#include "tests/standin/cluster_status.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

/* Looks at an object that is to be stored. false: *ret_refusal is the answer (422). */
bool cluster_validate(const struct cluster_kind *kind, const cJSON *json, struct cluster_answer *ret_refusal)
    must_check;

/* Likewise, of the Scale of a workload. Missing replicas are 0. */
bool cluster_validate_replicas(const char *group, const char *kind, const char *name, const cJSON *replicas,
                               struct cluster_answer *ret_refusal) must_check;

#endif
