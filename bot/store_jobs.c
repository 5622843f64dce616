/* bot/store_jobs.c - the runner's jobs that read and write the store.
 *
 * What the engine saves together is one write, all or none: the record under its revision, the journal beside it, the
 * inbox entry under its own, and a notice and an act of the history, whatever stands there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/runner_state.h"

enum {
    DONE_KEPT_S = 24 * 60 * 60,     /* an inbox entry that is done recognises repeats for a day */
    OPEN_KEPT_S = 7 * 24 * 60 * 60, /* one that nobody took up is of no use after a week */
    NOTICE_KEPT_S = 7 * 24 * 60 * 60,
    ACT_KEPT_S = 90 * 24 * 60 * 60,
    DOCUMENT_BYTES_MAX = STORE_DOCUMENT_MAX + 1,
};

void store_describe(const struct store_call *call, struct error *error)
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
    struct timer deadline;                        /* Slack waits 3 s for an ack, and nobody else for ever */
    const char *record_revision, *inbox_revision; /* what will stand there, within call; NULL = none is written */
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
    char namespace[NAMESPACE_NAME_SIZE], revision[STORE_REVISION_SIZE], inbox_revision[STORE_REVISION_SIZE];
    struct error error = { 0 };

    event.result = result_of(&save->call);
    if (event.result == SAVE_LATER || event.result == SAVE_FAILED) {
        store_describe(&save->call, &error);
        event.error = &error;
        runner_log_error(runner, LOG_WARN, "save_failed", save->job.namespace, &error);
    }
    text_copy_cut(namespace, sizeof namespace, save->job.namespace);
    text_copy_cut(inbox_revision, sizeof inbox_revision, save->inbox_revision != NULL ? save->inbox_revision : "");
    text_copy_cut(revision, sizeof revision, save->record_revision != NULL ? save->record_revision : inbox_revision);
    event.namespace = namespace;
    event.revision = revision;
    event.inbox_revision = inbox_revision;
    runner_end_job(&save->job);
    runner_tell(runner, &event);
}

/* What is recorded of a deleted namespace goes after a while; 0 = never. */
static int64_t expiry_of(const struct record *record)
{
    return record->gone_at == 0 ? 0 : record->gone_at + RECORD_GONE_KEPT_S;
}

static void put_record(struct store_call *call, const char *partition, const struct save *save)
{
    struct buffer key = { 0 }, document = { .limit = DOCUMENT_BYTES_MAX };
    const struct record *record = &save->record;

    record_sort_key(record->namespace, &key);
    record_write(record, &document);
    store_call_put(call, partition, buffer_text(&key), buffer_text(&document), expiry_of(record),
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
        store_call_put(call, partition, buffer_text(&key), buffer_text(&document), expiry_of(&save->record),
                       STORE_IF_ANY, NULL);
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

static void put_notice(struct store_call *call, const char *partition, const struct notice_record *notice)
{
    struct buffer key = { 0 }, document = { .limit = DOCUMENT_BYTES_MAX };

    notice_sort_key(notice->id, &key);
    notice_record_write(notice, &document);
    store_call_put(call, partition, buffer_text(&key), buffer_text(&document), notice->posted_at + NOTICE_KEPT_S,
                   STORE_IF_ANY, NULL);
    buffer_release(&key);
    buffer_release(&document);
}

/* Its texts are cut to what struct history_entry holds, so it never is what makes a write too big. */
static void put_act(struct store_call *call, const char *partition, const struct history_entry *act)
{
    struct buffer key = { 0 }, document = { .limit = DOCUMENT_BYTES_MAX };

    history_sort_key(act, &key);
    history_entry_write(act, &document);
    store_call_put(call, partition, buffer_text(&key), buffer_text(&document), act->at + ACT_KEPT_S, STORE_IF_ANY,
                   NULL);
    buffer_release(&key);
    buffer_release(&document);
}

static const char *last_revision(const struct store_call *call)
{
    return call->operations[call->operation_count - 1].item.revision;
}

static void put_all(struct save_job *job, const char *partition, const struct save *save)
{
    if (save->has_record) {
        put_record(&job->call, partition, save);
        job->record_revision = last_revision(&job->call);
    }
    if (save->has_journal)
        put_journal(&job->call, partition, save);
    if (save->has_inbox) {
        put_inbox(&job->call, partition, &save->inbox, job->call.now);
        job->inbox_revision = last_revision(&job->call);
    }
    if (save->has_notice)
        put_notice(&job->call, partition, &save->notice);
    if (save->has_history)
        put_act(&job->call, partition, &save->history);
}

void job_save(struct runner *runner, struct effect *effect)
{
    struct save_job *job = memory_new(1, sizeof *job);
    struct buffer partition = { 0 };

    job->job.flow.pump = pump_save;
    job->job.release = release_save;
    job->call.now = runner_now(runner);
    record_partition_key(runner->options.cluster, &partition);
    put_all(job, buffer_text(&partition), effect->save);
    buffer_release(&partition);
    runner_begin_job(runner, &job->job, effect);
    timer_start(runner->options.loop, &job->deadline, RUNNER_SAVE_MS, &job->job.flow);
    store_start(runner->options.store, &job->call, &job->job.flow);
}

/* --- loading --------------------------------------------------------------------------------------------------- */

struct load_job {
    struct job job;
    struct store_call record, journal, inbox;
    bool wants_inbox;
};

/* What was read. */
struct loaded {
    bool has_record, has_inbox;
    struct record record;
    struct journal journal;
    struct inbox_entry inbox;
};

static void release_load(struct job *job)
{
    struct load_job *load = (struct load_job *) job;

    store_call_release(&load->record);
    store_call_release(&load->journal);
    store_call_release(&load->inbox);
    observe_jobs_load_ended(job->runner);
    free(load);
}

static bool check_read(const struct store_call *call, bool *ret_found, struct error *error)
{
    *ret_found = call->result == STORE_OK;
    if (call->result == STORE_OK || call->result == STORE_NONE)
        return true;
    store_describe(call, error);
    return false;
}

static bool read_documents(const struct load_job *load, struct loaded *loaded, bool has_journal, struct error *error)
{
    const struct store_item *record = load->record.items.items, *journal = load->journal.items.items,
                            *inbox = load->inbox.items.items;

    return (!loaded->has_record || record_read(record->document, record->revision, &loaded->record, error)) &&
           (!has_journal || journal_read(journal->document, &loaded->journal, error)) &&
           (!loaded->has_inbox || inbox_entry_read(inbox->document, inbox->revision, &loaded->inbox, error));
}

/* What cannot be read will not become readable by asking again: so its kind is ERROR_INPUT. */
static bool read_items(const struct load_job *load, struct loaded *loaded, struct error *error)
{
    bool has_journal = false;

    if (!check_read(&load->record, &loaded->has_record, error) || !check_read(&load->journal, &has_journal, error) ||
        (load->wants_inbox && !check_read(&load->inbox, &loaded->has_inbox, error)))
        return false;
    bool read = read_documents(load, loaded, has_journal, error);
    if (!read)
        error->kind = ERROR_INPUT;
    return read;
}

static void pump_load(struct flow *flow)
{
    struct load_job *load = (struct load_job *) flow;
    struct runner *runner = load->job.runner;
    struct event event = { .kind = EVENT_LOADED, .ticket = load->job.ticket };
    struct loaded loaded = { 0 };
    struct error error = { 0 };
    char namespace[NAMESPACE_NAME_SIZE];

    if (!load->record.done || !load->journal.done || (load->wants_inbox && !load->inbox.done))
        return;
    text_copy_cut(namespace, sizeof namespace, load->job.namespace);
    event.namespace = namespace;
    if (read_items(load, &loaded, &error)) {
        event.record = loaded.has_record ? &loaded.record : NULL;
        event.journal = &loaded.journal;
        event.stored = loaded.has_inbox ? &loaded.inbox : NULL;
    } else {
        event.error = &error;
        runner_log_error(runner, LOG_ERROR, "load_failed", namespace, &error);
    }
    runner_end_job(&load->job);
    runner_tell(runner, &event);
    journal_release(&loaded.journal);
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
    struct buffer partition = { 0 }, record_key = { 0 }, journal_key = { 0 }, inbox_key = { 0 };

    job->job.flow.pump = pump_load;
    job->job.release = release_load;
    job->wants_inbox = effect->inbox_key[0] != '\0';
    runner_begin_job(runner, &job->job, effect);
    observe_jobs_load_begins(runner);
    record_partition_key(runner->options.cluster, &partition);
    record_sort_key(effect->namespace, &record_key);
    journal_sort_key(effect->namespace, &journal_key);
    inbox_sort_key(effect->inbox_key, &inbox_key);
    start_get(runner, &job->record, buffer_text(&partition), &record_key, &job->job.flow);
    start_get(runner, &job->journal, buffer_text(&partition), &journal_key, &job->job.flow);
    if (job->wants_inbox)
        start_get(runner, &job->inbox, buffer_text(&partition), &inbox_key, &job->job.flow);
    buffer_release(&partition);
    buffer_release(&record_key);
    buffer_release(&journal_key);
    buffer_release(&inbox_key);
}

/* --- purging --------------------------------------------------------------------------------------------------- */

static void pump_purge(struct flow *flow)
{
    struct save_job *purge = (struct save_job *) flow;
    struct error error = { 0 };

    if (purge->call.result != STORE_OK) {
        store_describe(&purge->call, &error);
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
