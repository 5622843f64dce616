/* store/document.c - versions, flags, instants, words, and the ids of notices. */
#include "store/document.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/record.h"

static const int64_t version_max = 1000000;
static const int64_t instant_max = 253402300799; /* 9999-12-31T23:59:59Z */

bool document_parse(const char *text, const char *what, int64_t newest, cJSON **ret_document, struct error *error)
{
    released_by(json_release) cJSON *document = NULL;
    int64_t version = 0;

    if (!json_parse(text, strlen(text), what, &document, error))
        return false;
    if (!cJSON_IsObject(document))
        return error_set(error, ERROR_PROTOCOL, "%s is not a JSON object", what);
    if (!json_number(document, "version", 0, 1, version_max, &version, error))
        return error_context(error, "cannot read %s", what);
    if (version == 0)
        return error_set(error, ERROR_PROTOCOL, "%s has no version", what);
    if (version > newest)
        return error_set(error, ERROR_INPUT, "%s has version %lld, of a newer release: this one knows up to %lld", what,
                         (long long) version, (long long) newest);
    *ret_document = document;
    document = NULL;
    return true;
}

bool document_flag(const cJSON *document, const char *name, bool *ret_flag, struct error *error)
{
    const cJSON *found = json_member(document, name);

    if (found != NULL && !cJSON_IsNull(found) && !cJSON_IsBool(found))
        return error_set(error, ERROR_PROTOCOL, "%s is neither true nor false", name);
    *ret_flag = cJSON_IsTrue(found);
    return true;
}

bool document_instant(const cJSON *document, const char *name, int64_t *ret_instant, struct error *error)
{
    int64_t instant = 0;

    if (!json_number(document, name, -1, 0, instant_max, &instant, error))
        return false;
    if (instant < 0)
        return error_set(error, ERROR_PROTOCOL, "%s is missing", name);
    *ret_instant = instant;
    return true;
}

bool document_instant_or_0(const cJSON *document, const char *name, int64_t *ret_instant, struct error *error)
{
    return json_number(document, name, 0, 0, instant_max, ret_instant, error);
}

bool document_word(const cJSON *document, const char *name, const char *const *words, size_t count, size_t *ret_number,
                   struct error *error)
{
    released_by(buffer_release) struct buffer list = { 0 };
    const char *word = json_text(document, name);

    for (size_t i = 0; i < count; i++) {
        if (text_equal(word, words[i])) {
            *ret_number = i;
            return true;
        }
        buffer_append_format(&list, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    return error_set(error, ERROR_PROTOCOL, "%s is none of %s", name, buffer_text(&list));
}

bool document_notice_id(const cJSON *document, const char *name, uint64_t *ret_id, struct error *error)
{
    const cJSON *found = json_member(document, name);
    uint64_t id = 0;

    if (found != NULL && !cJSON_IsNull(found) && !notice_id_read(json_text(document, name), &id))
        return error_set(error, ERROR_PROTOCOL, "%s is not %d hexadecimal digits", name, NOTICE_ID_DIGITS);
    *ret_id = id;
    return true;
}

void document_put_text(struct json_writer *writer, const char *name, const char *text)
{
    if (text[0] != '\0')
        json_put_text(writer, name, text);
}

void document_put_number(struct json_writer *writer, const char *name, int64_t number)
{
    if (number != 0)
        json_put_number(writer, name, number);
}

void document_put_notice_id(struct json_writer *writer, const char *name, uint64_t id)
{
    released_by(buffer_release) struct buffer digits = { 0 };

    if (id == 0)
        return;
    notice_id_write(id, &digits);
    json_put_text(writer, name, buffer_text(&digits));
}
