/* Wishes over a change of the clocks: lengths are elapsed time, times of day are those on the wall, one that is skipped is read
 * with the offset before the gap, one that is there twice is the first. In 2026 Berlin goes from +01:00 to +02:00 on 03-29
 * at 01:00 UTC and back on 10-25 at 01:00 UTC; Lord Howe Island from +11:00 to +10:30 on 04-05 (04-04 15:00 UTC) and back on
 * 10-04 (10-03 15:30 UTC). Expected instants are UTC, reckoned by hand from those. */
#include "bot/wish.h"

#include "tests/bot/wish_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

struct clock_case {
    const char *name, *schedule;
    const char *settled, *span, *at;
    const char *before, *wanted, *stop;
};

static void check_prolong(const struct clock_case *item)
{
    struct wish_scene scene;
    struct wish_answer answer;
    struct record record = wish_record(RECORD_AWAKE, item->settled, NULL);
    struct span span = wish_span(item->span);

    wish_set_up(&scene, item->schedule);
    wish_prolong(&scene.rules, &span, "U1", wish_at(item->at), &record, &answer);
    case_number(item->name, answer.kind, DECIDED_MOVED);
    case_number(item->name, answer.stop_before_at, wish_at(item->before));
    case_number(item->name, answer.wanted_at, wish_at(item->wanted));
    wish_check_stop(item->name, &scene, &record, item->stop);
    wish_tear_down(&scene);
}

static void a_prolongation_is_elapsed_time(void)
{
    static const struct clock_case cases[] = {
        { .name = "Berlin, 01:30 plus 1 h is 03:30 in spring",
          .schedule = "daily 01:30 Europe/Berlin",
          .settled = "03-28 00:30",
          .span = "for 1h",
          .at = "03-28 23:30",
          .before = "03-29 00:30",
          .wanted = "03-29 01:30",
          .stop = "deadline 03-29 01:30" },
        { .name = "Berlin, 01:30 plus 2 h is 02:30 for the second time in autumn",
          .schedule = "daily 01:30 Europe/Berlin",
          .settled = "10-23 23:30",
          .span = "for 2h",
          .at = "10-24 22:30",
          .before = "10-24 23:30",
          .wanted = "10-25 01:30",
          .stop = "deadline 10-25 01:30" },
        { .name = "Lord Howe, 23:00 plus 4 h is 02:30 in autumn",
          .schedule = "Sat 23:00 Australia/Lord_Howe",
          .settled = "04-04 01:00",
          .span = "for 4h",
          .at = "04-04 11:00",
          .before = "04-04 12:00",
          .wanted = "04-04 16:00",
          .stop = "deadline 04-04 16:00" },
        { .name = "Lord Howe, 23:00 plus 4 h is 03:30 in spring",
          .schedule = "Sat 23:00 Australia/Lord_Howe",
          .settled = "10-03 01:00",
          .span = "for 4h",
          .at = "10-03 11:30",
          .before = "10-03 12:30",
          .wanted = "10-03 16:30",
          .stop = "deadline 10-03 16:30" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_prolong(&cases[i]);
}

static void until_is_read_on_the_wall(void)
{
    static const struct clock_case cases[] = {
        { .name = "Berlin, 02:30 is skipped: 03:30",
          .schedule = "Sat 20:00 Europe/Berlin",
          .settled = "03-28 10:00",
          .span = "until 02:30",
          .at = "03-28 18:30",
          .before = "03-28 19:00",
          .wanted = "03-29 01:30",
          .stop = "deadline 03-29 01:30" },
        { .name = "Berlin, 02:30 is there twice: the first",
          .schedule = "Sat 20:00 Europe/Berlin",
          .settled = "10-24 10:00",
          .span = "until 02:30",
          .at = "10-24 17:30",
          .before = "10-24 18:00",
          .wanted = "10-25 00:30",
          .stop = "deadline 10-25 00:30" },
        { .name = "Berlin, 03:30 is after both",
          .schedule = "Sat 20:00 Europe/Berlin",
          .settled = "10-24 10:00",
          .span = "until 03:30",
          .at = "10-24 17:30",
          .before = "10-24 18:00",
          .wanted = "10-25 02:30",
          .stop = "deadline 10-25 02:30" },
        { .name = "Lord Howe, 02:15 is skipped: 02:45",
          .schedule = "Sat 23:00 Australia/Lord_Howe",
          .settled = "10-03 01:00",
          .span = "until 02:15",
          .at = "10-03 11:30",
          .before = "10-03 12:30",
          .wanted = "10-03 15:45",
          .stop = "deadline 10-03 15:45" },
        { .name = "Lord Howe, 01:45 is there twice: the first",
          .schedule = "Sat 23:00 Australia/Lord_Howe",
          .settled = "04-04 01:00",
          .span = "until 01:45",
          .at = "04-04 11:00",
          .before = "04-04 12:00",
          .wanted = "04-04 14:45",
          .stop = "deadline 04-04 14:45" },
        { .name = "Lord Howe, 02:15 is after both",
          .schedule = "Sat 23:00 Australia/Lord_Howe",
          .settled = "04-04 01:00",
          .span = "until 02:15",
          .at = "04-04 11:00",
          .before = "04-04 12:00",
          .wanted = "04-04 15:45",
          .stop = "deadline 04-04 15:45" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_prolong(&cases[i]);
}

static void morning_is_on_the_wall_and_so_is_the_day_that_takes_it_up(void)
{
    static const struct clock_case cases[] = {
        { .name = "Berlin in spring: 12 h after 20:00",
          .schedule = "Sat 20:00 Europe/Berlin",
          .settled = "03-28 10:00",
          .span = "until morning",
          .at = "03-28 18:30",
          .before = "03-28 19:00",
          .wanted = "03-29 07:00",
          .stop = "deadline 03-29 07:00" },
        { .name = "Berlin in autumn: 14 h after 20:00",
          .schedule = "Sat 20:00 Europe/Berlin",
          .settled = "10-24 10:00",
          .span = "until morning",
          .at = "10-24 17:30",
          .before = "10-24 18:00",
          .wanted = "10-25 08:00",
          .stop = "deadline 10-25 08:00" },
        { .name = "Berlin in spring, Sunday takes it up",
          .schedule = "daily 20:00 Europe/Berlin",
          .settled = "03-27 19:00",
          .span = "until morning",
          .at = "03-28 18:30",
          .before = "03-28 19:00",
          .wanted = "03-29 07:00",
          .stop = "taken up 03-29 18:00" },
        { .name = "Berlin in autumn, 08:59 is before the day",
          .schedule = "daily 20:00 Europe/Berlin",
          .settled = "10-23 18:00",
          .span = "until 08:59",
          .at = "10-24 17:30",
          .before = "10-24 18:00",
          .wanted = "10-25 07:59",
          .stop = "deadline 10-25 07:59" },
        { .name = "Lord Howe in autumn",
          .schedule = "Sat 23:00 Australia/Lord_Howe",
          .settled = "04-04 01:00",
          .span = "until morning",
          .at = "04-04 11:00",
          .before = "04-04 12:00",
          .wanted = "04-04 22:30",
          .stop = "deadline 04-04 22:30" },
        { .name = "Lord Howe in spring, Sunday takes it up",
          .schedule = "daily 23:00 Australia/Lord_Howe",
          .settled = "10-02 12:30",
          .span = "until morning",
          .at = "10-03 11:30",
          .before = "10-03 12:30",
          .wanted = "10-03 22:00",
          .stop = "taken up 10-04 12:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_prolong(&cases[i]);
}

/* From 12:00 on the day before the clocks go back to 12:00 on that day it is 25 h. */
static void a_day_of_25_hours_is_more_than_24_hours(void)
{
    struct wish_scene scene;
    struct wish_answer answer;
    struct record record = wish_record(RECORD_AWAKE, "10-24 09:00", "lease 10-24 10:30 set 10-24 09:00 by U2");
    const struct record before = record;
    struct span span = wish_span("until 12:00");

    wish_set_up(&scene, "Fri 08:00 Europe/Berlin");
    wish_prolong(&scene.rules, &span, "U1", wish_at("10-24 10:00"), &record, &answer);
    CU_ASSERT_EQUAL(answer.wanted_at, wish_at("10-25 11:00"));
    CU_ASSERT_EQUAL(answer.kind, DECIDED_TOO_FAR);
    wish_check_same("12:00 to 12:00", &record, &before);
    wish_tear_down(&scene);
}

struct start_case {
    const char *name, *schedule, *settled, *span, *at, *has;
};

static void a_start_over_the_change_of_the_clocks(void)
{
    static const struct start_case cases[] = {
        { .name = "Berlin, the lease from 01:00 is 4 h long in spring: 06:00",
          .schedule = "daily 20:00 Europe/Berlin",
          .settled = "03-28 19:00",
          .at = "03-29 00:00",
          .has = "lease 03-29 04:00 set 03-29 00:00 by U1" },
        { .name = "Berlin, the lease from 02:00 is 4 h long in autumn: 05:00",
          .schedule = "daily 20:00 Europe/Berlin",
          .settled = "10-24 18:00",
          .at = "10-25 00:00",
          .has = "lease 10-25 04:00 set 10-25 00:00 by U1" },
        { .name = "Berlin, until 02:30, which is skipped",
          .schedule = "daily 20:00 Europe/Berlin",
          .settled = "03-28 19:00",
          .span = "until 02:30",
          .at = "03-29 00:00",
          .has = "prolonged 03-29 01:30 set 03-29 00:00 by U1" },
        { .name = "Lord Howe, the lease from 01:00 in autumn",
          .schedule = "daily 23:00 Australia/Lord_Howe",
          .settled = "04-04 12:00",
          .at = "04-04 14:00",
          .has = "lease 04-04 18:00 set 04-04 14:00 by U1" },
        { .name = "Lord Howe, until morning in spring",
          .schedule = "daily 23:00 Australia/Lord_Howe",
          .settled = "10-03 12:30",
          .span = "until morning",
          .at = "10-03 13:00",
          .has = "prolonged 10-03 22:00 set 10-03 13:00 by U1" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wish_scene scene;
        struct record record = wish_record(RECORD_ASLEEP, cases[i].settled, NULL);
        struct span span = wish_span(cases[i].span == NULL ? "" : cases[i].span);
        wish_set_up(&scene, cases[i].schedule);
        wish_start(&scene.rules, &span, false, "U1", wish_at(cases[i].at), &record);
        wish_check_deadline(cases[i].name, &record, cases[i].has);
        wish_tear_down(&scene);
    }
}

TEST_MAIN("bot/wish, clocks", TEST(a_prolongation_is_elapsed_time), TEST(until_is_read_on_the_wall),
          TEST(morning_is_on_the_wall_and_so_is_the_day_that_takes_it_up),
          TEST(a_day_of_25_hours_is_more_than_24_hours), TEST(a_start_over_the_change_of_the_clocks))
