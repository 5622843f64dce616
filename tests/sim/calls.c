/* tests/sim/calls.c - what an engine asked for, on its way: sent, arrived, answered. */
#include "tests/sim/calls.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/sim.h"

enum { SAVE_DEADLINE_MS = 2000, CHANNEL_PAUSE_MS = 1000 };

void calls_free(struct sim *sim, struct call *call)
{
    struct process *process = &sim->processes[call->process];

    if (!call->given_up && process->incarnation == call->incarnation && process->calls > 0)
        process->calls--;
    effect_release(&call->effect);
    journal_release(&call->journal);
    workload_list_release(&call->workloads);
    free(call->entry);
    free(call->acts);
    free(call->records);
    free(call);
}

static void add(struct sim *sim, struct call *call, enum happening_kind kind, int64_t at_ms)
{
    struct happening happening = { .at_ms = at_ms,
                                   .kind = kind,
                                   .process = call->process,
                                   .incarnation = call->incarnation,
                                   .environment = call->site,
                                   .call = call };

    queue_add(&sim->queue, &happening);
}

struct call *calls_add_late(struct sim *sim, const struct call *call, int64_t delay_ms)
{
    struct call *late = memory_new(1, sizeof *late);

    late->process = call->process;
    late->incarnation = call->incarnation;
    late->site = call->site;
    late->decided_at = call->decided_at;
    late->told = call->told;
    late->asked_ms = call->asked_ms;
    late->given_up = true;
    late->effect.kind = call->effect.kind;
    text_copy_cut(late->effect.namespace, sizeof late->effect.namespace, call->effect.namespace);
    add(sim, late, HAPPEN_REACH, sim->now_ms + delay_ms);
    sim->troubled_ms = sim->now_ms + delay_ms;
    return late;
}

/* ---- sending ---- */

static int64_t draw_way_ms(struct sim *sim, int site)
{
    struct dice *dice = sim_dice(sim, KIND_SLOW, site);

    if (sim_strikes(sim, KIND_SLOW, site))
        return dice_between(dice, 1000, 9000);
    return dice_between(dice, 2, 25);
}

/* Messages of a channel go one behind the other, one a second. */
static int64_t channel_turn_ms(struct sim *sim, struct call *call, int64_t reach_ms)
{
    struct channel *channel = channels_find(&sim->channels, call->effect.post.channel);
    struct process *process = &sim->processes[call->process];

    if (channel == NULL)
        return reach_ms;
    int64_t *free_ms = &process->channel_free_ms[channel - sim->channels.items];
    if (reach_ms < *free_ms)
        reach_ms = *free_ms;
    *free_ms = reach_ms + CHANNEL_PAUSE_MS;
    return reach_ms;
}

static int site_of(const struct sim *sim, const struct effect *effect)
{
    if (effect->kind == EFFECT_SAVE && effect->save->has_record)
        return sim_site(sim, effect->save->record.namespace);
    if (effect->namespace[0] != '\0')
        return sim_site(sim, effect->namespace);
    const struct request *request = effect->kind == EFFECT_SAVE && effect->save->has_inbox
                                        ? requests_find(&sim->requests, effect->save->inbox.key)
                                        : NULL;
    return request == NULL ? NOBODY : request->site;
}

static void tell_report(struct sim *sim, const struct effect *effect)
{
    const struct report *report = &effect->report;
    int site = effect->namespace[0] == '\0' ? NOBODY : sim_site(sim, effect->namespace);

    story_tell(sim, site, "log: %s by %s%s%s", report->event, report->by, report->reason[0] == '\0' ? "" : ": ",
               report->reason);
}

void calls_send(struct sim *sim, int process, struct effect *effect)
{
    const struct process *sender = &sim->processes[process];
    struct call *call;
    int64_t way_ms = 0, at_ms = sim->now_ms;

    if (effect->kind == EFFECT_REPORT) {
        tell_report(sim, effect);
        return;
    }
    if (effect->kind == EFFECT_NOTE)
        return;
    call = memory_new(1, sizeof *call);
    call->effect = *effect;
    *effect = (struct effect){ .kind = effect->kind };
    call->process = process;
    call->incarnation = sender->incarnation;
    call->site = site_of(sim, &call->effect);
    call->decided_at = process_now(sim, sender);
    if (call->site != NOBODY)
        call->told = sender->told[call->site];
    call->asked_ms = sim->now_ms;
    sim->processes[process].calls++;
    judge_asked(sim, call);
    if (sender->resume_ms > sim->now_ms) {
        call->held = true;
        at_ms = sender->resume_ms;
    }
    if (call->effect.kind != EFFECT_ACK)
        way_ms = draw_way_ms(sim, call->site);
    at_ms += way_ms;
    if (call->effect.kind == EFFECT_POST || call->effect.kind == EFFECT_UPDATE)
        at_ms = channel_turn_ms(sim, call, at_ms);
    if (call->effect.kind == EFFECT_SAVE && way_ms > SAVE_DEADLINE_MS)
        call->fate = FATE_LATE;
    call->leaves_ms = at_ms - way_ms;
    add(sim, call, HAPPEN_REACH, at_ms);
}

/* It still waited for its turn, or for a process that slept, when that died. */
static bool has_never_left(const struct sim *sim, const struct call *call)
{
    const struct process *process = &sim->processes[call->process];

    if (call->given_up || process->incarnation == call->incarnation)
        return false;
    return process->incarnation > call->incarnation + 2 || process->died_ms < call->leaves_ms;
}

/* ---- arriving ---- */

void calls_reach(struct sim *sim, struct happening *happening)
{
    struct call *call = happening->call;

    if (has_never_left(sim, call)) {
        calls_free(sim, call);
        return;
    }
    switch (call->effect.kind) {
    case EFFECT_SAVE:
    case EFFECT_LOAD:
    case EFFECT_RECALL:
    case EFFECT_REREAD:
        calls_reach_store(sim, call);
        break;
    case EFFECT_OBSERVE:
    case EFFECT_SCALE:
    case EFFECT_ANNOTATE:
        calls_reach_cluster(sim, call);
        break;
    default:
        calls_reach_slack(sim, call);
        break;
    }
    bool is_answered =
        call->effect.kind != EFFECT_ACK && (call->effect.kind != EFFECT_REPLY || call->effect.ticket != 0);
    if (call->given_up || !is_answered)
        calls_free(sim, call);
    else
        add(sim, call, HAPPEN_ANSWER, sim->now_ms + draw_way_ms(sim, call->site));
}

/* ---- answered ---- */

static void remember_reading(struct sim *sim, const struct call *call)
{
    struct last_reading *reading = &sim->processes[call->process].readings[call->site];
    struct site *site = &sim->sites[call->site];

    *reading = (struct last_reading){ .known = true };
    for (size_t i = 0; i < call->workloads.count; i++) {
        const struct workload *workload = &call->workloads.items[i];
        for (size_t j = 0; j < site->workload_count; j++) {
            bool is_same = text_equal(site->workloads[j].workload.name, workload->name);
            if (is_same && cluster_is_in_scope(workload) && workload->replicas > 0)
                reading->running |= 1u << j;
            if (is_same && !workload->owned && !workload->excluded && workload->replicas_ready < workload->replicas)
                reading->unready |= 1u << j;
        }
    }
}

/* The answer to a write is what the server holds then. */
static void remember_answers(struct sim *sim, const struct call *call)
{
    struct last_reading *reading = &sim->processes[call->process].readings[call->site];
    struct site *site = &sim->sites[call->site];

    for (size_t i = 0; i < call->effect.orders.count; i++) {
        const struct scale_order *order = &call->effect.orders.items[i];
        for (size_t j = 0; j < site->workload_count; j++) {
            if (order->result != SCALE_DONE || !text_equal(site->workloads[j].workload.name, order->name))
                continue;
            reading->running = order->replicas > 0 ? reading->running | 1u << j : reading->running & ~(1u << j);
            reading->unready = order->replicas > 0 ? reading->unready | 1u << j : reading->unready & ~(1u << j);
        }
    }
}

static void fill_slack(struct call *call, struct event *event)
{
    event->posted = call->posted;
    event->found = call->found;
    event->message = call->message;
    event->slack_error = call->slack_error;
    event->group = call->effect.group;
    event->members = call->members;
}

void calls_fill_event(struct call *call, struct event *event)
{
    static const enum event_kind kinds[] = {
        [EFFECT_REPLY] = EVENT_REPLIED,      [EFFECT_SAVE] = EVENT_SAVED,      [EFFECT_LOAD] = EVENT_LOADED,
        [EFFECT_OBSERVE] = EVENT_OBSERVED,   [EFFECT_SCALE] = EVENT_SCALED,    [EFFECT_POST] = EVENT_POSTED,
        [EFFECT_UPDATE] = EVENT_POSTED,      [EFFECT_FIND] = EVENT_FOUND,      [EFFECT_LOOK_UP] = EVENT_GROUP,
        [EFFECT_ANNOTATE] = EVENT_ANNOTATED, [EFFECT_RECALL] = EVENT_RECALLED,
    };

    *event = (struct event){ .kind = kinds[call->effect.kind], .ticket = call->effect.ticket };
    event->namespace = call->effect.namespace;
    event->error = call->error.kind == ERROR_NONE ? NULL : &call->error;
    event->result = call->saved;
    event->revision = call->revision;
    event->inbox_revision = call->inbox_revision;
    event->record = call->has_record ? &call->record : NULL;
    event->journal = &call->journal;
    event->stored = call->has_entry ? call->entry : NULL;
    event->workloads = &call->workloads;
    event->orders = &call->effect.orders;
    event->acts = call->acts;
    event->act_count = call->act_count;
    fill_slack(call, event);
}

void calls_answer(struct sim *sim, struct happening *happening)
{
    struct call *call = happening->call;
    struct event event;

    if (call->effect.kind == EFFECT_REREAD) {
        process_reread(sim, call);
        calls_free(sim, call);
        return;
    }
    if (call->effect.kind == EFFECT_OBSERVE && call->error.kind == ERROR_NONE && call->site != NOBODY)
        remember_reading(sim, call);
    if (call->effect.kind == EFFECT_SCALE && call->site != NOBODY)
        remember_answers(sim, call);
    calls_fill_event(call, &event);
    process_tell(sim, call->process, &event);
    calls_free(sim, call);
}
