/* What happens by itself: adopted, settled, announced. 2026-11-26 is a Thursday, 2026-11-27 a Friday; days begin at 09:00. */
#include "bot/wish.h"

#include "tests/bot/wish_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

struct adopt_case {
    const char *name, *schedule;
    enum record_state state;
    const char *had;
    bool runs;
    const char *now;
    const char *has, *stop;
};

/* Settled long before: what was before now does not count. */
static void check_adopt(const struct adopt_case *item)
{
    struct wish_scene scene;
    struct record record = wish_record(item->state, "11-16 20:00", item->had);

    wish_set_up(&scene, item->schedule);
    record.rhythm = 1;
    wish_adopt(&scene.rules, item->runs, wish_at(item->now), &record);
    wish_check_deadline(item->name, &record, item->has);
    case_number(item->name, record.settled_at, wish_at(item->now));
    case_number(item->name, record.rhythm, scene.rules.rhythm);
    case_number(item->name, record.state, item->state);
    if (item->stop != NULL)
        wish_check_stop(item->name, &scene, &record, item->stop);
    wish_tear_down(&scene);
}

static void what_becomes_an_environment_at_night_while_it_runs_gets_a_lease(void)
{
    static const struct adopt_case cases[] = {
        { .name = "by day",
          .schedule = "Mon-Fri 20:00",
          .runs = true,
          .now = "11-27 12:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "at night, running",
          .schedule = "Mon-Fri 20:00",
          .runs = true,
          .now = "11-27 22:00",
          .has = "lease 11-28 02:00 set 11-27 22:00 by curfew",
          .stop = "deadline 11-28 02:00" },
        { .name = "at night, nothing runs",
          .schedule = "Mon-Fri 20:00",
          .now = "11-27 22:00",
          .stop = "curfew 11-30 20:00" },
        { .name = "outside the window, running",
          .schedule = "Mon-Fri 08:00-20:00",
          .runs = true,
          .now = "11-27 06:00",
          .has = "lease 11-27 10:00 set 11-27 06:00 by curfew",
          .stop = "taken up 11-27 20:00" },
        { .name = "asleep, as we left it",
          .schedule = "Mon-Fri 20:00",
          .state = RECORD_ASLEEP,
          .runs = true,
          .now = "11-27 22:00" },
        { .name = "never", .schedule = "never", .runs = true, .now = "11-27 22:00", .stop = "none" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_adopt(&cases[i]);
}

static void another_schedule_keeps_what_somebody_was_promised(void)
{
    static const struct adopt_case cases[] = {
        { .name = "a prolongation, by day",
          .schedule = "Mon-Fri 18:00",
          .had = "prolonged 11-27 22:00 set 11-27 10:00 by U2",
          .now = "11-27 12:00",
          .has = "prolonged 11-27 22:00 set 11-27 10:00 by U2",
          .stop = "deadline 11-27 22:00" },
        { .name = "a prolongation, at night",
          .schedule = "Mon-Fri 18:00",
          .had = "prolonged 11-28 01:00 set 11-27 10:00 by U2",
          .now = "11-27 22:00",
          .has = "prolonged 11-28 01:00 set 11-27 10:00 by U2",
          .stop = "deadline 11-28 01:00" },
        { .name = "a lease, while it is night",
          .schedule = "Mon-Fri 18:00",
          .had = "lease 11-28 02:00 set 11-27 22:00 by U2",
          .now = "11-27 23:00",
          .has = "lease 11-28 02:00 set 11-27 22:00 by U2",
          .stop = "deadline 11-28 02:00" },
        { .name = "not a lease when it is day now",
          .schedule = "Mon-Fri 23:30",
          .had = "lease 11-28 02:00 set 11-27 22:00 by U2",
          .now = "11-27 23:00",
          .stop = "curfew 11-27 23:30" },
        { .name = "nor a stop that was postponed",
          .schedule = "Mon-Fri 23:30",
          .had = "postponed 11-27 23:15 set 11-27 23:00 by curfew",
          .now = "11-27 23:05",
          .stop = "curfew 11-27 23:30" },
        { .name = "disabled drops a prolongation",
          .had = "prolonged 11-27 22:00 set 11-27 10:00 by U2",
          .now = "11-27 12:00",
          .stop = "none" },
        { .name = "disabled drops a lease",
          .had = "lease 11-28 02:00 set 11-27 22:00 by U2",
          .now = "11-27 23:00",
          .stop = "none" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_adopt(&cases[i]);
}

static void only_where_a_lease_would_be_given_the_cluster_is_read(void)
{
    static const struct {
        const char *name, *schedule;
        enum record_state state;
        const char *had, *now;
        bool expected;
    } cases[] = {
        { "at night", "Mon-Fri 20:00", RECORD_AWAKE, NULL, "11-27 22:00", true },
        { "starting at night", "Mon-Fri 20:00", RECORD_STARTING, NULL, "11-27 22:00", true },
        { "by day", "Mon-Fri 20:00", RECORD_AWAKE, NULL, "11-27 12:00", false },
        { "asleep", "Mon-Fri 20:00", RECORD_ASLEEP, NULL, "11-27 22:00", false },
        { "stopping", "Mon-Fri 20:00", RECORD_STOPPING, NULL, "11-27 22:00", false },
        { "with a deadline", "Mon-Fri 20:00", RECORD_AWAKE, "prolonged 11-28 01:00 set 11-27 10:00 by U2",
          "11-27 22:00", false },
        { "never", "never", RECORD_AWAKE, NULL, "11-27 22:00", false },
        { "disabled", NULL, RECORD_AWAKE, NULL, "11-27 22:00", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wish_scene scene;
        const struct record record = wish_record(cases[i].state, "11-27 22:00", cases[i].had);
        wish_set_up(&scene, cases[i].schedule);
        case_number(cases[i].name, wish_adopt_needs_reading(&scene.rules, &record, wish_at(cases[i].now)),
                    cases[i].expected);
        wish_tear_down(&scene);
    }
}

static void a_window_that_began_settles_and_drops_what_reached_into_it(void)
{
    static const struct {
        const char *name, *settled, *had, *start, *now, *has, *settled_then, *stop;
    } cases[] = {
        { "nothing was moved", "11-26 20:00", NULL, "11-27 08:00", "11-27 08:00", NULL, "11-27 08:00",
          "curfew 11-27 20:00" },
        { "a deadline inside it", "11-26 08:00", "prolonged 11-27 09:00 set 11-26 19:00 by U2", "11-27 08:00",
          "11-27 08:00", NULL, "11-27 08:00", "curfew 11-27 20:00" },
        { "a deadline behind it stands", "11-26 08:00", "prolonged 11-27 21:00 set 11-26 19:00 by U2", "11-27 08:00",
          "11-27 08:00", "prolonged 11-27 21:00 set 11-26 19:00 by U2", "11-27 08:00", "deadline 11-27 21:00" },
        { "a deadline that was set in it stands", "11-26 20:00", "prolonged 11-27 15:00 set 11-27 09:00 by U2",
          "11-27 08:00", "11-27 10:00", "prolonged 11-27 15:00 set 11-27 09:00 by U2", "11-27 08:00",
          "deadline 11-27 15:00" },
        { "settled later already", "11-27 09:30", NULL, "11-27 08:00", "11-27 10:00", NULL, "11-27 09:30",
          "curfew 11-27 20:00" },
    };
    struct wish_scene scene;

    wish_set_up(&scene, "Mon-Fri 08:00-20:00");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct record record = wish_record(RECORD_AWAKE, cases[i].settled, cases[i].had);
        const struct plan plan = { .action = PLAN_SETTLE, .at = wish_at(cases[i].start) };
        wish_settle(&scene.rules, &plan, wish_at(cases[i].now), &record);
        wish_check_deadline(cases[i].name, &record, cases[i].has);
        case_number(cases[i].name, record.settled_at, wish_at(cases[i].settled_then));
        wish_check_stop(cases[i].name, &scene, &record, cases[i].stop);
    }
    wish_tear_down(&scene);
}

struct announce_case {
    const char *name, *settled, *had;
    enum plan_action action;
    const char *plan_stop;
    int64_t before_s;
    const char *now;
    const char *announced; /* NULL: nothing is */
    const char *has, *stop;
};

static void check_announce(const struct wish_scene *scene, const struct announce_case *item)
{
    struct record record = wish_record(RECORD_AWAKE, item->settled, item->had);
    const struct plan plan = { .action = item->action,
                               .at = wish_at(item->now),
                               .stop_at = wish_at(item->plan_stop),
                               .before_s = item->before_s };
    bool announces = item->announced != NULL;

    case_number(item->name, wish_announce(&scene->rules, &plan, 99, wish_at(item->now), &record), announces);
    case_number(item->name, record.warned_stop_at, wish_at(announces ? item->announced : "11-20 20:00"));
    case_number(item->name, record.warned_before_s, announces ? item->before_s : 900);
    case_number(item->name, (int64_t) record.notice, announces ? 99 : 5);
    case_number(item->name, record.settled_at, wish_at(item->settled));
    wish_check_deadline(item->name, &record, item->has);
    wish_check_stop(item->name, scene, &record, item->stop);
}

static void a_stop_is_announced_and_one_that_came_due_unannounced_falls_later(void)
{
    static const struct announce_case cases[] = {
        { .name = "the first warning",
          .settled = "11-26 20:00",
          .action = PLAN_WARN,
          .plan_stop = "11-27 20:00",
          .before_s = 3600,
          .now = "11-27 19:00",
          .announced = "11-27 20:00",
          .stop = "curfew 11-27 20:00" },
        { .name = "of a deadline",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .action = PLAN_WARN,
          .plan_stop = "11-28 01:00",
          .before_s = 900,
          .now = "11-28 00:45",
          .announced = "11-28 01:00",
          .has = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .stop = "deadline 11-28 01:00" },
        { .name = "missed at night",
          .settled = "11-26 20:00",
          .action = PLAN_POSTPONE,
          .plan_stop = "11-27 20:00",
          .before_s = 900,
          .now = "11-27 23:00",
          .announced = "11-27 23:15",
          .has = "postponed 11-27 23:15 set 11-27 23:00 by curfew",
          .stop = "deadline 11-27 23:15" },
        { .name = "a deadline, missed at night",
          .settled = "11-26 20:00",
          .had = "prolonged 11-28 01:00 set 11-27 19:30 by U2",
          .action = PLAN_POSTPONE,
          .plan_stop = "11-28 01:00",
          .before_s = 900,
          .now = "11-28 03:00",
          .announced = "11-28 03:15",
          .has = "postponed 11-28 03:15 set 11-28 03:00 by curfew",
          .stop = "deadline 11-28 03:15" },
        { .name = "missed, found in the day after",
          .settled = "11-25 20:00",
          .action = PLAN_POSTPONE,
          .plan_stop = "11-26 20:00",
          .before_s = 900,
          .now = "11-27 10:00",
          .announced = "11-27 10:15",
          .has = "postponed 11-27 10:15 set 11-27 10:00 by curfew",
          .stop = "deadline 11-27 10:15" },
        { .name = "missed, found so late that the next day takes it up",
          .settled = "11-25 20:00",
          .action = PLAN_POSTPONE,
          .plan_stop = "11-26 20:00",
          .before_s = 900,
          .now = "11-27 08:50",
          .has = "postponed 11-27 09:05 set 11-27 08:50 by curfew",
          .stop = "taken up 11-27 20:00" },
        { .name = "and a minute before that it is not",
          .settled = "11-25 20:00",
          .action = PLAN_POSTPONE,
          .plan_stop = "11-26 20:00",
          .before_s = 900,
          .now = "11-27 08:44",
          .announced = "11-27 08:59",
          .has = "postponed 11-27 08:59 set 11-27 08:44 by curfew",
          .stop = "deadline 11-27 08:59" },
    };
    struct wish_scene scene;

    wish_set_up(&scene, "Mon-Fri 20:00");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_announce(&scene, &cases[i]);
    wish_tear_down(&scene);
}

TEST_MAIN("bot/wish, by itself", TEST(what_becomes_an_environment_at_night_while_it_runs_gets_a_lease),
          TEST(another_schedule_keeps_what_somebody_was_promised),
          TEST(only_where_a_lease_would_be_given_the_cluster_is_read),
          TEST(a_window_that_began_settles_and_drops_what_reached_into_it),
          TEST(a_stop_is_announced_and_one_that_came_due_unannounced_falls_later))
