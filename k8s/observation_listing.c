/* k8s/observation_listing.c - one list of an observation: of its namespace, or of the whole cluster. */
#include "k8s/observation_state.h"

#include <string.h>

#include "base/json_slice.h"

static void pump(struct flow *flow);
static void fail(struct listing *listing);
static void begin(struct pages_sink *sink);
static bool take_item(struct pages_sink *sink, const cJSON *item, struct error *error);
static bool is_wanted(struct pages_sink *sink, const char *text, size_t length);

const char *observation_namespace(const struct observation *observation)
{
    return observation->target_count == 1 ? observation->targets[0].namespace : NULL;
}

void listing_start(struct listing *listing, struct observation *observation, const char *path, const char *plural,
                   const char *namespace, const char *selectors)
{
    released_by(buffer_release) struct buffer url = { 0 };

    listing->flow = (struct flow){ pump };
    listing->sink = (struct listing_sink){ { begin, take_item, is_wanted }, listing };
    listing->observation = observation;
    listing->plural = plural;
    buffer_append_text(&url, path);
    if (namespace != NULL)
        buffer_append_format(&url, "/namespaces/%s", namespace);
    buffer_append_format(&url, "/%s%s%s", plural, selectors[0] == '\0' ? "" : "?", selectors);
    observation->running++;
    pages_start(&listing->pages, observation->client, buffer_text(&url), &listing->sink.sink, &listing->flow);
}

void listing_release(struct listing *listing)
{
    pages_release(&listing->pages);
}

/* Its memory goes at once: an item may have had megabytes. */
static void pump(struct flow *flow)
{
    struct listing *listing = (struct listing *) flow;
    struct observation *observation = listing->observation;

    listing->error = listing->pages.error;
    pages_release(&listing->pages);
    if (listing->error.kind == ERROR_MISSING) {
        discovery_expire(observation->discovery);
        observation->is_outdated = observation->is_outdated || listing->is_discovered;
    } else if (listing->error.kind != ERROR_NONE && listing->is_essential) {
        fail(listing);
    }
    observation_step_ended(observation);
}

static void fail(struct listing *listing)
{
    struct observation *observation = listing->observation;
    const char *namespace = observation_namespace(observation);

    observation->error = listing->error;
    if (namespace != NULL)
        error_context(&observation->error, "cannot read the %s of namespace %s", listing->plural, namespace);
    else
        error_context(&observation->error, "cannot read the %s of the cluster", listing->plural);
}

static void begin(struct pages_sink *sink)
{
    struct listing *listing = ((struct listing_sink *) sink)->listing;

    if (listing->begin != NULL)
        listing->begin(listing);
}

/* Whether it is in none of the namespaces. What its text does not say plainly, the item will. */
static bool is_elsewhere(const struct observation *observation, const char *text, size_t length)
{
    struct json_slice slice;
    char namespace[NAMESPACE_NAME_SIZE];

    if (observation->target_count == 1 || !json_slice_find(text, length, "metadata/namespace", &slice) ||
        slice.length < 2 || slice.length - 2 >= sizeof namespace)
        return false;
    memcpy(namespace, slice.text + 1, slice.length - 2);
    namespace[slice.length - 2] = '\0';
    return strchr(namespace, '\\') == NULL && observation_find_namespace(observation, namespace) == NULL;
}

static bool is_wanted(struct pages_sink *sink, const char *text, size_t length)
{
    struct listing *listing = ((struct listing_sink *) sink)->listing;

    return !is_elsewhere(listing->observation, text, length) &&
           (listing->is_wanted == NULL || listing->is_wanted(listing, text, length));
}

static bool take_item(struct pages_sink *sink, const cJSON *item, struct error *error)
{
    struct listing *listing = ((struct listing_sink *) sink)->listing;
    struct observed *target = observation_find_target(listing->observation, item);

    return target == NULL || listing->take(listing, target, item, error);
}
