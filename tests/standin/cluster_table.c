/* tests/standin/cluster_table.c - one list of columns for each kind; a cell is made from its name. */
#include "tests/standin/cluster_table.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster_events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { COLUMNS_MAX = 10, MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

/* A wide column is shown by `kubectl get --output wide` alone. */
struct column {
    const char *name;
    const char *type;
    bool wide;
};

static const struct column columns[CLUSTER_KINDS][COLUMNS_MAX] = {
    [CLUSTER_NAMESPACE] = { { "Name", "string", false }, { "Status", "string", false }, { "Age", "string", false } },
    [CLUSTER_EVENT] = { { "Last Seen", "string", false },
                        { "Type", "string", false },
                        { "Reason", "string", false },
                        { "Object", "string", false },
                        { "Subobject", "string", true },
                        { "Source", "string", true },
                        { "Message", "string", false },
                        { "First Seen", "string", true },
                        { "Count", "string", true },
                        { "Name", "string", true } },
    [CLUSTER_DEPLOYMENT] = { { "Name", "string", false },
                             { "Ready", "string", false },
                             { "Up-to-date", "string", false },
                             { "Available", "string", false },
                             { "Age", "string", false },
                             { "Containers", "string", true },
                             { "Images", "string", true },
                             { "Selector", "string", true } },
    [CLUSTER_STATEFULSET] = { { "Name", "string", false },
                              { "Ready", "string", false },
                              { "Age", "string", false },
                              { "Containers", "string", true },
                              { "Images", "string", true } },
    [CLUSTER_CRON_JOB] = { { "Name", "string", false },
                           { "Schedule", "string", false },
                           { "Timezone", "string", false },
                           { "Suspend", "boolean", false },
                           { "Active", "integer", false },
                           { "Last Schedule", "string", false },
                           { "Age", "string", false },
                           { "Containers", "string", true },
                           { "Images", "string", true },
                           { "Selector", "string", true } },
};

bool cluster_table_is_wanted(const char *accept)
{
    return strstr(accept, "as=Table") != NULL;
}

static const struct column *columns_of(const struct cluster_kind *kind)
{
    return columns[kind - cluster_kinds];
}

static double number_at(const cJSON *object, const char *path)
{
    const cJSON *found = json_find(object, path);

    return cJSON_IsNumber(found) ? found->valuedouble : 0;
}

/* A member of each container, separated by commas. */
static void list_containers(const cJSON *object, const char *member, struct buffer *target)
{
    const cJSON *container = NULL;

    const cJSON *template = json_find(object, "spec/jobTemplate/spec/template");

    if (template == NULL)
        template = json_find(object, "spec/template");
    cJSON_ArrayForEach(container, json_find(template, "spec/containers"))
    {
        buffer_append_format(target, "%s%s", target->length == 0 ? "" : ",", json_text(container, member));
    }
}

static void list_labels(const cJSON *object, struct buffer *target)
{
    const cJSON *label = NULL;

    cJSON_ArrayForEach(label, json_find(object, "spec/selector/matchLabels"))
    {
        buffer_append_format(target, "%s%s=%s", target->length == 0 ? "" : ",", label->string,
                             cJSON_IsString(label) ? label->valuestring : "");
    }
}

static cJSON *make_event_cell(const cJSON *event, const char *column, int64_t now)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char age[CLUSTER_AGE_SIZE];
    bool is_last = text_equal(column, "Last Seen");

    if (text_equal(column, "Name"))
        return cJSON_CreateString(json_text(event, "metadata/name"));
    if (cluster_event_write_cell(event, column, &text))
        return cJSON_CreateString(buffer_text(&text));
    cluster_write_age(age, json_text(event, is_last ? "lastTimestamp" : "firstTimestamp"), now);
    return cJSON_CreateString(age);
}

static cJSON *make_cell(const cJSON *object, const char *column, int64_t now)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char age[CLUSTER_AGE_SIZE];

    if (text_equal(column, "Up-to-date"))
        return cJSON_CreateNumber(number_at(object, "status/updatedReplicas"));
    if (text_equal(column, "Active"))
        return cJSON_CreateNumber(0);
    if (text_equal(column, "Available"))
        return cJSON_CreateNumber(number_at(object, "status/availableReplicas"));
    if (text_equal(column, "Name"))
        buffer_append_text(&text, json_text(object, "metadata/name"));
    else if (text_equal(column, "Status"))
        buffer_append_text(&text, json_text(object, "status/phase"));
    else if (text_equal(column, "Ready"))
        buffer_append_format(&text, "%.0f/%.0f", number_at(object, "status/readyReplicas"),
                             number_at(object, "spec/replicas"));
    else if (text_equal(column, "Containers"))
        list_containers(object, "name", &text);
    else if (text_equal(column, "Images"))
        list_containers(object, "image", &text);
    else if (text_equal(column, "Selector"))
        list_labels(object, &text);
    else if (text_equal(column, "Schedule"))
        buffer_append_text(&text, json_text(object, "spec/schedule"));
    else if (text_equal(column, "Timezone"))
        buffer_append_text(&text, json_text(object, "spec/timeZone"));
    else if (text_equal(column, "Suspend"))
        buffer_append_text(&text, json_is_true(object, "spec/suspend") ? "True" : "False");
    else if (text_equal(column, "Age")) {
        cluster_write_age(age, json_text(object, "metadata/creationTimestamp"), now);
        buffer_append_text(&text, age);
    }
    return cJSON_CreateString(text.length > 0 ? buffer_text(&text) : "<none>");
}

static cJSON *make_row(const struct cluster_kind *kind, const cJSON *object, int64_t now)
{
    cJSON *row = cJSON_CreateObject();
    cJSON *cells = cJSON_AddArrayToObject(row, "cells");
    cJSON *shown = NULL;

    for (const struct column *column = columns_of(kind);
         column < columns_of(kind) + COLUMNS_MAX && column->name != NULL; column++)
        cJSON_AddItemToArray(cells, cluster_is_event(kind) ? make_event_cell(object, column->name, now)
                                                           : make_cell(object, column->name, now));
    shown = cJSON_AddObjectToObject(row, "object");
    cJSON_AddStringToObject(shown, "kind", "PartialObjectMetadata");
    cJSON_AddStringToObject(shown, "apiVersion", "meta.k8s.io/v1");
    cJSON_AddItemToObject(shown, "metadata", cJSON_Duplicate(json_member(object, "metadata"), true));
    return row;
}

static cJSON *make_columns(const struct cluster_kind *kind)
{
    cJSON *definitions = cJSON_CreateArray();

    for (const struct column *column = columns_of(kind);
         column < columns_of(kind) + COLUMNS_MAX && column->name != NULL; column++) {
        cJSON *definition = cJSON_CreateObject();

        cJSON_AddStringToObject(definition, "name", column->name);
        cJSON_AddStringToObject(definition, "type", column->type);
        cJSON_AddStringToObject(definition, "format", text_equal(column->name, "Name") ? "name" : "");
        cJSON_AddStringToObject(definition, "description", "");
        cJSON_AddNumberToObject(definition, "priority", column->wide ? 1 : 0);
        cJSON_AddItemToArray(definitions, definition);
    }
    return definitions;
}

/* Returns the rows, which are empty. */
static cJSON *start_table(const struct cluster_kind *kind, const cJSON *metadata, bool with_columns, cJSON **ret_table)
{
    cJSON *table = cJSON_CreateObject();

    cJSON_AddStringToObject(table, "kind", "Table");
    cJSON_AddStringToObject(table, "apiVersion", "meta.k8s.io/v1");
    cJSON_AddItemToObject(table, "metadata", cJSON_Duplicate(metadata, true));
    cJSON_AddItemToObject(table, "columnDefinitions", with_columns ? make_columns(kind) : cJSON_CreateNull());
    *ret_table = table;
    return cJSON_AddArrayToObject(table, "rows");
}

cJSON *cluster_table_of_list(const struct cluster_kind *kind, cJSON *list, int64_t now)
{
    cJSON *table = NULL;
    cJSON *rows = start_table(kind, json_member(list, "metadata"), true, &table);
    const cJSON *item = NULL;

    cJSON_ArrayForEach(item, json_member(list, "items"))
    {
        cJSON_AddItemToArray(rows, make_row(kind, item, now));
    }
    cJSON_Delete(list);
    return table;
}

cJSON *cluster_table_of_object(const struct cluster_kind *kind, cJSON *object, bool with_columns, int64_t now)
{
    released_by(json_release) cJSON *metadata = cJSON_CreateObject();
    cJSON *table = NULL;
    cJSON *rows = NULL;

    cJSON_AddStringToObject(metadata, "resourceVersion", json_text(object, "metadata/resourceVersion"));
    rows = start_table(kind, metadata, with_columns, &table);
    cJSON_AddItemToArray(rows, make_row(kind, object, now));
    cJSON_Delete(object);
    return table;
}

/* As apimachinery's HumanDuration does, up to a week. */
void cluster_write_age(char text[CLUSTER_AGE_SIZE], const char *instant, int64_t now)
{
    struct tm parts = { 0 };
    const char *end = strptime(instant, "%Y-%m-%dT%H:%M:%SZ", &parts);
    int64_t age = now - (int64_t) timegm(&parts);
    int64_t minutes = age / MINUTE_S, hours = age / HOUR_S, days = age / DAY_S;

    if (end == NULL || *end != '\0' || age < -1)
        (void) snprintf(text, CLUSTER_AGE_SIZE, "<unknown>");
    else if (age < 2 * MINUTE_S)
        (void) snprintf(text, CLUSTER_AGE_SIZE, "%" PRId64 "s", age < 0 ? 0 : age);
    else if (minutes < 10 && age % MINUTE_S != 0)
        (void) snprintf(text, CLUSTER_AGE_SIZE, "%" PRId64 "m%" PRId64 "s", minutes, age % MINUTE_S);
    else if (minutes < 3 * 60)
        (void) snprintf(text, CLUSTER_AGE_SIZE, "%" PRId64 "m", minutes);
    else if (hours < 8 && minutes % 60 != 0)
        (void) snprintf(text, CLUSTER_AGE_SIZE, "%" PRId64 "h%" PRId64 "m", hours, minutes % 60);
    else if (hours < 48)
        (void) snprintf(text, CLUSTER_AGE_SIZE, "%" PRId64 "h", hours);
    else if (days < 8 && hours % 24 != 0)
        (void) snprintf(text, CLUSTER_AGE_SIZE, "%" PRId64 "d%" PRId64 "h", days, hours % 24);
    else
        (void) snprintf(text, CLUSTER_AGE_SIZE, "%" PRId64 "d", days);
}
