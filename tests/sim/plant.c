/* tests/sim/plant.c - faults of the program that are planted on purpose. */
#include "tests/sim/plant.h"

#include <string.h>

#include "base/text.h"
#include "tests/sim/sim.h"

const struct plant plants[] = { { .name = "none", .sentence = "nothing is wrong" } };
const size_t plant_count = sizeof plants / sizeof plants[0];

const struct plant *plant_find(const char *name)
{
    for (size_t i = 0; i < plant_count; i++)
        if (text_equal(plants[i].name, name))
            return &plants[i];
    return NULL;
}

bool plant_event(struct sim *sim, int process, struct event *event)
{
    return sim->plant == NULL || sim->plant->event == NULL || sim->plant->event(sim, process, event);
}

void plant_effects(struct sim *sim, int process, struct effects *effects)
{
    struct effects more = { 0 };

    if (sim->plant == NULL || sim->plant->effect == NULL)
        return;
    for (size_t i = 0; i < effects->count; i++)
        sim->plant->effect(sim, process, &effects->items[i], &more);
    for (size_t i = 0; i < more.count; i++)
        *effects_add(effects, more.items[i].kind) = more.items[i];
    more.count = 0;
    effects_release(&more);
}
