/* k8s/known_resources.h - the kinds that are known, and since when discovery does not name one of them any more. Pure.
 *
 * What an answer does not name is not believed to be gone at once: an API server that has just started answers before it has
 * read the definitions of custom resources, and refuses to list them until it has.
 */
#ifndef CURFEW_K8S_KNOWN_RESOURCES_H
#define CURFEW_K8S_KNOWN_RESOURCES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "k8s/discovery_findings.h"
#include "k8s/resource.h"

enum { KNOWN_RESOURCES_KEPT_MS = 30 * 1000 }; /* what is missing */

struct known_resources {
    struct resource_list list;
    bool is_answered;                  /* before, nothing can be missing: the built-in ones were only a guess */
    int64_t missing_ms[RESOURCES_MAX]; /* of each: when it was missing first; 0 = it is not, or its group is unread */
};

void known_resources_init(struct known_resources *known); /* with the built-in ones */
void known_resources_release(struct known_resources *known);

/* Takes the resources out of an answer, and keeps of what was known before what is of an unread group, and for a while what
 * is missing. gone_is_seen: somebody found that one was gone, so what is missing is not kept.
 *
 * now_ms  above 0, never running backwards
 *
 * true: nothing is kept but what is of unread groups. */
bool known_resources_take(struct known_resources *known, struct discovery_findings *findings, bool gone_is_seen,
                          int64_t now_ms) must_check;

#endif
