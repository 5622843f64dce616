/* base/json.c - cJSON behind a gate: what it would recurse into, cut short or guess is refused before or after. */
#include "base/json.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

enum { PATH_NAME_SIZE = 64 };

static int deepest_nesting(const char *text, size_t length);
static bool is_blank(const char *text, const char *end);
static bool refuse_type(const cJSON *value, const char *path, const char *wanted, struct error *error);

bool json_parse(const char *text, size_t length, const char *what, cJSON **ret_value, struct error *error)
{
    released_by(json_release) cJSON *value = NULL;
    const char *end = text;

    if (!text_is_utf8(text, length))
        return error_set(error, ERROR_PROTOCOL, "%s is not UTF-8 text", what);
    if (deepest_nesting(text, length) > JSON_DEPTH_MAX)
        return error_set(error, ERROR_PROTOCOL, "%s is nested deeper than %d levels", what, JSON_DEPTH_MAX);
    value = cJSON_ParseWithLengthOpts(text, length, &end, false);
    if (value == NULL)
        return error_set(error, ERROR_PROTOCOL, "%s is not JSON (byte %td)", what, end - text);
    if (!is_blank(end, text + length))
        return error_set(error, ERROR_PROTOCOL, "%s has something behind its end (byte %td)", what, end - text);
    *ret_value = value;
    value = NULL;
    return true;
}

void json_release(cJSON **value)
{
    cJSON_Delete(*value);
    *value = NULL;
}

const cJSON *json_find(const cJSON *value, const char *path)
{
    while (value != NULL) {
        char name[PATH_NAME_SIZE] = { 0 };
        size_t length = strcspn(path, "/");

        assert(length < sizeof name);
        memcpy(name, path, length);
        value = json_member(value, name);
        if (path[length] == '\0')
            return value;
        path += length + 1;
    }
    return NULL;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *json_text(const cJSON *value, const char *path)
{
    const char *text = cJSON_GetStringValue(json_find(value, path));

    return text != NULL ? text : "";
}

bool json_borrow_text(const cJSON *value, const char *path, size_t size, const char **ret_text, struct error *error)
{
    const cJSON *found = json_find(value, path);

    if (found != NULL && !cJSON_IsNull(found) && !cJSON_IsString(found))
        return refuse_type(found, path, "a text", error);
    *ret_text = json_text(value, path);
    if (strlen(*ret_text) >= size)
        return error_set(error, ERROR_LIMIT, "%s is longer than %zu bytes", path, size - 1);
    return true;
}

bool json_copy_text(const cJSON *value, const char *path, char *target, size_t size, struct error *error)
{
    const char *text;

    return json_borrow_text(value, path, size, &text, error) && text_copy(target, size, text);
}

bool json_need_text(const cJSON *value, const char *path, char *target, size_t size, struct error *error)
{
    if (!json_copy_text(value, path, target, size, error))
        return false;
    if (target[0] == '\0')
        return error_set(error, ERROR_PROTOCOL, "%s is missing or empty", path);
    return true;
}

bool json_number(const cJSON *value, const char *path, int64_t fallback, int64_t minimum, int64_t maximum,
                 int64_t *ret_number, struct error *error)
{
    const cJSON *found = json_find(value, path);

    if (found == NULL || cJSON_IsNull(found)) {
        *ret_number = fallback;
        return true;
    }
    if (!cJSON_IsNumber(found))
        return refuse_type(found, path, "a number", error);

    /* Within +-2^53 every whole number is a double, so that the comparisons are exact and the conversion is defined. */
    double number = found->valuedouble;
    bool is_within = number >= (double) minimum && number <= (double) maximum;
    if (!is_within || number != (double) (int64_t) number)
        return error_set(error, ERROR_PROTOCOL, "%s is %g, but must be a whole number from %lld to %lld", path, number,
                         (long long) minimum, (long long) maximum);
    *ret_number = (int64_t) number;
    return true;
}

bool json_is_true(const cJSON *value, const char *path)
{
    return cJSON_IsTrue(json_find(value, path));
}

/* From behind the opening quote to the closing one, or to the end. */
static size_t string_end(const char *text, size_t length, size_t at)
{
    while (at < length && text[at] != '"')
        at += text[at] == '\\' ? 2 : 1;
    return at;
}

static int deepest_nesting(const char *text, size_t length)
{
    int depth = 0, deepest = 0;

    for (size_t i = 0; i < length; i++) {
        char byte = text[i];

        if (byte == '"')
            i = string_end(text, length, i + 1);
        else if (byte == '{' || byte == '[')
            depth++;
        else if (byte == '}' || byte == ']')
            depth--;
        if (depth > deepest)
            deepest = depth;
    }
    return deepest;
}

static bool is_blank(const char *text, const char *end)
{
    while (text < end && memchr(" \t\r\n", *text, 4) != NULL)
        text++;
    return text == end;
}

static const char *type_name(const cJSON *value)
{
    if (cJSON_IsObject(value))
        return "an object";
    if (cJSON_IsArray(value))
        return "a list";
    if (cJSON_IsString(value))
        return "a text";
    if (cJSON_IsNumber(value))
        return "a number";
    return cJSON_IsNull(value) ? "null" : "true or false";
}

static bool refuse_type(const cJSON *value, const char *path, const char *wanted, struct error *error)
{
    return error_set(error, ERROR_PROTOCOL, "%s is %s, but must be %s", path, type_name(value), wanted);
}
