/* bot/requests.c - what people ask for, from its arrival to its answer.
 *
 * Pure. A mistake, help, a list, a question are answered in the ack itself: nothing is left to be done. Everything else is
 * stored in the inbox before it is acked, carried out, answered, and marked as done, so that a process that dies in
 * between takes it up again. A request is told apart by what was done (its key), not by how it was delivered: a repeat
 * is acked and has no effect.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/access.h"
#include "bot/answer.h"
#include "bot/button.h"
#include "bot/engine_state.h"

enum { CLOSING_RETRY_S = 5 };

static const char not_accepted[] =
    "Curfew could not take this, because its store does not answer. Nothing was changed; please try again in a moment";

/* --- answers --------------------------------------------------------------------------------------------------- */

static void address(struct effect *effect, const struct inbox_entry *entry)
{
    text_copy_cut(effect->response_url, sizeof effect->response_url, entry->response_url);
    text_copy_cut(effect->user, sizeof effect->user, entry->user);
}

/* Acks a delivery; message moves in, NULL or an empty one = none. An ack that takes no message is followed by a reply. */
static void ack(uint64_t delivery, bool accepts_payload, const struct inbox_entry *entry, struct message *message,
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

/* --- repeats --------------------------------------------------------------------------------------------------- */

/* FNV-1a; a chance of one in 10^16 that two keys of the ring agree is below that of the machine failing. */
static uint64_t hash_of(const char *key)
{
    uint64_t hash = 14695981039346656037u;

    for (; *key != '\0'; key++)
        hash = (hash ^ (unsigned char) *key) * 1099511628211u;
    return hash;
}

/* true: this request came before. Otherwise it is noted. */
static bool is_repeat(struct engine *engine, const char *key)
{
    uint64_t hash = hash_of(key);

    for (size_t i = 0; i < ENGINE_RECENT_MAX; i++)
        if (engine->recent[i] == hash)
            return true;
    engine->recent[engine->recent_next] = hash;
    engine->recent_next = (engine->recent_next + 1) % ENGINE_RECENT_MAX;
    return false;
}

/* --- the inbox ------------------------------------------------------------------------------------------------- */

static uint64_t save_entry(struct engine *engine, const struct inbox_entry *entry, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_SAVE);

    effect->ticket = ++engine->last_ticket;
    effect->save = memory_new(1, sizeof *effect->save);
    effect->save->has_inbox = true;
    effect->save->inbox = *entry;
    return effect->ticket;
}

/* It stays until that stands: an entry that is neither done nor refused is taken up again by the next start. */
static void close_entry(struct engine *engine, struct request *request, struct effects *effects)
{
    request->phase = REQUEST_CLOSING;
    request->due_at = INT64_MAX;
    request->ticket = save_entry(engine, &request->entry, effects);
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

static struct request *add(struct engine *engine, const struct event *event, const struct command *command,
                           const struct environment_list *list)
{
    struct request *request = memory_new(1, sizeof *request);

    if (engine->requests == NULL)
        engine->requests = memory_new(ENGINE_REQUESTS_MAX, sizeof(struct request *));
    request->entry = *event->request;
    request->command = *command;
    request->delivery = event->delivery;
    request->accepts_payload = event->accepts_payload;
    request->due_at = INT64_MAX;
    request->target_count = request->remaining = list->count;
    request->targets = memory_new(list->count, sizeof *request->targets);
    for (size_t i = 0; i < list->count; i++)
        text_copy_cut(request->targets[i].name, sizeof request->targets[i].name, list->items[i]->name);
    engine->requests[engine->request_count++] = request;
    return request;
}

/* --- carrying out ---------------------------------------------------------------------------------------------- */

/* Everything is there: one answer for all targets. Only once it was sent is the request done: a process that dies before
 * leaves it to the next one to answer. */
static void close_request(struct engine *engine, struct request *request, struct effects *effects)
{
    const char **outcomes = memory_new(request->target_count, sizeof(char *));
    struct effect *effect = effects_add(effects, EFFECT_REPLY);

    for (size_t i = 0; i < request->target_count; i++)
        outcomes[i] = request->targets[i].outcome;
    address(effect, &request->entry);
    answer_outcomes(request->command.verb == VERB_START || request->command.verb == VERB_STOP, request->entry.user, outcomes, request->target_count, &effect->message);
    free(outcomes);
    request->phase = REQUEST_ANSWERING;
    request->ticket = effect->ticket = ++engine->last_ticket;
}

void request_target_done(struct engine *engine, const struct participant *participant, const char *outcome,
                         struct effects *effects)
{
    struct request *request = participant->request;
    struct request_target *target = &request->targets[participant->target];

    if (target->outcome != NULL)
        return;
    target->outcome = memory_text(outcome);
    if (--request->remaining == 0)
        close_request(engine, request, effects);
}

/* Whether a wish from the inbox was carried out, or overtaken, before the program ended: then acting on it now could undo
 * what somebody decided since. */
static bool is_settled(const struct request *request, const struct environment *environment)
{
    struct record record;
    bool stops = request->command.verb == VERB_STOP;

    if (request->command.verb == VERB_STATUS || !environment_read_record(environment, &record))
        return false;
    if (record.state == (stops ? RECORD_STOPPING : RECORD_STARTING))
        return false;
    if (record.state == (stops ? RECORD_ASLEEP : RECORD_AWAKE))
        return record.since_at >= request->entry.accepted_at;
    return record.since_at > request->entry.accepted_at;
}

static void run(struct engine *engine, struct request *request, int64_t now, struct effects *effects)
{
    bool restored = request->phase == REQUEST_RESTORED;
    size_t count = request->target_count;

    request->phase = REQUEST_RUNNING;
    for (size_t i = 0; i < count; i++) {
        struct environment *environment = environments_get(&engine->environments, request->targets[i].name);
        struct participant participant = { .request = request, .target = i };
        enum verb verb = restored && is_settled(request, environment) ? VERB_STATUS : request->command.verb;
        operation_want(engine, environment, verb, &request->command, request->entry.user, &participant, now, effects);
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
    answer_accepted(request->command.verb, &list, &message);
    message.replaces_original = text_equal(request->entry.kind, "click") && !message_is_empty(&message);
    ack(request->delivery, request->accepts_payload, &request->entry, &message, effects);
    request->delivery = 0;
}

/* It could not be stored: its author is told, and should it stand there after all, it is marked so that it is never
 * carried out. */
static void refuse(struct engine *engine, struct request *request, struct effects *effects)
{
    struct message message = { 0 };

    answer_sentence(not_accepted, &message);
    ack(request->delivery, request->accepts_payload, &request->entry, &message, effects);
    request->delivery = 0;
    request->entry.refused = true;
    close_entry(engine, request, effects);
}

static void entry_saved(struct engine *engine, struct request *request, const struct event *event, int64_t now,
                        struct effects *effects)
{
    if (event->result == SAVE_OK) {
        text_copy_cut(request->entry.revision, sizeof request->entry.revision, event->revision);
        accept(engine, request, effects);
        run(engine, request, now, effects);
    } else if (event->result == SAVE_LOST) { /* it is there already: a repeat, carried out by whoever stored it */
        ack(request->delivery, request->accepts_payload, &request->entry, NULL, effects);
        forget(engine, request);
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
    for (size_t i = 0; i < engine->request_count; i++)
        if (engine->requests[i]->phase == REQUEST_CLOSING && engine->requests[i]->due_at <= now)
            close_entry(engine, engine->requests[i], effects);
}

/* --- arriving -------------------------------------------------------------------------------------------------- */

bool request_is_permitted(const struct environment *environment, const struct command *command, const char *user,
                          struct error *error)
{
    const struct settings *settings = environment->settings;

    if (command_changes(command) && settings->owners_too_long)
        return error_set(error, ERROR_REFUSED,
                         "Nobody may %s `%s`: its annotation curfew/owners is longer than the %d characters that are "
                         "read",
                         verb_words(command->verb)->word, environment->name, ANNOTATION_SIZE - 1);
    return access_may_touch(settings->owners == NULL ? "" : settings->owners, NULL, environment->name, command, user,
                            error);
}

static bool check_permission(const struct command *command, const char *user, const struct environment_list *list,
                             struct error *error)
{
    for (size_t i = 0; i < list->count; i++)
        if (!request_is_permitted(list->items[i], command, user, error))
            return false;
    return true;
}

static bool check_load(const struct engine *engine, const struct command *command, size_t count, struct error *error)
{
    if (engine->request_count >= ENGINE_REQUESTS_MAX)
        return error_set(error, ERROR_BUSY, "Curfew is busy with %d commands; please try again in a moment",
                         ENGINE_REQUESTS_MAX);
    if (command->verb == VERB_STATUS && count > ENGINE_STATUS_MAX)
        return error_set(error, ERROR_INPUT,
                         "That names %zu environments; status reads at most %d at once, so use a narrower pattern",
                         count, ENGINE_STATUS_MAX);
    return true;
}

/* Fills message when the answer is there at once; leaves it empty when something is to be carried out. */
static bool consider(const struct engine *engine, const struct event *event, const struct command *command, int64_t now,
                     struct environment_list *list, struct message *message, struct error *error)
{
    if (command->verb == VERB_HELP) {
        answer_help(command, message);
        return true;
    }
    if (!environments_select(&engine->environments, command, list, error))
        return false;
    if (command->verb == VERB_LIST || list->count == 0) {
        if (list->count == 0)
            answer_sentence("There is no environment yet; `kubectl label namespace NAME scheduler=enabled` makes one",
                            message);
        else
            answer_list(list, now, message);
        return true;
    }
    if (!check_permission(command, event->request->user, list, error) ||
        !check_load(engine, command, list->count, error))
        return false;
    if (command->has_pattern && command->verb != VERB_STATUS)
        return answer_confirm(command, list, message, error);
    return true;
}

/* The text of a command, or of the command that a button repeats. false: the answer is in *message. */
static bool requested_text(const struct event *event, const char **ret_text, struct message *message)
{
    const struct inbox_entry *entry = event->request;

    *ret_text = entry->text;
    if (event->truncated) {
        answer_sentence("That text is too long; a command has at most 4000 characters", message);
        return false;
    }
    if (!text_equal(entry->kind, "click") || text_equal(entry->action, action_confirm))
        return true;
    if (text_equal(entry->action, action_dismiss))
        answer_sentence("Nothing was changed", message);
    else
        answer_sentence("This button is of another release of Curfew and does nothing any more", message);
    message->replaces_original = text_equal(entry->action, action_dismiss);
    return false;
}

static void take_up(struct engine *engine, const struct event *event, const struct command *command,
                    const struct environment_list *list, int64_t now, struct effects *effects)
{
    struct request *request = add(engine, event, command, list);

    if (event->delivery == 0) { /* it stood in the inbox: accepted and acked before the program ended */
        request->phase = REQUEST_RESTORED;
        run(engine, request, now, effects);
        return;
    }
    request->phase = REQUEST_SAVING;
    request->entry.accepted_at = now;
    request->ticket = save_entry(engine, &request->entry, effects);
}

/* A request from the inbox that comes to nothing (its environment is gone) is done as well. */
static void answered_at_once(struct engine *engine, const struct event *event, struct message *message,
                             struct effects *effects)
{
    ack(event->delivery, event->accepts_payload, event->request, message, effects);
    if (event->delivery != 0)
        return;
    struct inbox_entry entry = *event->request;
    entry.done = true;
    (void) save_entry(engine, &entry, effects);
}

void requests_take(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    struct message message = { 0 };
    struct environment_list list = { 0 };
    struct error error = { 0 };
    struct command *command = memory_new(1, sizeof *command);
    const char *text;

    if (is_repeat(engine, event->request->key)) {
        if (event->delivery != 0)
            ack(event->delivery, event->accepts_payload, event->request, NULL, effects);
    } else if (!requested_text(event, &text, &message)) {
        answered_at_once(engine, event, &message, effects);
    } else if (!access_may_command(engine->options.allow, NULL, event->request->user, &error) ||
               !command_read(text, &(struct command_rules){ .prolong_max_s = engine->options.prolong_max_s }, command,
                             &error) ||
               !consider(engine, event, command, now, &list, &message, &error)) {
        answer_sentence(error.message, &message);
        answered_at_once(engine, event, &message, effects);
    } else if (!message_is_empty(&message)) {
        answered_at_once(engine, event, &message, effects);
    } else {
        take_up(engine, event, command, &list, now, effects);
    }
    environment_list_release(&list);
    message_release(&message);
    free(command);
}
