/* base/recurrence.h - local times that come again and again, and the instants at which they fall in a zone. Pure.
 *
 * A recurrence knows local seconds only (base/calendar.h). What a change of the clocks does to them is decided here, for all
 * of them alike: a time that is skipped falls with the offset before the gap, one that is there twice falls the first time.
 * INT64_MAX says "never again", INT64_MIN "never was".
 */
#ifndef CURFEW_BASE_RECURRENCE_H
#define CURFEW_BASE_RECURRENCE_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/zone.h"

/* Which local times: the first member of the owner's struct. */
struct recurrence {
    /* The earliest one that is not before local_s; INT64_MAX. */
    int64_t (*next)(const struct recurrence *recurrence, int64_t local_s);
    /* The latest one that is not after local_s; INT64_MIN. */
    int64_t (*last)(const struct recurrence *recurrence, int64_t local_s);
};

/* The same time of day on some days of the week. */
struct weekly {
    struct recurrence recurrence;
    int days;   /* bit 1 << SUNDAY ... bit 1 << SATURDAY; at least one */
    int minute; /* of the day, 0 .. 2 * DAY_MINUTES: 1440 is the end of the day, more lies in the next */
};

enum { EVERY_DAY = 0x7f };

struct weekly weekly_at(int days, int minute) must_check;

/* The first instant after after_at at which it falls; INT64_MAX. */
int64_t recurrence_next(const struct recurrence *recurrence, const struct zone *zone, int64_t after_at) must_check;

/* The last instant at or before at; INT64_MIN. */
int64_t recurrence_last(const struct recurrence *recurrence, const struct zone *zone, int64_t at) must_check;

#endif
