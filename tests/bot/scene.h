/* tests/bot/scene.h - the world most tests of the engine begin with, and short words for what they do in it. */
#ifndef CURFEW_TESTS_BOT_SCENE_H
#define CURFEW_TESTS_BOT_SCENE_H

#include "tests/bot/world.h"

/* dev1 with web (3), api (1) and batch (0); dev2 with web (2); a running engine. */
void scene_set_up(struct world *world);

/* @U1 types text, and everything that follows from it happens. */
void scene_say(struct world *world, const char *text);

/* Whether part is in what was said last; shows both when it is not. */
bool scene_last_contains(const struct world *world, const char *part);

/* Of a workload in dev1. */
int32_t scene_replicas(struct world *world, const char *name);

#endif
