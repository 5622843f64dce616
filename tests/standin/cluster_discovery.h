/* tests/standin/cluster_discovery.h - what there is: the documents that clients read before anything else. Pure.
 *
 * Source: Kubernetes API, apidiscovery.k8s.io/v2 APIGroupDiscoveryList; meta/v1 APIVersions, APIGroupList, APIGroup,
 * APIResourceList; version.Info.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_DISCOVERY_H
#define CURFEW_TESTS_STANDIN_CLUSTER_DISCOVERY_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

/* The document at a path (/api, /apis, /apis/apps, /api/v1, /apis/apps/v1, /version); the caller deletes it. Whoever accepts
 * the newer form (accept: the header) gets that from /api and /apis. ret_content_type is a literal. NULL: there is none. */
cJSON *cluster_discovery(const char *path, const char *accept, const char **ret_content_type) must_check;

#endif
