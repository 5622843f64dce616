/* The buttons of the messages that announce stops: who may, what counts, and what no longer does. */
#include <string.h>

#include "base/text.h"
#include "bot/button.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

static int64_t deadline_of(const struct night *night, const char *name)
{
    return world_record(&night->world, name)->record.deadline_at;
}

/* dev1, dev2 and dev3 are announced for 20:00; dev2 is U2's alone. */
static void set_up(struct night *night, const char *owners)
{
    night_open(night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(night, "dev1", 3, NULL);
    night_add(night, "dev2", 2, NULL);
    night_add(night, "dev3", 1, NULL);
    text_copy_cut(night->world.namespaces[1].owners, sizeof night->world.namespaces[1].owners, "U2");
    for (size_t i = 0; owners != NULL && i < 3; i++)
        text_copy_cut(night->world.namespaces[i].owners, sizeof night->world.namespaces[i].owners, owners);
    night_begin(night);
    world_run_until(&night->world, night_at("11-24 19:10"));
}

/* --- all of them ----------------------------------------------------------------------------------------------- */

static void all_of_them_are_those_that_the_presser_may_move(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, NULL);
    night_press_all(&night, "U1", world_last_notice(world), action_keep_1h);
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), night_at("11-24 21:00"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev2"), 0);
    CU_ASSERT_EQUAL(deadline_of(&night, "dev3"), night_at("11-24 21:00"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 is kept awake until 2025-11-24 21:00 UTC by @U1."));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev2 stops 2025-11-24 20:00 UTC."));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev3 is kept awake until 2025-11-24 21:00 UTC by @U1."));
    CU_ASSERT_EQUAL(world->history_count, 2); /* dev2 was not asked for */
    world_run_until(world, night_at("11-24 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    night_tear_down(&night);
}

static void who_may_move_none_of_them_is_refused(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, "U9");
    night_press_all(&night, "U1", world_last_notice(world), action_keep_1h);
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_TRUE(scene_last_contains(world, "Only its owners (U9) may prolongate"));
    CU_ASSERT_FALSE(world_last(world)->in_channel);
    CU_ASSERT_EQUAL(world->inbox_count, 0); /* refused, so it was not accepted */
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(deadline_of(&night, world->namespaces[i].name), 0);
    night_tear_down(&night);
}

static void all_of_them_are_those_that_still_stand(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, "U1");
    const struct world_said posted = *world_last_notice(world);
    world_type(world, "U1", "prolongate dev1 for 2h");
    world_run_until(world, night_at("11-24 19:11"));
    night_press_all(&night, "U1", &posted, action_keep_1h);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), night_at("11-24 22:00"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev2"), night_at("11-24 21:00"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev3"), night_at("11-24 21:00"));
    night_press_all(&night, "U1", &posted, action_keep_1h);
    world_run_until(world, night_at("11-24 19:13"));
    CU_ASSERT_TRUE(scene_last_contains(world, "no longer stand. Nothing was changed"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev2"), night_at("11-24 21:00"));
    night_tear_down(&night);
}

/* The process dies after the press is stored: the next one moves what it was about, each once. */
static void a_press_on_all_of_them_survives_the_process(void)
{
    for (int steps = 1; steps < 16; steps++) {
        struct night night;
        struct world *world = &night.world;
        set_up(&night, "U1");
        night_press_all(&night, "U1", world_last_notice(world), action_keep_1h);
        for (int i = 0; i < steps; i++)
            (void) world_step(world);
        world_crash(world);
        world_run_until(world, night_at("11-24 19:20"));
        for (size_t i = 0; i < 3; i++)
            CU_ASSERT_EQUAL(deadline_of(&night, world->namespaces[i].name), night_at("11-24 21:00"));
        CU_ASSERT_TRUE(world->inbox[0].done);
        CU_ASSERT_FALSE(world_said_contains(world, "Nothing was changed"));
        night_tear_down(&night);
    }
}

/* --- one of them ----------------------------------------------------------------------------------------------- */

static void until_morning_is_that_of_the_next_day_which_takes_it_up(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    world_press(world, "U1", world_last_notice(world), action_keep_morning);
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), night_at("11-25 09:00"));
    world_run_until(world, night_at("11-25 19:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-25 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void stop_now_stops_and_the_message_then_offers_a_start(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    world_press(world, "U1", world_last_notice(world), action_stop);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 2);
    CU_ASSERT_TRUE(
        night_notice_contains(&night, "dev1 is stopped since 2025-11-24 19:10 UTC (1 workload at 0), by @U1"));
    world_press(world, "U2", world_last_notice(world), action_start);
    world_run_until(world, night_at("11-24 19:14"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 is up (3/3 ready"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), 0); /* by day: no lease, but the curfew is near, so it is announced */
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(night_said(&night, EFFECT_POST, 1)->text, "dev1 stops 2025-11-24 20:00 UTC."));
    night_tear_down(&night);
}

static void a_start_after_the_stop_says_so_in_the_message(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 20:05"));
    const struct world_said *stopped = world_last_notice(world);
    CU_ASSERT_EQUAL(night_occurrences(stopped->text, " is stopped since 2025-11-24 20:00 UTC (1 workload at 0)"), 2);
    world_press(world, "U2", stopped, action_start);
    world_run_until(world, night_at("11-24 20:07"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), night_at("11-25 00:05"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 was started again by @U2"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev2 is stopped since 2025-11-24 20:00 UTC"));
    night_tear_down(&night);
}

static void who_is_not_an_owner_changes_nothing_by_a_button(void)
{
    struct night night;
    struct world *world = &night.world;
    const struct world_said *notice;

    set_up(&night, "U9");
    notice = world_last_notice(world);
    world_press(world, "U1", notice, action_keep_1h);
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_TRUE(scene_last_contains(world, "Only its owners (U9) may prolongate dev1"));
    world_press(world, "U1", notice, action_stop);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_TRUE(scene_last_contains(world, "Only its owners (U9) may stop dev1"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL_FATAL(world->history_count, 2); /* an act that was refused is one, too */
    CU_ASSERT_TRUE(world->history[0].refused && world->history[1].refused);
    CU_ASSERT_STRING_EQUAL(world->history[1].by, "U1");
    CU_ASSERT_STRING_EQUAL(world->history[1].from, "button");
    world_press(world, "U9", notice, action_keep_1h);
    world_run_until(world, night_at("11-24 19:13"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), night_at("11-24 21:00"));
    night_tear_down(&night);
}

/* What a button carries grants nothing. */
static void a_forged_value_is_asked_for_permission_like_any_other(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, "U9");
    world_click(world, "U1", action_stop, "stop dev2");
    world_click(world, "U1", action_start, "prolongate dev2 for 24h");
    world_click(world, "U1", action_confirm, "stop dev*");
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev2"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 2);
    night_tear_down(&night);
}

/* --- too late -------------------------------------------------------------------------------------------------- */

static void a_button_of_a_stop_that_no_longer_stands_answers_its_presser(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    const struct world_said posted = *world_last_notice(world);
    world_type(world, "U2", "prolongate dev1 for 3h");
    world_run_until(world, night_at("11-24 19:11"));
    const char *const late[] = { action_keep_1h, action_keep_2h, action_keep_morning, action_stop };
    for (size_t i = 0; i < sizeof late / sizeof late[0]; i++) {
        world_press(world, "U1", &posted, late[i]);
        world_run_until(world, world->now + 5);
        CU_ASSERT_TRUE(
            scene_last_contains(world, "this button is of a stop 2025-11-24 20:00 UTC that no longer stands"));
        CU_ASSERT_TRUE(scene_last_contains(world, "It stops 2025-11-24 23:00 UTC"));
        CU_ASSERT_FALSE(world_last(world)->in_channel);
    }
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), night_at("11-24 23:00"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

static void after_the_stop_a_button_that_keeps_awake_is_too_late(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    const struct world_said posted = *world_last_notice(world);
    world_run_until(world, night_at("11-24 20:05"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world_press(world, "U1", &posted, action_keep_1h);
    world_run_until(world, night_at("11-24 20:06"));
    CU_ASSERT_TRUE(scene_last_contains(world, "no longer stands, so nothing was changed"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_button_of_a_deleted_namespace_does_not_touch_the_new_one_of_that_name(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    const struct world_said posted = *world_last_notice(world);
    world_remove_namespace(world, "dev1");
    world_run_until(world, night_at("11-24 19:11"));
    world_press(world, "U1", &posted, action_keep_1h);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_TRUE(scene_last_contains(world, "No environment dev1"));
    world_add_namespace(world, "dev1");
    struct namespace *again = &world->namespaces[world->namespace_count - 1];
    text_copy_cut(again->uid, sizeof again->uid, "another");
    (void) world_add_workload(world, "dev1", "web", 4);
    world_see_namespace(world, "dev1");
    world_run_until(world, night_at("11-24 19:13"));
    world_press(world, "U1", &posted, action_keep_1h);
    world_press(world, "U1", &posted, action_stop);
    world_run_until(world, night_at("11-24 19:14"));
    CU_ASSERT_TRUE(scene_last_contains(world, "this button is of an earlier namespace of that name"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 4);
    night_tear_down(&night);
}

static void a_button_of_one_that_is_disabled_now_changes_nothing(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    const struct world_said posted = *world_last_notice(world);
    world->namespaces[0].scheduler = SCHEDULER_DISABLED;
    world_see_namespace(world, "dev1");
    world_run_until(world, night_at("11-24 19:11"));
    world_press(world, "U1", &posted, action_keep_1h);
    world_press(world, "U1", &posted, action_stop);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_TRUE(scene_last_contains(world, "no longer stands, so nothing was changed"));
    CU_ASSERT_EQUAL(deadline_of(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

TEST_MAIN("bot/notices, buttons", TEST(all_of_them_are_those_that_the_presser_may_move),
          TEST(who_may_move_none_of_them_is_refused), TEST(all_of_them_are_those_that_still_stand),
          TEST(a_press_on_all_of_them_survives_the_process),
          TEST(until_morning_is_that_of_the_next_day_which_takes_it_up),
          TEST(stop_now_stops_and_the_message_then_offers_a_start), TEST(a_start_after_the_stop_says_so_in_the_message),
          TEST(who_is_not_an_owner_changes_nothing_by_a_button),
          TEST(a_forged_value_is_asked_for_permission_like_any_other),
          TEST(a_button_of_a_stop_that_no_longer_stands_answers_its_presser),
          TEST(after_the_stop_a_button_that_keeps_awake_is_too_late),
          TEST(a_button_of_a_deleted_namespace_does_not_touch_the_new_one_of_that_name),
          TEST(a_button_of_one_that_is_disabled_now_changes_nothing))
