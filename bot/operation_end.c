/* bot/operation_end.c - how an operation came out: told to those who wait, to the log and to the history.
 *
 * Pure.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

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

static bool is_failure(enum outcome_kind kind)
{
    return kind != OUTCOME_DONE && kind != OUTCOME_NOTHING && kind != OUTCOME_STATUS;
}

/* What the message in the channel says by itself needs no further answer. */
static bool is_shown(const struct engine *engine, const struct operation *operation, const struct request *request,
                     const struct outcome *outcome)
{
    bool is_done = outcome->kind == OUTCOME_DONE || outcome->kind == OUTCOME_NOTHING;

    return operation->verb == VERB_STOP && is_done && request_is_press(request) &&
           notices_show(engine, operation->environment);
}

/* Each wish has its entry in the history; the one that began the operation has its own already. */
static void note_act(struct engine *engine, struct operation *operation, const struct request *request,
                     const struct outcome *outcome, struct effects *effects)
{
    static const char *const words[] = { [OUTCOME_DONE] = "together with the same wish of somebody else",
                                         [OUTCOME_NOTHING] = "it was so already",
                                         [OUTCOME_PARTLY] = "in part",
                                         [OUTCOME_NOT_READY] = "not everything became ready in time",
                                         [OUTCOME_FAILED] = "nothing was changed",
                                         [OUTCOME_CONTINUES] = "it goes on",
                                         [OUTCOME_OVERTAKEN] = "overtaken by a newer wish",
                                         [OUTCOME_NO_LONGER] = "no environment any more",
                                         [OUTCOME_STATUS] = "",
                                         [OUTCOME_BROUGHT_BACK] = "" };
    enum outcome_kind kind = outcome->kind;
    struct history_entry act;

    if (operation->verb == VERB_STATUS)
        return;
    if (!operation->is_act_told && operation->has_act && text_equal(operation->act.by, request->entry.user)) {
        operation->is_act_told = true;
        return;
    }
    act_fill(&act, operation->environment->name, &request->command, request->entry.user, act_origin(&request->entry),
             request->entry.accepted_at);
    act.refused = kind == OUTCOME_FAILED || kind == OUTCOME_OVERTAKEN || kind == OUTCOME_NO_LONGER;
    text_copy_cut(act.outcome, sizeof act.outcome,
                  kind == OUTCOME_FAILED && outcome->error != NULL ? outcome->error->message : words[kind]);
    act_note(engine, &act, effects);
}

static void tell(struct engine *engine, struct operation *operation, struct outcome *outcome, int64_t now,
                 struct effects *effects)
{
    struct participant *participants = operation->participants;
    size_t count = operation->participant_count;

    operation->participants = NULL;
    operation->participant_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct request *request = participants[i].request;
        enum verb verb = request->command.verb;
        struct buffer text = { .limit = MESSAGE_TEXT_BYTES_MAX };
        outcome->alone = request->target_count == 1;
        answer_outcome(outcome, &text);
        struct target_outcome told = { .text = buffer_text(&text),
                                       .changed = verb == VERB_START || verb == VERB_STOP,
                                       .is_shown = is_shown(engine, operation, request, outcome),
                                       .failed = is_failure(outcome->kind) };
        note_act(engine, operation, request, outcome, effects);
        request_target_done(engine, &participants[i], &told, now, effects);
        buffer_release(&text);
    }
    free(participants);
}

/* A wish that is overtaken before it began. */
void operation_end_overtaken(struct engine *engine, struct operation *operation, const struct operation *by,
                             int64_t now, struct effects *effects)
{
    struct outcome outcome = { .kind = OUTCOME_OVERTAKEN,
                               .verb = operation->verb,
                               .environment = operation->environment,
                               .by = operation->by,
                               .overtaken_by = by->by,
                               .verb_since = by->verb,
                               .under_way = VERB_COUNT,
                               .now = now };

    tell(engine, operation, &outcome, now, effects);
    operation_free(operation);
}

static void fill_outcome(const struct engine *engine, const struct operation *operation, enum outcome_kind kind,
                         const struct error *error, int64_t now, struct record *record, struct outcome *outcome)
{
    const struct environment *environment = operation->environment;
    const struct work *work = environment->work;

    *outcome = (struct outcome){
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
        .remembered = operation->verb == VERB_START ? &operation->before : &operation->journal,
        .wrong = environment->settings->wrong,
        .channel = environment->settings->channel,
        .channel_error = channels_error(engine, environment->settings->channel),
    };
    transition_standing(&operation->seen, &operation->journal, &outcome->standing);
    night_fill_outlook(engine, environment, record, now, &outcome->outlook);
    if (work->waiting != NULL) {
        outcome->overtaken_by = work->waiting->by;
        outcome->verb_since = work->waiting->verb;
    } else if (kind == OUTCOME_OVERTAKEN) {
        bool was_kept = operation->verb == VERB_STOP && record_is_kept_awake(record) &&
                        record->deadline_set_at > operation->wanted_at;
        outcome->overtaken_by = was_kept ? record->deadline_by : record->by;
        if (outcome->overtaken_by[0] == '\0') /* adopted, and not touched by anybody since */
            outcome->overtaken_by = by_curfew;
        outcome->verb_since = was_kept ? VERB_PROLONGATE : operation->verb == VERB_STOP ? VERB_START : VERB_STOP;
    }
    if (work->operation != NULL && (work->operation->committed || !work->operation->by_itself))
        outcome->under_way = work->operation->verb;
}

/* Log and Events get one line for what fails by itself again and again. */
static bool is_to_be_reported(struct operation *operation, enum outcome_kind kind)
{
    struct environment *environment = operation->environment;
    bool fails = kind == OUTCOME_FAILED || kind == OUTCOME_CONTINUES;
    bool known = environment->is_failing;

    if (operation->verb == VERB_STATUS || (kind == OUTCOME_OVERTAKEN && operation->by_itself))
        return false;
    environment->is_failing = fails;
    return !fails || !known || !operation->by_itself;
}

/* Tells everybody who waits how it came out. But for OUTCOME_CONTINUES the operation is then over, and what waited behind
 * it begins. */
void operation_finish(struct engine *engine, struct operation *operation, enum outcome_kind kind,
                      const struct error *error, int64_t now, struct effects *effects)
{
    struct environment *environment = operation->environment;
    struct outcome outcome;
    struct record record = { .state = RECORD_AWAKE }; /* as long as there is none */

    if (kind != OUTCOME_CONTINUES) {
        operation->plan.gone += operation->gone;
        operation->plan.changed_by_others += operation->changed_by_others;
    }
    fill_outcome(engine, operation, kind, error, now, &record, &outcome);
    bool misses_something = operation->is_look && vigil_looked(engine, operation, &outcome, effects);
    if (is_to_be_reported(operation, kind)) {
        operation_note(operation, &outcome, effects);
        report(operation, &outcome, effects);
    }
    if (kind == OUTCOME_CONTINUES) {
        tell(engine, operation, &outcome, now, effects);
        return;
    }
    operation_forget(engine, operation);
    bool is_stopped = operation->verb == VERB_STOP && operation->committed &&
                      (operation->journal.count > 0 || operation->begins_at != 0);
    /* What could not be stopped was told, and is nobody's doing. */
    if (is_stopped && outcome.standing.brought_back == 0)
        vigils_begin(engine, operation, now);
    if (kind == OUTCOME_FAILED && operation->by_itself)
        work_of(environment)->not_before_at = now + PATIENCE_S;
    tell(engine, operation, &outcome, now, effects);
    if (!operation->is_look)
        notices_touch(engine, environment);
    operation_free(operation);
    if (misses_something)
        operation_stop_again(engine, environment, now, effects);
    else
        work_go_on(engine, environment, now, effects);
}
