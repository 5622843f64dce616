/* tests/bot/world.c - a cluster, a store and a Slack in memory, which play the effects of an engine one at a time. */
#include "tests/bot/world.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void new_version(struct world *world, char *target, size_t size)
{
    (void) snprintf(target, size, "%d", ++world->versions);
}

void world_init(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->now = 1763999000;
    world->options.ready_timeout_s = 300;
    text_copy_cut(world->options.own_namespace, sizeof world->options.own_namespace, "curfew");
}

void world_release(struct world *world)
{
    engine_free(world->engine);
    effects_release(&world->queue);
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++)
        journal_release(&world->records[i].journal);
}

/* ---- The cluster ---- */

void world_add_namespace(struct world *world, const char *name)
{
    struct namespace *namespace = &world->namespaces[world->namespace_count++];

    text_copy_cut(namespace->name, sizeof namespace->name, name);
    (void) snprintf(namespace->uid, sizeof namespace->uid, "uid-of-%.40s", name);
    namespace->scheduler = SCHEDULER_ENABLED;
    if (world->engine != NULL)
        world_see_namespace(world, name);
}

struct workload *world_add_workload(struct world *world, const char *namespace, const char *name, int32_t replicas)
{
    struct world_workload *item = &world->workloads[world->workload_count++];
    struct workload *workload = &item->workload;

    text_copy_cut(item->namespace, sizeof item->namespace, namespace);
    text_copy_cut(workload->resource, sizeof workload->resource, "deployments.apps");
    text_copy_cut(workload->name, sizeof workload->name, name);
    (void) snprintf(workload->uid, sizeof workload->uid, "uid-%d", ++world->versions);
    new_version(world, workload->resource_version, sizeof workload->resource_version);
    workload->replicas = workload->replicas_ready = workload->replicas_existing = replicas;
    workload->settled = true;
    return workload;
}

struct workload *world_workload(struct world *world, const char *namespace, const char *name)
{
    for (size_t i = 0; i < world->workload_count; i++)
        if (text_equal(world->workloads[i].namespace, namespace) && text_equal(world->workloads[i].workload.name, name))
            return &world->workloads[i].workload;
    return NULL;
}

static void set_replicas(struct world *world, struct workload *workload, int32_t replicas)
{
    if (workload->replicas == replicas)
        return;
    workload->replicas = replicas;
    workload->replicas_ready = workload->replicas_existing = world->unready ? 0 : replicas;
    new_version(world, workload->resource_version, sizeof workload->resource_version);
}

void world_scale(struct world *world, const char *namespace, const char *name, int32_t replicas)
{
    set_replicas(world, world_workload(world, namespace, name), replicas);
}

void world_see_namespace(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->namespace_count; i++) {
        struct event event = { .kind = EVENT_NAMESPACE, .seen = &world->namespaces[i] };
        if (text_equal(world->namespaces[i].name, name))
            world_tell(world, &event);
    }
}

static enum world_fault fault_of(struct world *world, enum effect_kind kind, const char *name)
{
    return world->fault == NULL ? FAULT_NONE : world->fault(world, kind, name);
}

static void play_observe(struct world *world, const struct effect *effect)
{
    struct workload_list list = { 0 };
    struct error error = { 0 };
    struct event event = {
        .kind = EVENT_OBSERVED, .ticket = effect->ticket, .namespace = effect->namespace, .workloads = &list
    };

    if (fault_of(world, EFFECT_OBSERVE, effect->namespace) != FAULT_NONE) {
        (void) error_set(&error, ERROR_NETWORK, "the API server does not answer");
        event.error = &error;
    }
    for (size_t i = 0; i < world->workload_count; i++)
        if (text_equal(world->workloads[i].namespace, effect->namespace))
            workload_list_add(&list, &world->workloads[i].workload);
    world_tell(world, &event);
    workload_list_release(&list);
}

/* Promise P1: whoever is at 0 by our hand has its count in the store. */
static void check_remembered(struct world *world, const char *namespace, const struct workload *before)
{
    const struct world_record *record = world_record(world, namespace);
    const struct journal_entry *entry =
        record == NULL ? NULL : journal_find(&record->journal, before->resource, before->name);

    CU_ASSERT_PTR_NOT_NULL(entry);
    if (entry != NULL && !world->autoscaled)
        CU_ASSERT_EQUAL(entry->replicas, before->replicas);
}

static void accept_scale(struct world *world, const char *namespace, struct scale_order *order,
                         struct workload *workload)
{
    if (order->replicas == 0 && workload->replicas > 0)
        check_remembered(world, namespace, workload);
    set_replicas(world, workload, order->replicas);
    world->writes++;
    order->result = SCALE_DONE;
}

static void play_order(struct world *world, const char *namespace, struct scale_order *order)
{
    struct workload *workload = world_workload(world, namespace, order->name);
    enum world_fault fault = fault_of(world, EFFECT_SCALE, order->name);

    if (workload == NULL) {
        order->result = SCALE_GONE;
        return;
    }
    if (fault == FAULT_REFUSED) {
        order->result = SCALE_FAILED;
        text_copy_cut(order->reason, sizeof order->reason, "not permitted");
        return;
    }
    if (fault == FAULT_CHANGED)
        set_replicas(world, workload, workload->replicas + 1);
    if (!text_equal(workload->resource_version, order->resource_version)) {
        order->result = SCALE_CHANGED;
        return;
    }
    if (fault != FAULT_BEFORE)
        accept_scale(world, namespace, order, workload);
    if (fault == FAULT_BEFORE || fault == FAULT_AFTER)
        order->result = SCALE_UNKNOWN;
}

static void play_reply(struct world *world, const struct effect *effect)
{
    struct event event = { .kind = EVENT_REPLIED, .ticket = effect->ticket };

    world_tell(world, &event);
}

/* A message in a channel is heard like any other. */
static void play_post(struct world *world, const struct effect *effect)
{
    char message[32];
    struct event event = {
        .kind = EVENT_POSTED, .ticket = effect->ticket, .posted = POST_OK, .message = message, .slack_error = ""
    };

    world_hear(world, effect);
    (void) snprintf(message, sizeof message, "1763999000.%06d", ++world->versions);
    if (effect->kind == EFFECT_UPDATE)
        text_copy_cut(message, sizeof message, effect->post.message);
    struct world_said *said = &world->said[(world->said_count - 1) % WORLD_SAID_MAX];
    text_copy_cut(said->message, sizeof said->message, message);
    world_tell(world, &event);
}

static void play_scale(struct world *world, struct effect *effect)
{
    struct event event = {
        .kind = EVENT_SCALED, .ticket = effect->ticket, .namespace = effect->namespace, .orders = &effect->orders
    };

    for (size_t i = 0; i < effect->orders.count; i++)
        play_order(world, effect->namespace, &effect->orders.items[i]);
    world_tell(world, &event);
}

/* ---- The store ---- */

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

    new_version(world, revision, RECORD_REVISION_SIZE);
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
    const char *what = save->has_record ? "record" : save->has_inbox ? "inbox" : "rest";
    enum world_fault fault = fault_of(world, EFFECT_SAVE, what);
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

    if (fault_of(world, EFFECT_LOAD, effect->namespace) != FAULT_NONE) {
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

/* ---- The course of things ---- */

/* What is said is heard at once; everything else waits in the queue for its turn. */
void world_tell(struct world *world, const struct event *event)
{
    struct effects effects = { 0 };

    engine_handle(world->engine, event, world->now, &effects);
    for (size_t i = 0; i < effects.count; i++) {
        struct effect *effect = &effects.items[i];
        if (effect->kind == EFFECT_ACK || effect->kind == EFFECT_REPLY)
            world_hear(world, effect);
        if (effect->kind == EFFECT_REPLY ? effect->ticket != 0
                                         : effect->kind != EFFECT_ACK && effect->kind != EFFECT_REPORT) {
            *effects_add(&world->queue, effect->kind) = *effect;
            *effect = (struct effect){ 0 };
        }
    }
    effects_release(&effects);
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

bool world_step(struct world *world)
{
    if (world->queue.count == 0)
        return false;
    struct effect effect = world->queue.items[0];
    world->queue.count--;
    memmove(world->queue.items, world->queue.items + 1, world->queue.count * sizeof effect);
    if (effect.kind == EFFECT_REPLY)
        play_reply(world, &effect);
    else if (effect.kind == EFFECT_SAVE)
        play_save(world, &effect);
    else if (effect.kind == EFFECT_LOAD)
        play_load(world, &effect);
    else if (effect.kind == EFFECT_OBSERVE)
        play_observe(world, &effect);
    else if (effect.kind == EFFECT_POST || effect.kind == EFFECT_UPDATE)
        play_post(world, &effect);
    else if (effect.kind == EFFECT_REREAD)
        restore_records(world);
    else
        play_scale(world, &effect);
    effect_release(&effect);
    return true;
}

static void run_until(struct world *world, int64_t end_at)
{
    for (int turns = 0; turns < 10000; turns++) {
        struct event event = { .kind = EVENT_TIME };
        if (world_step(world))
            continue;
        int64_t due_at = engine_due_at(world->engine);
        if (due_at > end_at)
            return;
        world->now = due_at > world->now ? due_at : world->now;
        world_tell(world, &event);
    }
    CU_FAIL("the engine does not come to rest");
}

void world_run(struct world *world)
{
    run_until(world, world->now + 60 * 60);
}

void world_run_until(struct world *world, int64_t at)
{
    run_until(world, at);
    world->now = at;
}

void world_boot(struct world *world)
{
    struct event event;

    world->engine = engine_new(&world->options);
    restore_records(world);
    for (size_t i = 0; i < world->namespace_count; i++)
        world_see_namespace(world, world->namespaces[i].name);
    event = (struct event){ .kind = EVENT_COMPLETE };
    world_tell(world, &event);
    for (size_t i = 0; i < world->inbox_count; i++) {
        event = (struct event){ .kind = EVENT_REQUEST, .request = &world->inbox[i] };
        if (world->inbox[i].revision[0] != '\0' && !world->inbox[i].done && !world->inbox[i].refused)
            world_tell(world, &event);
    }
}

void world_crash(struct world *world)
{
    engine_free(world->engine);
    effects_release(&world->queue);
    world_boot(world);
}
