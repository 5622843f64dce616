/* A person's wish that meets one of the schedule: it does not come to nothing for what holds up the schedule's. */
#include "base/text.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

static void run_for(struct night *night, int64_t seconds)
{
    world_run_until(&night->world, night->world.now + seconds);
}

static void step_all(struct world *world)
{
    for (int steps = 0; steps < 1000; steps++)
        if (!world_step(world))
            return;
    CU_FAIL("one instant does not end");
}

/* The effect that night_take() held back is the next to be played. */
static void give_back(struct world *world, const struct effect *effect)
{
    *effects_add(&world->queue, effect->kind) = *effect;
}

/* The stop of dev1 that the schedule wants, about to be stored. */
static struct effect take_stop(struct night *night)
{
    struct world *world = &night->world;

    for (int steps = 0; steps < 100; steps++) {
        const struct effect *next = world->queue.count == 0 ? NULL : &world->queue.items[0];
        if (next != NULL && next->kind == EFFECT_SAVE && next->save->has_record && text_equal(next->namespace, "dev1"))
            return night_take(night, EFFECT_SAVE);
        CU_ASSERT_TRUE_FATAL(world_step(world));
    }
    CU_FAIL_FATAL("dev1 is not stopped");
    return (struct effect){ .kind = EFFECT_SAVE };
}

/* By another process, a moment before that stop. */
static void prolong_elsewhere(struct world *world)
{
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++) {
        struct record *record = &world->records[i].record;
        if (!world->records[i].used || !text_equal(record->namespace, "dev1"))
            continue;
        record->deadline = DEADLINE_PROLONGED;
        record->deadline_at = night_at("11-24 23:00");
        record->deadline_set_at = night_at("11-24 19:59");
        text_copy_cut(record->deadline_by, sizeof record->deadline_by, "U5");
        text_copy_cut(record->revision, sizeof record->revision, "elsewhere");
    }
}

static void a_typed_stop_that_joins_a_curfew_is_done_although_that_was_moved(void)
{
    struct night night;
    struct world *world = &night.world;
    const struct event event = { .kind = EVENT_TIME };

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:59"));
    world->now = night_at("11-24 20:00");
    world_tell(world, &event);
    struct effect save = take_stop(&night);
    prolong_elsewhere(world);
    world->now += 2;
    world_type(world, "U1", "stop dev1");
    step_all(world);
    give_back(world, &save);
    run_for(&night, 60);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, wishes that meet the schedule's",
          TEST(a_typed_stop_that_joins_a_curfew_is_done_although_that_was_moved))
