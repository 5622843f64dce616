/* tests/standin/cluster_discovery.h - what there is: the documents that kubectl reads before anything else. Pure.
 *
 * Source: Kubernetes API, meta/v1 APIVersions, APIGroupList, APIGroup, APIResourceList; version.Info. The newer
 * "aggregated" form is not offered: kubectl then asks for these.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_DISCOVERY_H
#define CURFEW_TESTS_STANDIN_CLUSTER_DISCOVERY_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

/* The document at a path (/api, /apis, /apis/apps, /api/v1, /apis/apps/v1, /version); the caller deletes it.
 * NULL: there is none. */
cJSON *cluster_discovery(const char *path) must_check;

#endif
