/* bot/operation.c - the stop, the start or the reading of one environment, from the wish to the outcome.
 *
 * Pure. The order of steps is what keeps the promises:
 *
 *     load -> observe -> decide -> save -> scale -> observe -> decide -> confirm -> scale -> ... -> save -> (wait until ready) -> outcome
 *
 * What is about to be done is stored before it is done, every write carries the resourceVersion its decision rests on, and
 * nothing is called done that was not read back. A save that is lost to somebody else, a conflict, a missing answer: each
 * leads back to reading and deciding again. Once the first save stands, the operation is carried to its end, across
 * faults and restarts; a newer wish waits until it is there (DESIGN: whoever takes over a stop finishes it first).
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum {
    ROUNDS_MAX = 12,  /* of scaling: a workload that changes under our hands for ever is reported, not fought */
    FAILURES_MAX = 4, /* in a row, before the first save stands: then nothing was changed, and it is said */
    RETRY_S = 1,      /* grows by one second with each failure, up to */
    RETRY_MAX_S = 15,
    READY_QUICK_S = 20, /* for so long readiness is read every second, then every 3, after a minute every 5 */
    READY_SLOW_S = 60,
};

/* --- effects --------------------------------------------------------------------------------------------------- */

struct effect *operation_ask(struct engine *engine, struct operation *operation, enum effect_kind kind,
                             struct effects *effects)
{
    struct effect *effect = effects_add(effects, kind);

    effect->ticket = operation->ticket = ++engine->last_ticket;
    text_copy_cut(effect->namespace, sizeof effect->namespace, operation->environment->name);
    operation->due_at = INT64_MAX;
    return effect;
}

void operation_load(struct engine *engine, struct operation *operation, struct effects *effects)
{
    operation->phase = OPERATION_LOADING;
    (void) operation_ask(engine, operation, EFFECT_LOAD, effects);
}

void operation_observe(struct engine *engine, struct operation *operation, enum operation_phase phase,
                       struct effects *effects)
{
    operation->phase = phase;
    (void) operation_ask(engine, operation, EFFECT_OBSERVE, effects);
}

static void scale(struct engine *engine, struct operation *operation, struct effects *effects)
{
    operation->phase = OPERATION_SCALING;
    operation->rounds++;
    struct effect *effect = operation_ask(engine, operation, EFFECT_SCALE, effects);
    effect->orders = operation->plan.orders;
    operation->plan.orders = (struct scale_orders){ 0 };
}

static void wait_for(struct operation *operation, int64_t due_at)
{
    operation->ticket = 0;
    operation->due_at = due_at;
}

/* --- deciding -------------------------------------------------------------------------------------------------- */

void operation_commit_if_begun(struct operation *operation)
{
    operation->committed = operation->committed ||
                           (operation->verb == VERB_STOP && operation_stands_as(operation, RECORD_STOPPING)) ||
                           (operation->verb == VERB_START && operation_stands_as(operation, RECORD_STARTING));
}

static void plan(struct operation *operation)
{
    struct transition_view view = {
        .seen = &operation->seen,
        .remembered = &operation->journal,
        .command = &operation->command,
        .under_way = operation_stands_as(operation, RECORD_STOPPING),
        .answered = &operation->answered,
        .is_resumed = operation->is_resumed,
    };

    transition_release(&operation->plan);
    if (operation->verb == VERB_STOP)
        transition_plan_stop(&view, &operation->plan);
    else
        transition_plan_start(&view, &operation->plan);
}

static void await_readiness(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    struct standing standing;

    transition_standing(&operation->seen, &operation->journal, &standing);
    bool nobody_waits = operation->by_itself && operation->participant_count == 0;
    if (standing.unready == 0 || nobody_waits) {
        enum outcome_kind kind = operation->plan.failed > 0 ? OUTCOME_PARTLY
                                 : operation->committed     ? OUTCOME_DONE
                                                            : OUTCOME_NOTHING;
        operation_finish(engine, operation, kind, NULL, now, effects);
        return;
    }
    if (operation->environment->work->waiting != NULL) {
        operation_finish(engine, operation, OUTCOME_OVERTAKEN, NULL, now, effects);
        return;
    }
    if (operation->ready_by_at == 0)
        operation->ready_by_at = now + engine->options.ready_timeout_s;
    if (now >= operation->ready_by_at) {
        operation_finish(engine, operation, OUTCOME_NOT_READY, NULL, now, effects);
        return;
    }
    int64_t waited_s = now - operation->started_at;
    operation->phase = OPERATION_READYING;
    wait_for(operation, now + (waited_s < READY_QUICK_S ? 1 : waited_s < READY_SLOW_S ? 3 : 5));
    work_go_on(engine, operation->environment, now, effects);
}

/* What is to stand does so already: nothing else would be written but who asked again. */
static bool is_stored(const struct engine *engine, const struct operation *operation)
{
    struct record record, wanted;

    operation_fill_record(engine, operation, true, &wanted);
    if (!operation_read_record(operation, &record))
        return operation->verb == VERB_START && wanted.deadline_at == 0;
    return record.state == wanted.state && record.partly == wanted.partly && record.deadline_at == wanted.deadline_at;
}

/* What was begun may have been taken over, ended and reversed while this process slept. So between reading the cluster and
 * writing to it the record is read: had somebody else been at it, either it says so, or every resourceVersion has moved on. */
static void confirm(struct engine *engine, struct operation *operation, struct effects *effects)
{
    operation->phase = OPERATION_CONFIRMING;
    (void) operation_ask(engine, operation, EFFECT_LOAD, effects);
}

/* Nothing is left to be ordered. What was done is stored, unless it stands there already. */
static void conclude(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    if (!is_stored(engine, operation) || operation->plan.journal_changed)
        operation_save(engine, operation, OPERATION_FINISHING, effects);
    else if (operation->verb == VERB_STOP)
        operation_finish(engine, operation, operation->plan.failed > 0 ? OUTCOME_PARTLY : OUTCOME_NOTHING, NULL, now,
                         effects);
    else
        await_readiness(engine, operation, now, effects);
}

/* Before anything is changed. Of several environments each may lack what another one has. */
static bool check_exceptions(const struct operation *operation, struct error *error)
{
    const struct command *command = &operation->command;

    if (operation->committed || command->name_count != 1 || command->has_pattern)
        return true;
    return transition_check_exceptions(&operation->seen, command, error);
}

/* A button speaks of a stop that stood when it was pressed. */
static bool check_condition(const struct operation *operation, int64_t now, struct error *error)
{
    const struct button_condition *condition = &operation->condition;
    const struct environment *environment = operation->environment;

    if (operation->committed || environment_meets(environment, condition, now))
        return true;
    if (condition->uid[0] != '\0' && !text_equal(condition->uid, environment->uid))
        return error_set(error, ERROR_CONFLICT, "this button is of an earlier namespace of that name");
    return error_set(error, ERROR_CONFLICT, "the stop that this button speaks of no longer stands");
}

static void decide(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    enum record_state under_way = operation->verb == VERB_STOP ? RECORD_STOPPING : RECORD_STARTING;
    bool has_begun = operation_stands_as(operation, under_way);
    struct error error;

    if (!has_begun && operation->by_itself &&
        !night_still_wants(engine, operation->environment, operation->verb, now)) {
        operation_finish(engine, operation, OUTCOME_OVERTAKEN, NULL, now, effects);
        return;
    }
    if (!has_begun && (!check_exceptions(operation, &error) || !check_condition(operation, now, &error))) {
        operation_finish(engine, operation, OUTCOME_FAILED, &error, now, effects);
        return;
    }
    plan(operation);
    if (operation->rounds >= ROUNDS_MAX) {
        operation->plan.failed += operation->plan.orders.count;
        scale_orders_release(&operation->plan.orders);
    }
    if (operation->plan.orders.count == 0)
        conclude(engine, operation, now, effects);
    else if (!has_begun || operation->plan.journal_changed)
        operation_save(engine, operation, OPERATION_SAVING, effects);
    else
        confirm(engine, operation, effects);
}

/* --- what came back -------------------------------------------------------------------------------------------- */

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
    wait_for(operation, now + night_pause_s(operation->failures, RETRY_S, RETRY_MAX_S));
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
        scale(engine, operation, effects);
        return;
    }
    night_keep_read(engine, environment, event->record, now);
    journal_release(&operation->journal);
    struct record record;
    if (operation_read_record(operation, &record) && event->journal != NULL) {
        operation->journal = *event->journal;
        *event->journal = (struct journal){ 0 };
    }
    operation_commit_if_begun(operation);
    if (is_overtaken(operation))
        operation_finish(engine, operation, OUTCOME_OVERTAKEN, NULL, now, effects);
    else if (operation->verb != VERB_STATUS && is_other_under_way(operation))
        operation_give_way(engine, operation, now, effects);
    else
        operation_observe(engine, operation, OPERATION_OBSERVING, effects);
}

static void observed(struct engine *engine, struct operation *operation, const struct event *event, int64_t now,
                     struct effects *effects)
{
    if (event->error != NULL) {
        retry(engine, operation, event->error, now, effects);
        return;
    }
    operation->failures = 0;
    workload_list_release(&operation->seen);
    operation->seen = *event->workloads;
    *event->workloads = (struct workload_list){ 0 };
    if (operation->verb == VERB_STATUS)
        operation_finish(engine, operation, OUTCOME_STATUS, NULL, now, effects);
    else if (operation->phase == OPERATION_READYING)
        await_readiness(engine, operation, now, effects);
    else
        decide(engine, operation, now, effects);
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

/* What was saved now stands: record, journal and revision. */
static void adopt_saved(struct engine *engine, struct operation *operation, const char *revision, int64_t now)
{
    struct environment *environment = operation->environment;

    text_copy_cut(operation->saving.revision, sizeof operation->saving.revision, revision);
    night_keep(engine, environment, &operation->saving);
    if (operation->by_itself)
        notices_can_wait(engine, environment, now);
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
        scale(engine, operation, effects);
    else if (operation->verb == VERB_STOP)
        operation_finish(engine, operation, operation->plan.failed > 0 ? OUTCOME_PARTLY : OUTCOME_DONE, NULL, now,
                         effects);
    else
        await_readiness(engine, operation, now, effects);
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

static void scaled(struct engine *engine, struct operation *operation, const struct event *event, int64_t now,
                   struct effects *effects)
{
    bool unknown = false;

    for (size_t i = 0; i < event->orders->count; i++) {
        note_answer(operation, &event->orders->items[i]);
        unknown = unknown || event->orders->items[i].result == SCALE_UNKNOWN;
    }
    operation->phase = OPERATION_OBSERVING;
    if (unknown)
        wait_for(operation, now + RETRY_S);
    else
        operation_observe(engine, operation, OPERATION_OBSERVING, effects);
}

static struct operation *waiting_for(const struct environment *environment, uint64_t ticket)
{
    if (environment == NULL || environment->work == NULL || ticket == 0)
        return NULL;
    if (environment->work->operation != NULL && environment->work->operation->ticket == ticket)
        return environment->work->operation;
    if (environment->work->inquiry != NULL && environment->work->inquiry->ticket == ticket)
        return environment->work->inquiry;
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

static void tick(struct engine *engine, struct operation *operation, struct effects *effects)
{
    switch (operation->phase) {
    case OPERATION_LOADING:
        operation_load(engine, operation, effects);
        break;
    case OPERATION_OBSERVING:
    case OPERATION_READYING:
        operation_observe(engine, operation, operation->phase, effects);
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
            tick(engine, engine->operations[i], effects);
}
