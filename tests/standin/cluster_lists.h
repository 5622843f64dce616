/* tests/standin/cluster_lists.h - lists: all pages of one show the same instant. Pure.
 *
 * Source: Kubernetes API concepts, "Retrieving large results sets in chunks" and "Resource versions".
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_LISTS_H
#define CURFEW_TESTS_STANDIN_CLUSTER_LISTS_H

#include "base/attributes.h"
#include "tests/standin/cluster_objects.h"
#include "tests/standin/cluster_status.h"

/* Answers a list. query: limit, continue, resourceVersion, resourceVersionMatch, labelSelector, fieldSelector;
 * namespace "" = all. */
struct cluster_answer cluster_list(const struct cluster_objects *objects, const struct cluster_kind *kind,
                                   const char *namespace, const char *query) must_check;

#endif
