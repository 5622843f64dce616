/* bot/agenda.h - which environment is due next. Pure.
 *
 * A heap of pointers: moving one environment costs O(log n), asking for the earliest nothing. Each environment knows where
 * in it it stands.
 */
#ifndef CURFEW_BOT_AGENDA_H
#define CURFEW_BOT_AGENDA_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/environments.h"

struct agenda {
    struct environment **items; /* the earliest first: a parent is never later than its children */
    size_t count, capacity;
};

void agenda_release(struct agenda *agenda);

/* Puts an environment where it belongs by its new instant; INT64_MAX takes it out. */
void agenda_set(struct agenda *agenda, struct environment *environment, int64_t due_at);

/* The earliest one, NULL when nothing is due ever. Its instant: environment->due_at. */
struct environment *agenda_first(const struct agenda *agenda) must_check;

#endif
