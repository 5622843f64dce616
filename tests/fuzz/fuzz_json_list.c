/* tests/fuzz/fuzz_json_list.c - a list in pieces reads like the list as a whole, whatever is in it.
 *
 * The first byte says how many of the following are sizes of pieces, used in turn; the rest is the list. Of what is read,
 * cJSON is the second opinion: it takes the whole for JSON too and finds as many items in it.
 */
#include "base/json_list.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "tests/fuzz/fuzz.h"

/* What a reading came to. */
struct reading {
    struct json_list_sink sink;
    struct buffer items; /* printed, one after the other */
    int count;
    bool read;
    struct json_list_end end;
    struct error error;
};

static bool take_item(struct json_list_sink *sink, const cJSON *item, struct error *error)
{
    struct reading *reading = (struct reading *) sink;
    char *text = cJSON_PrintUnformatted(item);

    (void) error;
    assert(text != NULL && cJSON_IsObject(item));
    buffer_append_text(&reading->items, text);
    cJSON_free(text);
    reading->count++;
    return true;
}

static void release_reading(struct reading *reading)
{
    buffer_release(&reading->items);
}

struct pieces {
    const uint8_t *sizes;
    size_t count;
};

static struct reading read_list(const char *text, size_t length, struct pieces pieces)
{
    struct reading reading = { .sink.take_item = take_item, .read = true };
    struct json_list list;
    size_t at = 0, left = length;

    json_list_init(&list, &reading.sink);
    while (reading.read && left > 0) {
        size_t size = pieces.count > 0 ? pieces.sizes[at++ % pieces.count] + 1u : left;

        size = size < left ? size : left;
        /* Its own memory, so that a look beyond the piece is noticed. */
        char *piece = memory_new(size, 1);
        memcpy(piece, text + length - left, size);
        reading.read = json_list_feed(&list, piece, size, &reading.error);
        free(piece);
        left -= size;
    }
    reading.read = reading.read && json_list_finish(&list, &reading.end, &reading.error);
    json_list_release(&list);
    return reading;
}

static void assert_equal(const struct reading *a, const struct reading *b)
{
    assert(a->read == b->read);
    assert(a->count == b->count);
    assert(strcmp(buffer_text(&a->items), buffer_text(&b->items)) == 0);
    assert(strcmp(a->end.resource_version, b->end.resource_version) == 0);
    assert(strcmp(a->end.next_page, b->end.next_page) == 0);
    assert(a->error.kind == b->error.kind);
    assert(strcmp(a->error.message, b->error.message) == 0);
}

static int count_members(const cJSON *object, const char *name)
{
    const cJSON *member = NULL;
    int count = 0;

    cJSON_ArrayForEach(member, object) count += member->string != NULL && strcmp(member->string, name) == 0;
    return count;
}

/* Where "items" is there twice, cJSON shows one of them and the list both. */
static void assert_second_opinion(const struct reading *reading, const char *text, size_t length)
{
    released_by(json_release) cJSON *whole = NULL;
    struct error error = { 0 };

    if (!reading->read)
        return;
    assert(json_parse(text, length, "the list", &whole, &error));
    if (count_members(whole, "items") == 1)
        assert(cJSON_GetArraySize(json_member(whole, "items")) == reading->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    size_t sizes = length > 0 ? bytes[0] % 8u : 0;

    if (length < 1 + sizes)
        return 0;

    const char *text = (const char *) bytes + 1 + sizes;
    size_t text_length = length - 1 - sizes;
    released_by(release_reading) struct reading whole = read_list(text, text_length, (struct pieces){ NULL, 0 });
    released_by(release_reading) struct reading in_pieces =
        read_list(text, text_length, (struct pieces){ bytes + 1, sizes });

    assert_equal(&whole, &in_pieces);
    assert_second_opinion(&whole, text, text_length);
    return 0;
}
