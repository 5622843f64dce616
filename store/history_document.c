/* store/history_document.c - an entry of the history as a document. */
#include "base/json.h"
#include "base/json_writer.h"
#include "store/document.h"
#include "store/record.h"

static bool read_members(const cJSON *document, struct history_entry *entry, struct error *error);

void history_entry_write(const struct history_entry *entry, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    json_put_number(&writer, "version", RECORD_VERSION);
    json_put_text(&writer, "namespace", entry->namespace);
    json_put_number(&writer, "at", entry->at);
    json_put_text(&writer, "key", entry->key);
    document_put_text(&writer, "by", entry->by);
    document_put_text(&writer, "from", entry->from);
    json_put_text(&writer, "act", entry->act);
    if (entry->refused)
        json_put_bool(&writer, "refused", true);
    document_put_text(&writer, "outcome", entry->outcome);
    json_end_object(&writer);
}

bool history_entry_read(const char *document, struct history_entry *ret_entry, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    struct history_entry entry = { 0 };

    if (!document_parse(document, "the history entry", RECORD_VERSION, &value, error))
        return false;
    if (!read_members(value, &entry, error))
        return error_context(error, "cannot read the history entry");
    *ret_entry = entry;
    return true;
}

static bool read_members(const cJSON *document, struct history_entry *entry, struct error *error)
{
    return json_need_text(document, "namespace", entry->namespace, sizeof entry->namespace, error) &&
           document_instant(document, "at", &entry->at, error) &&
           json_need_text(document, "key", entry->key, sizeof entry->key, error) &&
           json_copy_text(document, "by", entry->by, sizeof entry->by, error) &&
           json_copy_text(document, "from", entry->from, sizeof entry->from, error) &&
           json_need_text(document, "act", entry->act, sizeof entry->act, error) &&
           document_flag(document, "refused", &entry->refused, error) &&
           json_copy_text(document, "outcome", entry->outcome, sizeof entry->outcome, error);
}
