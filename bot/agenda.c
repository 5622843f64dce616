/* bot/agenda.c - which environment is due next. */
#include "bot/agenda.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void agenda_release(struct agenda *agenda)
{
    free(agenda->items);
    *agenda = (struct agenda){ 0 };
}

/* Positions count from 1 in the environment: 0 = it is not in the agenda. */
static void place(struct agenda *agenda, size_t index, struct environment *environment)
{
    agenda->items[index] = environment;
    environment->agenda_position = (uint32_t) index + 1;
}

/* What is due at the same instant comes channel by channel, so that messages are full, and in the order of names, in which
 * they list it. */
static bool is_before(const struct environment *first, const struct environment *second)
{
    if (first->due_at != second->due_at)
        return first->due_at < second->due_at;
    if (first->settings != NULL && second->settings != NULL) {
        int order = strcmp(first->settings->channel, second->settings->channel);
        if (order != 0)
            return order < 0;
    }
    return strcmp(first->name, second->name) < 0;
}

static void rise(struct agenda *agenda, size_t index)
{
    struct environment *environment = agenda->items[index];

    while (index > 0) {
        size_t parent = (index - 1) / 2;
        if (!is_before(environment, agenda->items[parent]))
            break;
        place(agenda, index, agenda->items[parent]);
        index = parent;
    }
    place(agenda, index, environment);
}

static void sink(struct agenda *agenda, size_t index)
{
    struct environment *environment = agenda->items[index];

    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= agenda->count)
            break;
        if (child + 1 < agenda->count && is_before(agenda->items[child + 1], agenda->items[child]))
            child++;
        if (!is_before(agenda->items[child], environment))
            break;
        place(agenda, index, agenda->items[child]);
        index = child;
    }
    place(agenda, index, environment);
}

static void add(struct agenda *agenda, struct environment *environment)
{
    if (agenda->count == agenda->capacity) {
        agenda->capacity = agenda->capacity == 0 ? 64 : agenda->capacity + agenda->capacity / 2;
        agenda->items = memory_grow(agenda->items, agenda->capacity, sizeof(struct environment *));
    }
    place(agenda, agenda->count++, environment);
    rise(agenda, agenda->count - 1);
}

/* The last one takes its place, and moves to where it belongs. */
static void take_out(struct agenda *agenda, struct environment *environment)
{
    size_t index = environment->agenda_position - 1;
    struct environment *last = agenda->items[--agenda->count];

    environment->agenda_position = 0;
    if (last == environment)
        return;
    place(agenda, index, last);
    rise(agenda, index);
    sink(agenda, last->agenda_position - 1);
}

void agenda_set(struct agenda *agenda, struct environment *environment, int64_t due_at)
{
    int64_t before_at = environment->due_at;

    environment->due_at = due_at;
    if (environment->agenda_position == 0) {
        if (due_at != INT64_MAX)
            add(agenda, environment);
    } else if (due_at == INT64_MAX) {
        take_out(agenda, environment);
    } else if (due_at < before_at) {
        rise(agenda, environment->agenda_position - 1);
    } else {
        sink(agenda, environment->agenda_position - 1);
    }
}

struct environment *agenda_first(const struct agenda *agenda)
{
    return agenda->count == 0 ? NULL : agenda->items[0];
}
