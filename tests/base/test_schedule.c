/* tests/base/test_schedule.c - base/schedule.h: what a schedule answers.
 *
 * tests/data/schedules/calendar.tsv was written by hand from a calendar; schedules.tsv has what a slow reading of the rules in
 * Python answers for 300 random schedules, half of the instants within hours of a change of the clocks.
 */
#include "base/schedule.h"

#include "base/zones.h"
#include "tests/base/rows.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { NINE_O_CLOCK = 9 * 60, TRANSITIONS_MAX = 20 };

static struct schedule read_schedule(struct zones *zones, const char *text, int reset_minute)
{
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = reset_minute };
    struct schedule schedule = { 0 };
    struct error error = { 0 };

    if (!case_holds(text, schedule_read(text, &defaults, &zones->source, &schedule, &error)))
        CU_FAIL_FATAL("the text is a schedule");
    return schedule;
}

static int figures(const char *text, int at, int count)
{
    char digits[5] = { 0 };

    memcpy(digits, text + at, (size_t) count);
    return (int) strtol(digits, NULL, 10);
}

/* 2026-11-27T22:00+01:00, or with seconds, or a word. */
static int64_t instant_of(const char *text)
{
    size_t length = strlen(text);

    if (strcmp(text, "never") == 0 || strcmp(text, "night") == 0)
        return INT64_MAX;
    if (strcmp(text, "never was") == 0 || strcmp(text, "always") == 0)
        return INT64_MIN;
    CU_ASSERT_FATAL(length == strlen("2026-11-27T22:00+01:00") || length == strlen("2026-11-27T22:00:00+01:00"));

    const char *offset = text + length - 6;
    int offset_s = figures(offset, 1, 2) * 3600 + figures(offset, 4, 2) * 60;
    int64_t local_s = calendar_days(figures(text, 0, 4), figures(text, 5, 2), figures(text, 8, 2)) * DAY_SECONDS +
                      figures(text, 11, 2) * 3600 + figures(text, 14, 2) * 60;

    if (text[16] == ':')
        local_s += figures(text, 17, 2);
    return offset[0] == '-' ? local_s + offset_s : local_s - offset_s;
}

/* All questions at one instant. */
struct answers {
    int64_t day_began, next_stop, next_start, last_stop, last_start;
};

static void check_answers(const char *name, const struct schedule *schedule, int64_t at, const struct answers *expected)
{
    static const char *const questions[] = { "day began", "next stop", "next start", "last stop", "last start" };
    const int64_t actual[][2] = {
        { schedule_day_began(schedule, at), expected->day_began },
        { schedule_next_stop(schedule, at), expected->next_stop },
        { schedule_next_start(schedule, at), expected->next_start },
        { schedule_last_stop(schedule, at), expected->last_stop },
        { schedule_last_start(schedule, at), expected->last_start },
    };

    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        char question[500];

        snprintf(question, sizeof question, "%.400s at %" PRId64 ", %s", name, at, questions[i]);
        case_number(question, actual[i][0], actual[i][1]);
    }
    case_holds(name, schedule_is_day(schedule, at) == (expected->day_began != INT64_MAX));
}

static void days_and_nights_fall_as_the_calendar_says(void)
{
    struct rows rows = rows_open("schedules/calendar.tsv");
    struct zones zones;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    while (rows_next(&rows)) {
        CU_ASSERT_EQUAL_FATAL(rows.cell_count, 8);
        char **cells = rows.cells;
        struct schedule schedule = read_schedule(&zones, cells[1], NINE_O_CLOCK);
        struct answers expected = {
            .day_began = instant_of(cells[3]),
            .next_stop = instant_of(cells[4]),
            .next_start = instant_of(cells[5]),
            .last_stop = instant_of(cells[6]),
            .last_start = instant_of(cells[7]),
        };

        check_answers(cells[0], &schedule, instant_of(cells[2]), &expected);
    }
    CU_ASSERT(rows.count > 50);
    rows_close(&rows);
    zones_release(&zones);
}

/* A cell that is a number counts from at. */
static int64_t answer_of(const char *cell, int64_t at)
{
    int64_t number = row_number(cell, NULL);

    return number == INT64_MAX || number == INT64_MIN ? number : at + number;
}

static void random_schedules_answer_as_the_slow_reading_does(void)
{
    struct rows rows = rows_open("schedules/schedules.tsv");
    struct zones zones;
    struct schedule schedule = { 0 };
    char text[600] = "";
    int instants = 0;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    while (rows_next(&rows)) {
        if (rows.cell_count == 2) {
            snprintf(text, sizeof text, "%s", rows.cells[0]);
            schedule = read_schedule(&zones, text, (int) row_number(rows.cells[1], NULL));
            continue;
        }
        CU_ASSERT_EQUAL_FATAL(rows.cell_count, 7);
        int64_t at = row_number(rows.cells[0], NULL);
        struct answers expected = {
            .day_began = answer_of(rows.cells[1], at),
            .next_stop = answer_of(rows.cells[2], at),
            .next_start = answer_of(rows.cells[3], at),
            .last_stop = answer_of(rows.cells[4], at),
            .last_start = answer_of(rows.cells[5], at),
        };

        check_answers(text, &schedule, at, &expected);
        case_number(text, schedule_next_reset(&schedule, at), answer_of(rows.cells[6], at));
        instants++;
    }
    CU_ASSERT(instants >= 3000);
    rows_close(&rows);
    zones_release(&zones);
}

static void check_transitions(struct zones *zones, const char *text, const char *after, const char *until,
                              const char *const *expected)
{
    struct schedule_transition transitions[TRANSITIONS_MAX];
    struct schedule schedule = read_schedule(zones, text, NINE_O_CLOCK);
    size_t count = schedule_transitions(&schedule, instant_of(after), instant_of(until), transitions, TRANSITIONS_MAX);

    for (size_t i = 0; i < count && expected[i] != NULL; i++) {
        bool is_start = strncmp(expected[i], "start ", 6) == 0;

        case_holds(expected[i], transitions[i].is_start == is_start);
        case_number(expected[i], transitions[i].at, instant_of(strchr(expected[i], ' ') + 1));
    }
    case_holds(text, expected[count] == NULL);
}

static void the_transitions_of_a_week_come_in_their_order(void)
{
    static const char *const week[] = {
        "start 2025-03-28T08:00+01:00",
        "stop 2025-03-28T20:00+01:00",
        "start 2025-03-29T22:00+01:00",
        "stop 2025-03-30T06:00+02:00",
        "start 2025-03-31T08:00+02:00",
        "stop 2025-03-31T20:00+02:00",
        "start 2025-04-01T08:00+02:00",
        "stop 2025-04-01T20:00+02:00",
        "start 2025-04-02T08:00+02:00",
        "stop 2025-04-02T20:00+02:00",
        "start 2025-04-03T08:00+02:00",
        "stop 2025-04-03T20:00+02:00",
        NULL,
    };
    static const char *const edges[] = { "stop 2025-03-28T20:00+01:00", "start 2025-03-31T08:00+02:00", NULL };
    static const char *const stops[] = { "stop 2025-03-28T20:00+00:00", "stop 2025-03-31T20:00+00:00", NULL };
    static const char *const none[] = { NULL };
    struct zones zones;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    check_transitions(&zones, "Mon-Fri 08:00-20:00; Sat 22:00-06:00 Europe/Berlin", "2025-03-27T20:00+01:00",
                      "2025-04-04T07:59+02:00", week);
    check_transitions(&zones, "Mon-Fri 08:00-20:00 Europe/Berlin", "2025-03-28T08:00+01:00", "2025-03-31T08:00+02:00",
                      edges);
    check_transitions(&zones, "Mon-Fri 20:00", "2025-03-28T12:00+00:00", "2025-04-01T12:00+00:00", stops);
    check_transitions(&zones, "never", "2025-03-28T12:00+00:00", "2035-04-01T12:00+00:00", none);
    zones_release(&zones);
}

static void no_more_transitions_come_than_there_is_room_for(void)
{
    struct schedule_transition transitions[TRANSITIONS_MAX];
    struct zones zones;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    struct schedule schedule = read_schedule(&zones, "* * * * *", NINE_O_CLOCK);
    CU_ASSERT_EQUAL(schedule_transitions(&schedule, 0, 7 * DAY_SECONDS, transitions, TRANSITIONS_MAX), TRANSITIONS_MAX);
    CU_ASSERT_EQUAL(transitions[0].at, 60);
    CU_ASSERT_EQUAL(transitions[TRANSITIONS_MAX - 1].at, 60 * TRANSITIONS_MAX);
    CU_ASSERT_EQUAL(schedule_transitions(&schedule, 0, 7 * DAY_SECONDS, transitions, 0), 0);
    zones_release(&zones);
}

static void until_22_00_is_in_the_zone_of_the_schedule(void)
{
    struct zones zones;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    struct schedule schedule = read_schedule(&zones, "Mon-Fri 20:00 America/New_York", NINE_O_CLOCK);
    int64_t noon = instant_of("2026-11-27T12:00-05:00");
    CU_ASSERT_EQUAL(schedule_next_time(&schedule, 22 * 60, noon), instant_of("2026-11-27T22:00-05:00"));
    CU_ASSERT_EQUAL(schedule_next_time(&schedule, 12 * 60, noon), instant_of("2026-11-28T12:00-05:00"));
    CU_ASSERT_EQUAL(schedule_next_reset(&schedule, noon), instant_of("2026-11-28T09:00-05:00"));
    zones_release(&zones);
}

static void beyond_all_years_nothing_falls(void)
{
    static const char *const texts[] = { "never", "daily 20:00", "daily 08:00-20:00", "0 20 * * *",
                                         "daily 00:00-24:00" };
    struct zones zones;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct schedule schedule = read_schedule(&zones, texts[i], NINE_O_CLOCK);

        case_number(texts[i], schedule_next_stop(&schedule, INT64_MAX), INT64_MAX);
        case_number(texts[i], schedule_next_start(&schedule, INT64_MAX), INT64_MAX);
        case_number(texts[i], schedule_last_stop(&schedule, INT64_MIN), INT64_MIN);
        case_number(texts[i], schedule_last_start(&schedule, INT64_MIN), INT64_MIN);
    }
    zones_release(&zones);
}

TEST_MAIN("base/schedule", TEST(days_and_nights_fall_as_the_calendar_says),
          TEST(random_schedules_answer_as_the_slow_reading_does), TEST(the_transitions_of_a_week_come_in_their_order),
          TEST(no_more_transitions_come_than_there_is_room_for), TEST(until_22_00_is_in_the_zone_of_the_schedule),
          TEST(beyond_all_years_nothing_falls))
