/* store/journal_document.c - the journal as a document: workloads under their resource, whose name stands once.
 *
 *     {"version":1,"resources":[{"resource":"deployments.apps","workloads":[
 *         {"name":"web","uid":"0c1f...","replicas":3,"resource_version":"4711"}]}]}
 *
 * What is suspended or paused has replicas 1; of an autoscaler "before" holds its annotations, a JSON object as a text.
 *
 * The order of the entries is kept: a resource may come twice.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/document.h"
#include "store/record.h"

static bool read_resource(const cJSON *resource, struct journal *journal, struct error *error);

void journal_add(struct journal *journal, const struct journal_entry *entry)
{
    if (journal->count == journal->capacity) {
        journal->capacity = journal->capacity > 0 ? 2 * journal->capacity : 8;
        journal->entries = memory_grow(journal->entries, journal->capacity, sizeof journal->entries[0]);
    }
    struct journal_entry *added = &journal->entries[journal->count++];
    const char **const texts[] = { &added->resource, &added->name, &added->uid, &added->resource_version,
                                   &added->before };
    *added = *entry;
    added->block = memory_pack(texts, sizeof texts / sizeof texts[0]);
}

void journal_release(struct journal *journal)
{
    for (size_t i = 0; i < journal->count; i++)
        free(journal->entries[i].block);
    free(journal->entries);
    *journal = (struct journal){ 0 };
}

const struct journal_entry *journal_find(const struct journal *journal, const char *resource, const char *name)
{
    for (size_t i = 0; i < journal->count; i++)
        if (text_equal(journal->entries[i].name, name) && text_equal(journal->entries[i].resource, resource))
            return &journal->entries[i];
    return NULL;
}

static void write_entry(struct json_writer *writer, const struct journal_entry *entry)
{
    json_begin_object(writer, NULL);
    json_put_text(writer, "name", entry->name);
    json_put_text(writer, "uid", entry->uid);
    json_put_number(writer, "replicas", entry->replicas);
    if (entry->resource_version[0] != '\0')
        json_put_text(writer, "resource_version", entry->resource_version);
    if (entry->before[0] != '\0')
        json_put_text(writer, "before", entry->before);
    json_end_object(writer);
}

/* Writes the entries from number first on that have its resource. Returns the number of the one behind them. */
static size_t write_resource(struct json_writer *writer, const struct journal *journal, size_t first)
{
    const char *resource = journal->entries[first].resource;
    size_t i = first;

    json_begin_object(writer, NULL);
    json_put_text(writer, "resource", resource);
    json_begin_array(writer, "workloads");
    for (; i < journal->count && text_equal(journal->entries[i].resource, resource); i++)
        write_entry(writer, &journal->entries[i]);
    json_end_array(writer);
    json_end_object(writer);
    return i;
}

void journal_write(const struct journal *journal, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);
    size_t next = 0;

    json_begin_object(&writer, NULL);
    json_put_number(&writer, "version", RECORD_VERSION);
    json_begin_array(&writer, "resources");
    while (next < journal->count)
        next = write_resource(&writer, journal, next);
    json_end_array(&writer);
    json_end_object(&writer);
}

bool journal_read(const char *document, struct journal *ret_journal, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    released_by(journal_release) struct journal journal = { 0 };

    if (!document_parse(document, "the journal", RECORD_VERSION, &value, error))
        return false;

    const cJSON *resources = json_member(value, "resources");
    if (!cJSON_IsArray(resources))
        return error_set(error, ERROR_PROTOCOL, "the journal has no list of resources");
    for (const cJSON *resource = resources->child; resource != NULL; resource = resource->next)
        if (!read_resource(resource, &journal, error))
            return error_context(error, "cannot read the journal");
    *ret_journal = journal;
    journal = (struct journal){ 0 };
    return true;
}

static bool read_workload(const cJSON *workload, const char *resource, struct journal *journal, struct error *error)
{
    struct journal_entry entry = { .resource = resource };
    int64_t replicas = 0;

    if (!json_borrow_text(workload, "name", RECORD_WORKLOAD_NAME_SIZE, &entry.name, error) ||
        !json_borrow_text(workload, "uid", RECORD_UID_SIZE, &entry.uid, error) ||
        !json_borrow_text(workload, "resource_version", RECORD_VERSION_SIZE, &entry.resource_version, error) ||
        !json_borrow_text(workload, "before", RECORD_BEFORE_SIZE, &entry.before, error) ||
        !json_number(workload, "replicas", 0, 1, INT32_MAX, &replicas, error))
        return false;
    if (entry.name[0] == '\0' || entry.uid[0] == '\0')
        return error_set(error, ERROR_PROTOCOL, "%s is missing or empty", entry.name[0] == '\0' ? "name" : "uid");
    if (replicas == 0)
        return error_set(error, ERROR_PROTOCOL, "replicas of %s is missing", entry.name);
    if (journal->count == JOURNAL_ENTRIES_MAX)
        return error_set(error, ERROR_LIMIT, "more than %d workloads", JOURNAL_ENTRIES_MAX);
    entry.replicas = (int32_t) replicas;
    journal_add(journal, &entry);
    return true;
}

static bool read_resource(const cJSON *resource, struct journal *journal, struct error *error)
{
    char name[RECORD_RESOURCE_SIZE] = { 0 };

    if (!json_need_text(resource, "resource", name, sizeof name, error))
        return false;

    const cJSON *workloads = json_member(resource, "workloads");
    if (!cJSON_IsArray(workloads))
        return error_set(error, ERROR_PROTOCOL, "%s has no list of workloads", name);
    for (const cJSON *workload = workloads->child; workload != NULL; workload = workload->next)
        if (!read_workload(workload, name, journal, error))
            return false;
    return true;
}
