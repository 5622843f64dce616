/* tests/standin/cluster_kinds.h - the kinds of objects that the cluster that is played knows, and their names. */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_KINDS_H
#define CURFEW_TESTS_STANDIN_CLUSTER_KINDS_H

#include "base/attributes.h"

#include <stdbool.h>

enum { CLUSTER_NAMESPACE, CLUSTER_EVENT, CLUSTER_DEPLOYMENT, CLUSTER_STATEFULSET, CLUSTER_CRON_JOB, CLUSTER_KINDS };

struct cluster_kind {
    const char *kind;        /* "Deployment" */
    const char *plural;      /* "deployments" */
    const char *singular;    /* "deployment" */
    const char *short_name;  /* "deploy" */
    const char *group;       /* "apps"; "" = the core group */
    const char *api_version; /* "apps/v1" */
    const char *path;        /* "/apis/apps/v1" */
    const char *qualified;   /* "deployments.apps", as messages have it */
    bool namespaced;
    bool has_pods; /* and the subresource scale */
};

extern const struct cluster_kind cluster_kinds[CLUSTER_KINDS];

/* The kind with that path and plural. NULL: there is none. */
const struct cluster_kind *cluster_kind_find(const char *path, const char *plural) must_check;

#endif
