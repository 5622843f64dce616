/* tests/standin/cluster_merge.h - JSON merge patches. Pure.
 *
 * Source: RFC 7396. kubectl label, annotate and scale send nothing else.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_MERGE_H
#define CURFEW_TESTS_STANDIN_CLUSTER_MERGE_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

/* Returns what becomes of target, which is used up (NULL = nothing is there). patch is borrowed. */
cJSON *cluster_merge(cJSON *target, const cJSON *patch) must_check;

/* A strategic merge patch that says the same as a merge patch: no list, no directive ("$patch") in it. */
bool cluster_merge_is_plain(const cJSON *patch) must_check;

#endif
