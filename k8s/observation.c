/* k8s/observation.c - the flow that reads all workloads of one namespace. */
#include "k8s/observation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "k8s/pages.h"

enum { KIND_COUNT = 2 };

struct workload_sink {
    struct pages_sink sink;
    struct observation *observation;
};

struct observation {
    struct flow flow; /* a list was read. First member */
    struct workload_sink sink;
    struct client *client;
    struct flow *owner;
    char namespace[NAMESPACE_NAME_SIZE];
    size_t resource; /* that is being read; KIND_COUNT = all are */
    size_t first;    /* of its workloads in the list */
    struct pages pages;
    struct workload_list workloads;
    struct error error;
    bool done;
};

static void pump(struct flow *flow);
static void read_resource(struct observation *observation);
static void finish(struct observation *observation);
static void begin(struct pages_sink *sink);
static bool take_item(struct pages_sink *sink, const cJSON *item, struct error *error);

struct observation *observation_new(struct client *client, const char *namespace, struct flow *flow)
{
    struct observation *observation = memory_new(1, sizeof *observation);

    assert(namespace_name_is_valid(namespace));
    *observation = (struct observation){ .flow = { pump }, .client = client, .owner = flow };
    observation->sink = (struct workload_sink){ { begin, take_item }, observation };
    memcpy(observation->namespace, namespace, strlen(namespace));
    read_resource(observation);
    return observation;
}

void observation_free(struct observation *observation)
{
    if (observation == NULL)
        return;
    pages_release(&observation->pages);
    workload_list_release(&observation->workloads);
    free(observation);
}

bool observation_is_done(const struct observation *observation)
{
    return observation->done;
}

bool observation_take(struct observation *observation, struct workload_list *ret_workloads, struct error *error)
{
    assert(observation->done);
    if (observation->error.kind != ERROR_NONE) {
        *error = observation->error;
        return false;
    }
    *ret_workloads = observation->workloads;
    observation->workloads = (struct workload_list){ 0 };
    return true;
}

static void pump(struct flow *flow)
{
    struct observation *observation = (struct observation *) flow;
    const struct resource *resource = &resource_built_in()->items[observation->resource];

    if (observation->pages.error.kind != ERROR_NONE) {
        observation->error = observation->pages.error;
        error_context(&observation->error, "cannot read the %s of namespace %s", resource->plural,
                      observation->namespace);
        finish(observation);
        return;
    }
    observation->resource++;
    observation->first = observation->workloads.count;
    if (observation->resource < KIND_COUNT)
        read_resource(observation);
    else
        finish(observation);
}

static void read_resource(struct observation *observation)
{
    const struct resource *resource = &resource_built_in()->items[observation->resource];
    released_by(buffer_release) struct buffer path = { 0 };

    buffer_append_format(&path, "%s/namespaces/%s/%s", resource->path, observation->namespace, resource->plural);
    pages_start(&observation->pages, observation->client, buffer_text(&path), &observation->sink.sink,
                &observation->flow);
}

static void finish(struct observation *observation)
{
    observation->done = true;
    observation->owner->pump(observation->owner);
}

static void begin(struct pages_sink *sink)
{
    struct observation *observation = ((struct workload_sink *) sink)->observation;

    workload_list_cut(&observation->workloads, observation->first);
}

static bool take_item(struct pages_sink *sink, const cJSON *item, struct error *error)
{
    struct observation *observation = ((struct workload_sink *) sink)->observation;
    struct workload_texts texts;
    struct workload workload;

    if (!workload_read(item, &resource_built_in()->items[observation->resource], &texts, &workload, error))
        return false;
    if (observation->workloads.count == WORKLOADS_MAX)
        return error_set(error, ERROR_LIMIT, "there are more than %d workloads", WORKLOADS_MAX);
    workload_list_add(&observation->workloads, &workload);
    return true;
}
