/* tests/standin/cluster_validation.c - the rules of apimachinery's validation, as far as our objects need them. */
#include "tests/standin/cluster_validation.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster_events.h"

#include <stdint.h>
#include <string.h>

enum { LABEL_CHARACTERS_MAX = 63, SUBDOMAIN_CHARACTERS_MAX = 253 };

static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789";
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* One or more characters of the set or of inner, first and last of the set. */
static bool is_made_of(const char *text, const char *set, const char *inner, size_t longest)
{
    size_t length = strlen(text);

    if (length == 0 || length > longest || strchr(set, text[0]) == NULL || strchr(set, text[length - 1]) == NULL)
        return false;
    for (size_t i = 0; i < length; i++)
        if (strchr(set, text[i]) == NULL && strchr(inner, text[i]) == NULL)
            return false;
    return true;
}

static bool refuse(const struct cluster_kind *kind, const cJSON *json, const char *field, const char *wrong,
                   const char *rule, struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer message = { 0 };

    buffer_append_format(&message, "Invalid value: \"%s\": %s", wrong, rule);
    *ret_refusal = status_invalid(kind->group, kind->kind, json_text(json, "metadata/name"), field, "FieldValueInvalid",
                                  buffer_text(&message));
    return false;
}

static bool check_name(const struct cluster_kind *kind, const cJSON *json, struct cluster_answer *ret_refusal)
{
    const char *name = json_text(json, "metadata/name");

    if (kind->namespaced && !is_made_of(name, lower, "-.", SUBDOMAIN_CHARACTERS_MAX))
        return refuse(kind, json, "metadata.name", name,
                      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
                      "and must start and end with an alphanumeric character",
                      ret_refusal);
    if (!kind->namespaced && !is_made_of(name, lower, "-", LABEL_CHARACTERS_MAX))
        return refuse(kind, json, "metadata.name", name,
                      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must "
                      "start and end with an alphanumeric character",
                      ret_refusal);
    return true;
}

static bool check_labels(const struct cluster_kind *kind, const cJSON *json, struct cluster_answer *ret_refusal)
{
    const cJSON *label = NULL;

    cJSON_ArrayForEach(label, json_find(json, "metadata/labels"))
    {
        const char *value = cJSON_GetStringValue(label);

        if (value == NULL)
            return refuse(kind, json, "metadata.labels", label->string, "a label is a text", ret_refusal);
        if (value[0] != '\0' && !is_made_of(value, letters, "-_.", LABEL_CHARACTERS_MAX))
            return refuse(kind, json, "metadata.labels", value,
                          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
                          "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or "
                          "'my_value',  or '12345', regex used for validation is "
                          "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
                          ret_refusal);
    }
    return true;
}

static bool check_annotations(const struct cluster_kind *kind, const cJSON *json, struct cluster_answer *ret_refusal)
{
    const cJSON *annotation = NULL;

    cJSON_ArrayForEach(annotation, json_find(json, "metadata/annotations"))
    {
        if (!cJSON_IsString(annotation))
            return refuse(kind, json, "metadata.annotations", annotation->string, "an annotation is a text",
                          ret_refusal);
    }
    return true;
}

static bool check_required(const struct cluster_kind *kind, const cJSON *json, const char *path, const char *field,
                           struct cluster_answer *ret_refusal)
{
    if (cJSON_GetArraySize(json_find(json, path)) > 0)
        return true;
    *ret_refusal = status_invalid(kind->group, kind->kind, json_text(json, "metadata/name"), field,
                                  "FieldValueRequired", "Required value");
    return false;
}

static bool check_cron_job(const struct cluster_kind *kind, const cJSON *json, struct cluster_answer *ret_refusal)
{
    const cJSON *suspend = json_find(json, "spec/suspend");

    if (suspend != NULL && !cJSON_IsBool(suspend)) {
        *ret_refusal = status_invalid("", "", "", "patch", "FieldValueInvalid",
                                      "json: cannot unmarshal into Go struct field spec.suspend of type bool");
        return false;
    }
    if (json_text(json, "spec/schedule")[0] != '\0')
        return check_required(kind, json, "spec/jobTemplate/spec/template/spec/containers",
                              "spec.jobTemplate.spec.template.spec.containers", ret_refusal);
    *ret_refusal = status_invalid(kind->group, kind->kind, json_text(json, "metadata/name"), "spec.schedule",
                                  "FieldValueRequired", "Required value");
    return false;
}

bool cluster_validate(const struct cluster_kind *kind, const cJSON *json, struct cluster_answer *ret_refusal)
{
    if (!check_name(kind, json, ret_refusal) || !check_labels(kind, json, ret_refusal) ||
        !check_annotations(kind, json, ret_refusal))
        return false;
    if (!kind->namespaced)
        return true;
    if (cluster_is_event(kind))
        return cluster_event_validate(json, ret_refusal);
    if (kind == &cluster_kinds[CLUSTER_CRON_JOB])
        return check_cron_job(kind, json, ret_refusal);
    return check_required(kind, json, "spec/selector/matchLabels", "spec.selector", ret_refusal) &&
           check_required(kind, json, "spec/template/spec/containers", "spec.template.spec.containers", ret_refusal) &&
           cluster_validate_replicas(kind->group, kind->kind, json_text(json, "metadata/name"),
                                     json_find(json, "spec/replicas"), ret_refusal);
}

bool cluster_validate_replicas(const char *group, const char *kind, const char *name, const cJSON *replicas,
                               struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer message = { 0 };
    double number = cJSON_GetNumberValue(replicas);

    if (replicas == NULL || cJSON_IsNull(replicas))
        return true;
    if (!cJSON_IsNumber(replicas) || number > INT32_MAX || number < INT32_MIN || number != (double) (int64_t) number) {
        *ret_refusal = status_invalid("", "", "", "patch", "FieldValueInvalid",
                                      "json: cannot unmarshal into Go struct field spec.replicas of type int32");
        return false;
    }
    if (number >= 0)
        return true;
    buffer_append_format(&message, "Invalid value: %.0f: must be greater than or equal to 0", number);
    *ret_refusal = status_invalid(group, kind, name, "spec.replicas", "FieldValueInvalid", buffer_text(&message));
    return false;
}
