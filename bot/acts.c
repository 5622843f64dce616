/* bot/acts.c - what is remembered of every act: who, what, when, from where.
 *
 * Pure. An act is written before its effect, in the same save, and once more with its outcome under the same key; so the key
 * is made of the act itself, and a process that takes it up after a crash writes the same entry.
 */
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

void act_fill(struct history_entry *entry, const char *name, const struct command *command, const char *by,
              const char *from, int64_t at)
{
    struct buffer act = { .limit = sizeof entry->act - 1 };

    *entry = (struct history_entry){ .at = at };
    command_write_act(command, &act);
    text_copy_cut(entry->act, sizeof entry->act, buffer_text(&act));
    text_copy_cut(entry->namespace, sizeof entry->namespace, name);
    text_copy_cut(entry->by, sizeof entry->by, by);
    text_copy_cut(entry->from, sizeof entry->from, from);
    buffer_clear(&act);
    act.limit = 0;
    buffer_append_format(&act, "%s %s", by, entry->act);
    (void) snprintf(entry->key, sizeof entry->key, "%016llx", (unsigned long long) text_hash(buffer_text(&act)));
    buffer_release(&act);
}

void act_set_outcome(struct history_entry *entry, const char *mrkdwn)
{
    struct buffer text = { .limit = sizeof entry->outcome - 1 };

    answer_write_plain(mrkdwn, &text);
    text_copy_cut(entry->outcome, sizeof entry->outcome, buffer_text(&text));
    buffer_release(&text);
}

void act_note(struct engine *engine, const struct history_entry *entry, struct effects *effects)
{
    struct effect *effect = effects_add(effects, EFFECT_SAVE);

    effect->ticket = ++engine->last_ticket;
    effect->save = save_new();
    effect->save->has_history = true;
    effect->save->history = *entry;
}

const char *act_origin(const struct inbox_entry *entry)
{
    return text_equal(entry->kind, "click") ? "button" : "command";
}
