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
    UNREADABLE_S = 5 * 60 /* a record that cannot be read is looked at this often */
};

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

void decision_free(struct decision *decision)
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

void decision_forget(struct engine *engine, struct decision *decision)
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

struct effect *decision_ask(struct engine *engine, struct decision *decision, enum effect_kind kind,
                            struct effects *effects)
{
    struct effect *effect = effects_add(effects, kind);

    effect->ticket = decision->ticket = ++engine->last_ticket;
    text_copy_cut(effect->namespace, sizeof effect->namespace, decision->environment->name);
    decision->due_at = INT64_MAX;
    return effect;
}

static void load(struct engine *engine, struct decision *decision, struct effects *effects)
{
    const struct request *request = decision->participant.request;
    struct effect *effect = decision_ask(engine, decision, EFFECT_LOAD, effects);

    if (request != NULL)
        text_copy_cut(effect->inbox_key, sizeof effect->inbox_key, request->entry.key);
}

static void rest(struct decision *decision, int64_t now)
{
    decision->ticket = 0;
    decision->due_at = now + night_pause_s(++decision->failures, RETRY_S, RETRY_MAX_S);
}

/* --- what came back -------------------------------------------------------------------------------------------- */

static void loaded(struct engine *engine, struct decision *decision, const struct event *event, int64_t now,
                   struct effects *effects)
{
    struct request *request = decision->participant.request;
    bool is_unreadable = event->error != NULL && event->error->kind == ERROR_INPUT;

    if (event->error != NULL && request == NULL) {
        decision_give_up(engine, decision, is_unreadable ? UNREADABLE_S : PATIENCE_S, now, effects);
        return;
    }
    if (is_unreadable) {
        decision_end_as(engine, decision, DECIDED_FAILED, event->error, now, effects);
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
    night_keep_read(engine, decision->environment, event->record, now);
    if (request != NULL && event->stored == NULL) {
        request->entry.revision[0] = '\0'; /* it is gone: it is written once more */
    } else if (request != NULL) {
        request->entry = *event->stored;
        decision->is_applied = inbox_entry_is_applied(&request->entry, decision->environment->name);
    }
    decision_decide(engine, decision, now, effects);
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
        decision_give_up(engine, decision, PATIENCE_S, now, effects);
        return;
    }
    decision->was_read = true;
    decision->runs = is_running(event->workloads);
    decision_decide(engine, decision, now, effects);
}

static void adopt_saved(struct engine *engine, struct decision *decision, const struct event *event, int64_t now)
{
    struct request *request = decision->participant.request;
    struct work *work = work_of(decision->environment);

    text_copy_cut(decision->saving.revision, sizeof decision->saving.revision, event->revision);
    if (decision->announces)
        work->unposted_notice = 0;
    if (request == NULL)
        notices_can_wait(engine, decision->environment, now);
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
    decision_give_up(engine, decision, RETRY_S, now, effects);
}

static void saved(struct engine *engine, struct decision *decision, const struct event *event, int64_t now,
                  struct effects *effects)
{
    switch (event->result) {
    case SAVE_OK:
        adopt_saved(engine, decision, event, now);
        decision_end(engine, decision, NULL, now, effects);
        break;
    case SAVE_LOST:
        load(engine, decision, effects);
        break;
    case SAVE_LATER:
        save_is_unclear(engine, decision, now, effects);
        break;
    case SAVE_FAILED:
        if (decision->participant.request != NULL)
            decision_end_as(engine, decision, DECIDED_FAILED, event->error, now, effects);
        else
            decision_give_up(engine, decision, PATIENCE_S, now, effects);
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
        decision_decide(engine, decision, now, effects);
}

void decision_want(struct engine *engine, struct environment *environment, enum decision_kind kind,
                   const struct participant *participant, int64_t now, struct effects *effects)
{
    struct decision *decision = decision_new(environment, kind);
    struct work *work = work_of(environment);
    struct decision **last = &work->queue;

    decision->participant = *participant;
    if (work->operation != NULL && work->operation->verb == VERB_STOP && work->operation->committed) {
        decision_refuse(engine, decision, DECIDED_STOPPING, now, effects);
        return;
    }
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
