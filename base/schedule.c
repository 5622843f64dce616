/* base/schedule.c - answers of a schedule: windows from base/schedule_windows.c, stops from base/recurrence.c, together. */
#include "base/schedule.h"

#include "base/recurrence.h"
#include "base/schedule_windows.h"

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The first stop of a rule without a window after after_at that falls outside all windows, by the clock on the wall. */
static int64_t next_named_stop(const struct schedule *schedule, int64_t after_at)
{
    struct cron_times times = cron_times(&schedule->cron);
    int64_t next_at = INT64_MAX;

    if (schedule->kind == SCHEDULE_CRON)
        return recurrence_next(&times.recurrence, schedule->zone, after_at);
    for (int i = 0; i < schedule->rule_count; i++) {
        const struct schedule_rule *rule = &schedule->rules[i];

        if (rule->falling_days == 0)
            continue;
        struct weekly weekly = weekly_at(rule->falling_days, rule->end_minute);
        next_at = smaller(next_at, recurrence_next(&weekly.recurrence, schedule->zone, after_at));
    }
    return next_at;
}

static int64_t last_named_stop(const struct schedule *schedule, int64_t at)
{
    struct cron_times times = cron_times(&schedule->cron);
    int64_t last_at = INT64_MIN;

    if (schedule->kind == SCHEDULE_CRON)
        return recurrence_last(&times.recurrence, schedule->zone, at);
    for (int i = 0; i < schedule->rule_count; i++) {
        const struct schedule_rule *rule = &schedule->rules[i];

        if (rule->falling_days == 0)
            continue;
        struct weekly weekly = weekly_at(rule->falling_days, rule->end_minute);
        last_at = larger(last_at, recurrence_last(&weekly.recurrence, schedule->zone, at));
    }
    return last_at;
}

/* Nor does one fall that a change of the clocks pushes into a window: that is left before the next one is looked for. */
static int64_t next_falling_stop(const struct schedule *schedule, int64_t after_at)
{
    int64_t stop_at = next_named_stop(schedule, after_at);
    struct window window;

    while (stop_at != INT64_MAX && schedule_window_at(schedule, stop_at, &window))
        stop_at = window.end_at == INT64_MAX ? INT64_MAX : next_named_stop(schedule, window.end_at - 1);
    return stop_at;
}

static int64_t last_falling_stop(const struct schedule *schedule, int64_t at)
{
    int64_t stop_at = last_named_stop(schedule, at);
    struct window window;

    while (stop_at != INT64_MIN && schedule_window_at(schedule, stop_at, &window))
        stop_at = window.begin_at == INT64_MIN ? INT64_MIN : last_named_stop(schedule, window.begin_at - 1);
    return stop_at;
}

/* The first end of a window after after_at. */
static int64_t next_window_end(const struct schedule *schedule, int64_t after_at)
{
    struct window window;

    if (schedule_window_at(schedule, after_at, &window) || schedule_next_window(schedule, after_at, &window))
        return window.end_at;
    return INT64_MAX;
}

int64_t schedule_next_stop(const struct schedule *schedule, int64_t after_at)
{
    return smaller(next_window_end(schedule, after_at), next_falling_stop(schedule, after_at));
}

int64_t schedule_last_stop(const struct schedule *schedule, int64_t at)
{
    struct window window;
    int64_t stop_at = last_falling_stop(schedule, at);

    return schedule_last_window(schedule, at, &window) ? larger(window.end_at, stop_at) : stop_at;
}

int64_t schedule_next_start(const struct schedule *schedule, int64_t after_at)
{
    struct window window;

    return schedule_next_window(schedule, after_at, &window) ? window.begin_at : INT64_MAX;
}

int64_t schedule_last_start(const struct schedule *schedule, int64_t at)
{
    struct window window;

    if (schedule_window_at(schedule, at, &window) || schedule_last_window(schedule, at, &window))
        return window.begin_at;
    return INT64_MIN;
}

/* Where the next stop without a window ends the day that holds at: the reset before that stop. Else INT64_MAX. */
static int64_t day_of_stop_began(const struct schedule *schedule, int64_t at)
{
    struct weekly reset = weekly_at(EVERY_DAY, schedule->reset_minute);
    int64_t stop_at = next_falling_stop(schedule, at);

    if (stop_at == INT64_MAX)
        return INT64_MAX;
    int64_t reset_at = recurrence_last(&reset.recurrence, schedule->zone, stop_at - 1);
    return reset_at <= at ? reset_at : INT64_MAX;
}

int64_t schedule_day_began(const struct schedule *schedule, int64_t at)
{
    struct window window;
    int64_t began_at = schedule_window_at(schedule, at, &window) ? window.begin_at : INT64_MAX;

    return smaller(began_at, day_of_stop_began(schedule, at));
}

bool schedule_is_day(const struct schedule *schedule, int64_t at)
{
    return schedule_day_began(schedule, at) != INT64_MAX;
}

int64_t schedule_next_time(const struct schedule *schedule, int minute, int64_t after_at)
{
    struct weekly weekly = weekly_at(EVERY_DAY, minute);

    return recurrence_next(&weekly.recurrence, schedule->zone, after_at);
}

int64_t schedule_next_reset(const struct schedule *schedule, int64_t after_at)
{
    return schedule_next_time(schedule, schedule->reset_minute, after_at);
}

size_t schedule_transitions(const struct schedule *schedule, int64_t after_at, int64_t until_at,
                            struct schedule_transition *ret_transitions, size_t size)
{
    int64_t stop_at = schedule_next_stop(schedule, after_at);
    int64_t start_at = schedule_next_start(schedule, after_at);
    size_t count = 0;

    while (count < size && smaller(stop_at, start_at) != INT64_MAX && smaller(stop_at, start_at) <= until_at) {
        struct schedule_transition *transition = &ret_transitions[count++];

        *transition = (struct schedule_transition){ .at = smaller(stop_at, start_at), .is_start = start_at < stop_at };
        if (transition->is_start)
            start_at = schedule_next_start(schedule, start_at);
        else
            stop_at = schedule_next_stop(schedule, stop_at);
    }
    return count;
}
