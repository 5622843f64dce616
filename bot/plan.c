/* bot/plan.c - what is due next for one environment, and when.
 *
 * Pure. Each question costs a few searches in the schedule, so it is asked anew whenever something changed instead of
 * keeping answers that could grow stale.
 */
#include "bot/plan.h"

/* The day in which a deadline lies, if it began after the deadline was set: that day takes it up. INT64_MAX: none does. */
static int64_t later_day_of(const struct plan_view *view)
{
    int64_t began_at;

    if (view->schedule == NULL || view->deadline_at == 0)
        return INT64_MAX;
    began_at = schedule_day_began(view->schedule, view->deadline_at);
    return began_at > view->deadline_set_at ? began_at : INT64_MAX;
}

bool plan_deadline_is_over(const struct plan_view *view, int64_t now)
{
    return view->deadline_at != 0 && later_day_of(view) <= now;
}

struct plan_stop plan_next_stop(const struct plan_view *view)
{
    struct plan_stop stop = { .at = INT64_MAX, .source = PLAN_STOP_NONE };

    if (view->deadline_at != 0 && later_day_of(view) != INT64_MAX) {
        stop.at = schedule_next_stop(view->schedule, view->deadline_at - 1);
        stop.source = PLAN_STOP_TAKEN_UP;
    } else if (view->deadline_at != 0) {
        stop = (struct plan_stop){ .at = view->deadline_at, .source = PLAN_STOP_DEADLINE };
    } else if (view->schedule != NULL) {
        stop.at = schedule_next_stop(view->schedule, view->settled_at);
        stop.source = PLAN_STOP_CURFEW;
    }
    if (stop.at == INT64_MAX)
        stop.source = PLAN_STOP_NONE;
    return stop;
}

/* After an outage several curfews may have passed: the stop is the latest of them, as long as no window began behind it. */
static int64_t latest_missed(const struct plan_view *view, int64_t stop_at, int64_t now)
{
    int64_t last_at = view->schedule == NULL ? INT64_MIN : schedule_last_stop(view->schedule, now);

    return last_at > stop_at ? last_at : stop_at;
}

static bool was_announced(const struct plan_view *view, int64_t stop_at)
{
    return view->warnings->count == 0 || view->warned_stop_at == stop_at;
}

static struct plan due_stop(const struct plan_view *view, int64_t first_at, int64_t stop_at)
{
    struct plan plan = { .action = PLAN_STOP, .at = stop_at, .stop_at = stop_at };

    if (was_announced(view, first_at) || was_announced(view, stop_at))
        return plan;
    plan.action = PLAN_POSTPONE;
    plan.before_s = view->warnings->before_s[view->warnings->count - 1];
    return plan;
}

/* The next warning of a stop that is still to come. Of those whose instant has passed only the shortest is sent. */
static struct plan next_warning(const struct plan_view *view, int64_t stop_at, int64_t now)
{
    struct plan plan = { .action = PLAN_STOP, .at = stop_at, .stop_at = stop_at };

    for (size_t i = view->warnings->count; i-- > 0;) {
        int64_t before_s = view->warnings->before_s[i];
        if (view->warned_stop_at == stop_at && view->warned_before_s <= before_s)
            break;
        plan = (struct plan){ .action = PLAN_WARN, .at = stop_at - before_s, .stop_at = stop_at, .before_s = before_s };
        if (plan.at <= now)
            break;
    }
    return plan;
}

static struct plan plan_awake(const struct plan_view *view, int64_t now)
{
    struct plan_stop stop = plan_next_stop(view);
    int64_t start_at = view->schedule == NULL ? INT64_MIN : schedule_last_start(view->schedule, now);

    if (start_at > view->settled_at && (stop.at > now || start_at > latest_missed(view, stop.at, now)))
        return (struct plan){ .action = PLAN_SETTLE, .at = start_at };
    if (stop.at == INT64_MAX)
        return (struct plan){ .action = PLAN_NOTHING, .at = INT64_MAX };
    if (stop.at <= now)
        return due_stop(view, stop.at, latest_missed(view, stop.at, now));
    return next_warning(view, stop.at, now);
}

/* A window that is over already starts nothing: the stop behind it is the latest transition. */
static struct plan plan_asleep(const struct plan_view *view, int64_t now)
{
    int64_t after_at = view->settled_at;

    if (view->schedule == NULL)
        return (struct plan){ .action = PLAN_NOTHING, .at = INT64_MAX };
    int64_t missed_at = schedule_last_start(view->schedule, now);
    if (missed_at > after_at && schedule_last_stop(view->schedule, now) > missed_at)
        after_at = now;
    int64_t start_at = schedule_next_start(view->schedule, after_at);
    if (start_at == INT64_MAX)
        return (struct plan){ .action = PLAN_NOTHING, .at = INT64_MAX };
    return (struct plan){ .action = PLAN_START, .at = start_at };
}

struct plan plan_next(const struct plan_view *view, int64_t now)
{
    return view->awake ? plan_awake(view, now) : plan_asleep(view, now);
}
