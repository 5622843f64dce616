/* bot/arrivals.c - what people send: understood and permitted, or answered at once.
 *
 * Pure. A mistake, help, a list, a question are answered in the ack itself: nothing is left to be done. Everything else
 * becomes a request. One is told apart by what was done (its key), not by how it was delivered: a repeat is acked and has
 * no effect. A button carries a command and a condition, and grants nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/access.h"
#include "bot/answer.h"
#include "bot/button.h"
#include "bot/engine_state.h"

enum { EXIT_REFUSED = 1, EXIT_WRONG = 2 }; /* of a terminal */

/* What is made of an arrival on its way. */
struct arrival {
    const struct event *event;
    struct command command;
    struct button_condition condition;
    struct environment_list list;
    struct message message; /* the answer, when it is there at once */
};

/* --- repeats --------------------------------------------------------------------------------------------------- */

/* true: this request came before. Otherwise it is noted. The chance of one in 10^16 that two keys of the ring agree is below
 * that of the machine failing. */
static bool is_repeat(struct engine *engine, const char *key)
{
    uint64_t hash = text_hash(key);

    for (size_t i = 0; i < ENGINE_RECENT_MAX; i++)
        if (engine->recent[i] == hash)
            return true;
    engine->recent[engine->recent_next] = hash;
    engine->recent_next = (engine->recent_next + 1) % ENGINE_RECENT_MAX;
    return false;
}

/* It stood in the inbox when the program started: accepted, and acked, by one that ended. */
static bool is_restored(const struct event *event)
{
    return event->delivery == 0 && !event->request->offered;
}

/* --- permission ------------------------------------------------------------------------------------------------ */

bool request_is_permitted(const struct engine *engine, const struct environment *environment,
                          const struct command *command, const char *user, struct error *error)
{
    const struct settings *settings = environment->settings;

    if (command_changes(command) && settings->owners_too_long && !access_is_operator(user))
        return error_set(error, ERROR_REFUSED,
                         "Nobody may %s `%s`: its annotation curfew/owners is longer than the %d characters that are "
                         "read",
                         verb_words(command->verb)->word, environment->name, ANNOTATION_SIZE - 1);
    return access_may_touch(settings->owners == NULL ? "" : settings->owners, &engine->groups, environment->name,
                            command, user, error);
}

/* What was refused is an act as well, and stands in the history. */
static void note_refusal(struct engine *engine, const struct arrival *arrival, const struct environment *environment,
                         const struct error *error, int64_t now, struct effects *effects)
{
    const struct inbox_entry *entry = arrival->event->request;
    struct history_entry act;

    act_fill(&act, environment->name, &arrival->command, entry->user, act_origin(entry), now);
    act.refused = true;
    text_copy_cut(act.outcome, sizeof act.outcome, error->message);
    act_note(engine, &act, effects);
}

static bool check_permission(struct engine *engine, struct arrival *arrival, int64_t now, struct effects *effects,
                             struct error *error)
{
    const char *user = arrival->event->request->user;

    for (size_t i = 0; i < arrival->list.count; i++) {
        if (request_is_permitted(engine, arrival->list.items[i], &arrival->command, user, error))
            continue;
        note_refusal(engine, arrival, arrival->list.items[i], error, now, effects);
        return false;
    }
    return true;
}

/* Of all that a notice speaks of, those that the presser may move. false: there are some, and none of them. */
static bool keep_permitted(struct engine *engine, struct arrival *arrival, struct error *error)
{
    const char *user = arrival->event->request->user;
    size_t kept = 0;

    for (size_t i = 0; i < arrival->list.count; i++)
        if (request_is_permitted(engine, arrival->list.items[i], &arrival->command, user, error))
            arrival->list.items[kept++] = arrival->list.items[i];
    bool none = kept == 0 && arrival->list.count > 0;
    arrival->list.count = kept;
    return !none;
}

/* --- buttons --------------------------------------------------------------------------------------------------- */

static void select_of_notice(const struct engine *engine, struct arrival *arrival, int64_t now)
{
    const struct notice *notice = notices_find(engine, arrival->condition.notice);

    for (size_t i = 0; notice != NULL && i < notice->count; i++)
        if (environment_meets(notice->items[i], &arrival->condition, now))
            environment_list_add(&arrival->list, notice->items[i]);
    if (arrival->list.count == 0)
        answer_sentence("The stops that this message speaks of no longer stand. Nothing was changed",
                        &arrival->message);
}

/* A stop that no longer stands, or another namespace of that name. One from the inbox stood when it was accepted: what became
 * of the stop since, its record says. */
static bool is_stale(const struct environment *environment, const struct arrival *arrival, int64_t now)
{
    struct button_condition condition = arrival->condition;

    condition.notice = 0; /* that is asked about when its turn comes */
    if (is_restored(arrival->event))
        condition.stop_at = 0;
    return !environment_meets(environment, &condition, now);
}

static void answer_stale(const struct engine *engine, const struct environment *environment, struct arrival *arrival,
                         int64_t now)
{
    struct record record;
    struct decided decided = { .kind = DECIDED_STALE,
                               .verb = arrival->command.verb,
                               .name = environment->name,
                               .pressed_stop_at = arrival->condition.stop_at,
                               .now = now };

    night_fill_outlook(engine, environment, &record, now, &decided.outlook);
    answer_decided(&decided, message_add_section(&arrival->message));
}

/* --- understanding --------------------------------------------------------------------------------------------- */

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

static void answer_schedule_of(const struct engine *engine, const struct environment *environment,
                               struct arrival *arrival, int64_t now)
{
    const struct settings *settings = environment->settings;
    struct record record;
    struct outlook outlook;

    night_fill_outlook(engine, environment, &record, now, &outlook);
    answer_schedule(environment->name, &settings->schedule, settings->has_own_schedule, false, settings->wrong,
                    &outlook, now, message_add_section(&arrival->message));
}

/* A schedule that is to be set is read here as the namespace's annotation will be. */
static bool check_schedule(const struct engine *engine, const struct command *command, struct error *error)
{
    struct schedule schedule;

    return !command->sets_schedule || command->schedule[0] == '\0' ||
           settings_read_schedule(&engine->options.settings, command->schedule, &schedule, error);
}

/* How long it is to run means nothing where nothing stops it. */
static bool check_span(const struct arrival *arrival, struct error *error)
{
    for (size_t i = 0;
         arrival->command.verb == VERB_START && arrival->command.span.kind != SPAN_NONE && i < arrival->list.count; i++)
        if (!environment_is_scheduled(arrival->list.items[i]))
            return error_set(error, ERROR_INPUT,
                             "`%s` has no schedule (scheduler=disabled), so it runs until somebody stops it; start it "
                             "without saying how long",
                             arrival->list.items[i]->name);
    return true;
}

/* The answer to what is asked, not done. true: there is one. */
static bool answer_question(const struct engine *engine, struct arrival *arrival, int64_t now)
{
    const struct command *command = &arrival->command;

    if (arrival->list.count == 0)
        answer_sentence("There is no environment yet; `kubectl label namespace NAME scheduler=enabled` makes one",
                        &arrival->message);
    else if (command->verb == VERB_LIST)
        answer_list(&arrival->list, now, &arrival->message);
    else if (command->verb == VERB_SCHEDULE && !command->sets_schedule)
        answer_schedule_of(engine, arrival->list.items[0], arrival, now);
    else
        return false;
    return true;
}

/* What was accepted for several is done for those that are still there. */
static bool select_accepted(const struct engine *engine, struct arrival *arrival)
{
    struct command *one = memory_new(1, sizeof *one);
    struct error ignored;

    *one = arrival->command;
    one->name_count = 1;
    for (size_t i = 0; i < arrival->command.name_count; i++) {
        struct environment_list found = { 0 };
        memcpy(one->names[0], arrival->command.names[i], sizeof one->names[0]);
        if (!environments_select(&engine->environments, one, &found, &ignored))
            continue;
        for (size_t k = 0; k < found.count; k++)
            environment_list_add(&arrival->list, found.items[k]);
        environment_list_release(&found);
    }
    free(one);
    return arrival->list.count > 0;
}

static bool select_named(const struct engine *engine, struct arrival *arrival, struct error *error)
{
    if (is_restored(arrival->event) && arrival->command.name_count > 1 && select_accepted(engine, arrival))
        return true;
    return environments_select(&engine->environments, &arrival->command, &arrival->list, error);
}

/* Of all that a notice speaks of. */
static bool consider_notice(struct engine *engine, struct arrival *arrival, int64_t now, struct error *error)
{
    select_of_notice(engine, arrival, now);
    return arrival->list.count == 0 || (keep_permitted(engine, arrival, error) &&
                                        check_load(engine, &arrival->command, arrival->list.count, error));
}

/* Fills the message when the answer is there at once; leaves it empty when something is to be carried out. */
static bool consider(struct engine *engine, struct arrival *arrival, int64_t now, struct effects *effects,
                     struct error *error)
{
    const struct command *command = &arrival->command;

    if (command->verb == VERB_HELP) {
        answer_help(command, &arrival->message);
        return true;
    }
    if (arrival->condition.notice != 0 && command->has_pattern)
        return consider_notice(engine, arrival, now, error);
    if (!select_named(engine, arrival, error) || !check_schedule(engine, command, error) || !check_span(arrival, error))
        return false;
    if (answer_question(engine, arrival, now))
        return true;
    /* Of what was accepted, each environment is asked about again when its turn comes. */
    bool is_asked_later = is_restored(arrival->event) && command->verb != VERB_SCHEDULE;
    if ((!is_asked_later && !check_permission(engine, arrival, now, effects, error)) ||
        !check_load(engine, command, arrival->list.count, error))
        return false;
    if (is_stale(arrival->list.items[0], arrival, now)) {
        (void) error_set(error, ERROR_CONFLICT, "the button was of a stop that no longer stood");
        note_refusal(engine, arrival, arrival->list.items[0], error, now, effects);
        answer_stale(engine, arrival->list.items[0], arrival, now);
        return true;
    }
    if (command->has_pattern && command->verb != VERB_STATUS)
        return answer_confirm(command, &arrival->list, &arrival->message, error);
    return true;
}

/* The text of a command, or of the command that a button carries. false: the answer is in the message. */
static bool requested_text(struct arrival *arrival, char text[INBOX_TEXT_SIZE])
{
    const struct inbox_entry *entry = arrival->event->request;
    bool is_click = text_equal(entry->kind, "click");

    if (arrival->event->truncated) {
        answer_sentence("That text is too long; a command has at most 4000 characters", &arrival->message);
        return false;
    }
    text_copy_cut(text, INBOX_TEXT_SIZE, entry->text);
    if (!is_click || (button_is_command(entry->action) && button_read(entry->text, text, &arrival->condition)))
        return true;
    if (text_equal(entry->action, action_dismiss))
        answer_sentence("Nothing was changed", &arrival->message);
    else
        answer_sentence("This button is of another release of Curfew and does nothing any more", &arrival->message);
    arrival->message.replaces_original = text_equal(entry->action, action_dismiss);
    return false;
}

/* --- arriving -------------------------------------------------------------------------------------------------- */

/* A request from the inbox that comes to nothing (its environment is gone) is done as well. */
static void answer_at_once(struct engine *engine, struct arrival *arrival, struct effects *effects)
{
    const struct event *event = arrival->event;

    request_ack(event->delivery, event->accepts_payload, event->request, &arrival->message, effects);
    if (event->delivery != 0)
        return;
    struct inbox_entry entry = *event->request;
    entry.offered = false;
    entry.done = true;
    (void) request_save_entry(engine, &entry, effects);
}

static bool understand(struct engine *engine, struct arrival *arrival, const char *text, int64_t now,
                       struct effects *effects, struct error *error)
{
    struct command_rules rules = { .prolong_max_s = engine->options.prolong_max_s };

    return access_may_command(engine->options.allow, &engine->groups, arrival->event->request->user, error) &&
           command_read(text, &rules, &arrival->command, error) && consider(engine, arrival, now, effects, error);
}

/* What is stored of a press on "all of them" names them: a later process must not find others. */
static void write_names(const struct arrival *arrival, struct inbox_entry *entry)
{
    const char *word = verb_words(arrival->command.verb)->word;
    struct buffer act = { 0 }, text = { .limit = sizeof entry->text - 1 };

    command_write_act(&arrival->command, &act);
    buffer_append_text(&text, word);
    for (size_t i = 0; i < arrival->list.count; i++)
        buffer_append_format(&text, " %s", arrival->list.items[i]->name);
    buffer_append_text(&text, buffer_text(&act) + strlen(word));
    struct buffer value = { .limit = sizeof entry->text - 1 };
    button_write(buffer_text(&text), &arrival->condition, &value);
    text_copy_cut(entry->text, sizeof entry->text, buffer_text(&value));
    buffer_release(&act);
    buffer_release(&text);
    buffer_release(&value);
}

static void accept(struct engine *engine, struct arrival *arrival, int64_t now, struct effects *effects)
{
    struct event event = *arrival->event;
    struct inbox_entry entry = *event.request;

    event.request = &entry;
    if (arrival->condition.notice != 0 && arrival->command.has_pattern)
        write_names(arrival, &entry);
    requests_add(engine, &event, &arrival->command, &arrival->condition, &arrival->list, now, effects);
}

static void take(struct engine *engine, struct arrival *arrival, int64_t now, struct effects *effects)
{
    const struct event *event = arrival->event;
    struct error error = { 0 };
    char text[INBOX_TEXT_SIZE];

    if (!requested_text(arrival, text)) {
        answer_at_once(engine, arrival, effects);
        return;
    }
    if (text_equal(event->request->kind, "click"))
        notices_learn(engine, event->request, arrival->condition.notice);
    if (!understand(engine, arrival, text, now, effects, &error)) {
        answer_sentence(error.message, &arrival->message);
        arrival->message.exit_status = error.kind == ERROR_INPUT ? EXIT_WRONG : EXIT_REFUSED;
    }
    if (!message_is_empty(&arrival->message))
        answer_at_once(engine, arrival, effects);
    else
        accept(engine, arrival, now, effects);
}

static void take_new(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    struct arrival *arrival = memory_new(1, sizeof *arrival);

    arrival->event = event;
    take(engine, arrival, now, effects);
    environment_list_release(&arrival->list);
    message_release(&arrival->message);
    free(arrival);
}

/* Whoever is permitted by a group is not refused because nobody has looked into it yet. */
static bool is_to_be_held(const struct engine *engine, int64_t now)
{
    if (now >= engine->completed_at + ARRIVALS_HELD_S)
        return false;
    for (size_t i = 0; i < engine->groups.count; i++)
        if (engine->groups.items[i].members == NULL)
            return true;
    return false;
}

static void hold(struct engine *engine, const struct inbox_entry *entry)
{
    if (is_repeat(engine, entry->key))
        return;
    engine->held = memory_grow(engine->held, engine->held_count + 1, sizeof *engine->held);
    engine->held[engine->held_count++] = *entry;
}

void arrivals_release_held(struct engine *engine, int64_t now, struct effects *effects)
{
    struct inbox_entry *held = engine->held;
    size_t count = engine->held_count;

    if (count == 0 || is_to_be_held(engine, now))
        return;
    engine->held = NULL;
    engine->held_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct event event = { .kind = EVENT_REQUEST, .request = &held[i] };
        take_new(engine, &event, now, effects);
    }
    free(held);
}

void arrivals_take(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    if (event->request->offered && request_is_known(engine, event->request->key))
        return;
    if (is_restored(event) && !access_is_operator(event->request->user) && is_to_be_held(engine, now)) {
        hold(engine, event->request);
        return;
    }
    if (is_repeat(engine, event->request->key)) {
        if (event->delivery != 0)
            request_ack(event->delivery, event->accepts_payload, event->request, NULL, effects);
        return;
    }
    take_new(engine, event, now, effects);
}
