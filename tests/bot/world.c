/* tests/bot/world.c - a cluster, a store and a Slack in memory, which play the effects of an engine one at a time. */
#include "tests/bot/world.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/bot/world_parts.h"

void world_new_version(struct world *world, char *target, size_t size)
{
    (void) snprintf(target, size, "%d", ++world->versions);
}

void world_init(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->namespaces = memory_new(WORLD_NAMESPACES_MAX, sizeof *world->namespaces);
    world->records = memory_new(WORLD_RECORDS_MAX, sizeof *world->records);
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
    free(world->records);
    free(world->namespaces);
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
    text_copy_cut(item->name, sizeof item->name, name);
    (void) snprintf(item->uid, sizeof item->uid, "uid-%d", ++world->versions);
    world_new_version(world, item->version, sizeof item->version);
    *workload = (struct workload){
        .resource = "deployments.apps", .name = item->name, .uid = item->uid, .resource_version = item->version
    };
    workload->replicas = workload->replicas_ready = workload->replicas_existing = replicas;
    workload->settled = true;
    return workload;
}

static struct world_workload *find_workload(struct world *world, const char *namespace, const char *name)
{
    for (size_t i = 0; i < world->workload_count; i++)
        if (text_equal(world->workloads[i].namespace, namespace) && text_equal(world->workloads[i].name, name))
            return &world->workloads[i];
    return NULL;
}

struct workload *world_workload(struct world *world, const char *namespace, const char *name)
{
    struct world_workload *item = find_workload(world, namespace, name);

    return item == NULL ? NULL : &item->workload;
}

static void set_replicas(struct world *world, struct world_workload *item, int32_t replicas)
{
    struct workload *workload = &item->workload;

    if (workload->replicas == replicas)
        return;
    workload->replicas = replicas;
    workload->replicas_ready = workload->replicas_existing = world->unready ? 0 : replicas;
    world_new_version(world, item->version, sizeof item->version);
}

void world_scale(struct world *world, const char *namespace, const char *name, int32_t replicas)
{
    set_replicas(world, find_workload(world, namespace, name), replicas);
}

void world_see_namespace(struct world *world, const char *name)
{
    for (size_t i = 0; i < world->namespace_count; i++) {
        struct event event = { .kind = EVENT_NAMESPACE, .seen = &world->namespaces[i] };
        if (text_equal(world->namespaces[i].name, name))
            world_tell(world, &event);
    }
}

static void remove_workloads(struct world *world, const char *namespace)
{
    size_t kept = 0;

    for (size_t i = 0; i < world->workload_count; i++)
        if (!text_equal(world->workloads[i].namespace, namespace))
            world->workloads[kept++] = world->workloads[i];
    world->workload_count = kept;
}

void world_remove_namespace(struct world *world, const char *name)
{
    size_t i = 0;

    while (!text_equal(world->namespaces[i].name, name))
        i++;
    const struct namespace namespace = world->namespaces[i];
    struct event event = { .kind = EVENT_NAMESPACE_GONE, .namespace = namespace.name, .uid = namespace.uid };
    memmove(&world->namespaces[i], &world->namespaces[i + 1],
            (--world->namespace_count - i) * sizeof world->namespaces[0]);
    remove_workloads(world, name);
    world_tell(world, &event);
}

enum world_fault world_fault_of(struct world *world, enum effect_kind kind, const char *name)
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

    if (world_fault_of(world, EFFECT_OBSERVE, effect->namespace) != FAULT_NONE) {
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
                         struct world_workload *item)
{
    if (order->replicas == 0 && item->workload.replicas > 0)
        check_remembered(world, namespace, &item->workload);
    set_replicas(world, item, order->replicas);
    world->writes++;
    order->result = SCALE_DONE;
}

static void play_order(struct world *world, const char *namespace, struct scale_order *order)
{
    struct world_workload *item = find_workload(world, namespace, order->name);
    enum world_fault fault = world_fault_of(world, EFFECT_SCALE, order->name);

    if (item == NULL) {
        order->result = SCALE_GONE;
        return;
    }
    if (fault == FAULT_REFUSED) {
        order->result = SCALE_FAILED;
        scale_order_set_reason(order, "not permitted");
        return;
    }
    if (fault == FAULT_CHANGED)
        set_replicas(world, item, item->workload.replicas + 1);
    if (!text_equal(item->version, order->resource_version)) {
        order->result = SCALE_CHANGED;
        return;
    }
    if (fault != FAULT_BEFORE)
        accept_scale(world, namespace, order, item);
    if (fault == FAULT_BEFORE || fault == FAULT_AFTER)
        order->result = SCALE_UNKNOWN;
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

/* The namespace is seen as it is then. */
static void annotate(struct world *world, const struct effect *effect, struct error *error)
{
    for (size_t i = 0; i < world->namespace_count; i++) {
        struct namespace *namespace = &world->namespaces[i];
        if (!text_equal(namespace->name, effect->namespace) || !text_equal(namespace->uid, effect->uid))
            continue;
        text_copy_cut(namespace->schedule, sizeof namespace->schedule, effect->text == NULL ? "" : effect->text);
        world_see_namespace(world, namespace->name);
        return;
    }
    (void) error_set(error, ERROR_MISSING, "namespace %s is not there", effect->namespace);
}

static void play_annotate(struct world *world, const struct effect *effect)
{
    struct error error = { 0 };
    struct event event = { .kind = EVENT_ANNOTATED, .ticket = effect->ticket, .namespace = effect->namespace };
    enum world_fault fault = world_fault_of(world, EFFECT_ANNOTATE, effect->namespace);

    if (fault == FAULT_REFUSED)
        (void) error_set(&error, ERROR_REFUSED, "the service account may not patch namespaces");
    else if (fault != FAULT_NONE)
        (void) error_set(&error, ERROR_TIMEOUT, "the API server does not answer");
    else
        annotate(world, effect, &error);
    event.error = error.kind == ERROR_NONE ? NULL : &error;
    world_tell(world, &event);
}

/* ---- The course of things ---- */

static void read_log(struct world *world, const struct report *report)
{
    if (report->channel[0] != '\0' && world->report_count < WORLD_NOTICES_MAX)
        world->reports[world->report_count++] = *report;
}

static void note(struct world *world, const struct effect *effect)
{
    text_copy_cut(world->noted, sizeof world->noted, effect->text);
    text_copy_cut(world->noted_uid, sizeof world->noted_uid, effect->uid);
    world->noted_reason = effect->reason;
    world->noted_warning = effect->is_warning;
}

/* What is said is heard at once; everything else waits in the queue for its turn. */
void world_tell(struct world *world, const struct event *event)
{
    struct effects effects = { 0 };

    engine_handle(world->engine, event, world->now, &effects);
    for (size_t i = 0; i < effects.count; i++) {
        struct effect *effect = &effects.items[i];
        if (effect->kind == EFFECT_ACK || effect->kind == EFFECT_REPLY)
            world_hear(world, effect);
        if (effect->kind == EFFECT_REPORT)
            read_log(world, &effect->report);
        if (effect->kind == EFFECT_NOTE)
            note(world, effect);
        bool is_silent = effect->kind == EFFECT_ACK || effect->kind == EFFECT_REPORT || effect->kind == EFFECT_NOTE;
        if (effect->kind == EFFECT_REPLY ? effect->ticket != 0 : !is_silent) {
            *effects_add(&world->queue, effect->kind) = *effect;
            *effect = (struct effect){ 0 };
        }
    }
    effects_release(&effects);
}

static void play(struct world *world, struct effect *effect)
{
    if (effect->kind == EFFECT_OBSERVE)
        play_observe(world, effect);
    else if (effect->kind == EFFECT_SCALE)
        play_scale(world, effect);
    else if (effect->kind == EFFECT_ANNOTATE)
        play_annotate(world, effect);
    else if (!world_play_store(world, effect) && !world_play_slack(world, effect))
        CU_FAIL("an effect that nobody plays");
}

bool world_step(struct world *world)
{
    if (world->queue.count == 0)
        return false;
    struct effect effect = world->queue.items[0];
    world->queue.count--;
    memmove(world->queue.items, world->queue.items + 1, world->queue.count * sizeof effect);
    play(world, &effect);
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
    world_restore(world);
    for (size_t i = 0; i < world->namespace_count; i++)
        world_see_namespace(world, world->namespaces[i].name);
    event = (struct event){ .kind = EVENT_COMPLETE };
    if (world->ends_at_boot)
        engine_end(world->engine);
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
