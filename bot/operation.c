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
#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum {
    ROUNDS_MAX = 12,    /* of scaling: a workload that changes under our hands for ever is reported, not fought */
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

/* What goes on beside a stop is asked once, before it. Why something is not ready, only for somebody who is told. */
static enum observation_depth depth_of(const struct operation *operation)
{
    if (operation->is_look)
        return OBSERVE_WORKLOADS;
    if (operation->verb == VERB_STATUS || operation->explains)
        return OBSERVE_REASONS;
    return operation->verb == VERB_STOP && operation->answered.count == 0 ? OBSERVE_LEFTOVERS : OBSERVE_WORKLOADS;
}

void operation_observe(struct engine *engine, struct operation *operation, enum operation_phase phase,
                       struct effects *effects)
{
    operation->phase = phase;
    const struct settings *settings = operation->environment->settings;
    struct effect *effect = operation_ask(engine, operation, EFFECT_OBSERVE, effects);
    effect->text = settings->app == NULL ? NULL : memory_text(settings->app);
    effect->depth = depth_of(operation);
}

void operation_scale(struct engine *engine, struct operation *operation, struct effects *effects)
{
    operation->phase = OPERATION_SCALING;
    struct effect *effect = operation_ask(engine, operation, EFFECT_SCALE, effects);
    effect->orders = operation->plan.orders;
    operation->plan.orders = (struct scale_orders){ 0 };
}

void operation_wait(struct operation *operation, int64_t due_at)
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
        .command = operation->command,
        .under_way = operation_stands_as(operation, RECORD_STOPPING),
        .answered = &operation->answered,
        .is_resumed = operation->is_resumed || operation->is_taken_over,
        .waits_for_no_group = operation->environment->work->waiting != NULL,
        .has_waited = operation->has_waited,
        .waited_for = operation->waited_for,
    };

    transition_release(&operation->plan);
    if (operation->verb == VERB_STOP)
        transition_plan_stop(&view, &operation->plan);
    else
        transition_plan_start(&view, &operation->plan);
}

/* How long until the next look at pods that come or go. */
static int64_t pace_s(const struct operation *operation, int64_t now)
{
    int64_t waited_s = now - operation->started_at;

    return waited_s < READY_QUICK_S ? 1 : waited_s < READY_SLOW_S ? 3 : 5;
}

void operation_await_readiness(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
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
    if (operation->explains) {
        operation_finish(engine, operation, OUTCOME_NOT_READY, NULL, now, effects);
        return;
    }
    operation->explains = now >= operation->ready_by_at;
    if (operation->explains) {
        operation_observe(engine, operation, OPERATION_READYING, effects);
        return;
    }
    operation->phase = OPERATION_READYING;
    operation_wait(operation, now + pace_s(operation, now));
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
        operation_await_readiness(engine, operation, now, effects);
}

/* Before anything is changed. Of several environments each may lack what another one has. */
static bool check_exceptions(const struct operation *operation, struct error *error)
{
    const struct command *command = operation->command;

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

/* Behind the group that has been waited for so far. One in front of it was ready, or gone, before: it gets no time anew, or
 * pods that come and go would hold up everything for ever. */
static bool is_further(const struct operation *operation, int32_t group)
{
    return operation->verb == VERB_STOP ? group < operation->group : group > operation->group;
}

/* A group that is waited for has its time; when that is over, the plan is made without it. */
static bool has_waited_enough(const struct engine *engine, struct operation *operation, int64_t now)
{
    if (operation->group_by_at == 0 || is_further(operation, operation->plan.waits_for)) {
        operation->group = operation->plan.waits_for;
        operation->group_by_at = now + engine->options.ready_timeout_s;
    }
    if (now < operation->group_by_at)
        return false;
    operation->has_waited = true;
    operation->waited_for = operation->group;
    operation->group_by_at = 0;
    plan(operation);
    return !operation->plan.waits || has_waited_enough(engine, operation, now);
}

/* Whoever else wants to write the record may do so meanwhile. */
static void await_group(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    operation->phase = OPERATION_GROUPING;
    operation_wait(operation, now + pace_s(operation, now));
    work_go_on(engine, operation->environment, now, effects);
}

void operation_decide(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    enum record_state under_way = operation->verb == VERB_STOP ? RECORD_STOPPING : RECORD_STARTING;
    bool has_begun = operation_stands_as(operation, under_way);
    struct error error;

    if (!has_begun && operation->by_itself && now < operation->begins_at) {
        operation->phase = OPERATION_PREPARED;
        operation_wait(operation, operation->begins_at);
        return;
    }
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
        operation->plan.failed += operation->plan.orders.count + operation->plan.later;
        operation->plan.waits = false;
        scale_orders_release(&operation->plan.orders);
    }
    if (operation->plan.waits && !has_waited_enough(engine, operation, now))
        await_group(engine, operation, now, effects);
    else if (operation->plan.orders.count == 0)
        conclude(engine, operation, now, effects);
    else if (!has_begun || (operation->plan.journal_changed && operation->verb == VERB_STOP))
        operation_save(engine, operation, OPERATION_SAVING, effects);
    else
        confirm(engine, operation, effects);
}
