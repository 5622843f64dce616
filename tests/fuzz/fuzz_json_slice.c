/* tests/fuzz/fuzz_json_slice.c - what is found in a text that is not parsed is what the parser finds there; and a text that is no
 * JSON is looked at without harm.
 *
 * A name in escapes is the parser's alone: texts with a backslash are only looked at.
 */
#include "base/json_slice.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "tests/fuzz/fuzz.h"

/* Printed, since what is no number is not even equal to itself. */
static void check_alike(const cJSON *found, const cJSON *expected)
{
    char *first = cJSON_PrintUnformatted(found), *second = cJSON_PrintUnformatted(expected);

    assert(first != NULL && second != NULL && strcmp(first, second) == 0);
    cJSON_free(first);
    cJSON_free(second);
}

static void check(const char *text, size_t length, const char *path)
{
    struct json_slice slice = { 0 };
    struct error error = { 0 };
    released_by(json_release) cJSON *value = NULL;
    released_by(json_release) cJSON *found = NULL;
    bool is_found = json_slice_find(text, length, path, &slice);

    assert(!is_found || (slice.text >= text && slice.text + slice.length <= text + length));
    if (memchr(text, '\\', length) != NULL || !json_parse(text, length, "the text", &value, &error))
        return;
    const cJSON *expected = json_find(value, path);
    assert(is_found == (expected != NULL));
    if (!is_found)
        return;
    bool is_value = json_parse(slice.text, slice.length, "the slice", &found, &error);
    assert(is_value);
    check_alike(found, expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = memory_new(length > 0 ? length : 1, 1); /* its own, so that a look beyond it is noticed */

    memcpy(text, bytes, length);
    check(text, length, "a");
    check(text, length, "metadata/b");
    free(text);
    return 0;
}
