/* bot/wishes.c - which operation an environment has, who waits for it, and what comes after it.
 *
 * Pure. An environment does one thing at a time. A wish for the same joins what is under way; another one waits until that is
 * at its end, and only the latest of those that wait is kept: the others are told by whom they were overtaken.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

struct work *work_of(struct environment *environment)
{
    if (environment->work == NULL)
        environment->work = memory_new(1, sizeof *environment->work);
    return environment->work;
}

void work_end_if_idle(struct environment *environment)
{
    struct work *work = environment->work;

    if (work == NULL || work->operation != NULL || work->waiting != NULL || work->inquiry != NULL)
        return;
    free(work);
    environment->work = NULL;
}

static struct operation *operation_new(struct environment *environment, enum verb verb, const struct command *command,
                                       const char *by)
{
    struct operation *operation = memory_new(1, sizeof *operation);

    operation->verb = verb;
    operation->environment = environment;
    operation->command = *command;
    operation->due_at = INT64_MAX;
    text_copy_cut(operation->uid, sizeof operation->uid, environment->uid);
    text_copy_cut(operation->by, sizeof operation->by, by);
    return operation;
}

static void operation_free(struct operation *operation)
{
    free(operation->participants);
    journal_release(&operation->journal);
    transition_release(&operation->plan);
    scale_orders_release(&operation->answered);
    workload_list_release(&operation->seen);
    free(operation);
}

static void join(struct operation *operation, const struct participant *participant)
{
    if (participant == NULL)
        return;
    if (participant->request->entry.accepted_at > operation->wanted_at)
        operation->wanted_at = participant->request->entry.accepted_at;
    operation->participants =
        memory_grow(operation->participants, operation->participant_count + 1, sizeof *operation->participants);
    operation->participants[operation->participant_count++] = *participant;
}

/* Owners may have changed since it was accepted. What was begun already is carried to its end all the same. */
static bool may_begin(struct operation *operation, struct error *error)
{
    operation_commit_if_begun(operation);
    return operation->committed || operation->participant_count == 0 ||
           request_is_permitted(operation->environment, &operation->command, operation->by, error);
}

static void begin(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    struct work *work = work_of(operation->environment);
    struct error error;

    operation->started_at = now;
    if (!may_begin(operation, &error)) {
        operation_finish(engine, operation, OUTCOME_FAILED, &error, now, effects);
        return;
    }
    if (engine->operation_count == engine->operation_capacity) {
        engine->operation_capacity = engine->operation_capacity == 0 ? 16 : engine->operation_capacity * 2;
        engine->operations = memory_grow(engine->operations, engine->operation_capacity, sizeof(struct operation *));
    }
    engine->operations[engine->operation_count++] = operation;
    if (operation->verb == VERB_STATUS)
        work->inquiry = operation;
    else
        work->operation = operation;
    if (operation->environment->is_unread ||
        (environment_has_record(operation->environment) && kept_remembered(operation->environment->kept) > 0))
        operation_load(engine, operation, effects);
    else
        operation_observe(engine, operation, OPERATION_OBSERVING, effects);
}

static void forget(struct engine *engine, struct operation *operation)
{
    for (size_t i = 0; i < engine->operation_count; i++) {
        if (engine->operations[i] != operation)
            continue;
        engine->operations[i] = engine->operations[--engine->operation_count];
        break;
    }
    struct work *work = work_of(operation->environment);
    if (work->inquiry == operation)
        work->inquiry = NULL;
    if (work->operation == operation)
        work->operation = NULL;
}

static void report(const struct operation *operation, const struct outcome *outcome, struct effects *effects)
{
    static const char *const names[][2] = {
        [VERB_START] = { "started", "start_incomplete" }, [VERB_STOP] = { "stopped", "stop_incomplete" }
    };
    bool well = outcome->kind == OUTCOME_DONE || outcome->kind == OUTCOME_NOTHING;
    struct effect *effect = effects_add(effects, EFFECT_REPORT);

    text_copy_cut(effect->namespace, sizeof effect->namespace, operation->environment->name);
    effect->report =
        (struct report){ .event = names[operation->verb][well ? 0 : 1], .warn = !well, .took_s = outcome->took_s };
    effect->report.workloads = (int64_t) operation->answered.count;
    effect->report.failed = (int64_t) operation->plan.failed;
    text_copy_cut(effect->report.by, sizeof effect->report.by, operation->by);
    if (outcome->error != NULL)
        text_copy_cut(effect->report.reason, sizeof effect->report.reason, outcome->error->message);
}

static void tell(struct engine *engine, struct operation *operation, struct outcome *outcome, struct effects *effects)
{
    for (size_t i = 0; i < operation->participant_count; i++) {
        struct buffer text = { .limit = MESSAGE_TEXT_BYTES_MAX };
        outcome->alone = operation->participants[i].request->target_count == 1;
        answer_outcome(outcome, &text);
        request_target_done(engine, &operation->participants[i], buffer_text(&text), effects);
        buffer_release(&text);
    }
    operation->participant_count = 0;
}

/* Tells everybody who waits how it came out. But for OUTCOME_CONTINUES the operation is then over, and the wish that
 * waited behind it begins. */
void operation_finish(struct engine *engine, struct operation *operation, enum outcome_kind kind,
                      const struct error *error, int64_t now, struct effects *effects)
{
    struct environment *environment = operation->environment;
    struct outcome outcome = {
        .kind = kind,
        .verb = operation->verb,
        .environment = environment,
        .by = operation->by,
        .plan = &operation->plan,
        .answered = &operation->answered,
        .seen = &operation->seen,
        .error = error,
        .under_way = VERB_COUNT,
        .now = now,
        .took_s = now - operation->started_at,
    };

    if (kind != OUTCOME_CONTINUES) {
        operation->plan.gone += operation->gone;
        operation->plan.changed_by_others += operation->changed_by_others;
    }
    transition_standing(&operation->seen, &operation->journal, &outcome.standing);
    struct work *work = work_of(environment);
    if (work->waiting != NULL) {
        outcome.overtaken_by = work->waiting->by;
        outcome.verb_since = work->waiting->verb;
    }
    if (work->operation != NULL)
        outcome.under_way = work->operation->verb;
    if (operation->verb != VERB_STATUS)
        report(operation, &outcome, effects);
    if (kind == OUTCOME_CONTINUES) {
        tell(engine, operation, &outcome, effects);
        return;
    }
    forget(engine, operation);
    tell(engine, operation, &outcome, effects);
    bool was_inquiry = operation->verb == VERB_STATUS;
    operation_free(operation);
    struct operation *next = work->waiting;
    if (was_inquiry || next == NULL) {
        work_end_if_idle(environment);
        return;
    }
    work->waiting = NULL;
    begin(engine, next, now, effects);
}

static bool same_wish(const struct operation *operation, enum verb verb, const struct command *command)
{
    if (operation == NULL || operation->verb != verb || operation->command.exception_count != command->exception_count)
        return false;
    for (size_t i = 0; i < command->exception_count; i++)
        if (!text_equal(operation->command.exceptions[i], command->exceptions[i]))
            return false;
    return true;
}

/* The wish that was to come next is overtaken before it began. */
static void displace(struct engine *engine, struct environment *environment, struct operation *next, int64_t now,
                     struct effects *effects)
{
    struct work *work = work_of(environment);
    struct operation *displaced = work->waiting;

    work->waiting = next;
    if (displaced == NULL)
        return;
    struct outcome outcome = { .kind = OUTCOME_OVERTAKEN,
                               .verb = displaced->verb,
                               .environment = environment,
                               .by = displaced->by,
                               .overtaken_by = next->by,
                               .verb_since = next->verb,
                               .now = now };
    tell(engine, displaced, &outcome, effects);
    operation_free(displaced);
}

void operation_want(struct engine *engine, struct environment *environment, enum verb verb,
                    const struct command *command, const char *by, const struct participant *participant, int64_t now,
                    struct effects *effects)
{
    struct work *work = work_of(environment);
    struct operation *running = verb == VERB_STATUS ? work->inquiry : work->operation;

    if (work->waiting != NULL && same_wish(work->waiting, verb, command)) {
        join(work->waiting, participant);
        return;
    }
    if (same_wish(running, verb, command) && (verb == VERB_STATUS || work->waiting == NULL)) {
        join(running, participant);
        return;
    }
    struct operation *operation = operation_new(environment, verb, command, by);
    struct record record;
    if (participant == NULL && environment_read_record(environment, &record))
        operation->wanted_at = record.since_at;
    join(operation, participant);
    if (running == NULL) {
        begin(engine, operation, now, effects);
        return;
    }
    displace(engine, environment, operation, now, effects);
    if (running->phase == OPERATION_READYING && running->ticket == 0)
        operation_finish(engine, running, OUTCOME_OVERTAKEN, NULL, now, effects);
}

/* What a record says was under way when the program ended is taken up, with the exceptions it was begun with. */
void operation_resume(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects)
{
    struct record record;
    struct command command = { 0 };
    struct error error;

    if (!environment_takes_part(environment) || !environment_read_record(environment, &record))
        return;
    if (environment->work != NULL && environment->work->operation != NULL)
        return;
    if (record.state != RECORD_STOPPING && record.state != RECORD_STARTING)
        return;
    struct buffer text = { 0 };
    enum verb verb = record.state == RECORD_STOPPING ? VERB_STOP : VERB_START;
    buffer_append_format(&text, "%s %s%s%s", verb_words(verb)->word, environment->name,
                         record.except[0] == '\0' ? "" : " except ", record.except);
    if (command_read(buffer_text(&text), &(struct command_rules){ .prolong_max_s = engine->options.prolong_max_s },
                     &command, &error))
        operation_want(engine, environment, verb, &command, record.by, NULL, now, effects);
    buffer_release(&text);
}

void operations_release(struct engine *engine)
{
    for (size_t i = 0; i < engine->environments.count; i++)
        if (engine->environments.items[i]->work != NULL) {
            if (engine->environments.items[i]->work->waiting != NULL)
                operation_free(engine->environments.items[i]->work->waiting);
            free(engine->environments.items[i]->work);
        }
    for (size_t i = 0; i < engine->operation_count; i++)
        operation_free(engine->operations[i]);
    free(engine->operations);
}
