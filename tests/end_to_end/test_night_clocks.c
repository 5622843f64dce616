/* tests/end_to_end/test_night_clocks.c - curfews at local times that a change of the clocks skips or repeats.
 *
 * The dates follow from the published rules, not from a zone file: the European Union changes at 01:00 UTC on the last Sunday
 * of March and October; Lord Howe Island, half an hour apart, on the first Sunday of April at 02:00 (then UTC+11) and of
 * October at 02:00 (then UTC+10:30). What is skipped is read with the offset before the gap, of what comes twice the first one
 * counts (RFC 5545).
 */
#include "tests/end_to_end/night.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <time.h>

enum { MARCH = 3, APRIL = 4, OCTOBER = 10, WEEK_DAYS = 7, THURSDAY = 4, LAST_WEEK_DAY = 25, YEARS_MAX = 2 };

static struct world world;
static struct night night;

static int64_t day_of(int year, int month, int day)
{
    struct tm date = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };

    return (int64_t) timegm(&date) / NIGHT_DAY_S;
}

/* 00:00 UTC of the first Sunday of the month that is not before first_day: 1 = the first one, LAST_WEEK_DAY = the last one of
 * a month with 31 days. */
static int64_t sunday_of(int year, int month, int first_day)
{
    int64_t day = day_of(year, month, first_day);

    day += (WEEK_DAYS - (day + THURSDAY) % WEEK_DAYS) % WEEK_DAYS; /* 1970 began on a Thursday */
    return day * NIGHT_DAY_S;
}

/* The next one that is some days away, so that the clock goes forward. */
static int64_t next_sunday(int month, int first_day)
{
    const time_t now = time(NULL);
    struct tm today;

    CU_ASSERT_PTR_NOT_NULL_FATAL(gmtime_r(&now, &today));
    for (int year = today.tm_year + 1900; year < today.tm_year + 1900 + YEARS_MAX; year++)
        if (sunday_of(year, month, first_day) > (int64_t) now + 2 * NIGHT_DAY_S)
            return sunday_of(year, month, first_day);
    CU_FAIL_FATAL("no such Sunday");
    return 0;
}

struct change {
    const char *name, *schedule;
    int month, first_day;
    int64_t stop_s;  /* after 00:00 UTC of that Sunday: when the curfew falls */
    int64_t again_s; /* when the same local time is there once more, or would be by the other offset: nothing falls */
};

static const struct change changes[] = {
    /* 02:30 is skipped: by UTC+1 it is 01:30 UTC, when the clocks say 03:30. By UTC+2 it would be 00:30 UTC. */
    { "berlin-spring", "daily 02:30 Europe/Berlin", MARCH, LAST_WEEK_DAY, 90 * NIGHT_MINUTE_S, 30 * NIGHT_MINUTE_S },
    /* 02:30 comes at 00:30 UTC, and again at 01:30 UTC. */
    { "berlin-autumn", "daily 02:30 Europe/Berlin", OCTOBER, LAST_WEEK_DAY, 30 * NIGHT_MINUTE_S, 90 * NIGHT_MINUTE_S },
    /* 01:45 comes at 14:45 UTC of Saturday (UTC+11), and again at 15:15 UTC (UTC+10:30). */
    { "howe-autumn", "daily 01:45 Australia/Lord_Howe", APRIL, 1, -(9 * NIGHT_HOUR_S + 15 * NIGHT_MINUTE_S),
      -(8 * NIGHT_HOUR_S + 45 * NIGHT_MINUTE_S) },
    /* 02:15 is skipped: by UTC+10:30 it is 15:45 UTC of Saturday, when the clocks say 02:45. By UTC+11 it would be 15:15. */
    { "howe-spring", "daily 02:15 Australia/Lord_Howe", OCTOBER, 1, -(8 * NIGHT_HOUR_S + 15 * NIGHT_MINUTE_S),
      -(8 * NIGHT_HOUR_S + 45 * NIGHT_MINUTE_S) },
};

/* It was started again for longer than the local time needs to come back. */
static bool stands_the_second_time(const struct change *change, int64_t again_at)
{
    char command[NIGHT_NAME_SIZE + 16];

    snprintf(command, sizeof command, "start %s", change->name);
    return night_says(&night, command, "is up") && night_still_runs(&night, change->name, again_at + 1);
}

static bool falls_as_it_should(const struct change *change, int number)
{
    const char *lease[] = { "CURFEW_LEASE=3h", NULL };
    int64_t sunday_at = next_sunday(change->month, change->first_day);
    int64_t stop_at = sunday_at + change->stop_s, again_at = sunday_at + change->again_s;
    bool is_second = again_at > stop_at;

    return night_open(&night, &world, number, (is_second ? stop_at : again_at) - 5 * NIGHT_MINUTE_S) &&
           night_start_bot(&night, lease) && night_make(&night, change->name, change->schedule) &&
           (is_second || night_still_runs(&night, change->name, again_at + 1)) &&
           night_is_warned_twice(&night, change->name, 1, stop_at) &&
           night_is_stopped_at(&night, change->name, 2, stop_at) &&
           (!is_second || stands_the_second_time(change, again_at)) && night_close(&night);
}

static void a_curfew_at_a_changing_of_the_clocks_falls_once_and_when_it_should(void)
{
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        case_holds(changes[i].name, falls_as_it_should(&changes[i], 21 + (int) i));
}

WORLD_MAIN("end_to_end/night_clocks", &world, "3s",
           TEST(a_curfew_at_a_changing_of_the_clocks_falls_once_and_when_it_should))
