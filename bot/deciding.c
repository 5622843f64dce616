/* bot/deciding.c - what a decision comes to, on the record as it stands now: saved, or ended with an answer.
 *
 * Pure. The rules themselves are in bot/wish.c; here is who may, what the button said, and what is written beside the record.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

/* --- the end --------------------------------------------------------------------------------------------------- */

static bool is_changed(const struct decision *decision)
{
    return decision->answer.kind == DECIDED_MOVED || decision->answer.kind == DECIDED_CANCELLED;
}

static void write_outcome(struct engine *engine, const struct decision *decision, const struct error *error,
                          int64_t now, struct buffer *text)
{
    const struct request *request = decision->participant.request;
    struct record record;
    struct decided decided = {
        .kind = decision->answer.kind,
        .verb = request->command.verb,
        .name = decision->environment->name,
        .stop_before_at = decision->answer.stop_before_at,
        .wanted_at = decision->answer.wanted_at,
        .max_s = engine->options.prolong_max_s,
        .pressed_stop_at = request->condition.stop_at,
        .now = now,
        .error = error,
    };

    night_fill_outlook(engine, decision->environment, &record, now, &decided.outlook);
    if (decision->is_applied) { /* what stood before is not known any more */
        decided.stop_before_at = INT64_MAX;
        decided.wanted_at = decided.outlook.stop.at;
    }
    answer_decided(&decided, text);
}

/* What came to nothing is an act as well. */
static void note_nothing(struct engine *engine, const struct decision *decision, const char *outcome,
                         struct effects *effects)
{
    const struct request *request = decision->participant.request;
    struct history_entry act;

    act_fill(&act, decision->environment->name, &request->command, request->entry.user, act_origin(&request->entry),
             request->entry.accepted_at);
    act.refused = true;
    act_set_outcome(&act, outcome);
    act_note(engine, &act, effects);
}

static void tell(struct engine *engine, struct decision *decision, const struct error *error, int64_t now,
                 struct effects *effects)
{
    struct buffer text = { .limit = MESSAGE_TEXT_BYTES_MAX };
    bool is_as_wished = is_changed(decision) || decision->answer.kind == DECIDED_NOT_MOVED;
    struct target_outcome outcome = { .changed = is_changed(decision),
                                      .failed = !is_as_wished,
                                      .offers_start = decision->answer.kind == DECIDED_ASLEEP };

    write_outcome(engine, decision, error, now, &text);
    outcome.text = buffer_text(&text);
    if (!outcome.changed && !decision->is_applied)
        note_nothing(engine, decision, outcome.text, effects);
    outcome.is_shown = outcome.changed && request_is_press(decision->participant.request) &&
                       notices_show(engine, decision->environment);
    request_target_done(engine, &decision->participant, &outcome, now, effects);
    buffer_release(&text);
}

void decision_refuse(struct engine *engine, struct decision *decision, enum decided_kind kind, int64_t now,
                     struct effects *effects)
{
    decision->answer.kind = kind;
    tell(engine, decision, NULL, now, effects);
    decision_free(decision);
}

void decision_end(struct engine *engine, struct decision *decision, const struct error *error, int64_t now,
                  struct effects *effects)
{
    struct environment *environment = decision->environment;

    decision_forget(engine, decision);
    if (decision->participant.request != NULL)
        tell(engine, decision, error, now, effects);
    else if (decision->kind == DECISION_ANNOUNCE)
        notices_settle(engine, decision->notice, environment, decision->announces, now, effects);
    decision_free(decision);
    work_go_on(engine, environment, now, effects);
}

void decision_end_as(struct engine *engine, struct decision *decision, enum decided_kind kind,
                     const struct error *error, int64_t now, struct effects *effects)
{
    decision->answer.kind = kind;
    decision_end(engine, decision, error, now, effects);
}

/* One by itself could not be done. It is due again by its record, and nothing is lost; not at once, though. */
void decision_give_up(struct engine *engine, struct decision *decision, int64_t pause_s, int64_t now,
                      struct effects *effects)
{
    work_of(decision->environment)->not_before_at = now + pause_s;
    decision->announces = false;
    decision_end(engine, decision, NULL, now, effects);
}

/* --- deciding -------------------------------------------------------------------------------------------------- */

static void new_record(const struct decision *decision, int64_t now, struct record *record)
{
    *record = (struct record){ .state = RECORD_AWAKE, .since_at = now, .settled_at = now };
    text_copy_cut(record->namespace, sizeof record->namespace, decision->environment->name);
    text_copy_cut(record->uid, sizeof record->uid, decision->uid);
    environment_revision(decision->environment, record->revision);
}

/* The act and its effect are one save, so its outcome is known. */
static void write_change(const struct decision *decision, struct history_entry *act)
{
    struct buffer text = { 0 };

    if (decision->saving.deadline_at == 0) {
        buffer_append_text(&text, "stops by its schedule");
    } else {
        buffer_append_text(&text, "kept awake until ");
        message_append_instant(&text, decision->saving.deadline_at);
    }
    act_set_outcome(act, buffer_text(&text));
    buffer_release(&text);
}

static void save(struct engine *engine, struct decision *decision, struct effects *effects)
{
    const struct request *request = decision->participant.request;
    struct effect *effect = decision_ask(engine, decision, EFFECT_SAVE, effects);
    struct save *save = save_new();

    save->has_record = true;
    save->record = decision->saving;
    /* What is remembered of a former namespace of that name goes with its record. */
    save->has_journal = !environment_has_record(decision->environment) || decision->kind == DECISION_EXPIRE;
    for (size_t i = 0; i < decision->journal.count; i++)
        journal_add(&save->journal, &decision->journal.entries[i]);
    if (request != NULL) {
        save->has_inbox = save->has_history = true;
        save->inbox = request->entry;
        inbox_entry_set_applied(&save->inbox, decision->environment->name);
        act_fill(&save->history, decision->environment->name, &request->command, request->entry.user,
                 act_origin(&request->entry), request->entry.accepted_at);
        write_change(decision, &save->history);
    }
    effect->save = save;
}

static void decide_for_person(struct engine *engine, struct decision *decision, const struct wish_rules *rules,
                              int64_t now, struct effects *effects)
{
    const struct request *request = decision->participant.request;
    struct error error = { 0 };

    if (decision->is_applied) {
        decision_end_as(engine, decision, decision->kind == DECISION_CANCEL ? DECIDED_CANCELLED : DECIDED_MOVED, NULL,
                        now, effects);
        return;
    }
    if (!request_is_permitted(engine, decision->environment, &request->command, request->entry.user, &error)) {
        decision_end_as(engine, decision, DECIDED_FAILED, &error, now, effects);
        return;
    }
    if (!environment_meets(decision->environment, &request->condition, now)) {
        decision_end_as(engine, decision, DECIDED_STALE, NULL, now, effects);
        return;
    }
    if (decision->kind == DECISION_PROLONGATE)
        wish_prolong(rules, &request->command.span, request->entry.user, request->entry.accepted_at, &decision->saving,
                     &decision->answer);
    else
        wish_cancel(rules, request->entry.user, request->entry.accepted_at, now, &decision->saving, &decision->answer);
    if (is_changed(decision))
        save(engine, decision, effects);
    else
        decision_end(engine, decision, NULL, now, effects);
}

static void adopt(struct engine *engine, struct decision *decision, const struct wish_rules *rules, int64_t now,
                  struct effects *effects)
{
    if (wish_adopt_needs_reading(rules, &decision->saving, now) && !decision->was_read) {
        (void) decision_ask(engine, decision, EFFECT_OBSERVE, effects);
        return;
    }
    wish_adopt(rules, decision->runs, now, &decision->saving);
    save(engine, decision, effects);
}

static void decide_by_itself(struct engine *engine, struct decision *decision, const struct wish_rules *rules,
                             int64_t now, struct effects *effects)
{
    struct environment *environment = decision->environment;
    struct plan_view view;

    if (decision->kind == DECISION_ADOPT) {
        if (environment_has_record(environment) ? kept_rhythm(environment->kept) == rules->rhythm : rules->rhythm == 0)
            decision_end(engine, decision, NULL, now, effects);
        else
            adopt(engine, decision, rules, now, effects);
        return;
    }
    night_fill_view(engine, environment, now, &view);
    struct plan plan = plan_next(&view, now);
    bool settles = plan.action == PLAN_SETTLE;
    bool announces = plan.action == PLAN_WARN || plan.action == PLAN_POSTPONE;
    if (plan.at > now || !environment_is_scheduled(environment) || !environment_has_record(environment) ||
        !(decision->kind == DECISION_SETTLE ? settles : announces)) {
        decision_end(engine, decision, NULL, now, effects);
        return;
    }
    if (settles)
        wish_settle(rules, &plan, now, &decision->saving);
    else
        decision->announces = wish_announce(rules, &plan, decision->notice, now, &decision->saving);
    save(engine, decision, effects);
}

/* A record that says already what is so of a namespace that is gone is not kept in memory. */
static void decide_expiry(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects)
{
    struct environment *environment = decision->environment;
    bool is_back = environment->present && environment_has_record(environment);

    if (environment->kept == NULL || (environment->present && !is_back) || is_back != (environment->is_gone != 0)) {
        if (!environment->present)
            environment_keep(environment, NULL);
        decision_end(engine, decision, NULL, now, effects);
        return;
    }
    kept_read(environment->kept, environment->name, environment->uid, &decision->saving);
    decision->saving.gone_at = is_back ? 0 : now;
    save(engine, decision, effects);
}

void decision_decide(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects)
{
    struct environment *environment = decision->environment;
    struct wish_rules rules;

    decision->announces = false;
    if (decision->kind == DECISION_EXPIRE) {
        decide_expiry(engine, decision, now, effects);
        return;
    }
    /* One that lost its label is adopted as one without a schedule, so that its return is a new beginning. */
    bool takes_part = decision->kind == DECISION_ADOPT ? environment->present : environment_takes_part(environment);
    if (!takes_part || !text_equal(environment->uid, decision->uid)) {
        decision_end_as(engine, decision, DECIDED_NO_LONGER, NULL, now, effects);
        return;
    }
    if (!environment_read_record(environment, &decision->saving))
        new_record(decision, now, &decision->saving);
    night_fill_rules(engine, environment, &rules);
    if (decision->participant.request != NULL)
        decide_for_person(engine, decision, &rules, now, effects);
    else
        decide_by_itself(engine, decision, &rules, now, effects);
}
