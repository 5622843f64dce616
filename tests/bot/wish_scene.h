/* tests/bot/wish_scene.h - records, wishes and stops of the tests of bot/wish, as text. Instants are UTC, of 2026.
 *
 *     "11-27 20:00"                                          an instant; NULL = 0
 *     "prolonged 11-28 01:00 set 11-27 19:30 by U2"          a deadline; NULL = none. Also lease, postponed
 *     "for 2h", "until 22:00", "until morning", ""           a span
 *     "curfew 11-27 20:00", "deadline ...", "taken up ...", "none"   the stop that stands
 */
#ifndef CURFEW_TESTS_BOT_WISH_SCENE_H
#define CURFEW_TESTS_BOT_WISH_SCENE_H

#include <stdint.h>

#include "base/zones.h"
#include "bot/wish.h"

enum { WISH_RHYTHM = 77 };

/* Warnings 60, 30 and 15 minutes before, a lease of 4 h, at most 24 h at a time, UTC, the day begins at 09:00. */
struct wish_scene {
    struct zones zones;
    struct schedule schedule;
    struct plan_warnings warnings;
    struct wish_rules rules;
};

/* schedule NULL: the environment is disabled. */
void wish_set_up(struct wish_scene *scene, const char *schedule);
void wish_tear_down(struct wish_scene *scene);

int64_t wish_at(const char *text);
struct span wish_span(const char *text);

/* A record of dev1, in that state, settled up to then, with that deadline, last announced for 2026-11-20 20:00. */
struct record wish_record(enum record_state state, const char *settled, const char *deadline);

/* Checks the record's deadline, and the stop that stands by it. */
void wish_check_deadline(const char *name, const struct record *record, const char *expected);
void wish_check_stop(const char *name, const struct wish_scene *scene, const struct record *record,
                     const char *expected);

/* Checks that nothing at all was changed. */
void wish_check_same(const char *name, const struct record *record, const struct record *before);

#endif
