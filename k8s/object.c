/* k8s/object.c - what the metadata of an object say of those who look after it. */
#include "k8s/object.h"

#include <string.h>

#include "base/calendar.h"
#include "base/json.h"
#include "base/text.h"

bool object_controller(const cJSON *object, struct reference *ret_controller)
{
    return object_controller_among(json_find(object, "metadata/ownerReferences"), ret_controller);
}

bool object_controller_among(const cJSON *owners, struct reference *ret_controller)
{
    const cJSON *owner;

    cJSON_ArrayForEach(owner, owners)
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

/* The entry of whoever set it last; NULL = not said. RFC 3339 in UTC: the later one is the greater text. */
static const cJSON *latest_entry(const cJSON *object, const struct resource *resource)
{
    const cJSON *entry, *latest = NULL;

    cJSON_ArrayForEach(entry, json_find(object, "metadata/managedFields"))
    {
        if (field_of(json_find(entry, "fieldsV1"), resource) != NULL &&
            strcmp(json_text(entry, "time"), json_text(latest, "time")) >= 0)
            latest = entry;
    }
    return latest;
}

const char *object_manager(const cJSON *object, const struct resource *resource)
{
    return json_text(latest_entry(object, resource), "manager");
}

static int figure(const char *text, size_t from, size_t length)
{
    int number = 0;

    for (size_t i = from; i < from + length; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* "2026-11-24T12:00:00Z", as the API server writes it. 0 = it is none. */
static int64_t read_instant(const char *text)
{
    static const char form[] = "dddd-dd-ddTdd:dd:ddZ";

    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return 0;
    struct local_time time = { .year = figure(text, 0, 4),
                               .month = figure(text, 5, 2),
                               .day = figure(text, 8, 2),
                               .hour = figure(text, 11, 2),
                               .minute = figure(text, 14, 2),
                               .second = figure(text, 17, 2) };
    bool is_date = time.year > 0 && time.month > 0 && time.month <= 12 && time.day > 0 && time.day <= 31;
    return is_date ? calendar_local_s(&time) : 0;
}

int64_t object_changed_at(const cJSON *object, const struct resource *resource)
{
    int64_t set_at = read_instant(json_text(latest_entry(object, resource), "time"));

    return set_at != 0 ? set_at : read_instant(json_text(object, "metadata/creationTimestamp"));
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
