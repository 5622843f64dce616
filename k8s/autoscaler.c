/* k8s/autoscaler.c - how an autoscaler of KEDA is paused: by two annotations. */
#include "k8s/autoscaler.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"

static const char paused_name[] = "autoscaling.keda.sh/paused";
static const char replicas_name[] = "autoscaling.keda.sh/paused-replicas";
static const char *const names[] = { paused_name, replicas_name };
static const char *const pausing[] = { "true", "0" };

enum { NAME_COUNT = sizeof names / sizeof names[0] };

/* NULL = absent. */
static const char *annotation_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(json_member(json_find(object, "metadata/annotations"), name));
}

bool autoscaler_is_paused(const cJSON *object)
{
    const char *replicas = annotation_of(object, replicas_name);
    const char *paused = annotation_of(object, paused_name);

    if (replicas != NULL)
        return text_equal(replicas, "0");
    return paused != NULL && !text_equal_ignoring_case(paused, "false");
}

bool autoscaler_write_before(const cJSON *object, char *target, size_t size, struct error *error)
{
    released_by(buffer_release) struct buffer text = { .limit = size - 1 };
    struct json_writer writer = json_writer_start(&text);

    json_begin_object(&writer, NULL);
    for (size_t i = 0; i < NAME_COUNT; i++)
        json_put_text(&writer, names[i], annotation_of(object, names[i]));
    json_end_object(&writer);
    return buffer_complete(&text, "its annotations about pausing", error) &&
           text_copy(target, size, buffer_text(&text));
}

void autoscaler_put_pause(struct json_writer *writer)
{
    json_begin_object(writer, "annotations");
    for (size_t i = 0; i < NAME_COUNT; i++)
        json_put_text(writer, names[i], pausing[i]);
    json_end_object(writer);
}

static bool read_before(const char *before, cJSON **ret_value, struct error *error)
{
    cJSON *value = NULL;

    if (!json_parse(before, strlen(before), "what its annotations were", &value, error))
        return false;
    *ret_value = value;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        const cJSON *member = json_member(value, names[i]);
        if (!cJSON_IsObject(value) || member == NULL || !(cJSON_IsString(member) || cJSON_IsNull(member)))
            return error_set(error, ERROR_INPUT, "what its annotations were is not known");
    }
    return true;
}

bool autoscaler_put_before(struct json_writer *writer, const char *before, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;

    if (!read_before(before, &value, error))
        return false;
    json_begin_object(writer, "annotations");
    for (size_t i = 0; i < NAME_COUNT; i++)
        json_put_text(writer, names[i], cJSON_GetStringValue(json_member(value, names[i])));
    json_end_object(writer);
    return true;
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : text_equal(a, b);
}

bool autoscaler_stands(const cJSON *object, const char *before)
{
    released_by(json_release) cJSON *value = NULL;
    struct error ignored;

    if (before != NULL && !read_before(before, &value, &ignored))
        return false;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        const char *wanted = before == NULL ? pausing[i] : cJSON_GetStringValue(json_member(value, names[i]));
        if (!same(annotation_of(object, names[i]), wanted))
            return false;
    }
    return true;
}
