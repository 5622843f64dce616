/* Who may: users and user groups of CURFEW_ALLOW and of curfew/owners, known, not known, and known no longer. */
#include <string.h>

#include "base/text.h"
#include "bot/button.h"
#include "bot/groups.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

/* Said by a user; what was not to be done left dev1 as it was. */
static bool may(struct night *night, const char *user, const char *text)
{
    struct world *world = &night->world;
    int64_t before = world_record(world, "dev1")->record.deadline_set_at;

    world_type(world, user, text);
    world_run_until(world, world->now + 5);
    return world_record(world, "dev1")->record.deadline_set_at != before;
}

static void set_owners(struct night *night, const char *owners)
{
    struct world *world = &night->world;

    text_copy_cut(world->namespaces[0].owners, sizeof world->namespaces[0].owners, owners);
    world_see_namespace(world, "dev1");
    world_run_until(world, world->now + 1);
}

static void set_up(struct night *night, const char *allow, const char *owners)
{
    struct world *world = &night->world;

    night_open(night, "Mon-Fri 20:00", "11-24 12:00");
    night_add(night, "dev1", 3, NULL);
    night_add(night, "dev2", 2, NULL);
    world->groups[0] = (struct world_group){ .id = "S1", .members = "U5,U6" };
    world->groups[1] = (struct world_group){ .id = "S2", .members = NULL };
    text_copy_cut(world->options.allow, sizeof world->options.allow, allow);
    text_copy_cut(world->namespaces[0].owners, sizeof world->namespaces[0].owners, owners);
    night_begin(night);
}

static void members_of_an_owning_group_may(void)
{
    struct night night;

    set_up(&night, "", "U1, S1");
    CU_ASSERT_TRUE(may(&night, "U1", "prolongate dev1 for 1h"));
    CU_ASSERT_TRUE(may(&night, "U5", "prolongate dev1 for 1h"));
    CU_ASSERT_TRUE(may(&night, "U6", "prolongate dev1 for 1h"));
    CU_ASSERT_FALSE(may(&night, "U7", "prolongate dev1 for 1h"));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "Only its owners (U1, S1) may prolongate dev1"));
    CU_ASSERT_FALSE(may(&night, "U", "prolongate dev1 for 1h")); /* the beginning of an id is none */
    CU_ASSERT_FALSE(may(&night, "U5,U6", "prolongate dev1 for 1h"));
    CU_ASSERT_FALSE(may(&night, "S1", "prolongate dev1 for 1h"));
    night_tear_down(&night);
}

static void what_changes_nothing_is_for_everybody(void)
{
    struct night night;

    set_up(&night, "", "U1");
    (void) may(&night, "U7", "status dev1");
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "dev1 is up: 3/3 ready"));
    (void) may(&night, "U7", "list");
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "dev1"));
    (void) may(&night, "U7", "history dev1");
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "dev1: no act"));
    CU_ASSERT_FALSE(may(&night, "U7", "start dev1 for 10h"));
    CU_ASSERT_FALSE(may(&night, "U7", "cancel dev1"));
    night_tear_down(&night);
}

static void a_group_that_cannot_be_looked_into_permits_nobody_and_is_named(void)
{
    struct night night;

    set_up(&night, "", "U1,S2");
    CU_ASSERT_FALSE(may(&night, "U5", "prolongate dev1 for 1h"));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "Curfew cannot look into the user group S2 (no_such_subteam)"));
    CU_ASSERT_TRUE(may(&night, "U1", "prolongate dev1 for 1h"));
    night.world.groups[1].members = "U5";
    world_run_until(&night.world, night.world.now + GROUPS_RETRY_S + 1);
    CU_ASSERT_TRUE(may(&night, "U5", "prolongate dev1 for 1h"));
    night_tear_down(&night);
}

static void who_left_the_group_may_no_longer_after_minutes(void)
{
    struct night night;

    set_up(&night, "", "S1");
    CU_ASSERT_TRUE(may(&night, "U5", "prolongate dev1 for 1h"));
    night.world.groups[0].members = "U6,U7";
    world_run_until(&night.world, night.world.now + GROUPS_REFRESH_S + 1);
    CU_ASSERT_FALSE(may(&night, "U5", "prolongate dev1 for 1h"));
    CU_ASSERT_TRUE(may(&night, "U7", "prolongate dev1 for 1h"));
    night_tear_down(&night);
}

static void what_was_known_of_a_group_counts_for_an_hour(void)
{
    struct night night;

    set_up(&night, "", "S1");
    CU_ASSERT_TRUE(may(&night, "U5", "prolongate dev1 for 1h"));
    night.world.groups[0].members = NULL;
    world_run_until(&night.world, night_at("11-24 12:50"));
    CU_ASSERT_TRUE(may(&night, "U5", "prolongate dev1 for 1h"));
    world_run_until(&night.world, night_at("11-24 13:10"));
    CU_ASSERT_FALSE(may(&night, "U5", "prolongate dev1 for 1h"));
    night_tear_down(&night);
}

static void a_group_that_an_annotation_names_later_is_looked_into_then(void)
{
    struct night night;

    set_up(&night, "", "");
    CU_ASSERT_TRUE(may(&night, "U9", "prolongate dev1 for 1h"));
    set_owners(&night, "S1");
    CU_ASSERT_FALSE(may(&night, "U9", "prolongate dev1 for 1h"));
    CU_ASSERT_TRUE(may(&night, "U6", "prolongate dev1 for 1h"));
    set_owners(&night, "");
    CU_ASSERT_TRUE(may(&night, "U9", "prolongate dev1 for 1h"));
    night_tear_down(&night);
}

static void owners_that_cannot_be_read_permit_nobody(void)
{
    struct night night;

    set_up(&night, "", "U1, @ann");
    CU_ASSERT_FALSE(may(&night, "U1", "prolongate dev1 for 1h"));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "Nobody may prolongate dev1: its annotation curfew/owners holds"));
    night_tear_down(&night);
}

static void the_configuration_says_who_may_command_at_all(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, "U1,S1", "U5,U9");
    CU_ASSERT_TRUE(may(&night, "U5", "prolongate dev1 for 1h"));  /* by both */
    CU_ASSERT_FALSE(may(&night, "U1", "prolongate dev1 for 1h")); /* no owner */
    CU_ASSERT_FALSE(may(&night, "U9", "prolongate dev1 for 1h")); /* an owner who may not command */
    CU_ASSERT_TRUE(scene_last_contains(world, "You may not give commands here"));
    (void) may(&night, "U9", "list");
    CU_ASSERT_TRUE(scene_last_contains(world, "You may not give commands here"));
    world_click(world, "U9", action_keep_1h, "prolongate dev1 for 1h");
    world_run_until(world, world->now + 5);
    CU_ASSERT_TRUE(scene_last_contains(world, "You may not give commands here"));
    CU_ASSERT_STRING_EQUAL(world_record(world, "dev1")->record.deadline_by, "U5");
    night_tear_down(&night);
}

static void whoever_is_no_owner_any_more_when_it_is_decided_is_refused(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, "", "U1");
    world_type(world, "U1", "prolongate dev1 for 1h");
    CU_ASSERT_TRUE(world_step(world)); /* it is stored and acked */
    set_owners(&night, "U2");
    world_run_until(world, world->now + 5);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, 0);
    CU_ASSERT_TRUE(scene_last_contains(world, "was not prolonged, and nothing was changed: Only its owners (U2)"));
    CU_ASSERT_TRUE(world->history_count == 1 && world->history[0].refused);
    night_tear_down(&night);
}

/* --- after a restart ------------------------------------------------------------------------------------------- */

/* S1 is not known until it was looked into: what one of its members was promised to be done waits for that. */
static void what_was_accepted_of_a_member_waits_for_the_group_after_a_restart(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, "", "S1");
    world_type(world, "U5", "prolongate dev1 for 1h");
    CU_ASSERT_TRUE(world_step(world));
    world->groups[0].members = NULL; /* Slack has an outage */
    world_crash(world);
    world_run_until(world, world->now + 60);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, 0);
    CU_ASSERT_FALSE(world->inbox[0].done);
    world->groups[0].members = "U5,U6";
    world_run_until(world, world->now + GROUPS_RETRY_S + 1);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 21:00"));
    CU_ASSERT_TRUE(world->inbox[0].done);
    night_tear_down(&night);
}

static void but_not_for_ever(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up(&night, "", "S1");
    world_type(world, "U5", "prolongate dev1 for 1h");
    CU_ASSERT_TRUE(world_step(world));
    world->groups[0].members = NULL;
    world_crash(world);
    world_run_until(world, world->now + 6 * 60);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, 0);
    CU_ASSERT_TRUE(world->inbox[0].done);
    CU_ASSERT_TRUE(scene_last_contains(world, "cannot look into the user group S1"));
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, who may", TEST(members_of_an_owning_group_may), TEST(what_changes_nothing_is_for_everybody),
          TEST(a_group_that_cannot_be_looked_into_permits_nobody_and_is_named),
          TEST(who_left_the_group_may_no_longer_after_minutes), TEST(what_was_known_of_a_group_counts_for_an_hour),
          TEST(a_group_that_an_annotation_names_later_is_looked_into_then),
          TEST(owners_that_cannot_be_read_permit_nobody), TEST(the_configuration_says_who_may_command_at_all),
          TEST(whoever_is_no_owner_any_more_when_it_is_decided_is_refused),
          TEST(what_was_accepted_of_a_member_waits_for_the_group_after_a_restart), TEST(but_not_for_ever))
