/* store/document.c - versions, flags and instants. */
#include "store/document.h"

#include <string.h>

#include "base/json.h"

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
