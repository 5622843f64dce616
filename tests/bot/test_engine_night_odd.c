/* Clocks, stores and names that are odd, and many that fail at once: the engine asks for nothing over and over, and the next
 * curfew falls all the same. */
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

enum {
    DAY_S = 24 * 60 * 60,
    MANY = 200,      /* as much as the schedule may have under way at once, here */
    STEPS_MAX = 100, /* of one instant with one or two environments; a dozen is usual */
    NAMED = 40,      /* environments in one command */
};

static void set_clock(struct world *world, int64_t now)
{
    const struct event event = { .kind = EVENT_TIME };

    world->now = now;
    world_tell(world, &event);
}

/* Whether this instant comes to an end soon. */
static bool comes_to_rest(struct world *world)
{
    for (int steps = 0; steps < STEPS_MAX; steps++)
        if (!world_step(world))
            return true;
    return false;
}

/* In short spans: world_run_until() takes many turns for endless ones. */
static void run_slowly(struct world *world, int64_t until)
{
    while (world->now < until)
        world_run_until(world, world->now + 5 < until ? world->now + 5 : until);
}

/* a000, a001 and so on, each with one pod. */
static void add_many(struct night *night, size_t count)
{
    char name[NAMESPACE_NAME_SIZE];

    for (size_t i = 0; i < count; i++) {
        (void) snprintf(name, sizeof name, "a%03zu", i);
        night_add(night, name, 1, NULL);
    }
}

/* --- instants in the future -------------------------------------------------------------------------------------- */

static void a_clock_that_was_far_ahead_does_not_lose_the_next_curfews(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 08:00-20:00", "11-24 10:00");
    set_clock(world, night_at("12-01 22:00"));
    world_run_until(world, night_at("12-01 22:20"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    set_clock(world, night_at("11-24 10:20"));
    world_run_until(world, night_at("11-25 08:30"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    world_run_until(world, night_at("11-25 21:00"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    world_run_until(world, night_at("11-26 08:30"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 3);
    night_tear_down(&night);
}

/* Awake since next year, with something that is remembered. */
static void write_future(struct world *world, const char *namespace)
{
    const struct journal_entry entry = { .resource = "deployments.apps", .name = "other", .uid = "x", .replicas = 1 };

    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++) {
        struct world_record *item = &world->records[i];
        if (!item->used || !text_equal(item->record.namespace, namespace))
            continue;
        item->record.since_at = world->now + (int64_t) 365 * DAY_S;
        item->record.remembered = 1;
        journal_add(&item->journal, &entry);
    }
}

static void a_record_of_the_future_is_not_read_over_and_over(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 10:00");
    write_future(world, "dev1");
    world_crash(world);
    world_run_until(world, night_at("11-24 19:59"));
    set_clock(world, night_at("11-24 20:00"));
    CU_ASSERT_TRUE_FATAL(comes_to_rest(world));
    world_run_until(world, night_at("11-24 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    night_tear_down(&night);
}

/* --- stores and names -------------------------------------------------------------------------------------------- */

/* It expired, or somebody removed it. */
static void an_entry_of_the_inbox_that_is_gone_is_not_read_over_and_over(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 10:00");
    world_type(world, "U1", "prolongate dev1 for 2h");
    CU_ASSERT_TRUE(world_step(world)); /* it is stored */
    world->inbox_count = 0;
    world->inbox[0] = (struct inbox_entry){ .done = false };
    CU_ASSERT_TRUE_FATAL(comes_to_rest(world));
    world_run_until(world, world->now + 60);
    CU_ASSERT_EQUAL(world_record(world, "dev1")->record.deadline_at, night_at("11-24 22:00"));
    CU_ASSERT_TRUE(engine_is_idle(world->engine));
    night_tear_down(&night);
}

static void a_stop_of_a_namespace_named_like_a_word_of_ours_is_taken_up_again(void)
{
    static const char *const names[] = { "for", "until", "except", "all", "2h", "90" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct night night;
        struct world *world = &night.world;
        night_open(&night, "Mon-Fri 08:00-20:00", "11-24 19:59");
        world->options.warnings.count = 0;
        night_add(&night, names[i], 3, NULL);
        night_begin(&night);
        night_run_to(&night, EFFECT_SCALE);
        world_crash(world);
        CU_ASSERT_TRUE_FATAL(comes_to_rest(world));
        world_run_until(world, night_at("11-25 07:00"));
        CU_ASSERT_EQUAL(world_record(world, names[i])->record.state, RECORD_ASLEEP);
        CU_ASSERT_EQUAL(night_replicas(&night, names[i]), 0);
        set_clock(world, night_at("11-25 08:00"));
        CU_ASSERT_TRUE_FATAL(comes_to_rest(world));
        world_run_until(world, night_at("11-25 08:05"));
        CU_ASSERT_EQUAL(night_replicas(&night, names[i]), 3);
        night_tear_down(&night);
    }
}

/* More than fit into one message. */
static void many_records_that_name_one_message_are_borne(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 18:00");
    add_many(&night, 60);
    night_begin(&night);
    world_run_until(world, night_at("11-24 19:01"));
    CU_ASSERT_NOT_EQUAL_FATAL(world->notice_count, 0);
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++)
        world->records[i].record.notice = world->notices[0].id;
    world_crash(world);
    run_slowly(world, night_at("11-24 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "a000"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "a059"), 0);
    night_tear_down(&night);
}

/* --- many -------------------------------------------------------------------------------------------------------- */

/* No write is answered, and all but "good" cannot be read once their stop is stored. */
static enum world_fault unobservable_while_stopping(struct world *world, enum effect_kind kind, const char *name)
{
    if (kind == EFFECT_SCALE)
        return FAULT_AFTER;
    const struct world_record *record = kind == EFFECT_OBSERVE ? world_record(world, name) : NULL;
    bool fails = record != NULL && !text_equal(name, "good") && record->record.state == RECORD_STOPPING;

    return fails ? FAULT_BEFORE : FAULT_NONE;
}

static void many_stops_that_fail_do_not_keep_the_others_awake(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 19:50");
    world->options.warnings.count = 0;
    world->options.operating_max = MANY;
    add_many(&night, MANY);
    night_add(&night, "good", 1, NULL);
    night_begin(&night);
    world->fault = unobservable_while_stopping;
    run_slowly(world, night_at("11-24 20:10"));
    CU_ASSERT_EQUAL(world_record(world, "a000")->record.state, RECORD_STOPPING);
    CU_ASSERT_EQUAL(night_replicas(&night, "good"), 0);
    night_tear_down(&night);
}

/* Their pods do not come up, and they are stopped late at night. */
static void let_roll_out_for_long(struct world *world)
{
    for (size_t i = 0; i < MANY; i++) {
        struct namespace *namespace = &world->namespaces[i];
        text_copy_cut(namespace->schedule, sizeof namespace->schedule, "Mon-Fri 23:00");
        world_workload(world, namespace->name, "web")->settled = false;
    }
}

static void start_many(struct world *world)
{
    for (size_t first = 0; first < MANY; first += NAMED) {
        released_by(buffer_release) struct buffer text = { 0 };
        buffer_append_format(&text, "start");
        for (size_t i = first; i < first + NAMED; i++)
            buffer_append_format(&text, " a%03zu", i);
        world_type(world, "U1", buffer_text(&text));
    }
}

static void starts_of_people_that_wait_until_all_is_ready_hold_up_no_curfew(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 19:40");
    world->options.warnings = (struct plan_warnings){ .before_s = { 900 }, .count = 1 };
    world->options.operating_max = MANY;
    add_many(&night, MANY);
    let_roll_out_for_long(world);
    night_add(&night, "good", 1, NULL);
    night_begin(&night);
    run_slowly(world, night_at("11-24 19:44"));
    start_many(world);
    run_slowly(world, night_at("11-24 19:46"));
    CU_ASSERT_FALSE(engine_is_idle(world->engine));
    CU_ASSERT_EQUAL(world_record(world, "good")->record.warned_stop_at, night_at("11-24 20:00"));
    night_tear_down(&night);
}

TEST_MAIN("bot/engine, odd clocks, stores and names, and many at once",
          TEST(a_clock_that_was_far_ahead_does_not_lose_the_next_curfews),
          TEST(a_record_of_the_future_is_not_read_over_and_over),
          TEST(an_entry_of_the_inbox_that_is_gone_is_not_read_over_and_over),
          TEST(a_stop_of_a_namespace_named_like_a_word_of_ours_is_taken_up_again),
          TEST(many_records_that_name_one_message_are_borne), TEST(many_stops_that_fail_do_not_keep_the_others_awake),
          TEST(starts_of_people_that_wait_until_all_is_ready_hold_up_no_curfew))
