/* tests/standin/cluster_events.c - Events: objects without spec and status, of which the oldest go. */
#include "tests/standin/cluster_events.h"

#include "base/json.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 64 };

bool cluster_is_event(const struct cluster_kind *kind)
{
    return kind == &cluster_kinds[CLUSTER_EVENT];
}

void cluster_event_fill(cJSON *json, const cJSON *sent)
{
    static const char *const not_its_own[] = { "kind", "apiVersion", "metadata" };
    static const char *const empty[] = { "firstTimestamp", "lastTimestamp", "eventTime" };
    static const char *const texts[] = { "reportingComponent", "reportingInstance" };
    const cJSON *member = NULL;

    cJSON_ArrayForEach(member, sent)
    {
        bool is_own = true;

        for (size_t i = 0; i < sizeof not_its_own / sizeof not_its_own[0]; i++)
            is_own = is_own && !text_equal(member->string, not_its_own[i]);
        if (is_own && !cJSON_HasObjectItem(json, member->string))
            cJSON_AddItemToObject(json, member->string, cJSON_Duplicate(member, true));
    }
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
        if (!cJSON_HasObjectItem(json, empty[i]))
            cJSON_AddNullToObject(json, empty[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!cJSON_HasObjectItem(json, texts[i]))
            cJSON_AddStringToObject(json, texts[i], "");
    if (!cJSON_HasObjectItem(json, "source"))
        cJSON_AddObjectToObject(json, "source");
}

bool cluster_event_validate(const cJSON *json, struct cluster_answer *ret_refusal)
{
    const char *about = json_text(json, "involvedObject/namespace");
    released_by(buffer_release) struct buffer message = { 0 };

    if (text_equal(about, json_text(json, "metadata/namespace")))
        return true;
    buffer_append_format(&message, "Invalid value: \"%s\": does not match event.namespace", about);
    *ret_refusal = status_invalid("", "Event", json_text(json, "metadata/name"), "involvedObject.namespace",
                                  "FieldValueInvalid", buffer_text(&message));
    return false;
}

void cluster_events_drop_oldest(struct cluster_objects *objects)
{
    const struct cluster_object *oldest = NULL;
    int count = 0;

    for (size_t i = 0; i < objects->count; i++) {
        const struct cluster_object *object = objects->items[i];

        if (!cluster_is_event(object->kind))
            continue;
        count++;
        if (oldest == NULL || object->revision < oldest->revision)
            oldest = object;
    }
    if (count >= CLUSTER_EVENTS_MAX)
        cluster_objects_remove(objects, oldest);
}

bool cluster_event_has_field(const char *field)
{
    static const char *const fields[] = { "type",
                                          "reason",
                                          "source",
                                          "reportingComponent",
                                          "involvedObject.kind",
                                          "involvedObject.name",
                                          "involvedObject.namespace",
                                          "involvedObject.uid",
                                          "involvedObject.apiVersion" };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (text_equal(fields[i], field))
            return true;
    return false;
}

const char *cluster_event_field(const cJSON *json, const char *field)
{
    char path[PATH_SIZE];
    char *dot = NULL;

    (void) snprintf(path, sizeof path, "%s", text_equal(field, "source") ? "source/component" : field);
    dot = strchr(path, '.');
    if (dot != NULL)
        *dot = '/';
    return json_text(json, path);
}

static void write_object(const cJSON *json, struct buffer *target)
{
    for (const char *at = json_text(json, "involvedObject/kind"); *at != '\0'; at++)
        buffer_append_format(target, "%c", tolower((unsigned char) *at));
    buffer_append_format(target, "/%s", json_text(json, "involvedObject/name"));
}

bool cluster_event_write_cell(const cJSON *json, const char *column, struct buffer *target)
{
    static const char *const plain[][2] = { { "Type", "type" },
                                            { "Reason", "reason" },
                                            { "Subobject", "involvedObject/fieldPath" },
                                            { "Source", "source/component" },
                                            { "Message", "message" } };

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (text_equal(plain[i][0], column)) {
            buffer_append_text(target, json_text(json, plain[i][1]));
            return true;
        }
    if (text_equal(column, "Object"))
        write_object(json, target);
    else if (text_equal(column, "Count"))
        buffer_append_format(target, "%.0f", cJSON_GetNumberValue(json_member(json, "count")));
    else
        return false;
    return true;
}
