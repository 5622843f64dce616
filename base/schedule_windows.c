/* base/schedule_windows.c - windows on the clock on the wall, and then in time.
 *
 * They are joined twice. First on the wall, where what the rules say about a week is plain: two that overlap there are one,
 * also in the night in which the clocks change. Then in time, because a change can push one that ended before the next
 * began into it.
 */
#include "base/schedule_windows.h"

#include "base/recurrence.h"

/* Local seconds. */
struct stretch {
    int64_t begin_s, end_s;
};

static int64_t length_of(const struct schedule_rule *rule)
{
    return (rule->end_minute - rule->start_minute) * MINUTE_SECONDS;
}

/* The last begin of a rule's window at or before local_s, the next one at or after it. No window is longer than a day, so
 * the last one that began is the only one of its rule that can still be open. */
static int64_t last_begin(const struct schedule_rule *rule, int64_t local_s)
{
    struct weekly weekly = weekly_at(rule->days, rule->start_minute);

    return weekly.recurrence.last(&weekly.recurrence, local_s);
}

static int64_t next_begin(const struct schedule_rule *rule, int64_t local_s)
{
    struct weekly weekly = weekly_at(rule->days, rule->start_minute);

    return weekly.recurrence.next(&weekly.recurrence, local_s);
}

/* How far one of the rules keeps open what is open, or begins, at local_s; local_s itself: none does. */
static int64_t open_until(const struct schedule *schedule, int64_t local_s)
{
    int64_t until_s = local_s;

    for (int i = 0; i < schedule->rule_count; i++) {
        const struct schedule_rule *rule = &schedule->rules[i];
        int64_t end_s = rule->is_window ? last_begin(rule, local_s) + length_of(rule) : local_s;

        if (end_s > until_s)
            until_s = end_s;
    }
    return until_s;
}

/* Since when one of the rules has kept open what is open just before local_s; local_s itself: none has. */
static int64_t open_since(const struct schedule *schedule, int64_t local_s)
{
    int64_t since_s = local_s;

    for (int i = 0; i < schedule->rule_count; i++) {
        const struct schedule_rule *rule = &schedule->rules[i];
        int64_t begin_s = rule->is_window ? last_begin(rule, local_s - 1) : local_s;

        if (begin_s < since_s && begin_s + length_of(rule) >= local_s)
            since_s = begin_s;
    }
    return since_s;
}

/* The end of what is open at local_s. Windows that fill the week have none: a week is enough to tell. */
static int64_t end_of(const struct schedule *schedule, int64_t local_s)
{
    int64_t end_s = local_s, until_s = open_until(schedule, local_s);

    while (until_s > end_s && end_s - local_s < WEEK_SECONDS) {
        end_s = until_s;
        until_s = open_until(schedule, end_s);
    }
    return end_s;
}

static int64_t begin_of(const struct schedule *schedule, int64_t local_s)
{
    int64_t begin_s = local_s, since_s = open_since(schedule, local_s);

    while (since_s < begin_s && local_s - begin_s < WEEK_SECONDS) {
        begin_s = since_s;
        since_s = open_since(schedule, begin_s);
    }
    return begin_s;
}

static int64_t next_begin_of_all(const struct schedule *schedule, int64_t local_s)
{
    int64_t next_s = INT64_MAX;

    for (int i = 0; i < schedule->rule_count; i++) {
        int64_t begin_s = schedule->rules[i].is_window ? next_begin(&schedule->rules[i], local_s) : INT64_MAX;

        if (begin_s < next_s)
            next_s = begin_s;
    }
    return next_s;
}

static bool fill_week(const struct schedule *schedule)
{
    int64_t begin_s = next_begin_of_all(schedule, 0);

    return end_of(schedule, begin_s) - begin_s >= WEEK_SECONDS;
}

static int falling_days_of(const struct schedule *schedule, const struct schedule_rule *rule)
{
    int falling_days = 0;

    for (int day = SUNDAY; day <= SATURDAY; day++) {
        int64_t local_s = calendar_days(1970, 1, 4 + day) * DAY_SECONDS + rule->end_minute * MINUTE_SECONDS;

        if (open_until(schedule, local_s) == local_s) /* 4 January was a Sunday; any week would do */
            falling_days |= rule->days & 1 << day;
    }
    return falling_days;
}

void schedule_settle(struct schedule *schedule)
{
    schedule->has_windows = next_begin_of_all(schedule, 0) != INT64_MAX;
    schedule->is_always_day = schedule->kind == SCHEDULE_NONE || (schedule->has_windows && fill_week(schedule));
    for (int i = 0; i < schedule->rule_count; i++) {
        struct schedule_rule *rule = &schedule->rules[i];

        rule->falling_days = (uint8_t) (rule->is_window ? 0 : falling_days_of(schedule, rule));
    }
}

/* The times that clocks show at an instant, or have shown, or would show had they not been changed a moment ago. */
static struct stretch shown_at(const struct zone *zone, int64_t at)
{
    struct zone_span span = zone_span_at(zone, at);
    int32_t offset_s = span.offset_s, before_s = span.offset_before_s;
    int32_t changed_s = offset_s > before_s ? offset_s - before_s : before_s - offset_s;

    if (span.from_at == INT64_MIN || at - span.from_at >= changed_s)
        before_s = offset_s;
    return (struct stretch){
        .begin_s = at + (before_s < offset_s ? before_s : offset_s),
        .end_s = at + (before_s > offset_s ? before_s : offset_s),
    };
}

/* What is open on the wall at local_s is a window in time: is at inside? */
static bool is_inside(const struct schedule *schedule, struct stretch stretch, int64_t at, struct window *ret_window)
{
    *ret_window = (struct window){
        .begin_at = zone_instant(schedule->zone, stretch.begin_s),
        .end_at = zone_instant(schedule->zone, stretch.end_s),
    };
    return ret_window->begin_at <= at && at < ret_window->end_at;
}

/* Joined on the wall alone. */
static bool window_on_wall(const struct schedule *schedule, int64_t at, struct window *ret_window)
{
    struct stretch shown = shown_at(schedule->zone, zone_clamp(at));
    struct stretch stretch = { .begin_s = shown.begin_s, .end_s = end_of(schedule, shown.begin_s) };

    if (stretch.end_s > shown.begin_s)
        stretch.begin_s = begin_of(schedule, shown.begin_s);
    while (stretch.begin_s <= shown.end_s) {
        if (is_inside(schedule, stretch, at, ret_window))
            return true;
        stretch.begin_s = next_begin_of_all(schedule, stretch.end_s);
        if (stretch.begin_s <= shown.end_s)
            stretch.end_s = end_of(schedule, stretch.begin_s);
    }
    return false;
}

bool schedule_window_at(const struct schedule *schedule, int64_t at, struct window *ret_window)
{
    struct window window, neighbour;

    if (schedule->is_always_day || schedule->kind == SCHEDULE_NONE) {
        *ret_window = (struct window){ .begin_at = INT64_MIN, .end_at = INT64_MAX };
        return true;
    }
    if (!schedule->has_windows || !window_on_wall(schedule, at, &window))
        return false;
    while (window_on_wall(schedule, window.end_at, &neighbour))
        window.end_at = neighbour.end_at;
    while (window_on_wall(schedule, window.begin_at - 1, &neighbour))
        window.begin_at = neighbour.begin_at;
    *ret_window = window;
    return true;
}

/* The first instant after after_at at which a window of some rule begins: on its own, not joined to others. */
static int64_t next_begin_at(const struct schedule *schedule, int64_t after_at)
{
    int64_t next_at = INT64_MAX;

    for (int i = 0; i < schedule->rule_count; i++) {
        const struct schedule_rule *rule = &schedule->rules[i];
        struct weekly weekly = weekly_at(rule->days, rule->start_minute);
        int64_t begin_at = rule->is_window ? recurrence_next(&weekly.recurrence, schedule->zone, after_at) : INT64_MAX;

        if (begin_at < next_at)
            next_at = begin_at;
    }
    return next_at;
}

static int64_t last_begin_at(const struct schedule *schedule, int64_t at)
{
    int64_t last_at = INT64_MIN;

    for (int i = 0; i < schedule->rule_count; i++) {
        const struct schedule_rule *rule = &schedule->rules[i];
        struct weekly weekly = weekly_at(rule->days, rule->start_minute);
        int64_t begin_at = rule->is_window ? recurrence_last(&weekly.recurrence, schedule->zone, at) : INT64_MIN;

        if (begin_at > last_at)
            last_at = begin_at;
    }
    return last_at;
}

/* From a night on, the first begin is that of the next window, whatever else begins inside. But a window that a change of
 * the clocks has left empty begins without anything being open: it is passed over. */
bool schedule_next_window(const struct schedule *schedule, int64_t after_at, struct window *ret_window)
{
    struct window window;

    if (!schedule->has_windows || schedule->is_always_day)
        return false;
    if (schedule_window_at(schedule, after_at, &window))
        after_at = window.end_at;

    int64_t begin_at = next_begin_at(schedule, after_at);
    while (begin_at != INT64_MAX && !schedule_window_at(schedule, begin_at, ret_window))
        begin_at = next_begin_at(schedule, begin_at);
    return begin_at != INT64_MAX;
}

bool schedule_last_window(const struct schedule *schedule, int64_t at, struct window *ret_window)
{
    struct window window;

    if (!schedule->has_windows || schedule->is_always_day)
        return false;
    if (schedule_window_at(schedule, at, &window))
        at = window.begin_at - 1;

    int64_t begin_at = last_begin_at(schedule, at);
    while (begin_at != INT64_MIN && !schedule_window_at(schedule, begin_at, ret_window))
        begin_at = last_begin_at(schedule, begin_at - 1);
    return begin_at != INT64_MIN;
}
