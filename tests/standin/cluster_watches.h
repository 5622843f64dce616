/* tests/standin/cluster_watches.h - streams of what changes, one JSON object in a line.
 *
 * Source: Kubernetes API concepts, "Efficient detection of changes". An object that begins or ceases to match the
 * selector is one that was added or deleted. A version that is forgotten is answered with 200 and an ERROR event of code
 * 410, as the real one does.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_WATCHES_H
#define CURFEW_TESTS_STANDIN_CLUSTER_WATCHES_H

#include "tests/standin/cluster.h"

/* Answers a watch. Query: resourceVersion ("" and "0": all that is there comes first), timeoutSeconds,
 * allowWatchBookmarks, labelSelector, fieldSelector. */
void cluster_watch_begin(struct cluster *cluster, const struct cluster_kind *kind, const char *namespace,
                         const struct server_request *request, struct server_response *response);

/* Tells all of them what changed since the last call. */
void cluster_watches_tell(struct cluster *cluster);

#endif
