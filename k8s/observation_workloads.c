/* k8s/observation_workloads.c - the lists of what can be put to sleep, one for each resource. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_slice.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s/label_selector.h"
#include "k8s/observation_state.h"

static void begin(struct listing *listing);
static bool is_wanted(struct listing *listing, const char *text, size_t length);
static bool take(struct listing *listing, struct observed *target, const cJSON *item, struct error *error);
static void gather_list(struct observation *observation, struct workloads_listing *list);

void workloads_start(struct observation *observation)
{
    size_t count = observation->resources.count;

    observation->workloads = memory_new(count, sizeof *observation->workloads);
    for (size_t i = 0; i < count; i++) {
        const struct resource *resource = &observation->resources.items[i];
        struct workloads_listing *list = &observation->workloads[i];

        list->resource = resource;
        list->listing.begin = begin;
        list->listing.take = take;
        list->listing.is_wanted = is_wanted;
        list->listing.is_essential = resource->is_built_in;
        list->listing.is_discovered = true;
        listing_start(&list->listing, observation, resource->path, resource->plural, observation_namespace(observation),
                      "");
    }
}

static void forget(struct workloads_listing *list)
{
    for (size_t i = 0; i < list->count; i++) {
        list->items[i].target->seen--;
        workload_release(&list->items[i].workload);
    }
    list->count = 0;
}

void workloads_release(struct observation *observation)
{
    for (size_t i = 0; observation->workloads != NULL && i < observation->resources.count; i++) {
        struct workloads_listing *list = &observation->workloads[i];

        listing_release(&list->listing);
        forget(list);
        free(list->items);
    }
    free(observation->workloads);
    observation->workloads = NULL;
}

const struct resource *observation_resource_of(const struct observation *observation, const struct workload *workload)
{
    return resource_list_find(&observation->resources, workload->resource);
}

/* --- one item -------------------------------------------------------------------------------------------------- */

static void begin(struct listing *listing)
{
    forget((struct workloads_listing *) listing);
}

/* Not if its owner is put to sleep, and does the same with it, as the Deployments of most ReplicaSets do: so a look at its
 * owners is cheaper than reading it. */
static bool is_wanted(struct listing *listing, const char *text, size_t length)
{
    const struct resource_list *resources = &listing->observation->resources;
    released_by(json_release) cJSON *owners = NULL;
    struct json_slice slice;
    struct reference controller;
    struct error ignored;

    if (!json_slice_find(text, length, "metadata/ownerReferences", &slice) ||
        !json_parse(slice.text, slice.length, "its owners", &owners, &ignored) ||
        !object_controller_among(owners, &controller))
        return true;
    for (size_t i = 0; i < resources->count; i++)
        if (reference_is_of(&controller, &resources->items[i]))
            return false;
    return true;
}

static bool is_app(const struct observed *target, const struct workload *workload, const cJSON *item)
{
    const cJSON *labels = json_find(item, "metadata/labels");

    if (target->app[0] != '\0')
        return label_selector_matches(target->app, labels);
    return text_equal(workload->resource, "deployments.apps") &&
           (text_equal(workload->name, "app-web") || text_equal(json_text(labels, "app"), "app-web"));
}

static void add(struct workloads_listing *list, struct observed *target, struct workload *workload)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        list->items = memory_grow(list->items, list->capacity, sizeof list->items[0]);
    }
    workload_own(workload);
    list->items[list->count++] = (struct sighting){ *workload, target };
    target->seen++;
}

/* Not to be understood: of a custom resource that is as good as unread; of a built-in one nothing is known that could be
 * relied on. In other namespaces it changes nothing. */
static void give_up(const struct workloads_listing *list, struct observed *target, struct error *error)
{
    if (!list->resource->is_built_in) {
        workload_list_add_unread(&target->list, list->resource->name, error->message);
        return;
    }
    error_context(error, "cannot read the %s of namespace %s", list->resource->plural, target->namespace);
    observation_blame(target, error);
}

static bool take(struct listing *listing, struct observed *target, const cJSON *item, struct error *error)
{
    struct workloads_listing *list = (struct workloads_listing *) listing;
    struct workload_texts texts;
    struct workload workload;
    struct error reason; /* *error would end the list */

    if (list->count == OBSERVATION_WORKLOADS_MAX)
        return error_set(error, ERROR_LIMIT, "there are more than %d", OBSERVATION_WORKLOADS_MAX);
    if (target->seen == WORKLOADS_MAX) {
        error_set(&reason, ERROR_LIMIT, "there are more than %d workloads", WORKLOADS_MAX);
        give_up(list, target, &reason);
        return true;
    }
    if (!workload_read(item, list->resource, &texts, &workload, &reason)) {
        give_up(list, target, &reason);
        return true;
    }
    workload.is_app = is_app(target, &workload, item);
    add(list, target, &workload);
    return true;
}

/* --- all of them ----------------------------------------------------------------------------------------------- */

void workloads_gather(struct observation *observation)
{
    for (size_t i = 0; i < observation->resources.count; i++)
        gather_list(observation, &observation->workloads[i]);
    workloads_release(observation);
}

static void gather_list(struct observation *observation, struct workloads_listing *list)
{
    const struct error *error = &list->listing.error;

    if (error->kind != ERROR_NONE)
        workload_list_add_unread(&observation->unread, list->resource->name, error->message);
    for (size_t i = 0; error->kind == ERROR_NONE && i < list->count; i++) {
        struct sighting *sighting = &list->items[i];

        if (!workload_list_is_unread(&sighting->target->list, list->resource->name))
            workload_list_move(&sighting->target->list, &sighting->workload);
    }
}
