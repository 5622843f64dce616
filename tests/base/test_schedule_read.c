/* tests/base/test_schedule_read.c - base/schedule.h: from text to schedule and back. */
#include "base/schedule.h"

#include "base/zones.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { RESET_MINUTE = 9 * 60 };

/* Reads with the zones of tests/data; the default is Asia/Kathmandu, to be told from all that is written. */
static bool read_text(struct zones *zones, const char *text, struct schedule *ret_schedule, struct error *error)
{
    struct schedule_defaults defaults = { .reset_minute = RESET_MINUTE };

    defaults.zone = zones_find(zones, "Asia/Kathmandu", error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(defaults.zone);
    return schedule_read(text, &defaults, &zones->source, ret_schedule, error);
}

static void schedules_are_read_as_people_write_them(void)
{
    static const struct {
        const char *text, *written;
    } cases[] = {
        { "Mon-Fri 08:00-20:00; Sat 10:00-14:00 Europe/Berlin", "Mon-Fri 08:00-20:00; Sat 10:00-14:00 Europe/Berlin" },
        { "Mon-Fri 20:00", "Mon-Fri 20:00 Asia/Kathmandu" },
        { "daily 20:00 UTC", "daily 20:00 UTC" },
        { "never", "never" },
        { " NEVER\n", "never" },
        { "  mon-FRI   8:00 - 20:00 ;sat,  sun 10:00-14:00  Europe/Berlin\r\n",
          "Mon-Fri 08:00-20:00; Sat,Sun 10:00-14:00 Europe/Berlin" },
        { "Monday-Friday 20:00", "Mon-Fri 20:00 Asia/Kathmandu" },
        { "Tues,Thurs,Wednesd 20:00", "Tue-Thu 20:00 Asia/Kathmandu" },
        { "DAILY 20:00-06:00", "daily 20:00-06:00 Asia/Kathmandu" },
        { "Mon-Sun 20:00", "daily 20:00 Asia/Kathmandu" },
        { "Fri-Mon 20:00", "Fri-Mon 20:00 Asia/Kathmandu" },
        { "Sun-Tue 20:00", "Sun-Tue 20:00 Asia/Kathmandu" },
        { "Sun,Mon 20:00", "Sun,Mon 20:00 Asia/Kathmandu" },
        { "Sun-Sat 20:00", "daily 20:00 Asia/Kathmandu" },
        { "Wed-Wed 20:00", "Wed 20:00 Asia/Kathmandu" },
        { "Wed-Tue 20:00", "daily 20:00 Asia/Kathmandu" },
        { "Mon,Wed,Fri-Sun,mon 20:00", "Wed,Fri-Mon 20:00 Asia/Kathmandu" },
        { "Mon,daily 20:00", "daily 20:00 Asia/Kathmandu" },
        { "Sat,Sun 00:00-24:00", "Sat,Sun 00:00-24:00 Asia/Kathmandu" },
        { "Sat 00:00-00:00", "Sat 00:00-24:00 Asia/Kathmandu" },
        { "Sat 08:00-00:00", "Sat 08:00-24:00 Asia/Kathmandu" },
        { "Sat 08:00-08:00", "Sat 08:00-08:00 Asia/Kathmandu" },
        { "Sat 24:00", "Sat 24:00 Asia/Kathmandu" },
        { "Sat 00:00", "Sat 00:00 Asia/Kathmandu" },
        { "Mon 20:00 Etc/GMT+12", "Mon 20:00 Etc/GMT+12" },
        { "Mon 20:00 America/Argentina/Ushuaia", "Mon 20:00 America/Argentina/Ushuaia" },
        { "0 20 * * 1-5", "0 20 * * 1-5 Asia/Kathmandu" },
        { " 0  20 * *\tMON-FRI  Europe/Berlin ", "0 20 * * 1-5 Europe/Berlin" },
        { "*/15 8-18 1,15 Jan-Mar 7 UTC", "*/15 8-18 1,15 1-3 0 UTC" },
        { "0 20 * * Sun", "0 20 * * 0 Asia/Kathmandu" },
    };
    struct zones zones;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer text = { 0 }, again = { 0 };
        struct schedule schedule = { 0 };
        struct error error = { 0 };

        if (!case_holds(cases[i].text, read_text(&zones, cases[i].text, &schedule, &error)))
            continue;
        schedule_write(&schedule, &text);
        case_text(cases[i].text, buffer_text(&text), cases[i].written);
        case_number(cases[i].text, schedule.reset_minute, RESET_MINUTE);
        case_holds(cases[i].text, read_text(&zones, buffer_text(&text), &schedule, &error));
        schedule_write(&schedule, &again);
        case_text(cases[i].text, buffer_text(&again), cases[i].written);
    }
    zones_release(&zones);
}

static void a_schedule_is_small(void)
{
    CU_ASSERT(sizeof(struct schedule) < 200);
}

static const char no_days[] = " has no days; write such as \"daily 20:00\" or \"Mon-Fri 20:00\"";
static const char no_time[] = " has no time; write such as \"Mon-Fri 20:00\" or \"Mon-Fri 08:00-20:00\"";
static const char no_day[] = "; allowed are Mon, Tue, Wed, Thu, Fri, Sat, Sun and daily";
static const char no_hour[] = "; allowed is HH:MM from 00:00 to 24:00";
static const char no_start[] = "; allowed is HH:MM from 00:00 to 23:59";
static const char too_much[] = " is too much; behind the time only a time zone may stand, or a ; and the next rule";
static const char zone_inside[] = " does not belong there; the time zone stands once, at the very end";
static const char second_time[] = " is a second time; it needs a rule of its own, with days, behind a ;";
static const char empty_rule[] = "beside a ; a rule is missing; a schedule does not end with one";
static const char empty[] = "a schedule is empty; allowed are such as \"Mon-Fri 08:00-20:00 Europe/Berlin\", "
                            "\"Mon-Fri 20:00\", \"never\" and a cron expression like \"0 20 * * 1-5\"";
static const char fields[] = "a cron expression has 5 fields (minute, hour, day of the month, month, day of the week) "
                             "and behind them at most a time zone; this one has ";

/* The sentence is where followed by what. */
static const struct {
    const char *text, *where, *what;
} refusals[] = {
    { "", "", empty },
    { " \t\r\n ", "", empty },
    { "Mon-Fry 20:00", "Mon-Fry: no day of the week \"Fry\"", no_day },
    { "Mon-Fry", "Mon-Fry: no day of the week \"Fry\"", no_day },
    { "Mo-Fr 20:00", "Mo-Fr: no day of the week \"Mo\"", no_day },
    { "Mon-Wed-Fri 20:00", "Mon-Wed-Fri: no day of the week \"Wed-Fri\"", no_day },
    { "Mon- 20:00", "Mon-20:00: no day of the week \"20:00\"", no_day },
    { "Mon,,Fri 20:00", "Mon,,Fri: no day of the week \"\"", no_day },
    { "Mon, 20:00", "Mon,20:00: no day of the week \"20:00\"", no_day },
    { "Mondays 20:00", "Mondays: no day of the week \"Mondays\"", no_day },
    { "daily-Fri 20:00", "daily-Fri: no day of the week \"daily\"", no_day },
    { "nevermore", "nevermore: no day of the week \"nevermore\"", no_day },
    { "Пн-Пт 20:00", "Пн-Пт: no day of the week \"Пн\"", no_day },
    { "月曜日 20:00", "月曜日: no day of the week \"月曜日\"", no_day },
    { "Mon–Fri 20:00", "Mon–Fri: no day of the week \"Mon–Fri\"", no_day },
    { "; DROP TABLE", "", empty_rule },
    { "Mon 20:00;", "", empty_rule },
    { "Mon 20:00;; Tue 20:00", "", empty_rule },
    { "Mon 25:00", "25:00: no time of day \"25:00\"", no_hour },
    { "Mon 08:00-25:00", "08:00-25:00: no time of day \"25:00\"", no_hour },
    { "Mon 08:00-8", "08:00-8: no time of day \"8\"", no_hour },
    { "Mon 8-20", "8-20: no time of day \"8\"", no_start },
    { "Mon 24:00-08:00", "24:00-08:00: no time of day \"24:00\"", no_start },
    { "Mon 08:00-", "08:00-: no time of day \"\"", no_hour },
    { "Mon 08:00-12:00-14:00", "08:00-12:00-14:00: no time of day \"12:00-14:00\"", no_hour },
    { "Mon noon", "noon: no time of day \"noon\"", no_hour },
    { "Mon 8pm", "8pm: no time of day \"8pm\"", no_hour },
    { "Mon ٠٨:٠٠", "٠٨:٠٠: no time of day \"٠٨:٠٠\"", no_hour },
    { "Mon-Fri", "\"Mon-Fri\"", no_time },
    { "daily", "\"daily\"", no_time },
    { "20:00", "\"20:00\"", no_days },
    { "08:00-20:00 Europe/Berlin", "\"08:00-20:00\"", no_days },
    { "Mon 20:00; 21:00", "\"21:00\"", no_days },
    { "Mon 08:00-12:00 13:00-17:00", "\"13:00-17:00\"", second_time },
    { "Mon 08:00-12:00,13:00-17:00", "08:00-12:00,13:00-17:00: no time of day \"12:00,13:00-17:00\"", no_hour },
    { "Mon 20:00 Europe/Berlin please", "\"please\"", too_much },
    { "Mon 20:00 America/New York", "\"York\"", too_much },
    { "Mon 20:00 Tue 20:00", "\"20:00\"", too_much },
    { "Mon 20:00 Europe/Berlin; Tue 20:00", "\"Europe/Berlin\"", zone_inside },
    { "Mon 20:00 Europe/Berlinn", "no time zone \"Europe/Berlinn\"", "; did you mean Europe/Berlin?" },
    { "Mon 20:00 europe/berlin", "no time zone \"europe/berlin\"", "; did you mean Europe/Berlin?" },
    { "Mon 20:00 ../../etc/passwd", "no time zone \"../../etc/passwd\"",
      "; allowed are IANA names such as Europe/Berlin, America/New_York and UTC" },
    { "never Europe/Berlin", "behind \"never\" nothing may stand, but there is ", "\"Europe/Berlin\"" },
    { "0 20 * *", fields, "4" },
    { "0 20 * * Europe/Berlin", fields, "4" },
    { "0 0 20 * * 1-5", fields, "6" },
    { "0 0 20 * * Mon", fields, "6" },
    { "0 0 20 * * 1-5 2026 UTC", fields, "7 or more" },
    { "@daily", fields, "1" },
    { "* * * * * * * * * * * *", fields, "8 or more" },
    { "60 * * * *", "minute \"60\": allowed are ", "0 to 59" },
    { "0 20 30 2 *", "day of the month \"30\" in month \"2\": there is no such date, so it ", "never falls" },
    { "0 20 * * 1-5 Europe/Berlinn", "no time zone \"Europe/Berlinn\"", "; did you mean Europe/Berlin?" },
    { "0 20 * * 1-5 5", fields, "6" },
};

static void what_is_no_schedule_is_refused_in_a_sentence(void)
{
    struct zones zones;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct schedule schedule = { .rule_count = 7 };
        struct error error = { 0 };
        char expected[500];

        snprintf(expected, sizeof expected, "%s%s", refusals[i].where, refusals[i].what);
        case_holds(refusals[i].text, !read_text(&zones, refusals[i].text, &schedule, &error));
        case_number(refusals[i].text, error.kind, ERROR_INPUT);
        case_text(refusals[i].text, error.message, expected);
        case_number(refusals[i].text, schedule.rule_count, 7);
    }
    zones_release(&zones);
}

static void more_than_a_schedule_may_have_is_refused(void)
{
    struct zones zones;
    struct schedule schedule;
    struct error error = { 0 };
    char text[10241];

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    memset(text, 'M', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    CU_ASSERT_FALSE(read_text(&zones, text, &schedule, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "a schedule has at most 500 bytes, this one has 10240");

    text[500] = '\0';
    CU_ASSERT_FALSE(read_text(&zones, text, &schedule, &error));
    CU_ASSERT(strlen(error.message) < 250);

    text[0] = '\0';
    for (int i = 0; i < 17; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%sMon 10:%02d", i > 0 ? ";" : "", i);
    CU_ASSERT_FALSE(read_text(&zones, text, &schedule, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "a schedule has at most 16 rules");
    *strrchr(text, ';') = '\0';
    CU_ASSERT(read_text(&zones, text, &schedule, &error));
    zones_release(&zones);
}

TEST_MAIN("base/schedule_read", TEST(schedules_are_read_as_people_write_them), TEST(a_schedule_is_small),
          TEST(what_is_no_schedule_is_refused_in_a_sentence), TEST(more_than_a_schedule_may_have_is_refused))
