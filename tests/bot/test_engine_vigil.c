/* After a stop the engine looks whether somebody has started again what it stopped: told once, with a name, and not fought. */
#include "bot/engine.h"

#include "base/text.h"
#include "tests/bot/night_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { MINUTE_S = 60 };

static void set_up_stopped(struct night *night)
{
    night_set_up(night, "Mon-Fri 20:00", "11-24 15:00");
    world_type(&night->world, "U1", "stop dev1");
    world_run_until(&night->world, night->world.now + 5);
    CU_ASSERT_EQUAL(night_replicas(night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_count(night, EFFECT_POST), 0);
}

static void run_for(struct night *night, int64_t seconds)
{
    world_run_until(&night->world, night->world.now + seconds);
}

static void bring_back(struct night *night)
{
    world_scale(&night->world, "dev1", "web", 3);
    world_workload(&night->world, "dev1", "web")->manager = "argocd-controller";
}

static void play_all(struct world *world)
{
    while (world_step(world))
        ;
}

/* --- told ------------------------------------------------------------------------------------------------------ */

static void whoever_starts_again_what_was_stopped_is_named_once_and_not_fought(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up_stopped(&night);
    int writes = world->writes;
    bring_back(&night);
    run_for(&night, MINUTE_S);
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_TRUE(night_notice_contains(&night, "web of dev1 runs again with 3 replicas: "
                                                 "brought back by argocd-controller (Argo CD)"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "Curfew leaves that so"));
    CU_ASSERT_STRING_EQUAL(world_last_notice(world)->channel, "C1");
    run_for(&night, 60 * MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_EQUAL(world->writes, writes);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.state, RECORD_ASLEEP);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static void a_second_look_sees_what_the_first_could_not(void)
{
    struct night night;

    set_up_stopped(&night);
    run_for(&night, 2 * MINUTE_S);
    bring_back(&night);
    run_for(&night, 2 * MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
    run_for(&night, 2 * MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_TRUE(night_notice_contains(&night, "argocd-controller"));
    night_tear_down(&night);
}

static void what_is_done_later_is_nobodys_business(void)
{
    struct night night;

    set_up_stopped(&night);
    run_for(&night, 6 * MINUTE_S);
    bring_back(&night);
    run_for(&night, 60 * MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
    night_tear_down(&night);
}

static void a_cronjob_that_is_resumed_is_told_too(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    struct workload *job = world_add_workload(world, "dev1", "backup", 1);
    job->resource = "cronjobs.batch";
    job->action = RESOURCE_SUSPENDED;
    world_type(world, "U1", "stop dev1");
    run_for(&night, 5);
    CU_ASSERT_EQUAL(job->replicas, 0);
    world_scale(world, "dev1", "backup", 1);
    job->manager = "helm";
    run_for(&night, MINUTE_S);
    CU_ASSERT_TRUE(night_notice_contains(&night, "backup of dev1 is no longer suspended: brought back by helm"));
    night_tear_down(&night);
}

static void a_curfew_is_followed_by_looks_like_any_stop(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(&night.world, night_at("11-24 20:00") + 5);
    size_t posts = night_count(&night, EFFECT_POST);
    bring_back(&night);
    run_for(&night, MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), posts + 1);
    CU_ASSERT_TRUE(world_said_contains(&night.world, "web of dev1 runs again"));
    CU_ASSERT_FALSE(world_said_contains(&night.world, "of dev2 runs again"));
    night_tear_down(&night);
}

/* --- not told -------------------------------------------------------------------------------------------------- */

static void nothing_happens(struct night *night)
{
    (void) night;
}

static void a_person_starts_it(struct night *night)
{
    world_type(&night->world, "U2", "start dev1");
}

static void it_loses_its_label(struct night *night)
{
    bring_back(night);
    night->world.namespaces[0].scheduler = SCHEDULER_ABSENT;
    world_see_namespace(&night->world, "dev1");
}

static void it_is_deleted(struct night *night)
{
    world_remove_namespace(&night->world, "dev1");
}

static void it_is_made_anew(struct night *night)
{
    bring_back(night);
    text_copy_cut(night->world.namespaces[0].uid, KUBERNETES_UID_SIZE, "made anew");
    world_see_namespace(&night->world, "dev1");
}

static void its_workload_is_made_anew(struct night *night)
{
    bring_back(night);
    world_workload(&night->world, "dev1", "web")->uid = "made anew";
}

static void it_is_excluded(struct night *night)
{
    bring_back(night);
    world_workload(&night->world, "dev1", "web")->excluded = true;
}

static void something_new_runs(struct night *night)
{
    (void) world_add_workload(&night->world, "dev1", "new", 1);
}

static void the_program_ends(struct night *night)
{
    bring_back(night);
    engine_end(night->world.engine);
}

struct quiet_case {
    const char *name;
    void (*happens)(struct night *night);
};

static void what_is_no_quarrel_is_not_told(void)
{
    static const struct quiet_case cases[] = {
        { "nothing happens", nothing_happens },       { "a person starts it", a_person_starts_it },
        { "it loses its label", it_loses_its_label }, { "it is deleted", it_is_deleted },
        { "it is made anew", it_is_made_anew },       { "its workload is made anew", its_workload_is_made_anew },
        { "it is excluded", it_is_excluded },         { "something new runs", something_new_runs },
        { "the program ends", the_program_ends },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct night night;
        set_up_stopped(&night);
        cases[i].happens(&night);
        run_for(&night, 10 * MINUTE_S);
        case_number(cases[i].name, (int64_t) night_count(&night, EFFECT_POST), 0);
        case_holds(cases[i].name, !world_said_contains(&night.world, "runs again"));
        case_holds(cases[i].name, engine_is_idle(night.world.engine));
        night_tear_down(&night);
    }
}

static enum world_fault web_is_refused(struct world *world, enum effect_kind kind, const char *name)
{
    (void) world;
    return kind == EFFECT_SCALE && text_equal(name, "web") ? FAULT_REFUSED : FAULT_NONE;
}

/* The first answer is lost, so that the write may have happened, and its count stays remembered. */
static enum world_fault web_is_lost_then_refused(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind != EFFECT_SCALE || !text_equal(name, "web"))
        return FAULT_NONE;
    return world->chance++ == 0 ? FAULT_BEFORE : FAULT_REFUSED;
}

static void what_could_not_be_stopped_was_not_brought_back(void)
{
    enum world_fault (*const faults[])(struct world *, enum effect_kind, const char *) = { web_is_refused,
                                                                                           web_is_lost_then_refused };

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct night night;
        night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
        (void) world_add_workload(&night.world, "dev1", "api", 1);
        night.world.fault = faults[i];
        world_type(&night.world, "U1", "stop dev1");
        run_for(&night, 10 * MINUTE_S);
        CU_ASSERT_TRUE(world_said_contains(&night.world, "dev1 is partly stopped"));
        CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
        CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
        night_tear_down(&night);
    }
}

static void beside_what_could_not_be_stopped_the_rest_is_followed(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    (void) world_add_workload(&night.world, "dev1", "api", 1);
    night.world.fault = web_is_refused;
    world_type(&night.world, "U1", "stop dev1");
    run_for(&night, 5);
    world_scale(&night.world, "dev1", "api", 1);
    run_for(&night, MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_TRUE(night_notice_contains(&night, "api of dev1 runs again with 1 replica"));
    CU_ASSERT_FALSE(world_said_contains(&night.world, "web of dev1"));
    night_tear_down(&night);
}

/* --- what it costs, and what fails ----------------------------------------------------------------------------- */

static enum world_fault loads_are_counted(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    world->chance += kind == EFFECT_LOAD;
    return FAULT_NONE;
}

static void where_nothing_runs_the_store_is_not_asked(void)
{
    struct night night;

    set_up_stopped(&night);
    night.world.fault = loads_are_counted;
    run_for(&night, 10 * MINUTE_S);
    CU_ASSERT_EQUAL(night.world.chance, 0);
    night_tear_down(&night);
}

static void a_status_at_the_time_of_a_look_is_answered_and_the_look_goes_on(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up_stopped(&night);
    bring_back(&night);
    struct effect look = night_take(&night, EFFECT_OBSERVE);
    world_type(world, "U2", "status dev1");
    play_all(world);
    CU_ASSERT_TRUE(scene_last_contains(world, "dev1 is partly stopped: 1 workload still runs"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
    *effects_add(&world->queue, look.kind) = look;
    play_all(world);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    run_for(&night, 10 * MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

/* A person starts it while it is being looked at: what is seen is his doing. */
static void a_start_at_the_time_of_a_look_is_not_told(void)
{
    struct night night;
    struct world *world = &night.world;

    set_up_stopped(&night);
    struct effect look = night_take(&night, EFFECT_OBSERVE);
    world_type(world, "U2", "start dev1");
    play_all(world);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    *effects_add(&world->queue, look.kind) = look;
    run_for(&night, 10 * MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static enum world_fault next_observation_fails(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    return kind == EFFECT_OBSERVE && world->chance > 0 && world->chance-- > 0 ? FAULT_BEFORE : FAULT_NONE;
}

static enum world_fault next_load_fails(struct world *world, enum effect_kind kind, const char *name)
{
    (void) name;
    return kind == EFFECT_LOAD && world->chance > 0 && world->chance-- > 0 ? FAULT_BEFORE : FAULT_NONE;
}

static void a_look_that_fails_is_made_up_for_by_the_next(void)
{
    enum world_fault (*const faults[])(struct world *, enum effect_kind, const char *) = { next_observation_fails,
                                                                                           next_load_fails };

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct night night;
        set_up_stopped(&night);
        bring_back(&night);
        night.world.fault = faults[i];
        night.world.chance = 1;
        run_for(&night, 2 * MINUTE_S);
        CU_ASSERT_EQUAL(night.world.chance, 0);
        CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
        run_for(&night, 4 * MINUTE_S);
        CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
        night_tear_down(&night);
    }
}

static void looks_that_all_fail_are_given_up(void)
{
    struct night night;

    set_up_stopped(&night);
    bring_back(&night);
    night.world.fault = next_observation_fails;
    night.world.chance = 100;
    run_for(&night, 10 * MINUTE_S);
    CU_ASSERT_EQUAL(night.world.chance, 98);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
    CU_ASSERT_TRUE(engine_is_idle(night.world.engine));
    night_tear_down(&night);
}

static void a_clock_that_goes_back_makes_no_look_late(void)
{
    struct night night;
    const struct event event = { .kind = EVENT_TIME };

    set_up_stopped(&night);
    night.world.now -= 30 * MINUTE_S;
    world_tell(&night.world, &event);
    bring_back(&night);
    run_for(&night, MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    night_tear_down(&night);
}

/* The one before has nothing to say any more. */
static void another_stop_begins_other_looks(void)
{
    struct night night;

    set_up_stopped(&night);
    world_type(&night.world, "U2", "start dev1");
    run_for(&night, 4 * MINUTE_S);
    world_type(&night.world, "U2", "stop dev1");
    run_for(&night, 5);
    bring_back(&night);
    run_for(&night, MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    run_for(&night, 10 * MINUTE_S);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, what stays stopped", TEST(whoever_starts_again_what_was_stopped_is_named_once_and_not_fought),
          TEST(a_second_look_sees_what_the_first_could_not), TEST(what_is_done_later_is_nobodys_business),
          TEST(a_cronjob_that_is_resumed_is_told_too), TEST(a_curfew_is_followed_by_looks_like_any_stop),
          TEST(what_is_no_quarrel_is_not_told), TEST(what_could_not_be_stopped_was_not_brought_back),
          TEST(beside_what_could_not_be_stopped_the_rest_is_followed), TEST(where_nothing_runs_the_store_is_not_asked),
          TEST(a_status_at_the_time_of_a_look_is_answered_and_the_look_goes_on),
          TEST(a_start_at_the_time_of_a_look_is_not_told), TEST(a_look_that_fails_is_made_up_for_by_the_next),
          TEST(looks_that_all_fail_are_given_up), TEST(a_clock_that_goes_back_makes_no_look_late),
          TEST(another_stop_begins_other_looks))
