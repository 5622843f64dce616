/* tests/end_to_end/custom_kinds.h - kinds that people add to a cluster: Argo Rollouts, KEDA, an operator of their own.
 *
 * tests/data/end_to_end/custom_kinds.yaml defines them; tests/cluster plays the controllers of those that can be scaled.
 */
#ifndef CURFEW_TESTS_END_TO_END_CUSTOM_KINDS_H
#define CURFEW_TESTS_END_TO_END_CUSTOM_KINDS_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>

/* Returns when the API server serves them all, and says so to whoever discovers. */
bool custom_kinds_install(struct cluster *cluster) must_check;

/* Takes one away, and all objects of it: "fleets.example.test". Returns when nobody discovers it any more. */
bool custom_kinds_remove(struct cluster *cluster, const char *name) must_check;

/* Whether the bot may put fleets to sleep (deploy/further-kinds.yaml), to begin with not. Returns when it is so. */
bool custom_kinds_grant_fleets(struct cluster *cluster, bool granted) must_check;

#endif
