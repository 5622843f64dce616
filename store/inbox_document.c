/* store/inbox_document.c - an entry of the inbox as a document, and the environments that it has reached. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "store/document.h"
#include "store/record.h"

static bool read_members(const cJSON *document, struct inbox_entry *entry, struct error *error);

void inbox_entry_write(const struct inbox_entry *entry, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    json_put_number(&writer, "version", RECORD_VERSION);
    json_put_text(&writer, "key", entry->key);
    json_put_number(&writer, "accepted_at", entry->accepted_at);
    if (entry->offered)
        json_put_bool(&writer, "offered", true);
    json_put_bool(&writer, "done", entry->done);
    json_put_bool(&writer, "refused", entry->refused);
    json_put_text(&writer, "kind", entry->kind);
    json_put_text(&writer, "user", entry->user);
    json_put_text(&writer, "team", entry->team);
    json_put_text(&writer, "channel", entry->channel);
    json_put_text(&writer, "text", entry->text);
    json_put_text(&writer, "action", entry->action);
    json_put_text(&writer, "message", entry->message);
    json_put_text(&writer, "response_url", entry->response_url);
    document_put_text(&writer, "applied", entry->applied);
    document_put_text(&writer, "name", entry->name);
    json_end_object(&writer);
}

bool inbox_entry_read(const char *document, const char *revision, struct inbox_entry *ret_entry, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    struct inbox_entry entry = { 0 };

    if (!document_parse(document, "the inbox entry", RECORD_VERSION, &value, error))
        return false;
    if (!read_members(value, &entry, error))
        return error_context(error, "cannot read the inbox entry");

    bool fits = text_copy(entry.revision, sizeof entry.revision, revision);
    assert(fits);
    *ret_entry = entry;
    return true;
}

static bool read_kind(const cJSON *document, struct inbox_entry *entry, struct error *error)
{
    if (!json_need_text(document, "kind", entry->kind, sizeof entry->kind, error))
        return false;
    if (!text_equal(entry->kind, "command") && !text_equal(entry->kind, "click"))
        return error_set(error, ERROR_PROTOCOL, "kind is neither command nor click");
    return true;
}

/* Without a user there is nobody whose permission could be looked up. */
static bool read_members(const cJSON *document, struct inbox_entry *entry, struct error *error)
{
    return json_need_text(document, "key", entry->key, sizeof entry->key, error) &&
           document_instant(document, "accepted_at", &entry->accepted_at, error) &&
           document_flag(document, "offered", &entry->offered, error) &&
           document_flag(document, "done", &entry->done, error) &&
           document_flag(document, "refused", &entry->refused, error) && read_kind(document, entry, error) &&
           json_need_text(document, "user", entry->user, sizeof entry->user, error) &&
           json_copy_text(document, "team", entry->team, sizeof entry->team, error) &&
           json_copy_text(document, "channel", entry->channel, sizeof entry->channel, error) &&
           json_copy_text(document, "text", entry->text, sizeof entry->text, error) &&
           json_copy_text(document, "action", entry->action, sizeof entry->action, error) &&
           json_copy_text(document, "message", entry->message, sizeof entry->message, error) &&
           json_copy_text(document, "response_url", entry->response_url, sizeof entry->response_url, error) &&
           json_copy_text(document, "applied", entry->applied, sizeof entry->applied, error) &&
           json_copy_text(document, "name", entry->name, sizeof entry->name, error);
}

/* the environments */

bool inbox_entry_is_applied(const struct inbox_entry *entry, const char *namespace)
{
    size_t length = strlen(namespace);
    const char *word = entry->applied;

    while (*word != '\0') {
        size_t word_length = strcspn(word, " ");

        if (length > 0 && word_length == length && memcmp(word, namespace, length) == 0)
            return true;
        word += word_length;
        word += strspn(word, " ");
    }
    return false;
}

void inbox_entry_set_applied(struct inbox_entry *entry, const char *namespace)
{
    size_t length = strlen(entry->applied);
    const char *blank = length > 0 ? " " : "";

    if (inbox_entry_is_applied(entry, namespace))
        return;
    assert(length + strlen(blank) + strlen(namespace) < sizeof entry->applied);
    (void) snprintf(entry->applied + length, sizeof entry->applied - length, "%s%s", blank, namespace);
}
