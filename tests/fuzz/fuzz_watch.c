/* tests/fuzz/fuzz_watch.c - a watch in pieces reads like the watch as a whole, and so do the objects in it.
 *
 * The first byte says how many of the following are sizes of pieces, used in turn; the rest is the stream. Each object is
 * read as all that is listed: what is taken from it must have the form that the rest of the program relies on.
 */
#include "k8s/watch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "k8s/horizontal_autoscaler.h"
#include "k8s/job.h"
#include "k8s/namespace.h"
#include "k8s/object.h"
#include "k8s/pod.h"
#include "k8s/warning.h"
#include "k8s/workload.h"
#include "tests/fuzz/fuzz.h"

/* What a reading came to. */
struct reading {
    struct watch_sink sink;
    struct buffer events; /* printed, one after the other */
    bool read;
    struct error error;
};

static void check_refusal(const struct error *error)
{
    assert((error->kind == ERROR_PROTOCOL || error->kind == ERROR_LIMIT) && error->message[0] != '\0');
}

static void check_namespace(const cJSON *object)
{
    struct namespace namespace;
    struct error error = { 0 };

    if (namespace_read(object, &namespace, &error))
        assert(namespace_name_is_valid(namespace.name) && namespace.uid[0] != '\0');
    else
        check_refusal(&error);
}

static void check_workload(const cJSON *object)
{
    struct workload_texts texts;
    struct workload workload;
    struct error error = { 0 };

    if (workload_read(object, &resource_built_in()->items[0], &texts, &workload, &error))
        assert(workload.name[0] != '\0' && workload.uid[0] != '\0' && workload.replicas >= 0 &&
               workload.replicas_ready >= 0 && workload.replicas_ready <= workload.replicas);
    else
        check_refusal(&error);
}

/* All that is read of what goes on beside the workloads. */
static void check_others(const cJSON *object)
{
    struct horizontal_autoscaler autoscaler;
    struct warning warning;
    struct error error = { 0 };
    char reason[WORKLOAD_REASON_SIZE];

    if (horizontal_autoscaler_read(object, &autoscaler, &error))
        assert(autoscaler.minimum >= 0 && autoscaler.target.kind[0] != '\0' && autoscaler.target.name[0] != '\0');
    else
        check_refusal(&error);
    assert(pod_read_trouble(object, reason, sizeof reason) <= POD_UNSCHEDULABLE);
    assert(strlen(reason) < sizeof reason && strpbrk(reason, "\n\r\t") == NULL);
    assert(!pod_is_bare(object) || !pod_belongs_to(object, "Deployment", "web"));
    assert(!job_goes_on(object) || object_condition(object, "Complete", "True") == NULL);
    if (warning_read(object, &warning) && warning_is_of_replica_set(&warning, "web"))
        assert(strncmp(warning.about.name, "web-", 4) == 0);
}

static bool take_event(struct watch_sink *sink, enum watch_event_type type, const cJSON *object, struct error *error)
{
    struct reading *reading = (struct reading *) sink;
    char *text = cJSON_PrintUnformatted(object);

    (void) error;
    assert(text != NULL);
    buffer_append_format(&reading->events, "%d ", (int) type);
    buffer_append_text(&reading->events, text);
    cJSON_free(text);
    check_namespace(object);
    check_workload(object);
    check_others(object);
    return true;
}

static void release_reading(struct reading *reading)
{
    buffer_release(&reading->events);
}

static struct reading read_watch(const char *text, size_t length, const uint8_t *sizes, size_t size_count)
{
    struct reading reading = { .sink.take_event = take_event, .read = true };
    struct watch watch;
    size_t at = 0, left = length;

    watch_init(&watch, &reading.sink);
    while (reading.read && left > 0) {
        size_t size = size_count > 0 ? sizes[at++ % size_count] + 1u : left;

        size = size < left ? size : left;
        /* Its own memory, so that a look beyond the piece is noticed. */
        char *piece = memory_new(size, 1);
        memcpy(piece, text + length - left, size);
        reading.read = watch_feed(&watch, piece, size, &reading.error);
        free(piece);
        left -= size;
    }
    watch_release(&watch);
    return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    size_t sizes = length > 0 ? bytes[0] % 8u : 0;

    if (length < 1 + sizes)
        return 0;

    const char *text = (const char *) bytes + 1 + sizes;
    size_t text_length = length - 1 - sizes;
    released_by(release_reading) struct reading whole = read_watch(text, text_length, NULL, 0);
    released_by(release_reading) struct reading in_pieces = read_watch(text, text_length, bytes + 1, sizes);

    assert(whole.read == in_pieces.read);
    assert(strcmp(buffer_text(&whole.events), buffer_text(&in_pieces.events)) == 0);
    assert(whole.error.kind == in_pieces.error.kind);
    assert(strcmp(whole.error.message, in_pieces.error.message) == 0);
    return 0;
}
