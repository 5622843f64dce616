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
    orders->items[orders->count++] = *order;
}

void scale_orders_release(struct scale_orders *orders)
{
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
