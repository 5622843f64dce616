/* tests/bot/world_parts.h - what the files of the world share. */
#ifndef CURFEW_TESTS_BOT_WORLD_PARTS_H
#define CURFEW_TESTS_BOT_WORLD_PARTS_H

#include "tests/bot/world.h"

void world_new_version(struct world *world, char *target, size_t size);
enum world_fault world_fault_of(struct world *world, enum effect_kind kind, const char *name);

/* What the store holds is told to a new engine: records, then notices. */
void world_restore(struct world *world);

/* Play an effect and tell the engine what came of it. false: it is not theirs. */
bool world_play_store(struct world *world, struct effect *effect);
bool world_play_slack(struct world *world, struct effect *effect);

#endif
