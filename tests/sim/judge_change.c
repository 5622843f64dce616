/* tests/sim/judge_change.c - each change of a record has a reason: a wish, a time that has come, a rule. */
#include <string.h>

#include "base/text.h"
#include "tests/sim/judge_state.h"

static bool is_by_person(const char *by)
{
    return by[0] == 'U';
}

/* ---- stops ---- */

/* Of several stops that were missed only the latest counts. */
static int64_t latest_missed(const struct change *change, int64_t stop_at)
{
    int64_t last_at = schedule_last_stop(change->schedule, change->decided_at);

    return last_at > stop_at ? last_at : stop_at;
}

/* What was begun under one schedule comes to its end under the next. */
static bool is_new_schedule(const struct change *change)
{
    return change->sim->now_ms - change->told->changed_ms < SIM_REST_S * 1000;
}

static void stop_by_schedule(const struct change *change)
{
    struct sim *sim = change->sim;
    int site = change->site;
    int64_t next_at = judge_next_stop(change->schedule, &change->old);
    bool announces = sim->options.warnings.count > 0;

    if (change->told->scheduler != SCHEDULER_ENABLED) {
        sim_break(sim, PROMISE_DISABLED, site, "its schedule stops it, and its label says disabled");
        return;
    }
    if ((next_at > change->decided_at && !is_new_schedule(change)) || change->is_first) {
        sim_break(sim, PROMISE_EARLY, site, "its schedule stops it, and its next stop is %s",
                  judge_instant(sim, site, next_at).text);
        return;
    }
    if (announces && !is_new_schedule(change) && change->old.warned_stop_at != next_at &&
        change->old.warned_stop_at != latest_missed(change, next_at))
        sim_break(sim, PROMISE_WARNED, site, "its schedule stops it at %s, which was not announced",
                  judge_instant(sim, site, next_at).text);
    if (sim->settings.faultless && change->decided_at > next_at + 1)
        sim_break(sim, PROMISE_STOPS, site, "its stop of %s falls only now", judge_instant(sim, site, next_at).text);
    judge_claims_before_stop(change, next_at);
    sim->counts.stops++;
}

static void note_exceptions(const struct change *change, const struct command *command)
{
    struct buffer names = { .limit = RECORD_EXCEPT_SIZE - 1 };

    for (size_t i = 0; i < command->exception_count; i++)
        buffer_append_format(&names, "%s ", command->exceptions[i]);
    text_copy_cut(change->sim->judge.sites[change->site].excepted, RECORD_EXCEPT_SIZE, buffer_text(&names));
    buffer_release(&names);
}

static void begin_by_person(const struct change *change, enum verb verb)
{
    const char *by = change->new->by;
    const struct request *wish = judge_wish(change, verb, by);

    if (wish == NULL) {
        sim_break(change->sim, PROMISE_ONCE, change->site, "%s %s it, and has not asked for that, or not again", by,
                  verb == VERB_STOP ? "stops" : "starts");
        return;
    }
    judge_permission(change, by);
    judge_condition(change, wish);
    note_exceptions(change, &wish->command);
}

static void begin_stop(const struct change *change)
{
    struct judged *judged = &change->sim->judge.sites[change->site];
    const char *by = change->new->by;

    judged->excepted[0] = '\0';
    if (is_by_person(by))
        begin_by_person(change, VERB_STOP);
    else
        stop_by_schedule(change);
    judged->stops++;
    judged->begun_ms = change->sim->now_ms;
    judged->stopped_ms = change->sim->now_ms;
    judge_void_claims(change->sim, change->site, 0);
}

/* ---- starts ---- */

static void start_by_schedule(const struct change *change)
{
    struct sim *sim = change->sim;
    int site = change->site;

    if (change->told->scheduler != SCHEDULER_ENABLED) {
        sim_break(sim, PROMISE_DISABLED, site, "its schedule starts it, and its label says disabled");
        return;
    }
    int64_t start_at = schedule_last_start(change->schedule, change->decided_at);
    if (is_new_schedule(change))
        return;
    if (start_at <= change->old.settled_at || schedule_last_stop(change->schedule, change->decided_at) > start_at)
        sim_break(sim, PROMISE_EARLY, site, "its schedule starts it, and no window has begun since %s",
                  judge_instant(sim, site, change->old.settled_at).text);
    if (sim->settings.faultless && change->decided_at > start_at + 1)
        sim_break(sim, PROMISE_STARTS, site, "its start of %s happens only now",
                  judge_instant(sim, site, start_at).text);
    sim->counts.starts++;
}

static void begin_start(const struct change *change)
{
    change->sim->judge.sites[change->site].excepted[0] = '\0';
    change->sim->judge.sites[change->site].begun_ms = change->sim->now_ms;
    if (is_by_person(change->new->by))
        begin_by_person(change, VERB_START);
    else
        start_by_schedule(change);
}

/* All wishes for the same that were accepted by then have had their effect. */
static void mark_effect(struct sim *sim, int site, enum verb verb)
{
    for (size_t i = 0; i < sim->requests.count; i++) {
        struct request *request = sim->requests.items[i];
        if (request->accepted && request->understood && request->command.verb == verb &&
            judge_concerns(sim, request, site))
            request->settled |= (uint64_t) 1 << site;
    }
}

static void check_state(const struct change *change)
{
    bool was_up = judge_is_up(&change->old), is_up = judge_is_up(change->new);

    if (change->old.state != change->new->state && !judge_takes_part(change->sim, change->site, change->told))
        sim_break(change->sim, PROMISE_SCOPE, change->site, "it takes no part, and is said to be another");
    if (change->old.state == RECORD_STOPPING && is_up)
        sim_break(change->sim, PROMISE_RECORD, change->site, "a stop is reversed before it has come to its end");
    else if (was_up && !is_up)
        begin_stop(change);
    else if (!was_up && is_up)
        begin_start(change);
}

/* ---- transitions that are overtaken ---- */

/* Without a wish and with the same schedule nothing of it is skipped: a curfew is overtaken by a window that began later. */
static void check_settled(const struct change *change)
{
    const struct record *old = &change->old, *new = change->new;
    struct sim *sim = change->sim;

    if (new->settled_at < old->settled_at)
        sim_break(sim, PROMISE_STOPS, change->site, "what was settled up to %s is open again from %s on",
                  judge_instant(sim, change->site, old->settled_at).text,
                  judge_instant(sim, change->site, new->settled_at).text);
    if (new->settled_at != old->settled_at &&new->settled_at > change->decided_at + CLOCKS_APART_S)
        sim_break(sim, PROMISE_STOPS, change->site, "transitions up to %s are settled before their time",
                  judge_instant(sim, change->site, new->settled_at).text);
    if (change->is_first || change->schedule == NULL || new->settled_at == old->settled_at ||
        new->rhythm != old->rhythm || !judge_is_up(old) || !judge_is_up(new) || old->deadline_at != 0 ||
        is_by_person(new->by))
        return;
    int64_t stop_at = schedule_last_stop(change->schedule, new->settled_at);
    if (stop_at > old->settled_at && stop_at > schedule_last_start(change->schedule, new->settled_at))
        sim_break(sim, PROMISE_STOPS, change->site, "its stop of %s is skipped",
                  judge_instant(sim, change->site, stop_at).text);
}

/* ---- the inbox ---- */

static void check_entry(struct sim *sim, const struct call *call, const struct save *save)
{
    struct request *request = requests_find(&sim->requests, save->inbox.key);

    if (request == NULL)
        return;
    if (!requests_may_command(save->inbox.user))
        sim_break(sim, PROMISE_PERMISSION, request->site, "%s may not command, and is accepted", save->inbox.user);
    if (!text_equal(save->inbox.user, request->sent.user))
        sim_break(sim, PROMISE_PERMISSION, request->site, "what %s asked for is stored as a wish of %s",
                  request->sent.user, save->inbox.user);
    if (save->inbox.refused)
        return;
    if (!request->accepted)
        request->accepted_ms = sim->processes[call->process].accepted_ms = sim->now_ms;
    request->accepted = true;
    if (save->inbox.done && request->done_ms == 0)
        request->done_ms = sim->now_ms;
}

/* ---- one save ---- */

static void fill_change(struct sim *sim, struct call *call, struct change *change)
{
    const struct save *save = call->effect.save;
    const struct stored *stored = &sim->stored[call->site];

    *change = (struct change){ .sim = sim,
                               .call = call,
                               .save = save,
                               .site = call->site,
                               .new = &save->record,
                               .told = &call->told,
                               .decided_at = call->decided_at };
    if (call->told.scheduler == SCHEDULER_ENABLED)
        change->schedule = &call->told.schedule;
    change->is_first = !stored->used || !text_equal(stored->record.uid, save->record.uid);
    if (change->is_first)
        change->old.settled_at = INT64_MIN;
    else
        change->old = stored->record;
    if (save->has_inbox)
        change->request = requests_find(&sim->requests, save->inbox.key);
}

void judge_save(struct sim *sim, struct call *call)
{
    const struct save *save = call->effect.save;
    struct change change;

    if (save->has_inbox)
        check_entry(sim, call, save);
    if (!save->has_record)
        return;
    fill_change(sim, call, &change);
    if (change.request != NULL && requests_is_refused(change.request, call->process))
        sim_break(sim, PROMISE_ONCE, change.site, "%s was told that nothing was accepted, and it is carried out",
                  change.request->sent.user);
    check_state(&change);
    judge_deadline(&change);
    judge_claim(&change);
    check_settled(&change);
    judge_journal(&change);
    if (change.old.state != change.new->state)
        mark_effect(sim, change.site, judge_is_up(change.new) ? VERB_START : VERB_STOP);
}

/* ---- and after it ---- */

static const char *const state_words[] = {
    [RECORD_AWAKE] = "awake", [RECORD_STOPPING] = "stopping", [RECORD_ASLEEP] = "asleep", [RECORD_STARTING] = "starting"
};

static void tell(struct sim *sim, const struct call *call)
{
    const struct record *record = &call->effect.save->record;
    int site = call->site;

    story_tell(sim, site, "recorded by process %d: %s by %s%s%s%s%s%s%s, settled %s", call->process,
               state_words[record->state], record->by, record->partly ? ", partly" : "",
               record->deadline_at == 0 ? "" : ", until ",
               record->deadline_at == 0 ? "" : judge_instant(sim, site, record->deadline_at).text,
               record->deadline == DEADLINE_LEASE       ? " (lease)"
               : record->deadline == DEADLINE_POSTPONED ? " (postponed)"
                                                        : "",
               record->warned_stop_at == 0 ? "" : ", warned of ",
               record->warned_stop_at == 0 ? "" : judge_instant(sim, site, record->warned_stop_at).text,
               judge_instant(sim, site, record->settled_at).text);
}

void judge_saved(struct sim *sim, struct call *call)
{
    const struct save *save = call->effect.save;

    if (!save->has_record)
        return;
    const struct record *record = &save->record;
    struct judged *judged = &sim->judge.sites[call->site];
    struct request *request = save->has_inbox ? requests_find(&sim->requests, save->inbox.key) : NULL;
    sim->processes[call->process].wrote_ms = sim->now_ms;
    if (request != NULL)
        request->effects |= (uint64_t) 1 << call->site;
    if (request != NULL)
        request->effect_by = call->process;
    if (record->deadline == DEADLINE_PROLONGED || record->deadline == DEADLINE_LEASE) {
        sim->counts.prolongations += record->deadline_at != judged->promised_until;
        judged->promised_until = record->deadline_at;
    } else {
        judged->promised_until = 0;
    }
    int64_t next_at = judge_is_up(record) && call->told.scheduler == SCHEDULER_ENABLED
                          ? judge_next_stop(&call->told.schedule, record)
                          : INT64_MAX;
    if (next_at != judged->next_stop_at)
        judged->moved_ms = sim->now_ms;
    judge_void_claims(sim, call->site, next_at);
    judged->next_stop_at = next_at;
    tell(sim, call);
}
