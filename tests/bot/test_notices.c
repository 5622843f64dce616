/* The messages that announce stops, through the engine: how many there are, of what they speak, and when they change. */
#include <stdio.h>
#include <string.h>

#include "bot/announcement.h"
#include "bot/button.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

/* Lines of a message about stops that stand. */
static size_t lines_of(const char *text)
{
    return night_occurrences(text, " stops 2025-11-24 20:00 UTC.");
}

/* Each environment of a message that is on its way is claimed for it in the store. */
static void check_claims(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    struct buffer text = { 0 };
    size_t claimed = 0;

    (void) answer;
    if (effect->kind != EFFECT_POST)
        return;
    message_write_plain(&effect->message, &text);
    for (size_t i = 0; i < WORLD_RECORDS_MAX; i++) {
        const struct record *record = &world->records[i].record;
        claimed += world->records[i].used && record->notice == effect->post.notice &&
                   record->warned_stop_at == night_at("11-24 20:00") && record->warned_before_s == 3600;
    }
    CU_ASSERT_EQUAL(claimed, night_occurrences(buffer_text(&text), "20:00 UTC."));
    CU_ASSERT_TRUE(claimed > 0);
    buffer_release(&text);
}

static void a_hundred_stops_at_once_in_one_channel_are_three_messages(void)
{
    struct night night;
    char name[16], part[32];

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    for (int i = 0; i < 100; i++) {
        (void) snprintf(name, sizeof name, "dev-%03d", (i * 37) % 100);
        night_add(&night, name, 1, NULL);
    }
    night_begin(&night);
    night.world.slack = check_claims;
    world_run_until(&night.world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct world_said *said = night_said(&night, EFFECT_POST, i);
        CU_ASSERT_EQUAL(lines_of(said->text), i < 2 ? ANNOUNCEMENT_LINES_MAX : 10);
        (void) snprintf(part, sizeof part, "dev-%03d stops", (int) i * ANNOUNCEMENT_LINES_MAX);
        CU_ASSERT_PTR_NOT_NULL(strstr(said->text, part)); /* in the order of the names */
    }
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_UPDATE), 0);
    night_tear_down(&night);
}

static void the_lines_are_in_the_order_of_the_names_whichever_is_claimed_first(void)
{
    struct night night;
    struct effects *queue = &night.world.queue;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    struct effect claim = night_take(&night, EFFECT_SAVE);
    CU_ASSERT_STRING_EQUAL(claim.namespace, "dev1");
    CU_ASSERT_TRUE(world_step(&night.world));
    *effects_add(queue, EFFECT_SAVE) = claim;
    world_run_until(&night.world, night_at("11-24 19:01"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    const char *text = night_said(&night, EFFECT_POST, 0)->text;
    CU_ASSERT_EQUAL_FATAL(lines_of(text), 2);
    CU_ASSERT_TRUE(strstr(text, "dev1") < strstr(text, "dev2"));
    night_tear_down(&night);
}

static void each_channel_has_its_own_message(void)
{
    struct night night;

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(&night, "dev1", 1, NULL);
    night_add(&night, "dev2", 1, "C2");
    night_add(&night, "dev3", 1, "C2");
    night_begin(&night);
    world_run_until(&night.world, night_at("11-24 19:01"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 2);
    const struct world_said *first = night_said(&night, EFFECT_POST, 0), *second = night_said(&night, EFFECT_POST, 1);
    CU_ASSERT_STRING_EQUAL(first->channel, "C1");
    CU_ASSERT_EQUAL(lines_of(first->text), 1);
    CU_ASSERT_STRING_EQUAL(second->channel, "C2");
    CU_ASSERT_EQUAL(lines_of(second->text), 2);
    CU_ASSERT_PTR_NULL(strstr(second->text, "dev1"));
    night_tear_down(&night);
}

static void the_next_warning_is_a_new_message_and_takes_the_buttons_of_the_one_before(void)
{
    struct night night;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(&night.world, night_at("11-24 19:40"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 2);
    const struct world_said *first = night_said(&night, EFFECT_POST, 0), *last = world_last_notice(&night.world);
    CU_ASSERT_EQUAL(last->kind, EFFECT_UPDATE);
    CU_ASSERT_STRING_EQUAL(last->message, first->message);
    CU_ASSERT_EQUAL(night_occurrences(last->text, ": a later message says when it stops."), 2);
    CU_ASSERT_EQUAL(last->button_count, 0);
    CU_ASSERT_EQUAL(lines_of(night_said(&night, EFFECT_POST, 1)->text), 2);
    night_tear_down(&night);
}

static void tell_posted(struct night *night, const struct effect *effect)
{
    const struct event event = { .kind = EVENT_POSTED,
                                 .ticket = effect->ticket,
                                 .posted = POST_OK,
                                 .message = effect->post.message,
                                 .slack_error = "" };

    world_tell(&night->world, &event);
}

static void what_changes_while_an_update_is_under_way_is_one_more_update(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    world_type(world, "U1", "prolongate dev1 for 1h");
    struct effect update = night_take(&night, EFFECT_UPDATE);
    world_type(world, "U2", "prolongate dev2 for 1h");
    world_type(world, "U3", "prolongate dev1 for 2h");
    world_type(world, "U4", "prolongate dev2 for 3h");
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_UPDATE), 0);
    tell_posted(&night, &update);
    effect_release(&update);
    world_run_until(world, night_at("11-24 19:13"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_UPDATE), 1);
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 is kept awake until 2025-11-24 23:00 UTC by @U3."));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev2 is kept awake until 2025-11-25 00:00 UTC by @U4."));
    night_tear_down(&night);
}

static void after_a_restart_the_message_says_what_became_of_its_stops_meanwhile(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    const struct world_said posted = *night_said(&night, EFFECT_POST, 0);
    engine_free(world->engine);
    world->engine = NULL;
    world->namespaces[1].scheduler = SCHEDULER_DISABLED;
    world_boot(world);
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_STRING_EQUAL(world_last_notice(world)->message, posted.message);
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 stops 2025-11-24 20:00 UTC."));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev2 has no curfew any more"));
    world_press(world, "U1", world_last_notice(world), action_keep_1h);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 is kept awake until 2025-11-24 21:00 UTC by @U1."));
    night_tear_down(&night);
}

static void a_day_after_a_restart_leaves_the_message_alone(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Fri 20:00", "11-28 15:00");
    world_run_until(world, night_at("11-29 20:30"));
    size_t updates = night_count(&night, EFFECT_UPDATE);
    CU_ASSERT_TRUE(world->notice_count > 0);
    world_crash(world);
    world_run_until(world, night_at("11-29 21:00"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_UPDATE), updates);
    night_tear_down(&night);
}

static void a_deleted_environment_stays_a_line_of_the_message(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world_run_until(world, night_at("11-24 19:10"));
    world_remove_namespace(world, "dev1");
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 has no curfew any more"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev2 stops 2025-11-24 20:00 UTC."));
    world_remove_namespace(world, "dev2");
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev2 has no curfew any more"));
    CU_ASSERT_EQUAL(world_last_notice(world)->button_count, 0);
    world_run_until(world, night_at("11-28 12:00"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    night_tear_down(&night);
}

static void one_deleted_while_its_message_is_on_its_way_is_struck_out_behind_it(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_run_to(&night, EFFECT_POST);
    world_remove_namespace(world, "dev1");
    world_remove_namespace(world, "dev2");
    world_run_until(world, night_at("11-24 19:05"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 has no curfew any more"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev2 has no curfew any more"));
    night_tear_down(&night);
}

static void one_deleted_before_its_message_is_written_is_not_in_it(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_run_to(&night, EFFECT_SAVE);
    world_remove_namespace(world, "dev1");
    world_run_until(world, night_at("11-24 19:05"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_EQUAL(lines_of(night_said(&night, EFFECT_POST, 0)->text), 1);
    CU_ASSERT_PTR_NULL(strstr(night_said(&night, EFFECT_POST, 0)->text, "dev1"));
    night_tear_down(&night);
}

TEST_MAIN("bot/notices", TEST(a_hundred_stops_at_once_in_one_channel_are_three_messages),
          TEST(the_lines_are_in_the_order_of_the_names_whichever_is_claimed_first),
          TEST(each_channel_has_its_own_message),
          TEST(the_next_warning_is_a_new_message_and_takes_the_buttons_of_the_one_before),
          TEST(what_changes_while_an_update_is_under_way_is_one_more_update),
          TEST(after_a_restart_the_message_says_what_became_of_its_stops_meanwhile),
          TEST(a_day_after_a_restart_leaves_the_message_alone), TEST(a_deleted_environment_stays_a_line_of_the_message),
          TEST(one_deleted_while_its_message_is_on_its_way_is_struck_out_behind_it),
          TEST(one_deleted_before_its_message_is_written_is_not_in_it))
