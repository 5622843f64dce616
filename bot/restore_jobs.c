/* bot/restore_jobs.c - the runner's job that reads, when the program starts, what the store holds.
 *
 * Records, then notices, then the inbox, page by page. What was left unfinished in the inbox waits until the namespaces
 * are known.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"

enum { PAGE_ITEMS = 200 };

/* What is read, in this order. */
enum restore_part { RESTORE_RECORDS, RESTORE_NOTICES, RESTORE_INBOX, RESTORE_PART_COUNT };

static const char *const prefixes[] = { [RESTORE_RECORDS] = "S#", [RESTORE_NOTICES] = "N#", [RESTORE_INBOX] = "I#" };

/* Reads part after part, page by page; a store that does not answer is asked again. */
struct restore_job {
    struct job job;
    struct store_call call;
    struct timer pause;
    enum restore_part part;
    bool rereads; /* the records alone, again */
    char after[STORE_KEY_SIZE];
};

static void release_restore(struct job *job)
{
    struct restore_job *restore = (struct restore_job *) job;

    timer_stop(job->runner->options.loop, &restore->pause);
    store_call_release(&restore->call);
    free(restore);
}

static void read_page(struct restore_job *restore)
{
    struct runner *runner = restore->job.runner;
    struct buffer partition = { 0 };

    store_call_release(&restore->call);
    record_partition_key(runner->options.cluster, &partition);
    restore->call.kind = STORE_LIST;
    restore->call.now = runner_now(runner);
    restore->call.limit = PAGE_ITEMS;
    text_copy_cut(restore->call.partition_key, sizeof restore->call.partition_key, buffer_text(&partition));
    text_copy_cut(restore->call.sort_key, sizeof restore->call.sort_key, prefixes[restore->part]);
    text_copy_cut(restore->call.after, sizeof restore->call.after, restore->after);
    buffer_release(&partition);
    store_start(runner->options.store, &restore->call, &restore->job.flow);
}

static bool restore_record(struct runner *runner, const struct store_item *item, struct error *error)
{
    struct record record;
    struct event event = { .kind = EVENT_RESTORED, .namespace = item->sort_key + strlen(prefixes[RESTORE_RECORDS]) };
    bool read = record_read(item->document, item->revision, &record, error);

    event.record = read ? &record : NULL;
    if (namespace_name_is_valid(event.namespace))
        runner_tell(runner, &event);
    return read;
}

static bool restore_notice(struct runner *runner, const struct store_item *item, struct error *error)
{
    struct notice_record notice;
    struct event event = { .kind = EVENT_NOTICE, .notice = &notice };

    if (!notice_record_read(item->document, &notice, error))
        return false;
    runner_tell(runner, &event);
    return true;
}

static bool restore_inbox_entry(struct runner *runner, const struct store_item *item, struct error *error)
{
    struct inbox_entry entry;

    if (!inbox_entry_read(item->document, item->revision, &entry, error))
        return false;
    if (entry.done || entry.refused)
        return true;
    if (runner->unfinished_count == runner->unfinished_capacity) {
        runner->unfinished_capacity = runner->unfinished_capacity == 0 ? 8 : runner->unfinished_capacity * 2;
        runner->unfinished = memory_grow(runner->unfinished, runner->unfinished_capacity, sizeof entry);
    }
    runner->unfinished[runner->unfinished_count++] = entry;
    return true;
}

static bool restore_item(struct restore_job *restore, const struct store_item *item, struct error *error)
{
    switch (restore->part) {
    case RESTORE_RECORDS:
        return restore_record(restore->job.runner, item, error);
    case RESTORE_NOTICES:
        return restore_notice(restore->job.runner, item, error);
    case RESTORE_INBOX:
        return restore_inbox_entry(restore->job.runner, item, error);
    case RESTORE_PART_COUNT:
        break;
    }
    return true;
}

/* An item that cannot be read stops nothing: it is said, and the environment answers so when somebody asks. */
static void take_page(struct restore_job *restore)
{
    struct runner *runner = restore->job.runner;
    struct error error = { 0 };

    for (size_t i = 0; i < restore->call.items.count; i++) {
        const struct store_item *item = &restore->call.items.items[i];

        if (!restore_item(restore, item, &error))
            runner_log_error(runner, LOG_ERROR, "item_unreadable", item->sort_key, &error);
    }
    text_copy_cut(restore->after, sizeof restore->after, restore->call.has_more ? restore->call.next : "");
}

static void pump_restore(struct flow *flow)
{
    struct restore_job *restore = (struct restore_job *) flow;
    struct runner *runner = restore->job.runner;
    struct error error = { 0 };

    if (!restore->call.done) { /* the pause is over */
        read_page(restore);
        return;
    }
    bool failed = restore->call.result != STORE_OK && restore->call.result != STORE_NONE;
    if (failed && restore->rereads) { /* next time */
        runner_end_job(&restore->job);
        return;
    }
    if (failed) {
        store_describe(&restore->call, &error);
        runner_log_error(runner, LOG_ERROR, "store_unavailable", NULL, &error);
        if (runner->options.terminal != NULL) {
            runner_end_job(&restore->job);
            runner_fail_command(runner, &error);
            return;
        }
        store_call_release(&restore->call);
        timer_start(runner->options.loop, &restore->pause, 1000, flow);
        return;
    }
    take_page(restore);
    if (restore->after[0] == '\0')
        restore->part++;
    bool rereads = restore->rereads;
    if (restore->part < (rereads ? RESTORE_NOTICES : RESTORE_PART_COUNT)) {
        read_page(restore);
        return;
    }
    runner_end_job(&restore->job);
    if (rereads)
        return;
    runner->store_known = true;
    runner_advance(runner);
}

static void begin(struct runner *runner, bool rereads)
{
    struct restore_job *job = memory_new(1, sizeof *job);

    job->rereads = rereads;
    job->job.flow.pump = pump_restore;
    job->job.release = release_restore;
    runner_begin_job(runner, &job->job, NULL);
    read_page(job);
}

void job_restore(struct runner *runner)
{
    begin(runner, false);
}

void job_reread(struct runner *runner)
{
    begin(runner, true);
}
