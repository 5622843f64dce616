/* base/calendar.h - dates and times of day as the Gregorian calendar counts them. Pure, and knows no zone.
 *
 * "Local seconds" are what a clock on the wall shows, as one number: the seconds from 1970-01-01 00:00:00 to that reading,
 * by the calendar alone, as if no clock were ever changed. base/zone.h turns them into instants.
 * Source: Hinnant, "chrono-compatible low-level date algorithms" (days_from_civil, civil_from_days).
 */
#ifndef CURFEW_BASE_CALENDAR_H
#define CURFEW_BASE_CALENDAR_H

#include <stdint.h>

#include "base/attributes.h"

enum {
    MINUTE_SECONDS = 60,
    HOUR_SECONDS = 60 * 60,
    DAY_SECONDS = 24 * 60 * 60,
    WEEK_SECONDS = 7 * 24 * 60 * 60,
    DAY_MINUTES = 24 * 60,
    WEEK_DAYS = 7,
};

enum weekday { SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY };

/* A plain value. */
struct local_time {
    int year;  /* 1 .. 9999 */
    int month; /* 1 .. 12 */
    int day;   /* 1 .. 31 */
    enum weekday weekday;
    int hour;   /* 0 .. 23 */
    int minute; /* 0 .. 59 */
    int second; /* 0 .. 59 */
};

/* Days from 1970-01-01 to that date; a day beyond the end of its month counts on into the next. */
int64_t calendar_days(int year, int month, int day) must_check;

/* Days of that month. */
int calendar_month_days(int year, int month) must_check;

/* The weekday of the day that many days after 1970-01-01. */
enum weekday calendar_weekday(int64_t days) must_check;

/* A reading of the clock, and the same as local seconds (whatever its weekday says). */
struct local_time calendar_local_time(int64_t local_s) must_check;
int64_t calendar_local_s(const struct local_time *time) must_check;

/* The first second of the day in which local_s lies. */
int64_t calendar_midnight(int64_t local_s) must_check;

#endif
