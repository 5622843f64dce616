/* tests/base/test_calendar.c - base/calendar.h. What is expected was asked of date(1): date -u -d 2026-11-24 +%s */
#include "base/calendar.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct {
    const char *name;
    struct local_time time;
    int64_t local_s;
} readings[] = {
    { "the first second", { 1970, 1, 1, THURSDAY, 0, 0, 0 }, 0 },
    { "the one before", { 1969, 12, 31, WEDNESDAY, 23, 59, 59 }, -1 },
    { "leap day of a century", { 2000, 2, 29, TUESDAY, 0, 0, 0 }, 951782400 },
    { "leap day, last second", { 2024, 2, 29, THURSDAY, 23, 59, 59 }, 1709251199 },
    { "1900 had no leap day", { 1900, 3, 1, THURSDAY, 0, 0, 0 }, -2203891200 },
    { "2100 has none", { 2100, 3, 1, MONDAY, 0, 0, 0 }, 4107542400 },
    { "so this is the day before", { 2100, 2, 28, SUNDAY, 0, 0, 0 }, 4107456000 },
    { "a Tuesday in November", { 2026, 11, 24, TUESDAY, 0, 0, 0 }, 1795478400 },
    { "31 bits are full", { 2038, 1, 19, TUESDAY, 3, 14, 7 }, 2147483647 },
    { "first Gregorian day", { 1582, 10, 15, FRIDAY, 0, 0, 0 }, -12219292800 },
    { "last day of all", { 9999, 12, 31, FRIDAY, 0, 0, 0 }, 253402214400 },
    { "first day of all", { 1, 1, 1, MONDAY, 0, 0, 0 }, -62135596800 },
};

static void local_seconds_are_a_date_a_weekday_and_a_time_of_day(void)
{
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        const struct local_time *expected = &readings[i].time;
        struct local_time time = calendar_local_time(readings[i].local_s);

        case_number(readings[i].name, time.year, expected->year);
        case_number(readings[i].name, time.month, expected->month);
        case_number(readings[i].name, time.day, expected->day);
        case_number(readings[i].name, time.weekday, expected->weekday);
        case_number(readings[i].name, time.hour, expected->hour);
        case_number(readings[i].name, time.minute, expected->minute);
        case_number(readings[i].name, time.second, expected->second);
    }
}

static void a_date_and_a_time_of_day_are_local_seconds(void)
{
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++)
        case_number(readings[i].name, calendar_local_s(&readings[i].time), readings[i].local_s);
}

static void midnight_begins_the_day_also_before_1970(void)
{
    CU_ASSERT_EQUAL(calendar_midnight(0), 0);
    CU_ASSERT_EQUAL(calendar_midnight(86399), 0);
    CU_ASSERT_EQUAL(calendar_midnight(86400), 86400);
    CU_ASSERT_EQUAL(calendar_midnight(-1), -86400);
    CU_ASSERT_EQUAL(calendar_midnight(-86400), -86400);
}

/* Counted by hand: the next day has the next number, until the month is over. */
static void every_day_of_eight_centuries_follows_the_one_before(void)
{
    static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int64_t days = calendar_days(1600, 1, 1);
    int weekday = SATURDAY;

    for (int year = 1600; year < 2400; year++)
        for (int month = 1; month <= 12; month++) {
            bool is_leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
            int length = lengths[month - 1] + (month == 2 && is_leap);

            CU_ASSERT_EQUAL_FATAL(calendar_month_days(year, month), length);
            for (int day = 1; day <= length; day++, days++, weekday = (weekday + 1) % 7) {
                struct local_time time = calendar_local_time(days * DAY_SECONDS);

                CU_ASSERT_EQUAL_FATAL(calendar_days(year, month, day), days);
                CU_ASSERT_EQUAL_FATAL((int) calendar_weekday(days), weekday);
                CU_ASSERT_FATAL(time.year == year && time.month == month && time.day == day);
            }
        }
}

TEST_MAIN("base/calendar", TEST(local_seconds_are_a_date_a_weekday_and_a_time_of_day),
          TEST(a_date_and_a_time_of_day_are_local_seconds), TEST(midnight_begins_the_day_also_before_1970),
          TEST(every_day_of_eight_centuries_follows_the_one_before))
