/* bot/effects.c - what the engine asks for. */
#include "bot/effects.h"

#include <stdlib.h>

#include "base/memory.h"

struct effect *effects_add(struct effects *effects, enum effect_kind kind)
{
    if (effects->count == effects->capacity) {
        effects->capacity = effects->capacity == 0 ? 8 : effects->capacity * 2;
        effects->items = memory_grow(effects->items, effects->capacity, sizeof *effects->items);
    }
    struct effect *effect = &effects->items[effects->count++];
    *effect = (struct effect){ .kind = kind };
    return effect;
}

/* An inbox entry alone has 9 KB, which most saves are without: so they are not cleared. */
struct save *save_new(void)
{
    struct save *save = memory_grow(NULL, 1, sizeof *save);

    save->has_record = save->has_journal = save->has_inbox = save->has_notice = save->has_history = false;
    save->journal = (struct journal){ 0 };
    save->record = (struct record){ 0 };
    save->notice = (struct notice_record){ 0 };
    save->history = (struct history_entry){ 0 };
    save->inbox.key[0] = save->inbox.revision[0] = '\0';
    save->inbox.done = save->inbox.refused = false;
    return save;
}

void save_free(struct save *save)
{
    if (save == NULL)
        return;
    journal_release(&save->journal);
    free(save);
}

void effect_release(struct effect *effect)
{
    message_release(&effect->message);
    save_free(effect->save);
    effect->save = NULL;
    scale_orders_release(&effect->orders);
    free(effect->text);
    effect->text = NULL;
}

void effects_release(struct effects *effects)
{
    for (size_t i = 0; i < effects->count; i++)
        effect_release(&effects->items[i]);
    free(effects->items);
    *effects = (struct effects){ 0 };
}
