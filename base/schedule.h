/* base/schedule.h - when something is to be awake: text -> rules -> the next instant at which one of them says so. Pure.
 *
 *     schedule = "never" | rule *( ";" rule ) [ zone ] | cron expression [ zone ]
 *     rule     = days ( HH:MM "-" HH:MM | HH:MM )
 *     days     = "daily" | day or day-day, comma separated (Mon ... Sun)
 *
 *     Mon-Fri 08:00-20:00; Sat 10:00-14:00 Europe/Berlin     windows: starts by itself, stops at the end
 *     Mon-Fri 20:00                                          stops only
 *     0 20 * * 1-5                                           stops only
 *
 * Windows. One whose end is not after its start ends on the next day and belongs to the day it starts on. Windows that
 * overlap or touch are one: nothing falls inside. So a stop of a rule without a window falls only outside all windows. Both
 * is decided on the clock on the wall first, and again in time, where a change of the clocks can push windows together.
 *
 * Stops. The day that such a stop ends began at the last reset before it (a time of day, handed in). Every stop falls, also
 * where several share a day.
 *
 * Clocks. A time that is skipped is read with the offset before the gap, one that is there twice is the first
 * (base/recurrence.h). A window that is empty then is none on that day.
 *
 * Answers are instants; INT64_MAX says "never", INT64_MIN "never was".
 */
#ifndef CURFEW_BASE_SCHEDULE_H
#define CURFEW_BASE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/cron.h"
#include "base/error.h"
#include "base/zone.h"

enum {
    SCHEDULE_RULES_MAX = 16,
    SCHEDULE_TEXT_MAX = 500, /* bytes of a text that is read, and of one that is written */
};

enum schedule_kind {
    SCHEDULE_NONE,  /* "never": no curfew; it is always day. What { 0 } is, but for the zone */
    SCHEDULE_RULES, /* windows and stops of the week */
    SCHEDULE_CRON,  /* stops by a cron expression */
};

/* Minutes count from 00:00 of the day the rule names. */
struct schedule_rule {
    uint8_t days;         /* bit 1 << SUNDAY ... */
    uint8_t falling_days; /* of a stop: those of its days on which no window is open at its time */
    bool is_window;
    uint16_t start_minute; /* of a window: 0 .. 1439 */
    uint16_t end_minute;   /* of a window: start_minute + 1 .. 2880; of a stop: 0 .. 1440 */
};

/* A plain value of less than 200 bytes: copy it freely, nothing to release. */
struct schedule {
    const struct zone *zone; /* borrowed: it outlives the schedule */
    enum schedule_kind kind;
    uint16_t reset_minute; /* of the day: when the day of a stop without a window begins */
    bool has_windows;      /* one of its rules is one */
    bool is_always_day;    /* its windows fill the week (or it is "never") */
    uint8_t rule_count;
    struct schedule_rule rules[SCHEDULE_RULES_MAX];
    struct cron cron;
};

/* What a text does not say. */
struct schedule_defaults {
    const struct zone *zone;
    int reset_minute; /* CURFEW_RESET, 0 .. 1439 */
};

/* Reads a whole text; blanks around and between its parts do not matter, nor do capitals but in the name of the zone.
 *
 * zones  asked for the zone that the text names
 *
 * false, ERROR_INPUT: one sentence that says where it is wrong and what is allowed, foreign words quoted and cut:
 *   Mon-Fry: no day of the week "Fry"; allowed are Mon, Tue, Wed, Thu, Fri, Sat, Sun and daily
 * false, ERROR_SYSTEM: the zone's file cannot be read.
 */
bool schedule_read(const char *text, const struct schedule_defaults *defaults, struct zone_source *zones,
                   struct schedule *ret_schedule, struct error *error) must_check;

/* Appends the canonical text, the zone named: what schedule_read() makes of it is the same schedule. */
void schedule_write(const struct schedule *schedule, struct buffer *target);

/* Is it day at that instant: inside a window, or between the reset and the stop that ends its day? */
bool schedule_is_day(const struct schedule *schedule, int64_t at) must_check;

/* Since when it has been day at that instant: the start of the window or the reset before the stop, whichever is earlier.
 * INT64_MIN: always. INT64_MAX: it is night. */
int64_t schedule_day_began(const struct schedule *schedule, int64_t at) must_check;

/* The first curfew after after_at; the first instant after it at which a window starts by itself. INT64_MAX. */
int64_t schedule_next_stop(const struct schedule *schedule, int64_t after_at) must_check;
int64_t schedule_next_start(const struct schedule *schedule, int64_t after_at) must_check;

/* The last curfew, the last start by itself, at or before at. INT64_MIN. */
int64_t schedule_last_stop(const struct schedule *schedule, int64_t at) must_check;
int64_t schedule_last_start(const struct schedule *schedule, int64_t at) must_check;

/* The first reset after after_at, in the zone of the schedule, whatever its rules. */
int64_t schedule_next_reset(const struct schedule *schedule, int64_t after_at) must_check;

/* The first instant after after_at at which the clocks of the schedule's zone show that minute of the day ("until 22:00"). */
int64_t schedule_next_time(const struct schedule *schedule, int minute, int64_t after_at) must_check;

struct schedule_transition {
    int64_t at;
    bool is_start; /* a window starts by itself; else a curfew */
};

/* The transitions after after_at and not after until_at, in their order; at most size of them. Returns how many. */
size_t schedule_transitions(const struct schedule *schedule, int64_t after_at, int64_t until_at,
                            struct schedule_transition *ret_transitions, size_t size) must_check;

#endif
