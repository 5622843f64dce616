/* store/notice_document.c - a notice as a document, and its id as text. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "store/document.h"
#include "store/record.h"

static bool read_members(const cJSON *document, struct notice_record *notice, struct error *error);

/* the id */

void notice_id_write(uint64_t id, struct buffer *target)
{
    buffer_append_format(target, "%0*" PRIx64, NOTICE_ID_DIGITS, id);
}

/* Only the form that is written: an id in other letters would be another key. */
bool notice_id_read(const char *text, uint64_t *ret_id)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t id = 0;

    if (strlen(text) != NOTICE_ID_DIGITS)
        return false;
    for (int i = 0; i < NOTICE_ID_DIGITS; i++) {
        const char *digit = strchr(digits, text[i]);

        if (digit == NULL)
            return false;
        id = id * 16 + (uint64_t) (digit - digits);
    }
    if (id == 0)
        return false;
    *ret_id = id;
    return true;
}

/* the document */

void notice_record_write(const struct notice_record *notice, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    json_put_number(&writer, "version", RECORD_VERSION);
    document_put_notice_id(&writer, "id", notice->id);
    json_put_text(&writer, "channel", notice->channel);
    document_put_text(&writer, "message", notice->message);
    json_put_number(&writer, "posted_at", notice->posted_at);
    json_end_object(&writer);
}

bool notice_record_read(const char *document, struct notice_record *ret_notice, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    struct notice_record notice = { 0 };

    if (!document_parse(document, "the notice", RECORD_VERSION, &value, error))
        return false;
    if (!read_members(value, &notice, error))
        return error_context(error, "cannot read the notice");
    *ret_notice = notice;
    return true;
}

/* A notice whose message is not known was claimed, and its posting had no clear answer. */
static bool read_members(const cJSON *document, struct notice_record *notice, struct error *error)
{
    if (!document_notice_id(document, "id", &notice->id, error) ||
        !json_need_text(document, "channel", notice->channel, sizeof notice->channel, error) ||
        !json_copy_text(document, "message", notice->message, sizeof notice->message, error) ||
        !document_instant(document, "posted_at", &notice->posted_at, error))
        return false;
    if (notice->id == 0)
        return error_set(error, ERROR_PROTOCOL, "id is missing");
    return true;
}
