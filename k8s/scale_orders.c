/* k8s/scale_orders.c - who is to get how many replicas, and what became of it. */
#include "k8s/scale_orders.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

void scale_orders_add(struct scale_orders *orders, const struct scale_order *order)
{
    if (orders->count == orders->capacity) {
        orders->capacity = orders->capacity == 0 ? 8 : orders->capacity * 2;
        orders->items = memory_grow(orders->items, orders->capacity, sizeof *orders->items);
    }
    struct scale_order *item = &orders->items[orders->count++];
    const char **const texts[] = { &item->resource, &item->name, &item->uid, &item->resource_version, &item->before };
    *item = *order;
    item->block = memory_pack(texts, sizeof texts / sizeof texts[0]);
    item->reason_block = NULL;
    scale_order_set_reason(item, order->reason);
}

void scale_order_set_reason(struct scale_order *item, const char *reason)
{
    char line[WORKLOAD_REASON_SIZE];
    char *former = item->reason_block;

    item->reason_block = NULL;
    item->reason = "";
    if (reason != NULL && reason[0] != '\0') {
        text_copy_cut(line, sizeof line, reason);
        item->reason = item->reason_block = memory_text(line);
    }
    free(former);
}

void scale_orders_release(struct scale_orders *orders)
{
    for (size_t i = 0; i < orders->count; i++) {
        free(orders->items[i].block);
        free(orders->items[i].reason_block);
    }
    free(orders->items);
    *orders = (struct scale_orders){ 0 };
}

struct scale_order *scale_orders_find(const struct scale_orders *orders, const char *resource, const char *name)
{
    for (size_t i = 0; i < orders->count; i++)
        if (text_equal(orders->items[i].name, name) && text_equal(orders->items[i].resource, resource))
            return &orders->items[i];
    return NULL;
}
