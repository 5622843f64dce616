/* The engine against a world in memory: what people see, what is changed and what is left. */
#include "bot/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "bot/engine_state.h"
#include "tests/bot/scene.h"
#include "tests/test_main.h"

static void a_stop_and_a_start_bring_every_count_back(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is stopped (2 workloads at 0, 4 replicas remembered"));
    CU_ASSERT_EQUAL(scene_replicas(&world, "web") + scene_replicas(&world, "api") + scene_replicas(&world, "batch"), 0);
    CU_ASSERT_EQUAL(world_workload(&world, "dev2", "web")->replicas, 2);
    scene_say(&world, "start dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is up (4/4 ready"));
    CU_ASSERT_TRUE(world_last(&world)->in_channel);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    CU_ASSERT_EQUAL(scene_replicas(&world, "api"), 1);
    CU_ASSERT_EQUAL(scene_replicas(&world, "batch"), 0);
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_release(&world);
}

static void what_is_so_already_is_not_written_again(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "start dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 was up already (4/4 ready)"));
    CU_ASSERT_EQUAL(world.writes, 0);
    scene_say(&world, "stop dev1");
    CU_ASSERT_EQUAL(world.writes, 2);
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 was stopped already (2 workloads at 0, 4 replicas remembered"));
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

    scene_set_up(&world);
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
    world_run(&world); /* those are adopted */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world_type(&world, "U1", cases[i].typed);
        CU_ASSERT_TRUE(scene_last_contains(&world, cases[i].answer));
        CU_ASSERT_TRUE(world_last(&world)->is_ack);
        CU_ASSERT_FALSE(world_last(&world)->in_channel);
        CU_ASSERT_FALSE(world_step(&world)); /* and nothing is left to be done */
    }
    world_release(&world);
}

static void several_environments_get_one_answer(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1 dev2");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is stopped"));
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev2 is stopped"));
    CU_ASSERT_EQUAL(world.said_count, 2); /* the ack and the answer */
    world_release(&world);
}

static void a_pattern_asks_first_and_its_button_is_what_acts(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev*");
    CU_ASSERT_TRUE(scene_last_contains(&world, "Stop 2 environments: dev1 and dev2?"));
    CU_ASSERT_EQUAL(world.writes, 0);
    CU_ASSERT_STRING_EQUAL(world_last(&world)->button_value, "stop dev1 dev2");
    world_click(&world, "U1", "confirm", "stop dev1 dev2");
    world_run(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev2 is stopped"));
    CU_ASSERT_EQUAL(world.writes, 3);
    world_click(&world, "U1", "dismiss", "-");
    CU_ASSERT_TRUE(scene_last_contains(&world, "Nothing was changed"));
    CU_ASSERT_TRUE(world_last(&world)->replaces);
    world_release(&world);
}

static void a_button_grants_nothing(void)
{
    struct world world;

    scene_set_up(&world);
    text_copy_cut(world.namespaces[0].owners, sizeof world.namespaces[0].owners, "U7");
    world_see_namespace(&world, "dev1");
    world_click(&world, "U1", "confirm", "stop dev1");
    world_run(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "Only its owners (U7) may stop dev1"));
    CU_ASSERT_EQUAL(world.writes, 0);
    world_click(&world, "U7", "confirm", "stop dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(world.writes, 2);
    world_release(&world);
}

static void owners_that_cannot_be_read_are_not_everybody(void)
{
    struct world world;

    scene_set_up(&world);
    world.namespaces[0].owners_too_long = true;
    world_see_namespace(&world, "dev1");
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "Nobody may stop dev1: its annotation curfew/owners is longer than"));
    CU_ASSERT_EQUAL(world.writes, 0);
    world_release(&world);
}

static void who_may_is_asked_again_when_a_wish_that_waited_begins(void)
{
    struct world world;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1");
    for (int i = 0; i < 3; i++)
        (void) world_step(&world);
    world_type(&world, "U2", "start dev1");
    (void) world_step(&world);
    text_copy_cut(world.namespaces[0].owners, sizeof world.namespaces[0].owners, "U7");
    world_see_namespace(&world, "dev1");
    world_run(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 was not started, and nothing was changed: Only its owners (U7)"));
    CU_ASSERT_EQUAL(scene_replicas(&world, "web") + scene_replicas(&world, "api"), 0); /* what was begun is finished */
    CU_ASSERT_TRUE(engine_is_idle(world.engine));
    world_release(&world);
}

static void a_repeat_is_acked_and_has_no_effect(void)
{
    struct world world;

    scene_set_up(&world);
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
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    world_release(&world);
}

static void two_people_who_want_the_same_get_one_stop_and_two_answers(void)
{
    struct world world;

    scene_set_up(&world);
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

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1");
    for (int i = 0; i < 3; i++)
        (void) world_step(&world);
    world_type(&world, "U2", "start dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(world.writes, 4);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 3);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is up"));
    world_release(&world);
}

static void of_the_wishes_that_wait_only_the_latest_is_kept(void)
{
    struct world world;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1");
    (void) world_step(&world);
    world_type(&world, "U2", "start dev1");
    (void) world_step(&world);
    (void) world_step(&world);
    world_type(&world, "U3", "stop dev1 except api");
    world_run(&world);
    CU_ASSERT_TRUE(world_said_contains(&world, "The start of dev1 was overtaken by a stop from"));
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    world_release(&world);
}

static void what_is_excepted_excluded_or_owned_is_left(void)
{
    struct world world;

    scene_set_up(&world);
    world_add_workload(&world, "dev1", "agent", 1)->excluded = true;
    world_add_workload(&world, "dev1", "child", 1)->owned = true;
    scene_say(&world, "stop dev1 except api");
    CU_ASSERT_EQUAL(scene_replicas(&world, "api"), 1);
    CU_ASSERT_EQUAL(scene_replicas(&world, "agent"), 1);
    CU_ASSERT_EQUAL(scene_replicas(&world, "child"), 1);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    CU_ASSERT_TRUE(scene_last_contains(&world, "Left as they were: 1 workload."));
    CU_ASSERT_TRUE(scene_last_contains(&world, "Excluded and still running: 1 workload."));
    world_release(&world);
}

static void a_volume_that_would_be_deleted_is_refused_loudly(void)
{
    struct world world;

    scene_set_up(&world);
    world_add_workload(&world, "dev1", "db", 2)->deletes_data = true;
    scene_say(&world, "stop dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is partly stopped: 2 workloads at 0, 1 workload stays as it is"));
    CU_ASSERT_TRUE(scene_last_contains(&world, "db could not be changed: scaling it to 0 would delete its volumes"));
    CU_ASSERT_EQUAL(scene_replicas(&world, "db"), 2);
    world_release(&world);
}

static void what_was_scaled_up_or_replaced_while_asleep_is_left(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1");
    world_scale(&world, "dev1", "web", 7);
    world_workload(&world, "dev1", "api")->uid = "another";
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 7);
    CU_ASSERT_EQUAL(scene_replicas(&world, "api"), 0);
    CU_ASSERT_TRUE(scene_last_contains(&world, "Scaled by somebody meanwhile and left so: 1 workload."));
    CU_ASSERT_TRUE(scene_last_contains(&world, "Deleted or replaced while asleep: 1 workload."));
    world_release(&world);
}

static void what_was_left_is_told_although_others_were_started(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1");
    world_scale(&world, "dev1", "web", 7);
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 7);
    CU_ASSERT_TRUE(scene_replicas(&world, "api") > 0);
    CU_ASSERT_TRUE(scene_last_contains(&world, "Scaled by somebody meanwhile and left so: 1 workload."));
    world_release(&world);
}

/* What "except" was meant to spare would be stopped. */
static void an_exception_that_is_no_workload_changes_nothing(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1 except wbe");
    CU_ASSERT_TRUE(scene_last_contains(&world, "nothing was changed: it has no workload wbe"));
    CU_ASSERT_TRUE(scene_last_contains(&world, "web"));
    CU_ASSERT_TRUE(scene_replicas(&world, "web") > 0);
    scene_say(&world, "stop dev1 except web");
    CU_ASSERT_TRUE(scene_replicas(&world, "web") > 0);
    CU_ASSERT_EQUAL(scene_replicas(&world, "api"), 0);
    world_release(&world);
}

static void a_namespace_of_the_same_name_is_another_environment(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1");
    text_copy_cut(world.namespaces[0].uid, KUBERNETES_UID_SIZE, "made anew");
    world_see_namespace(&world, "dev1");
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    world_scale(&world, "dev1", "web", 5);
    scene_say(&world, "stop dev1");
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 5);
    world_release(&world);
}

static void a_start_that_does_not_become_ready_says_what_is_missing(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1");
    world.unready = true;
    int64_t before = world.now;
    scene_say(&world, "start dev1");
    CU_ASSERT_TRUE(world.now >= before + 300);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is started, but after 5 min 2 s only 0/4 ready"));
    CU_ASSERT_TRUE(scene_last_contains(&world, "web 0/3 ready"));
    scene_say(&world, "status dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is degraded: 0/4 ready"));
    world_release(&world);
}

/* What is remembered is forgotten by then, and its number is told all the same. */
static void more_than_before_because_of_an_autoscaler_is_told(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev1");
    world_workload(&world, "dev1", "web")->minimum = 5;
    scene_say(&world, "start dev1");
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 5);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is up (6/6 ready"));
    CU_ASSERT_TRUE(
        scene_last_contains(&world, "With more than before, as the autoscaler has a higher minimum now: web."));
    scene_say(&world, "start dev1");
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 was up already (6/6 ready)"));
    CU_ASSERT_PTR_NULL(strstr(world_last(&world)->text, "With more than before"));
    world_release(&world);
}

static void the_status_of_several_is_one_table(void)
{
    struct world world;

    scene_set_up(&world);
    scene_say(&world, "stop dev2");
    scene_say(&world, "status");
    CU_ASSERT_TRUE(scene_last_contains(&world, "2 environments: 1 up, 1 stopped."));
    CU_ASSERT_TRUE(scene_last_contains(&world, "\ndev1         up        4/4    "));
    CU_ASSERT_TRUE(scene_last_contains(&world, "\ndev2         stopped   -      "));
    world_release(&world);
}

static void a_label_that_goes_away_ends_what_is_under_way_and_its_return_takes_it_up(void)
{
    struct world world;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1");
    for (int i = 0; i < 3; i++)
        (void) world_step(&world);
    world.namespaces[0].scheduler = SCHEDULER_ABSENT;
    world_see_namespace(&world, "dev1");
    world_run(&world);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is no environment any more"));
    int writes = world.writes;
    world.namespaces[0].scheduler = SCHEDULER_DISABLED;
    world_see_namespace(&world, "dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(scene_replicas(&world, "web"), 0);
    CU_ASSERT_EQUAL(world.writes, writes > 2 ? writes : 2);
    world_release(&world);
}

static void a_label_that_goes_away_while_the_decision_is_stored_leaves_everything_as_it_is(void)
{
    struct world world;

    scene_set_up(&world);
    world_type(&world, "U1", "stop dev1");
    while (world.queue.count > 0 && (world.queue.items[0].kind != EFFECT_SAVE || world.inbox_count == 0))
        (void) world_step(&world);
    CU_ASSERT_EQUAL(world.queue.count, 1);
    world.namespaces[0].scheduler = SCHEDULER_ABSENT;
    world_see_namespace(&world, "dev1");
    world_run(&world);
    CU_ASSERT_EQUAL(world.writes, 0);
    CU_ASSERT_TRUE(scene_last_contains(&world, "dev1 is no environment any more"));
    world_release(&world);
}

static void namespaces_that_come_and_go_leave_nothing_behind(void)
{
    struct world world;

    scene_set_up(&world);
    size_t before = world.engine->environments.count;
    for (int i = 0; i < 100; i++) {
        struct namespace passing = { .scheduler = SCHEDULER_ENABLED };
        struct event event = { .kind = EVENT_NAMESPACE, .seen = &passing };
        (void) snprintf(passing.name, sizeof passing.name, "preview-%d", i);
        (void) snprintf(passing.uid, sizeof passing.uid, "uid-%d", i);
        world_tell(&world, &event);
        event = (struct event){ .kind = EVENT_NAMESPACE_GONE, .namespace = passing.name, .uid = passing.uid };
        if (i % 2 == 0)
            world_run(&world);
        world_tell(&world, &event);
        world_run(&world);
    }
    CU_ASSERT_EQUAL(world.engine->environments.count, before);
    scene_say(&world, "stop dev1 dev2");
    CU_ASSERT_EQUAL(world.writes, 3);
    world_release(&world);
}

TEST_MAIN("bot/engine", TEST(a_stop_and_a_start_bring_every_count_back), TEST(what_is_so_already_is_not_written_again),
          TEST(every_mistake_is_answered_in_the_ack_to_its_author_alone), TEST(several_environments_get_one_answer),
          TEST(a_pattern_asks_first_and_its_button_is_what_acts), TEST(a_button_grants_nothing),
          TEST(owners_that_cannot_be_read_are_not_everybody),
          TEST(who_may_is_asked_again_when_a_wish_that_waited_begins), TEST(a_repeat_is_acked_and_has_no_effect),
          TEST(two_people_who_want_the_same_get_one_stop_and_two_answers),
          TEST(a_stop_is_finished_before_a_start_reverses_it), TEST(of_the_wishes_that_wait_only_the_latest_is_kept),
          TEST(what_is_excepted_excluded_or_owned_is_left), TEST(a_volume_that_would_be_deleted_is_refused_loudly),
          TEST(what_was_scaled_up_or_replaced_while_asleep_is_left),
          TEST(what_was_left_is_told_although_others_were_started),
          TEST(an_exception_that_is_no_workload_changes_nothing),
          TEST(a_namespace_of_the_same_name_is_another_environment),
          TEST(a_start_that_does_not_become_ready_says_what_is_missing),
          TEST(more_than_before_because_of_an_autoscaler_is_told), TEST(the_status_of_several_is_one_table),
          TEST(a_label_that_goes_away_ends_what_is_under_way_and_its_return_takes_it_up),
          TEST(a_label_that_goes_away_while_the_decision_is_stored_leaves_everything_as_it_is),
          TEST(namespaces_that_come_and_go_leave_nothing_behind))
