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

/* In the order of enum record_deadline. */
static const char *const deadline_names[] = { "none", "prolonged", "lease", "postponed" };

enum {
    STATE_COUNT = sizeof state_names / sizeof state_names[0],
    DEADLINE_COUNT = sizeof deadline_names / sizeof deadline_names[0],
};

static bool read_members(const cJSON *document, struct record *record, struct error *error);
static bool read_deadline(const cJSON *document, struct record *record, struct error *error);
static bool read_course(const cJSON *document, struct record *record, struct error *error);

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

void notice_sort_key(uint64_t id, struct buffer *target)
{
    buffer_append_text(target, "N#");
    notice_id_write(id, target);
}

/* Twelve digits reach beyond the year 9999, so the bytes of the keys go by time. */
void history_sort_key(const struct history_entry *entry, struct buffer *target)
{
    history_sort_prefix(entry->namespace, target);
    buffer_append_format(target, "%012lld#%s", (long long) entry->at, entry->key);
}

/* The last '#' keeps out those whose name only begins like that. */
void history_sort_prefix(const char *namespace, struct buffer *target)
{
    buffer_append_format(target, "A#%s#", namespace);
}

void answer_sort_key(const char *key, struct buffer *target)
{
    buffer_append_format(target, "T#%s", key);
}

/* the document */

static void write_deadline(struct json_writer *writer, const struct record *record)
{
    if (record->deadline == DEADLINE_NONE)
        return;
    json_put_text(writer, "deadline", deadline_names[record->deadline]);
    json_put_number(writer, "deadline_at", record->deadline_at);
    document_put_number(writer, "deadline_set_at", record->deadline_set_at);
    document_put_text(writer, "deadline_by", record->deadline_by);
}

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
    write_deadline(&writer, record);
    document_put_number(&writer, "settled_at", record->settled_at);
    document_put_number(&writer, "rhythm", record->rhythm);
    document_put_number(&writer, "warned_stop_at", record->warned_stop_at);
    document_put_number(&writer, "warned_before_s", record->warned_before_s);
    document_put_notice_id(&writer, "notice", record->notice);
    document_put_number(&writer, "gone_at", record->gone_at);
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
    size_t number = 0;

    if (!document_word(document, "state", state_names, STATE_COUNT, &number, error))
        return false;
    *ret_state = (enum record_state) number;
    return true;
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
        !json_number(document, "remembered", 0, 0, JOURNAL_ENTRIES_MAX, &remembered, error) ||
        !read_deadline(document, record, error) || !read_course(document, record, error))
        return false;
    record->remembered = (int32_t) remembered;
    return true;
}

/* Missing in documents of the first release: there was none. */
static bool read_deadline(const cJSON *document, struct record *record, struct error *error)
{
    const cJSON *found = json_member(document, "deadline");
    size_t number = DEADLINE_NONE;

    if (found == NULL || cJSON_IsNull(found))
        return true;
    if (!document_word(document, "deadline", deadline_names, DEADLINE_COUNT, &number, error))
        return false;
    record->deadline = (enum record_deadline) number;
    return record->deadline == DEADLINE_NONE ||
           (document_instant(document, "deadline_at", &record->deadline_at, error) &&
            document_instant_or_0(document, "deadline_set_at", &record->deadline_set_at, error) &&
            json_copy_text(document, "deadline_by", record->deadline_by, sizeof record->deadline_by, error));
}

/* How far the schedule has been followed, and what was announced. Missing in documents of the first release. */
static bool read_course(const cJSON *document, struct record *record, struct error *error)
{
    int64_t rhythm = 0;

    if (!document_instant_or_0(document, "settled_at", &record->settled_at, error) ||
        !json_number(document, "rhythm", 0, 0, UINT32_MAX, &rhythm, error) ||
        !document_instant_or_0(document, "warned_stop_at", &record->warned_stop_at, error) ||
        !json_number(document, "warned_before_s", 0, 0, INT32_MAX, &record->warned_before_s, error) ||
        !document_notice_id(document, "notice", &record->notice, error) ||
        !document_instant_or_0(document, "gone_at", &record->gone_at, error))
        return false;
    record->rhythm = (uint32_t) rhythm;
    return true;
}
