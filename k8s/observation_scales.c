/* k8s/observation_scales.c - the counts of workloads that only their Scale says: asked for one by one, many at a time. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "k8s/observation_state.h"
#include "k8s/scale.h"

enum {
    CALLS = 32,        /* as many stand in line at once, so that others are not kept waiting */
    REPLICAS_GONE = -1 /* of one to be left out in the end */
};

static void pump(struct flow *flow);
static struct workload *next_without_counts(struct observation *observation, struct observed **ret_target);
static bool ask_next(struct scale_call *call);
static void take_answer(struct scale_call *call);
static bool has_no_counts(const struct observation *observation, const struct workload *workload);

bool scales_start(struct observation *observation)
{
    struct scales *scales = &observation->scales;

    scales->calls = memory_new(CALLS, sizeof *scales->calls);
    for (size_t i = 0; i < CALLS; i++) {
        struct scale_call *call = &scales->calls[i];

        call->flow = (struct flow){ pump };
        call->observation = observation;
        if (!ask_next(call))
            break;
        observation->running++;
    }
    return observation->running > 0;
}

void scales_release(struct observation *observation)
{
    for (size_t i = 0; observation->scales.calls != NULL && i < CALLS; i++)
        client_call_release(&observation->scales.calls[i].call);
    free(observation->scales.calls);
    observation->scales = (struct scales){ 0 };
}

static void pump(struct flow *flow)
{
    struct scale_call *call = (struct scale_call *) flow;

    take_answer(call);
    if (!ask_next(call))
        observation_step_ended(call->observation);
}

static bool has_no_counts(const struct observation *observation, const struct workload *workload)
{
    return workload->action == RESOURCE_SCALED && !observation_resource_of(observation, workload)->counts_in_object;
}

static struct workload *next_without_counts(struct observation *observation, struct observed **ret_target)
{
    struct scales *scales = &observation->scales;

    for (; scales->target < observation->target_count; scales->target++, scales->item = 0) {
        struct observed *target = &observation->targets[scales->target];

        while (scales->item < target->list.count) {
            struct workload *workload = &target->list.items[scales->item++];

            if (!has_no_counts(observation, workload) || workload_list_is_unread(&target->list, workload->resource))
                continue;
            *ret_target = target;
            return workload;
        }
    }
    return NULL;
}

static bool ask_next(struct scale_call *call)
{
    struct observation *observation = call->observation;

    client_call_release(&call->call);
    call->workload = next_without_counts(observation, &call->target);
    if (call->workload == NULL)
        return false;
    const struct resource *resource = observation_resource_of(observation, call->workload);
    struct buffer *url = &call->call.request.url;
    call->call.request.method = "GET";
    buffer_append_format(url, "%s/namespaces/%s/%s/", resource->path, call->target->namespace, resource->plural);
    http_append_encoded(url, call->workload->name);
    buffer_append_text(url, "/scale");
    client_call_start(observation->client, &call->call, &call->flow);
    return true;
}

static bool read_scale(const struct client_call *call, struct scale *ret_scale, struct error *error)
{
    *error = call->error;
    return error->kind == ERROR_NONE && scale_read_response(&call->response, ret_scale, error);
}

/* One that is gone, or another of its name by now, is left out. An order will rest on the version at which the count was read. */
static void take_answer(struct scale_call *call)
{
    struct workload *workload = call->workload;
    struct scale scale;
    struct error error;

    if (!read_scale(&call->call, &scale, &error)) {
        if (error.kind != ERROR_MISSING)
            workload_list_add_unread(&call->target->list, workload->resource, error.message);
        workload->replicas = REPLICAS_GONE;
        return;
    }
    workload->replicas = text_equal(scale.uid, workload->uid) ? scale.replicas : REPLICAS_GONE;
    workload->replicas_existing = scale.replicas_existing;
    workload->replicas_ready =
        scale.replicas_existing < workload->replicas ? scale.replicas_existing : workload->replicas;
    workload->settled = true;
    workload_set_version(workload, scale.resource_version);
}

/* What is unread now is so as a whole. */
void scales_gather(struct observation *observation)
{
    for (size_t i = 0; i < observation->target_count; i++) {
        struct workload_list *list = &observation->targets[i].list;
        size_t kept = 0;

        for (size_t item = 0; item < list->count; item++) {
            struct workload *workload = &list->items[item];
            bool is_left = has_no_counts(observation, workload) &&
                           (workload->replicas == REPLICAS_GONE || workload_list_is_unread(list, workload->resource));

            if (is_left)
                workload_release(workload);
            else
                list->items[kept++] = *workload;
        }
        list->count = kept;
    }
    scales_release(observation);
}
