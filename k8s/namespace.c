/* k8s/namespace.c - a namespace as far as it takes part: its label and our annotations. */
#include "k8s/namespace.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

static bool read_metadata(const cJSON *object, struct namespace *target, struct error *error);
static enum scheduler_label read_label(const cJSON *label);
static bool read_annotations(const cJSON *annotations, struct namespace *target, struct error *error);

bool namespace_read(const cJSON *object, struct namespace *ret_namespace, struct error *error)
{
    struct namespace namespace = { 0 };

    if (!read_metadata(object, &namespace, error))
        return error_context(error, "a namespace cannot be read");
    if (!read_annotations(json_find(object, "metadata/annotations"), &namespace, error))
        return error_context(error, "namespace %s cannot be read", namespace.name);

    namespace.scheduler = read_label(json_member(json_find(object, "metadata/labels"), "scheduler"));
    namespace.terminating = json_find(object, "metadata/deletionTimestamp") != NULL ||
                            text_equal(json_text(object, "status/phase"), "Terminating");
    *ret_namespace = namespace;
    return true;
}

/* Items of a list do not say their kind, objects of a watch do. */
static bool read_metadata(const cJSON *object, struct namespace *target, struct error *error)
{
    if (json_find(object, "kind") != NULL && !text_equal(json_text(object, "kind"), "Namespace"))
        return error_set(error, ERROR_PROTOCOL, "its kind is not Namespace");
    if (!json_need_text(object, "metadata/name", target->name, sizeof target->name, error) ||
        !json_need_text(object, "metadata/uid", target->uid, sizeof target->uid, error) ||
        !json_copy_text(object, "metadata/resourceVersion", target->resource_version, sizeof target->resource_version,
                        error))
        return false;
    if (!namespace_name_is_valid(target->name))
        return error_set(error, ERROR_PROTOCOL, "its name is no name of a namespace");
    return true;
}

static enum scheduler_label read_label(const cJSON *label)
{
    if (label == NULL || cJSON_IsNull(label))
        return SCHEDULER_ABSENT;
    if (!cJSON_IsString(label))
        return SCHEDULER_OTHER;
    if (text_equal(label->valuestring, "enabled"))
        return SCHEDULER_ENABLED;
    if (text_equal(label->valuestring, "disabled"))
        return SCHEDULER_DISABLED;
    return SCHEDULER_OTHER;
}

static bool read_annotations(const cJSON *annotations, struct namespace *target, struct error *error)
{
    const struct {
        const char *name;
        char *target;
        bool *too_long;
    } wanted[] = {
        { "curfew/schedule", target->schedule, &target->schedule_too_long },
        { "curfew/channel", target->channel, &target->channel_too_long },
        { "curfew/owners", target->owners, &target->owners_too_long },
        { "curfew/app", target->app, &target->app_too_long },
    };

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        const cJSON *annotation = json_member(annotations, wanted[i].name);

        if (annotation == NULL || cJSON_IsNull(annotation))
            continue;
        if (!cJSON_IsString(annotation))
            return error_set(error, ERROR_PROTOCOL, "its annotation %s is no text", wanted[i].name);
        *wanted[i].too_long = !text_copy(wanted[i].target, ANNOTATION_SIZE, annotation->valuestring);
    }
    return true;
}

bool namespace_name_is_valid(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && length < NAMESPACE_NAME_SIZE && name[0] != '-' && name[length - 1] != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}
