/* tests/standin/cluster_scale.c - the subresource scale: a small view of a workload, through which its replicas change.
 *
 * Source: Kubernetes API, autoscaling/v1 Scale. spec.replicas is left out when it is 0; of the rest of what is sent
 * only name, uid and resourceVersion count, an annotation is dropped.
 */
#include "tests/standin/cluster_writes.h"

#include "base/buffer.h"
#include "base/json.h"
#include "tests/standin/cluster_merge.h"
#include "tests/standin/cluster_validation.h"

/* "app=web,tier=front" */
static void write_selector(const cJSON *json, struct buffer *target)
{
    const cJSON *label = NULL;

    cJSON_ArrayForEach(label, json_find(json, "spec/selector/matchLabels"))
    {
        buffer_append_format(target, "%s%s=%s", target->length == 0 ? "" : ",", label->string,
                             cJSON_IsString(label) ? label->valuestring : "");
    }
}

/* workload: metadata, spec and status are all there. */
static cJSON *show(const cJSON *workload)
{
    static const char *const shown[] = { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" };
    released_by(buffer_release) struct buffer selector = { 0 };
    cJSON *scale = cJSON_CreateObject();
    cJSON *metadata = NULL;
    cJSON *spec = NULL;
    cJSON *status = NULL;
    double replicas = cJSON_GetNumberValue(json_find(workload, "spec/replicas"));
    const cJSON *existing = json_find(workload, "status/replicas");

    cJSON_AddStringToObject(scale, "kind", "Scale");
    cJSON_AddStringToObject(scale, "apiVersion", "autoscaling/v1");
    metadata = cJSON_AddObjectToObject(scale, "metadata");
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        cJSON_AddItemToObject(metadata, shown[i],
                              cJSON_Duplicate(json_member(json_member(workload, "metadata"), shown[i]), true));
    spec = cJSON_AddObjectToObject(scale, "spec");
    if (replicas > 0)
        cJSON_AddNumberToObject(spec, "replicas", replicas);
    status = cJSON_AddObjectToObject(scale, "status");
    cJSON_AddNumberToObject(status, "replicas", existing == NULL ? 0 : cJSON_GetNumberValue(existing));
    write_selector(workload, &selector);
    cJSON_AddStringToObject(status, "selector", buffer_text(&selector));
    return scale;
}

struct cluster_answer cluster_scale(const struct cluster_target *target, const cJSON *patch, bool whole)
{
    struct cluster_answer answer = { .status = 200 };
    const struct cluster_object *object =
        cluster_objects_find(target->objects, target->kind, target->namespace, target->name);
    released_by(json_release) cJSON *scale = NULL;
    released_by(json_release) cJSON *workload = NULL;
    cJSON *stored = NULL;
    const cJSON *replicas = NULL;

    if (object == NULL)
        return status_not_found(target->kind, target->name);
    if (patch == NULL) {
        answer.body = show(object->json);
        return answer;
    }
    scale = whole ? cJSON_Duplicate(patch, true) : cluster_merge(show(object->json), patch);
    replicas = json_find(scale, "spec/replicas");
    if (!cluster_check_preconditions(object, "scale", json_member(scale, "metadata"), &answer) ||
        !cluster_validate_replicas("autoscaling", "Scale", target->name, replicas, &answer))
        return answer;
    workload = cJSON_Duplicate(object->json, true);
    cluster_set(cJSON_GetObjectItemCaseSensitive(workload, "spec"), "replicas",
                cJSON_CreateNumber(cJSON_IsNumber(replicas) ? replicas->valuedouble : 0));
    stored = cluster_store(target, workload);
    workload = NULL;
    answer.body = show(stored);
    cJSON_Delete(stored);
    return answer;
}
