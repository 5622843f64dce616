/* bot/store_jobs.c - the runner's jobs that read and write the store.
 *
 * What the engine saves together is one write, all or none: the record under its revision, the journal beside it, the
 * inbox entry under its own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"

enum {
    DONE_KEPT_S = 24 * 60 * 60,     /* an inbox entry that is done recognises repeats for a day */
    OPEN_KEPT_S = 7 * 24 * 60 * 60, /* one that nobody took up is of no use after a week */
    DOCUMENT_BYTES_MAX = STORE_DOCUMENT_MAX + 1,
    PAGE_ITEMS = 200,
};

/* The sentence that goes with a result that is no success; the backend's own where it gave one. */
static void describe(const struct store_call *call, struct error *error)
{
    static const enum error_kind kinds[] = {
        [STORE_RETRY_LATER] = ERROR_BUSY, [STORE_UNKNOWN] = ERROR_TIMEOUT, [STORE_DENIED] = ERROR_REFUSED,
        [STORE_TOO_BIG] = ERROR_LIMIT,    [STORE_BAD] = ERROR_LIMIT,       [STORE_DOWN] = ERROR_SYSTEM,
        [STORE_CORRUPT] = ERROR_INPUT,
    };

    if (!call->done) {
        (void) error_set(error, ERROR_TIMEOUT, "the store did not answer in time");
        return;
    }
    *error = call->error;
    if (error->kind == ERROR_NONE)
        (void) error_set(error, kinds[call->result], "the store answered \"%s\"", store_result_name(call->result));
    error->kind = kinds[call->result];
}

/* --- saving ---------------------------------------------------------------------------------------------------- */

struct save_job {
    struct job job;
    struct store_call call;
    struct timer deadline; /* Slack waits 3 s for an ack, and nobody else for ever */
};

static void release_save(struct job *job)
{
    struct save_job *save = (struct save_job *) job;

    timer_stop(job->runner->options.loop, &save->deadline);
    store_call_release(&save->call);
    free(save);
}

static enum save_result result_of(const struct store_call *call)
{
    if (!call->done)
        return SAVE_LATER;
    switch (call->result) {
    case STORE_OK:
        return SAVE_OK;
    case STORE_LOST:
        return SAVE_LOST;
    case STORE_RETRY_LATER:
    case STORE_UNKNOWN:
    case STORE_DOWN:
        return SAVE_LATER;
    case STORE_NONE:
    case STORE_DENIED:
    case STORE_TOO_BIG:
    case STORE_BAD:
    case STORE_CORRUPT:
        break;
    }
    return SAVE_FAILED;
}

static void pump_save(struct flow *flow)
{
    struct save_job *save = (struct save_job *) flow;
    struct runner *runner = save->job.runner;
    struct event event = { .kind = EVENT_SAVED, .ticket = save->job.ticket };
    char namespace[NAMESPACE_NAME_SIZE], revision[STORE_REVISION_SIZE];
    struct error error = { 0 };

    event.result = result_of(&save->call);
    if (event.result == SAVE_LATER || event.result == SAVE_FAILED) {
        describe(&save->call, &error);
        event.error = &error;
        runner_log_error(runner, LOG_WARN, "save_failed", save->job.namespace, &error);
    }
    text_copy_cut(namespace, sizeof namespace, save->job.namespace);
    text_copy_cut(revision, sizeof revision, save->call.operations[0].item.revision);
    event.namespace = namespace;
    event.revision = revision;
    runner_end_job(&save->job);
    runner_tell(runner, &event);
}

static void put_record(struct store_call *call, const char *partition, const struct save *save)
{
    struct buffer key = { 0 }, document = { .limit = DOCUMENT_BYTES_MAX };
    const struct record *record = &save->record;

    record_sort_key(record->namespace, &key);
    record_write(record, &document);
    store_call_put(call, partition, buffer_text(&key), buffer_text(&document), 0,
                   record->revision[0] == '\0' ? STORE_IF_ABSENT : STORE_IF_REVISION, record->revision);
    buffer_release(&key);
    buffer_release(&document);
}

/* A journal too large for an item is cut off by its buffer and would be refused as no JSON: so it is refused as too big. */
static void put_journal(struct store_call *call, const char *partition, const struct save *save)
{
    struct buffer key = { 0 }, document = { .limit = 4 * DOCUMENT_BYTES_MAX };

    journal_sort_key(save->record.namespace, &key);
    if (save->journal.count == 0) {
        store_call_delete(call, partition, buffer_text(&key), STORE_IF_ANY, NULL);
    } else {
        journal_write(&save->journal, &document);
        store_call_put(call, partition, buffer_text(&key), buffer_text(&document), 0, STORE_IF_ANY, NULL);
    }
    buffer_release(&key);
    buffer_release(&document);
}

static void put_inbox(struct store_call *call, const char *partition, const struct inbox_entry *entry, int64_t now)
{
    struct buffer key = { 0 }, document = { .limit = DOCUMENT_BYTES_MAX };
    enum store_condition condition = entry->refused               ? STORE_IF_ANY
                                     : entry->revision[0] == '\0' ? STORE_IF_ABSENT
                                                                  : STORE_IF_REVISION;

    inbox_sort_key(entry->key, &key);
    inbox_entry_write(entry, &document);
    store_call_put(call, partition, buffer_text(&key), buffer_text(&document),
                   now + (entry->done || entry->refused ? DONE_KEPT_S : OPEN_KEPT_S), condition, entry->revision);
    buffer_release(&key);
    buffer_release(&document);
}

void job_save(struct runner *runner, struct effect *effect)
{
    struct save_job *job = memory_new(1, sizeof *job);
    struct buffer partition = { 0 };

    job->job.flow.pump = pump_save;
    job->job.release = release_save;
    job->call.now = runner_now(runner);
    record_partition_key(runner->options.cluster, &partition);
    if (effect->save->has_record)
        put_record(&job->call, buffer_text(&partition), effect->save);
    if (effect->save->has_journal)
        put_journal(&job->call, buffer_text(&partition), effect->save);
    if (effect->save->has_inbox)
        put_inbox(&job->call, buffer_text(&partition), &effect->save->inbox, job->call.now);
    buffer_release(&partition);
    runner_begin_job(runner, &job->job, effect);
    timer_start(runner->options.loop, &job->deadline, RUNNER_SAVE_MS, &job->job.flow);
    store_start(runner->options.store, &job->call, &job->job.flow);
}

/* --- loading --------------------------------------------------------------------------------------------------- */

struct load_job {
    struct job job;
    struct store_call record, journal;
};

static void release_load(struct job *job)
{
    struct load_job *load = (struct load_job *) job;

    store_call_release(&load->record);
    store_call_release(&load->journal);
    free(load);
}

static bool check_read(const struct store_call *call, struct error *error)
{
    if (call->result == STORE_OK || call->result == STORE_NONE)
        return true;
    describe(call, error);
    return false;
}

/* What cannot be read will not become readable by asking again: so its kind is ERROR_INPUT. */
static bool read_items(struct load_job *load, struct record *record, bool *ret_has_record, struct journal *journal,
                       struct error *error)
{
    if (!check_read(&load->record, error) || !check_read(&load->journal, error))
        return false;
    *ret_has_record = load->record.result == STORE_OK;
    const struct store_item *item = load->record.items.items;
    bool read = !*ret_has_record || record_read(item->document, item->revision, record, error);
    if (read && load->journal.result == STORE_OK)
        read = journal_read(load->journal.items.items[0].document, journal, error);
    if (!read)
        error->kind = ERROR_INPUT;
    return read;
}

static void pump_load(struct flow *flow)
{
    struct load_job *load = (struct load_job *) flow;
    struct runner *runner = load->job.runner;
    struct event event = { .kind = EVENT_LOADED, .ticket = load->job.ticket };
    struct record record = { 0 };
    struct journal journal = { 0 };
    struct error error = { 0 };
    char namespace[NAMESPACE_NAME_SIZE];
    bool has_record = false;

    if (!load->record.done || !load->journal.done)
        return;
    text_copy_cut(namespace, sizeof namespace, load->job.namespace);
    event.namespace = namespace;
    if (read_items(load, &record, &has_record, &journal, &error)) {
        event.record = has_record ? &record : NULL;
        event.journal = &journal;
    } else {
        event.error = &error;
        runner_log_error(runner, LOG_ERROR, "load_failed", namespace, &error);
    }
    runner_end_job(&load->job);
    runner_tell(runner, &event);
    journal_release(&journal);
}

static void start_get(struct runner *runner, struct store_call *call, const char *partition, const struct buffer *key,
                      struct flow *flow)
{
    call->kind = STORE_GET;
    call->now = runner_now(runner);
    text_copy_cut(call->partition_key, sizeof call->partition_key, partition);
    text_copy_cut(call->sort_key, sizeof call->sort_key, buffer_text(key));
    store_start(runner->options.store, call, flow);
}

void job_load(struct runner *runner, const struct effect *effect)
{
    struct load_job *job = memory_new(1, sizeof *job);
    struct buffer partition = { 0 }, record_key = { 0 }, journal_key = { 0 };

    job->job.flow.pump = pump_load;
    job->job.release = release_load;
    runner_begin_job(runner, &job->job, effect);
    record_partition_key(runner->options.cluster, &partition);
    record_sort_key(effect->namespace, &record_key);
    journal_sort_key(effect->namespace, &journal_key);
    start_get(runner, &job->record, buffer_text(&partition), &record_key, &job->job.flow);
    start_get(runner, &job->journal, buffer_text(&partition), &journal_key, &job->job.flow);
    buffer_release(&partition);
    buffer_release(&record_key);
    buffer_release(&journal_key);
}

/* --- restoring ------------------------------------------------------------------------------------------------- */

static const char records[] = "S#"; /* and the name of the namespace */

/* Reads all records, then all inbox entries, page by page; a store that does not answer is asked again. */
struct restore_job {
    struct job job;
    struct store_call call;
    struct timer pause;
    bool reads_inbox;
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
    text_copy_cut(restore->call.sort_key, sizeof restore->call.sort_key, restore->reads_inbox ? "I#" : records);
    text_copy_cut(restore->call.after, sizeof restore->call.after, restore->after);
    buffer_release(&partition);
    store_start(runner->options.store, &restore->call, &restore->job.flow);
}

static bool restore_record(struct runner *runner, const struct store_item *item, struct error *error)
{
    struct record record;
    struct event event = { .kind = EVENT_RESTORED, .namespace = item->sort_key + strlen(records) };
    bool read = record_read(item->document, item->revision, &record, error);

    event.record = read ? &record : NULL;
    if (namespace_name_is_valid(event.namespace))
        runner_tell(runner, &event);
    return read;
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

/* An item that cannot be read stops nothing: it is said, and the environment answers so when somebody asks. */
static void take_page(struct restore_job *restore)
{
    struct runner *runner = restore->job.runner;
    struct error error = { 0 };

    for (size_t i = 0; i < restore->call.items.count; i++) {
        const struct store_item *item = &restore->call.items.items[i];
        bool read =
            restore->reads_inbox ? restore_inbox_entry(runner, item, &error) : restore_record(runner, item, &error);
        if (!read)
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
    if (restore->call.result != STORE_OK && restore->call.result != STORE_NONE) {
        describe(&restore->call, &error);
        runner_log_error(runner, LOG_ERROR, "store_unavailable", NULL, &error);
        store_call_release(&restore->call);
        timer_start(runner->options.loop, &restore->pause, 1000, flow);
        return;
    }
    take_page(restore);
    bool more = restore->after[0] != '\0';
    if (more || !restore->reads_inbox) {
        restore->reads_inbox = restore->reads_inbox || !more;
        read_page(restore);
        return;
    }
    runner_end_job(&restore->job);
    runner->store_known = true;
    runner_advance(runner);
}

void job_restore(struct runner *runner)
{
    struct restore_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_restore;
    job->job.release = release_restore;
    runner_begin_job(runner, &job->job, NULL);
    read_page(job);
}

/* --- purging --------------------------------------------------------------------------------------------------- */

static void pump_purge(struct flow *flow)
{
    struct save_job *purge = (struct save_job *) flow;
    struct error error = { 0 };

    if (purge->call.result != STORE_OK) {
        describe(&purge->call, &error);
        runner_log_error(purge->job.runner, LOG_WARN, "purge_failed", NULL, &error);
    }
    runner_end_job(&purge->job);
}

void job_purge(struct runner *runner)
{
    struct save_job *job = memory_new(1, sizeof *job);

    job->job.flow.pump = pump_purge;
    job->job.release = release_save;
    job->call.kind = STORE_PURGE;
    job->call.now = runner_now(runner);
    job->call.limit = STORE_LIST_MAX;
    runner_begin_job(runner, &job->job, NULL);
    store_start(runner->options.store, &job->call, &job->job.flow);
}
