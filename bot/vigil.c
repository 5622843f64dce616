/* bot/vigil.c - some time after a stop it is looked whether somebody has started again what was stopped.
 *
 * Pure. Argo CD, Flux and operators bring back what others change, within seconds or minutes. Curfew does not fight them: it says
 * once, in the channel, who it was and what ends the quarrel. What is looked at is the cluster alone; the store is asked only
 * where something runs.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/engine_state.h"

enum {
    VIGILS_MAX = 2000, /* of more stops at once the later ones are not followed */
    STEP_S = 15,       /* looks fall together, so that many environments are read at once */
    PATIENCE_LOOK_S = 10,
    CLOCKS_APART_S = 10, /* ours and that of the API server */
};

/* How long after a stop. */
static const int64_t looks_after_s[] = { 30, 5 * 60 };

enum { LOOKS = sizeof looks_after_s / sizeof looks_after_s[0] };

static int64_t rounded_up(int64_t at)
{
    return (at + STEP_S - 1) / STEP_S * STEP_S;
}

static struct vigil *find(const struct engine *engine, const char *name)
{
    for (size_t i = 0; i < engine->vigil_count; i++)
        if (text_equal(engine->vigils[i].name, name))
            return &engine->vigils[i];
    return NULL;
}

static void drop(struct engine *engine, struct vigil *vigil)
{
    *vigil = engine->vigils[--engine->vigil_count];
}

void vigils_begin(struct engine *engine, const struct operation *operation, int64_t now)
{
    const struct environment *environment = operation->environment;
    bool was_prepared = operation->begins_at != 0 && operation->plan.failed == 0;
    struct vigil *vigil = find(engine, environment->name);
    struct record record;

    if (!environment_read_record(environment, &record) || (vigil == NULL && engine->vigil_count == VIGILS_MAX))
        return;
    if (vigil == NULL) {
        if (engine->vigil_count == engine->vigil_capacity) {
            engine->vigil_capacity = engine->vigil_capacity == 0 ? 16 : engine->vigil_capacity * 2;
            engine->vigils = memory_grow(engine->vigils, engine->vigil_capacity, sizeof *engine->vigils);
        }
        vigil = &engine->vigils[engine->vigil_count++];
    }
    *vigil =
        (struct vigil){ .since_at = record.since_at, .stopped_at = now, .due_at = rounded_up(now + looks_after_s[0]) };
    vigil->read_until_at = was_prepared ? operation->started_at + CLOCKS_APART_S : 0;
    text_copy_cut(vigil->name, sizeof vigil->name, environment->name);
    text_copy_cut(vigil->uid, sizeof vigil->uid, environment->uid);
}

/* It is stopped as it was when that began. */
static bool still_stands(const struct environment *environment, const struct vigil *vigil)
{
    struct record record;

    return environment != NULL && text_equal(environment->uid, vigil->uid) && environment_takes_part(environment) &&
           environment_read_record(environment, &record) && record.state == RECORD_ASLEEP &&
           record.since_at <= vigil->since_at;
}

void vigils_tick(struct engine *engine, int64_t now, struct effects *effects)
{
    for (size_t i = engine->vigil_count; i-- > 0 && !engine->is_ending;) {
        struct vigil *vigil = &engine->vigils[i];
        if (vigil->due_at > now)
            continue;
        struct environment *environment = environments_find(&engine->environments, vigil->name);
        if (!still_stands(environment, vigil)) {
            drop(engine, vigil);
        } else if (environment->work != NULL &&
                   (environment->work->operation != NULL || environment->work->look != NULL)) {
            vigil->due_at = now + PATIENCE_LOOK_S;
        } else {
            vigil->due_at = INT64_MAX; /* until that look is over */
            operation_look(engine, environment, now, effects);
        }
    }
}

/* The next look, if there is one. */
static void go_on(struct engine *engine, struct vigil *vigil)
{
    vigil->looks++;
    if (vigil->looks == LOOKS)
        drop(engine, vigil);
    else
        vigil->due_at = rounded_up(vigil->stopped_at + looks_after_s[vigil->looks]);
}

static void tell(struct engine *engine, const struct operation *operation, const struct outcome *outcome,
                 struct effects *effects)
{
    const struct settings *settings = operation->environment->settings;
    struct buffer lines = { .limit = MESSAGE_TEXT_BYTES_MAX };

    answer_outcome(outcome, &lines);
    struct effect *post = effects_add(effects, EFFECT_POST);
    post->ticket = ++engine->last_ticket; /* nobody waits for it: what is not posted is to be seen in the status */
    text_copy_cut(post->post.channel, sizeof post->post.channel, settings->channel);
    buffer_append_text(message_add_section(&post->message), buffer_text(&lines));
    struct effect *report = effects_add(effects, EFFECT_REPORT);
    text_copy_cut(report->namespace, sizeof report->namespace, operation->environment->name);
    report->report = (struct report){ .event = "brought_back",
                                      .warn = true,
                                      .took_s = -1,
                                      .failed = -1,
                                      .workloads = (int64_t) outcome->standing.brought_back };
    for (size_t i = 0; i < operation->seen.count; i++)
        if (transition_is_brought_back(&operation->seen.items[i], &operation->journal))
            text_copy_cut(report->report.by, sizeof report->report.by, operation->seen.items[i].manager);
    buffer_release(&lines);
}

bool vigil_needs_record(const struct operation *operation)
{
    static const struct journal nothing;
    struct standing standing;

    transition_standing(&operation->seen, &nothing, &standing);
    return operation->is_look && !operation->has_loaded && (standing.running > 0 || standing.unsuspended > 0);
}

/* A stop by schedule rests on what was read some seconds before it: what was made or scaled up meanwhile is to sleep as well. */
static bool misses_something(const struct operation *operation, const struct vigil *vigil)
{
    for (size_t i = 0; i < operation->seen.count; i++) {
        const struct workload *workload = &operation->seen.items[i];
        if (workload->replicas > 0 && transition_left(workload, operation->command) == LEFT_NOT &&
            !transition_is_brought_back(workload, &operation->journal) && workload->changed_at != 0 &&
            workload->changed_at <= vigil->read_until_at)
            return true;
    }
    return false;
}

bool vigil_looked(struct engine *engine, struct operation *operation, const struct outcome *outcome,
                  struct effects *effects)
{
    struct vigil *vigil = find(engine, operation->environment->name);

    if (vigil == NULL)
        return false;
    if (outcome->kind != OUTCOME_STATUS || !still_stands(operation->environment, vigil)) {
        go_on(engine, vigil);
    } else if (misses_something(operation, vigil)) {
        drop(engine, vigil);
        return true;
    } else if (outcome->standing.brought_back > 0) {
        drop(engine, vigil);
        struct outcome told = *outcome;
        told.kind = OUTCOME_BROUGHT_BACK;
        tell(engine, operation, &told, effects);
    } else {
        go_on(engine, vigil);
    }
    return false;
}

int64_t vigils_due_at(const struct engine *engine)
{
    int64_t due_at = INT64_MAX;

    for (size_t i = 0; i < engine->vigil_count; i++)
        due_at = engine->vigils[i].due_at < due_at ? engine->vigils[i].due_at : due_at;
    return due_at;
}

void vigils_set_back(struct engine *engine, int64_t by_s)
{
    for (size_t i = 0; i < engine->vigil_count; i++) {
        engine->vigils[i].stopped_at -= by_s;
        engine->vigils[i].read_until_at -= engine->vigils[i].read_until_at == 0 ? 0 : by_s;
        if (engine->vigils[i].due_at != INT64_MAX)
            engine->vigils[i].due_at -= by_s;
    }
}
