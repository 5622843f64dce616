/* store/record.c - the keys, and the record of an environment as a document. */
#include "store/record.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "store/document.h"

/* In the order of enum record_state. */
static const char *const state_names[] = { "awake", "stopping", "asleep", "starting" };

enum { STATE_COUNT = sizeof state_names / sizeof state_names[0] };

static bool read_members(const cJSON *document, struct record *record, struct error *error);

/* keys */

void record_partition_key(const char *cluster, struct buffer *target)
{
    buffer_append_format(target, "C#%s", cluster);
}

void record_sort_key(const char *namespace, struct buffer *target)
{
    buffer_append_format(target, "S#%s", namespace);
}

void journal_sort_key(const char *namespace, struct buffer *target)
{
    buffer_append_format(target, "R#%s", namespace);
}

void inbox_sort_key(const char *key, struct buffer *target)
{
    buffer_append_format(target, "I#%s", key);
}

/* the document */

void record_write(const struct record *record, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    json_put_number(&writer, "version", RECORD_VERSION);
    json_put_text(&writer, "namespace", record->namespace);
    json_put_text(&writer, "uid", record->uid);
    json_put_text(&writer, "state", state_names[record->state]);
    json_put_bool(&writer, "partly", record->partly);
    json_put_number(&writer, "since_at", record->since_at);
    json_put_text(&writer, "by", record->by);
    json_put_text(&writer, "except", record->except);
    json_put_number(&writer, "remembered", record->remembered);
    json_end_object(&writer);
}

bool record_read(const char *document, const char *revision, struct record *ret_record, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    struct record record = { 0 };

    if (!document_parse(document, "the record", RECORD_VERSION, &value, error))
        return false;
    if (!read_members(value, &record, error))
        return error_context(error, "cannot read the record");

    bool fits = text_copy(record.revision, sizeof record.revision, revision);
    assert(fits);
    *ret_record = record;
    return true;
}

static bool read_state(const cJSON *document, enum record_state *ret_state, struct error *error)
{
    const char *name = json_text(document, "state");

    for (int i = 0; i < STATE_COUNT; i++)
        if (text_equal(name, state_names[i])) {
            *ret_state = (enum record_state) i;
            return true;
        }
    return error_set(error, ERROR_PROTOCOL, "state is none of awake, stopping, asleep, starting");
}

static bool read_members(const cJSON *document, struct record *record, struct error *error)
{
    int64_t remembered = 0;

    if (!json_need_text(document, "namespace", record->namespace, sizeof record->namespace, error) ||
        !json_need_text(document, "uid", record->uid, sizeof record->uid, error) ||
        !read_state(document, &record->state, error) || !document_flag(document, "partly", &record->partly, error) ||
        !document_instant(document, "since_at", &record->since_at, error) ||
        !json_copy_text(document, "by", record->by, sizeof record->by, error) ||
        !json_copy_text(document, "except", record->except, sizeof record->except, error) ||
        !json_number(document, "remembered", 0, 0, JOURNAL_ENTRIES_MAX, &remembered, error))
        return false;
    record->remembered = (int32_t) remembered;
    return true;
}
