/* bot/observe_jobs.c - the runner's jobs that read what is in environments.
 *
 * What is asked for in one turn is looked at together: a few environments are read each by itself, many by one observation of
 * the whole cluster, and whoever asks while that is under way waits for the next: so a thousand environments cost a few lists.
 * The store may answer one load a turn, and what is loaded is looked at next: as long as there are many such, it is waited a
 * moment for the rest of them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"
#include "k8s/observation.h"

enum {
    ALONE_MAX = 5,      /* as many are read each by itself */
    GATHERING_MS = 100, /* for so long at most: a store may be slow */
    TOLD_IN_A_TURN = 16 /* so that what the first of them lead to is under way before the last of them is told */
};

/* One environment that is to be read. */
struct observe_job {
    struct job job;
    struct observation *observation; /* its own; NULL = it waits, or is part of the round */
    enum observation_depth depth;
    char *app;
    struct observe_job *next; /* of those that wait */
};

/* One observation for many of them. */
struct round {
    struct observation *observation; /* NULL = none is under way */
    struct observe_job **jobs;       /* in the order of its targets */
    size_t count, told;
};

struct runner_observations {
    struct flow flow; /* something was asked for, or there is more to be told. First member */
    struct runner *runner;
    struct observe_job *first, **last; /* those that wait */
    struct timer gathering;            /* they wait for more of them */
    bool is_gathering;                 /* also when that is over, until they are begun */
    struct round round;
};

static void pump(struct flow *flow);
static void pump_alone(struct flow *flow);
static void start_waiting(struct runner_observations *observations);
static void start_round(struct runner_observations *observations, size_t count);
static void tell_round(struct runner_observations *observations);
static void release_job(struct job *job);

void runner_init_observations(struct runner *runner)
{
    struct runner_observations *observations = memory_new(1, sizeof *observations);

    *observations = (struct runner_observations){ .flow = { pump }, .runner = runner };
    observations->last = &observations->first;
    runner->observations = observations;
}

void runner_release_observations(struct runner *runner)
{
    struct runner_observations *observations = runner->observations;

    loop_unpost(runner->options.loop, &observations->flow);
    timer_stop(runner->options.loop, &observations->gathering);
    observation_free(observations->round.observation);
    free(observations->round.jobs);
    free(observations);
    runner->observations = NULL;
}

void job_observe(struct runner *runner, const struct effect *effect)
{
    struct runner_observations *observations = runner->observations;
    struct observe_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_alone;
    job->job.release = release_job;
    job->depth = effect->depth;
    job->app = memory_text(effect->text);
    runner_begin_job(runner, &job->job, effect);
    *observations->last = job;
    observations->last = &job->next;
    loop_post(runner->options.loop, &observations->flow);
}

void observe_jobs_load_begins(struct runner *runner)
{
    runner->loading++;
}

void observe_jobs_load_ended(struct runner *runner)
{
    runner->loading--;
    if (runner->observations != NULL)
        loop_post(runner->options.loop, &runner->observations->flow);
}

static void release_job(struct job *job)
{
    struct observe_job *observe = (struct observe_job *) job;

    observation_free(observe->observation);
    free(observe->app);
    free(observe);
}

static void pump(struct flow *flow)
{
    struct runner_observations *observations = (struct runner_observations *) flow;
    const struct round *round = &observations->round;

    if (round->observation != NULL && observation_is_done(round->observation))
        tell_round(observations);
    if (round->observation == NULL)
        start_waiting(observations);
}

/* --- one by itself --------------------------------------------------------------------------------------------- */

/* The job ends here. */
static void tell(struct observe_job *job, struct observation *observation, size_t target)
{
    struct runner *runner = job->job.runner;
    struct event event = { .kind = EVENT_OBSERVED, .ticket = job->job.ticket };
    struct workload_list workloads = { 0 };
    struct error error = { 0 };
    char namespace[NAMESPACE_NAME_SIZE];

    text_copy_cut(namespace, sizeof namespace, job->job.namespace);
    event.namespace = namespace;
    if (observation_take(observation, target, &workloads, &error))
        event.workloads = &workloads;
    else
        event.error = &error;
    runner_end_job(&job->job);
    runner_tell(runner, &event);
    workload_list_release(&workloads);
}

static void pump_alone(struct flow *flow)
{
    struct observe_job *job = (struct observe_job *) flow;

    tell(job, job->observation, 0);
}

static struct observation_target target_of(const struct observe_job *job)
{
    return (struct observation_target){ .namespace = job->job.namespace, .app = job->app };
}

static void start_alone(struct observe_job *job)
{
    const struct runner_options *options = &job->job.runner->options;
    struct observation_target target = target_of(job);

    job->observation = observation_new(options->client, options->discovery, &target, 1, job->depth, &job->job.flow);
}

/* --- many at once ---------------------------------------------------------------------------------------------- */

static bool is_gathering(struct runner_observations *observations, size_t count)
{
    struct runner *runner = observations->runner;

    if (count == 0 || runner->loading == 0 || count + (size_t) runner->loading <= ALONE_MAX)
        return false;
    if (!observations->is_gathering)
        timer_start(runner->options.loop, &observations->gathering, GATHERING_MS, &observations->flow);
    observations->is_gathering = true;
    return observations->gathering.armed;
}

static void start_waiting(struct runner_observations *observations)
{
    size_t count = 0;

    for (const struct observe_job *job = observations->first; job != NULL; job = job->next)
        count++;
    if (is_gathering(observations, count))
        return;
    timer_stop(observations->runner->options.loop, &observations->gathering);
    observations->is_gathering = false;
    if (count > ALONE_MAX) {
        start_round(observations, count);
        return;
    }
    while (observations->first != NULL) {
        struct observe_job *job = observations->first;

        observations->first = job->next;
        start_alone(job);
    }
    observations->last = &observations->first;
}

static bool is_in_round(const struct round *round, const char *namespace)
{
    for (size_t i = 0; i < round->count; i++)
        if (text_equal(round->jobs[i]->job.namespace, namespace))
            return true;
    return false;
}

/* A second one of the same environment waits for the next round. */
static void fill_round(struct runner_observations *observations, enum observation_depth *ret_depth)
{
    struct round *round = &observations->round;
    struct observe_job *job = observations->first;

    observations->first = NULL;
    observations->last = &observations->first;
    while (job != NULL) {
        struct observe_job *next = job->next;

        job->next = NULL;
        if (is_in_round(round, job->job.namespace)) {
            *observations->last = job;
            observations->last = &job->next;
        } else {
            round->jobs[round->count++] = job;
            *ret_depth = job->depth > *ret_depth ? job->depth : *ret_depth;
        }
        job = next;
    }
}

static void start_round(struct runner_observations *observations, size_t count)
{
    const struct runner_options *options = &observations->runner->options;
    struct round *round = &observations->round;
    enum observation_depth depth = OBSERVE_WORKLOADS;

    *round = (struct round){ .jobs = memory_new(count, sizeof(struct observe_job *)) };
    fill_round(observations, &depth);
    struct observation_target *targets = memory_new(round->count, sizeof *targets);
    for (size_t i = 0; i < round->count; i++)
        targets[i] = target_of(round->jobs[i]);
    round->observation =
        observation_new(options->client, options->discovery, targets, round->count, depth, &observations->flow);
    free(targets);
}

static void tell_round(struct runner_observations *observations)
{
    struct round *round = &observations->round;
    size_t end = round->told + TOLD_IN_A_TURN;

    for (; round->told < round->count && round->told < end; round->told++)
        tell(round->jobs[round->told], round->observation, round->told);
    if (round->told < round->count) {
        loop_post(observations->runner->options.loop, &observations->flow);
        return;
    }
    observation_free(round->observation);
    free(round->jobs);
    *round = (struct round){ 0 };
}
