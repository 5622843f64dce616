/* What people ask for beside the night: the schedule of an environment, shown and set, and its history. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

static void say(struct night *night, const char *user, const char *text)
{
    world_type(&night->world, user, text);
    world_run_until(&night->world, night->world.now + 30);
}

static const char *annotation(const struct night *night)
{
    return night->world.namespaces[0].schedule;
}

static void a_schedule_is_shown_with_the_days_to_come(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-27 15:00");
    say(&night, "U1", "schedule dev1");
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "dev1 has the default schedule: Mon-Fri 20:00 UTC."));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "Thu: stops 2025-11-27 20:00 UTC"));
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "Mon: stops 2025-12-01 20:00 UTC"));
    CU_ASSERT_PTR_NULL(strstr(world_last(&night.world)->text, "Sat:"));
    CU_ASSERT_EQUAL(night.world.history_count, 0);
    night_tear_down(&night);
}

static void a_schedule_is_noted_and_then_set_and_counts_at_once(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_type(world, "U1", "schedule dev1 Mon-Fri 18:00 Europe/Berlin");
    night_run_to(&night, EFFECT_ANNOTATE);
    CU_ASSERT_EQUAL_FATAL(world->history_count, 1);
    CU_ASSERT_STRING_EQUAL(world->history[0].namespace, "dev1");
    CU_ASSERT_STRING_EQUAL(world->history[0].act, "schedule Mon-Fri 18:00 Europe/Berlin");
    CU_ASSERT_STRING_EQUAL(world->history[0].by, "U1");
    CU_ASSERT_STRING_EQUAL(world->history[0].from, "command");
    CU_ASSERT_STRING_EQUAL(annotation(&night), "");
    world_run_until(world, night_at("11-24 15:02"));
    CU_ASSERT_STRING_EQUAL(annotation(&night), "Mon-Fri 18:00 Europe/Berlin");
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 has a new schedule: Mon-Fri 18:00 Europe/Berlin."));
    CU_ASSERT_TRUE(world_said_contains(world, "Mon: stops 2025-11-24 17:00 UTC"));
    world_run_until(world, night_at("11-24 17:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 2);
    night_tear_down(&night);
}

static void default_takes_it_away(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    say(&night, "U1", "schedule dev1 never");
    CU_ASSERT_STRING_EQUAL(annotation(&night), "never");
    CU_ASSERT_TRUE(scene_last_contains(world, "It has no curfew."));
    say(&night, "U1", "schedule dev1 default");
    CU_ASSERT_STRING_EQUAL(annotation(&night), "");
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 has the default schedule again: Mon-Fri 20:00 UTC."));
    world_run_until(world, night_at("11-24 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void what_somebody_was_promised_outlives_another_schedule(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    say(&night, "U1", "prolongate dev1 for 2h");
    say(&night, "U2", "schedule dev1 Mon-Fri 18:00");
    CU_ASSERT_TRUE(scene_last_contains(world, "It stops 2025-11-24 22:00 UTC (kept awake by @U1)."));
    world_run_until(world, night_at("11-24 21:59"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-24 22:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

static void a_wrong_schedule_is_answered_with_what_is_allowed(void)
{
    static const struct {
        const char *spec, *answer;
    } cases[] = {
        { "Mon-Fri 25:00", "25:00" },
        { "Mon-Fry 20:00", "Fry" },
        { "Mon-Fri 20:00 Europe/Berlinn", "Europe/Berlin" },
        { "Mon-Fri", "Mon-Fri" },
        { "61 20 * * *", "61" },
        { "Пн-Пт 20:00", "allowed are" },
        { "Mon-Fri 20:00;", "a rule is missing" },
    };
    struct night night;
    char typed[200];

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void) snprintf(typed, sizeof typed, "schedule dev1 %s", cases[i].spec);
        say(&night, "U1", typed);
        CU_ASSERT_TRUE(scene_last_contains(&night.world, cases[i].answer));
        CU_ASSERT_FALSE(world_last(&night.world)->in_channel);
        CU_ASSERT_STRING_EQUAL(annotation(&night), "");
    }
    CU_ASSERT_EQUAL(night.world.history_count, 0);
    CU_ASSERT_EQUAL(night.world.inbox_count, 0);
    night_tear_down(&night);
}

static void only_owners_set_it_and_everybody_may_see_it(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    text_copy_cut(world->namespaces[0].owners, sizeof world->namespaces[0].owners, "U2");
    world_see_namespace(world, "dev1");
    say(&night, "U1", "schedule dev1 never");
    CU_ASSERT_TRUE(scene_last_contains(world, "Only its owners (U2) may schedule dev1"));
    CU_ASSERT_STRING_EQUAL(annotation(&night), "");
    CU_ASSERT_EQUAL_FATAL(world->history_count, 1);
    CU_ASSERT_TRUE(world->history[0].refused);
    say(&night, "U1", "schedule dev1");
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 has the default schedule"));
    say(&night, "U2", "schedule dev1 never");
    CU_ASSERT_STRING_EQUAL(annotation(&night), "never");
    night_tear_down(&night);
}

/* --- when the other side fails --------------------------------------------------------------------------------- */

static enum world_fault silent_twice(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    return kind == EFFECT_ANNOTATE && world->chance++ < 2 ? FAULT_BEFORE : FAULT_NONE;
}

static enum world_fault silent(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    if (kind != EFFECT_ANNOTATE)
        return FAULT_NONE;
    world->chance++;
    return FAULT_BEFORE;
}

static enum world_fault refusing(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    world->chance += kind == EFFECT_ANNOTATE;
    return kind == EFFECT_ANNOTATE ? FAULT_REFUSED : FAULT_NONE;
}

static void an_api_server_that_does_not_answer_is_asked_again_and_then_it_is_said(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->fault = silent_twice;
    say(&night, "U1", "schedule dev1 never");
    CU_ASSERT_EQUAL(world->chance, 3);
    CU_ASSERT_STRING_EQUAL(annotation(&night), "never");
    CU_ASSERT_EQUAL(world->history_count, 1);
    world->fault = silent;
    world->chance = 0;
    say(&night, "U1", "schedule dev1 default");
    CU_ASSERT_EQUAL(world->chance, 4);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1: its schedule was not changed: the API server does not answer."));
    CU_ASSERT_FALSE(world_last(world)->in_channel);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static void a_refusal_is_said_and_not_tried_again(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->fault = refusing;
    say(&night, "U1", "schedule dev1 never");
    CU_ASSERT_EQUAL(world->chance, 1);
    CU_ASSERT_TRUE(scene_last_contains(world, "its schedule was not changed: the service account may not patch"));
    CU_ASSERT_STRING_EQUAL(annotation(&night), "");
    night_tear_down(&night);
}

static enum world_fault forgetful(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind == EFFECT_ANNOTATE)
        world->chance++;
    return kind == EFFECT_SAVE && text_equal(name, "history") ? FAULT_BEFORE : FAULT_NONE;
}

static void what_cannot_be_noted_is_not_done(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->fault = forgetful;
    say(&night, "U1", "schedule dev1 never");
    CU_ASSERT_EQUAL(world->chance, 0);
    CU_ASSERT_TRUE(scene_last_contains(world, "its schedule was not changed: the store does not answer."));
    CU_ASSERT_STRING_EQUAL(annotation(&night), "");
    night_tear_down(&night);
}

static void a_namespace_that_was_made_anew_meanwhile_keeps_its_own(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_type(world, "U1", "schedule dev1 never");
    night_run_to(&night, EFFECT_ANNOTATE);
    text_copy_cut(world->namespaces[0].uid, sizeof world->namespaces[0].uid, "another");
    world_run_until(world, world->now + 30);
    CU_ASSERT_STRING_EQUAL(annotation(&night), "");
    CU_ASSERT_TRUE(scene_last_contains(world, "its schedule was not changed: namespace dev1 is not there."));
    night_tear_down(&night);
}

/* Stored, acked, and then the process dies at any step: it is set, noted once and answered. */
static void a_schedule_that_was_accepted_survives_the_process(void)
{
    for (int steps = 1; steps < 7; steps++) {
        struct night night;
        struct world *world = &night.world;
        night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
        world_type(world, "U1", "schedule dev1 never");
        for (int i = 0; i < steps; i++)
            (void) world_step(world);
        world_crash(world);
        world_run_until(world, world->now + 30);
        CU_ASSERT_STRING_EQUAL(annotation(&night), "never");
        CU_ASSERT_EQUAL(world->history_count, 1);
        CU_ASSERT_TRUE(world_said_contains(world, "dev1 has a new schedule: never"));
        CU_ASSERT_TRUE(world->inbox[0].done);
        night_tear_down(&night);
    }
}

/* --- the history ----------------------------------------------------------------------------------------------- */

static void the_history_says_who_did_what_newest_first(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    say(&night, "U1", "prolongate dev1 for 2h");
    say(&night, "U3", "prolongate dev2 for 1h");
    say(&night, "U2", "stop dev1");
    say(&night, "U9", "history dev1");
    const char *text = world_last(world)->text;
    const char *stop = strstr(text, "@U2 (command): stop"), *prolong = strstr(text, "@U1 (command): prolongate for 2h");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stop);
    CU_ASSERT_PTR_NOT_NULL_FATAL(prolong);
    CU_ASSERT_TRUE(stop < prolong);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "kept awake until 2025-11-24 22:00 UTC"));
    CU_ASSERT_PTR_NULL(strstr(text, "U3"));
    CU_ASSERT_FALSE(world_last(world)->in_channel);
    say(&night, "U9", "history dev3");
    CU_ASSERT_TRUE(scene_last_contains(world, "No environment dev3"));
    night_tear_down(&night);
}

static void what_happens_by_itself_is_in_the_history(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 19:30");
    world_run_until(world, night_at("11-24 20:05"));
    say(&night, "U9", "history dev1");
    CU_ASSERT_TRUE(
        scene_last_contains(world, "2025-11-24 20:00 UTC  the schedule: stop: stopped, 1 workload remembered"));
    night_tear_down(&night);
}

static enum world_fault unreadable(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    world->chance += kind == EFFECT_RECALL;
    return kind == EFFECT_RECALL ? FAULT_BEFORE : FAULT_NONE;
}

static void a_history_that_cannot_be_read_is_said(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->fault = unreadable;
    say(&night, "U1", "history dev1");
    CU_ASSERT_EQUAL(world->chance, 4);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1: its history cannot be read: the store does not answer."));
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, errands", TEST(a_schedule_is_shown_with_the_days_to_come),
          TEST(a_schedule_is_noted_and_then_set_and_counts_at_once), TEST(default_takes_it_away),
          TEST(what_somebody_was_promised_outlives_another_schedule),
          TEST(a_wrong_schedule_is_answered_with_what_is_allowed), TEST(only_owners_set_it_and_everybody_may_see_it),
          TEST(an_api_server_that_does_not_answer_is_asked_again_and_then_it_is_said),
          TEST(a_refusal_is_said_and_not_tried_again), TEST(what_cannot_be_noted_is_not_done),
          TEST(a_namespace_that_was_made_anew_meanwhile_keeps_its_own),
          TEST(a_schedule_that_was_accepted_survives_the_process), TEST(the_history_says_who_did_what_newest_first),
          TEST(what_happens_by_itself_is_in_the_history), TEST(a_history_that_cannot_be_read_is_said))
