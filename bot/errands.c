/* bot/errands.c - what people ask for that neither scales nor changes a record: reading the history, setting the schedule.
 *
 * Pure. A schedule is set in the annotation of the namespace, where kubectl shows it; what it means for the environment
 * follows when the namespace is seen again. The act is noted before it is done.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/answer.h"
#include "bot/engine_state.h"

enum { RETRY_S = 2, FAILURES_MAX = 4 };

static bool sets_schedule(const struct errand *errand)
{
    return errand->participant.request->command.verb == VERB_SCHEDULE;
}

/* --- effects --------------------------------------------------------------------------------------------------- */

static struct effect *ask(struct engine *engine, struct errand *errand, enum effect_kind kind, struct effects *effects)
{
    struct effect *effect = effects_add(effects, kind);

    effect->ticket = errand->ticket = ++engine->last_ticket;
    text_copy_cut(effect->namespace, sizeof effect->namespace, errand->environment->name);
    errand->due_at = INT64_MAX;
    return effect;
}

static void fill(const struct errand *errand, struct history_entry *act)
{
    const struct request *request = errand->participant.request;

    act_fill(act, errand->environment->name, &request->command, request->entry.user, act_origin(&request->entry),
             request->entry.accepted_at);
}

/* What came of it. */
static void note_outcome(struct engine *engine, const struct errand *errand, bool refused, const char *outcome,
                         struct effects *effects)
{
    struct history_entry history;

    if (!sets_schedule(errand))
        return;
    fill(errand, &history);
    history.refused = refused;
    text_copy_cut(history.outcome, sizeof history.outcome, outcome);
    act_note(engine, &history, effects);
}

static void note(struct engine *engine, struct errand *errand, struct effects *effects)
{
    struct save *save = save_new();

    save->has_history = true;
    fill(errand, &save->history);
    ask(engine, errand, EFFECT_SAVE, effects)->save = save;
}

static void act(struct engine *engine, struct errand *errand, struct effects *effects)
{
    const struct command *command = &errand->participant.request->command;
    struct effect *effect = ask(engine, errand, sets_schedule(errand) ? EFFECT_ANNOTATE : EFFECT_RECALL, effects);

    text_copy_cut(effect->uid, sizeof effect->uid, errand->environment->uid);
    if (sets_schedule(errand) && command->schedule[0] != '\0')
        effect->text = memory_text(command->schedule);
}

/* --- the end --------------------------------------------------------------------------------------------------- */

static void end(struct engine *engine, struct errand *errand, struct target_outcome outcome, int64_t now,
                struct effects *effects)
{
    for (struct errand **link = &engine->errands; *link != NULL; link = &(*link)->next) {
        if (*link != errand)
            continue;
        *link = errand->next;
        break;
    }
    request_target_done(engine, &errand->participant, &outcome, now, effects);
    free(errand);
}

static void fail(struct engine *engine, struct errand *errand, const struct error *error, int64_t now,
                 struct effects *effects)
{
    struct buffer text = { 0 };

    if (++errand->failures < FAILURES_MAX && (error->kind == ERROR_BUSY || error->kind == ERROR_NETWORK ||
                                              error->kind == ERROR_TIMEOUT || error->kind == ERROR_SYSTEM)) {
        errand->due_at = now + errand->failures * RETRY_S;
        return;
    }
    message_append_code(&text, errand->environment->name);
    buffer_append_text(&text,
                       sets_schedule(errand) ? ": its schedule was not changed: " : ": its history cannot be read: ");
    message_append_escaped(&text, error->message);
    buffer_append_text(&text, ".\n");
    note_outcome(engine, errand, true, error->message, effects);
    end(engine, errand, (struct target_outcome){ .text = buffer_text(&text), .failed = true }, now, effects);
    buffer_release(&text);
}

/* The schedule as the annotation says it now; it was checked when it was asked for. */
static void annotated(struct engine *engine, struct errand *errand, int64_t now, struct effects *effects)
{
    const struct settings_defaults *defaults = &engine->options.settings;
    const struct command *command = &errand->participant.request->command;
    struct schedule schedule = defaults->schedule;
    struct buffer text = { .limit = MESSAGE_TEXT_BYTES_MAX };
    struct record record;
    struct outlook outlook;
    struct error error;
    bool is_own = command->schedule[0] != '\0';

    if (is_own && !settings_read_schedule(defaults, command->schedule, &schedule, &error))
        schedule = defaults->schedule;
    night_fill_outlook(engine, errand->environment, &record, now, &outlook);
    answer_schedule(errand->environment->name, &schedule, is_own, true, "", &outlook, now, &text);
    note_outcome(engine, errand, false, "set", effects);
    end(engine, errand, (struct target_outcome){ .text = buffer_text(&text), .changed = true }, now, effects);
    buffer_release(&text);
}

static void recalled(struct engine *engine, struct errand *errand, const struct event *event, int64_t now,
                     struct effects *effects)
{
    struct buffer text = { .limit = MESSAGE_TEXT_BYTES_MAX };

    answer_history(errand->environment->name, event->acts, event->act_count, &text);
    end(engine, errand, (struct target_outcome){ .text = buffer_text(&text) }, now, effects);
    buffer_release(&text);
}

/* --- what came back -------------------------------------------------------------------------------------------- */

static void noted(struct engine *engine, struct errand *errand, const struct event *event, int64_t now,
                  struct effects *effects)
{
    if (event->result == SAVE_OK)
        act(engine, errand, effects);
    else
        fail(engine, errand, event->error, now, effects);
}

bool errands_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
{
    struct errand *errand = engine->errands;

    while (errand != NULL && (errand->ticket == 0 || errand->ticket != event->ticket))
        errand = errand->next;
    if (errand == NULL)
        return false;
    errand->ticket = 0;
    if (event->kind == EVENT_SAVED)
        noted(engine, errand, event, now, effects);
    else if (event->error != NULL)
        fail(engine, errand, event->error, now, effects);
    else if (event->kind == EVENT_ANNOTATED)
        annotated(engine, errand, now, effects);
    else
        recalled(engine, errand, event, now, effects);
    return true;
}

/* --- the beginning --------------------------------------------------------------------------------------------- */

static void begin(struct engine *engine, struct errand *errand, struct effects *effects)
{
    if (sets_schedule(errand))
        note(engine, errand, effects);
    else
        act(engine, errand, effects);
}

void errand_want(struct engine *engine, struct environment *environment, const struct participant *participant,
                 struct effects *effects)
{
    struct errand *errand = memory_new(1, sizeof *errand);

    errand->environment = environment;
    errand->participant = *participant;
    errand->next = engine->errands;
    engine->errands = errand;
    begin(engine, errand, effects);
}

void errands_tick(struct engine *engine, int64_t now, struct effects *effects)
{
    for (struct errand *errand = engine->errands; errand != NULL; errand = errand->next)
        if (errand->due_at <= now)
            begin(engine, errand, effects);
}

int64_t errands_due_at(const struct engine *engine)
{
    int64_t due_at = INT64_MAX;

    for (const struct errand *errand = engine->errands; errand != NULL; errand = errand->next)
        due_at = errand->due_at < due_at ? errand->due_at : due_at;
    return due_at;
}

bool errands_know(const struct engine *engine, const struct environment *environment)
{
    for (const struct errand *errand = engine->errands; errand != NULL; errand = errand->next)
        if (errand->environment == environment)
            return true;
    return false;
}

void errands_release(struct engine *engine)
{
    while (engine->errands != NULL) {
        struct errand *first = engine->errands;
        engine->errands = first->next;
        free(first);
    }
}
