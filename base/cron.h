/* base/cron.h - the five fields of cron: minute, hour, day of the month, month, day of the week. Pure.
 *
 * As Vixie's cron reads them (crontab(5)): lists, ranges, steps, three-letter names of months and days, 0 and 7 are Sunday.
 * A day counts when both day fields agree and one of them begins with *; when neither does, one that agrees is enough.
 */
#ifndef CURFEW_BASE_CRON_H
#define CURFEW_BASE_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/recurrence.h"

enum { CRON_FIELDS = 5 };

/* A plain value. One bit for each value that a field allows, the lowest for 0. */
struct cron {
    uint64_t minutes;
    uint32_t hours;
    uint32_t days;                       /* of the month: 1 .. 31 */
    uint16_t months;                     /* 1 .. 12 */
    uint8_t weekdays;                    /* bit 1 << SUNDAY ... */
    bool days_starred, weekdays_starred; /* the field begins with * */
};

/* Reads the fields, in their order.
 * false, ERROR_INPUT: which field, what is wrong with it and what is allowed; or that such a date never comes (30 February). */
bool cron_read(const char *const fields[CRON_FIELDS], struct cron *ret_cron, struct error *error) must_check;

/* Appends five fields that mean the same, in the shortest form that is common: "0 20 * * 1-5". */
void cron_write(const struct cron *cron, struct buffer *target);

/* Its local times. cron is borrowed by the result. */
struct cron_times {
    struct recurrence recurrence;
    const struct cron *cron;
};

struct cron_times cron_times(const struct cron *cron) must_check;

#endif
