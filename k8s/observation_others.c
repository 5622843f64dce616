/* k8s/observation_others.c - the lists beside the workloads: what scales them by itself, and what goes on without them.
 *
 * Less is known where one of them fails, which is said.
 */
#include <stdlib.h>

#include "base/http.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s/horizontal_autoscaler.h"
#include "k8s/job.h"
#include "k8s/observation_state.h"
#include "k8s/pod.h"

/* Of pods that somebody keeps the most are left out by the server. */
static const char labels_of_bare_pods[] = "!pod-template-hash,!controller-revision-hash,!job-name";
static const char fields_of_bare_pods[] = "status.phase!=Succeeded,status.phase!=Failed";

static void forget_rules(struct listing *listing);
static bool take_autoscaler(struct listing *listing, struct observed *target, const cJSON *item, struct error *error);
static void start_counted(struct counted_listing *list, struct observation *observation, const char *path,
                          const char *plural, const char *selectors);
static void forget_numbers(struct listing *listing);
static bool take_counted(struct listing *listing, struct observed *target, const cJSON *item, struct error *error);
static void apply(const struct observation *observation, const struct rule *rule);

void others_start(struct observation *observation)
{
    struct autoscalers_listing *autoscalers = &observation->autoscalers;
    released_by(buffer_release) struct buffer selectors = { 0 };

    autoscalers->listing.begin = forget_rules;
    autoscalers->listing.take = take_autoscaler;
    listing_start(&autoscalers->listing, observation, "/apis/autoscaling/v2", "horizontalpodautoscalers",
                  observation_namespace(observation), "");
    if (observation->depth < OBSERVE_LEFTOVERS)
        return;
    buffer_append_text(&selectors, "labelSelector=");
    http_append_encoded(&selectors, labels_of_bare_pods);
    buffer_append_text(&selectors, "&fieldSelector=");
    http_append_encoded(&selectors, fields_of_bare_pods);
    observation->jobs.counts = job_goes_on;
    observation->pods.counts = pod_is_bare;
    start_counted(&observation->jobs, observation, "/apis/batch/v1", "jobs", "");
    start_counted(&observation->pods, observation, "/api/v1", "pods", buffer_text(&selectors));
}

void others_release(struct observation *observation)
{
    listing_release(&observation->autoscalers.listing);
    forget_rules(&observation->autoscalers.listing);
    free(observation->autoscalers.items);
    observation->autoscalers = (struct autoscalers_listing){ 0 };
    listing_release(&observation->jobs.listing);
    listing_release(&observation->pods.listing);
    free(observation->jobs.numbers);
    free(observation->pods.numbers);
    observation->jobs = observation->pods = (struct counted_listing){ 0 };
}

/* --- HorizontalPodAutoscalers ---------------------------------------------------------------------------------- */

static void forget_rules(struct listing *listing)
{
    struct autoscalers_listing *list = (struct autoscalers_listing *) listing;

    while (list->count > 0)
        free(list->items[--list->count].block);
}

/* One that cannot be understood scales nothing either. */
static bool take_autoscaler(struct listing *listing, struct observed *target, const cJSON *item, struct error *error)
{
    struct autoscalers_listing *list = (struct autoscalers_listing *) listing;
    struct horizontal_autoscaler autoscaler;
    struct error ignored;

    if (!horizontal_autoscaler_read(item, &autoscaler, &ignored))
        return true;
    if (list->count == OBSERVATION_WORKLOADS_MAX)
        return error_set(error, ERROR_LIMIT, "there are more than %d", OBSERVATION_WORKLOADS_MAX);
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        list->items = memory_grow(list->items, list->capacity, sizeof list->items[0]);
    }
    struct rule *rule = &list->items[list->count++];
    *rule = (struct rule){ .target = target, .scaled = autoscaler.target, .minimum = autoscaler.minimum };
    const char **const texts[] = { &rule->scaled.api_version, &rule->scaled.kind, &rule->scaled.name };
    rule->block = memory_pack(texts, sizeof texts / sizeof texts[0]);
    return true;
}

static void apply(const struct observation *observation, const struct rule *rule)
{
    for (size_t i = 0; i < rule->target->list.count; i++) {
        struct workload *workload = &rule->target->list.items[i];

        if (!text_equal(workload->name, rule->scaled.name) || workload->action != RESOURCE_SCALED ||
            !reference_is_of(&rule->scaled, observation_resource_of(observation, workload)))
            continue;
        workload->minimum = rule->minimum;
        workload->wakes_by_itself = rule->minimum == 0;
    }
}

/* --- Jobs and Pods --------------------------------------------------------------------------------------------- */

static void start_counted(struct counted_listing *list, struct observation *observation, const char *path,
                          const char *plural, const char *selectors)
{
    list->numbers = memory_new(observation->target_count, sizeof *list->numbers);
    list->listing.begin = forget_numbers;
    list->listing.take = take_counted;
    listing_start(&list->listing, observation, path, plural, observation_namespace(observation), selectors);
}

static void forget_numbers(struct listing *listing)
{
    for (size_t i = 0; i < listing->observation->target_count; i++)
        ((struct counted_listing *) listing)->numbers[i] = 0;
}

static bool take_counted(struct listing *listing, struct observed *target, const cJSON *item, struct error *error)
{
    struct counted_listing *list = (struct counted_listing *) listing;

    (void) error;
    list->numbers[target - listing->observation->targets] += list->counts(item);
    return true;
}

/* --- all of them ----------------------------------------------------------------------------------------------- */

static void name_if_unread(struct observation *observation, const struct listing *listing, const char *resource)
{
    if (listing->error.kind != ERROR_NONE)
        workload_list_add_unread(&observation->unread, resource, listing->error.message);
}

void others_gather(struct observation *observation)
{
    const struct autoscalers_listing *autoscalers = &observation->autoscalers;
    const struct counted_listing *jobs = &observation->jobs, *pods = &observation->pods;

    name_if_unread(observation, &autoscalers->listing, "horizontalpodautoscalers.autoscaling");
    name_if_unread(observation, &jobs->listing, "jobs.batch");
    name_if_unread(observation, &pods->listing, "pods");
    for (size_t i = 0; autoscalers->listing.error.kind == ERROR_NONE && i < autoscalers->count; i++)
        apply(observation, &autoscalers->items[i]);
    for (size_t i = 0; i < observation->target_count; i++) {
        struct workload_list *list = &observation->targets[i].list;

        if (jobs->numbers != NULL && jobs->listing.error.kind == ERROR_NONE)
            list->jobs = jobs->numbers[i];
        if (pods->numbers != NULL && pods->listing.error.kind == ERROR_NONE)
            list->pods = pods->numbers[i];
    }
    others_release(observation);
}
