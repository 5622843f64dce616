/* tests/sim/queue.c - what is still to happen, by virtual time: a binary heap. */
#include "tests/sim/queue.h"

#include <stdlib.h>

#include "base/memory.h"

static bool is_before(const struct happening *a, const struct happening *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void swap(struct queue *queue, size_t a, size_t b)
{
    struct happening kept = queue->items[a];

    queue->items[a] = queue->items[b];
    queue->items[b] = kept;
}

void queue_release(struct queue *queue)
{
    free(queue->items);
    *queue = (struct queue){ 0 };
}

void queue_add(struct queue *queue, const struct happening *happening)
{
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity == 0 ? 256 : queue->capacity * 2;
        queue->items = memory_grow(queue->items, queue->capacity, sizeof *queue->items);
    }
    size_t place = queue->count++;
    queue->items[place] = *happening;
    queue->items[place].order = ++queue->orders;
    while (place > 0 && is_before(&queue->items[place], &queue->items[(place - 1) / 2])) {
        swap(queue, place, (place - 1) / 2);
        place = (place - 1) / 2;
    }
}

static void sink(struct queue *queue)
{
    size_t place = 0;

    for (;;) {
        size_t first = place, left = 2 * place + 1, right = left + 1;
        if (left < queue->count && is_before(&queue->items[left], &queue->items[first]))
            first = left;
        if (right < queue->count && is_before(&queue->items[right], &queue->items[first]))
            first = right;
        if (first == place)
            return;
        swap(queue, place, first);
        place = first;
    }
}

bool queue_take(struct queue *queue, struct happening *ret_happening)
{
    if (queue->count == 0)
        return false;
    *ret_happening = queue->items[0];
    queue->items[0] = queue->items[--queue->count];
    sink(queue);
    return true;
}
