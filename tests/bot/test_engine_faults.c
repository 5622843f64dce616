/* The engine against a world that fails: refusals, lost answers, changes from another side, and a crash after any step. */
#include "bot/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/bot/scene.h"
#include "tests/test_main.h"

static enum world_fault inbox_fails(struct world *world, enum effect_kind kind, const char *name)
{
    return kind == EFFECT_SAVE && strcmp(name, "inbox") == 0 && world->chance++ < 3 ? FAULT_AFTER : FAULT_NONE;
}

static void what_cannot_be_stored_is_not_accepted_and_never_carried_out(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = inbox_fails;
    world_type(&world, "U1", "stop dev1");
    world_run(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "could not take this"));
    CU_ASSERT_TRUE(world_last(&world)->is_ack);
    world.fault = NULL;
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    world_release(&world);
}

static enum world_fault api_is_refused(struct world *world, enum effect_kind kind, const char *name)
{
    (void) world;
    return kind == EFFECT_SCALE && strcmp(name, "api") == 0 ? FAULT_REFUSED : FAULT_NONE;
}

static void a_refusal_is_named_and_tried_once(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = api_is_refused;
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is partly stopped: 1 workload at 0, 1 workload stays as it is"));
    CU_ASSERT_TRUE(scene_last_contains(&world, "api could not be changed: not permitted"));
    world.fault = NULL;
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is stopped (2 workloads at 0, 4 replicas remembered"));
    world_release(&world);
}

static enum world_fault web_changes_once(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind != EFFECT_SCALE || strcmp(name, "web") != 0 || world->chance++ > 0)
        return FAULT_NONE;
    return FAULT_CHANGED;
}

static void a_change_from_another_side_is_read_and_remembered(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = web_changes_once; /* 3 becomes 4 between read and write */
    scene_say(&world, "stop dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    CU_ASSERT_TRUE(scene_last_contains(&world, "5 replicas remembered"));
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 4);
    world_release(&world);
}

static enum world_fault web_answer_is_lost(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind != EFFECT_SCALE || strcmp(name, "web") != 0 || world->chance++ > 0)
        return FAULT_NONE;
    return FAULT_AFTER;
}

static void a_number_read_after_our_own_write_is_never_remembered(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = web_answer_is_lost;
    world_type(&world, "U1", "stop dev1");
    while (scene_replicas(&world, "web") != 0)
        (void) world_step(&world);
    world.autoscaled = true;
    world_scale(&world, "dev1", "web", 1); /* an autoscaler, before the stop looks again */
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    world_release(&world);
}

/* The answer about web is lost; then an autoscaler is quicker than our next write. */
static enum world_fault web_is_lost_then_changes(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind != EFFECT_SCALE || strcmp(name, "web") != 0)
        return FAULT_NONE;
    world->chance++;
    if (world->chance == 1)
        return FAULT_AFTER;
    return world->chance == 2 ? FAULT_CHANGED : FAULT_NONE;
}

static void a_conflict_behind_our_own_write_does_not_make_its_number_the_one_to_remember(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = web_is_lost_then_changes;
    world_type(&world, "U1", "stop dev1");
    while (scene_replicas(&world, "web") != 0)
        (void) world_step(&world);
    world.autoscaled = true;
    world_scale(&world, "dev1", "web", 1);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    world_release(&world);
}

static void a_conflict_after_a_restart_does_not_either(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = web_is_lost_then_changes;
    world_type(&world, "U1", "stop dev1");
    while (scene_replicas(&world, "web") != 0)
        (void) world_step(&world);
    world.autoscaled = true;
    world_scale(&world, "dev1", "web", 1);
    world_crash(&world); /* what was written before is known to nobody */
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    world_release(&world);
}

static enum world_fault nothing_answers(struct world *world, enum effect_kind kind, const char *name)
{
    (void) world;
    (void) name;
    return kind == EFFECT_OBSERVE ? FAULT_BEFORE : FAULT_NONE;
}

static void when_the_cluster_does_not_answer_nothing_is_changed_and_it_is_said(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = nothing_answers;
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(
        scene_last_contains(&world, "dev1 was not stopped, and nothing was changed: the API server does not answer."));
    CU_ASSERT_EQUAL(world_record(&world, "dev1")->record.state, RECORD_AWAKE);
    scene_say(&world, "status dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 cannot be read: the API server does not answer."));
    world_release(&world);
}

/* Runs "stop dev1 except api" and "start dev1", and kills the engine after every possible number of steps. */
static int crash_after(int steps)
{
    struct world world;
    int taken = 0;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1 except api");
    while (taken < steps && world_step(&world))
        taken++;
    world_crash(&world);
    world_run(&world);
    bool accepted = world.inbox_count > 0;
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), accepted ? 0 : 3);
    CU_ASSERT_EQUAL(scene_replicas(&world, "api"), 1);
    world_type(&world, "U1", "start dev1");
    for (int i = 0; i < steps && world_step(&world); i++)
        ;
    world_crash(&world);
    world_run(&world);
    if (world.inbox_count == 2)
        CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    CU_ASSERT_EQUAL(scene_replicas(&world, "api"), 1);
    CU_ASSERT_EQUAL(scene_replicas(&world, "batch"), 0);
    world_release(&world);
    return taken;
}

static void a_crash_after_any_step_loses_no_count_and_nothing_accepted(void)
{
    int steps = 0;

    while (crash_after(steps) == steps)
        steps++;
    CU_ASSERT_TRUE(steps > 5); /* the loop was about something */
}

static enum world_fault done_marks_fail(struct world *world, enum effect_kind kind, const char *name)
{
    bool is_done_mark = kind == EFFECT_SAVE && strcmp(name, "inbox") == 0 && world->said_count > 1;

    return is_done_mark && world->chance++ < 2 ? FAULT_BEFORE : FAULT_NONE;
}

static void what_is_done_is_marked_until_the_store_takes_it(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = done_marks_fail;
    scene_say(&world, "stop dev1");
    CU_ASSERT_EQUAL(world.chance, 3);
    CU_ASSERT_TRUE(world.inbox[0].done);
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_release(&world);
}

static enum world_fault no_done_mark(struct world *world, enum effect_kind kind, const char *name)
{
    return kind == EFFECT_SAVE && strcmp(name, "inbox") == 0 && world->said_count > 1 ? FAULT_BEFORE : FAULT_NONE;
}

/* Whether it arrived is not known: so it is given once more, and the stop itself is not done once more. */
static void an_answer_that_was_on_its_way_at_a_crash_is_given_again(void)
{
    struct world world;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1");
    while (world.queue.count > 0 && world.queue.items[0].kind != EFFECT_REPLY)
        (void) world_step(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is stopped"));
    int writes = world.writes;
    world.said_count = 0;
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(world.said_count, 1);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is stop"));
    CU_ASSERT_EQUAL(world.writes, writes);
    world.said_count = 0;
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(world.said_count, 0);
    world_release(&world);
}

static void a_wish_that_was_carried_out_before_a_crash_is_not_carried_out_again(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = no_done_mark;
    world_type(&world, "U1", "stop dev1");
    for (int i = 0; i < 30; i++)
        (void) world_step(&world);
    CU_ASSERT_EQUAL(world.writes, 2);
    CU_ASSERT_FALSE(world.inbox[0].done);
    world.fault = NULL;
    world_scale(&world, "dev1", "web", 3); /* somebody needs it, days later, while the bot is down */
    world.now += 3 * 24 * 3600;
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is partly stopped: 1 workload still runs"));
    CU_ASSERT_TRUE(world.inbox[0].done);
    world_release(&world);
}

static enum world_fault refusal_is_not_stored_at_once(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind != EFFECT_SAVE || strcmp(name, "inbox") != 0)
        return FAULT_NONE;
    world->chance++;
    return world->chance == 1 ? FAULT_AFTER : world->chance == 2 ? FAULT_BEFORE : FAULT_NONE;
}

static void what_was_not_accepted_is_marked_so_until_the_store_takes_it(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = refusal_is_not_stored_at_once;
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "could not take this"));
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    world_release(&world);
}

static enum world_fault reads_fail_for_a_while(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    bool is_read = kind == EFFECT_OBSERVE || kind == EFFECT_LOAD;

    return is_read && world->chance++ < 10 ? FAULT_BEFORE : FAULT_NONE;
}

static void a_stop_that_is_taken_up_is_carried_to_its_end_across_an_outage(void)
{
    struct world world;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1");
    while (world.queue.count > 0 && world.queue.items[0].kind != EFFECT_SCALE)
        (void) world_step(&world);
    world.inbox_count = 0; /* nobody waits for it */
    world.fault = reads_fail_for_a_while;
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    CU_ASSERT_EQUAL(world_record(&world, "dev1")->record.state, RECORD_ASLEEP);
    world_release(&world);
}

static enum world_fault answer_is_lost_and_reads_fail(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind == EFFECT_SAVE && strcmp(name, "record") == 0 && world->chance == 0) {
        world->chance = 1;
        return FAULT_AFTER;
    }
    return kind == EFFECT_OBSERVE && world->writes > 0 && world->chance++ < 7 ? FAULT_BEFORE : FAULT_NONE;
}

static void what_was_begun_is_never_called_unchanged(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = answer_is_lost_and_reads_fail;
    scene_say(&world, "stop dev1");
    CU_ASSERT_FALSE(world_said_contains(&world, "nothing was changed"));
    CU_ASSERT_EQUAL(world_record(&world, "dev1")->record.state, RECORD_ASLEEP);
    world_release(&world);
}

static enum world_fault record_answers_are_lost(struct world *world, enum effect_kind kind, const char *name)
{
    return kind == EFFECT_SAVE && strcmp(name, "record") == 0 && world->chance++ < 6 ? FAULT_AFTER : FAULT_NONE;
}

/* It stands in the store, and the next start would take it up. */
static void a_decision_that_may_be_stored_is_not_called_unchanged(void)
{
    struct world world;

    scene_set_up(&world);
    world.fault = record_answers_are_lost;
    scene_say(&world, "stop dev1");
    CU_ASSERT_FALSE(world_said_contains(&world, "nothing was changed"));
    CU_ASSERT_TRUE(world_said_contains(&world, "Curfew goes on trying"));
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    world_release(&world);
}

static void an_unreadable_record_is_said_and_changes_nothing(void)
{
    static const char *const texts[] = { "status dev1", "start dev1", "stop dev1" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct world world;
        scene_set_up(&world);
        scene_say(&world, "stop dev1");
        int writes = world.writes;
        world.is_unreadable = true;
        world_crash(&world);
        scene_say(&world, texts[i]);
        CU_ASSERT_TRUE(scene_last_contains(&world, "state is none of awake, stopping, asleep, starting"));
        CU_ASSERT_EQUAL(world.writes, writes);
        world.is_unreadable = false; /* an administrator put it right */
        scene_say(&world, "start dev1");
        CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
        world_release(&world);
    }
}

/* The first wish is carried to its end while the second waits; then the engine dies before the second has begun, or after
 * any other step. */
static bool crash_between(const char *first, const char *second, int32_t expected, int steps)
{
    struct world world;
    int taken = 0;

    scene_set_up(&world);
    if (strcmp(first, "start dev1") == 0)
        scene_say(&world, "stop dev1");
    world_type(&world, "U1", first);
    for (int i = 0; i < 3; i++)
        (void) world_step(&world);
    world.now += 5;
    size_t stored = world.inbox_count;
    world_type(&world, "U2", second);
    while (taken < steps && world_step(&world)) {
        world.now += 5;
        taken++;
    }
    bool accepted = world.inbox_count > stored;
    world_crash(&world);
    world_run(&world);
    if (accepted)
        CU_ASSERT_EQUAL(scene_replicas(&world, "web"), expected);
    world_release(&world);
    return taken == steps;
}

static void a_wish_that_waited_at_a_crash_is_carried_out(void)
{
    int steps = 2;

    while (crash_between("stop dev1", "start dev1", 3, steps))
        steps++;
    CU_ASSERT_TRUE(steps > 8);
    steps = 2;
    while (crash_between("start dev1", "stop dev1", 0, steps))
        steps++;
    CU_ASSERT_TRUE(steps > 8);
}

static uint32_t next_chance(struct world *world)
{
    world->chance ^= world->chance << 13;
    world->chance ^= world->chance >> 17;
    world->chance ^= world->chance << 5;
    return world->chance;
}

static enum world_fault a_fifth_fails(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    uint32_t chance = next_chance(world) % 20;

    if (chance > 3)
        return FAULT_NONE;
    return kind != EFFECT_SCALE ? (chance < 2 ? FAULT_BEFORE : FAULT_AFTER) : chance < 2 ? FAULT_BEFORE : FAULT_AFTER;
}

static void play_seed(uint32_t seed)
{
    struct world world;

    scene_set_up(&world);
    world.chance = seed;
    world.fault = a_fifth_fails;
    for (int act = 0; act < 20; act++) {
        static const char *const texts[] = { "stop dev1", "start dev1", "stop dev1 dev2", "start dev2", "status" };
        world_type(&world, "U1", texts[next_chance(&world) % 5]);
        for (uint32_t steps = next_chance(&world) % 12; steps > 0 && world_step(&world); steps--)
            ;
        if (next_chance(&world) % 4 == 0)
            world_crash(&world);
    }
    world.fault = NULL;
    world_run(&world);
    scene_say(&world, "start dev1 dev2");
    if (scene_replicas(&world, "web") != 3 || scene_replicas(&world, "api") != 1 ||
        world_workload(&world, "dev2", "web")->replicas != 2) {
        printf("\n    seed %u lost a count\n", seed);
        CU_FAIL("a count was lost");
    }
    CU_ASSERT_EQUAL(scene_replicas(&world, "batch"), 0);
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_release(&world);
}

static void faults_and_crashes_in_any_order_lose_no_count(void)
{
    for (uint32_t seed = 1; seed <= 300; seed++)
        play_seed(seed);
}

TEST_MAIN("bot/engine_faults", TEST(what_cannot_be_stored_is_not_accepted_and_never_carried_out),
          TEST(a_refusal_is_named_and_tried_once), TEST(a_change_from_another_side_is_read_and_remembered),
          TEST(a_number_read_after_our_own_write_is_never_remembered),
          TEST(a_conflict_behind_our_own_write_does_not_make_its_number_the_one_to_remember),
          TEST(a_conflict_after_a_restart_does_not_either),
          TEST(when_the_cluster_does_not_answer_nothing_is_changed_and_it_is_said),
          TEST(what_is_done_is_marked_until_the_store_takes_it),
          TEST(an_answer_that_was_on_its_way_at_a_crash_is_given_again),
          TEST(a_wish_that_was_carried_out_before_a_crash_is_not_carried_out_again),
          TEST(what_was_not_accepted_is_marked_so_until_the_store_takes_it),
          TEST(a_stop_that_is_taken_up_is_carried_to_its_end_across_an_outage),
          TEST(a_decision_that_may_be_stored_is_not_called_unchanged),
          TEST(an_unreadable_record_is_said_and_changes_nothing), TEST(what_was_begun_is_never_called_unchanged),
          TEST(a_wish_that_waited_at_a_crash_is_carried_out),
          TEST(a_crash_after_any_step_loses_no_count_and_nothing_accepted),
          TEST(faults_and_crashes_in_any_order_lose_no_count))
