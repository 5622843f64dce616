/* tests/standin/cluster_scene.c - small objects, made as a client makes them. */
#include "tests/standin/cluster_scene.h"

#include "base/json.h"

#include <assert.h>
#include <stdio.h>

enum { BODY_SIZE = 1024 };

static const int64_t now = 1790000000;

struct cluster_target scene_target(struct cluster_objects *objects, int kind, const char *namespace, const char *name)
{
    return (struct cluster_target){
        .objects = objects, .kind = &cluster_kinds[kind], .namespace = namespace, .name = name, .now = now
    };
}

static const struct cluster_object *add(struct cluster_objects *objects, int kind, const char *namespace,
                                        const char *name, const char *body)
{
    struct cluster_target target = scene_target(objects, kind, namespace, name);
    released_by(json_release) cJSON *sent = cJSON_Parse(body);
    struct cluster_answer answer = cluster_create(&target, sent);

    assert(answer.status == 201);
    cJSON_Delete(answer.body);
    return cluster_objects_find(objects, target.kind, namespace, name);
}

const struct cluster_object *scene_add_namespace(struct cluster_objects *objects, const char *name)
{
    char body[BODY_SIZE];

    snprintf(body, sizeof body, "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"scheduler\":\"enabled\"}}}", name);
    return add(objects, CLUSTER_NAMESPACE, "", name, body);
}

const struct cluster_object *scene_add_workload(struct cluster_objects *objects, int kind, const char *namespace,
                                                const char *name, int replicas)
{
    char body[BODY_SIZE];

    snprintf(
        body, sizeof body,
        "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"replicas\":%d,\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},"
        "\"template\":{\"metadata\":{\"labels\":{\"app\":\"%s\"}},"
        "\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"none\"}]}}}}",
        name, replicas, name, name);
    return add(objects, kind, namespace, name, body);
}

int scene_scale(struct cluster_objects *objects, int kind, const char *namespace, const char *name, int replicas)
{
    struct cluster_target target = scene_target(objects, kind, namespace, name);
    released_by(json_release) cJSON *patch = cJSON_CreateObject();

    cJSON_AddNumberToObject(cJSON_AddObjectToObject(patch, "spec"), "replicas", replicas);
    struct cluster_answer answer = cluster_scale(&target, patch, false);
    cJSON_Delete(answer.body);
    return answer.status;
}

int scene_number(const cJSON *json, const char *path)
{
    const cJSON *found = json_find(json, path);

    return cJSON_IsNumber(found) ? (int) found->valuedouble : 0;
}
