/* bot/runner.c - carries out what the engine asks for, and tells it what came of it.
 *
 * The middle of it: events in, effects to the jobs, the order of starting and stopping. The jobs themselves stand in
 * store_jobs.c, observe_jobs.c, cluster_jobs.c and slack_jobs.c.
 */
#include "bot/runner.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "bot/runner_state.h"

enum {
    DUE_DELAY_MAX_MS = 30 * 1000
}; /* the wall clock may jump: so the due instant is looked at this often at least */

int64_t runner_now(const struct runner *runner)
{
    return loop_now(runner->options.loop);
}

void runner_log_error(struct runner *runner, enum log_level level, const char *event, const char *namespace,
                      const struct error *error)
{
    struct log_line line;

    log_begin(&line, runner->options.log, level, event, runner_now(runner));
    log_text(&line, "namespace", namespace);
    log_error(&line, error);
    log_end(&line);
}

/* --- jobs ------------------------------------------------------------------------------------------------------ */

void runner_begin_job(struct runner *runner, struct job *job, const struct effect *effect)
{
    job->runner = runner;
    job->previous = NULL;
    job->next = runner->jobs;
    if (runner->jobs != NULL)
        runner->jobs->previous = job;
    runner->jobs = job;
    if (effect == NULL)
        return;
    job->ticket = effect->ticket;
    memcpy(job->namespace, effect->namespace, sizeof job->namespace);
}

void runner_end_job(struct job *job)
{
    if (job->previous != NULL)
        job->previous->next = job->next;
    else
        job->runner->jobs = job->next;
    if (job->next != NULL)
        job->next->previous = job->previous;
    if (job->runner->phase == RUNNER_STOPPING)
        loop_post(job->runner->options.loop, &job->runner->timers.flow);
    job->release(job);
}

/* --- events and effects ---------------------------------------------------------------------------------------- */

/* -1 = it says nothing. */
static void log_count(struct log_line *line, const char *name, int64_t count)
{
    if (count >= 0)
        log_number(line, name, count);
}

static void write_report(struct runner *runner, const struct effect *effect)
{
    const struct report *report = &effect->report;
    struct log_line line;

    log_begin(&line, runner->options.log, report->warn ? LOG_WARN : LOG_INFO, report->event, runner_now(runner));
    log_text(&line, "namespace", effect->namespace);
    log_text(&line, "channel", report->channel);
    log_count(&line, "workloads", report->workloads);
    log_count(&line, "failed", report->failed);
    log_count(&line, "took_s", report->took_s);
    log_text(&line, "by", report->by);
    log_text(&line, "reason", report->reason);
    log_end(&line);
}

static void carry_out(struct runner *runner, struct effect *effect)
{
    switch (effect->kind) {
    case EFFECT_ACK:
        job_ack(runner, effect);
        break;
    case EFFECT_REPLY:
        job_reply(runner, effect);
        break;
    case EFFECT_SAVE:
        job_save(runner, effect);
        break;
    case EFFECT_LOAD:
        job_load(runner, effect);
        break;
    case EFFECT_OBSERVE:
        job_observe(runner, effect);
        break;
    case EFFECT_SCALE:
        job_scale(runner, effect);
        break;
    case EFFECT_ANNOTATE:
        job_annotate(runner, effect);
        break;
    case EFFECT_POST:
    case EFFECT_UPDATE:
    case EFFECT_FIND:
    case EFFECT_LOOK_UP:
        job_channel(runner, effect);
        break;
    case EFFECT_REPORT:
        write_report(runner, effect);
        break;
    case EFFECT_REREAD:
        job_reread(runner);
        break;
    case EFFECT_NOTE:
        note_jobs_add(runner->notes, effect, runner_now(runner));
        break;
    case EFFECT_RECALL:
        job_recall(runner, effect);
        break;
    }
}

/* The engine counts in seconds; that one begins on time, milliseconds say. */
static int64_t delay_until(const struct runner *runner, int64_t due_at)
{
    int64_t delay_ms = due_at * 1000 - loop_wall_ms(runner->options.loop);

    if (delay_ms < 0)
        return 0;
    return delay_ms < DUE_DELAY_MAX_MS ? delay_ms : DUE_DELAY_MAX_MS;
}

static void set_due(struct runner *runner)
{
    int64_t due_at = engine_due_at(runner->options.engine);

    if (due_at == INT64_MAX) {
        timer_stop(runner->options.loop, &runner->due);
        return;
    }
    timer_start(runner->options.loop, &runner->due, delay_until(runner, due_at), &runner->timers.flow);
}

static void end(struct runner *runner)
{
    timer_stop(runner->options.loop, &runner->stop_deadline);
    loop_stop(runner->options.loop);
}

static void end_when_idle(struct runner *runner)
{
    bool closed = runner->sockets == NULL || sockets_are_closed(runner->sockets);

    if (runner->phase == RUNNER_STOPPING && closed && runner->jobs == NULL && engine_is_idle(runner->options.engine))
        end(runner);
}

void runner_tell(struct runner *runner, const struct event *event)
{
    struct effects effects = { 0 };

    engine_handle(runner->options.engine, event, runner_now(runner), &effects);
    for (size_t i = 0; i < effects.count; i++)
        carry_out(runner, &effects.items[i]);
    effects_release(&effects);
    set_due(runner);
    if (runner->options.terminal != NULL)
        loop_post(runner->options.loop, &runner->timers.flow);
}

/* --- starting -------------------------------------------------------------------------------------------------- */

/* Oldest first: of two wishes that were left unfinished the later one is to win. */
static int by_age(const void *a, const void *b)
{
    const struct inbox_entry *first = a, *second = b;

    return (first->accepted_at > second->accepted_at) - (first->accepted_at < second->accepted_at);
}

static void take_up_unfinished(struct runner *runner)
{
    struct event event = { .kind = EVENT_COMPLETE };

    runner_tell(runner, &event);
    if (runner->unfinished_count > 0)
        qsort(runner->unfinished, runner->unfinished_count, sizeof *runner->unfinished, by_age);
    for (size_t i = 0; i < runner->unfinished_count; i++) {
        event = (struct event){ .kind = EVENT_REQUEST, .request = &runner->unfinished[i] };
        runner_tell(runner, &event);
    }
    free(runner->unfinished);
    runner->unfinished = NULL;
    runner->unfinished_count = 0;
}

/* What terminals put into the inbox is found by looking. */
static void look(struct runner *runner)
{
    job_look(runner);
    timer_start(runner->options.loop, &runner->look, store_look_s(runner->options.store) * INT64_C(1000),
                &runner->timers.flow);
}

static void go_live(struct runner *runner)
{
    struct error error = { 0 };

    runner->phase = RUNNER_LIVE;
    if (runner->options.terminal != NULL) {
        runner_take_up_command(runner);
        return;
    }
    take_up_unfinished(runner);
    look(runner);
    timer_start(runner->options.loop, &runner->purge, RUNNER_PURGE_MS, &runner->timers.flow);
    if (runner_open_sockets(runner, &error))
        return;
    runner_log_error(runner, LOG_ERROR, "slack_unavailable", NULL, &error);
    runner->exit_status = 1;
    loop_stop(runner->options.loop);
}

void runner_advance(struct runner *runner)
{
    if (runner->phase == RUNNER_RESTORING && runner->token_known && runner->store_known) {
        runner->phase = RUNNER_LISTING;
        runner_watch_namespaces(runner);
    } else if (runner->phase == RUNNER_LISTING) {
        go_live(runner);
    }
}

void runner_start(struct runner *runner)
{
    if (runner->options.terminal == NULL)
        job_check_token(runner);
    else
        runner->token_known = true;
    if (runner->options.store != NULL) {
        job_restore(runner);
        return;
    }
    runner->store_known = true;
    runner_advance(runner);
}

void runner_refuse(struct runner *runner, const char *slack_error)
{
    struct log_line line;

    log_begin(&line, runner->options.log, LOG_ERROR, "token_refused", runner_now(runner));
    log_text(&line, "slack_error", slack_error);
    log_end(&line);
    runner->exit_status = 1;
    runner_stop(runner);
}

/* --- stopping -------------------------------------------------------------------------------------------------- */

void runner_stop(struct runner *runner)
{
    if (runner->phase == RUNNER_STOPPING)
        return;
    runner->phase = RUNNER_STOPPING;
    engine_end(runner->options.engine);
    runner_drop_channel_jobs(runner);
    timer_stop(runner->options.loop, &runner->purge);
    timer_stop(runner->options.loop, &runner->look);
    namespaces_free(runner->namespaces);
    runner->namespaces = NULL;
    if (runner->sockets != NULL)
        sockets_close(runner->sockets, &runner->timers.flow);
    timer_start(runner->options.loop, &runner->stop_deadline, RUNNER_STOP_MS, &runner->timers.flow);
    loop_post(runner->options.loop, &runner->timers.flow);
}

/* The runner's own timers, and what was posted to it: whichever it was, the state says what to do. */
static void pump(struct flow *flow)
{
    struct runner *runner = ((struct runner_flow *) flow)->runner;
    struct event event = { .kind = EVENT_TIME };

    if (runner->phase == RUNNER_STOPPING) {
        if (!runner->stop_deadline.armed)
            end(runner);
        else
            end_when_idle(runner);
    }
    if (engine_due_at(runner->options.engine) <= runner_now(runner))
        runner_tell(runner, &event);
    else
        set_due(runner);
    if (runner->options.terminal != NULL && (runner->is_failed || runner->phase == RUNNER_LIVE))
        runner_check_command(runner);
    if (runner->phase != RUNNER_LIVE || runner->options.terminal != NULL)
        return;
    if (!runner->purge.armed) {
        job_purge(runner);
        timer_start(runner->options.loop, &runner->purge, RUNNER_PURGE_MS, &runner->timers.flow);
    }
    if (!runner->look.armed)
        look(runner);
}

/* --- life ------------------------------------------------------------------------------------------------------ */

struct runner *runner_new(const struct runner_options *options)
{
    struct runner *runner = memory_new(1, sizeof *runner);

    runner->options = *options;
    runner->timers = (struct runner_flow){ .flow = { .pump = pump }, .runner = runner };
    runner_init_channels(runner);
    runner_init_observations(runner);
    runner->notes = note_jobs_new(options->loop, options->client, options->log);
    return runner;
}

int runner_exit_status(const struct runner *runner)
{
    return runner->exit_status;
}

void runner_free(struct runner *runner)
{
    if (runner == NULL)
        return;
    runner_release_observations(runner);
    while (runner->jobs != NULL)
        runner_end_job(runner->jobs);
    note_jobs_free(runner->notes);
    timer_stop(runner->options.loop, &runner->due);
    timer_stop(runner->options.loop, &runner->stop_deadline);
    timer_stop(runner->options.loop, &runner->purge);
    timer_stop(runner->options.loop, &runner->look);
    loop_unpost(runner->options.loop, &runner->timers.flow);
    namespaces_free(runner->namespaces);
    sockets_free(runner->sockets);
    runner_drop_acks(runner);
    runner_release_channels(runner);
    free(runner->unfinished);
    free(runner);
}
