/* tests/standin/cluster_kinds.c - one table. */
#include "tests/standin/cluster_kinds.h"

#include "base/text.h"

#include <stddef.h>

const struct cluster_kind cluster_kinds[CLUSTER_KINDS] = {
    [CLUSTER_NAMESPACE] = { .kind = "Namespace",
                            .plural = "namespaces",
                            .singular = "namespace",
                            .short_name = "ns",
                            .group = "",
                            .api_version = "v1",
                            .path = "/api/v1",
                            .qualified = "namespaces" },
    [CLUSTER_EVENT] = { .kind = "Event",
                        .plural = "events",
                        .singular = "event",
                        .short_name = "ev",
                        .group = "",
                        .api_version = "v1",
                        .path = "/api/v1",
                        .qualified = "events",
                        .namespaced = true },
    [CLUSTER_DEPLOYMENT] = { .kind = "Deployment",
                             .plural = "deployments",
                             .singular = "deployment",
                             .short_name = "deploy",
                             .group = "apps",
                             .api_version = "apps/v1",
                             .path = "/apis/apps/v1",
                             .qualified = "deployments.apps",
                             .namespaced = true,
                             .has_pods = true },
    [CLUSTER_STATEFULSET] = { .kind = "StatefulSet",
                              .plural = "statefulsets",
                              .singular = "statefulset",
                              .short_name = "sts",
                              .group = "apps",
                              .api_version = "apps/v1",
                              .path = "/apis/apps/v1",
                              .qualified = "statefulsets.apps",
                              .namespaced = true,
                              .has_pods = true },
    [CLUSTER_CRON_JOB] = { .kind = "CronJob",
                           .plural = "cronjobs",
                           .singular = "cronjob",
                           .short_name = "cj",
                           .group = "batch",
                           .api_version = "batch/v1",
                           .path = "/apis/batch/v1",
                           .qualified = "cronjobs.batch",
                           .namespaced = true },
};

const struct cluster_kind *cluster_kind_find(const char *path, const char *plural)
{
    for (int i = 0; i < CLUSTER_KINDS; i++)
        if (text_equal(cluster_kinds[i].path, path) && text_equal(cluster_kinds[i].plural, plural))
            return &cluster_kinds[i];
    return NULL;
}
