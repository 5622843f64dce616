/* tests/fuzz/fuzz_label_selector.c - what is no selector is refused with a sentence and meets nothing; what is one meets
 * labels in the same way whatever stands around it.
 *
 * Up to the first NUL the selector, behind it labels as a JSON object.
 */
#include "k8s/label_selector.h"

#include <assert.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *end = memchr(bytes, '\0', length);
    size_t selector_length = end == NULL ? length : (size_t) (end - bytes);
    released_by(buffer_release) struct buffer selector = { 0 };
    released_by(buffer_release) struct buffer twice = { 0 };
    released_by(json_release) cJSON *labels = NULL;
    struct error error = { 0 };

    buffer_append(&selector, bytes, selector_length);
    if (end != NULL && !json_parse((const char *) end + 1, length - selector_length - 1, "labels", &labels, &error))
        labels = NULL;
    buffer_append_format(&twice, " %s , %s ", buffer_text(&selector), buffer_text(&selector));

    bool is_one = label_selector_check(buffer_text(&selector), &error);
    bool matches = label_selector_matches(buffer_text(&selector), labels);
    assert(is_one || (error.kind == ERROR_INPUT && error.message[0] != '\0' && !matches));
    assert(!is_one || label_selector_matches(buffer_text(&twice), labels) == matches);
    return 0;
}
