/* tests/sim/calls_store.c - what a call does in the store. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/sim/plant.h"
#include "tests/sim/sim.h"

enum { ACTS_MAX = 50 };

static const char no_answer[] = "the store did not answer in time";

static enum call_fate draw_save_fate(struct sim *sim, const struct call *call)
{
    if (call->given_up)
        return FATE_WELL;
    if (call->fate == FATE_LATE || sim_strikes(sim, KIND_SAVE_LATE, call->site))
        return FATE_LATE;
    if (sim_strikes(sim, KIND_SAVE_BEFORE, call->site))
        return FATE_BEFORE;
    if (sim_strikes(sim, KIND_SAVE_AFTER, call->site))
        return FATE_AFTER;
    return sim_strikes(sim, KIND_SAVE_REFUSED, call->site) ? FATE_REFUSED : FATE_WELL;
}

static void write_save(struct sim *sim, struct call *call)
{
    bool accepted = records_accept(sim, call->effect.save);

    call->saved = accepted ? SAVE_OK : SAVE_LOST;
    if (!accepted) {
        story_tell(sim, call->site, "a save of process %d is lost to another one", call->process);
        return;
    }
    judge_save(sim, call);
    records_write(sim, call->effect.save, call->revision, call->inbox_revision);
    judge_saved(sim, call);
}

static void reach_save(struct sim *sim, struct call *call)
{
    enum call_fate fate = draw_save_fate(sim, call);

    if (fate == FATE_LATE) {
        struct call *late = calls_add_late(sim, call, dice_between(sim_dice(sim, KIND_SAVE_LATE, call->site), 1, 8000));
        late->effect.save = call->effect.save;
        call->effect.save = NULL;
    } else if (fate == FATE_WELL || fate == FATE_AFTER) {
        write_save(sim, call);
    }
    if (fate == FATE_WELL)
        return;
    story_tell(sim, call->site, "a save of process %d %s", call->process,
               fate == FATE_AFTER    ? "was done, and its answer is lost"
               : fate == FATE_LATE   ? "is given up, and may be done later"
               : fate == FATE_BEFORE ? "was not done"
                                     : "is refused");
    struct request *request = fate == FATE_REFUSED && call->effect.save->has_inbox
                                  ? requests_find(&sim->requests, call->effect.save->inbox.key)
                                  : NULL;
    if (request != NULL)
        request->close_refused = true;
    call->saved = fate == FATE_REFUSED ? SAVE_FAILED : SAVE_LATER;
    call->revision[0] = call->inbox_revision[0] = '\0';
    (void) error_set(&call->error, fate == FATE_REFUSED ? ERROR_REFUSED : ERROR_TIMEOUT, "%s",
                     fate == FATE_REFUSED ? "the store refuses it" : no_answer);
}

static void reach_load(struct sim *sim, struct call *call)
{
    if (call->site == NOBODY)
        return;
    if (sim_strikes(sim, KIND_LOAD_FAILS, call->site)) {
        (void) error_set(&call->error, ERROR_TIMEOUT, "%s", no_answer);
        return;
    }
    call->has_record = records_read(sim, call->site, &call->record, &call->journal);
    const struct request *request =
        call->effect.inbox_key[0] == '\0' ? NULL : requests_find(&sim->requests, call->effect.inbox_key);
    if (request == NULL || !request->has_entry)
        return;
    call->entry = memory_new(1, sizeof *call->entry);
    *call->entry = request->entry;
    call->has_entry = true;
}

static void reach_recall(struct sim *sim, struct call *call)
{
    const struct records *records = &sim->records;

    if (sim_strikes(sim, KIND_LOAD_FAILS, call->site)) {
        (void) error_set(&call->error, ERROR_TIMEOUT, "%s", no_answer);
        return;
    }
    call->acts = memory_new(ACTS_MAX, sizeof *call->acts);
    for (size_t i = records->history_count; i-- > 0 && call->act_count < ACTS_MAX;)
        if (text_equal(records->history[i].namespace, call->effect.namespace))
            call->acts[call->act_count++] = records->history[i];
}

static void reach_reread(struct sim *sim, struct call *call)
{
    if (sim_strikes(sim, KIND_LOAD_FAILS, NOBODY))
        return;
    call->records = memory_new(sim->site_count, sizeof *call->records);
    for (size_t i = 0; i < sim->site_count; i++)
        if (sim->stored[i].used)
            call->records[i] = sim->stored[i].record;
}

void calls_reach_store(struct sim *sim, struct call *call)
{
    if (call->effect.kind == EFFECT_SAVE)
        reach_save(sim, call);
    else if (call->effect.kind == EFFECT_LOAD)
        reach_load(sim, call);
    else if (call->effect.kind == EFFECT_REREAD)
        reach_reread(sim, call);
    else
        reach_recall(sim, call);
}
