/* bot/wish.c - what a decision makes of the record of one environment.
 *
 * Pure. A prolongation is an instant, counted from the stop that stands: so nobody is stopped before what was confirmed to
 * somebody else, and no stop is lost on another night.
 */
#include "bot/wish.h"

#include "base/text.h"

const char by_schedule[] = "schedule";
const char by_curfew[] = "curfew";

static int64_t later(int64_t first, int64_t second)
{
    return first > second ? first : second;
}

void wish_fill_plan(const struct wish_rules *rules, const struct record *record, struct plan_view *ret_view)
{
    *ret_view = (struct plan_view){
        .schedule = rules->schedule,
        .warnings = rules->warnings,
        .awake = record->state == RECORD_AWAKE || record->state == RECORD_STARTING,
        .settled_at = record->settled_at,
        .deadline_at = rules->schedule == NULL ? 0 : record->deadline_at,
        .deadline_set_at = record->deadline_set_at,
        .warned_stop_at = record->warned_stop_at,
        .warned_before_s = record->warned_before_s,
    };
}

static void drop_deadline(struct record *record)
{
    record->deadline = DEADLINE_NONE;
    record->deadline_at = record->deadline_set_at = 0;
    record->deadline_by[0] = '\0';
}

static void set_deadline(struct record *record, enum record_deadline deadline, int64_t at, const char *by, int64_t now)
{
    record->deadline = deadline;
    record->deadline_at = at;
    record->deadline_set_at = now;
    text_copy_cut(record->deadline_by, sizeof record->deadline_by, by);
}

static struct plan_stop stop_of(const struct wish_rules *rules, const struct record *record)
{
    struct plan_view view;

    wish_fill_plan(rules, record, &view);
    return plan_next_stop(&view);
}

static bool is_night(const struct wish_rules *rules, int64_t at)
{
    return rules->schedule != NULL && !schedule_is_day(rules->schedule, at);
}

static bool is_awake(const struct record *record)
{
    return record->state == RECORD_AWAKE || record->state == RECORD_STARTING;
}

/* --- prolongate and cancel ------------------------------------------------------------------------------------- */

/* The instant that a span means, for a stop at stop_at and a wish of at. */
static int64_t end_of(const struct schedule *schedule, const struct span *span, int64_t stop_at, int64_t at)
{
    switch (span->kind) {
    case SPAN_FOR:
        return later(at, stop_at) + span->seconds;
    case SPAN_UNTIL:
        return schedule_next_time(schedule, span->minute, at);
    case SPAN_MORNING:
        return schedule_next_reset(schedule, later(at, stop_at));
    case SPAN_NONE:
        break;
    }
    return 0;
}

void wish_prolong(const struct wish_rules *rules, const struct span *span, const char *by, int64_t accepted_at,
                  struct record *record, struct wish_answer *ret_answer)
{
    struct plan_stop stop = stop_of(rules, record);

    *ret_answer = (struct wish_answer){ .kind = DECIDED_MOVED, .stop_before_at = stop.at };
    if (!is_awake(record)) {
        ret_answer->kind = record->state == RECORD_STOPPING ? DECIDED_STOPPING : DECIDED_ASLEEP;
        return;
    }
    if (rules->schedule == NULL || stop.at == INT64_MAX) {
        ret_answer->kind = DECIDED_NO_STOP;
        return;
    }
    ret_answer->wanted_at = end_of(rules->schedule, span, stop.at, accepted_at);
    if (ret_answer->wanted_at <= stop.at)
        ret_answer->kind = DECIDED_NOT_LATER;
    else if (ret_answer->wanted_at - later(accepted_at, stop.at) > rules->prolong_max_s)
        ret_answer->kind = DECIDED_TOO_FAR;
    else
        set_deadline(record, DEADLINE_PROLONGED, ret_answer->wanted_at, by, accepted_at);
}

static int64_t shortest_warning(const struct wish_rules *rules)
{
    return rules->warnings->count == 0 ? 0 : rules->warnings->before_s[rules->warnings->count - 1];
}

bool record_is_kept_awake(const struct record *record)
{
    return record->deadline == DEADLINE_PROLONGED ||
           (record->deadline == DEADLINE_LEASE && !text_equal(record->deadline_by, by_curfew));
}

void wish_cancel(const struct wish_rules *rules, const char *by, int64_t accepted_at, int64_t now,
                 struct record *record, struct wish_answer *ret_answer)
{
    struct plan_view view;

    wish_fill_plan(rules, record, &view);
    *ret_answer = (struct wish_answer){ .kind = DECIDED_CANCELLED, .stop_before_at = plan_next_stop(&view).at };
    if (!is_awake(record)) {
        ret_answer->kind = record->state == RECORD_STOPPING ? DECIDED_STOPPING : DECIDED_ASLEEP;
        return;
    }
    if (rules->schedule == NULL || ret_answer->stop_before_at == INT64_MAX) {
        ret_answer->kind = DECIDED_NO_STOP;
        return;
    }
    bool is_newer = record->deadline_set_at > accepted_at; /* the wish waited in the inbox meanwhile */
    if (record->deadline_at == 0 || record->deadline == DEADLINE_POSTPONED || is_newer ||
        plan_deadline_is_over(&view, now)) {
        ret_answer->kind = DECIDED_NOT_MOVED;
        return;
    }
    drop_deadline(record);
    record->settled_at = later(record->settled_at, now); /* the curfews that it held up do not fall late */
    if (is_night(rules, now))
        set_deadline(record, DEADLINE_POSTPONED, now + shortest_warning(rules), by, now);
}

/* --- stop and start -------------------------------------------------------------------------------------------- */

void wish_stop(const struct wish_rules *rules, int64_t settled_at, struct record *record)
{
    drop_deadline(record);
    record->rhythm = rules->rhythm;
    record->settled_at = later(record->settled_at, settled_at);
}

static void set_start_deadline(const struct wish_rules *rules, const struct span *span, const char *by, int64_t at,
                               bool was_awake, struct record *record)
{
    struct plan_stop stop = stop_of(rules, record);
    struct plan_view view;

    wish_fill_plan(rules, record, &view);
    bool has_deadline = was_awake && record->deadline_at != 0 && !plan_deadline_is_over(&view, at);
    int64_t end_at = end_of(rules->schedule, span, was_awake && stop.at != INT64_MAX ? stop.at : at, at);
    if (span->kind == SPAN_FOR)
        end_at = at + span->seconds;
    if (span->kind == SPAN_NONE && !has_deadline && is_night(rules, at))
        set_deadline(record, DEADLINE_LEASE, at + rules->lease_s, by, at);
    else if (span->kind != SPAN_NONE && !(was_awake && end_at <= stop.at))
        set_deadline(record, DEADLINE_PROLONGED, end_at, by, at);
    else if (!was_awake)
        drop_deadline(record);
}

void wish_start(const struct wish_rules *rules, const struct span *span, bool by_itself, const char *by,
                int64_t settled_at, struct record *record)
{
    bool was_awake = is_awake(record);

    if (by_itself || rules->schedule == NULL)
        drop_deadline(record);
    else
        set_start_deadline(rules, span, by, settled_at, was_awake, record);
    if (!was_awake || by_itself || record->deadline_at != 0)
        record->settled_at = later(record->settled_at, settled_at);
    if (!was_awake)
        record->warned_stop_at = record->warned_before_s = 0;
    record->rhythm = rules->rhythm;
}

/* --- by itself ------------------------------------------------------------------------------------------------- */

bool wish_adopt_needs_reading(const struct wish_rules *rules, const struct record *record, int64_t now)
{
    return is_awake(record) && record->deadline_at <= now && is_night(rules, now);
}

void wish_adopt(const struct wish_rules *rules, bool runs, int64_t now, struct record *record)
{
    bool is_ours = record->deadline == DEADLINE_LEASE || record->deadline == DEADLINE_POSTPONED;
    bool is_past = record->deadline_at <= now; /* a day of the former schedule had taken it up */
    bool gets_lease = runs && wish_adopt_needs_reading(rules, record, now);

    record->rhythm = rules->rhythm;
    record->settled_at = now;
    if (rules->schedule == NULL || is_past || (is_ours && !is_night(rules, now)))
        drop_deadline(record);
    if (gets_lease)
        set_deadline(record, DEADLINE_LEASE, now + rules->lease_s, by_curfew, now);
}

void wish_settle(const struct wish_rules *rules, const struct plan *plan, int64_t now, struct record *record)
{
    struct plan_view view;

    wish_fill_plan(rules, record, &view);
    if (plan_deadline_is_over(&view, now))
        drop_deadline(record);
    record->settled_at = later(record->settled_at, plan->at);
}

bool wish_announce(const struct wish_rules *rules, const struct plan *plan, uint64_t notice, int64_t now,
                   struct record *record)
{
    int64_t stop_at = plan->stop_at;

    if (plan->action == PLAN_POSTPONE) {
        stop_at = now + plan->before_s;
        set_deadline(record, DEADLINE_POSTPONED, stop_at, by_curfew, now);
        if (stop_of(rules, record).at != stop_at)
            return false;
    }
    record->warned_stop_at = stop_at;
    record->warned_before_s = plan->before_s;
    record->notice = notice;
    return true;
}
