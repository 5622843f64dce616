/* tests/fuzz/fuzz_json_list.c - lists of the API server, cut anywhere.
 *
 * The first byte says where the document is cut in two. However it is cut, the same items come out, or the same kind of
 * error.
 */
#include <assert.h>

#include "base/json_list.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

struct counter {
    struct json_list_sink sink;
    size_t items;
};

static bool count_item(struct json_list_sink *sink, const cJSON *item, struct error *error)
{
    struct counter *counter = (struct counter *) sink;

    (void) error;
    assert(item != NULL);
    counter->items++;
    return true;
}

static struct error read_list(const char *first, size_t first_length, const char *second, size_t second_length,
                              struct counter *counter, struct json_list_end *end)
{
    struct json_list list;
    struct error error = { 0 };
    bool read;

    json_list_init(&list, &counter->sink);
    read = json_list_feed(&list, first, first_length, &error) && json_list_feed(&list, second, second_length, &error) &&
           json_list_finish(&list, end, &error);
    assert(read == (error.kind == ERROR_NONE));
    json_list_release(&list);
    return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct counter whole = { .sink.take_item = count_item };
    struct counter halves = { .sink.take_item = count_item };
    struct json_list_end whole_end = { 0 };
    struct json_list_end halves_end = { 0 };
    const char *text = (const char *) bytes + 1;
    struct error whole_error;
    struct error halves_error;
    size_t cut;

    if (length < 1)
        return 0;
    length--;
    cut = length * bytes[0] / UINT8_MAX;
    whole_error = read_list(text, length, "", 0, &whole, &whole_end);
    halves_error = read_list(text, cut, text + cut, length - cut, &halves, &halves_end);

    assert(whole_error.kind == halves_error.kind);
    assert(whole.items == halves.items);
    assert(text_equal(whole_end.resource_version, halves_end.resource_version));
    assert(text_equal(whole_end.next_page, halves_end.next_page));
    return 0;
}
