/* k8s/object.c - what the metadata of an object say of those who look after it. */
#include "k8s/object.h"

#include <string.h>

#include "base/json.h"

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
