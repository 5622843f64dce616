/* bot/operation_record.c - what an operation writes of its environment: the record, the journal, the act.
 *
 * Pure.
 */
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

bool operation_read_record(const struct operation *operation, struct record *ret_record)
{
    return text_equal(operation->environment->uid, operation->uid) &&
           environment_read_record(operation->environment, ret_record);
}

bool operation_stands_as(const struct operation *operation, enum record_state state)
{
    struct record record;

    return operation_read_record(operation, &record) && record.state == state;
}

static void join_exceptions(const struct command *command, char *target, size_t size)
{
    struct buffer text = { .limit = size - 1 };

    for (size_t i = 0; i < command->exception_count; i++)
        buffer_append_format(&text, "%s%s", i == 0 ? "" : " ", command->exceptions[i]);
    text_copy_cut(target, size, buffer_text(&text));
    buffer_release(&text);
}

/* The record as it is to stand, over the revision it is decided on. What was begun keeps the wish it was begun with. */
void operation_fill_record(const struct engine *engine, const struct operation *operation, bool finishing,
                           struct record *record)
{
    const struct environment *environment = operation->environment;
    bool is_stop = operation->verb == VERB_STOP;
    struct wish_rules rules;

    night_fill_rules(engine, environment, &rules);
    if (!environment_read_record(environment, record) || !text_equal(record->uid, operation->uid)) {
        *record = (struct record){ .state = RECORD_AWAKE };
        text_copy_cut(record->namespace, sizeof record->namespace, environment->name);
        text_copy_cut(record->uid, sizeof record->uid, operation->uid);
        environment_revision(environment, record->revision);
    }
    if (!operation_stands_as(operation, is_stop ? RECORD_STOPPING : RECORD_STARTING)) {
        int64_t settled_at = operation->by_itself ? operation->settles_at : operation->wanted_at;
        if (is_stop)
            wish_stop(&rules, settled_at, record);
        else
            wish_start(&rules, &operation->command->span, operation->by_itself, operation->by, settled_at, record);
        record->since_at = operation->wanted_at;
        text_copy_cut(record->by, sizeof record->by, operation->by);
        join_exceptions(operation->command, record->except, sizeof record->except);
    }
    if (is_stop)
        record->state = finishing ? RECORD_ASLEEP : RECORD_STOPPING;
    else
        record->state = finishing ? RECORD_AWAKE : RECORD_STARTING;
    record->partly = finishing && operation->plan.failed > 0;
    record->remembered = (int32_t) operation->plan.journal.count;
    if (finishing)
        record->except[0] = '\0';
}

/* What the history says of it so far. It is the same entry whoever joins meanwhile. */
static void fill_act(struct operation *operation, bool finishing, struct save *save)
{
    struct history_entry *act = &operation->act;

    if (operation->is_resumed)
        return;
    if (!operation->has_act)
        act_fill(act, operation->environment->name, operation->command, operation->by, operation->from,
                 operation->wanted_at);
    operation->has_act = true;
    const char *partly = operation->plan.failed > 0 ? "partly " : "";
    size_t count = operation->plan.journal.count;
    if (finishing && operation->verb == VERB_STOP)
        (void) snprintf(act->outcome, sizeof act->outcome, "%sstopped, %zu workload%s remembered", partly, count,
                        count == 1 ? "" : "s");
    else if (finishing)
        (void) snprintf(act->outcome, sizeof act->outcome, "%sstarted", partly);
    save->has_history = true;
    save->history = *act;
}

void journal_copy(const struct journal *journal, struct journal *target)
{
    for (size_t i = 0; i < journal->count; i++)
        journal_add(target, &journal->entries[i]);
}

void operation_save(struct engine *engine, struct operation *operation, enum operation_phase phase,
                    struct effects *effects)
{
    operation->phase = phase;
    struct effect *effect = operation_ask(engine, operation, EFFECT_SAVE, effects);
    struct save *save = save_new();
    save->has_record = true;
    save->has_journal = true;
    operation_fill_record(engine, operation, phase == OPERATION_FINISHING, &operation->saving);
    fill_act(operation, phase == OPERATION_FINISHING, save);
    save->record = operation->saving;
    journal_copy(&operation->plan.journal, &save->journal);
    effect->save = save;
}
