/* tests/bot/world_store.c - the store of the world: records, journals, the inbox, notices and the history. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "base/text.h"
#include "tests/bot/world_parts.h"

const struct world_record *world_record(const struct world *world, const char *namespace)
{
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++)
        if (world->records[i].used && text_equal(world->records[i].record.namespace, namespace))
            return &world->records[i];
    return NULL;
}

static struct world_record *record_slot(struct world *world, const char *namespace)
{
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++)
        if (world->records[i].used && text_equal(world->records[i].record.namespace, namespace))
            return &world->records[i];
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++)
        if (!world->records[i].used)
            return &world->records[i];
    return NULL;
}

static struct inbox_entry *inbox_find(struct world *world, const char *key)
{
    for (size_t i = 0; i < world->inbox_count; i++)
        if (text_equal(world->inbox[i].key, key))
            return &world->inbox[i];
    return NULL;
}

static void inbox_put(struct world *world, const struct inbox_entry *entry, const char *revision)
{
    struct inbox_entry *slot = inbox_find(world, entry->key);

    if (slot == NULL)
        slot = &world->inbox[world->inbox_count++];
    *slot = *entry;
    text_copy_cut(slot->revision, sizeof slot->revision, revision);
}

static void notice_put(struct world *world, const struct notice_record *notice)
{
    size_t i = 0;

    while (i < world->notice_count && world->notices[i].id != notice->id)
        i++;
    CU_ASSERT_TRUE_FATAL(i < WORLD_NOTICES_MAX);
    world->notices[i] = *notice;
    world->notice_count += i == world->notice_count;
}

/* An act is written again with its outcome. Of too many the oldest are forgotten. */
static void history_put(struct world *world, const struct history_entry *entry)
{
    for (size_t i = 0; i < world->history_count; i++) {
        struct history_entry *known = &world->history[i];
        if (known->at != entry->at || !text_equal(known->key, entry->key) ||
            !text_equal(known->namespace, entry->namespace))
            continue;
        *known = *entry;
        return;
    }
    if (world->history_count == WORLD_HISTORY_MAX)
        memmove(world->history, world->history + 1, --world->history_count * sizeof *entry);
    world->history[world->history_count++] = *entry;
}

static bool holds(const struct save *save, const struct world_record *record, const struct inbox_entry *entry)
{
    if (save->has_record && !text_equal(save->record.revision, record->used ? record->record.revision : ""))
        return false;
    return !save->has_inbox || save->inbox.refused ||
           text_equal(save->inbox.revision, entry == NULL ? "" : entry->revision);
}

static void write_save(struct world *world, const struct save *save, char revision[RECORD_REVISION_SIZE])
{
    struct world_record *record = record_slot(world, save->record.namespace);

    world_new_version(world, revision, RECORD_REVISION_SIZE);
    if (save->has_record) {
        record->used = save->record.gone_at == 0; /* it expires; here it has already */
        record->record = save->record;
        text_copy_cut(record->record.revision, sizeof record->record.revision, revision);
    }
    if (save->has_journal) {
        journal_release(&record->journal);
        for (size_t i = 0; i < save->journal.count; i++)
            journal_add(&record->journal, &save->journal.entries[i]);
    }
    if (save->has_inbox)
        inbox_put(world, &save->inbox, revision);
    if (save->has_notice)
        notice_put(world, &save->notice);
    if (save->has_history)
        history_put(world, &save->history);
}

static void play_save(struct world *world, const struct effect *effect)
{
    const struct save *save = effect->save;
    struct error error = { 0 };
    char revision[RECORD_REVISION_SIZE] = "";
    struct event event = { .kind = EVENT_SAVED,
                           .ticket = effect->ticket,
                           .namespace = effect->namespace,
                           .revision = revision,
                           .inbox_revision = revision };
    const char *what = save->has_record   ? "record"
                       : save->has_inbox  ? "inbox"
                       : save->has_notice ? "notice"
                                          : "history";
    enum world_fault fault = world_fault_of(world, EFFECT_SAVE, what);
    bool fits = holds(save, record_slot(world, save->record.namespace),
                      save->has_inbox ? inbox_find(world, save->inbox.key) : NULL);

    if (fits && fault != FAULT_BEFORE)
        write_save(world, save, revision);
    event.result = fault != FAULT_NONE ? SAVE_LATER : fits ? SAVE_OK : SAVE_LOST;
    if (fault != FAULT_NONE) {
        (void) error_set(&error, ERROR_TIMEOUT, "the store does not answer");
        event.error = &error;
    }
    world_tell(world, &event);
}

static void play_load(struct world *world, const struct effect *effect)
{
    const struct world_record *record = world_record(world, effect->namespace);
    struct journal journal = { 0 };
    struct error error = { 0 };
    struct event event = {
        .kind = EVENT_LOADED, .ticket = effect->ticket, .namespace = effect->namespace, .journal = &journal
    };

    if (world_fault_of(world, EFFECT_LOAD, effect->namespace) != FAULT_NONE) {
        (void) error_set(&error, ERROR_BUSY, "the store does not answer");
        event.error = &error;
    }
    if (world->is_unreadable) {
        (void) error_set(&error, ERROR_INPUT, "state is none of awake, stopping, asleep, starting");
        event.error = &error;
    }
    event.record = record == NULL ? NULL : &record->record;
    event.stored = effect->inbox_key[0] == '\0' ? NULL : inbox_find(world, effect->inbox_key);
    for (size_t i = 0; record != NULL && i < record->journal.count; i++)
        journal_add(&journal, &record->journal.entries[i]);
    world_tell(world, &event);
    journal_release(&journal);
}

static void play_recall(struct world *world, const struct effect *effect)
{
    struct history_entry acts[WORLD_HISTORY_MAX];
    struct error error = { 0 };
    struct event event = {
        .kind = EVENT_RECALLED, .ticket = effect->ticket, .namespace = effect->namespace, .acts = acts
    };

    for (size_t i = world->history_count; i-- > 0;)
        if (text_equal(world->history[i].namespace, effect->namespace))
            acts[event.act_count++] = world->history[i];
    if (world_fault_of(world, EFFECT_RECALL, effect->namespace) != FAULT_NONE) {
        (void) error_set(&error, ERROR_BUSY, "the store does not answer");
        event.error = &error;
        event.act_count = 0;
    }
    world_tell(world, &event);
}

static void restore_records(struct world *world)
{
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++) {
        struct record *record = &world->records[i].record;
        struct event event = { .kind = EVENT_RESTORED, .namespace = record->namespace };
        event.record = world->is_unreadable ? NULL : record;
        if (world->records[i].used)
            world_tell(world, &event);
    }
}

void world_restore(struct world *world)
{
    restore_records(world);
    for (size_t i = 0; i < world->notice_count; i++) {
        struct event event = { .kind = EVENT_NOTICE, .notice = &world->notices[i] };
        world_tell(world, &event);
    }
}

bool world_play_store(struct world *world, struct effect *effect)
{
    if (effect->kind == EFFECT_SAVE)
        play_save(world, effect);
    else if (effect->kind == EFFECT_LOAD)
        play_load(world, effect);
    else if (effect->kind == EFFECT_RECALL)
        play_recall(world, effect);
    else if (effect->kind == EFFECT_REREAD)
        restore_records(world);
    else
        return false;
    return true;
}
