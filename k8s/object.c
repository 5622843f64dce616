/* k8s/object.c - what the metadata of an object say of those who look after it. */
#include "k8s/object.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

bool object_controller(const cJSON *object, struct reference *ret_controller)
{
    const cJSON *owner;

    cJSON_ArrayForEach(owner, json_find(object, "metadata/ownerReferences"))
    {
        if (!json_is_true(owner, "controller"))
            continue;
        *ret_controller =
            (struct reference){ json_text(owner, "apiVersion"), json_text(owner, "kind"), json_text(owner, "name") };
        return true;
    }
    return false;
}

/* "apps" of "apps/v1", and of "deployments.apps"; the core group is "". */
bool reference_is_of(const struct reference *reference, const struct resource *resource)
{
    const char *slash = strchr(reference->api_version, '/');
    const char *point = strchr(resource->name, '.');
    size_t length = slash == NULL ? 0 : (size_t) (slash - reference->api_version);
    const char *group = point == NULL ? "" : point + 1;

    return text_equal(reference->kind, resource->kind) && strlen(group) == length &&
           memcmp(group, reference->api_version, length) == 0;
}

const cJSON *object_condition(const cJSON *object, const char *type, const char *status)
{
    const cJSON *condition;

    cJSON_ArrayForEach(condition, json_find(object, "status/conditions"))
    {
        if (text_equal(json_text(condition, "type"), type) && text_equal(json_text(condition, "status"), status))
            return condition;
    }
    return NULL;
}

static const cJSON *field_of(const cJSON *fields, const struct resource *resource)
{
    switch (resource->action) {
    case RESOURCE_SCALED:
        return json_find(fields, "f:spec/f:replicas");
    case RESOURCE_SUSPENDED:
        return json_find(fields, "f:spec/f:suspend");
    case RESOURCE_PAUSED:
        return json_member(json_find(fields, "f:metadata/f:annotations"), "f:autoscaling.keda.sh/paused-replicas");
    }
    return NULL;
}

/* RFC 3339 in UTC: the later one is the greater text. */
const char *object_manager(const cJSON *object, const struct resource *resource)
{
    const cJSON *entries = json_find(object, "metadata/managedFields");
    const char *manager = "", *latest = "";

    for (const cJSON *entry = entries == NULL ? NULL : entries->child; entry != NULL; entry = entry->next) {
        const char *time = json_text(entry, "time");
        if (field_of(json_find(entry, "fieldsV1"), resource) == NULL || strcmp(time, latest) < 0)
            continue;
        latest = time;
        manager = json_text(entry, "manager");
    }
    return manager;
}

enum workload_keeper object_keeper(const cJSON *object)
{
    const cJSON *labels = json_find(object, "metadata/labels");
    const cJSON *annotations = json_find(object, "metadata/annotations");

    if (json_member(annotations, "argocd.argoproj.io/tracking-id") != NULL ||
        json_member(labels, "argocd.argoproj.io/instance") != NULL)
        return KEEPER_ARGO_CD;
    if (json_member(labels, "kustomize.toolkit.fluxcd.io/name") != NULL)
        return KEEPER_FLUX_KUSTOMIZATION;
    if (json_member(labels, "helm.toolkit.fluxcd.io/name") != NULL)
        return KEEPER_FLUX_HELM_RELEASE;
    return KEEPER_NONE;
}
