/* bot/operation_heard.c - what an operation hears back, and what it then does.
 *
 * Pure. A save that is lost to somebody else, a conflict, a missing answer: each leads back to reading and deciding again.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum {
    FAILURES_MAX = 4, /* in a row, before the first save stands: then nothing was changed, and it is said */
    RETRY_S = 1,      /* grows by one second with each failure, up to */
    RETRY_MAX_S = 15,
};

/* Something did not answer. Before the first save nothing was changed, and after some tries that is said; from then on
 * it is tried until it works, and those who wait are told so. */
static void retry(struct engine *engine, struct operation *operation, const struct error *error, int64_t now,
                  struct effects *effects)
{
    operation->failures++;
    bool transient = error->kind == ERROR_BUSY || error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT ||
                     error->kind == ERROR_SYSTEM || error->kind == ERROR_PROTOCOL;
    if (operation->verb == VERB_STATUS ||
        (!operation->committed && (!transient || operation->failures >= FAILURES_MAX))) {
        operation_finish(engine, operation, OUTCOME_FAILED, error, now, effects);
        return;
    }
    if (operation->failures == FAILURES_MAX || (operation->failures > FAILURES_MAX && operation->participant_count > 0))
        operation_finish(engine, operation, OUTCOME_CONTINUES, error, now, effects);
    operation_wait(operation, now + night_pause_s(operation->failures, RETRY_S, RETRY_MAX_S));
}

/* The other one of stop and start was begun, here or elsewhere. It is carried to its end before it is reversed, so that
 * every workload's resourceVersion has moved on, and a write that comes late is refused. */
static bool is_other_under_way(const struct operation *operation)
{
    return operation_stands_as(operation, operation->verb == VERB_STOP ? RECORD_STARTING : RECORD_STOPPING);
}

/* A newer decision stands there: one of this process would be known, so it was made elsewhere, or before a restart. */
static bool is_overtaken(const struct operation *operation)
{
    struct record record;

    if (operation->verb == VERB_STATUS || operation->by_itself || !operation_read_record(operation, &record))
        return false;
    bool is_up = record.state == RECORD_AWAKE || record.state == RECORD_STARTING;
    bool was_kept = is_up && record_is_kept_awake(&record) && record.deadline_set_at > operation->wanted_at;
    if (operation->verb == VERB_STOP)
        return was_kept || (is_up && record.since_at > operation->wanted_at);
    return !is_up && record.since_at > operation->wanted_at;
}

static bool is_confirmed(const struct operation *operation, const struct event *event)
{
    char revision[RECORD_REVISION_SIZE];

    environment_revision(operation->environment, revision);
    return operation->phase == OPERATION_CONFIRMING && event->record != NULL &&
           text_equal(event->record->revision, revision);
}

/* What stands there as under way is not what this process saved last. */
static bool is_of_another(const struct operation *operation)
{
    char revision[RECORD_REVISION_SIZE];

    environment_revision(operation->environment, revision);
    return operation->committed && !text_equal(revision, operation->saving.revision);
}

static void loaded(struct engine *engine, struct operation *operation, const struct event *event, int64_t now,
                   struct effects *effects)
{
    struct environment *environment = operation->environment;

    if (event->error != NULL) {
        retry(engine, operation, event->error, now, effects);
        return;
    }
    operation->failures = 0;
    if (is_confirmed(operation, event)) {
        operation_scale(engine, operation, effects);
        return;
    }
    operation->has_loaded = true;
    night_keep_read(engine, environment, event->record, now);
    journal_release(&operation->journal);
    struct record record;
    if (operation_read_record(operation, &record) && event->journal != NULL) {
        operation->journal = *event->journal;
        *event->journal = (struct journal){ 0 };
    }
    operation_commit_if_begun(operation);
    operation->is_taken_over = operation->is_taken_over || is_of_another(operation);
    if (is_overtaken(operation))
        operation_finish(engine, operation, OUTCOME_OVERTAKEN, NULL, now, effects);
    else if (operation->verb != VERB_STATUS && is_other_under_way(operation))
        operation_give_way(engine, operation, now, effects);
    else
        operation_observe(engine, operation, OPERATION_OBSERVING, effects);
}

/* What goes on beside it was counted by the first look alone. */
static void keep_seen(struct operation *operation, struct workload_list *seen)
{
    int32_t jobs = operation->seen.jobs, pods = operation->seen.pods;

    workload_list_release(&operation->seen);
    operation->seen = *seen;
    *seen = (struct workload_list){ 0 };
    if (operation->verb == VERB_STOP && operation->answered.count > 0) {
        operation->seen.jobs = jobs;
        operation->seen.pods = pods;
    }
}

static void observed(struct engine *engine, struct operation *operation, const struct event *event, int64_t now,
                     struct effects *effects)
{
    if (event->error != NULL) {
        retry(engine, operation, event->error, now, effects);
        return;
    }
    operation->failures = 0;
    keep_seen(operation, event->workloads);
    if (vigil_needs_record(operation))
        operation_load(engine, operation, effects);
    else if (operation->verb == VERB_STATUS)
        operation_finish(engine, operation, OUTCOME_STATUS, NULL, now, effects);
    else if (operation->phase == OPERATION_READYING)
        operation_await_readiness(engine, operation, now, effects);
    else
        operation_decide(engine, operation, now, effects);
}

/* What is dropped from the journal is not there for the next plan to count, and is to be told at the end. */
static void count_dropped(struct operation *operation)
{
    operation->gone += operation->plan.gone;
    operation->changed_by_others += operation->plan.changed_by_others;
    operation->plan.gone = operation->plan.changed_by_others = 0;
}

/* The namespace for which it was begun is still there and still takes part. */
static bool still_applies(const struct operation *operation)
{
    return environment_takes_part(operation->environment) && text_equal(operation->environment->uid, operation->uid);
}

/* What a start began with is told at its end, when nothing of it is remembered any more. */
static void keep_before(struct operation *operation)
{
    if (operation->verb != VERB_START || operation->before.count > 0)
        return;
    operation->before = operation->journal;
    operation->journal = (struct journal){ 0 };
}

/* What was saved now stands: record, journal and revision. */
static void adopt_saved(struct engine *engine, struct operation *operation, const char *revision, int64_t now)
{
    struct environment *environment = operation->environment;

    text_copy_cut(operation->saving.revision, sizeof operation->saving.revision, revision);
    night_keep(engine, environment, &operation->saving);
    if (operation->by_itself)
        notices_can_wait(engine, environment, now);
    keep_before(operation);
    journal_release(&operation->journal);
    journal_copy(&operation->plan.journal, &operation->journal);
    count_dropped(operation);
    operation->committed = true;
    operation->failures = 0;
}

static void saved(struct engine *engine, struct operation *operation, const struct event *event, int64_t now,
                  struct effects *effects)
{
    if (event->result == SAVE_LOST) {
        operation_load(engine, operation, effects);
        return;
    }
    if (event->result != SAVE_OK) {
        operation->committed = operation->committed || event->result == SAVE_LATER;
        retry(engine, operation, event->error, now, effects);
        return;
    }
    adopt_saved(engine, operation, event->revision, now);
    if (!still_applies(operation))
        operation_finish(engine, operation, OUTCOME_NO_LONGER, NULL, now, effects);
    else if (operation->phase == OPERATION_SAVING)
        operation_scale(engine, operation, effects);
    else if (operation->verb == VERB_STOP)
        operation_finish(engine, operation, operation->plan.failed > 0 ? OUTCOME_PARTLY : OUTCOME_DONE, NULL, now,
                         effects);
    else
        operation_await_readiness(engine, operation, now, effects);
}

/* What became of an order, and of those before it: a conflict in this round does not undo what an earlier one may have
 * written. */
static void note_answer(struct operation *operation, const struct scale_order *order)
{
    struct scale_order *known = scale_orders_find(&operation->answered, order->resource, order->name);

    if (known == NULL) {
        scale_orders_add(&operation->answered, order);
        known = scale_orders_find(&operation->answered, order->resource, order->name);
    }
    known->may_be_ours = known->may_be_ours || order->result == SCALE_UNKNOWN || order->result == SCALE_DONE;
    known->replicas = order->replicas;
    known->result = order->result;
    scale_order_set_reason(known, order->reason);
}

/* The answer to a write is what the server holds now: it was read back with it. */
static void note_effect(struct operation *operation, const struct scale_order *order)
{
    for (size_t i = 0; i < operation->seen.count; i++) {
        struct workload *workload = &operation->seen.items[i];
        if (!text_equal(workload->name, order->name) || !text_equal(workload->resource, order->resource))
            continue;
        if (order->result == SCALE_GONE)
            workload->terminating = true;
        if (order->result != SCALE_DONE)
            continue;
        workload->replicas = order->replicas;
        workload->replicas_ready = 0;
        workload->settled = workload->action != RESOURCE_SCALED;
    }
}

static void scaled(struct engine *engine, struct operation *operation, const struct event *event, int64_t now,
                   struct effects *effects)
{
    bool is_unknown = false, has_changed = false;

    for (size_t i = 0; i < event->orders->count; i++) {
        const struct scale_order *order = &event->orders->items[i];
        note_answer(operation, order);
        note_effect(operation, order);
        is_unknown = is_unknown || order->result == SCALE_UNKNOWN;
        has_changed = has_changed || order->result == SCALE_CHANGED;
    }
    operation->phase = OPERATION_OBSERVING;
    operation->rounds += is_unknown || has_changed;
    if (is_unknown)
        operation_wait(operation, now + RETRY_S);
    else if (has_changed)
        operation_observe(engine, operation, OPERATION_OBSERVING, effects);
    else
        operation_decide(engine, operation, now, effects);
}

static struct operation *waiting_for(const struct environment *environment, uint64_t ticket)
{
    if (environment == NULL || environment->work == NULL || ticket == 0)
        return NULL;
    if (environment->work->operation != NULL && environment->work->operation->ticket == ticket)
        return environment->work->operation;
    if (environment->work->inquiry != NULL && environment->work->inquiry->ticket == ticket)
        return environment->work->inquiry;
    if (environment->work->look != NULL && environment->work->look->ticket == ticket)
        return environment->work->look;
    return NULL;
}

void operation_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    struct environment *environment =
        event->namespace == NULL ? NULL : environments_find(&engine->environments, event->namespace);
    struct operation *operation = waiting_for(environment, event->ticket);

    if (operation == NULL) /* an answer that nobody waits for any more */
        return;
    operation->ticket = 0;
    if (!still_applies(operation) && event->kind != EVENT_SAVED)
        operation_finish(engine, operation, OUTCOME_NO_LONGER, NULL, now, effects);
    else if (event->kind == EVENT_LOADED)
        loaded(engine, operation, event, now, effects);
    else if (event->kind == EVENT_OBSERVED)
        observed(engine, operation, event, now, effects);
    else if (event->kind == EVENT_SAVED)
        saved(engine, operation, event, now, effects);
    else
        scaled(engine, operation, event, now, effects);
}

static void tick(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    switch (operation->phase) {
    case OPERATION_LOADING:
        operation_load(engine, operation, effects);
        break;
    case OPERATION_OBSERVING:
    case OPERATION_READYING:
        operation_observe(engine, operation, operation->phase, effects);
        break;
    case OPERATION_GROUPING:
        if (operation->environment->work->decision != NULL) /* the record has another writer: its turn first */
            operation->due_at = now + 1;
        else
            operation_observe(engine, operation, OPERATION_OBSERVING, effects);
        break;
    case OPERATION_PREPARED:
        operation->started_at = now;
        operation_decide(engine, operation, now, effects);
        break;
    case OPERATION_CONFIRMING:
        operation_observe(engine, operation, OPERATION_OBSERVING, effects);
        break;
    case OPERATION_SAVING:
    case OPERATION_FINISHING:
        operation_save(engine, operation, operation->phase, effects);
        break;
    case OPERATION_SCALING:
        break; /* answered in any case, with results; it has no time of its own */
    }
}

void operations_tick(struct engine *engine, int64_t now, struct effects *effects)
{
    /* Backwards: what finishes is replaced by the last of the list. */
    for (size_t i = engine->operation_count; i-- > 0;)
        if (i < engine->operation_count && engine->operations[i]->due_at <= now)
            tick(engine, engine->operations[i], now, effects);
}
