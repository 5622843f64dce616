/* tests/sim/judge.c - what each environment should be, by schedule, record and the wishes of people: the rules of when. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/sim/judge_state.h"

enum { CALLS_PER_SITE_MAX = 8, CALLS_MAX = 300 };

void judge_release(struct judge *judge)
{
    free(judge->claims);
    *judge = (struct judge){ 0 };
}

struct instant_text judge_instant(const struct sim *sim, int site, int64_t at)
{
    struct instant_text text;
    struct buffer written = { 0 };

    story_instant(sim, site, at, &written);
    text_copy_cut(text.text, sizeof text.text, buffer_text(&written));
    buffer_release(&written);
    return text;
}

bool judge_is_up(const struct record *record)
{
    return record->state == RECORD_AWAKE || record->state == RECORD_STARTING;
}

bool judge_is_schedule(const char *by)
{
    return text_equal(by, "schedule") || text_equal(by, "curfew");
}

const struct record *judge_record(const struct sim *sim, int site)
{
    const struct stored *stored = &sim->stored[site];

    if (!stored->used || !sim->sites[site].exists || !text_equal(stored->record.uid, sim->sites[site].seen.uid))
        return NULL;
    return &stored->record;
}

/* When the day of the deadline began, if that was after it was set: DESIGN, rule 2. */
static int64_t later_day(const struct schedule *schedule, const struct record *record)
{
    int64_t began_at = schedule_day_began(schedule, record->deadline_at);

    return began_at != INT64_MAX && began_at > record->deadline_set_at ? began_at : INT64_MAX;
}

int64_t judge_next_stop(const struct schedule *schedule, const struct record *record)
{
    if (schedule == NULL)
        return INT64_MAX;
    if (record->deadline_at == 0)
        return schedule_next_stop(schedule, record->settled_at);
    if (later_day(schedule, record) == INT64_MAX)
        return record->deadline_at;
    return schedule_next_stop(schedule, record->deadline_at - 1);
}

bool judge_is_over(const struct schedule *schedule, const struct record *record, int64_t now)
{
    return schedule != NULL && record->deadline_at != 0 && later_day(schedule, record) <= now;
}

/* ---- whose wish it was ---- */

bool judge_is_excepted(const struct judged *judged, const char *name)
{
    size_t length = strlen(name);

    for (const char *found = strstr(judged->excepted, name); found != NULL; found = strstr(found + 1, name))
        if ((found == judged->excepted || found[-1] == ' ') && (found[length] == '\0' || found[length] == ' '))
            return true;
    return false;
}

bool judge_concerns(const struct sim *sim, const struct request *request, int site)
{
    const char *name = sim->sites[site].name;

    if (!request->understood)
        return false;
    for (size_t i = 0; i < request->command.name_count; i++)
        if (text_matches(request->command.names[i], name))
            return true;
    return false;
}

/* Of two starts of one person that are under way, the one that says how long is not the one that does not. */
static bool could_explain(const struct change *change, const struct request *request)
{
    const struct record *new = change->new;
    const struct span *span = &request->command.span;

    if (request->command.verb != VERB_START || new->deadline_at == change->old.deadline_at)
        return true;
    if (new->deadline == DEADLINE_LEASE)
        return span->kind == SPAN_NONE;
    return new->deadline != DEADLINE_PROLONGED ||
           (span->kind == SPAN_FOR ? new->deadline_at == new->deadline_set_at + span->seconds
                                   : span->kind != SPAN_NONE);
}

struct request *judge_wish(const struct change *change, enum verb verb, const char *by)
{
    struct sim *sim = change->sim;
    struct request *found = NULL;

    for (size_t i = 0; i < sim->requests.count; i++) {
        struct request *request = sim->requests.items[i];
        if (request->understood && request->command.verb == verb && request->accepted &&
            !requests_is_refused(request, change->call->process) &&
            ((request->effects | request->settled) >> change->site & 1) == 0 && text_equal(request->sent.user, by) &&
            judge_concerns(sim, request, change->site) && could_explain(change, request))
            found = request;
    }
    return found;
}

void judge_permission(const struct change *change, const char *by)
{
    if (!requests_may_command(by))
        sim_break(change->sim, PROMISE_PERMISSION, change->site, "%s may not command at all, and changed it", by);
    else if (!requests_may_touch(change->told->owners, by))
        sim_break(change->sim, PROMISE_PERMISSION, change->site, "%s changed it, whose owners are %s", by,
                  change->told->owners);
}

void judge_condition(const struct change *change, const struct request *request)
{
    const struct button_condition *condition = &request->condition;
    int64_t stop_at = judge_next_stop(change->schedule, &change->old);

    if (condition->uid[0] != '\0' && !text_equal(condition->uid, change->new->uid))
        sim_break(change->sim, PROMISE_BUTTONS, change->site, "a button of another namespace of that name changed it");
    if (condition->stop_at != 0 && condition->stop_at != stop_at)
        sim_break(change->sim, PROMISE_BUTTONS, change->site,
                  "a button that speaks of the stop at %s changed it, when the next stop was %s",
                  judge_instant(change->sim, change->site, condition->stop_at).text,
                  judge_instant(change->sim, change->site, stop_at).text);
    if (condition->notice != 0 && condition->notice != change->old.notice)
        sim_break(change->sim, PROMISE_BUTTONS, change->site, "a button of an older message changed it");
}

/* ---- bounds ---- */

void judge_memory(struct sim *sim, int process)
{
    size_t calls = sim->processes[process].calls;

    if (calls > CALLS_PER_SITE_MAX * sim->site_count + CALLS_MAX)
        sim_break(sim, PROMISE_BOUNDED, NOBODY, "process %d waits for %zu answers", process, calls);
}

/* ---- what is asked for ---- */

bool judge_takes_part(const struct sim *sim, int site, const struct told *told)
{
    return told->present && !sim->sites[site].is_protected &&
           (told->scheduler == SCHEDULER_ENABLED || told->scheduler == SCHEDULER_DISABLED);
}

/* That a namespace is gone is recorded, so that the record expires; that it takes no part any more, so that it is known when
 * it does again. */
static bool is_epitaph(const struct sim *sim, const struct call *call)
{
    if (call->effect.kind != EFFECT_SAVE || sim->sites[call->site].is_protected)
        return false;
    const struct record *record = &call->effect.save->record;
    if (!call->told.present)
        return record->gone_at != 0;
    return record->rhythm == 0;
}

void judge_asked(struct sim *sim, struct call *call)
{
    const struct save *save = call->effect.save;
    bool changes = (call->effect.kind == EFFECT_SAVE && save->has_record) || call->effect.kind == EFFECT_SCALE ||
                   call->effect.kind == EFFECT_ANNOTATE;

    if (!changes || (call->site != NOBODY && is_epitaph(sim, call)))
        return;
    if (call->site == NOBODY)
        sim_break(sim, PROMISE_SCOPE, NOBODY, "%s is no namespace that there is", call->effect.namespace);
    else if (!judge_takes_part(sim, call->site, &call->told))
        sim_break(sim, PROMISE_SCOPE, call->site, "it is %s though it takes no part",
                  call->effect.kind == EFFECT_SAVE    ? "recorded"
                  : call->effect.kind == EFFECT_SCALE ? "scaled"
                                                      : "annotated");
    else if (call->effect.kind == EFFECT_SAVE && !text_equal(save->record.uid, call->told.uid))
        sim_break(sim, PROMISE_SCOPE, call->site, "it is recorded under %s, and is %s", save->record.uid,
                  call->told.uid);
}
