/* k8s/workload.c - what can be scaled in a namespace, as the API server shows it. */
#include "k8s/workload.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s/scale.h"
#include "k8s/status.h"

const struct resource resources[RESOURCE_COUNT] = {
    { "deployments.apps", "/apis/apps/v1", "deployments", "Deployment" },
    { "statefulsets.apps", "/apis/apps/v1", "statefulsets", "StatefulSet" },
};

static bool read_identity(const cJSON *object, const struct resource *resource, struct workload *target,
                          struct error *error);
static bool read_numbers(const cJSON *object, struct workload *target, struct error *error);
static bool read_count(const cJSON *object, const char *path, int32_t fallback, int32_t *ret_count,
                       struct error *error);
static void read_wishes(const cJSON *object, struct workload *target);
static int32_t read_order(const char *text);
static bool has_controller(const cJSON *object);
static void read_reason(const cJSON *object, struct workload *target);

const struct resource *resource_find(const char *name)
{
    for (size_t i = 0; i < RESOURCE_COUNT; i++)
        if (text_equal(resources[i].name, name))
            return &resources[i];
    return NULL;
}

bool workload_read(const cJSON *object, const struct resource *resource, struct workload *ret_workload,
                   struct error *error)
{
    struct workload workload = { 0 };

    if (!read_identity(object, resource, &workload, error))
        return error_context(error, "a %s cannot be read", resource->kind);
    if (!read_numbers(object, &workload, error))
        return error_context(error, "%s %s cannot be read", resource->kind, workload.name);

    read_wishes(object, &workload);
    workload.owned = has_controller(object);
    workload.terminating = json_find(object, "metadata/deletionTimestamp") != NULL;
    workload.deletes_data =
        text_equal(resource->kind, "StatefulSet") &&
        text_equal(json_text(object, "spec/persistentVolumeClaimRetentionPolicy/whenScaled"), "Delete");
    read_reason(object, &workload);
    *ret_workload = workload;
    return true;
}

/* RFC 1123 subdomain: it will stand in a path. */
static bool name_is_valid(const char *name)
{
    size_t length = strlen(name);

    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == length && strchr("-.", name[0]) == NULL &&
           strchr("-.", name[length - 1]) == NULL;
}

static bool read_identity(const cJSON *object, const struct resource *resource, struct workload *target,
                          struct error *error)
{
    bool known = text_copy(target->resource, sizeof target->resource, resource->name);

    assert(known);
    if (json_find(object, "kind") != NULL && !text_equal(json_text(object, "kind"), resource->kind))
        return error_set(error, ERROR_PROTOCOL, "its kind is another one");
    if (!json_need_text(object, "metadata/name", target->name, sizeof target->name, error) ||
        !json_need_text(object, "metadata/uid", target->uid, sizeof target->uid, error) ||
        !json_need_text(object, "metadata/resourceVersion", target->resource_version, sizeof target->resource_version,
                        error))
        return false;
    if (!name_is_valid(target->name))
        return error_set(error, ERROR_PROTOCOL, "its name is no name of a workload");
    return true;
}

/* What the status says of an older wish is no news of the present one: after 3, 0 and 3 again, the three that were
 * ready are about to go. */
static bool read_numbers(const cJSON *object, struct workload *target, struct error *error)
{
    const int64_t generation_max = (int64_t) 1 << 53;
    int64_t generation = 0, observed = 0;
    int32_t ready = 0;

    if (!read_count(object, "spec/replicas", 1, &target->replicas, error) ||
        !read_count(object, "status/replicas", 0, &target->replicas_existing, error) ||
        !read_count(object, "status/readyReplicas", 0, &ready, error) ||
        !json_number(object, "metadata/generation", 0, 0, generation_max, &generation, error) ||
        !json_number(object, "status/observedGeneration", 0, 0, generation_max, &observed, error))
        return false;
    target->settled = observed >= generation;
    if (target->settled)
        target->replicas_ready = ready < target->replicas ? ready : target->replicas;
    return true;
}

static bool read_count(const cJSON *object, const char *path, int32_t fallback, int32_t *ret_count, struct error *error)
{
    int64_t count;

    if (!json_number(object, path, fallback, 0, SCALE_REPLICAS_MAX, &count, error))
        return false;
    *ret_count = (int32_t) count;
    return true;
}

static const char *text_of(const cJSON *value)
{
    return cJSON_IsString(value) ? value->valuestring : "";
}

/* What its owner told us by annotations and labels. */
static void read_wishes(const cJSON *object, struct workload *target)
{
    const cJSON *annotations = json_find(object, "metadata/annotations");

    target->excluded = text_equal(text_of(json_member(annotations, "curfew/exclude")), "true");
    target->order = read_order(text_of(json_member(annotations, "curfew/order")));
    if (!text_copy(target->labels_app, sizeof target->labels_app, json_text(object, "metadata/labels/app")))
        target->labels_app[0] = '\0';
}

static int32_t read_order(const char *text)
{
    const char *number = text[0] == '-' ? text + 1 : text;
    char *end;

    if (*number == '\0' || strspn(number, "0123456789") != strlen(number))
        return 0;
    errno = 0;
    long order = strtol(text, &end, 10);
    return errno == 0 && order >= INT32_MIN && order <= INT32_MAX ? (int32_t) order : 0;
}

static bool has_controller(const cJSON *object)
{
    const cJSON *owner;

    cJSON_ArrayForEach(owner, json_find(object,
                                        "metadata/ownerReferences")) if (json_is_true(owner, "controller")) return true;
    return false;
}

static const cJSON *find_condition(const cJSON *object, const char *type, const char *status)
{
    const cJSON *condition;

    cJSON_ArrayForEach(condition,
                       json_find(object, "status/conditions")) if (text_equal(json_text(condition, "type"), type) &&
                                                                   text_equal(json_text(condition, "status"),
                                                                              status)) return condition;
    return NULL;
}

/* That pods cannot even be made says more than that they take too long. Not being available yet is no failure. */
static void read_reason(const cJSON *object, struct workload *target)
{
    const cJSON *condition = find_condition(object, "ReplicaFailure", "True");

    if (condition == NULL)
        condition = find_condition(object, "Progressing", "False");
    if (condition == NULL)
        return;

    released_by(buffer_release) struct buffer sentence = { 0 };
    buffer_append_text(&sentence, json_text(condition, "reason"));
    if (json_text(condition, "message")[0] != '\0')
        buffer_append_format(&sentence, "%s%s", sentence.length > 0 ? ": " : "", json_text(condition, "message"));
    status_copy_line(target->reason, sizeof target->reason, buffer_text(&sentence));
}

void workload_list_add(struct workload_list *list, const struct workload *workload)
{
    assert(list->count < WORKLOADS_MAX);
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        list->items = memory_grow(list->items, list->capacity, sizeof list->items[0]);
    }
    list->items[list->count] = *workload;
    list->count++;
}

void workload_list_release(struct workload_list *list)
{
    free(list->items);
    *list = (struct workload_list){ 0 };
}

const struct workload *workload_list_find(const struct workload_list *list, const char *resource, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i].resource, resource) && text_equal(list->items[i].name, name))
            return &list->items[i];
    return NULL;
}
