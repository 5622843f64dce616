/* bot/decisions.c - changes of a record and of nothing else: prolonged, cancelled, adopted, settled, a warning claimed.
 *
 * Pure. What is decided (bot/wish.h) rests on the record that is saved over: where somebody else was quicker, the record is
 * read and it is decided again. What a person asked for is saved together with the inbox entry, which then says that it was
 * done: so it is done once, whoever dies when.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum {
    RETRY_S = 1, /* grows by one second with each failure, up to */
    RETRY_MAX_S = 15,
    PATIENCE_S = 30,      /* one by itself that could not be done is tried again after that */
    UNREADABLE_S = 5 * 60 /* a record that cannot be read is looked at this often */
};

static void decide(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects);

/* --- life ------------------------------------------------------------------------------------------------------ */

static struct decision *decision_new(struct environment *environment, enum decision_kind kind)
{
    struct decision *decision = memory_new(1, sizeof *decision);

    decision->kind = kind;
    decision->environment = environment;
    decision->due_at = INT64_MAX;
    text_copy_cut(decision->uid, sizeof decision->uid, environment->uid);
    return decision;
}

static void decision_free(struct decision *decision)
{
    journal_release(&decision->journal);
    free(decision);
}

static void remember(struct engine *engine, struct decision *decision)
{
    if (engine->decision_count == engine->decision_capacity) {
        engine->decision_capacity = engine->decision_capacity == 0 ? 16 : engine->decision_capacity * 2;
        engine->decisions = memory_grow(engine->decisions, engine->decision_capacity, sizeof(struct decision *));
    }
    engine->decisions[engine->decision_count++] = decision;
    assert(work_of(decision->environment)->decision == NULL);
    work_of(decision->environment)->decision = decision;
    agenda_set(&engine->agenda, decision->environment, INT64_MAX); /* nothing is due for it by itself meanwhile */
    if (decision->participant.request == NULL)
        engine->announcing++;
}

static void forget(struct engine *engine, struct decision *decision)
{
    for (size_t i = 0; i < engine->decision_count; i++) {
        if (engine->decisions[i] != decision)
            continue;
        engine->decisions[i] = engine->decisions[--engine->decision_count];
        break;
    }
    work_of(decision->environment)->decision = NULL;
    if (decision->participant.request == NULL)
        engine->announcing--;
}

void decisions_release(struct engine *engine)
{
    for (size_t i = 0; i < engine->environments.count; i++) {
        struct work *work = engine->environments.items[i]->work;
        while (work != NULL && work->queue != NULL) {
            struct decision *first = work->queue;
            work->queue = first->next;
            decision_free(first);
        }
    }
    for (size_t i = 0; i < engine->decision_count; i++)
        decision_free(engine->decisions[i]);
    free(engine->decisions);
}

/* --- effects --------------------------------------------------------------------------------------------------- */

static struct effect *ask(struct engine *engine, struct decision *decision, enum effect_kind kind,
                          enum decision_phase phase, struct effects *effects)
{
    struct effect *effect = effects_add(effects, kind);

    effect->ticket = decision->ticket = ++engine->last_ticket;
    text_copy_cut(effect->namespace, sizeof effect->namespace, decision->environment->name);
    decision->phase = phase;
    decision->due_at = INT64_MAX;
    return effect;
}

static void load(struct engine *engine, struct decision *decision, struct effects *effects)
{
    const struct request *request = decision->participant.request;
    struct effect *effect = ask(engine, decision, EFFECT_LOAD, DECISION_LOADING, effects);

    if (request != NULL)
        text_copy_cut(effect->inbox_key, sizeof effect->inbox_key, request->entry.key);
}

static void rest(struct decision *decision, int64_t now)
{
    int64_t pause_s = ++decision->failures * RETRY_S;

    decision->phase = DECISION_RESTING;
    decision->ticket = 0;
    decision->due_at = now + (pause_s < RETRY_MAX_S ? pause_s : RETRY_MAX_S);
}

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

static void answer(struct engine *engine, struct decision *decision, const struct error *error, int64_t now,
                   struct effects *effects)
{
    struct buffer text = { .limit = MESSAGE_TEXT_BYTES_MAX };
    struct record record;
    struct target_outcome outcome = { .changed = is_changed(decision),
                                      .offers_start = decision->answer.kind == DECIDED_ASLEEP };

    write_outcome(engine, decision, error, now, &text);
    outcome.text = buffer_text(&text);
    if (!outcome.changed && !decision->is_applied)
        note_nothing(engine, decision, outcome.text, effects);
    bool is_click = act_origin(&decision->participant.request->entry)[0] == 'b';
    if (outcome.changed && is_click && environment_read_record(decision->environment, &record)) {
        const struct notice *notice = notices_find(engine, record.notice);
        outcome.is_shown = notice != NULL && notice->message[0] != '\0';
    }
    request_target_done(engine, &decision->participant, &outcome, now, effects);
    buffer_release(&text);
}

static void end(struct engine *engine, struct decision *decision, const struct error *error, int64_t now,
                struct effects *effects)
{
    struct environment *environment = decision->environment;

    forget(engine, decision);
    if (decision->participant.request != NULL)
        answer(engine, decision, error, now, effects);
    else if (decision->kind == DECISION_ANNOUNCE)
        notices_settle(engine, decision->notice, environment, decision->announces, now, effects);
    decision_free(decision);
    work_go_on(engine, environment, now, effects);
}

static void end_as(struct engine *engine, struct decision *decision, enum decided_kind kind, const struct error *error,
                   int64_t now, struct effects *effects)
{
    decision->answer.kind = kind;
    end(engine, decision, error, now, effects);
}

/* One by itself could not be done. It is due again by its record, and nothing is lost; not at once, though. */
static void give_up(struct engine *engine, struct decision *decision, int64_t pause_s, int64_t now,
                    struct effects *effects)
{
    work_of(decision->environment)->not_before_at = now + pause_s;
    decision->announces = false;
    end(engine, decision, NULL, now, effects);
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
    struct effect *effect = ask(engine, decision, EFFECT_SAVE, DECISION_SAVING, effects);
    struct save *save = memory_new(1, sizeof *save);

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

/* The button's condition, on the record as it is now. */
static bool condition_holds(const struct decision *decision, const struct wish_rules *rules)
{
    const struct button_condition *condition = &decision->participant.request->condition;
    struct plan_view view;

    wish_fill_plan(rules, &decision->saving, &view);
    int64_t stop_at = view.awake ? plan_next_stop(&view).at : INT64_MAX;
    if (condition->uid[0] != '\0' && !text_equal(condition->uid, decision->uid))
        return false;
    if (condition->stop_at != 0 && condition->stop_at != stop_at)
        return false;
    return condition->notice == 0 ||
           (condition->notice == decision->saving.notice && decision->saving.warned_stop_at == stop_at);
}

static void decide_for_person(struct engine *engine, struct decision *decision, const struct wish_rules *rules,
                              int64_t now, struct effects *effects)
{
    const struct request *request = decision->participant.request;
    struct error error = { 0 };

    if (decision->is_applied) {
        end_as(engine, decision, decision->kind == DECISION_CANCEL ? DECIDED_CANCELLED : DECIDED_MOVED, NULL, now,
               effects);
        return;
    }
    if (!request_is_permitted(engine, decision->environment, &request->command, request->entry.user, &error)) {
        end_as(engine, decision, DECIDED_FAILED, &error, now, effects);
        return;
    }
    if (!condition_holds(decision, rules)) {
        end_as(engine, decision, DECIDED_STALE, NULL, now, effects);
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
        end(engine, decision, NULL, now, effects);
}

static void adopt(struct engine *engine, struct decision *decision, const struct wish_rules *rules, int64_t now,
                  struct effects *effects)
{
    if (wish_adopt_needs_reading(rules, &decision->saving, now) && !decision->was_read) {
        (void) ask(engine, decision, EFFECT_OBSERVE, DECISION_OBSERVING, effects);
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
            end(engine, decision, NULL, now, effects);
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
        end(engine, decision, NULL, now, effects);
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
        end(engine, decision, NULL, now, effects);
        return;
    }
    kept_read(environment->kept, environment->name, environment->uid, &decision->saving);
    decision->saving.gone_at = is_back ? 0 : now;
    save(engine, decision, effects);
}

static void decide(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects)
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
        end_as(engine, decision, DECIDED_NO_LONGER, NULL, now, effects);
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

/* --- what came back -------------------------------------------------------------------------------------------- */

static void loaded(struct engine *engine, struct decision *decision, const struct event *event, int64_t now,
                   struct effects *effects)
{
    struct request *request = decision->participant.request;
    bool is_unreadable = event->error != NULL && event->error->kind == ERROR_INPUT;

    if (event->error != NULL && request == NULL) {
        give_up(engine, decision, is_unreadable ? UNREADABLE_S : PATIENCE_S, now, effects);
        return;
    }
    if (is_unreadable) {
        end_as(engine, decision, DECIDED_FAILED, event->error, now, effects);
        return;
    }
    if (event->error != NULL) {
        rest(decision, now);
        return;
    }
    decision->failures = 0;
    if (decision->kind == DECISION_EXPIRE && event->journal != NULL) {
        journal_release(&decision->journal);
        decision->journal = *event->journal;
        *event->journal = (struct journal){ 0 };
    }
    night_keep(engine, decision->environment, event->record);
    if (request != NULL && event->stored != NULL) {
        request->entry = *event->stored;
        decision->is_applied = inbox_entry_is_applied(&request->entry, decision->environment->name);
    }
    decide(engine, decision, now, effects);
}

/* Pods are wanted, by whatever takes part in stops. */
static bool is_running(const struct workload_list *seen)
{
    static const struct journal nothing;
    struct standing standing;

    transition_standing(seen, &nothing, &standing);
    return standing.running > 0;
}

static void observed(struct engine *engine, struct decision *decision, const struct event *event, int64_t now,
                     struct effects *effects)
{
    if (event->error != NULL) {
        give_up(engine, decision, PATIENCE_S, now, effects);
        return;
    }
    decision->was_read = true;
    decision->runs = is_running(event->workloads);
    decide(engine, decision, now, effects);
}

static void adopt_saved(struct engine *engine, struct decision *decision, const struct event *event)
{
    struct request *request = decision->participant.request;
    struct work *work = work_of(decision->environment);

    text_copy_cut(decision->saving.revision, sizeof decision->saving.revision, event->revision);
    if (decision->announces)
        work->unposted_notice = 0;
    bool is_gone = decision->kind == DECISION_EXPIRE && decision->saving.gone_at != 0;
    night_keep(engine, decision->environment, is_gone ? NULL : &decision->saving);
    if (request == NULL)
        return;
    inbox_entry_set_applied(&request->entry, decision->environment->name);
    text_copy_cut(request->entry.revision, sizeof request->entry.revision, event->inbox_revision);
}

/* Whether it was written is not known. A claim may stand there then, of which this process knows that it was not posted. */
static void save_is_unclear(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects)
{
    if (decision->participant.request != NULL) {
        rest(decision, now);
        return;
    }
    if (decision->announces)
        work_of(decision->environment)->unposted_notice = decision->notice;
    decision->environment->is_unread = true; /* the revision that stands there is not known: it is read first */
    give_up(engine, decision, RETRY_S, now, effects);
}

static void saved(struct engine *engine, struct decision *decision, const struct event *event, int64_t now,
                  struct effects *effects)
{
    switch (event->result) {
    case SAVE_OK:
        adopt_saved(engine, decision, event);
        end(engine, decision, NULL, now, effects);
        break;
    case SAVE_LOST:
        load(engine, decision, effects);
        break;
    case SAVE_LATER:
        save_is_unclear(engine, decision, now, effects);
        break;
    case SAVE_FAILED:
        if (decision->participant.request != NULL)
            end_as(engine, decision, DECIDED_FAILED, event->error, now, effects);
        else
            give_up(engine, decision, PATIENCE_S, now, effects);
        break;
    }
}

bool decision_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    const struct environment *environment =
        event->namespace == NULL ? NULL : environments_find(&engine->environments, event->namespace);
    struct decision *decision = environment == NULL || environment->work == NULL ? NULL : environment->work->decision;

    if (decision == NULL || decision->ticket == 0 || decision->ticket != event->ticket)
        return false;
    decision->ticket = 0;
    if (event->kind == EVENT_LOADED)
        loaded(engine, decision, event, now, effects);
    else if (event->kind == EVENT_OBSERVED)
        observed(engine, decision, event, now, effects);
    else if (event->kind == EVENT_SAVED)
        saved(engine, decision, event, now, effects);
    return true;
}

/* --- the beginning --------------------------------------------------------------------------------------------- */

/* What a person decides rests on what the store holds at that moment, so it is read; what is due by itself rests on what is
 * known, and the store refuses it where that has grown stale. */
void decision_begin(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects)
{
    remember(engine, decision);
    if (decision->participant.request != NULL || decision->environment->is_unread || decision->kind == DECISION_EXPIRE)
        load(engine, decision, effects);
    else
        decide(engine, decision, now, effects);
}

void decision_want(struct engine *engine, struct environment *environment, enum decision_kind kind,
                   const struct participant *participant, int64_t now, struct effects *effects)
{
    struct decision *decision = decision_new(environment, kind);
    struct decision **last = &work_of(environment)->queue;

    decision->participant = *participant;
    while (*last != NULL)
        last = &(*last)->next;
    *last = decision;
    operation_drop_if_by_itself(engine, environment);
    work_go_on(engine, environment, now, effects);
}

void decision_by_itself(struct engine *engine, struct environment *environment, enum decision_kind kind,
                        uint64_t notice, int64_t now, struct effects *effects)
{
    struct decision *decision = decision_new(environment, kind);

    decision->notice = notice;
    decision_begin(engine, decision, now, effects);
}

void decisions_tick(struct engine *engine, int64_t now, struct effects *effects)
{
    for (size_t i = engine->decision_count; i-- > 0;)
        if (i < engine->decision_count && engine->decisions[i]->due_at <= now)
            load(engine, engine->decisions[i], effects);
}
