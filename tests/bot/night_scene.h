/* tests/bot/night_scene.h - the world at night: with schedule, warnings, lease and a channel. Instants are UTC, of 2025:
 * 11-24 is a Monday, 11-28 a Friday. */
#ifndef CURFEW_TESTS_BOT_NIGHT_SCENE_H
#define CURFEW_TESTS_BOT_NIGHT_SCENE_H

#include "base/zones.h"
#include "tests/bot/scene.h"

struct night {
    struct world world;
    struct zones zones;
};

/* Warnings 60, 30 and 15 minutes before in C1, a lease of 4 h, at most 24 h at a time, UTC, days begin at 09:00. */
void night_open(struct night *night, const char *schedule, const char *now); /* nothing is there yet */
void night_begin(struct night *night); /* the engine begins, and adopts what is there */
void night_tear_down(struct night *night);

/* Opened and begun with dev1 (web, 3) and dev2 (web, 2). */
void night_set_up(struct night *night, const char *schedule, const char *now);

/* An environment with the workload web. channel NULL: the default. */
void night_add(struct night *night, const char *name, int32_t replicas, const char *channel);

int64_t night_at(const char *text); /* "11-24 20:00" */

/* Lets things happen until an effect of that kind is the next. */
void night_run_to(struct night *night, enum effect_kind kind);

/* Takes the next effect out of the queue: it is under way, and the test answers it. effect_release(). */
struct effect night_take(struct night *night, enum effect_kind kind);

int32_t night_replicas(struct night *night, const char *namespace); /* of its web */
size_t night_count(const struct night *night, enum effect_kind kind);

/* The nth, from 0, that was said so; NULL. */
const struct world_said *night_said(const struct night *night, enum effect_kind kind, size_t index);

/* Somebody presses the button with that action which is about all of a message. */
void night_press_all(struct night *night, const char *user, const struct world_said *said, const char *action);

/* Whether part is in the last message of the channel; shows both when it is not. */
bool night_notice_contains(struct night *night, const char *part);

/* How many times part is in a text. */
size_t night_occurrences(const char *text, const char *part);

#endif
