/* k8s/discovery_findings.h - which of the resources that discovery shows can be put to sleep, each once. Pure.
 *
 * What cannot be understood of one group is no reason to know nothing of the others: the group is named as unread.
 */
#ifndef CURFEW_K8S_DISCOVERY_FINDINGS_H
#define CURFEW_K8S_DISCOVERY_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "k8s/resource.h"

enum {
    DISCOVERY_PATH_SIZE = 256,
    DISCOVERY_UNREAD_BYTES_MAX = 2048, /* of names of groups */
};

/* Zeroed before its first use. */
struct discovery_findings {
    struct resource_list resources;
    struct buffer unread; /* names of groups, a blank behind each; the core group is called "core" */
    bool has_more;        /* than RESOURCES_MAX: some were left out */
};

void discovery_findings_release(struct discovery_findings *findings);

/* One resource as a document shows it; the texts are borrowed. */
struct discovery_sighting {
    const char *group, *version; /* "apps", "v1"; the core group is "" */
    const char *plural, *kind;
    bool is_namespaced, can_list, can_patch;
    bool can_scale; /* its subresource scale is a Scale of autoscaling/v1, with get and patch */
};

/* Adds it if it can be put to sleep and none of its name is there: so the version that is seen first counts. */
void discovery_findings_see(struct discovery_findings *findings, const struct discovery_sighting *sighting);

void discovery_findings_add(struct discovery_findings *findings,
                            const struct resource *resource);                               /* likewise; a copy */
void discovery_findings_add_unread(struct discovery_findings *findings, const char *group); /* once */
void discovery_findings_merge(struct discovery_findings *findings, const struct discovery_findings *others);

/* Whether what is missing of the group of that resource ("rollouts.argoproj.io") may be there all the same. */
bool discovery_findings_is_unread(const struct discovery_findings *findings, const char *resource) must_check;

/* "/apis/apps/v1", "/api/v1". false: one of them cannot stand in a path, or is too long; *target is then "". */
bool discovery_path(const char *group, const char *version, char target[DISCOVERY_PATH_SIZE]) must_check;

#endif
