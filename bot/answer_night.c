/* bot/answer_night.c - what people read about the night: the next stop and who moved it, what came of moving it, the days
 * to come, and what was.
 *
 * Pure. The stop is told in the same words everywhere, so that a status, an answer and a list agree.
 */
#include "bot/answer.h"

#include "base/duration.h"
#include "base/text.h"

enum {
    SCHEDULE_SHOWN_S = WEEK_SECONDS,
    TRANSITIONS_SHOWN_MAX = 40,
    ACTS_SHOWN_MAX = 50,
};

void answer_append_by(struct buffer *target, const char *by)
{
    if (text_equal(by, "schedule"))
        buffer_append_text(target, "the schedule");
    else if (text_equal(by, "curfew"))
        buffer_append_text(target, "Curfew");
    else
        message_append_person(target, by);
}

/* --- the next stop --------------------------------------------------------------------------------------------- */

static bool is_known(const char *by)
{
    return by != NULL && by[0] != '\0';
}

static bool is_ours(const char *by)
{
    return !is_known(by) || text_equal(by, "curfew") || text_equal(by, "schedule");
}

static void append_mover(const struct outlook *outlook, const char *words, struct buffer *target)
{
    if (!is_known(outlook->deadline_by))
        return;
    buffer_append_format(target, "%s by ", words);
    answer_append_by(target, outlook->deadline_by);
}

static void append_at_night(const struct outlook *outlook, struct buffer *target)
{
    buffer_append_text(target,
                       is_ours(outlook->deadline_by) ? " It was found running at night" : " It was started at night");
}

static void append_deadline(const char *name, const struct outlook *outlook, struct buffer *target)
{
    if (outlook->deadline == DEADLINE_LEASE) {
        append_at_night(outlook, target);
        buffer_append_text(target, ", so it stops ");
        message_append_instant(target, outlook->stop.at);
        buffer_append_format(target, "; `/curfew prolongate %s for 2h` keeps it longer.", name);
        return;
    }
    buffer_append_text(target, " It stops ");
    message_append_instant(target, outlook->stop.at);
    if (outlook->deadline == DEADLINE_POSTPONED) {
        buffer_append_text(target, ": later than meant, so that it is announced before");
    } else if (is_known(outlook->deadline_by)) {
        append_mover(outlook, " (kept awake", target);
        buffer_append_char(target, ')');
    }
    buffer_append_char(target, '.');
}

static void append_taken_up(const struct outlook *outlook, struct buffer *target)
{
    if (outlook->deadline == DEADLINE_LEASE) {
        append_at_night(outlook, target);
        buffer_append_text(target, " and runs");
    } else {
        buffer_append_text(target, " It was kept awake");
        append_mover(outlook, "", target);
    }
    buffer_append_text(target, " into the next day, so it stops with that day ");
    message_append_instant(target, outlook->stop.at);
    buffer_append_char(target, '.');
}

static bool is_instant(int64_t at)
{
    return at != INT64_MAX && at != INT64_MIN;
}

static void append_stop(const char *name, const struct outlook *outlook, struct buffer *target)
{
    if (outlook->stop.source == PLAN_STOP_CURFEW || outlook->deadline == DEADLINE_NONE) {
        buffer_append_text(target, " It stops ");
        message_append_instant(target, outlook->stop.at);
        buffer_append_char(target, '.');
    } else if (outlook->stop.source == PLAN_STOP_DEADLINE) {
        append_deadline(name, outlook, target);
    } else {
        append_taken_up(outlook, target);
    }
}

void answer_outlook(const char *name, const struct outlook *outlook, struct buffer *target)
{
    if (outlook->stop.source != PLAN_STOP_NONE) {
        append_stop(name, outlook, target);
    } else if (outlook->is_scheduled && is_instant(outlook->start_at)) {
        buffer_append_text(target, " It starts by itself ");
        message_append_instant(target, outlook->start_at);
        buffer_append_char(target, '.');
    }
}

/* --- what came of a wish --------------------------------------------------------------------------------------- */

static void append_tail(const struct decided *decided, struct buffer *target)
{
    answer_outlook(decided->name, &decided->outlook, target);
    buffer_append_char(target, '\n');
}

static void append_not_before(const struct decided *decided, struct buffer *target)
{
    if (!is_instant(decided->stop_before_at) || decided->stop_before_at == decided->outlook.stop.at)
        return;
    buffer_append_text(target, " instead of ");
    message_append_instant(target, decided->stop_before_at);
}

static void append_moved(const struct decided *decided, struct buffer *target)
{
    const struct plan_stop *stop = &decided->outlook.stop;

    buffer_append_text(target, " is kept awake");
    if (stop->source == PLAN_STOP_TAKEN_UP && decided->wanted_at != stop->at) {
        buffer_append_text(target, ": ");
        message_append_instant(target, decided->wanted_at);
        buffer_append_text(target, " lies inside the next day, so it stops with that day ");
        message_append_instant(target, stop->at);
    } else if (stop->source != PLAN_STOP_NONE) {
        buffer_append_text(target, " until ");
        message_append_instant(target, stop->at);
        append_not_before(decided, target);
    }
    buffer_append_text(target, ".\n");
}

static void append_not_later(const struct decided *decided, struct buffer *target)
{
    buffer_append_text(target, " runs until ");
    message_append_instant(target, decided->outlook.stop.at);
    buffer_append_text(target, " anyway: ");
    message_append_instant(target, decided->wanted_at);
    buffer_append_text(target, " is not later, so nothing was changed.\n");
}

static void append_too_far(const struct decided *decided, struct buffer *target)
{
    buffer_append_text(target, " stops ");
    message_append_instant(target, decided->outlook.stop.at);
    buffer_append_text(target, ", and ");
    message_append_instant(target, decided->wanted_at);
    buffer_append_text(target, " is more than ");
    duration_write(decided->max_s, target);
    buffer_append_text(target, " later, the most that is added at a time. Nothing was changed.\n");
}

static void append_asleep(const struct decided *decided, struct buffer *target)
{
    buffer_append_text(target, decided->verb == VERB_CANCEL ? " is stopped, so there is no stop to move back."
                                                            : " is stopped: only a start wakes it.");
    if (!is_instant(decided->outlook.start_at) || !decided->outlook.is_scheduled)
        buffer_append_format(target, " Start it with `/curfew start %s`.", decided->name);
    append_tail(decided, target);
}

static void append_no_stop(const struct decided *decided, struct buffer *target)
{
    buffer_append_text(target, decided->outlook.is_scheduled ? " has no curfew: nothing stops it by itself.\n"
                                                             : " has no curfew: it is `scheduler=disabled`.\n");
}

static void append_cancelled(const struct decided *decided, struct buffer *target)
{
    const struct outlook *outlook = &decided->outlook;

    buffer_append_text(target, " is back on its schedule");
    if (outlook->stop.source == PLAN_STOP_CURFEW) {
        buffer_append_text(target, " and stops ");
        message_append_instant(target, outlook->stop.at);
        append_not_before(decided, target);
        buffer_append_text(target, ".\n");
        return;
    }
    buffer_append_char(target, '.');
    if (outlook->stop.source == PLAN_STOP_NONE)
        buffer_append_text(target, " It has no curfew.");
    append_tail(decided, target);
}

static void append_stale(const struct decided *decided, struct buffer *target)
{
    if (decided->pressed_stop_at == 0) {
        buffer_append_text(target, ": this button is not of how it stands now");
    } else if (decided->pressed_stop_at == decided->outlook.stop.at) {
        buffer_append_text(target, ": this button is of an earlier namespace of that name");
    } else {
        buffer_append_text(target, ": this button is of a stop ");
        message_append_instant(target, decided->pressed_stop_at);
        buffer_append_text(target, " that no longer stands");
    }
    buffer_append_text(target, ", so nothing was changed.");
    append_tail(decided, target);
}

static void append_failed(const struct decided *decided, struct buffer *target)
{
    static const char *const words[VERB_COUNT] = { [VERB_START] = "started",
                                                   [VERB_STOP] = "stopped",
                                                   [VERB_PROLONGATE] = "prolonged",
                                                   [VERB_SCHEDULE] = "given another schedule",
                                                   [VERB_CANCEL] = "put back on its schedule" };

    if (words[decided->verb] == NULL)
        buffer_append_format(target, ": its %s cannot be read: ", verb_words(decided->verb)->word);
    else
        buffer_append_format(target, " was not %s, and nothing was changed: ", words[decided->verb]);
    message_append_escaped(target, decided->error->message);
    buffer_append_text(target, ".\n");
}

void answer_decided(const struct decided *decided, struct buffer *target)
{
    message_append_code(target, decided->name);
    switch (decided->kind) {
    case DECIDED_MOVED:
        append_moved(decided, target);
        break;
    case DECIDED_NOT_LATER:
        append_not_later(decided, target);
        break;
    case DECIDED_TOO_FAR:
        append_too_far(decided, target);
        break;
    case DECIDED_ASLEEP:
        append_asleep(decided, target);
        break;
    case DECIDED_STOPPING:
        buffer_append_format(target, " is being stopped already; `/curfew start %s` starts it again.\n", decided->name);
        break;
    case DECIDED_NO_STOP:
        append_no_stop(decided, target);
        break;
    case DECIDED_CANCELLED:
        append_cancelled(decided, target);
        break;
    case DECIDED_NOT_MOVED:
        buffer_append_text(target, " is on its schedule already: nobody has moved its stop.");
        append_tail(decided, target);
        break;
    case DECIDED_STALE:
        append_stale(decided, target);
        break;
    case DECIDED_FAILED:
        append_failed(decided, target);
        break;
    case DECIDED_NO_LONGER:
        buffer_append_text(target, " is no environment any more: it was deleted or lost its label meanwhile.\n");
        break;
    }
}

/* --- the days to come ------------------------------------------------------------------------------------------ */

static const char *weekday_name(enum weekday weekday)
{
    static const char *const names[] = { [SUNDAY] = "Sun",   [MONDAY] = "Mon", [TUESDAY] = "Tue", [WEDNESDAY] = "Wed",
                                         [THURSDAY] = "Thu", [FRIDAY] = "Fri", [SATURDAY] = "Sat" };

    return names[weekday];
}

/* A line for each day as the schedule's own zone counts it; the instants are the reader's. */
static void append_days(const struct schedule *schedule, int64_t now, struct buffer *target)
{
    struct schedule_transition transitions[TRANSITIONS_SHOWN_MAX + 1];
    size_t count = schedule_transitions(schedule, now, now + SCHEDULE_SHOWN_S, transitions, TRANSITIONS_SHOWN_MAX + 1);
    int64_t day = INT64_MIN;

    for (size_t i = 0; i < count && i < TRANSITIONS_SHOWN_MAX; i++) {
        int64_t local_s = zone_local_s(schedule->zone, transitions[i].at);
        bool same_day = calendar_midnight(local_s) == day;
        if (!same_day)
            buffer_append_format(target, "%s• %s:", i == 0 ? "" : "\n",
                                 weekday_name(calendar_local_time(local_s).weekday));
        day = calendar_midnight(local_s);
        buffer_append_text(target, same_day ? ", " : " ");
        buffer_append_text(target, transitions[i].is_start ? "starts " : "stops ");
        message_append_instant(target, transitions[i].at);
    }
    if (count > TRANSITIONS_SHOWN_MAX)
        buffer_append_text(target, "\n• and so on");
    buffer_append_text(target, count == 0 ? "Nothing starts or stops it in the next 7 days.\n" : "\n");
}

static void append_schedule(const struct schedule *schedule, bool is_own, bool changed, struct buffer *target)
{
    released_by(buffer_release) struct buffer text = { 0 };

    schedule_write(schedule, &text);
    if (changed)
        buffer_append_text(target, is_own ? " has a new schedule: " : " has the default schedule again: ");
    else
        buffer_append_text(target, is_own ? " has a schedule of its own: " : " has the default schedule: ");
    message_append_code(target, buffer_text(&text));
    buffer_append_text(target, ".\n");
}

void answer_schedule(const char *name, const struct schedule *schedule, bool is_own, bool changed, const char *wrong,
                     const struct outlook *outlook, int64_t now, struct buffer *target)
{
    message_append_code(target, name);
    append_schedule(schedule, is_own, changed, target);
    if (wrong[0] != '\0') {
        buffer_append_text(target, "• ");
        message_append_escaped(target, wrong);
        buffer_append_char(target, '\n');
    }
    if (!outlook->is_scheduled) {
        buffer_append_text(target, "It does not count now: the namespace is `scheduler=disabled`.\n");
        return;
    }
    if (schedule->kind == SCHEDULE_NONE)
        buffer_append_text(target, "It has no curfew.\n");
    else
        append_days(schedule, now, target);
    if (outlook->stop.source != PLAN_STOP_DEADLINE && outlook->stop.source != PLAN_STOP_TAKEN_UP)
        return;
    buffer_append_text(target, "For now:");
    answer_outlook(name, outlook, target);
    buffer_append_char(target, '\n');
}

/* --- what was -------------------------------------------------------------------------------------------------- */

static void append_act(const struct history_entry *act, struct buffer *target)
{
    buffer_append_text(target, "• ");
    message_append_instant(target, act->at);
    buffer_append_text(target, "  ");
    answer_append_by(target, act->by);
    if (act->from[0] != '\0' && !text_equal(act->from, act->by)) {
        buffer_append_text(target, " (");
        message_append_escaped(target, act->from);
        buffer_append_char(target, ')');
    }
    buffer_append_text(target, ": ");
    message_append_code(target, act->act);
    if (act->refused)
        buffer_append_text(target, " refused");
    if (act->outcome[0] != '\0') {
        buffer_append_text(target, ": ");
        message_append_escaped(target, act->outcome);
    } else if (!act->refused) {
        buffer_append_text(target, ", outcome not known");
    }
    buffer_append_char(target, '\n');
}

void answer_history(const char *name, const struct history_entry *acts, size_t count, struct buffer *target)
{
    message_append_code(target, name);
    if (count == 0) {
        buffer_append_text(target, ": no act in the last 90 days.\n");
        return;
    }
    buffer_append_text(target, ", newest first:\n");
    for (size_t i = 0; i < count && i < ACTS_SHOWN_MAX; i++)
        append_act(&acts[i], target);
    if (count > ACTS_SHOWN_MAX)
        buffer_append_text(target, "• and older ones\n");
}
