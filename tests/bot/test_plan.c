/* What is due next: DESIGN's rules that decide, one row for each. Weekdays and clock changes are those of the calendar:
 * 2026-11-27 is a Friday; clocks in Berlin go forward on 2026-03-29 and back on 2026-10-25. */
#include "bot/plan.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/zones.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct plan_warnings warnings = { .before_s = { 3600, 1800, 900 }, .count = 3 };
static const struct plan_warnings no_warnings = { .count = 0 };

/* "2026-11-27 20:00" in UTC; NULL is 0, "never" INT64_MAX. */
static int64_t at(const char *text)
{
    struct tm parts = { 0 };

    if (text == NULL)
        return 0;
    if (strcmp(text, "never") == 0)
        return INT64_MAX;
    CU_ASSERT_PTR_NOT_NULL_FATAL(strptime(text, "%Y-%m-%d %H:%M", &parts));
    return timegm(&parts);
}

static void read_schedule(const char *text, struct zones *zones, struct schedule *schedule)
{
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = 9 * 60 };
    struct error error = { 0 };

    zones_init(zones, NULL);
    if (!schedule_read(text, &defaults, &zones->source, schedule, &error))
        printf("\n    %s\n", error.message);
}

struct plan_case {
    const char *name;
    const char *schedule; /* NULL = disabled */
    bool asleep, unannounced_is_fine;
    const char *settled, *deadline, *deadline_set, *warned_stop;
    int64_t warned_before_s;
    const char *now;
    enum plan_action action;
    const char *at, *stop;
    int64_t before_s;
};

static void check_plan(const struct plan_case *item)
{
    struct zones zones;
    struct schedule schedule;
    struct plan_view view = { .warnings = item->unannounced_is_fine ? &no_warnings : &warnings,
                              .awake = !item->asleep,
                              .settled_at = at(item->settled),
                              .deadline_at = at(item->deadline),
                              .deadline_set_at = at(item->deadline_set),
                              .warned_stop_at = at(item->warned_stop),
                              .warned_before_s = item->warned_before_s };

    read_schedule(item->schedule == NULL ? "never" : item->schedule, &zones, &schedule);
    view.schedule = item->schedule == NULL ? NULL : &schedule;
    struct plan plan = plan_next(&view, at(item->now));
    case_number(item->name, plan.action, item->action);
    case_number(item->name, plan.at, at(item->at));
    case_number(item->name, plan.stop_at, at(item->stop));
    case_number(item->name, plan.before_s, item->before_s);
    zones_release(&zones);
}

static void an_environment_is_warned_and_then_stopped(void)
{
    static const struct plan_case cases[] = {
        { .name = "first warning",
          .schedule = "Mon-Fri 20:00",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 10:00",
          .action = PLAN_WARN,
          .at = "2026-11-27 19:00",
          .stop = "2026-11-27 20:00",
          .before_s = 3600 },
        { .name = "second warning",
          .schedule = "Mon-Fri 20:00",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 19:00",
          .warned_stop = "2026-11-27 20:00",
          .warned_before_s = 3600,
          .action = PLAN_WARN,
          .at = "2026-11-27 19:30",
          .stop = "2026-11-27 20:00",
          .before_s = 1800 },
        { .name = "of missed warnings the shortest",
          .schedule = "Mon-Fri 20:00",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 19:50",
          .action = PLAN_WARN,
          .at = "2026-11-27 19:45",
          .stop = "2026-11-27 20:00",
          .before_s = 900 },
        { .name = "stop",
          .schedule = "Mon-Fri 20:00",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 19:50",
          .warned_stop = "2026-11-27 20:00",
          .warned_before_s = 900,
          .action = PLAN_STOP,
          .at = "2026-11-27 20:00",
          .stop = "2026-11-27 20:00" },
        { .name = "a warning for another stop does not count",
          .schedule = "Mon-Fri 20:00",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 10:00",
          .warned_stop = "2026-11-26 20:00",
          .warned_before_s = 900,
          .action = PLAN_WARN,
          .at = "2026-11-27 19:00",
          .stop = "2026-11-27 20:00",
          .before_s = 3600 },
        { .name = "without warnings",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 10:00",
          .action = PLAN_STOP,
          .at = "2026-11-27 20:00",
          .stop = "2026-11-27 20:00" },
        { .name = "never",
          .schedule = "never",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 10:00",
          .action = PLAN_NOTHING,
          .at = "never" },
        { .name = "disabled",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 10:00",
          .action = PLAN_NOTHING,
          .at = "never" },
        { .name = "the weekend has no curfew",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-27 20:00",
          .now = "2026-11-28 12:00",
          .action = PLAN_STOP,
          .at = "2026-11-30 20:00",
          .stop = "2026-11-30 20:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_plan(&cases[i]);
}

static void a_deadline_replaces_the_curfews_before_it(void)
{
    static const struct plan_case cases[] = {
        { .name = "Friday 22:00 plus 3 h ends on Saturday 01:00",
          .schedule = "Mon-Fri 22:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-26 22:00",
          .deadline = "2026-11-28 01:00",
          .deadline_set = "2026-11-27 21:40",
          .now = "2026-11-27 22:00",
          .action = PLAN_STOP,
          .at = "2026-11-28 01:00",
          .stop = "2026-11-28 01:00" },
        { .name = "and Monday is as ever",
          .schedule = "Mon-Fri 22:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-28 01:00",
          .now = "2026-11-30 10:00",
          .action = PLAN_STOP,
          .at = "2026-11-30 22:00",
          .stop = "2026-11-30 22:00" },
        { .name = "inside a later day: that day takes it up",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-25 20:00",
          .deadline = "2026-11-27 10:00",
          .deadline_set = "2026-11-26 19:30",
          .now = "2026-11-26 21:00",
          .action = PLAN_STOP,
          .at = "2026-11-27 20:00",
          .stop = "2026-11-27 20:00" },
        { .name = "before that day begins it stands",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-25 20:00",
          .deadline = "2026-11-27 08:59",
          .deadline_set = "2026-11-26 19:30",
          .now = "2026-11-26 21:00",
          .action = PLAN_STOP,
          .at = "2026-11-27 08:59",
          .stop = "2026-11-27 08:59" },
        { .name = "set inside the present day it stands",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-26 20:00",
          .deadline = "2026-11-27 15:00",
          .deadline_set = "2026-11-27 12:00",
          .now = "2026-11-27 12:00",
          .action = PLAN_STOP,
          .at = "2026-11-27 15:00",
          .stop = "2026-11-27 15:00" },
        { .name = "over a whole day",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-25 20:00",
          .deadline = "2026-11-27 21:00",
          .deadline_set = "2026-11-26 19:30",
          .now = "2026-11-27 20:00",
          .action = PLAN_STOP,
          .at = "2026-11-27 21:00",
          .stop = "2026-11-27 21:00" },
        { .name = "it is announced anew",
          .schedule = "Mon-Fri 22:00",
          .settled = "2026-11-26 22:00",
          .deadline = "2026-11-28 01:00",
          .deadline_set = "2026-11-27 21:40",
          .warned_stop = "2026-11-27 22:00",
          .warned_before_s = 900,
          .now = "2026-11-27 22:00",
          .action = PLAN_WARN,
          .at = "2026-11-28 00:00",
          .stop = "2026-11-28 01:00",
          .before_s = 3600 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_plan(&cases[i]);
}

static void after_an_outage_only_the_latest_transition_counts(void)
{
    static const struct plan_case cases[] = {
        { .name = "a missed stop that was announced",
          .schedule = "Mon-Fri 20:00",
          .settled = "2026-11-26 20:00",
          .warned_stop = "2026-11-27 20:00",
          .warned_before_s = 3600,
          .now = "2026-11-27 23:00",
          .action = PLAN_STOP,
          .at = "2026-11-27 20:00",
          .stop = "2026-11-27 20:00" },
        { .name = "a missed stop without a warning is announced first",
          .schedule = "Mon-Fri 20:00",
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 23:00",
          .action = PLAN_POSTPONE,
          .at = "2026-11-27 20:00",
          .stop = "2026-11-27 20:00",
          .before_s = 900 },
        { .name = "several missed stops are one",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-23 20:00",
          .now = "2026-11-27 23:00",
          .action = PLAN_STOP,
          .at = "2026-11-27 20:00",
          .stop = "2026-11-27 20:00" },
        { .name = "a window that began since wins",
          .schedule = "Mon-Fri 08:00-20:00",
          .settled = "2026-11-25 20:00",
          .now = "2026-11-27 10:00",
          .action = PLAN_SETTLE,
          .at = "2026-11-27 08:00" },
        { .name = "asleep, the window that began since starts it",
          .schedule = "Mon-Fri 08:00-20:00",
          .asleep = true,
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 10:00",
          .action = PLAN_START,
          .at = "2026-11-27 08:00" },
        { .name = "asleep, a window that is over starts nothing",
          .schedule = "Mon-Fri 08:00-20:00",
          .asleep = true,
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 21:00",
          .action = PLAN_START,
          .at = "2026-11-30 08:00" },
        { .name = "a stop by hand holds until the next window",
          .schedule = "Mon-Fri 08:00-20:00",
          .asleep = true,
          .settled = "2026-11-26 12:00",
          .now = "2026-11-26 12:00",
          .action = PLAN_START,
          .at = "2026-11-27 08:00" },
        { .name = "without windows nothing starts by itself",
          .schedule = "Mon-Fri 20:00",
          .asleep = true,
          .settled = "2026-11-26 20:00",
          .now = "2026-11-27 10:00",
          .action = PLAN_NOTHING,
          .at = "never" },
        { .name = "a missed deadline",
          .schedule = "Mon-Fri 20:00",
          .unannounced_is_fine = true,
          .settled = "2026-11-25 20:00",
          .deadline = "2026-11-26 23:00",
          .deadline_set = "2026-11-26 19:50",
          .now = "2026-11-27 01:00",
          .action = PLAN_STOP,
          .at = "2026-11-26 23:00",
          .stop = "2026-11-26 23:00" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_plan(&cases[i]);
}

static void clock_changes_fall_as_in_rfc_5545(void)
{
    static const struct plan_case cases[] = {
        { .name = "02:30 that is skipped happens at 03:30 new time",
          .schedule = "daily 02:30 Europe/Berlin",
          .unannounced_is_fine = true,
          .settled = "2026-03-28 12:00",
          .now = "2026-03-28 12:00",
          .action = PLAN_STOP,
          .at = "2026-03-29 01:30",
          .stop = "2026-03-29 01:30" },
        { .name = "02:30 that is there twice is the first",
          .schedule = "daily 02:30 Europe/Berlin",
          .unannounced_is_fine = true,
          .settled = "2026-10-24 12:00",
          .now = "2026-10-24 12:00",
          .action = PLAN_STOP,
          .at = "2026-10-25 00:30",
          .stop = "2026-10-25 00:30" },
        { .name = "and not a second time",
          .schedule = "daily 02:30 Europe/Berlin",
          .unannounced_is_fine = true,
          .settled = "2026-10-25 00:30",
          .now = "2026-10-25 00:31",
          .action = PLAN_STOP,
          .at = "2026-10-26 01:30",
          .stop = "2026-10-26 01:30" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_plan(&cases[i]);
}

TEST_MAIN("bot/plan", TEST(an_environment_is_warned_and_then_stopped), TEST(a_deadline_replaces_the_curfews_before_it),
          TEST(after_an_outage_only_the_latest_transition_counts), TEST(clock_changes_fall_as_in_rfc_5545))
