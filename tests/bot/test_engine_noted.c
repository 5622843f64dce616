/* What `kubectl get events` shows of stops and starts, and which workloads an environment is asked about: curfew/app. */
#include "bot/engine.h"

#include <stdio.h>

#include "base/text.h"
#include "tests/bot/night_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { MINUTE_S = 60 };

/* Somebody whose name is known types text, and what follows within seconds happens. */
static void type_as(struct night *night, const char *name, const char *text)
{
    struct world *world = &night->world;
    struct inbox_entry entry = { .kind = "command", .user = "U1" };
    struct event event = { .kind = EVENT_REQUEST, .request = &entry, .accepts_payload = true };

    (void) snprintf(entry.key, sizeof entry.key, "command/T1/U1/%d", ++world->versions);
    text_copy_cut(entry.name, sizeof entry.name, name);
    text_copy_cut(entry.text, sizeof entry.text, text);
    event.delivery = ++world->deliveries;
    world_tell(world, &event);
    world_run_until(world, world->now + 10);
}

static void forget_notes(struct world *world)
{
    world->noted[0] = '\0';
    world->noted_reason = "";
    world->noted_warning = false;
}

static void check_noted(const struct world *world, const char *reason, bool is_warning, const char *sentence)
{
    case_text("sentence", world->noted, sentence);
    case_text("reason", world->noted_reason == NULL ? "" : world->noted_reason, reason);
    case_number("warning", world->noted_warning, is_warning);
}

static void a_stop_and_a_start_are_events_by_whom_they_were_wanted(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    type_as(&night, "ann", "stop dev1");
    check_noted(world, "Stopped", false, "Stopped by @ann");
    CU_ASSERT_STRING_EQUAL(world->noted_uid, "uid-of-dev1");
    type_as(&night, "ann", "start dev1");
    check_noted(world, "Started", false, "Started by @ann");
    type_as(&night, "", "stop dev1");
    check_noted(world, "Stopped", false, "Stopped by U1");
    night_tear_down(&night);
}

static void what_is_so_already_and_what_is_only_read_are_no_events(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    forget_notes(&night.world);
    type_as(&night, "ann", "start dev1");
    type_as(&night, "ann", "status dev1");
    type_as(&night, "ann", "prolongate dev1 for 1h");
    check_noted(&night.world, "", false, "");
    night_tear_down(&night);
}

static void what_the_schedule_does_is_an_event_too(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 08:00-20:00", "11-24 15:00");
    world_run_until(&night.world, night_at("11-24 20:01"));
    check_noted(&night.world, "Curfew", false, "Curfew at 20:00 UTC");
    world_run_until(&night.world, night_at("11-25 08:01"));
    check_noted(&night.world, "Started", false, "Started by the schedule");
    night_tear_down(&night);
}

static enum world_fault web_is_refused(struct world *world, enum effect_kind kind, const char *name)
{
    (void) world;
    return kind == EFFECT_SCALE && text_equal(name, "web") ? FAULT_REFUSED : FAULT_NONE;
}

static void what_came_about_in_part_is_a_warning(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    (void) world_add_workload(&night.world, "dev1", "api", 1);
    night.world.fault = web_is_refused;
    type_as(&night, "ann", "stop dev1");
    check_noted(&night.world, "Stopped", true, "Stopped by @ann; 1 could not be changed");
    world_run_until(&night.world, night_at("11-24 20:01"));
    check_noted(&night.world, "Curfew", true, "Curfew at 20:00 UTC; 1 could not be changed");
    night_tear_down(&night);
}

static void what_does_not_become_ready_is_a_warning(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    type_as(&night, "ann", "stop dev1");
    night.world.unready = true;
    type_as(&night, "ann", "start dev1");
    world_workload(&night.world, "dev1", "web")->replicas_ready = 1;
    world_run_until(&night.world, night.world.now + 6 * MINUTE_S);
    check_noted(&night.world, "Started", true, "Started by @ann; 1 of 3 pods ready in time");
    night_tear_down(&night);
}

static enum world_fault nothing_is_read(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    return kind == EFFECT_OBSERVE && world->chance == 0 ? FAULT_BEFORE : FAULT_NONE;
}

static void what_fails_is_a_warning_that_says_why(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    night.world.fault = nothing_is_read;
    type_as(&night, "ann", "stop dev1");
    check_noted(&night.world, "CurfewFailed", true, "Not stopped: the API server does not answer");
    night_tear_down(&night);
}

static void what_fails_by_itself_again_and_again_is_one_event(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(&night, "dev1", 3, NULL);
    night_begin(&night);
    world->fault = nothing_is_read;
    world_run_until(world, night_at("11-24 20:01"));
    check_noted(world, "CurfewFailed", true, "Not stopped: the API server does not answer");
    forget_notes(world);
    world_run_until(world, night_at("11-24 20:15"));
    check_noted(world, "", false, "");
    world->chance = 1;
    world_run_until(world, night_at("11-24 20:17"));
    check_noted(world, "Curfew", false, "Curfew at 20:00 UTC");
    night_tear_down(&night);
}

/* --- curfew/app ------------------------------------------------------------------------------------------------ */

static void set_app(struct night *night, const char *text)
{
    struct namespace *namespace = &night->world.namespaces[0];

    text_copy_cut(namespace->app, sizeof namespace->app, text);
    world_see_namespace(&night->world, namespace->name);
}

/* What the next reading of dev1 is asked to look at. */
static void check_asked(struct night *night, const char *expected)
{
    world_type(&night->world, "U1", "status dev1");
    struct effect reading = night_take(night, EFFECT_OBSERVE);
    case_text("curfew/app", reading.text == NULL ? "the default" : reading.text, expected);
    *effects_add(&night->world.queue, reading.kind) = reading;
    while (world_step(&night->world))
        ;
}

static void what_decides_whether_it_is_up_is_handed_to_the_reading(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    check_asked(&night, "the default");
    set_app(&night, "app=web,tier in (front, back)");
    check_asked(&night, "app=web,tier in (front, back)");
    CU_ASSERT_FALSE(world_said_contains(&night.world, "curfew/app"));
    set_app(&night, "");
    check_asked(&night, "the default");
    night_tear_down(&night);
}

static void a_selector_that_is_wrong_is_said_and_the_default_stands(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    set_app(&night, "app in (web");
    check_asked(&night, "the default");
    CU_ASSERT_TRUE(scene_last_contains(&night.world, "curfew/app"));
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, Events and curfew/app", TEST(a_stop_and_a_start_are_events_by_whom_they_were_wanted),
          TEST(what_is_so_already_and_what_is_only_read_are_no_events), TEST(what_the_schedule_does_is_an_event_too),
          TEST(what_came_about_in_part_is_a_warning), TEST(what_does_not_become_ready_is_a_warning),
          TEST(what_fails_is_a_warning_that_says_why), TEST(what_fails_by_itself_again_and_again_is_one_event),
          TEST(what_decides_whether_it_is_up_is_handed_to_the_reading),
          TEST(a_selector_that_is_wrong_is_said_and_the_default_stands))
