/* The engine and what an earlier process or another namespace left behind, and wishes that meet. */
#include "bot/engine.h"

#include <string.h>

#include "base/text.h"
#include "bot/button.h"
#include "tests/bot/night_scene.h"
#include "tests/bot/world_parts.h"
#include "tests/test_main.h"

enum { STEPS_AT_REST = 100 };

static void a_restored_start_and_a_status_are_both_answered(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 10:00");
    world_type(world, "U1", "start dev1 for 12h");
    for (int i = 0; i < STEPS_AT_REST && world_record(world, "dev1")->record.deadline_at == 0; i++)
        (void) world_step(world);
    world_crash(world);
    world_type(world, "U2", "status dev1");
    world_run_until(world, world->now + 600);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    CU_ASSERT_TRUE(world->inbox[0].done);
    night_tear_down(&night);
}

static void restore_without_dev2(struct night *night, const char *typed)
{
    struct world *world = &night->world;

    night_set_up(night, "Mon-Fri 20:00", "11-24 15:00");
    world_type(world, "U1", typed);
    (void) world_step(world); /* it is stored, and acked */
    engine_free(world->engine);
    effects_release(&world->queue);
    world->engine = engine_new(&world->options); /* only to take the removal */
    world_remove_namespace(world, "dev2");
    world_crash(world);
    world_run_until(world, world->now + 60);
}

static void what_was_accepted_for_two_is_done_for_the_one_that_is_left(void)
{
    struct night night;

    restore_without_dev2(&night, "prolongate dev1 dev2 for 2h");
    CU_ASSERT_EQUAL(world_record(&night.world, "dev1")->record.deadline_at, night_at("11-24 22:00"));
    night_tear_down(&night);
    restore_without_dev2(&night, "stop dev1 dev2");
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

/* The value of the button that stops dev1 now. */
static void copy_stop_button(const struct world_said *said, char *target, size_t size)
{
    for (size_t i = 0; i < said->button_count; i++)
        if (text_equal(said->buttons[i].action, action_stop) && text_starts_with(said->buttons[i].value, "stop dev1"))
            text_copy_cut(target, size, said->buttons[i].value);
}

static void a_stop_button_of_a_former_namespace_does_not_stop_its_successor(void)
{
    struct night night;
    struct world *world = &night.world;
    char value[256] = "";

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:01"));
    copy_stop_button(world_last_notice(world), value, sizeof value);
    world_click(world, "U1", action_stop, value);
    (void) world_step(world); /* it is stored, and acked */
    text_copy_cut(world->namespaces[0].uid, sizeof world->namespaces[0].uid, "another-uid");
    world_crash(world);
    world_run_until(world, world->now + 60);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

static void a_typed_stop_that_joins_a_button_is_not_refused_for_the_button(void)
{
    struct night night;
    struct world *world = &night.world;
    char value[256] = "";

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:01"));
    copy_stop_button(world_last_notice(world), value, sizeof value);
    world_type(world, "U9", "start dev1 for 10h"); /* moves the stop that the button speaks of */
    (void) world_step(world);
    world_click(world, "U1", action_stop, value);
    world_type(world, "U2", "stop dev1");
    world_run_until(world, world->now + 60);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_redelivery_that_comes_too_early_does_not_lose_what_was_accepted(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(&night, "dev1", 3, NULL);
    text_copy_cut(world->namespaces[0].owners, sizeof world->namespaces[0].owners, "S1");
    world->groups[0] = (struct world_group){ .id = "S1", .members = "U1,U2" };
    night_begin(&night);
    world_type_with_trigger(world, "U1", "prolongate dev1 for 2h", "t1");
    (void) world_step(world); /* it is stored; the ack is lost with the process */
    engine_free(world->engine);
    effects_release(&world->queue);
    world_boot(world); /* the group is not known yet */
    world_type_with_trigger(world, "U1", "prolongate dev1 for 2h", "t1");
    world_run_until(world, world->now + 900);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 22:00"));
    CU_ASSERT_TRUE(world->inbox[0].done);
    night_tear_down(&night);
}

/* An older stop waits for a start, and a prolongation is confirmed in the same second. */
static void a_prolongation_that_was_confirmed_after_a_stop_that_waits_stands(void)
{
    struct night night;
    struct world *world = &night.world;
    struct event event = { .kind = EVENT_TIME };

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->unready = true;
    world_workload(world, "dev1", "web")->settled = false;
    world_type(world, "U9", "start dev1");
    for (int i = 0; i < 5; i++)
        (void) world_step(world);
    world->now = engine_due_at(world->engine);
    world_tell(world, &event);
    CU_ASSERT_EQUAL_FATAL(world->queue.count, 1);
    struct effect reading = world->queue.items[0]; /* held back, so that the stop waits for it */
    world->queue.count = 0;
    world_type(world, "U1", "stop dev1");
    (void) world_step(world);
    world_type(world, "U2", "prolongate dev1 for 2h");
    for (int i = 0; i < 3; i++)
        (void) world_step(world);
    CU_ASSERT_NOT_EQUAL(world_record(world, "dev1")->record.deadline_at, 0);
    world->queue.items[world->queue.count++] = reading;
    world_run_until(world, world->now + 60);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

static size_t acts_of(const struct world *world, const char *by)
{
    size_t count = 0;

    for (size_t i = 0; i < world->history_count; i++)
        count += text_equal(world->history[i].by, by);
    return count;
}

static void every_wish_has_one_entry_in_the_history(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 10:00");
    world_type(world, "U1", "stop dev1");
    world_type(world, "U2", "stop dev1"); /* joins */
    world_run_until(world, world->now + 60);
    world_type(world, "U3", "stop dev1"); /* it is so already */
    world_type(world, "U4", "start dev2");
    world_run_until(world, world->now + 60);
    CU_ASSERT_EQUAL(acts_of(world, "U1"), 1);
    CU_ASSERT_EQUAL(acts_of(world, "U2"), 1);
    CU_ASSERT_EQUAL(acts_of(world, "U3"), 1);
    CU_ASSERT_EQUAL(acts_of(world, "U4"), 1);
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, what was left behind", TEST(a_restored_start_and_a_status_are_both_answered),
          TEST(what_was_accepted_for_two_is_done_for_the_one_that_is_left),
          TEST(a_stop_button_of_a_former_namespace_does_not_stop_its_successor),
          TEST(a_typed_stop_that_joins_a_button_is_not_refused_for_the_button),
          TEST(a_redelivery_that_comes_too_early_does_not_lose_what_was_accepted),
          TEST(a_prolongation_that_was_confirmed_after_a_stop_that_waits_stands),
          TEST(every_wish_has_one_entry_in_the_history))
