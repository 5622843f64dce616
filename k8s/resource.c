/* k8s/resource.c - the kinds of objects that are put to sleep: a list of them, and those that every cluster has. */
#include "k8s/resource.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

void resource_list_add(struct resource_list *list, const struct resource *resource)
{
    assert(list->count < RESOURCES_MAX);
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        list->items = memory_grow(list->items, list->capacity, sizeof list->items[0]);
    }
    struct resource *item = &list->items[list->count++];
    *item = *resource;
    const char **const texts[] = { &item->name, &item->path, &item->plural, &item->kind };
    item->block = memory_pack(texts, sizeof texts / sizeof texts[0]);
}

void resource_list_release(struct resource_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].block);
    free(list->items);
    *list = (struct resource_list){ 0 };
}

const struct resource *resource_list_find(const struct resource_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->items[i].name, name))
            return &list->items[i];
    return NULL;
}

const struct resource_list *resource_built_in(void)
{
    /* Never written to: a list's items are only changed by their owner. */
    static struct resource items[] = {
        { "deployments.apps", "/apis/apps/v1", "deployments", "Deployment", RESOURCE_SCALED, true, true, NULL },
        { "statefulsets.apps", "/apis/apps/v1", "statefulsets", "StatefulSet", RESOURCE_SCALED, true, true, NULL },
        { "replicasets.apps", "/apis/apps/v1", "replicasets", "ReplicaSet", RESOURCE_SCALED, true, true, NULL },
        { "replicationcontrollers", "/api/v1", "replicationcontrollers", "ReplicationController", RESOURCE_SCALED, true,
          true, NULL },
        { "cronjobs.batch", "/apis/batch/v1", "cronjobs", "CronJob", RESOURCE_SUSPENDED, false, true, NULL },
    };
    static const struct resource_list list = { items, sizeof items / sizeof items[0], sizeof items / sizeof items[0] };

    return &list;
}
