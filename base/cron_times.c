/* base/cron_times.c - the local times of a cron expression: month by month, then day by day, then bit by bit. */
#include <stddef.h>

#include "base/calendar.h"
#include "base/cron.h"

enum {
    MONTHS = 12,
    HOURS = 24,
    NO_MINUTE = -1,
    /* 29 February on one day of the week can be 40 years away: the year 2100 has none. */
    SEARCH_MONTHS = 50 * MONTHS,
};

/* A month under search. */
struct month {
    int year, month;
    int64_t first_day; /* days since 1970-01-01 */
    int length;
};

static struct month month_at(int year, int month)
{
    return (struct month){
        .year = year,
        .month = month,
        .first_day = calendar_days(year, month, 1),
        .length = calendar_month_days(year, month),
    };
}

static struct month month_after(const struct month *month)
{
    return month->month == MONTHS ? month_at(month->year + 1, 1) : month_at(month->year, month->month + 1);
}

static struct month month_before(const struct month *month)
{
    return month->month == 1 ? month_at(month->year - 1, MONTHS) : month_at(month->year, month->month - 1);
}

static bool has_month(const struct cron *cron, const struct month *month)
{
    return (cron->months >> month->month & 1) != 0;
}

static bool has_day(const struct cron *cron, const struct month *month, int day)
{
    bool by_month = (cron->days >> day & 1) != 0;
    bool by_week = (cron->weekdays >> calendar_weekday(month->first_day + day - 1) & 1) != 0;

    if (cron->days_starred || cron->weekdays_starred)
        return by_month && by_week;
    return by_month || by_week;
}

/* The bits from the lowest'th on, those up to the highest'th. */
static uint64_t bits_from(uint64_t bits, int lowest)
{
    return bits & (UINT64_MAX << lowest);
}

static uint64_t bits_until(uint64_t bits, int highest)
{
    return bits & (UINT64_MAX >> (63 - highest));
}

static int lowest_of(uint64_t bits)
{
    return __builtin_ctzll(bits);
}

static int highest_of(uint64_t bits)
{
    return 63 - __builtin_clzll(bits);
}

/* The first minute of a day from minute on (0 .. 1440). */
static int next_minute(const struct cron *cron, int minute)
{
    int hour = minute / 60;
    uint64_t hours = bits_from(cron->hours, hour);

    if (hours == 0)
        return NO_MINUTE;
    if (lowest_of(hours) > hour)
        return lowest_of(hours) * 60 + lowest_of(cron->minutes);

    uint64_t minutes = bits_from(cron->minutes, minute % 60);
    if (minutes != 0)
        return hour * 60 + lowest_of(minutes);
    hours = bits_from(hours, hour + 1);
    return hours == 0 ? NO_MINUTE : lowest_of(hours) * 60 + lowest_of(cron->minutes);
}

/* The last minute of a day up to minute (0 .. 1439). */
static int last_minute(const struct cron *cron, int minute)
{
    int hour = minute / 60;
    uint64_t hours = bits_until(cron->hours, hour);

    if (hours == 0)
        return NO_MINUTE;
    if (highest_of(hours) < hour)
        return highest_of(hours) * 60 + highest_of(cron->minutes);

    uint64_t minutes = bits_until(cron->minutes, minute % 60);
    if (minutes != 0)
        return hour * 60 + highest_of(minutes);
    hours &= ~(UINT64_C(1) << hour);
    return hours == 0 ? NO_MINUTE : highest_of(hours) * 60 + highest_of(cron->minutes);
}

static int64_t local_s_of(const struct month *month, int day, int minute)
{
    return (month->first_day + day - 1) * DAY_SECONDS + minute * MINUTE_SECONDS;
}

static int64_t next(const struct recurrence *recurrence, int64_t local_s)
{
    const struct cron *cron = ((const struct cron_times *) recurrence)->cron;
    struct local_time time = calendar_local_time(local_s + MINUTE_SECONDS - 1);
    struct month month = month_at(time.year, time.month);
    int day = time.day, minute = time.hour * 60 + time.minute;

    for (int i = 0; i < SEARCH_MONTHS; i++, month = month_after(&month), day = 1, minute = 0)
        for (; has_month(cron, &month) && day <= month.length; day++, minute = 0) {
            int found = has_day(cron, &month, day) ? next_minute(cron, minute) : NO_MINUTE;

            if (found != NO_MINUTE)
                return local_s_of(&month, day, found);
        }
    return INT64_MAX;
}

static int64_t last(const struct recurrence *recurrence, int64_t local_s)
{
    static const int end_of_day = DAY_MINUTES - 1;
    const struct cron *cron = ((const struct cron_times *) recurrence)->cron;
    struct local_time time = calendar_local_time(local_s);
    struct month month = month_at(time.year, time.month);
    int day = time.day, minute = time.hour * 60 + time.minute;

    for (int i = 0; i < SEARCH_MONTHS; i++, month = month_before(&month), day = month.length, minute = end_of_day)
        for (; has_month(cron, &month) && day >= 1; day--, minute = end_of_day) {
            int found = has_day(cron, &month, day) ? last_minute(cron, minute) : NO_MINUTE;

            if (found != NO_MINUTE)
                return local_s_of(&month, day, found);
        }
    return INT64_MIN;
}

struct cron_times cron_times(const struct cron *cron)
{
    return (struct cron_times){ .recurrence = { .next = next, .last = last }, .cron = cron };
}
