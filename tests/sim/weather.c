/* tests/sim/weather.c - when faults happen, and the larger ones: processes that die, sleep, lead both, and clocks that are set.
 *
 * Foul weather changes with fair weather. When that begins one process runs and is awake, and nothing fails: a minute later
 * everything has to be as it should be.
 */
#include "tests/sim/sim.h"

enum {
    HOUR_MS = 60 * 60 * 1000,
    CLOCK_STEP_MAX_MS = 3000,
    TAKE_OVER_MIN_MS = 3000,
    TAKE_OVER_MAX_MS = 20000,
    LOOK_MS = 5 * 60 * 1000,
};

static struct dice *dice_of(struct sim *sim)
{
    return sim_dice(sim, KIND_OUTAGE, NOBODY);
}

static int64_t take_over_ms(struct sim *sim)
{
    return dice_between(dice_of(sim), TAKE_OVER_MIN_MS, TAKE_OVER_MAX_MS);
}

/* ---- fair and foul ---- */

void weather_begin(struct sim *sim)
{
    sim->fair = sim->settings.faultless;
    sim->fair_since_ms = sim->now_ms;
    if (!sim->fair)
        sim_after(sim, dice_between(dice_of(sim), HOUR_MS, 10 * HOUR_MS), HAPPEN_WEATHER, NOBODY, NOBODY, 0);
    sim_after(sim, LOOK_MS, HAPPEN_LOOK, NOBODY, NOBODY, 0);
    for (int i = 0; i < PROCESSES; i++)
        sim_after(sim, dice_below(dice_of(sim), HOUR_MS), HAPPEN_STEP, NOBODY, i, 0);
}

static void end_outages(struct sim *sim)
{
    for (int i = 0; i < PROCESSES; i++) {
        struct process *process = &sim->processes[i];
        if (process->engine != NULL && process->resume_ms > 0) /* it has lost its lease */
            process_die(sim, i);
    }
    if (process_count(sim) > 1)
        process_retire(sim, (int) dice_below(dice_of(sim), PROCESSES));
    if (process_count(sim) == 0) /* nothing does if one is on its way already */
        process_boot_in(sim, (int) dice_below(dice_of(sim), PROCESSES), 1);
    for (size_t i = 0; i < sim->channels.count; i++)
        sim->channels.items[i].archived_until_ms = 0;
}

void weather_change(struct sim *sim)
{
    struct dice *dice = dice_of(sim);

    if (!sim->fair && sim->outage_until_ms > sim->now_ms) {
        sim_after(sim, sim->outage_until_ms - sim->now_ms + 1000, HAPPEN_WEATHER, NOBODY, NOBODY, 0);
        return;
    }
    sim->fair = !sim->fair;
    if (sim->fair) {
        sim->fair_since_ms = sim->troubled_ms = sim->now_ms;
        story_tell(sim, NOBODY, "nothing fails any more");
        end_outages(sim);
        sim_after(sim, dice_between(dice, HOUR_MS / 2, HOUR_MS), HAPPEN_WEATHER, NOBODY, NOBODY, 0);
    } else {
        story_tell(sim, NOBODY, "things may fail again");
        sim_after(sim, dice_between(dice, HOUR_MS, 10 * HOUR_MS), HAPPEN_WEATHER, NOBODY, NOBODY, 0);
    }
}

/* ---- processes ---- */

enum weather_blow weather_blow(struct sim *sim, int process)
{
    (void) process;
    bool dies = sim_strikes(sim, KIND_CRASH, NOBODY), sleeps = sim_strikes(sim, KIND_PAUSE, NOBODY);

    return dies ? BLOW_CRASH : sleeps ? BLOW_PAUSE : BLOW_NONE;
}

/* The same or the other one begins: soon, or, after an outage, in hours. */
void weather_after_death(struct sim *sim, int process)
{
    int64_t delay_ms = take_over_ms(sim);
    int next = dice_falls(dice_of(sim), 5000) ? process : 1 - process;

    if (process_count(sim) > 0) {
        process_survive(sim, process);
        return;
    }
    if (sim_strikes(sim, KIND_OUTAGE, NOBODY)) {
        delay_ms = dice_falls(dice_of(sim), 8000) ? dice_between(dice_of(sim), HOUR_MS / 4, 14 * HOUR_MS)
                                                  : dice_between(dice_of(sim), 14 * HOUR_MS, 75 * HOUR_MS);
        sim->outage_until_ms = sim->now_ms + delay_ms;
        story_tell(sim, NOBODY, "nothing runs for %lld minutes", (long long) delay_ms / 60000);
    }
    process_boot_in(sim, next, delay_ms);
}

static void let_both_lead(struct sim *sim, int former, int64_t from_ms, int64_t until_ms)
{
    int next = 1 - former;

    if (sim->processes[next].engine != NULL)
        return;
    process_boot_in(sim, next, from_ms);
    sim_after(sim, until_ms, HAPPEN_RETIRE, former, NOBODY, 0);
}

/* A leader that sleeps for longer than its lease is succeeded; when it wakes up it does not know that yet. */
void weather_during_sleep(struct sim *sim, int number)
{
    struct process *process = &sim->processes[number];
    struct dice *dice = sim_dice(sim, KIND_PAUSE, NOBODY);
    int64_t sleep_ms = dice_falls(dice, 7000) ? dice_between(dice, 500, 20000) : dice_between(dice, 20000, 600000);

    process->resume_ms = sim->now_ms + sleep_ms;
    sim_after(sim, sleep_ms, HAPPEN_RESUME, number, NOBODY, 0);
    if (sim_strikes(sim, KIND_OVERLAP, NOBODY))
        let_both_lead(sim, number, take_over_ms(sim), sleep_ms + dice_between(dice, 100, 60000));
}

/* Once an hour: somebody sets the clock, a channel is archived, a second process believes that it leads. */
void weather_step_clock(struct sim *sim, const struct happening *happening)
{
    int number = happening->environment;
    struct process *process = &sim->processes[number];
    struct dice *dice = sim_dice(sim, KIND_CLOCK, NOBODY);

    sim_after(sim, HOUR_MS, HAPPEN_STEP, NOBODY, number, 0);
    if (sim_strikes(sim, KIND_CLOCK, NOBODY)) {
        process_step_clock(sim, process, dice_between(dice, -CLOCK_STEP_MAX_MS, CLOCK_STEP_MAX_MS));
        story_tell(sim, NOBODY, "the clock of process %d is now %lld ms ahead", number, (long long) process->clock_ms);
    }
    if (sim_strikes(sim, KIND_ARCHIVED, NOBODY) && dice_falls(dice, 300)) {
        struct channel *channel = &sim->channels.items[dice_below(dice, (int64_t) sim->channels.count)];
        channel->archived_until_ms = sim->now_ms + dice_between(dice, HOUR_MS / 4, 6 * HOUR_MS);
        story_tell(sim, NOBODY, "#%s is archived", channel->id);
    }
    if (process->engine != NULL && process->is_live && sim_strikes(sim, KIND_OVERLAP, NOBODY) && dice_falls(dice, 500))
        let_both_lead(sim, number, 1, dice_between(dice, 5000, 30 * 60 * 1000));
    channels_forget_old(sim);
}
