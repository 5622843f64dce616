/* tests/sim/sim.c - one run: takes what happens next, has it happen, and looks whether all promises hold. */
#include "tests/sim/sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

int64_t sim_now(const struct sim *sim)
{
    return sim->now_ms / 1000;
}

void sim_hash(struct sim *sim, uint64_t number)
{
    sim->hash = dice_mix(sim->hash, number);
}

void sim_hash_text(struct sim *sim, const char *text)
{
    uint64_t hash = 14695981039346656037u;

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char) *text) * 1099511628211u;
    sim_hash(sim, hash);
}

int sim_site(const struct sim *sim, const char *name)
{
    for (size_t i = 0; i < sim->site_count; i++)
        if (text_equal(sim->sites[i].name, name))
            return (int) i;
    return NOBODY;
}

void sim_after(struct sim *sim, int64_t delay_ms, enum happening_kind kind, int process, int site, int64_t number)
{
    struct happening happening = {
        .at_ms = sim->now_ms + delay_ms, .kind = kind, .process = process, .environment = site, .number = number
    };

    if (process != NOBODY)
        happening.incarnation = sim->processes[process].incarnation;
    queue_add(&sim->queue, &happening);
}

/* ---- chance ---- */

struct dice *sim_dice(struct sim *sim, enum kind kind, int site)
{
    return &sim->streams[site == NOBODY ? SITES_MAX : site][kind];
}

static bool is_calm_day(const struct sim *sim)
{
    return sim_now(sim) < sim->settings.begin_at + (int64_t) sim->mask.calm_days * SIM_DAY_S;
}

int64_t sim_rate(const struct sim *sim, enum kind kind, int site)
{
    if (sim->mask.kinds[kind] || is_calm_day(sim) || (site != NOBODY && sim->mask.sites[site]))
        return 0;
    return sim->settings.kinds_of_10000[kind];
}

bool sim_strikes(struct sim *sim, enum kind kind, int site)
{
    /* Drawn in any case: what is switched off does not move what follows. */
    int64_t drawn = dice_below(sim_dice(sim, kind, site), 10000);

    if (sim->fair || drawn >= sim_rate(sim, kind, site))
        return false;
    sim->counts.faults++;
    return true;
}

/* ---- the end ---- */

void sim_break(struct sim *sim, enum promise promise, int site, const char *format, ...)
{
    va_list arguments;

    if (sim->breach.promise != PROMISE_NONE)
        return;
    sim->breach = (struct breach){ .promise = promise, .site = site, .at_ms = sim->now_ms };
    va_start(arguments, format);
    (void) vsnprintf(sim->breach.sentence, sizeof sim->breach.sentence, format, arguments);
    va_end(arguments);
    story_tell(sim, site, "BROKEN: %s: %s", promise_words(promise)->sentence, sim->breach.sentence);
}

/* ---- life ---- */

struct sim *sim_new(uint64_t seed, const struct sim_size *size, const struct sim_mask *mask, const struct plant *plant,
                    struct zones *zones)
{
    struct sim *sim = memory_new(1, sizeof *sim);

    sim->seed = seed;
    sim->size = *size;
    if (mask != NULL)
        sim->mask = *mask;
    sim->plant = plant;
    sim->zones = zones;
    sim->hash = seed;
    for (size_t site = 0; site <= SITES_MAX; site++)
        for (size_t kind = 0; kind < KIND_COUNT; kind++)
            sim->streams[site][kind].state = dice_mix(dice_mix(seed, site), kind);
    seed_settle(sim);
    return sim;
}

void sim_free(struct sim *sim)
{
    struct happening happening;

    if (sim == NULL)
        return;
    while (queue_take(&sim->queue, &happening))
        if (happening.call != NULL)
            calls_free(sim, happening.call);
    queue_release(&sim->queue);
    for (size_t i = 0; i < PROCESSES; i++) {
        engine_free(sim->processes[i].engine);
        free(sim->processes[i].unfinished);
    }
    for (size_t i = 0; i < SITES_MAX; i++)
        journal_release(&sim->stored[i].journal);
    records_release(&sim->records);
    requests_free(&sim->requests);
    channels_release(&sim->channels);
    judge_release(&sim->judge);
    story_release(&sim->story);
    free(sim);
}

/* ---- what happens ---- */

/* What was meant for a process that has died. */
static bool is_void(const struct sim *sim, const struct happening *happening)
{
    switch (happening->kind) {
    case HAPPEN_ANSWER:
    case HAPPEN_TIMER:
    case HAPPEN_LISTED:
    case HAPPEN_RESUME:
    case HAPPEN_RETIRE:
    case HAPPEN_WATCH:
        return sim->processes[happening->process].incarnation != happening->incarnation ||
               sim->processes[happening->process].engine == NULL;
    default:
        return false;
    }
}

/* What comes for a process that sleeps waits until it wakes up. */
static bool waits(struct sim *sim, struct happening *happening)
{
    if (happening->kind != HAPPEN_ANSWER && happening->kind != HAPPEN_TIMER && happening->kind != HAPPEN_LISTED &&
        happening->kind != HAPPEN_WATCH)
        return false;
    const struct process *process = &sim->processes[happening->process];
    if (process->resume_ms <= sim->now_ms)
        return false;
    happening->at_ms = process->resume_ms + 1;
    queue_add(&sim->queue, happening);
    return true;
}

static void happen(struct sim *sim, struct happening *happening)
{
    static void (*const plain[HAPPEN_COUNT])(struct sim * sim, const struct happening *happening) = {
        [HAPPEN_TIMER] = process_timer,      [HAPPEN_BOOT] = process_boot,       [HAPPEN_LISTED] = process_listed,
        [HAPPEN_RESUME] = process_resume,    [HAPPEN_STEP] = weather_step_clock, [HAPPEN_WATCH] = process_watch,
        [HAPPEN_DELIVER] = requests_deliver, [HAPPEN_ACT] = people_act,          [HAPPEN_HAND] = hands_act,
    };

    sim->counts.events++;
    if (plain[happening->kind] != NULL)
        plain[happening->kind](sim, happening);
    else if (happening->kind == HAPPEN_REACH)
        calls_reach(sim, happening);
    else if (happening->kind == HAPPEN_ANSWER)
        calls_answer(sim, happening);
    else if (happening->kind == HAPPEN_RETIRE)
        process_retire(sim, happening->process);
    else if (happening->kind == HAPPEN_PODS)
        cluster_pods_ready(sim, &sim->sites[happening->environment], happening->number);
    else if (happening->kind == HAPPEN_WEATHER)
        weather_change(sim);
    else if (happening->kind == HAPPEN_LOOK)
        judge_look(sim);
}

bool sim_run(struct sim *sim)
{
    struct happening happening;

    sim->now_ms = sim->settings.begin_at * 1000;
    cluster_build(sim);
    channels_build(sim);
    process_boot_in(sim, 0, 0);
    weather_begin(sim);
    people_begin(sim);
    hands_begin(sim);
    while (sim->breach.promise == PROMISE_NONE && queue_take(&sim->queue, &happening)) {
        if (happening.at_ms >= sim->settings.end_at * 1000) {
            if (happening.call != NULL)
                calls_free(sim, happening.call);
            continue;
        }
        sim->now_ms = happening.at_ms;
        if (is_void(sim, &happening)) {
            if (happening.call != NULL)
                calls_free(sim, happening.call);
        } else if (!waits(sim, &happening)) {
            happen(sim, &happening);
        }
    }
    sim->counts.sites = (int64_t) sim->site_count;
    sim->counts.nights = (sim->now_ms / 1000 - sim->settings.begin_at + SIM_DAY_S / 2) / SIM_DAY_S;
    sim->counts.site_nights = sim->counts.sites * sim->counts.nights;
    return sim->breach.promise == PROMISE_NONE;
}
