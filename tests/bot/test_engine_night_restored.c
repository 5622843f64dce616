/* The engine and what an earlier process, another clock or another namespace left behind. */
#include "bot/engine.h"

#include <string.h>

#include "base/text.h"
#include "bot/button.h"
#include "tests/bot/night_scene.h"
#include "tests/bot/world_parts.h"
#include "tests/test_main.h"

enum { STEPS_MAX = 5000, STEPS_AT_REST = 100 };

/* Plays all that happens without time going on: what never comes to an end is cut off. */
static int steps_at_once(struct world *world)
{
    struct event event = { .kind = EVENT_TIME };
    int steps = 0;

    world_tell(world, &event);
    while (steps < STEPS_MAX && world_step(world))
        steps++;
    return steps;
}

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

static void a_clock_that_was_a_week_ahead_does_not_lose_the_next_curfews(void)
{
    struct night night;
    struct world *world = &night.world;
    struct event event = { .kind = EVENT_TIME };

    night_set_up(&night, "Mon-Fri 08:00-20:00", "11-24 10:00");
    world->now = night_at("12-01 22:00");
    world_tell(world, &event);
    world_run_until(world, night_at("12-01 22:20"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world->now = night_at("11-24 10:20");
    world_tell(world, &event);
    world_run_until(world, night_at("11-25 08:30"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-25 20:05"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_record_of_the_future_is_stopped_all_the_same(void)
{
    struct night night;
    struct world *world = &night.world;
    struct journal_entry entry = { .resource = "deployments.apps", .name = "other", .uid = "x", .replicas = 1 };

    night_set_up(&night, "Mon-Fri 20:00", "11-24 10:00");
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++) {
        struct world_record *record = &world->records[i];
        if (!record->used || !text_equal(record->record.namespace, "dev1"))
            continue;
        record->record.since_at = night_at("11-24 10:00") + 365 * 24 * 3600;
        record->record.remembered = 1;
        journal_add(&record->journal, &entry);
    }
    world_crash(world);
    world_run_until(world, night_at("11-24 19:59"));
    world->now = night_at("11-24 20:00");
    CU_ASSERT_TRUE(steps_at_once(world) < STEPS_AT_REST);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void an_inbox_entry_that_is_gone_is_written_once_more(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 10:00");
    world_type(world, "U1", "prolongate dev1 for 2h");
    (void) world_step(world);
    world->inbox_count = 0; /* expired, or somebody removed it */
    CU_ASSERT_TRUE(steps_at_once(world) < STEPS_AT_REST);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 22:00"));
    night_tear_down(&night);
}

static void a_namespace_named_like_a_word_of_ours_is_taken_up_again(void)
{
    static const char *const names[] = { "for", "until", "except", "all", "2h" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct night night;
        struct world *world = &night.world;
        night_open(&night, "Mon-Fri 08:00-20:00", "11-24 19:59");
        world->options.warnings.count = 0;
        night_add(&night, names[i], 3, NULL);
        night_begin(&night);
        night_run_to(&night, EFFECT_SCALE);
        world_crash(world);
        world_run_until(world, night_at("11-25 07:00"));
        CU_ASSERT_EQUAL(night_replicas(&night, names[i]), 0);
        world->now = night_at("11-25 08:00");
        CU_ASSERT_TRUE(steps_at_once(world) < STEPS_AT_REST);
        CU_ASSERT_EQUAL(night_replicas(&night, names[i]), 3);
        night_tear_down(&night);
    }
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
          TEST(a_clock_that_was_a_week_ahead_does_not_lose_the_next_curfews),
          TEST(a_record_of_the_future_is_stopped_all_the_same), TEST(an_inbox_entry_that_is_gone_is_written_once_more),
          TEST(a_namespace_named_like_a_word_of_ours_is_taken_up_again),
          TEST(a_stop_button_of_a_former_namespace_does_not_stop_its_successor),
          TEST(a_typed_stop_that_joins_a_button_is_not_refused_for_the_button),
          TEST(every_wish_has_one_entry_in_the_history))
