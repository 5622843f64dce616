/* tests/sim/judge_deadline.c - a deadline is what somebody asked for, or what a rule says: DESIGN, section 4. */
#include "base/text.h"
#include "tests/sim/judge_state.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t shortest_warning(const struct sim *sim)
{
    return sim->options.warnings.count == 0 ? 0 : sim->options.warnings.before_s[sim->options.warnings.count - 1];
}

static void wrong(const struct change *change, const char *why)
{
    const struct record *new = change->new;

    sim_break(change->sim, PROMISE_DEADLINE, change->site,
              "%s: its deadline becomes %s, it was %s, its next stop becomes %s, it was %s", why,
              new->deadline_at == 0 ? "none" : judge_instant(change->sim, change->site, new->deadline_at).text,
              change->old.deadline_at == 0 ? "none"
                                           : judge_instant(change->sim, change->site, change->old.deadline_at).text,
              judge_instant(change->sim, change->site, judge_next_stop(change->schedule, new)).text,
              judge_instant(change->sim, change->site, judge_next_stop(change->schedule, &change->old)).text);
}

/* ---- somebody moved the stop ---- */

/* What "for 2h", "until 22:00" and "until morning" mean, counted from the stop that stands. */
static bool is_wanted(const struct change *change, const struct span *span, int64_t from_at, int64_t asked_at)
{
    int64_t deadline_at = change->new->deadline_at;

    switch (span->kind) {
    case SPAN_FOR:
        return deadline_at == from_at + span->seconds;
    case SPAN_UNTIL:
        return deadline_at > asked_at && deadline_at <= asked_at + 26 * 60 * 60 &&
               deadline_at == schedule_next_time(change->schedule, span->minute, asked_at);
    case SPAN_MORNING:
        return deadline_at == schedule_next_reset(change->schedule, from_at);
    case SPAN_NONE:
        break;
    }
    return false;
}

static void prolonged(const struct change *change, struct request *request)
{
    int64_t next_at = judge_next_stop(change->schedule, &change->old);
    int64_t asked_at = change->save->inbox.accepted_at, from_at = later(asked_at, next_at);

    if ((request->effects >> change->site & 1) != 0)
        sim_break(change->sim, PROMISE_ONCE, change->site, "request %d prolongs it a second time", request->number);
    if (!text_equal(change->new->deadline_by, request->sent.user))
        wrong(change, "it is another one who moved it");
    if (!judge_is_up(&change->old))
        wrong(change, "it is asleep");
    judge_permission(change, request->sent.user);
    judge_condition(change, request);
    if (next_at == INT64_MAX)
        wrong(change, "it has no stop");
    else if (!is_wanted(change, &request->command.span, from_at, asked_at))
        wrong(change, "that is not what was asked for");
    else if (change->new->deadline_at - from_at > change->sim->options.prolong_max_s)
        wrong(change, "that is too far");
    else if (change->new->deadline_at <= next_at)
        wrong(change, "that is no later stop");
}

static void started_for(const struct change *change)
{
    const struct request *wish = judge_wish(change, VERB_START, change->new->deadline_by);
    int64_t set_at = change->new->deadline_set_at;

    if (wish == NULL) {
        wrong(change, "nobody asked for that, or not again");
        return;
    }
    judge_permission(change, wish->sent.user);
    bool was_up = judge_is_up(&change->old);
    int64_t next_at = judge_next_stop(change->schedule, &change->old);
    const struct span *span = &wish->command.span;
    int64_t from_at = span->kind == SPAN_FOR || !was_up || next_at == INT64_MAX ? set_at : later(set_at, next_at);
    if (!is_wanted(change, span, from_at, set_at))
        wrong(change, "that is not what was asked for");
    else if (was_up && next_at != INT64_MAX && change->new->deadline_at < next_at)
        wrong(change, "a start makes it stop earlier");
}

/* ---- rules of our own ---- */

static void leased(const struct change *change)
{
    int64_t set_at = change->new->deadline_set_at;

    if (change->schedule == NULL || schedule_is_day(change->schedule, set_at))
        wrong(change, "a lease at day");
    if (change->new->deadline_at != set_at + change->sim->options.lease_s)
        wrong(change, "a lease of another length");
    if (set_at > change->decided_at)
        wrong(change, "a lease from the future");
}

static void postponed(const struct change *change)
{
    int64_t set_at = change->new->deadline_set_at;
    bool is_cancel =
        change->request != NULL && change->request->understood && change->request->command.verb == VERB_CANCEL;

    if (change->new->deadline_at != set_at + shortest_warning(change->sim))
        wrong(change, "a stop is postponed by another time than the shortest warning's");
    if (is_cancel)
        judge_permission(change, change->request->sent.user);
    else if (judge_next_stop(change->schedule, &change->old) > set_at)
        wrong(change, "a stop is postponed that is not due");
    if (set_at > change->decided_at)
        wrong(change, "a stop is postponed from the future");
}

/* ---- none any more ---- */

static bool may_go(const struct change *change)
{
    struct request *request = change->request;

    if (!judge_is_up(change->new) || change->schedule == NULL)
        return true;
    if (change->new->rhythm != change->old.rhythm || change->old.rhythm == 0) /* another schedule */
        return change->old.deadline != DEADLINE_PROLONGED || change->old.deadline_at <= change->decided_at;
    if (judge_is_over(change->schedule, &change->old, change->decided_at))
        return judge_next_stop(change->schedule, change->new) >= judge_next_stop(change->schedule, &change->old) ||
               judge_is_schedule(change->new->by);
    if (request != NULL && request->understood && request->command.verb == VERB_CANCEL) {
        judge_permission(change, request->sent.user);
        return (request->effects >> change->site & 1) == 0;
    }
    /* A window begins while it is being woken for some hours of the night. */
    return judge_is_up(change->new) && judge_is_schedule(change->new->by) && !judge_is_up(&change->old);
}

void judge_deadline(const struct change *change)
{
    const struct record *old = &change->old, *new = change->new;

    if (new->deadline_at == old->deadline_at &&new->deadline_set_at == old->deadline_set_at)
        return;
    if (new->deadline_at != 0 && !judge_is_up(new)) {
        wrong(change, "it is asleep");
        return;
    }
    switch (new->deadline) {
    case DEADLINE_NONE:
        if (!may_go(change))
            wrong(change, "nobody asked for that");
        break;
    case DEADLINE_PROLONGED:
        if (change->request != NULL && change->request->understood && change->request->command.verb == VERB_PROLONGATE)
            prolonged(change, change->request);
        else
            started_for(change);
        break;
    case DEADLINE_LEASE:
        leased(change);
        break;
    case DEADLINE_POSTPONED:
        postponed(change);
        break;
    }
}
