/* tests/sim/plant.h - faults of the program that are planted on purpose: the simulation has to notice each of them.
 *
 * The program itself is not touched: what it asks for, and what it is told, is changed on its way.
 */
#ifndef CURFEW_TESTS_SIM_PLANT_H
#define CURFEW_TESTS_SIM_PLANT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "bot/effects.h"
#include "bot/event.h"

struct sim;

struct plant {
    const char *name;     /* "an_hour_more" */
    const char *sentence; /* what is wrong with the program then */
    /* Both may be NULL. false: the event does not arrive. */
    bool (*event)(struct sim *sim, int process, struct event *event);
    void (*effect)(struct sim *sim, int process, struct effect *effect, struct effects *more);
};

extern const struct plant plants[];
extern const size_t plant_count;

const struct plant *plant_find(const char *name) must_check;

/* Changes what a process is told, or asks for, if this run has a planted fault. */
bool plant_event(struct sim *sim, int process, struct event *event) must_check;
void plant_effects(struct sim *sim, int process, struct effects *effects);

#endif
