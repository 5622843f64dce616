/* The engine at night: announced, prolonged, postponed, stopped, started. Instants are those of a calendar: 2025-11-24 is a
 * Monday, 2025-11-28 a Friday. */
#include "bot/engine.h"

#include <string.h>

#include "bot/button.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

static void warned_then_prolonged_then_warned_again_and_stopped_at_the_new_time(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 18:59"));
    CU_ASSERT_PTR_NULL(world_last_notice(world));
    world_run_until(world, night_at("11-24 19:01"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 stops 2025-11-24 20:00 UTC"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_STRING_EQUAL(world_last_notice(world)->channel, "C1");
    world_press(world, "U1", world_last_notice(world), action_keep_1h);
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 is kept awake until 2025-11-24 21:00 UTC by @U1"));
    world_run_until(world, night_at("11-24 20:05"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    world_run_until(world, night_at("11-24 20:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 stops 2025-11-24 21:00 UTC"));
    world_run_until(world, night_at("11-24 21:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 is stopped"));
    CU_ASSERT_TRUE(strstr(world_last_notice(world)->text, "by the schedule") != NULL);
    night_tear_down(&night);
}

static void friday_22_00_plus_3_hours_ends_on_saturday_01_00_and_monday_is_as_ever(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 22:00", "11-28 15:00");
    scene_say(world, "prolongate dev1 for 3h");
    CU_ASSERT_TRUE(world_said_contains(world, "dev1"));
    world_run_until(world, night_at("11-29 00:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-29 01:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world_run_until(world, night_at("12-01 10:00"));
    scene_say(world, "start dev1");
    world_run_until(world, night_at("12-01 21:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("12-01 22:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_bot_that_was_down_over_the_curfew_warns_at_the_shortest_mark_and_then_stops(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->now = night_at("11-24 21:00");
    world_crash(world);
    world_run_until(world, night_at("11-24 21:01"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 stops 2025-11-24 21:15 UTC"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-24 21:14"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-24 21:16"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    night_tear_down(&night);
}

static void disabled_silences_it_at_once(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    world->namespaces[0].scheduler = SCHEDULER_DISABLED;
    world_see_namespace(world, "dev1");
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 has no curfew any more"));
    world_run_until(world, night_at("11-25 12:00"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    night_tear_down(&night);
}

static void a_double_click_prolongs_once(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    const struct world_said notice = *world_last_notice(world);
    world_press(world, "U1", &notice, action_keep_1h);
    world_press(world, "U1", &notice, action_keep_1h);
    world_press(world, "U2", &notice, action_keep_2h);
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 21:00"));
    CU_ASSERT_TRUE(world_said_contains(world, "dev1"));
    world_press(world, "U2", &notice, action_stop);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

static void a_start_at_night_gets_a_lease_and_cancel_ends_it(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 22:00"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world_type(world, "U1", "start dev1");
    world_type(world, "U1", "start dev2 for 1h");
    world_run_until(world, night_at("11-24 22:01"));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-25 02:00"));
    CU_ASSERT_EQUAL(world_record(world, "dev2")->record.deadline_at, night_at("11-24 23:00"));
    world_run_until(world, night_at("11-24 23:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    world_type(world, "U2", "cancel dev1");
    world_run_until(world, night_at("11-24 23:15"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-24 23:17"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_window_starts_and_stops_by_itself(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 08:00-20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world_run_until(world, night_at("11-25 07:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world_run_until(world, night_at("11-25 08:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    scene_say(world, "stop dev1");
    world_run_until(world, night_at("11-25 23:00"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    world_run_until(world, night_at("11-26 08:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

static void what_becomes_an_environment_at_night_gets_a_lease(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 22:00");
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-25 02:00"));
    world_run_until(world, night_at("11-25 01:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-25 02:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void cancelled_in_the_day_after_it_stops_with_that_day(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-27 15:00");
    world_run_until(world, night_at("11-27 19:10"));
    world_type(world, "U1", "prolongate dev1 for 24h");
    world_type(world, "U1", "prolongate dev1 for 1h");
    world_run_until(world, night_at("11-28 10:00"));
    world_type(world, "U2", "cancel dev1");
    world_run_until(world, night_at("11-28 19:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 is back on its schedule and stops 2025-11-28 20:00 UTC"));
    world_run_until(world, night_at("11-28 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_start_of_what_is_awake_leaves_the_curfew_of_the_day_that_took_it_up(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-27 15:00");
    world_run_until(world, night_at("11-27 19:10"));
    world_type(world, "U1", "prolongate dev1 until 10:00");
    world_run_until(world, night_at("11-28 12:00"));
    world_type(world, "U2", "start dev1");
    world_run_until(world, night_at("11-28 19:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-28 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, the night", TEST(warned_then_prolonged_then_warned_again_and_stopped_at_the_new_time),
          TEST(friday_22_00_plus_3_hours_ends_on_saturday_01_00_and_monday_is_as_ever),
          TEST(a_bot_that_was_down_over_the_curfew_warns_at_the_shortest_mark_and_then_stops),
          TEST(disabled_silences_it_at_once), TEST(a_double_click_prolongs_once),
          TEST(a_start_at_night_gets_a_lease_and_cancel_ends_it), TEST(a_window_starts_and_stops_by_itself),
          TEST(what_becomes_an_environment_at_night_gets_a_lease),
          TEST(cancelled_in_the_day_after_it_stops_with_that_day),
          TEST(a_start_of_what_is_awake_leaves_the_curfew_of_the_day_that_took_it_up))
