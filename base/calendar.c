/* base/calendar.c - years that begin in March, in eras of 400 of them: then a leap day is the last day of its year. */
#include "base/calendar.h"

#include <stdbool.h>

enum {
    ERA_YEARS = 400,
    ERA_DAYS = 146097,
    EPOCH_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
};

/* Rounds down, also below zero. */
static int64_t divide(int64_t number, int64_t by)
{
    int64_t quotient = number / by;

    return quotient * by > number ? quotient - 1 : quotient;
}

int64_t calendar_days(int year, int month, int day)
{
    int64_t march_year = month <= 2 ? year - 1 : year;
    int64_t era = divide(march_year, ERA_YEARS);
    int64_t year_of_era = march_year - era * ERA_YEARS;
    int64_t march_month = month > 2 ? month - 3 : month + 9;
    int64_t day_of_year = (153 * march_month + 2) / 5 + day - 1;

    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS;
}

int calendar_month_days(int year, int month)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return lengths[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

enum weekday calendar_weekday(int64_t days)
{
    int64_t since_sunday = days + THURSDAY; /* 1970-01-01 was one */

    return (enum weekday)(since_sunday - divide(since_sunday, WEEK_DAYS) * WEEK_DAYS);
}

static void set_date(struct local_time *time, int64_t days)
{
    int64_t shifted = days + EPOCH_DAYS;
    int64_t era = divide(shifted, ERA_DAYS);
    int64_t day_of_era = shifted - era * ERA_DAYS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;

    time->day = (int) (day_of_year - (153 * march_month + 2) / 5 + 1);
    time->month = (int) (march_month < 10 ? march_month + 3 : march_month - 9);
    time->year = (int) (year_of_era + era * ERA_YEARS + (time->month <= 2 ? 1 : 0));
    time->weekday = calendar_weekday(days);
}

struct local_time calendar_local_time(int64_t local_s)
{
    int64_t days = divide(local_s, DAY_SECONDS);
    int second_of_day = (int) (local_s - days * DAY_SECONDS);
    struct local_time time = {
        .hour = second_of_day / HOUR_SECONDS,
        .minute = second_of_day % HOUR_SECONDS / MINUTE_SECONDS,
        .second = second_of_day % MINUTE_SECONDS,
    };

    set_date(&time, days);
    return time;
}

int64_t calendar_local_s(const struct local_time *time)
{
    return calendar_days(time->year, time->month, time->day) * DAY_SECONDS + time->hour * HOUR_SECONDS +
           time->minute * MINUTE_SECONDS + time->second;
}

int64_t calendar_midnight(int64_t local_s)
{
    return divide(local_s, DAY_SECONDS) * DAY_SECONDS;
}
