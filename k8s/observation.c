/* k8s/observation.c - the flow that reads what can be put to sleep in one namespace, or in many at once.
 *
 * Phases one after the other, and all that a phase asks for at the same time: discovery; the lists; Scales, for those whose
 * counts only they say; pods of what is not ready; and events. Those that have nothing to ask are left out.
 */
#include "k8s/observation_state.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static void pump(struct flow *flow);
static bool know_enough(struct observation *observation);
static bool name_unread_groups(struct observation *observation);
static void start_lists(struct observation *observation);
static void finish(struct observation *observation);
static void release_parts(struct observation *observation);

struct observation *observation_new(struct client *client, struct discovery *discovery,
                                    const struct observation_target *targets, size_t count,
                                    enum observation_depth depth, struct flow *flow)
{
    struct observation *observation = memory_new(1, sizeof *observation);

    assert(count > 0);
    *observation = (struct observation){
        .flow = { pump }, .owner = flow, .client = client, .discovery = discovery, .depth = depth
    };
    observation_take_targets(observation, targets, count);
    discovery_want(discovery, &observation->wait, DISCOVERY_AGE_MS, &observation->flow);
    return observation;
}

void observation_free(struct observation *observation)
{
    if (observation == NULL)
        return;
    discovery_forget(observation->discovery, &observation->wait);
    release_parts(observation);
    observation_release_targets(observation);
    resource_list_release(&observation->resources);
    workload_list_release(&observation->unread);
    free(observation);
}

bool observation_is_done(const struct observation *observation)
{
    return observation->phase == OBSERVATION_DONE;
}

bool observation_take(struct observation *observation, size_t target, struct workload_list *ret_workloads,
                      struct error *error)
{
    struct observed *observed = observation->asked[target];
    const struct error *reason = &observation->error;

    assert(observation_is_done(observation) && target < observation->target_count);
    if (reason->kind == ERROR_NONE && observed->error != NULL)
        reason = observed->error;
    if (reason->kind != ERROR_NONE) {
        *error = *reason;
        return false;
    }
    for (size_t i = 0; i < observation->unread.unread_count; i++)
        workload_list_add_unread(&observed->list, observation->unread.unread[i].resource,
                                 observation->unread.unread[i].reason);
    *ret_workloads = observed->list;
    observed->list = (struct workload_list){ 0 };
    return true;
}

/* Discovery has answered. */
static void pump(struct flow *flow)
{
    struct observation *observation = (struct observation *) flow;

    if (know_enough(observation))
        start_lists(observation);
    else
        finish(observation);
}

/* What discovery has known before will do where it does not answer now; but if that is only what every cluster has, it may
 * never have answered, and what is not known would be taken for what is not there. */
static bool know_enough(struct observation *observation)
{
    const struct resource_list *known = discovery_resources(observation->discovery);
    bool is_more = false;

    for (size_t i = 0; i < known->count; i++) {
        resource_list_add(&observation->resources, &known->items[i]);
        is_more = is_more || !known->items[i].is_built_in;
    }
    if (observation->wait.error.kind != ERROR_NONE && !is_more) {
        observation->error = observation->wait.error;
        return false;
    }
    return name_unread_groups(observation);
}

static bool knows_group(const struct observation *observation, const char *group)
{
    for (size_t i = 0; i < observation->resources.count; i++) {
        const char *point = strchr(observation->resources.items[i].name, '.');

        if (text_equal(point == NULL ? "core" : point + 1, group))
            return true;
    }
    return false;
}

/* Of a group that does not answer, what was known before is listed. Where nothing was, anything may be there. Metrics are
 * served by such groups, which are often out of order, and are nothing to be put to sleep. */
static bool name_unread_groups(struct observation *observation)
{
    released_by(memory_release_text) char *remarks = memory_text(discovery_remarks(observation->discovery));
    char *rest = remarks[0] == '\0' || remarks[0] == '(' ? NULL : remarks;

    while (rest != NULL && rest[0] != '(') {
        const char *group = strsep(&rest, " ");
        char pattern[RESOURCE_NAME_SIZE];

        if (text_equal(group, "and"))
            return error_set(&observation->error, ERROR_PROTOCOL,
                             "cannot find out which kinds there are: too many groups do not answer");
        if (knows_group(observation, group) || text_matches("*metrics.k8s.io", group))
            continue;
        (void) snprintf(pattern, sizeof pattern, "*.%s", group);
        workload_list_add_unread(&observation->unread, pattern, "its API group does not answer");
    }
    return true;
}

static void start_lists(struct observation *observation)
{
    observation->phase = OBSERVATION_LISTING;
    workloads_start(observation);
    others_start(observation);
}

/* The definition of a kind was deleted, and its objects with it: what discovery says now is what there is. */
static void begin_again(struct observation *observation)
{
    release_parts(observation);
    observation_clear_targets(observation);
    resource_list_release(&observation->resources);
    workload_list_release(&observation->unread);
    observation->is_again = true;
    observation->phase = OBSERVATION_DISCOVERING;
    discovery_want(observation->discovery, &observation->wait, DISCOVERY_AGE_MS, &observation->flow);
}

void observation_step_ended(struct observation *observation)
{
    if (observation->error.kind != ERROR_NONE) {
        finish(observation);
        return;
    }
    if (--observation->running > 0)
        return;
    if (observation->is_outdated && !observation->is_again) {
        begin_again(observation);
        return;
    }
    if (observation->phase == OBSERVATION_LISTING) {
        workloads_gather(observation);
        others_gather(observation);
        observation->phase = OBSERVATION_SCALES;
        if (scales_start(observation))
            return;
    }
    if (observation->phase == OBSERVATION_SCALES) {
        scales_gather(observation);
        observation->phase = OBSERVATION_PODS;
        if (observation->depth >= OBSERVE_REASONS && reasons_start_pods(observation))
            return;
    }
    if (observation->phase == OBSERVATION_PODS) {
        observation->phase = OBSERVATION_EVENTS;
        if (reasons_start_events(observation))
            return;
    }
    reasons_gather(observation);
    finish(observation);
}

static void finish(struct observation *observation)
{
    release_parts(observation);
    observation->phase = OBSERVATION_DONE;
    observation->owner->pump(observation->owner);
}

static void release_parts(struct observation *observation)
{
    workloads_release(observation);
    others_release(observation);
    scales_release(observation);
    reasons_release(observation);
}
