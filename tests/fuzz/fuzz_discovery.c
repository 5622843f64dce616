/* tests/fuzz/fuzz_discovery.c - a document of discovery in pieces reads like the whole, and leads nowhere else.
 *
 * The first byte says how many of the following are sizes of pieces, used in turn; the rest is the document. It is read as
 * the answer to /apis and as a list of resources: what is taken from it will stand in paths and in what people are shown.
 */
#include "k8s/discovery_document.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

static const char path_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-./";

/* What a reading came to. */
struct reading {
    struct discovery_findings findings;
    struct discovery_versions versions;
    bool read;
    struct error error;
};

static void release_reading(struct reading *reading)
{
    discovery_findings_release(&reading->findings);
    discovery_versions_release(&reading->versions);
}

static void check_error(bool read, const struct error *error)
{
    assert(read == (error->kind == ERROR_NONE));
    assert(read || error->kind == ERROR_PROTOCOL || error->kind == ERROR_LIMIT);
    assert(read || error->message[0] != '\0');
}

static bool is_of(const char *text, const char *letters)
{
    return text[0] != '\0' && strspn(text, letters) == strlen(text);
}

static void check_resource(const struct resource *resource)
{
    assert(strlen(resource->name) < RESOURCE_NAME_SIZE && is_of(resource->name, path_letters));
    assert(strlen(resource->path) < DISCOVERY_PATH_SIZE && is_of(resource->path, path_letters));
    assert(text_starts_with(resource->path, "/api/") || text_starts_with(resource->path, "/apis/"));
    assert(strstr(resource->path, "/..") == NULL && strstr(resource->path, "//") == NULL);
    assert(is_of(resource->plural, path_letters) && strpbrk(resource->plural, "./") == NULL);
    assert(text_starts_with(resource->name, resource->plural));
    assert(resource->kind[0] != '\0' && strpbrk(resource->kind, " \n<>&*") == NULL);
}

static void check_findings(const struct discovery_findings *findings)
{
    const struct resource_list *list = &findings->resources;

    assert(list->count <= RESOURCES_MAX);
    assert(findings->unread.length <= DISCOVERY_UNREAD_BYTES_MAX);
    assert(findings->unread.length == 0 ||
           is_of(buffer_text(&findings->unread), "abcdefghijklmnopqrstuvwxyz0123456789-.? "));
    for (size_t i = 0; i < list->count; i++) {
        check_resource(&list->items[i]);
        assert(resource_list_find(list, list->items[i].name) == &list->items[i]);
    }
}

static struct reading read_document(const char *text, size_t length, const uint8_t *sizes, size_t size_count)
{
    struct reading reading = { .read = true };
    struct discovery_reader reader;
    size_t at = 0, left = length;

    discovery_reader_init(&reader, &reading.findings);
    while (reading.read && left > 0) {
        size_t size = size_count > 0 ? sizes[at++ % size_count] + 1u : left;

        size = size < left ? size : left;
        /* Its own memory, so that a look beyond the piece is noticed. */
        char *piece = memory_copy(text + length - left, size);
        reading.read = discovery_reader_feed(&reader, piece, size, &reading.error);
        free(piece);
        left -= size;
    }
    reading.read = reading.read && discovery_reader_finish(&reader, &reading.versions, &reading.error);
    discovery_reader_release(&reader);
    check_error(reading.read, &reading.error);
    check_findings(&reading.findings);
    return reading;
}

static void check_versions(const struct discovery_versions *versions)
{
    assert(versions->count <= DISCOVERY_VERSIONS_MAX);
    for (size_t i = 0; i < versions->count; i++) {
        char path[DISCOVERY_PATH_SIZE];

        assert(discovery_path(versions->items[i].group, versions->items[i].version, path));
        assert(is_of(path, path_letters));
    }
}

static void check_equal(const struct reading *a, const struct reading *b)
{
    assert(a->read == b->read && a->error.kind == b->error.kind && text_equal(a->error.message, b->error.message));
    assert(a->findings.resources.count == b->findings.resources.count);
    assert(a->versions.count == b->versions.count);
    assert(text_equal(buffer_text(&a->findings.unread), buffer_text(&b->findings.unread)));
    for (size_t i = 0; i < a->findings.resources.count; i++)
        assert(text_equal(a->findings.resources.items[i].name, b->findings.resources.items[i].name));
}

static void check_as_resources(const char *text, size_t length)
{
    static const struct discovery_version version = { "example.test", "v1", NULL };
    released_by(discovery_findings_release) struct discovery_findings findings = { 0 };
    struct error error = { 0 };

    check_error(discovery_read_resources(text, length, &version, &findings, &error), &error);
    check_findings(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    size_t sizes = length > 0 ? bytes[0] % 8u : 0;

    if (length < 1 + sizes)
        return 0;

    const char *text = (const char *) bytes + 1 + sizes;
    size_t text_length = length - 1 - sizes;
    released_by(release_reading) struct reading whole = read_document(text, text_length, NULL, 0);
    released_by(release_reading) struct reading in_pieces = read_document(text, text_length, bytes + 1, sizes);

    check_equal(&whole, &in_pieces);
    check_versions(&whole.versions);
    check_as_resources(text, text_length);
    return 0;
}
