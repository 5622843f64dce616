/* bot/history_jobs.c - the runner's job that reads the history of an environment. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"

enum { ACTS_MAX = 20 }; /* as many as an answer shows */

/* Reads page by page, as a page may be shorter than was asked for. */
struct recall_job {
    struct job job;
    struct store_call call;
    struct history_entry acts[ACTS_MAX];
    size_t count;
};

static void release_recall(struct job *job)
{
    struct recall_job *recall = (struct recall_job *) job;

    store_call_release(&recall->call);
    free(recall);
}

static void read_page(struct recall_job *recall, const char *after)
{
    struct runner *runner = recall->job.runner;
    struct buffer partition = { 0 }, prefix = { 0 };

    record_partition_key(runner->options.cluster, &partition);
    history_sort_prefix(recall->job.namespace, &prefix);
    recall->call.kind = STORE_LIST;
    recall->call.now = runner_now(runner);
    recall->call.newest_first = true;
    recall->call.limit = ACTS_MAX - recall->count;
    text_copy_cut(recall->call.partition_key, sizeof recall->call.partition_key, buffer_text(&partition));
    text_copy_cut(recall->call.sort_key, sizeof recall->call.sort_key, buffer_text(&prefix));
    text_copy_cut(recall->call.after, sizeof recall->call.after, after);
    buffer_release(&partition);
    buffer_release(&prefix);
    store_start(runner->options.store, &recall->call, &recall->job.flow);
}

/* One that cannot be read is passed over: it hides none of the others. */
static void take_page(struct recall_job *recall)
{
    struct error error = { 0 };

    for (size_t i = 0; i < recall->call.items.count && recall->count < ACTS_MAX; i++) {
        const struct store_item *item = &recall->call.items.items[i];

        if (history_entry_read(item->document, &recall->acts[recall->count], &error))
            recall->count++;
        else
            runner_log_error(recall->job.runner, LOG_ERROR, "item_unreadable", item->sort_key, &error);
    }
}

/* The acts lie in the job, so it ends behind the telling. */
static void tell(struct recall_job *recall, const struct error *error)
{
    struct event event = {
        .kind = EVENT_RECALLED,
        .ticket = recall->job.ticket,
        .namespace = recall->job.namespace,
        .error = error,
        .acts = recall->acts,
        .act_count = error == NULL ? recall->count : 0,
    };

    runner_tell(recall->job.runner, &event);
    runner_end_job(&recall->job);
}

static void pump_recall(struct flow *flow)
{
    struct recall_job *recall = (struct recall_job *) flow;
    struct error error = { 0 };

    if (recall->call.result != STORE_OK && recall->call.result != STORE_NONE) {
        store_describe(&recall->call, &error);
        runner_log_error(recall->job.runner, LOG_ERROR, "recall_failed", recall->job.namespace, &error);
        tell(recall, &error);
        return;
    }
    take_page(recall);
    if (recall->call.has_more && recall->count < ACTS_MAX) {
        char after[STORE_KEY_SIZE];

        text_copy_cut(after, sizeof after, recall->call.next);
        store_call_release(&recall->call);
        read_page(recall, after);
        return;
    }
    tell(recall, NULL);
}

void job_recall(struct runner *runner, const struct effect *effect)
{
    struct recall_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_recall;
    job->job.release = release_recall;
    runner_begin_job(runner, &job->job, effect);
    read_page(job, "");
}
