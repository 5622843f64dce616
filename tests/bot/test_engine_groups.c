/* The engine with groups of curfew/order: what waits for what, for how long, and what ends the waiting. */
#include "bot/engine.h"

#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

enum { TIMEOUT_S = 300 };

/* dev1 with db (order -5, 1), api (0, 2) and web (10, 3). */
static void groups_set_up(struct night *night, const char *now)
{
    struct world *world = &night->world;

    night_open(night, "Mon-Fri 20:00", now);
    night_add(night, "dev1", 3, NULL);
    world_workload(world, "dev1", "web")->order = 10;
    world_add_workload(world, "dev1", "api", 2)->order = 0;
    world_add_workload(world, "dev1", "db", 1)->order = -5;
    night_begin(night);
}

/* And stopped; what is started from now on does not become ready by itself. */
static void groups_set_up_stopped(struct night *night, const char *now)
{
    groups_set_up(night, now);
    scene_say(&night->world, "stop dev1");
    CU_ASSERT_EQUAL(night->world.writes, 3);
    night->world.unready = true;
}

static void run_for(struct night *night, int64_t seconds)
{
    world_run_until(&night->world, night->world.now + seconds);
}

static void set_ready(struct night *night, const char *name, int32_t ready)
{
    world_workload(&night->world, "dev1", name)->replicas_ready = ready;
}

static void check_replicas(struct night *night, int32_t db, int32_t api, int32_t web)
{
    CU_ASSERT_EQUAL(scene_replicas(&night->world, "db"), db);
    CU_ASSERT_EQUAL(scene_replicas(&night->world, "api"), api);
    CU_ASSERT_EQUAL(scene_replicas(&night->world, "web"), web);
}

/* --- a start --------------------------------------------------------------------------------------------------- */

static void each_group_is_started_when_the_one_before_is_ready(void)
{
    struct night night;

    groups_set_up_stopped(&night, "11-24 15:00");
    world_type(&night.world, "U1", "start dev1");
    run_for(&night, 60);
    check_replicas(&night, 1, 0, 0);
    set_ready(&night, "db", 1);
    run_for(&night, 10);
    check_replicas(&night, 1, 2, 0);
    set_ready(&night, "api", 1);
    run_for(&night, 60);
    check_replicas(&night, 1, 2, 0);
    set_ready(&night, "api", 2);
    run_for(&night, 10);
    check_replicas(&night, 1, 2, 3);
    CU_ASSERT_FALSE(engine_is_idle(night.world.engine));
    set_ready(&night, "web", 3);
    run_for(&night, 10);
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "dev1 is up (6/6 ready in "));
    CU_ASSERT_TRUE(engine_is_idle(night.world.engine));
    night_tear_down(&night);
}

static void groups_that_never_get_ready_are_each_waited_for_once(void)
{
    struct night night;

    groups_set_up_stopped(&night, "11-24 15:00");
    world_type(&night.world, "U1", "start dev1");
    run_for(&night, TIMEOUT_S - 10);
    check_replicas(&night, 1, 0, 0);
    run_for(&night, 20);
    check_replicas(&night, 1, 2, 0);
    run_for(&night, TIMEOUT_S - 20);
    check_replicas(&night, 1, 2, 0);
    run_for(&night, 20);
    check_replicas(&night, 1, 2, 3);
    run_for(&night, TIMEOUT_S + 20);
    CU_ASSERT_TRUE(engine_is_idle(night.world.engine));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "dev1 is started, but after 15 min "));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "only 0/6 ready"));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "db 0/1 ready"));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "web 0/3 ready"));
    night_tear_down(&night);
}

/* It restarts again and again, and api never gets ready. */
static void a_group_that_comes_and_goes_does_not_hold_up_the_last_one_for_ever(void)
{
    struct night night;

    groups_set_up_stopped(&night, "11-24 15:00");
    world_type(&night.world, "U1", "start dev1");
    for (int i = 0; i < 10; i++) {
        set_ready(&night, "db", (i + 1) % 2);
        run_for(&night, 50);
    }
    check_replicas(&night, 1, 2, 3);
    night_tear_down(&night);
}

static void a_stop_ends_the_waiting_of_a_start_and_then_stops(void)
{
    struct night night;
    struct world *world = &night.world;

    groups_set_up_stopped(&night, "11-24 15:00");
    world_type(world, "U1", "start dev1");
    run_for(&night, 30);
    check_replicas(&night, 1, 0, 0);
    world_type(world, "U2", "stop dev1");
    run_for(&night, 30);
    check_replicas(&night, 0, 0, 0);
    CU_ASSERT_TRUE(world_said_contains(world, "The start of dev1 was overtaken by a stop from"));
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 is stopped (3 workloads at 0, 6 replicas remembered"));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_ASLEEP);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static void a_prolongation_is_answered_while_a_start_waits(void)
{
    struct night night;
    struct world *world = &night.world;

    groups_set_up_stopped(&night, "11-24 15:00");
    world_type(world, "U1", "start dev1");
    run_for(&night, 30);
    world_type(world, "U2", "prolongate dev1 for 2h");
    run_for(&night, 3);
    CU_ASSERT_TRUE(world_said_contains(world, "2025-11-24 22:00 UTC"));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 22:00"));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_STARTING);
    check_replicas(&night, 1, 0, 0);
    world->unready = false;
    set_ready(&night, "db", 1);
    run_for(&night, 30);
    check_replicas(&night, 1, 2, 3);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 is up (6/6 ready in "));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_AWAKE);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 22:00"));
    night_tear_down(&night);
}

static void a_start_that_waits_is_taken_up_after_a_crash(void)
{
    struct night night;
    struct world *world = &night.world;

    groups_set_up_stopped(&night, "11-24 15:00");
    int writes = world->writes;
    world_type(world, "U1", "start dev1");
    run_for(&night, 30);
    world_crash(world);
    run_for(&night, 30);
    check_replicas(&night, 1, 0, 0);
    world->unready = false;
    set_ready(&night, "db", 1);
    run_for(&night, 30);
    check_replicas(&night, 1, 2, 3);
    CU_ASSERT_EQUAL(world->writes, writes + 3);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_AWAKE);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 is up (6/6 ready"));
    night_tear_down(&night);
}

static void a_curfew_that_falls_while_a_start_waits_stops_it(void)
{
    struct night night;
    struct world *world = &night.world;

    groups_set_up_stopped(&night, "11-24 15:00");
    world_run_until(world, night_at("11-24 19:58"));
    world_type(world, "U1", "start dev1");
    world_run_until(world, night_at("11-24 19:59"));
    check_replicas(&night, 1, 0, 0);
    world_run_until(world, night_at("11-24 20:01"));
    check_replicas(&night, 0, 0, 0);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_ASLEEP);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->journal.count, 3);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    world->unready = false;
    scene_say(world, "start dev1");
    check_replicas(&night, 1, 2, 3);
    night_tear_down(&night);
}

/* --- a stop ---------------------------------------------------------------------------------------------------- */

/* A stop of which the first group is at 0, and its pods are not gone. */
static void begin_stop(struct night *night)
{
    struct world *world = &night->world;

    groups_set_up(night, "11-24 15:00");
    world_type(world, "U1", "stop dev1");
    while (scene_replicas(world, "web") != 0)
        CU_ASSERT_TRUE_FATAL(world_step(world));
    world_workload(world, "dev1", "web")->replicas_existing = 3;
}

static void each_group_is_stopped_when_the_pods_of_the_one_before_are_gone(void)
{
    struct night night;

    begin_stop(&night);
    run_for(&night, 60);
    check_replicas(&night, 1, 2, 0);
    CU_ASSERT_EQUAL(world_record(&night.world, "dev1")->journal.count, 3);
    world_workload(&night.world, "dev1", "web")->replicas_existing = 0;
    run_for(&night, 10);
    check_replicas(&night, 0, 0, 0);
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "dev1 is stopped (3 workloads at 0, 6 replicas remembered"));
    night_tear_down(&night);
}

static void pods_that_never_go_are_waited_for_once(void)
{
    struct night night;

    begin_stop(&night);
    run_for(&night, TIMEOUT_S - 10);
    check_replicas(&night, 1, 2, 0);
    run_for(&night, 30);
    check_replicas(&night, 0, 0, 0);
    CU_ASSERT_TRUE(engine_is_idle(night.world.engine));
    night_tear_down(&night);
}

static void a_start_ends_the_waiting_of_a_stop_and_then_starts(void)
{
    struct night night;
    struct world *world = &night.world;

    begin_stop(&night);
    run_for(&night, 10);
    world_type(world, "U2", "start dev1");
    run_for(&night, 30);
    check_replicas(&night, 1, 2, 3);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 is up (6/6 ready"));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_AWAKE);
    night_tear_down(&night);
}

static void a_stop_that_waits_refuses_a_prolongation_at_once(void)
{
    struct night night;
    struct world *world = &night.world;

    begin_stop(&night);
    run_for(&night, 10);
    world_type(world, "U2", "prolongate dev1 for 2h");
    run_for(&night, 3);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 is being stopped"));
    check_replicas(&night, 1, 2, 0);
    night_tear_down(&night);
}

static void a_stop_that_waits_is_taken_up_after_a_crash(void)
{
    struct night night;
    struct world *world = &night.world;

    begin_stop(&night);
    run_for(&night, 10);
    world_crash(world);
    run_for(&night, 30);
    check_replicas(&night, 1, 2, 0);
    world_workload(world, "dev1", "web")->replicas_existing = 0;
    run_for(&night, 30);
    check_replicas(&night, 0, 0, 0);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_ASLEEP);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->journal.count, 3);
    CU_ASSERT_EQUAL(world->writes, 3);
    night_tear_down(&night);
}

static void a_clock_that_goes_back_makes_no_group_wait_longer(void)
{
    struct night night;
    struct world *world = &night.world;

    groups_set_up_stopped(&night, "11-24 15:00");
    world_type(world, "U1", "start dev1");
    run_for(&night, TIMEOUT_S / 2);
    world->now -= 60 * 60;
    const struct event event = { .kind = EVENT_TIME };
    world_tell(world, &event);
    run_for(&night, TIMEOUT_S / 2 + 20);
    check_replicas(&night, 1, 2, 0);
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, groups", TEST(each_group_is_started_when_the_one_before_is_ready),
          TEST(groups_that_never_get_ready_are_each_waited_for_once),
          TEST(a_group_that_comes_and_goes_does_not_hold_up_the_last_one_for_ever),
          TEST(a_stop_ends_the_waiting_of_a_start_and_then_stops), TEST(a_prolongation_is_answered_while_a_start_waits),
          TEST(a_start_that_waits_is_taken_up_after_a_crash), TEST(a_curfew_that_falls_while_a_start_waits_stops_it),
          TEST(each_group_is_stopped_when_the_pods_of_the_one_before_are_gone),
          TEST(pods_that_never_go_are_waited_for_once), TEST(a_start_ends_the_waiting_of_a_stop_and_then_starts),
          TEST(a_stop_that_waits_refuses_a_prolongation_at_once), TEST(a_stop_that_waits_is_taken_up_after_a_crash),
          TEST(a_clock_that_goes_back_makes_no_group_wait_longer))
