/* tests/sim/process.c - a running bot: an engine, its clock, and what it asked for.
 *
 * It begins as bot/runner.c has it begin: records and notices of the store, the namespaces, what was left unfinished in the
 * inbox, and Slack last.
 */
#include "tests/sim/process.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/plant.h"
#include "tests/sim/sim.h"

enum { REREAD_MS = 40 * 1000 };

int64_t process_now(const struct sim *sim, const struct process *process)
{
    int64_t now_ms = sim->now_ms + process->clock_ms;

    return now_ms / 1000;
}

int process_live(const struct sim *sim, int preferred)
{
    for (int i = 0; i < PROCESSES; i++) {
        int number = (preferred + i) % PROCESSES;
        if (sim->processes[number].engine != NULL && sim->processes[number].is_live)
            return number;
    }
    return NOBODY;
}

size_t process_count(const struct sim *sim)
{
    size_t count = 0;

    for (int i = 0; i < PROCESSES; i++)
        count += sim->processes[i].engine != NULL;
    return count;
}

/* ---- telling ---- */

/* What it asked for, up to where a blow falls: behind that nothing is sent, or not before it wakes up. */
static void carry_out(struct sim *sim, int number, struct effects *effects)
{
    struct process *process = &sim->processes[number];
    enum weather_blow blow = effects->count == 0 ? BLOW_NONE : weather_blow(sim, number);
    size_t cut = effects->count;

    if (blow != BLOW_NONE)
        cut = (size_t) dice_below(sim_dice(sim, KIND_CRASH, NOBODY), (int64_t) effects->count + 1);
    for (size_t i = 0; i < cut; i++)
        calls_send(sim, number, &effects->items[i]);
    if (blow == BLOW_CRASH) {
        story_tell(sim, NOBODY, "process %d dies after %zu of %zu effects", number, cut, effects->count);
        sim->counts.crashes++;
        process_die(sim, number);
        weather_after_death(sim, number);
    } else if (blow == BLOW_PAUSE) {
        weather_during_sleep(sim, number);
        story_tell(sim, NOBODY, "process %d sleeps after %zu of %zu effects, for %lld s", number, cut, effects->count,
                   (long long) (process->resume_ms - sim->now_ms) / 1000);
        for (size_t i = cut; i < effects->count; i++)
            calls_send(sim, number, &effects->items[i]);
    }
}

void process_tell(struct sim *sim, int number, const struct event *event)
{
    struct process *process = &sim->processes[number];
    struct effects effects = { 0 };
    struct event changed = *event;

    if (!plant_event(sim, number, &changed))
        return;
    sim_hash(sim, (uint64_t) event->kind);
    sim_hash(sim, (uint64_t) sim->now_ms);
    sim_hash(sim, event->ticket);
    engine_handle(process->engine, &changed, process_now(sim, process), &effects);
    plant_effects(sim, number, &effects);
    sim_hash(sim, effects.count);
    carry_out(sim, number, &effects);
    effects_release(&effects);
    if (process->engine == NULL)
        return;
    judge_memory(sim, number);
    process_set_timer(sim, number);
}

/* ---- time ---- */

void process_set_timer(struct sim *sim, int number)
{
    struct process *process = &sim->processes[number];
    int64_t due_at = engine_due_at(process->engine);

    if (due_at == INT64_MAX)
        return;
    int64_t due_ms = due_at * 1000 - process->clock_ms;
    if (due_ms < sim->now_ms)
        due_ms = sim->now_ms;
    if (due_ms >= process->timer_ms)
        return;
    process->timer_ms = due_ms;
    sim_after(sim, due_ms - sim->now_ms, HAPPEN_TIMER, number, NOBODY, due_ms);
}

void process_timer(struct sim *sim, const struct happening *happening)
{
    struct process *process = &sim->processes[happening->process];
    struct event event = { .kind = EVENT_TIME };

    if (happening->number != process->timer_ms) /* an earlier one took its place */
        return;
    process->timer_ms = INT64_MAX;
    if (engine_due_at(process->engine) <= process_now(sim, process))
        process_tell(sim, happening->process, &event);
    else
        process_set_timer(sim, happening->process);
}

void process_step_clock(struct sim *sim, struct process *process, int64_t clock_ms)
{
    process->clock_ms = clock_ms;
    process->timer_ms = INT64_MAX;
    if (process->engine != NULL)
        process_set_timer(sim, (int) (process - sim->processes));
}

/* ---- namespaces ---- */

static bool says_the_same(const struct sim *sim, const struct told *told, const struct site *site)
{
    return told->present && told->scheduler == site->seen.scheduler && text_equal(told->uid, site->seen.uid) &&
           told->schedule.zone == site->schedule.zone && told->schedule.kind == site->schedule.kind &&
           schedule_next_stop(&told->schedule, sim_now(sim)) == schedule_next_stop(&site->schedule, sim_now(sim));
}

static void tell_seen(struct sim *sim, int number, const struct site *site)
{
    struct told *told = &sim->processes[number].told[site - sim->sites];
    struct event event = { .kind = EVENT_NAMESPACE, .seen = &site->seen };
    int64_t changed_ms = says_the_same(sim, told, site) ? told->changed_ms : sim->now_ms;

    *told = (struct told){ .present = true, .scheduler = site->seen.scheduler, .changed_ms = changed_ms };
    told->schedule = site->schedule;
    text_copy_cut(told->owners, sizeof told->owners, site->seen.owners);
    text_copy_cut(told->uid, sizeof told->uid, site->seen.uid);
    text_copy_cut(told->resource_version, sizeof told->resource_version, site->seen.resource_version);
    process_tell(sim, number, &event);
}

static void tell_gone(struct sim *sim, int number, const struct site *site)
{
    struct told *told = &sim->processes[number].told[site - sim->sites];
    struct told former = *told;
    struct event event = { .kind = EVENT_NAMESPACE_GONE, .namespace = site->name, .uid = former.uid };

    *told = (struct told){ .changed_ms = sim->now_ms };
    process_tell(sim, number, &event);
}

void process_watch(struct sim *sim, const struct happening *happening)
{
    struct process *process = &sim->processes[happening->process];
    const struct site *site = &sim->sites[happening->environment];
    const struct told *told = &process->told[happening->environment];
    unsigned incarnation = process->incarnation;

    if (told->present && (!site->exists || !text_equal(told->uid, site->seen.uid)))
        tell_gone(sim, happening->process, site);
    if (process->engine == NULL || process->incarnation != incarnation || !site->exists)
        return;
    if (!told->present || !text_equal(told->resource_version, site->seen.resource_version))
        tell_seen(sim, happening->process, site);
}

/* ---- beginning ---- */

void process_boot_in(struct sim *sim, int number, int64_t delay_ms)
{
    if (sim->processes[number].engine == NULL)
        sim_after(sim, delay_ms, HAPPEN_BOOT, number, NOBODY, 0);
}

static void reset(struct sim *sim, struct process *process)
{
    struct engine_options options = sim->options;

    options.identity = (uint32_t) dice_mix(sim->seed, (uint64_t) (process->incarnation +
                                                                  1000u * (unsigned) (process - sim->processes)));
    process->engine = engine_new(&options);
    process->is_live = false;
    process->resume_ms = process->slept_ms = 0;
    process->timer_ms = INT64_MAX;
    process->booted_ms = sim->now_ms;
    process->deliveries = 0;
    memset(process->told, 0, sizeof process->told);
    memset(process->readings, 0, sizeof process->readings);
    memset(process->channel_free_ms, 0, sizeof process->channel_free_ms);
}

/* What it reads of the inbox now, it takes up when it has listed the namespaces. */
static void read_inbox(struct sim *sim, struct process *process)
{
    process->unfinished_count = 0;
    for (size_t i = 0; i < sim->requests.count; i++) {
        struct request *request = sim->requests.items[i];
        if (!request->has_entry || request->entry.done || request->entry.refused)
            continue;
        request->taken_up++;
        process->unfinished =
            memory_grow(process->unfinished, process->unfinished_count + 1, sizeof *process->unfinished);
        process->unfinished[process->unfinished_count++] = request->entry;
    }
}

static bool still_runs(const struct process *process, unsigned incarnation)
{
    return process->engine != NULL && process->incarnation == incarnation;
}

static void restore_records(struct sim *sim, int number)
{
    struct process *process = &sim->processes[number];
    unsigned incarnation = process->incarnation;

    for (int i = 0; i < (int) sim->site_count && still_runs(process, incarnation); i++) {
        struct record record;
        struct journal journal = { 0 };
        struct event event = { .kind = EVENT_RESTORED, .namespace = sim->sites[i].name, .record = &record };
        if (records_read(sim, i, &record, &journal))
            process_tell(sim, number, &event);
        journal_release(&journal);
    }
    for (size_t i = 0; i < sim->records.notice_count && still_runs(process, incarnation); i++) {
        struct notice_record notice = sim->records.notices[i];
        struct event event = { .kind = EVENT_NOTICE, .notice = &notice };
        process_tell(sim, number, &event);
    }
}

void process_boot(struct sim *sim, const struct happening *happening)
{
    int number = happening->process;
    struct process *process = &sim->processes[number];

    if (process->engine != NULL || happening->incarnation != process->incarnation)
        return;
    process->incarnation++;
    reset(sim, process);
    story_tell(sim, NOBODY, "process %d begins%s", number, process_count(sim) > 1 ? " beside the other" : "");
    records_purge(sim);
    read_inbox(sim, process);
    unsigned incarnation = process->incarnation;
    restore_records(sim, number);
    if (still_runs(process, incarnation))
        sim_after(sim, dice_between(sim_dice(sim, KIND_OVERLAP, NOBODY), 50, 1500), HAPPEN_LISTED, number, NOBODY, 0);
}

static int by_age(const void *a, const void *b)
{
    const struct inbox_entry *first = a, *second = b;

    return (first->accepted_at > second->accepted_at) - (first->accepted_at < second->accepted_at);
}

/* As they stood when the inbox was read. Oldest first: of two wishes the later one is to win. */
static void take_up_unfinished(struct sim *sim, int number)
{
    struct process *process = &sim->processes[number];
    unsigned incarnation = process->incarnation;

    if (process->unfinished_count > 0)
        qsort(process->unfinished, process->unfinished_count, sizeof *process->unfinished, by_age);
    for (size_t i = 0; i < process->unfinished_count && still_runs(process, incarnation); i++) {
        struct event event = { .kind = EVENT_REQUEST, .request = &process->unfinished[i] };
        process_tell(sim, number, &event);
    }
}

void process_listed(struct sim *sim, const struct happening *happening)
{
    int number = happening->process;
    struct process *process = &sim->processes[number];
    struct event event = { .kind = EVENT_COMPLETE };

    for (size_t i = 0; i < sim->site_count && still_runs(process, happening->incarnation); i++)
        if (sim->sites[i].exists)
            tell_seen(sim, number, &sim->sites[i]);
    if (still_runs(process, happening->incarnation))
        process_tell(sim, number, &event);
    if (still_runs(process, happening->incarnation))
        take_up_unfinished(sim, number);
    if (still_runs(process, happening->incarnation))
        process->is_live = true;
}

void process_reread(struct sim *sim, const struct call *call)
{
    unsigned incarnation = call->incarnation;

    for (size_t i = 0; call->records != NULL && i < sim->site_count; i++) {
        struct event event = { .kind = EVENT_RESTORED, .namespace = sim->sites[i].name, .record = &call->records[i] };
        if (call->records[i].namespace[0] != '\0' && still_runs(&sim->processes[call->process], incarnation))
            process_tell(sim, call->process, &event);
    }
}

/* ---- ending ---- */

/* It said that nothing was accepted, and had not come to writing that down: if it stands in the inbox after all, the next
 * one takes it up, and nobody can know better. */
static void forget_refusals(struct sim *sim, int number)
{
    for (size_t i = 0; i < sim->requests.count; i++) {
        struct request *request = sim->requests.items[i];
        if (request->told_refused && request->told_by == number && !(request->has_entry && request->entry.refused))
            request->told_refused = false;
    }
}

void process_die(struct sim *sim, int number)
{
    struct process *process = &sim->processes[number];

    if (process->engine == NULL)
        return;
    if (process_count(sim) > 1)
        sim->double_ms = sim->now_ms;
    engine_free(process->engine);
    process->engine = NULL;
    process->died_ms = sim->now_ms;
    story_tell(sim, NOBODY, "process %d is no more", number);
    process->is_live = false;
    process->incarnation++;
    process->resume_ms = 0;
    process->calls = 0;
    sim->troubled_ms = sim->now_ms;
    forget_refusals(sim, number);
}

/* The one that stays has read the records once more some seconds after it began, and then only every hour; the inbox it has
 * read once. A lease sees to it that the other one writes and accepts nothing for longer; where it did, the one that stays
 * begins anew too. */
void process_survive(struct sim *sim, int number)
{
    const struct process *retired = &sim->processes[number], *other = &sim->processes[1 - number];

    if (process_count(sim) != 1 || retired->engine != NULL)
        return;
    if (retired->wrote_ms < other->booted_ms + REREAD_MS && retired->accepted_ms < other->booted_ms)
        return;
    process_die(sim, 1 - number);
    process_boot_in(sim, 1 - number, 1);
}

void process_retire(struct sim *sim, int number)
{
    if (process_count(sim) < 2)
        return;
    process_die(sim, number);
    process_survive(sim, number);
}

void process_resume(struct sim *sim, const struct happening *happening)
{
    struct process *process = &sim->processes[happening->process];

    if (process->resume_ms == 0 || process->resume_ms > sim->now_ms)
        return;
    process->resume_ms = 0;
    process->slept_ms = sim->now_ms;
    sim->troubled_ms = sim->now_ms;
    story_tell(sim, NOBODY, "process %d wakes up", happening->process);
    process->timer_ms = INT64_MAX;
    process_set_timer(sim, happening->process);
}
