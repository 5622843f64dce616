/* A clock that goes back while something waits, and records that another process wrote: nothing waits for long, nothing is done
 * twice, and what is newer counts. */
#include <string.h>

#include "base/text.h"
#include "bot/button.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

enum { HOUR_S = 3600 };

static void step_back(struct night *night, int64_t by_s)
{
    night->world.now -= by_s;
    const struct event event = { .kind = EVENT_TIME };
    world_tell(&night->world, &event);
}

static void run_for(struct night *night, int64_t seconds)
{
    world_run_until(&night->world, night->world.now + seconds);
}

/* --- what waits ------------------------------------------------------------------------------------------------ */

static void a_start_that_waits_for_readiness_ends_as_soon_as_it_is_ready(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    scene_say(world, "stop dev1");
    world->unready = true;
    world_type(world, "U1", "start dev1");
    run_for(&night, 10);
    step_back(&night, HOUR_S);
    world_workload(world, "dev1", "web")->replicas_ready = 3;
    run_for(&night, 10);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 is up (3/3 ready in "));
    night_tear_down(&night);
}

static void one_that_does_not_become_ready_is_given_up_in_time(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    scene_say(world, "stop dev1");
    world->unready = true;
    world_type(world, "U1", "start dev1");
    run_for(&night, 10);
    step_back(&night, HOUR_S);
    run_for(&night, 300);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    CU_ASSERT_TRUE(scene_last_contains(world, "0/3 ready"));
    night_tear_down(&night);
}

/* They fail as long as world.chance is above 0. */
static enum world_fault unreachable_for_now(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    return world->chance > 0 && (kind == EFFECT_LOAD || kind == EFFECT_ANNOTATE) ? FAULT_BEFORE : FAULT_NONE;
}

static enum world_fault no_inbox_for_now(struct world *world, enum effect_kind kind, const char *name)
{
    return world->chance > 0 && kind == EFFECT_SAVE && text_equal(name, "inbox") ? FAULT_BEFORE : FAULT_NONE;
}

/* Both rest for some seconds before they try again. */
static void a_decision_and_an_errand_that_rest_are_tried_again_soon(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->fault = unreachable_for_now;
    world_type(world, "U1", "prolongate dev1 for 1h");
    world_type(world, "U1", "schedule dev2 never");
    CU_ASSERT_TRUE(world_step(world));
    CU_ASSERT_TRUE(world_step(world)); /* both are stored */
    world->chance = 1;
    run_for(&night, 3);
    step_back(&night, HOUR_S);
    world->chance = 0;
    run_for(&night, 20);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 21:00"));
    CU_ASSERT_STRING_EQUAL(world->namespaces[1].schedule, "never");
    night_tear_down(&night);
}

static void a_request_that_is_to_be_closed_is_closed_soon(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->fault = no_inbox_for_now;
    world_type(world, "U1", "prolongate dev1 for 1h");
    CU_ASSERT_TRUE(world_step(world)); /* it is stored */
    world->chance = 1;
    run_for(&night, 6);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 21:00"));
    CU_ASSERT_FALSE(world->inbox[0].done);
    step_back(&night, HOUR_S);
    world->chance = 0;
    run_for(&night, 20);
    CU_ASSERT_TRUE(world->inbox[0].done);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static void later_for_now(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    (void) effect;
    if (world->chance > 0)
        answer->posted = POST_LATER;
}

static void a_message_that_waits_for_slack_is_posted_soon(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = later_for_now;
    world->chance = 1;
    world_run_until(world, night_at("11-24 19:02"));
    step_back(&night, HOUR_S);
    world->chance = 0;
    run_for(&night, 90);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    night_tear_down(&night);
}

static enum world_fault unobservable_for_now(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    return world->chance > 0 && kind == EFFECT_OBSERVE ? FAULT_BEFORE : FAULT_NONE;
}

/* What could not be done by itself is tried again after some seconds, also of a clock that went back. */
static void what_runs_at_night_is_adopted_soon(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 23:00");
    night_add(&night, "dev1", 3, NULL);
    world->fault = unobservable_for_now;
    world->chance = 1;
    night_begin(&night);
    run_for(&night, 5);
    CU_ASSERT_PTR_NULL(world_record(world, "dev1"));
    step_back(&night, HOUR_S);
    world->chance = 0;
    run_for(&night, 60);
    CU_ASSERT_PTR_NOT_NULL_FATAL(world_record(world, "dev1"));
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline, DEADLINE_LEASE);
    night_tear_down(&night);
}

static void who_is_in_a_group_is_asked_again_soon(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(&night, "dev1", 3, NULL);
    text_copy_cut(world->namespaces[0].owners, sizeof world->namespaces[0].owners, "S1");
    world->groups[0] = (struct world_group){ .id = "S1", .members = "U5" };
    night_begin(&night);
    run_for(&night, 60);
    step_back(&night, HOUR_S);
    world->groups[0].members = "U6";
    run_for(&night, 5 * 60);
    world_type(world, "U6", "prolongate dev1 for 1h");
    run_for(&night, 5);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 21:00"));
    night_tear_down(&night);
}

static void what_waits_for_a_group_waits_no_longer_than_by_a_good_clock(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(&night, "dev1", 3, NULL);
    text_copy_cut(world->namespaces[0].owners, sizeof world->namespaces[0].owners, "S1");
    world->groups[0] = (struct world_group){ .id = "S1", .members = "U5" };
    night_begin(&night);
    world_type(world, "U5", "prolongate dev1 for 1h");
    CU_ASSERT_TRUE(world_step(world));
    world->groups[0].members = NULL;
    world_crash(world);
    run_for(&night, 60);
    step_back(&night, HOUR_S);
    run_for(&night, 5 * 60);
    CU_ASSERT_TRUE(world->inbox[0].done);
    night_tear_down(&night);
}

/* --- what was ---------------------------------------------------------------------------------------------------- */

static void what_was_announced_is_not_announced_again(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(&night.world, night_at("11-24 19:10"));
    step_back(&night, HOUR_S);
    world_run_until(&night.world, night_at("11-24 19:20"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    world_run_until(&night.world, night_at("11-24 19:31"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 2);
    world_run_until(&night.world, night_at("11-24 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void what_was_stopped_stays_so(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 08:00-20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 20:05"));
    int writes = world->writes;
    step_back(&night, HOUR_S);
    world_run_until(world, night_at("11-25 07:59"));
    CU_ASSERT_EQUAL(world->writes, writes);
    world_run_until(world, night_at("11-25 08:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

static void a_wish_is_newer_than_what_stands_whatever_the_clock_says(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    scene_say(world, "prolongate dev1 for 1h");
    step_back(&night, 2 * HOUR_S);
    world_type(world, "U2", "cancel dev1");
    run_for(&night, 5);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, 0);
    world_type(world, "U2", "prolongate dev1 for 2h");
    run_for(&night, 5);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 22:00"));
    world_type(world, "U2", "stop dev1");
    run_for(&night, 5);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

/* --- what another process wrote -------------------------------------------------------------------------------- */

/* As if a former leader had carried to its end what it had begun. */
static void write_elsewhere(struct night *night, const struct record *record)
{
    struct world *world = &night->world;

    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++) {
        struct world_record *item = &world->records[i];
        if (!item->used || !text_equal(item->record.namespace, record->namespace))
            continue;
        item->record = *record;
        text_copy_cut(item->record.revision, sizeof item->record.revision, "elsewhere");
    }
}

static void fill_lease(const struct night *night, struct record *record)
{
    *record = world_record(&night->world, "dev1")->record;
    record->state = RECORD_AWAKE;
    record->remembered = 0;
    record->deadline = DEADLINE_LEASE;
    record->deadline_at = night_at("11-24 23:00");
    record->deadline_set_at = record->settled_at = night->world.now;
    text_copy_cut(record->deadline_by, sizeof record->deadline_by, "U1");
}

static void a_lease_that_another_one_gave_ends_all_the_same(void)
{
    struct night night;
    struct world *world = &night.world;
    struct record record;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 20:05"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world_crash(world);
    run_for(&night, 5);
    fill_lease(&night, &record);
    write_elsewhere(&night, &record);
    world_scale(world, "dev1", "web", 3);
    world_run_until(world, night_at("11-24 22:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 stops 2025-11-24 23:00 UTC."));
    world_run_until(world, night_at("11-24 23:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void records_are_read_again_although_the_clock_went_back(void)
{
    struct night night;
    struct world *world = &night.world;
    struct record record;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 21:00");
    world_crash(world);
    run_for(&night, 5);
    fill_lease(&night, &record);
    record.deadline_at = night_at("11-24 20:10");
    write_elsewhere(&night, &record);
    step_back(&night, HOUR_S);
    world_run_until(world, night_at("11-24 20:11"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 2);
    night_tear_down(&night);
}

/* Records are read as they were; what this process wrote since is newer. */
static void a_list_that_is_older_than_what_was_written_since_changes_nothing(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    const struct record old = world_record(world, "dev1")->record;
    scene_say(world, "prolongate dev1 for 2h");
    const struct event event = { .kind = EVENT_RESTORED, .namespace = "dev1", .record = &old };
    world_tell(world, &event);
    run_for(&night, 5);
    world_type(world, "U1", "list");
    CU_ASSERT_TRUE(scene_last_contains(world, "2025-11-24 22:00 UTC"));
    world_run_until(world, night_at("11-24 21:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    night_tear_down(&night);
}

static void one_that_cannot_be_read_again_leaves_what_is_known(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    scene_say(world, "prolongate dev1 for 2h");
    const struct event event = { .kind = EVENT_RESTORED, .namespace = "dev1" };
    world_tell(world, &event);
    world_run_until(world, night_at("11-24 21:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-24 22:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, the clock and other writers", TEST(a_start_that_waits_for_readiness_ends_as_soon_as_it_is_ready),
          TEST(one_that_does_not_become_ready_is_given_up_in_time),
          TEST(a_decision_and_an_errand_that_rest_are_tried_again_soon),
          TEST(a_request_that_is_to_be_closed_is_closed_soon), TEST(a_message_that_waits_for_slack_is_posted_soon),
          TEST(what_runs_at_night_is_adopted_soon), TEST(who_is_in_a_group_is_asked_again_soon),
          TEST(what_waits_for_a_group_waits_no_longer_than_by_a_good_clock),
          TEST(what_was_announced_is_not_announced_again), TEST(what_was_stopped_stays_so),
          TEST(a_wish_is_newer_than_what_stands_whatever_the_clock_says),
          TEST(a_lease_that_another_one_gave_ends_all_the_same),
          TEST(records_are_read_again_although_the_clock_went_back),
          TEST(a_list_that_is_older_than_what_was_written_since_changes_nothing),
          TEST(one_that_cannot_be_read_again_leaves_what_is_known))
