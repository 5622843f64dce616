/* tests/standin/cluster_absent.c - one table. */
#include "tests/standin/cluster_absent.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>

enum { TEXT_SIZE = 128 };

static const struct {
    const char *path, *api_version, *plural, *list;
} absent[] = {
    { "/api/v1", "v1", "pods", "PodList" },
    { "/api/v1", "v1", "replicationcontrollers", "ReplicationControllerList" },
    { "/apis/apps/v1", "apps/v1", "replicasets", "ReplicaSetList" },
    { "/apis/autoscaling/v2", "autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscalerList" },
    { "/apis/batch/v1", "batch/v1", "jobs", "JobList" },
};

static cJSON *make_list(const char *kind, const char *api_version, int64_t revision)
{
    cJSON *list = cJSON_CreateObject();
    char text[TEXT_SIZE];

    cJSON_AddStringToObject(list, "kind", kind);
    cJSON_AddStringToObject(list, "apiVersion", api_version);
    (void) snprintf(text, sizeof text, "%" PRId64, revision);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(list, "metadata"), "resourceVersion", text);
    cJSON_AddArrayToObject(list, "items");
    return list;
}

cJSON *cluster_absent_list(const char *path, int64_t revision)
{
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        char all[TEXT_SIZE], of_one[TEXT_SIZE];

        (void) snprintf(all, sizeof all, "%s/%s", absent[i].path, absent[i].plural);
        (void) snprintf(of_one, sizeof of_one, "%s/namespaces/*/%s", absent[i].path, absent[i].plural);
        if (text_equal(path, all) || text_matches(of_one, path))
            return make_list(absent[i].list, absent[i].api_version, revision);
    }
    return NULL;
}
