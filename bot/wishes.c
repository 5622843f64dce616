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

static void end_work_if_idle(struct environment *environment, int64_t now)
{
    struct work *work = environment->work;

    if (work == NULL || work->operation != NULL || work->waiting != NULL || work->inquiry != NULL ||
        work->look != NULL || work->decision != NULL || work->queue != NULL || work->unposted_notice != 0 ||
        work->not_before_at > now)
        return;
    free(work);
    environment->work = NULL;
}

/* What is wanted by itself has neither names nor exceptions: a thousand stops share one command. */
static const struct command *plain_command(enum verb verb)
{
    static const struct command stop = { .verb = VERB_STOP, .name_count = 1 };
    static const struct command start = { .verb = VERB_START, .name_count = 1 };
    static const struct command status = { .verb = VERB_STATUS, .name_count = 1 };

    return verb == VERB_STOP ? &stop : verb == VERB_START ? &start : &status;
}

/* command is copied; NULL = a plain one. */
static struct operation *operation_new(struct environment *environment, enum verb verb, const struct command *command,
                                       const char *by)
{
    struct operation *operation = memory_new(1, sizeof *operation);

    operation->verb = verb;
    operation->environment = environment;
    operation->command = plain_command(verb);
    if (command != NULL) {
        struct command *copy = memory_new(1, sizeof *copy);
        *copy = *command;
        operation->command = operation->own_command = copy;
    }
    operation->due_at = INT64_MAX;
    text_copy_cut(operation->uid, sizeof operation->uid, environment->uid);
    text_copy_cut(operation->by, sizeof operation->by, by);
    text_copy_cut(operation->from, sizeof operation->from, "schedule");
    return operation;
}

bool operation_is_resting(const struct operation *operation)
{
    return operation->phase == OPERATION_READYING || (operation->phase == OPERATION_GROUPING && operation->ticket == 0);
}

void operation_free(struct operation *operation)
{
    free(operation->own_command);
    free(operation->participants);
    journal_release(&operation->journal);
    journal_release(&operation->before);
    transition_release(&operation->plan);
    scale_orders_release(&operation->answered);
    workload_list_release(&operation->seen);
    free(operation);
}

static void join(struct operation *operation, const struct participant *participant)
{
    if (participant == NULL)
        return;
    if (operation->by_itself) { /* somebody wants it in person now, whatever the schedule says */
        operation->by_itself = false;
        text_copy_cut(operation->by, sizeof operation->by, participant->request->entry.user);
        text_copy_cut(operation->from, sizeof operation->from, act_origin(&participant->request->entry));
    }
    if (participant->request->entry.accepted_at > operation->wanted_at)
        operation->wanted_at = participant->request->entry.accepted_at;
    operation->participants =
        memory_grow(operation->participants, operation->participant_count + 1, sizeof *operation->participants);
    operation->participants[operation->participant_count++] = *participant;
}

/* Owners may have changed since it was accepted. What was begun already is carried to its end all the same. */
static bool may_begin(const struct engine *engine, struct operation *operation, struct error *error)
{
    operation_commit_if_begun(operation);
    return operation->committed || operation->participant_count == 0 ||
           request_is_permitted(engine, operation->environment, operation->command, operation->by, error);
}

/* Before a person's wish is decided on, what the store holds is read. One by itself rests on what is known, and the store
 * refuses it where that has grown stale; but for the journal, without which nothing is brought back. */
static bool needs_loading(const struct operation *operation)
{
    const struct environment *environment = operation->environment;

    return !operation->by_itself || environment->is_unread ||
           (environment_has_record(environment) && kept_remembered(environment->kept) > 0);
}

static void begin(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    struct work *work = work_of(operation->environment);
    struct error error;

    operation->started_at = now;
    if (!may_begin(engine, operation, &error)) {
        operation_finish(engine, operation, OUTCOME_FAILED, &error, now, effects);
        return;
    }
    if (engine->operation_count == engine->operation_capacity) {
        engine->operation_capacity = engine->operation_capacity == 0 ? 16 : engine->operation_capacity * 2;
        engine->operations = memory_grow(engine->operations, engine->operation_capacity, sizeof(struct operation *));
    }
    engine->operations[engine->operation_count++] = operation;
    if (operation->is_look)
        work->look = operation;
    else if (operation->verb == VERB_STATUS)
        work->inquiry = operation;
    else
        work->operation = operation;
    if (operation->verb != VERB_STATUS)
        agenda_set(&engine->agenda, operation->environment, INT64_MAX); /* nothing is due for it by itself meanwhile */
    if (needs_loading(operation) && !operation->is_look)
        operation_load(engine, operation, effects);
    else
        operation_observe(engine, operation, OPERATION_OBSERVING, effects);
}

void operation_forget(struct engine *engine, struct operation *operation)
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
    if (work->look == operation)
        work->look = NULL;
    if (work->operation == operation)
        work->operation = NULL;
}

void operation_give_way(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects)
{
    struct environment *environment = operation->environment;
    struct work *work = work_of(environment);

    operation_forget(engine, operation);
    if (work->waiting == NULL)
        work->waiting = operation;
    else
        operation_end_overtaken(engine, operation, work->waiting, now, effects);
    work_go_on(engine, environment, now, effects);
}

void operation_drop_if_by_itself(struct engine *engine, struct environment *environment)
{
    struct operation *operation = environment->work == NULL ? NULL : environment->work->operation;

    if (operation == NULL || !operation->by_itself || operation->committed || operation->participant_count > 0 ||
        (operation->phase != OPERATION_LOADING && operation->phase != OPERATION_OBSERVING &&
         operation->phase != OPERATION_PREPARED))
        return;
    operation_forget(engine, operation);
    operation_free(operation);
}

/* Two who want a start for different times do not want the same. */
static bool same_wish(const struct operation *known, const struct operation *operation)
{
    const struct command *first = known == NULL ? NULL : known->command, *second = operation->command;

    if (known != NULL && known->verb == VERB_STATUS) /* a reading is a reading, whatever it was asked with */
        return true;
    if (known == NULL || known->verb != operation->verb || first->exception_count != second->exception_count ||
        first->span.kind != second->span.kind || first->span.seconds != second->span.seconds ||
        first->span.minute != second->span.minute)
        return false;
    for (size_t i = 0; i < second->exception_count; i++)
        if (!text_equal(first->exceptions[i], second->exceptions[i]))
            return false;
    return true;
}

/* Of those that wait only the latest is kept. */
static void displace(struct engine *engine, struct environment *environment, struct operation *next, int64_t now,
                     struct effects *effects)
{
    struct work *work = work_of(environment);
    struct operation *displaced = work->waiting;

    work->waiting = next;
    if (displaced != NULL)
        operation_end_overtaken(engine, displaced, next, now, effects);
}

/* The names behind "except", blank separated, as the record keeps them. */
static void fill_exceptions(const char *names, struct command *command)
{
    while (*names != '\0' && command->exception_count < COMMAND_EXCEPTIONS_MAX) {
        size_t length = strcspn(names, " ");
        char *target = command->exceptions[command->exception_count];
        if (length > 0 && length < COMMAND_EXCEPTION_SIZE) {
            memcpy(target, names, length);
            target[length] = '\0';
            command->exception_count++;
        }
        names += length + strspn(names + length, " ");
    }
}

/* What a record says is under way, and nobody here carries out: it was begun by a process that ended, or is somewhere else.
 * It is taken up with the exceptions it was begun with. NULL: there is nothing. */
static struct operation *resumed_operation(struct environment *environment)
{
    struct command command = { .name_count = 1 };
    struct record record;

    if (!environment_takes_part(environment) || !environment_read_record(environment, &record) ||
        (record.state != RECORD_STOPPING && record.state != RECORD_STARTING))
        return NULL;
    command.verb = record.state == RECORD_STOPPING ? VERB_STOP : VERB_START;
    text_copy_cut(command.names[0], sizeof command.names[0], environment->name);
    fill_exceptions(record.except, &command);
    struct operation *operation = operation_new(environment, command.verb, &command, record.by);
    operation->wanted_at = record.since_at;
    operation->is_resumed = true;
    return operation;
}

/* The record's writer is free: what comes next for it? */
static void go_on(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects)
{
    struct work *work = work_of(environment);
    bool is_wanted = work->queue != NULL || work->waiting != NULL;
    bool may_resume = work->operation == NULL && (is_wanted || !engine->is_ending);
    struct operation *resumed = may_resume ? resumed_operation(environment) : NULL;

    if (resumed != NULL) {
        begin(engine, resumed, now, effects);
    } else if (work->queue != NULL) {
        struct decision *first = work->queue;
        work->queue = first->next;
        decision_begin(engine, first, now, effects);
    } else if (work->waiting != NULL && work->operation == NULL) {
        struct operation *next = work->waiting;
        work->waiting = NULL;
        begin(engine, next, now, effects);
    } else if (work->waiting != NULL && work->operation->phase == OPERATION_GROUPING) {
        work->operation->due_at = now; /* it waits for no group any more */
    } else if (work->waiting != NULL && work->operation->ticket == 0) {
        operation_finish(engine, work->operation, OUTCOME_OVERTAKEN, NULL, now, effects);
    } else {
        end_work_if_idle(environment, now);
        night_plan(engine, environment, now);
        environment_drop_if_gone(engine, environment);
    }
}

void work_go_on(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects)
{
    const struct work *work = environment->work;
    bool is_writing =
        work != NULL && (work->decision != NULL || (work->operation != NULL && !operation_is_resting(work->operation)));

    if (is_writing || !engine->complete)
        night_plan(engine, environment, now);
    else
        go_on(engine, environment, now, effects);
}

/* Joins what is under way or waiting for the same, or becomes the next. */
static void want(struct engine *engine, struct operation *operation, const struct participant *participant, int64_t now,
                 struct effects *effects)
{
    struct environment *environment = operation->environment;
    struct work *work = work_of(environment);
    struct operation *running = operation->verb == VERB_STATUS ? work->inquiry : work->operation;
    bool is_next = operation->verb != VERB_STATUS && work->waiting != NULL;
    struct operation *joined = is_next ? work->waiting : running;

    if (same_wish(joined, operation)) {
        if (operation->condition.stop_at == 0 && operation->condition.notice == 0)
            joined->condition = (struct button_condition){ .stop_at = 0 }; /* whoever types wants it in any case */
        join(joined, participant);
        operation_free(operation);
        return;
    }
    join(operation, participant);
    if (operation->verb == VERB_STATUS) {
        begin(engine, operation, now, effects);
        return;
    }
    displace(engine, environment, operation, now, effects);
    work_go_on(engine, environment, now, effects);
}

void operation_want(struct engine *engine, struct environment *environment, enum verb verb,
                    const struct command *command, const struct participant *participant, int64_t now,
                    struct effects *effects)
{
    const struct request *request = participant->request;
    struct operation *operation = operation_new(environment, verb, command, request->entry.user);

    operation->condition = request->condition;
    text_copy_cut(operation->from, sizeof operation->from, act_origin(&request->entry));
    if (verb != VERB_STATUS)
        operation_drop_if_by_itself(engine, environment);
    want(engine, operation, participant, now, effects);
}

void operation_stop_again(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects)
{
    struct operation *operation = operation_new(environment, VERB_STOP, NULL, by_schedule);

    operation->wanted_at = now;
    want(engine, operation, NULL, now, effects);
}

void operation_look(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects)
{
    struct operation *operation = operation_new(environment, VERB_STATUS, NULL, by_curfew);

    operation->is_look = true;
    begin(engine, operation, now, effects);
}

void operation_want_by_itself(struct engine *engine, struct environment *environment, const struct plan *plan,
                              int64_t now, struct effects *effects)
{
    enum verb verb = plan->action == PLAN_STOP ? VERB_STOP : VERB_START;
    struct operation *operation = operation_new(environment, verb, NULL, by_schedule);

    operation->by_itself = true;
    operation->begins_at = plan->at;
    operation->wanted_at = plan->at > now ? plan->at : now;
    operation->settles_at = plan->action == PLAN_STOP ? plan->stop_at : plan->at;
    want(engine, operation, NULL, now, effects);
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
