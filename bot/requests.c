/* bot/requests.c - what was accepted from people, until it is answered.
 *
 * Pure. A request is stored in the inbox before it is acked, carried out, answered, and marked as done, so that a process
 * that dies in between takes it up again. Where it changes records alone, its targets are done one after the other: each
 * save writes the record together with the inbox entry, so that nothing is done twice or not at all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/answer.h"
#include "bot/button.h"
#include "bot/engine_state.h"

enum { CLOSING_RETRY_S = 5, EXIT_REFUSED = 1 /* of a terminal */ };

static const char not_accepted[] =
    "Curfew could not take this, because its store does not answer. Nothing was changed; please try again in a moment";

/* --- answers --------------------------------------------------------------------------------------------------- */

static void address(struct effect *effect, const struct inbox_entry *entry)
{
    text_copy_cut(effect->response_url, sizeof effect->response_url, entry->response_url);
    text_copy_cut(effect->user, sizeof effect->user, entry->user);
}

void request_ack(uint64_t delivery, bool accepts_payload, const struct inbox_entry *entry, struct message *message,
                 struct effects *effects)
{
    struct message none = { 0 };
    struct message *content = message == NULL ? &none : message;

    if (delivery != 0) {
        struct effect *effect = effects_add(effects, EFFECT_ACK);
        effect->delivery = delivery;
        address(effect, entry);
        if (accepts_payload) {
            effect->message = *content;
            *content = (struct message){ 0 };
        }
    }
    if (message_is_empty(content))
        return;
    struct effect *effect = effects_add(effects, EFFECT_REPLY);
    address(effect, entry);
    effect->message = *content;
    *content = (struct message){ 0 };
}

bool request_is_known(const struct engine *engine, const char *key)
{
    for (size_t i = 0; i < engine->request_count; i++)
        if (text_equal(engine->requests[i]->entry.key, key))
            return true;
    return false;
}

bool request_is_press(const struct request *request)
{
    return text_equal(request->entry.kind, "click") && !text_equal(request->entry.action, action_confirm);
}

/* --- the inbox ------------------------------------------------------------------------------------------------- */

uint64_t request_save_entry(struct engine *engine, const struct inbox_entry *entry, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_SAVE);

    effect->ticket = ++engine->last_ticket;
    effect->save = save_new();
    effect->save->has_inbox = true;
    effect->save->inbox = *entry;
    return effect->ticket;
}

/* It stays until that stands: an entry that is neither done nor refused is taken up again by the next start. */
static void close_entry(struct engine *engine, struct request *request, struct effects *effects)
{
    request->phase = REQUEST_CLOSING;
    request->due_at = INT64_MAX;
    request->ticket = request_save_entry(engine, &request->entry, effects);
}

static void mark_done(struct engine *engine, struct request *request, struct effects *effects)
{
    request->entry.done = true;
    close_entry(engine, request, effects);
}

/* --- life ------------------------------------------------------------------------------------------------------ */

static void request_free(struct request *request)
{
    for (size_t i = 0; i < request->target_count; i++)
        free(request->targets[i].outcome);
    free(request->targets);
    free(request);
}

static void forget(struct engine *engine, struct request *request)
{
    for (size_t i = 0; i < engine->request_count; i++) {
        if (engine->requests[i] != request)
            continue;
        engine->requests[i] = engine->requests[--engine->request_count];
        break;
    }
    request_free(request);
}

void requests_release(struct engine *engine)
{
    for (size_t i = 0; i < engine->request_count; i++)
        request_free(engine->requests[i]);
    free(engine->requests);
}

static struct request *request_new(const struct event *event, const struct command *command,
                                   const struct button_condition *condition, const struct environment_list *list)
{
    struct request *request = memory_new(1, sizeof *request);

    request->entry = *event->request;
    request->command = *command;
    request->condition = *condition;
    request->delivery = event->delivery;
    request->accepts_payload = event->accepts_payload;
    request->due_at = INT64_MAX;
    request->target_count = request->remaining = list->count;
    request->targets = memory_new(list->count, sizeof *request->targets);
    for (size_t i = 0; i < list->count; i++)
        text_copy_cut(request->targets[i].name, sizeof request->targets[i].name, list->items[i]->name);
    return request;
}

/* --- carrying out ---------------------------------------------------------------------------------------------- */

static bool any_changed(const struct request *request)
{
    for (size_t i = 0; i < request->target_count; i++)
        if (request->targets[i].changed)
            return true;
    return false;
}

static bool any_failed(const struct request *request)
{
    for (size_t i = 0; i < request->target_count; i++)
        if (request->targets[i].failed)
            return true;
    return false;
}

/* The message whose button was pressed shows all of it. */
static bool is_shown(const struct request *request)
{
    for (size_t i = 0; i < request->target_count; i++)
        if (!request->targets[i].is_shown)
            return false;
    return true;
}

static void offer_starts(struct engine *engine, const struct request *request, struct message *message)
{
    for (size_t i = 0; i < request->target_count; i++) {
        const struct environment *environment = environments_find(&engine->environments, request->targets[i].name);
        if (request->targets[i].offers_start && environment != NULL)
            answer_offer_start(message, environment->name, environment->uid);
    }
}

/* Everything is there: one answer for all targets. Only once it was sent is the request done: a process that dies before
 * leaves it to the next one to answer. */
static void close_request(struct engine *engine, struct request *request, struct effects *effects)
{
    if (is_shown(request)) {
        mark_done(engine, request, effects);
        return;
    }
    const char **outcomes = memory_new(request->target_count, sizeof(char *));
    struct effect *effect = effects_add(effects, EFFECT_REPLY);

    for (size_t i = 0; i < request->target_count; i++)
        outcomes[i] = request->targets[i].outcome;
    address(effect, &request->entry);
    answer_outcomes(any_changed(request), request->entry.user, outcomes, request->target_count, &effect->message);
    offer_starts(engine, request, &effect->message);
    effect->message.exit_status = any_failed(request) ? EXIT_REFUSED : 0;
    free(outcomes);
    request->phase = REQUEST_ANSWERING;
    request->ticket = effect->ticket = ++engine->last_ticket;
}

static void run_next(struct engine *engine, struct request *request, int64_t now, struct effects *effects);

void request_target_done(struct engine *engine, const struct participant *participant,
                         const struct target_outcome *outcome, int64_t now, struct effects *effects)
{
    struct request *request = participant->request;
    struct request_target *target = &request->targets[participant->target];

    if (target->outcome != NULL)
        return;
    target->outcome = memory_text(outcome->text);
    target->changed = outcome->changed;
    target->is_shown = outcome->is_shown;
    target->offers_start = outcome->offers_start;
    target->failed = outcome->failed;
    if (--request->remaining == 0)
        close_request(engine, request, effects);
    else if (request->next_target > 0)
        run_next(engine, request, now, effects);
}

/* Whether a wish from the inbox was carried out, or overtaken, before the program ended: then acting on it now could undo
 * what somebody decided since. */
static bool is_settled(const struct request *request, const struct environment *environment)
{
    struct record record;
    int64_t accepted_at = request->entry.accepted_at;
    bool stops = request->command.verb == VERB_STOP;

    if (request->command.verb == VERB_STATUS || !environment_read_record(environment, &record))
        return false;
    if (record.state == (stops ? RECORD_STOPPING : RECORD_STARTING))
        return false;
    if (stops && record_is_kept_awake(&record) && record.deadline_set_at > accepted_at)
        return true;
    if (record.state == (stops ? RECORD_ASLEEP : RECORD_AWAKE))
        return record.since_at >= accepted_at;
    return record.since_at > accepted_at;
}

/* Of those that change records alone, the next. */
static void run_next(struct engine *engine, struct request *request, int64_t now, struct effects *effects)
{
    size_t target = request->next_target++;
    struct participant participant = { .request = request, .target = target };
    enum decision_kind kind = request->command.verb == VERB_PROLONGATE ? DECISION_PROLONGATE : DECISION_CANCEL;

    decision_want(engine, environments_get(&engine->environments, request->targets[target].name), kind, &participant,
                  now, effects);
}

static void run(struct engine *engine, struct request *request, int64_t now, struct effects *effects)
{
    bool restored = request->phase == REQUEST_RESTORED;
    enum verb verb = request->command.verb;
    size_t count = request->target_count; /* the request may be gone behind its last target */

    request->phase = REQUEST_RUNNING;
    if (verb == VERB_PROLONGATE || verb == VERB_CANCEL) {
        run_next(engine, request, now, effects);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct environment *environment = environments_get(&engine->environments, request->targets[i].name);
        struct participant participant = { .request = request, .target = i };
        bool is_over = restored && is_settled(request, environment);
        if (verb == VERB_SCHEDULE || verb == VERB_HISTORY)
            errand_want(engine, environment, &participant, effects);
        else
            operation_want(engine, environment, is_over ? VERB_STATUS : verb, &request->command, &participant, now,
                           effects);
    }
}

static void accept(struct engine *engine, struct request *request, struct effects *effects)
{
    struct environment_list list = { 0 };
    struct message message = { 0 };
    struct environment *shown[COMMAND_NAMES_MAX];

    for (size_t i = 0; i < request->target_count && i < COMMAND_NAMES_MAX; i++)
        shown[list.count++] = environments_get(&engine->environments, request->targets[i].name);
    list.items = shown;
    if (!request_is_press(request))
        answer_accepted(request->command.verb, &list, &message);
    message.replaces_original = text_equal(request->entry.kind, "click") && !message_is_empty(&message);
    message.is_interim = true;
    request_ack(request->delivery, request->accepts_payload, &request->entry, &message, effects);
    request->delivery = 0;
}

/* It could not be stored: its author is told, and should it stand there after all, it is marked so that it is never
 * carried out. */
static void refuse(struct engine *engine, struct request *request, struct effects *effects)
{
    struct message message = { 0 };

    answer_sentence(not_accepted, &message);
    message.exit_status = EXIT_REFUSED;
    request_ack(request->delivery, request->accepts_payload, &request->entry, &message, effects);
    request->delivery = 0;
    request->entry.refused = true;
    close_entry(engine, request, effects);
}

/* Whoever stored it carries it out; unless that process ended, and the entry came too late for this one to find it. */
static void look_up(struct engine *engine, struct request *request, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_LOAD);

    request->phase = REQUEST_LOOKING;
    request->due_at = INT64_MAX;
    request->ticket = effect->ticket = ++engine->last_ticket;
    text_copy_cut(effect->namespace, sizeof effect->namespace, request->targets[0].name);
    text_copy_cut(effect->inbox_key, sizeof effect->inbox_key, request->entry.key);
}

static void entry_saved(struct engine *engine, struct request *request, const struct event *event, int64_t now,
                        struct effects *effects)
{
    if (event->result == SAVE_OK) {
        text_copy_cut(request->entry.revision, sizeof request->entry.revision, event->revision);
        accept(engine, request, effects);
        run(engine, request, now, effects);
    } else if (event->result == SAVE_LOST) { /* it is there already: a repeat */
        request_ack(request->delivery, request->accepts_payload, &request->entry, NULL, effects);
        request->delivery = 0;
        look_up(engine, request, effects);
    } else {
        refuse(engine, request, effects);
    }
}

static struct request *waiting_for(const struct engine *engine, uint64_t ticket)
{
    for (size_t i = 0; i < engine->request_count; i++)
        if (engine->requests[i]->ticket != 0 && engine->requests[i]->ticket == ticket)
            return engine->requests[i];
    return NULL;
}

bool requests_loaded(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    struct request *request = waiting_for(engine, event->ticket);
    const struct inbox_entry *stored = event->stored;

    if (request == NULL || request->phase != REQUEST_LOOKING)
        return false;
    request->ticket = 0;
    if (event->error != NULL && event->error->kind != ERROR_INPUT) {
        request->due_at = now + CLOSING_RETRY_S;
        return true;
    }
    if (stored == NULL || stored->done || stored->refused || stored->accepted_at >= engine->completed_at) {
        forget(engine, request);
        return true;
    }
    request->entry = *stored;
    request->phase = REQUEST_RESTORED;
    run(engine, request, now, effects);
    return true;
}

void requests_replied(struct engine *engine, uint64_t ticket, struct effects *effects)
{
    struct request *request = waiting_for(engine, ticket);

    if (request != NULL)
        mark_done(engine, request, effects);
}

bool requests_saved(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    struct request *request = waiting_for(engine, event->ticket);

    if (request == NULL)
        return false;
    request->ticket = 0;
    if (request->phase == REQUEST_SAVING)
        entry_saved(engine, request, event, now, effects);
    else if (event->result == SAVE_LATER)
        request->due_at = now + CLOSING_RETRY_S;
    else
        forget(engine, request);
    return true;
}

void requests_tick(struct engine *engine, int64_t now, struct effects *effects)
{
    for (size_t i = 0; i < engine->request_count; i++) {
        struct request *request = engine->requests[i];
        if (request->phase == REQUEST_CLOSING && request->due_at <= now)
            close_entry(engine, request, effects);
        else if (request->phase == REQUEST_LOOKING && request->due_at <= now)
            look_up(engine, request, effects);
    }
}

/* --- beginning ------------------------------------------------------------------------------------------------- */

/* It is newer than anything that stands of its environments, also where the clock went back in between. */
static int64_t newest(const struct environment_list *list, int64_t now)
{
    struct record record;

    for (size_t i = 0; i < list->count; i++) {
        const struct work *work = list->items[i]->work;
        if (work != NULL && work->waiting != NULL && work->waiting->wanted_at >= now)
            now = work->waiting->wanted_at + 1; /* of the same second, it is the later one all the same */
        if (!environment_read_record(list->items[i], &record))
            continue;
        now = record.since_at > now ? record.since_at : now;
        now = record.deadline_set_at > now ? record.deadline_set_at : now;
    }
    return now;
}

/* Of what Slack delivers the runner writes a line. */
static void report_offered(const struct inbox_entry *entry, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_REPORT);

    effect->report = (struct report){ .event = "command", .workloads = -1, .failed = -1, .took_s = -1 };
    text_copy_cut(effect->report.by, sizeof effect->report.by, entry->user);
    text_copy_cut(effect->report.reason, sizeof effect->report.reason, entry->text);
}

void requests_add(struct engine *engine, const struct event *event, const struct command *command,
                  const struct button_condition *condition, const struct environment_list *list, int64_t now,
                  struct effects *effects)
{
    struct request *request = request_new(event, command, condition, list);

    if (engine->requests == NULL)
        engine->requests = memory_new(ENGINE_REQUESTS_MAX, sizeof(struct request *));
    engine->requests[engine->request_count++] = request;
    if (event->delivery == 0 && !event->request->offered) { /* it was accepted and acked before the program ended */
        request->phase = REQUEST_RESTORED;
        run(engine, request, now, effects);
        return;
    }
    /* One that a terminal offers is taken up in the same way, on the revision it has in the inbox: from then on it cannot be
     * withdrawn, and of several that find it one alone carries it out. */
    if (request->entry.offered)
        report_offered(&request->entry, effects);
    request->entry.offered = false;
    request->phase = REQUEST_SAVING;
    request->entry.accepted_at = newest(list, now);
    request->ticket = request_save_entry(engine, &request->entry, effects);
}
