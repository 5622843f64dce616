/* k8s/workload.c - what can be put to sleep in a namespace, as the API server shows it. */
#include "k8s/workload.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s/autoscaler.h"
#include "k8s/object.h"
#include "k8s/scale.h"
#include "k8s/status.h"

static bool read_identity(const cJSON *object, const struct resource *resource, struct workload *target,
                          struct error *error);
static bool read_counts(const cJSON *object, const struct resource *resource, struct workload_texts *texts,
                        struct workload *target, struct error *error);
static bool read_numbers(const cJSON *object, struct workload *target, struct error *error);
static bool read_count(const cJSON *object, const char *path, int32_t fallback, int32_t *ret_count,
                       struct error *error);
static void read_wishes(const cJSON *object, struct workload *target);
static int32_t read_order(const char *text);
static void read_owner(const cJSON *object, struct workload_texts *texts, struct workload *target);
static void read_reason(const cJSON *object, struct workload_texts *texts, struct workload *target);

bool workload_read(const cJSON *object, const struct resource *resource, struct workload_texts *texts,
                   struct workload *ret_workload, struct error *error)
{
    struct workload workload = { .resource = resource->name, .action = resource->action };

    *texts = (struct workload_texts){ 0 };
    if (!read_identity(object, resource, &workload, error))
        return error_context(error, "a %s cannot be read", resource->kind);
    if (!read_counts(object, resource, texts, &workload, error))
        return error_context(error, "%s %s cannot be read", resource->kind, workload.name);

    read_wishes(object, &workload);
    read_owner(object, texts, &workload);
    workload.terminating = json_find(object, "metadata/deletionTimestamp") != NULL;
    workload.deletes_data =
        text_equal(resource->name, "statefulsets.apps") &&
        text_equal(json_text(object, "spec/persistentVolumeClaimRetentionPolicy/whenScaled"), "Delete");
    workload.manager = object_manager(object, resource);
    workload.changed_at = object_changed_at(object, resource);
    workload.keeper = object_keeper(object);
    read_reason(object, texts, &workload);
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

static bool borrow(const cJSON *object, const char *path, size_t size, const char **ret_text, struct error *error)
{
    if (!json_borrow_text(object, path, size, ret_text, error))
        return false;
    return (*ret_text)[0] != '\0' || error_set(error, ERROR_PROTOCOL, "%s is missing or empty", path);
}

static bool read_identity(const cJSON *object, const struct resource *resource, struct workload *target,
                          struct error *error)
{
    if (json_find(object, "kind") != NULL && !text_equal(json_text(object, "kind"), resource->kind))
        return error_set(error, ERROR_PROTOCOL, "its kind is another one");
    if (!borrow(object, "metadata/name", WORKLOAD_NAME_SIZE, &target->name, error) ||
        !borrow(object, "metadata/uid", KUBERNETES_UID_SIZE, &target->uid, error) ||
        !borrow(object, "metadata/resourceVersion", RESOURCE_VERSION_SIZE, &target->resource_version, error))
        return false;
    if (!name_is_valid(target->name))
        return error_set(error, ERROR_PROTOCOL, "its name is no name of a workload");
    return true;
}

static bool read_counts(const cJSON *object, const struct resource *resource, struct workload_texts *texts,
                        struct workload *target, struct error *error)
{
    switch (resource->action) {
    case RESOURCE_SCALED:
        return !resource->counts_in_object || read_numbers(object, target, error);
    case RESOURCE_SUSPENDED:
        target->settled = true;
        target->replicas = !json_is_true(json_find(object, "spec"), "suspend");
        return true;
    case RESOURCE_PAUSED:
        target->settled = true;
        target->replicas = !autoscaler_is_paused(object);
        target->before = texts->before;
        return autoscaler_write_before(object, texts->before, sizeof texts->before, error);
    }
    return false;
}

/* A Rollout of Argo has it as a text, and an older one the hash of its spec, which says nothing. */
static bool read_observed(const cJSON *object, int64_t maximum, int64_t *ret_observed, struct error *error)
{
    const char *text = json_text(object, "status/observedGeneration");
    char *end;

    if (text[0] == '\0')
        return json_number(object, "status/observedGeneration", 0, 0, maximum, ret_observed, error);
    long long number = strtoll(text, &end, 10);
    *ret_observed = *end == '\0' && number >= 0 && number <= maximum ? number : maximum;
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
        !read_observed(object, generation_max, &observed, error))
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

static void read_owner(const cJSON *object, struct workload_texts *texts, struct workload *target)
{
    struct reference controller;

    if (!object_controller(object, &controller))
        return;
    target->owned = true;
    target->owner = texts->owner;
    (void) snprintf(texts->owner, sizeof texts->owner, "%.100s %.90s", controller.kind, controller.name);
}

/* That pods cannot even be made says more than that they take too long. Not being available yet is no failure. */
static void read_reason(const cJSON *object, struct workload_texts *texts, struct workload *target)
{
    const cJSON *condition = object_condition(object, "ReplicaFailure", "True");

    if (condition == NULL)
        condition = object_condition(object, "Progressing", "False");
    if (condition == NULL)
        return;

    released_by(buffer_release) struct buffer sentence = { 0 };
    buffer_append_text(&sentence, json_text(condition, "reason"));
    if (json_text(condition, "message")[0] != '\0')
        buffer_append_format(&sentence, "%s%s", sentence.length > 0 ? ": " : "", json_text(condition, "message"));
    status_copy_line(texts->reason, sizeof texts->reason, buffer_text(&sentence));
    target->reason = texts->reason;
}

void workload_list_add(struct workload_list *list, const struct workload *workload)
{
    struct workload copy = *workload;

    workload_own(&copy);
    workload_list_move(list, &copy);
}

void workload_list_move(struct workload_list *list, struct workload *workload)
{
    assert(list->count < WORKLOADS_MAX);
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 8;
        list->items = memory_grow(list->items, list->capacity, sizeof list->items[0]);
    }
    list->items[list->count++] = *workload;
    *workload = (struct workload){ 0 };
}

void workload_own(struct workload *workload)
{
    const char **const texts[] = { &workload->resource,         &workload->name,  &workload->uid,
                                   &workload->resource_version, &workload->owner, &workload->manager,
                                   &workload->before,           &workload->reason };

    workload->block = memory_pack(texts, sizeof texts / sizeof texts[0]);
}

void workload_release(struct workload *workload)
{
    free(workload->block);
    *workload = (struct workload){ 0 };
}

void workload_set_reason(struct workload *item, const char *reason)
{
    char *former = item->block;

    item->reason = reason;
    workload_own(item);
    free(former);
}

void workload_set_version(struct workload *item, const char *resource_version)
{
    char *former = item->block;

    item->resource_version = resource_version;
    workload_own(item);
    free(former);
}

void workload_list_add_unread(struct workload_list *list, const char *resource, const char *reason)
{
    struct unread_resource unread = { .resource = resource, .reason = reason };
    const char **const texts[] = { &unread.resource, &unread.reason };

    for (size_t i = 0; i < list->unread_count; i++)
        if (text_equal(list->unread[i].resource, resource))
            return;
    if (list->unread_count == list->unread_capacity) {
        list->unread_capacity = list->unread_capacity > 0 ? 2 * list->unread_capacity : 4;
        list->unread = memory_grow(list->unread, list->unread_capacity, sizeof list->unread[0]);
    }
    unread.block = memory_pack(texts, sizeof texts / sizeof texts[0]);
    list->unread[list->unread_count++] = unread;
}

bool workload_list_is_unread(const struct workload_list *list, const char *resource)
{
    for (size_t i = 0; i < list->unread_count; i++)
        if (text_matches(list->unread[i].resource, resource))
            return true;
    return false;
}

void workload_list_cut(struct workload_list *list, size_t count)
{
    while (list->count > count)
        free(list->items[--list->count].block);
}

void workload_list_release(struct workload_list *list)
{
    workload_list_cut(list, 0);
    for (size_t i = 0; i < list->unread_count; i++)
        free(list->unread[i].block);
    free(list->unread);
    free(list->items);
    *list = (struct workload_list){ 0 };
}

const struct workload *workload_list_find(const struct workload_list *list, const char *resource, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i].name, name) && text_equal(list->items[i].resource, resource))
            return &list->items[i];
    return NULL;
}
