/* The engine against a world in memory: what people see, what is written when, and what a crash at any step leaves. */
#include "bot/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/bot/world.h"
#include "tests/test_main.h"

static void set_up(struct world *world)
{
    world_init(world);
    world_add_namespace(world, "dev1");
    world_add_namespace(world, "dev2");
    (void) world_add_workload(world, "dev1", "web", 3);
    (void) world_add_workload(world, "dev1", "api", 1);
    (void) world_add_workload(world, "dev1", "batch", 0);
    (void) world_add_workload(world, "dev2", "web", 2);
    world_boot(world);
}

static bool last_contains(const struct world *world, const char *part)
{
    bool found = strstr(world_last(world)->text, part) != NULL;

    if (!found)
        printf("\n    expected \"%s\" in \"%s\"\n", part, world_last(world)->text);
    return found;
}

static void say(struct world *world, const char *text)
{
    world_type(world, "U1", text);
    world_run(world);
}

static int32_t replicas(struct world *world, const char *name)
{
    return world_workload(world, "dev1", name)->replicas;
}

static void a_stop_and_a_start_bring_every_count_back(void)
{
    struct world world;

    set_up(&world);
    say(&world, "stop dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is stopped (2 workloads at 0, 4 replicas remembered"));
    CU_ASSERT_EQUAL(replicas(&world, "web") + replicas(&world, "api") + replicas(&world, "batch"), 0);
    CU_ASSERT_EQUAL(world_workload(&world, "dev2", "web")->replicas, 2);
    say(&world, "start dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is up (4/4 ready"));
    CU_ASSERT_TRUE(world_last(&world)->in_channel);
    CU_ASSERT_EQUAL(replicas(&world, "web"), 3);
    CU_ASSERT_EQUAL(replicas(&world, "api"), 1);
    CU_ASSERT_EQUAL(replicas(&world, "batch"), 0);
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_release(&world);
}

static void what_is_so_already_is_not_written_again(void)
{
    struct world world;

    set_up(&world);
    say(&world, "start dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 was up already (4/4 ready)"));
    CU_ASSERT_EQUAL(world.writes, 0);
    say(&world, "stop dev1");
    CU_ASSERT_EQUAL(world.writes, 2);
    say(&world, "stop dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 was stopped already (2 workloads at 0, 4 replicas remembered"));
    CU_ASSERT_EQUAL(world.writes, 2);
    world_release(&world);
}

struct sentence_case {
    const char *typed, *answer;
};

static void every_mistake_is_answered_in_the_ack_to_its_author_alone(void)
{
    static const struct sentence_case cases[] = {
        { "stpo dev1", "Did you mean stop?" },
        { "stop", "Which environment?" },
        { "stop dv1", "No environment dv1. Did you mean dev1?" },
        { "stop dev1 dev1", "dev1 is named twice" },
        { "stop kube-system", "kube-system is protected" },
        { "stop curfew", "curfew is protected" },
        { "stop plain", "without the label" },
        { "stop odd", "a value other than enabled or disabled" },
        { "start going", "going is being deleted" },
        { "stop dev1 except", "needs the name of a workload" },
        { "status dev1 except web", "status takes no except" },
        { "stop zz-*", "No environment matches zz-*" },
        { "stop <!channel>", "cannot be an environment" },
    };
    struct world world;

    set_up(&world);
    world_add_namespace(&world, "kube-system");
    world_add_namespace(&world, "curfew");
    world_add_namespace(&world, "plain");
    world.namespaces[world.namespace_count - 1].scheduler = SCHEDULER_ABSENT;
    world_see_namespace(&world, "plain");
    world_add_namespace(&world, "odd");
    world.namespaces[world.namespace_count - 1].scheduler = SCHEDULER_OTHER;
    world_see_namespace(&world, "odd");
    world_add_namespace(&world, "going");
    world.namespaces[world.namespace_count - 1].terminating = true;
    world_see_namespace(&world, "going");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world_type(&world, "U1", cases[i].typed);
        CU_ASSERT_TRUE(last_contains(&world, cases[i].answer));
        CU_ASSERT_TRUE(world_last(&world)->is_ack);
        CU_ASSERT_FALSE(world_last(&world)->in_channel);
        CU_ASSERT_FALSE(world_step(&world)); /* and nothing is left to be done */
    }
    world_release(&world);
}

static void several_environments_get_one_answer(void)
{
    struct world world;

    set_up(&world);
    say(&world, "stop dev1 dev2");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is stopped"));
    CU_ASSERT_TRUE(last_contains(&world, "dev2 is stopped"));
    CU_ASSERT_EQUAL(world.said_count, 2); /* the ack and the answer */
    world_release(&world);
}

static void a_pattern_asks_first_and_its_button_is_what_acts(void)
{
    struct world world;

    set_up(&world);
    say(&world, "stop dev*");
    CU_ASSERT_TRUE(last_contains(&world, "Stop 2 environments: dev1 and dev2?"));
    CU_ASSERT_EQUAL(world.writes, 0);
    CU_ASSERT_STRING_EQUAL(world_last(&world)->button_value, "stop dev1 dev2");
    world_click(&world, "U1", "confirm", "stop dev1 dev2");
    world_run(&world);
    CU_ASSERT_TRUE(last_contains(&world, "dev2 is stopped"));
    CU_ASSERT_EQUAL(world.writes, 3);
    world_click(&world, "U1", "dismiss", "-");
    CU_ASSERT_TRUE(last_contains(&world, "Nothing was changed"));
    CU_ASSERT_TRUE(world_last(&world)->replaces);
    world_release(&world);
}

static void a_button_grants_nothing(void)
{
    struct world world;

    set_up(&world);
    text_copy_cut(world.namespaces[0].owners, sizeof world.namespaces[0].owners, "U7");
    world_see_namespace(&world, "dev1");
    world_click(&world, "U1", "confirm", "stop dev1");
    world_run(&world);
    CU_ASSERT_TRUE(last_contains(&world, "Only its owners (U7) may stop dev1"));
    CU_ASSERT_EQUAL(world.writes, 0);
    world_click(&world, "U7", "confirm", "stop dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(world.writes, 2);
    world_release(&world);
}

static void a_repeat_is_acked_and_has_no_effect(void)
{
    struct world world;

    set_up(&world);
    world_type_with_trigger(&world, "U1", "stop dev1", "t1");
    world_type_with_trigger(&world, "U1", "stop dev1", "t1");
    world_run(&world);
    size_t said = world.said_count;
    CU_ASSERT_EQUAL(said, 3); /* an empty ack, an ack, an answer */
    world_crash(&world);
    world_type_with_trigger(&world, "U1", "start dev1", "t1"); /* the memory is gone, the inbox knows */
    world_run(&world);
    CU_ASSERT_EQUAL(world.said_count, said + 1);
    CU_ASSERT_STRING_EQUAL(world_last(&world)->text, "");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 0);
    world_release(&world);
}

static enum world_fault inbox_fails(struct world *world, enum effect_kind kind, const char *name)
{
    (void) world;
    return kind == EFFECT_SAVE && strcmp(name, "inbox") == 0 ? FAULT_AFTER : FAULT_NONE;
}

static void what_cannot_be_stored_is_not_accepted_and_never_carried_out(void)
{
    struct world world;

    set_up(&world);
    world.fault = inbox_fails;
    world_type(&world, "U1", "stop dev1");
    world_run(&world);
    CU_ASSERT_TRUE(last_contains(&world, "could not take this"));
    CU_ASSERT_TRUE(world_last(&world)->is_ack);
    world.fault = NULL;
    world_crash(&world);
    world_run(&world);
    CU_ASSERT_EQUAL(replicas(&world, "web"), 3);
    world_release(&world);
}

static void two_people_who_want_the_same_get_one_stop_and_two_answers(void)
{
    struct world world;

    set_up(&world);
    world_type(&world, "U1", "stop dev1");
    world_type(&world, "U2", "stop dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(world.writes, 2);
    CU_ASSERT_EQUAL(world.said_count, 4);
    world_release(&world);
}

static void a_stop_is_finished_before_a_start_reverses_it(void)
{
    struct world world;

    set_up(&world);
    world_type(&world, "U1", "stop dev1");
    for (int i = 0; i < 3; i++)
        (void) world_step(&world);
    world_type(&world, "U2", "start dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(world.writes, 4);
    CU_ASSERT_EQUAL(replicas(&world, "web"), 3);
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is up"));
    world_release(&world);
}

static void of_the_wishes_that_wait_only_the_latest_is_kept(void)
{
    struct world world;

    set_up(&world);
    world_type(&world, "U1", "stop dev1");
    (void) world_step(&world);
    world_type(&world, "U2", "start dev1");
    (void) world_step(&world);
    (void) world_step(&world);
    world_type(&world, "U3", "stop dev1 except api");
    world_run(&world);
    CU_ASSERT_TRUE(world_said_contains(&world, "The start of dev1 was overtaken by a stop from"));
    CU_ASSERT_EQUAL(replicas(&world, "web"), 0);
    world_release(&world);
}

static void what_is_excepted_excluded_or_owned_is_left(void)
{
    struct world world;

    set_up(&world);
    world_add_workload(&world, "dev1", "agent", 1)->excluded = true;
    world_add_workload(&world, "dev1", "child", 1)->owned = true;
    say(&world, "stop dev1 except api");
    CU_ASSERT_EQUAL(replicas(&world, "api"), 1);
    CU_ASSERT_EQUAL(replicas(&world, "agent"), 1);
    CU_ASSERT_EQUAL(replicas(&world, "child"), 1);
    CU_ASSERT_EQUAL(replicas(&world, "web"), 0);
    CU_ASSERT_TRUE(last_contains(&world, "Left as they were: 1 workload."));
    CU_ASSERT_TRUE(last_contains(&world, "Excluded and still running: 1 workload."));
    world_release(&world);
}

static void a_volume_that_would_be_deleted_is_refused_loudly(void)
{
    struct world world;

    set_up(&world);
    world_add_workload(&world, "dev1", "db", 2)->deletes_data = true;
    say(&world, "stop dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is partly stopped: 2 workloads at 0, 1 workload stays as it is"));
    CU_ASSERT_TRUE(last_contains(&world, "db could not be changed: scaling it to 0 would delete its volumes"));
    CU_ASSERT_EQUAL(replicas(&world, "db"), 2);
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

    set_up(&world);
    world.fault = api_is_refused;
    say(&world, "stop dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is partly stopped: 1 workload at 0, 1 workload stays as it is"));
    CU_ASSERT_TRUE(last_contains(&world, "api could not be changed: not permitted"));
    world.fault = NULL;
    say(&world, "stop dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is stopped (2 workloads at 0, 4 replicas remembered"));
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

    set_up(&world);
    world.fault = web_changes_once; /* 3 becomes 4 between read and write */
    say(&world, "stop dev1");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 0);
    CU_ASSERT_TRUE(last_contains(&world, "5 replicas remembered"));
    say(&world, "start dev1");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 4);
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

    set_up(&world);
    world.fault = web_answer_is_lost;
    world_type(&world, "U1", "stop dev1");
    while (replicas(&world, "web") != 0)
        (void) world_step(&world);
    world.autoscaled = true;
    world_scale(&world, "dev1", "web", 1); /* an autoscaler, before the stop looks again */
    world_run(&world);
    CU_ASSERT_EQUAL(replicas(&world, "web"), 0);
    say(&world, "start dev1");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 3);
    world_release(&world);
}

static void what_was_scaled_up_or_replaced_while_asleep_is_left(void)
{
    struct world world;

    set_up(&world);
    say(&world, "stop dev1");
    world_scale(&world, "dev1", "web", 7);
    text_copy_cut(world_workload(&world, "dev1", "api")->uid, KUBERNETES_UID_SIZE, "another");
    say(&world, "start dev1");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 7);
    CU_ASSERT_EQUAL(replicas(&world, "api"), 0);
    CU_ASSERT_TRUE(last_contains(&world, "Scaled by somebody meanwhile and left so: 1 workload."));
    CU_ASSERT_TRUE(last_contains(&world, "Deleted or replaced while asleep: 1 workload."));
    world_release(&world);
}

static void a_namespace_of_the_same_name_is_another_environment(void)
{
    struct world world;

    set_up(&world);
    say(&world, "stop dev1");
    text_copy_cut(world.namespaces[0].uid, KUBERNETES_UID_SIZE, "made anew");
    world_see_namespace(&world, "dev1");
    say(&world, "start dev1");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 0);
    world_scale(&world, "dev1", "web", 5);
    say(&world, "stop dev1");
    say(&world, "start dev1");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 5);
    world_release(&world);
}

static void a_start_that_does_not_become_ready_says_what_is_missing(void)
{
    struct world world;

    set_up(&world);
    say(&world, "stop dev1");
    world.unready = true;
    int64_t before = world.now;
    say(&world, "start dev1");
    CU_ASSERT_TRUE(world.now >= before + 300);
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is started, but after 5 min 2 s only 0/4 ready"));
    CU_ASSERT_TRUE(last_contains(&world, "web 0/3 ready"));
    say(&world, "status dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is degraded: 0/4 ready"));
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

    set_up(&world);
    world.fault = nothing_answers;
    say(&world, "stop dev1");
    CU_ASSERT_TRUE(
        last_contains(&world, "dev1 was not stopped, and nothing was changed: the API server does not answer."));
    CU_ASSERT_PTR_NULL(world_record(&world, "dev1"));
    say(&world, "status dev1");
    CU_ASSERT_TRUE(last_contains(&world, "dev1 cannot be read: the API server does not answer."));
    world_release(&world);
}

static void a_label_that_goes_away_ends_what_is_under_way_and_its_return_takes_it_up(void)
{
    struct world world;

    set_up(&world);
    world_type(&world, "U1", "stop dev1");
    for (int i = 0; i < 3; i++)
        (void) world_step(&world);
    world.namespaces[0].scheduler = SCHEDULER_ABSENT;
    world_see_namespace(&world, "dev1");
    world_run(&world);
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is no environment any more"));
    int writes = world.writes;
    world.namespaces[0].scheduler = SCHEDULER_DISABLED;
    world_see_namespace(&world, "dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(replicas(&world, "web"), 0);
    CU_ASSERT_EQUAL(world.writes, writes > 2 ? writes : 2);
    world_release(&world);
}

/* Runs "stop dev1 except api" and "start dev1", and kills the engine after every possible number of steps. */
static int crash_after(int steps)
{
    struct world world;
    int taken = 0;

    set_up(&world);
    world_type(&world, "U1", "stop dev1 except api");
    while (taken < steps && world_step(&world))
        taken++;
    world_crash(&world);
    world_run(&world);
    bool accepted = world.inbox_count > 0;
    CU_ASSERT_EQUAL(replicas(&world, "web"), accepted ? 0 : 3);
    CU_ASSERT_EQUAL(replicas(&world, "api"), 1);
    world_type(&world, "U1", "start dev1");
    for (int i = 0; i < steps && world_step(&world); i++)
        ;
    world_crash(&world);
    world_run(&world);
    if (world.inbox_count == 2)
        CU_ASSERT_EQUAL(replicas(&world, "web"), 3);
    say(&world, "start dev1");
    CU_ASSERT_EQUAL(replicas(&world, "web"), 3);
    CU_ASSERT_EQUAL(replicas(&world, "api"), 1);
    CU_ASSERT_EQUAL(replicas(&world, "batch"), 0);
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

    set_up(&world);
    world.fault = done_marks_fail;
    say(&world, "stop dev1");
    CU_ASSERT_EQUAL(world.chance, 3);
    CU_ASSERT_TRUE(world.inbox[0].done);
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_release(&world);
}

static enum world_fault no_done_mark(struct world *world, enum effect_kind kind, const char *name)
{
    return kind == EFFECT_SAVE && strcmp(name, "inbox") == 0 && world->said_count > 1 ? FAULT_BEFORE : FAULT_NONE;
}

static void a_wish_that_was_carried_out_before_a_crash_is_not_carried_out_again(void)
{
    struct world world;

    set_up(&world);
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
    CU_ASSERT_EQUAL(replicas(&world, "web"), 3);
    CU_ASSERT_TRUE(last_contains(&world, "dev1 is partly stopped: 1 workload still runs"));
    CU_ASSERT_TRUE(world.inbox[0].done);
    world_release(&world);
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

    set_up(&world);
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
    say(&world, "start dev1 dev2");
    if (replicas(&world, "web") != 3 || replicas(&world, "api") != 1 ||
        world_workload(&world, "dev2", "web")->replicas != 2) {
        printf("\n    seed %u lost a count\n", seed);
        CU_FAIL("a count was lost");
    }
    CU_ASSERT_EQUAL(replicas(&world, "batch"), 0);
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_release(&world);
}

static void faults_and_crashes_in_any_order_lose_no_count(void)
{
    for (uint32_t seed = 1; seed <= 300; seed++)
        play_seed(seed);
}

TEST_MAIN("bot/engine", TEST(a_stop_and_a_start_bring_every_count_back), TEST(what_is_so_already_is_not_written_again),
          TEST(every_mistake_is_answered_in_the_ack_to_its_author_alone), TEST(several_environments_get_one_answer),
          TEST(a_pattern_asks_first_and_its_button_is_what_acts), TEST(a_button_grants_nothing),
          TEST(a_repeat_is_acked_and_has_no_effect), TEST(what_cannot_be_stored_is_not_accepted_and_never_carried_out),
          TEST(two_people_who_want_the_same_get_one_stop_and_two_answers),
          TEST(a_stop_is_finished_before_a_start_reverses_it), TEST(of_the_wishes_that_wait_only_the_latest_is_kept),
          TEST(what_is_excepted_excluded_or_owned_is_left), TEST(a_volume_that_would_be_deleted_is_refused_loudly),
          TEST(a_refusal_is_named_and_tried_once), TEST(a_change_from_another_side_is_read_and_remembered),
          TEST(a_number_read_after_our_own_write_is_never_remembered),
          TEST(what_was_scaled_up_or_replaced_while_asleep_is_left),
          TEST(a_namespace_of_the_same_name_is_another_environment),
          TEST(a_start_that_does_not_become_ready_says_what_is_missing),
          TEST(when_the_cluster_does_not_answer_nothing_is_changed_and_it_is_said),
          TEST(a_label_that_goes_away_ends_what_is_under_way_and_its_return_takes_it_up),
          TEST(what_is_done_is_marked_until_the_store_takes_it),
          TEST(a_wish_that_was_carried_out_before_a_crash_is_not_carried_out_again),
          TEST(a_crash_after_any_step_loses_no_count_and_nothing_accepted),
          TEST(faults_and_crashes_in_any_order_lose_no_count))
