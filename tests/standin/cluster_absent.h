/* tests/standin/cluster_absent.h - kinds of which the cluster that is played has no object, ever: their lists are empty. Pure.
 *
 * Discovery does not name them, so that kubectl does not ask for them; ours does, of those that every cluster has.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_ABSENT_H
#define CURFEW_TESTS_STANDIN_CLUSTER_ABSENT_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

#include <stdint.h>

/* The list at a path, of one namespace or of all; the caller deletes it. NULL: it is none of theirs. */
cJSON *cluster_absent_list(const char *path, int64_t revision) must_check;

#endif
