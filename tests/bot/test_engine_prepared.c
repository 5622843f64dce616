/* A stop by schedule is read some seconds before it is due, and writes in the very second. What happens in between counts. */
#include "bot/engine.h"

#include <string.h>

#include "base/text.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

static int64_t due_at(void)
{
    return night_at("11-24 20:00");
}

/* Three seconds before, everything is read. */
static void prepare(struct night *night)
{
    night_set_up(night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(&night->world, due_at() - 3);
    CU_ASSERT_EQUAL(night->world.writes, 0);
    CU_ASSERT_FALSE(engine_is_idle(night->world.engine));
}

/* What waits in the queue is played, and no time goes by. */
static void play_all(struct world *world)
{
    while (world_step(world))
        ;
}

static void check_dev1_is_left_alone(struct night *night)
{
    world_run_until(&night->world, due_at() + 5 * 60);
    CU_ASSERT_EQUAL(night_replicas(night, "dev1"), 3);
    CU_ASSERT_EQUAL(night_replicas(night, "dev2"), 0);
    CU_ASSERT_EQUAL(night->world.writes, 1);
    CU_ASSERT_TRUE(engine_is_idle(night->world.engine));
}

/* --- on time --------------------------------------------------------------------------------------------------- */

static enum world_fault counted(struct world *world, enum effect_kind kind, const char *name)
{
    world->chance += kind == EFFECT_OBSERVE && text_equal(name, "dev1");
    return FAULT_NONE;
}

static void it_is_read_before_and_written_in_the_second_in_which_it_is_due(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->fault = counted;
    world_run_until(world, due_at() - 10);
    CU_ASSERT_EQUAL(world->chance, 0);
    world_run_until(world, due_at() - 1);
    CU_ASSERT_EQUAL(world->chance, 1);
    CU_ASSERT_EQUAL(world->writes, 0);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_AWAKE);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->journal.count, 0);
    world_run_until(world, due_at());
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_ASLEEP);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.since_at, due_at());
    CU_ASSERT_EQUAL(world->chance, 1); /* the answer to a write is what the server holds */
    night_tear_down(&night);
}

static enum world_fault first_readings_fail(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    return kind == EFFECT_OBSERVE && world->chance++ < 2 ? FAULT_BEFORE : FAULT_NONE;
}

static void a_reading_that_fails_at_first_makes_nothing_late(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    night.world.fault = first_readings_fail;
    world_run_until(&night.world, due_at());
    CU_ASSERT_TRUE(night.world.chance > 2);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    night_tear_down(&night);
}

static void a_crash_in_between_makes_nothing_late(void)
{
    struct night night;

    prepare(&night);
    world_crash(&night.world);
    world_run_until(&night.world, due_at());
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night.world.writes, 2);
    night_tear_down(&night);
}

/* --- what people do in between --------------------------------------------------------------------------------- */

static void a_prolongation_in_between_counts(void)
{
    struct night night;

    prepare(&night);
    world_type(&night.world, "U1", "prolongate dev1 for 1h");
    check_dev1_is_left_alone(&night);
    CU_ASSERT_TRUE(world_said_contains(&night.world, "dev1 is kept awake until 2025-11-24 21:00 UTC"));
    world_run_until(&night.world, night_at("11-24 21:00"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_prolongation_while_it_is_being_read_counts(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    struct effect reading = night_take(&night, EFFECT_OBSERVE);
    CU_ASSERT_EQUAL(world->now, due_at() - 5);
    CU_ASSERT_STRING_EQUAL(reading.namespace, "dev1");
    world_type(world, "U1", "prolongate dev1 for 1h");
    play_all(world);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 21:00"));
    *effects_add(&world->queue, reading.kind) = reading;
    check_dev1_is_left_alone(&night);
    night_tear_down(&night);
}

static void a_cancel_that_changes_nothing_makes_nothing_late(void)
{
    struct night night;

    prepare(&night);
    world_type(&night.world, "U1", "cancel dev1");
    world_run_until(&night.world, due_at());
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    night_tear_down(&night);
}

static void a_person_who_stops_it_in_between_is_obeyed_at_once_and_named(void)
{
    struct night night;
    struct world *world = &night.world;

    prepare(&night);
    world_type(world, "U1", "stop dev1");
    play_all(world);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_STRING_EQUAL(world_record(world, "dev1")->record.by, "U1");
    world_run_until(world, due_at() + 60);
    CU_ASSERT_EQUAL(world->writes, 2);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static void a_status_in_between_does_not_say_that_it_is_stopping(void)
{
    struct night night;
    struct world *world = &night.world;

    prepare(&night);
    world_type(world, "U1", "status dev1");
    play_all(world);
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 is up"));
    CU_ASSERT_FALSE(world_said_contains(world, "is stopping"));
    world_run_until(world, due_at());
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void nor_does_one_while_it_is_being_read(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    struct effect reading = night_take(&night, EFFECT_OBSERVE);
    world_type(world, "U1", "status dev1");
    play_all(world);
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 is up"));
    CU_ASSERT_FALSE(world_said_contains(world, "is stopping"));
    *effects_add(&world->queue, reading.kind) = reading;
    world_run_until(world, due_at());
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

/* --- what becomes of the namespace in between ------------------------------------------------------------------ */

static void disabled_in_between_counts(void)
{
    struct night night;

    prepare(&night);
    night.world.namespaces[0].scheduler = SCHEDULER_DISABLED;
    world_see_namespace(&night.world, "dev1");
    check_dev1_is_left_alone(&night);
    night_tear_down(&night);
}

static void a_schedule_that_is_changed_in_between_counts(void)
{
    struct night night;

    prepare(&night);
    text_copy_cut(night.world.namespaces[0].schedule, sizeof night.world.namespaces[0].schedule, "Mon-Fri 22:00");
    world_see_namespace(&night.world, "dev1");
    check_dev1_is_left_alone(&night);
    world_run_until(&night.world, night_at("11-24 22:00"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_namespace_that_is_deleted_in_between_is_forgotten(void)
{
    struct night night;
    struct world *world = &night.world;

    prepare(&night);
    world_remove_namespace(world, "dev1");
    world_run_until(world, due_at() + 60);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    CU_ASSERT_EQUAL(world->writes, 1);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

/* It was never announced. */
static void one_that_is_made_anew_in_between_is_another(void)
{
    struct night night;
    struct world *world = &night.world;

    prepare(&night);
    text_copy_cut(world->namespaces[0].uid, KUBERNETES_UID_SIZE, "made anew");
    world_see_namespace(world, "dev1");
    check_dev1_is_left_alone(&night);
    night_tear_down(&night);
}

/* --- what becomes of the workloads in between ------------------------------------------------------------------ */

static void a_change_in_between_is_read_again_and_remembered(void)
{
    struct night night;
    struct world *world = &night.world;

    prepare(&night);
    world_scale(world, "dev1", "web", 5);
    world_run_until(world, due_at() + 5);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL_FATAL(world_record(world, "dev1")->journal.count, 1);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->journal.entries[0].replicas, 5);
    scene_say(world, "start dev1");
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 5);
    night_tear_down(&night);
}

/* --- the end of the program, and the clock --------------------------------------------------------------------- */

static void the_end_of_the_program_in_between_stops_nothing(void)
{
    struct night night;
    struct world *world = &night.world;

    prepare(&night);
    engine_end(world->engine);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    world_run_until(world, due_at() + 60);
    CU_ASSERT_EQUAL(world->writes, 0);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_AWAKE);
    night_tear_down(&night);
}

static void nor_does_it_while_it_is_being_read(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    struct effect reading = night_take(&night, EFFECT_OBSERVE);
    engine_end(world->engine);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    *effects_add(&world->queue, reading.kind) = reading;
    world_run_until(world, due_at() + 60);
    CU_ASSERT_EQUAL(world->writes, 0);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static void set_clock(struct night *night, int64_t now)
{
    const struct event event = { .kind = EVENT_TIME };

    night->world.now = now;
    world_tell(&night->world, &event);
}

static void a_clock_that_goes_back_in_between_makes_it_due_again(void)
{
    struct night night;

    prepare(&night);
    set_clock(&night, due_at() - 60 * 60);
    CU_ASSERT_TRUE(engine_is_idle(night.world.engine));
    world_run_until(&night.world, due_at() - 1);
    CU_ASSERT_EQUAL(night.world.writes, 0);
    world_run_until(&night.world, due_at());
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    night_tear_down(&night);
}

static void nothing_is_held_up_by_a_stop_that_is_far_away_again(void)
{
    struct night night;

    prepare(&night);
    set_clock(&night, night_at("11-24 16:00"));
    text_copy_cut(night.world.namespaces[0].schedule, sizeof night.world.namespaces[0].schedule, "Mon-Fri 18:00");
    world_see_namespace(&night.world, "dev1");
    world_run_until(&night.world, night_at("11-24 18:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 2);
    night_tear_down(&night);
}

static void a_clock_that_jumps_ahead_in_between_loses_nothing(void)
{
    struct night night;

    prepare(&night);
    set_clock(&night, due_at() + 3 * 60 * 60);
    play_all(&night.world);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    CU_ASSERT_EQUAL(night.world.writes, 2);
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, stops that are prepared", TEST(it_is_read_before_and_written_in_the_second_in_which_it_is_due),
          TEST(a_reading_that_fails_at_first_makes_nothing_late), TEST(a_crash_in_between_makes_nothing_late),
          TEST(a_prolongation_in_between_counts), TEST(a_prolongation_while_it_is_being_read_counts),
          TEST(a_cancel_that_changes_nothing_makes_nothing_late),
          TEST(a_person_who_stops_it_in_between_is_obeyed_at_once_and_named),
          TEST(a_status_in_between_does_not_say_that_it_is_stopping), TEST(nor_does_one_while_it_is_being_read),
          TEST(disabled_in_between_counts), TEST(a_schedule_that_is_changed_in_between_counts),
          TEST(a_namespace_that_is_deleted_in_between_is_forgotten), TEST(one_that_is_made_anew_in_between_is_another),
          TEST(a_change_in_between_is_read_again_and_remembered), TEST(the_end_of_the_program_in_between_stops_nothing),
          TEST(nor_does_it_while_it_is_being_read), TEST(a_clock_that_goes_back_in_between_makes_it_due_again),
          TEST(nothing_is_held_up_by_a_stop_that_is_far_away_again),
          TEST(a_clock_that_jumps_ahead_in_between_loses_nothing))
