/* tests/end_to_end/manifest.h - manifests as people apply them, brought to the API server as they are. */
#ifndef CURFEW_TESTS_END_TO_END_MANIFEST_H
#define CURFEW_TESTS_END_TO_END_MANIFEST_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

/* Reads the documents of a YAML file into an array; the caller deletes it. NULL: said on standard output. Scalars without
 * quotes that are numbers, true, false or null become such. */
cJSON *manifest_read(const char *path) must_check;

/* Creates an object, or replaces the one of that name. Knows the kinds that our manifests have. */
bool manifest_apply(struct cluster *cluster, const cJSON *object) must_check;

#endif
