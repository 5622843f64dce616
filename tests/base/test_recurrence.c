/* tests/base/test_recurrence.c - base/recurrence.h. Instants by date(1), as in
 * TZ=Europe/Berlin date -d '2026-11-27 20:00' +%s; what a change of the clocks does is RFC 5545, section 3.3.5.
 */
#include "base/recurrence.h"

#include "base/zones.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { WORKDAYS = 1 << MONDAY | 1 << TUESDAY | 1 << WEDNESDAY | 1 << THURSDAY | 1 << FRIDAY };

static const struct {
    const char *name, *zone;
    int days, minute;
    int64_t at, next_at, last_at; /* next: after at; last: at or before it */
} cases[] = {
    { "Friday 12:00, for 20:00 on workdays", "UTC", WORKDAYS, 1200, 1795780800, 1795809600, 1795723200 },
    { "exactly then", "UTC", WORKDAYS, 1200, 1795809600, 1796068800, 1795809600 },
    { "a second before", "UTC", WORKDAYS, 1200, 1795809599, 1795809600, 1795723200 },
    { "the end of Sunday is Monday 00:00", "UTC", 1 << SUNDAY, 1440, 1795780800, 1795996800, 1795392000 },
    { "Saturday 26:00 is Sunday 02:00", "UTC", 1 << SATURDAY, 26 * 60, 1795780800, 1795917600, 1795312800 },

    /* 2025-03-30, Berlin: 02:00 becomes 03:00 at 1743296400 */
    { "02:30 falls at 03:30 new time", "Europe/Berlin", EVERY_DAY, 150, 1743296399, 1743298200, 1743211800 },
    { "02:30 has fallen at 03:30", "Europe/Berlin", EVERY_DAY, 150, 1743298200, 1743381000, 1743298200 },
    { "02:30 has not at 03:29:59", "Europe/Berlin", EVERY_DAY, 150, 1743298199, 1743298200, 1743211800 },
    { "03:00 falls with the change", "Europe/Berlin", EVERY_DAY, 180, 1743296399, 1743296400, 1743213600 },
    { "02:00 falls with the change too", "Europe/Berlin", EVERY_DAY, 120, 1743296399, 1743296400, 1743210000 },
    { "03:30 is as ever", "Europe/Berlin", EVERY_DAY, 210, 1743296399, 1743298200, 1743215400 },

    /* 2025-10-26, Berlin: 03:00 becomes 02:00 at 1761440400 */
    { "02:30 falls the first time", "Europe/Berlin", EVERY_DAY, 150, 1761438599, 1761438600, 1761352200 },
    { "and not again", "Europe/Berlin", EVERY_DAY, 150, 1761438600, 1761528600, 1761438600 },
    { "nor is it forgotten", "Europe/Berlin", EVERY_DAY, 150, 1761442200, 1761528600, 1761438600 },
    { "03:00 falls once the hour is over", "Europe/Berlin", EVERY_DAY, 180, 1761440400, 1761444000, 1761354000 },
    { "02:00 is the first", "Europe/Berlin", EVERY_DAY, 120, 1761436799, 1761436800, 1761350400 },

    /* 2025-10-05, Lord Howe: 02:00 becomes 02:30 at 1759591800; 2025-04-06: 02:00 becomes 01:30 at 1743865200 */
    { "half an hour: 02:15 at 02:45", "Australia/Lord_Howe", EVERY_DAY, 135, 1759591799, 1759592700, 1759506300 },
    { "half an hour: 02:30 at once", "Australia/Lord_Howe", EVERY_DAY, 150, 1759591799, 1759591800, 1759507200 },
    { "half an hour back: 01:45 first", "Australia/Lord_Howe", EVERY_DAY, 105, 1743863400, 1743864300, 1743777900 },
    { "half an hour back: only once", "Australia/Lord_Howe", EVERY_DAY, 105, 1743866100, 1743952500, 1743864300 },

    /* 2011-12-30 did not exist in Apia: Friday falls where Saturday does */
    { "a day without existence", "Pacific/Apia", 1 << FRIDAY, 1200, 1325100000, 1325311200, 1324706400 },
};

static void times_of_the_week_fall_as_the_calendar_says(void)
{
    struct zones zones;
    struct error error = { 0 };

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct zone *zone = zones_find(&zones, cases[i].zone, &error);
        struct weekly weekly = weekly_at(cases[i].days, cases[i].minute);

        CU_ASSERT_PTR_NOT_NULL_FATAL(zone);
        case_number(cases[i].name, recurrence_next(&weekly.recurrence, zone, cases[i].at), cases[i].next_at);
        case_number(cases[i].name, recurrence_last(&weekly.recurrence, zone, cases[i].at), cases[i].last_at);
    }
    zones_release(&zones);
}

static void beyond_all_years_there_is_nothing(void)
{
    struct weekly weekly = weekly_at(EVERY_DAY, 0);

    CU_ASSERT_EQUAL(recurrence_next(&weekly.recurrence, zone_utc(), INT64_MAX), INT64_MAX);
    CU_ASSERT_EQUAL(recurrence_last(&weekly.recurrence, zone_utc(), INT64_MIN), INT64_MIN);
    CU_ASSERT_EQUAL(recurrence_next(&weekly.recurrence, zone_utc(), INT64_MIN), INT64_C(-62135596800));
    CU_ASSERT_EQUAL(recurrence_last(&weekly.recurrence, zone_utc(), INT64_MAX), INT64_C(253402214400));
}

TEST_MAIN("base/recurrence", TEST(times_of_the_week_fall_as_the_calendar_says), TEST(beyond_all_years_there_is_nothing))
