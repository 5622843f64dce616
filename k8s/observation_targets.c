/* k8s/observation_targets.c - of which namespaces an observation is: sorted, so that the one of an item is found quickly. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "k8s/namespace.h"
#include "k8s/observation_state.h"

static int by_name(const void *a, const void *b)
{
    const struct observed *first = a, *second = b;

    return strcmp(first->namespace, second->namespace);
}

struct observed *observation_find_namespace(const struct observation *observation, const char *namespace)
{
    size_t low = 0, high = observation->target_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(observation->targets[middle].namespace, namespace);

        if (order == 0)
            return &observation->targets[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void observation_take_targets(struct observation *observation, const struct observation_target *targets, size_t count)
{
    observation->targets = memory_new(count, sizeof *observation->targets);
    observation->asked = memory_new(count, sizeof(struct observed *));
    observation->target_count = count;
    for (size_t i = 0; i < count; i++) {
        assert(namespace_name_is_valid(targets[i].namespace));
        observation->targets[i].namespace = memory_text(targets[i].namespace);
        observation->targets[i].app = memory_text(targets[i].app);
        observation->targets[i].list.jobs = observation->targets[i].list.pods = -1;
    }
    qsort(observation->targets, count, sizeof *observation->targets, by_name);
    for (size_t i = 0; i < count; i++) {
        observation->asked[i] = observation_find_namespace(observation, targets[i].namespace);
        assert(i == 0 || !text_equal(observation->targets[i - 1].namespace, observation->targets[i].namespace));
    }
}

void observation_clear_targets(struct observation *observation)
{
    for (size_t i = 0; i < observation->target_count; i++) {
        struct observed *target = &observation->targets[i];

        free(target->error);
        workload_list_release(&target->list);
        *target = (struct observed){ .namespace = target->namespace, .app = target->app };
        target->list.jobs = target->list.pods = -1;
    }
}

void observation_release_targets(struct observation *observation)
{
    observation_clear_targets(observation);
    for (size_t i = 0; i < observation->target_count; i++) {
        free(observation->targets[i].namespace);
        free(observation->targets[i].app);
    }
    free(observation->targets);
    free(observation->asked);
}

struct observed *observation_find_target(const struct observation *observation, const cJSON *item)
{
    if (observation->target_count == 1)
        return &observation->targets[0];
    return observation_find_namespace(observation, json_text(item, "metadata/namespace"));
}

void observation_blame(struct observed *target, const struct error *error)
{
    if (target->error != NULL)
        return;
    target->error = memory_new(1, sizeof *target->error);
    *target->error = *error;
}
