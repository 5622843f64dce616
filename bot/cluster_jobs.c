/* bot/cluster_jobs.c - the runner's jobs that change the cluster, and its ear for namespaces. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"
#include "k8s/annotation.h"
#include "k8s/scaling.h"

/* --- scaling --------------------------------------------------------------------------------------------------- */

struct scale_job {
    struct job job;
    struct scaling *scaling;
};

static void release_scale(struct job *job)
{
    struct scale_job *scale = (struct scale_job *) job;

    scaling_free(scale->scaling);
    note_jobs_let(scale->job.runner->notes);
    free(scale);
}

static void pump_scale(struct flow *flow)
{
    struct scale_job *scale = (struct scale_job *) flow;
    struct runner *runner = scale->job.runner;
    struct scale_orders orders = { 0 };
    char namespace[NAMESPACE_NAME_SIZE];
    struct event event = {
        .kind = EVENT_SCALED, .ticket = scale->job.ticket, .namespace = namespace, .orders = &orders
    };

    text_copy_cut(namespace, sizeof namespace, scale->job.namespace);
    scaling_take(scale->scaling, &orders);
    runner_end_job(&scale->job);
    runner_tell(runner, &event);
    scale_orders_release(&orders);
}

void job_scale(struct runner *runner, struct effect *effect)
{
    struct scale_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_scale;
    job->job.release = release_scale;
    runner_begin_job(runner, &job->job, effect);
    note_jobs_hold(runner->notes);
    job->scaling = scaling_new(runner->options.client, runner->options.discovery, effect->namespace, &effect->orders,
                               &job->job.flow);
}

/* --- the schedule of a namespace ------------------------------------------------------------------------------- */

struct annotate_job {
    struct job job;
    struct client_call call;
    char uid[KUBERNETES_UID_SIZE];
    char *schedule; /* NULL = none any more */
};

static void release_annotate(struct job *job)
{
    struct annotate_job *annotate = (struct annotate_job *) job;

    client_call_release(&annotate->call);
    free(annotate->schedule);
    free(annotate);
}

static bool is_annotated(const struct annotate_job *annotate, struct error *error)
{
    const struct client_call *call = &annotate->call;

    *error = call->error;
    return call->error.kind == ERROR_NONE &&
           annotation_read_response(&call->response, annotate->uid, annotate->schedule, error);
}

static void pump_annotate(struct flow *flow)
{
    struct annotate_job *annotate = (struct annotate_job *) flow;
    struct runner *runner = annotate->job.runner;
    char namespace[NAMESPACE_NAME_SIZE];
    struct event event = { .kind = EVENT_ANNOTATED, .ticket = annotate->job.ticket, .namespace = namespace };
    struct error error;

    text_copy_cut(namespace, sizeof namespace, annotate->job.namespace);
    if (!is_annotated(annotate, &error))
        event.error = &error;
    runner_end_job(&annotate->job);
    runner_tell(runner, &event);
}

void job_annotate(struct runner *runner, const struct effect *effect)
{
    struct annotate_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_annotate;
    job->job.release = release_annotate;
    runner_begin_job(runner, &job->job, effect);
    text_copy_cut(job->uid, sizeof job->uid, effect->uid);
    job->schedule = effect->text == NULL ? NULL : memory_text(effect->text);
    annotation_write_request(effect->namespace, job->uid, job->schedule, &job->call.request);
    client_call_start(runner->options.client, &job->call, &job->job.flow);
}

/* --- namespaces ------------------------------------------------------------------------------------------------ */

static void namespace_seen(struct namespaces_listener *listener, const struct namespace *namespace)
{
    struct runner *runner = ((struct runner_namespaces *) listener)->runner;
    struct event event = { .kind = EVENT_NAMESPACE, .seen = namespace };

    runner_tell(runner, &event);
}

static void namespace_gone(struct namespaces_listener *listener, const char *name, const char *uid)
{
    struct runner *runner = ((struct runner_namespaces *) listener)->runner;
    struct event event = { .kind = EVENT_NAMESPACE_GONE, .namespace = name, .uid = uid };

    runner_tell(runner, &event);
}

static void namespaces_complete(struct namespaces_listener *listener)
{
    struct runner *runner = ((struct runner_namespaces *) listener)->runner;
    struct log_line line;

    if (runner->namespaces_failing) {
        log_begin(&line, runner->options.log, LOG_INFO, "namespaces_followed", runner_now(runner));
        log_end(&line);
    }
    runner->namespaces_failing = false;
    if (runner->phase == RUNNER_LISTING)
        runner_advance(runner);
}

/* It goes on by itself; one line says that it fails, one that it works again. */
static void namespaces_failed(struct namespaces_listener *listener, const struct error *error)
{
    struct runner *runner = ((struct runner_namespaces *) listener)->runner;

    if (!runner->namespaces_failing)
        runner_log_error(runner, LOG_WARN, "namespaces_unknown", NULL, error);
    runner->namespaces_failing = true;
    if (runner->phase == RUNNER_LISTING)
        runner_fail_command(runner, error);
}

void runner_watch_namespaces(struct runner *runner)
{
    runner->namespaces_listener = (struct runner_namespaces){
        .listener = { .seen = namespace_seen,
                      .gone = namespace_gone,
                      .complete = namespaces_complete,
                      .failed = namespaces_failed },
        .runner = runner,
    };
    runner->namespaces =
        namespaces_new(runner->options.loop, runner->options.client, &runner->namespaces_listener.listener);
}
