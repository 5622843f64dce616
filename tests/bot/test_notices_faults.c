/* Messages that Slack does not take, or may have taken: each stop is announced once, and what fails stops nothing else. The
 * counter world.chance counts the calls of a test's Slack. */
#include <string.h>

#include "base/text.h"
#include "bot/button.h"
#include "tests/bot/night_scene.h"
#include "tests/test_main.h"

static void archived(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    (void) world;
    if (!text_equal(effect->post.channel, "C1"))
        return;
    answer->posted = POST_REFUSED;
    answer->slack_error = "is_archived";
}

static void a_channel_that_fails_is_reported_once_and_stops_nothing_else(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(&night, "dev1", 3, NULL);
    night_add(&night, "dev2", 2, "C2");
    night_begin(&night);
    world->slack = archived;
    world_run_until(world, night_at("11-24 19:50"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 3);
    for (size_t i = 0; i < 3; i++)
        CU_ASSERT_STRING_EQUAL(night_said(&night, EFFECT_POST, i)->channel, "C2");
    CU_ASSERT_EQUAL_FATAL(world->report_count, 1);
    CU_ASSERT_STRING_EQUAL(world->reports[0].event, "channel_failed");
    CU_ASSERT_STRING_EQUAL(world->reports[0].channel, "C1");
    CU_ASSERT_STRING_EQUAL(world->reports[0].reason, "is_archived");
    CU_ASSERT_TRUE(world->reports[0].warn);
    world_type(world, "U1", "status dev1");
    world_run_until(world, night_at("11-24 19:51"));
    CU_ASSERT_TRUE(scene_last_contains(world, "is_archived"));
    world_run_until(world, night_at("11-24 20:01"));
    CU_ASSERT_EQUAL(night_replicas(&night, "dev1"), 0);
    CU_ASSERT_EQUAL(night_replicas(&night, "dev2"), 0);
    night_tear_down(&night);
}

static void one_that_works_again_is_reported_too(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = archived;
    world_run_until(world, night_at("11-24 19:10"));
    world->slack = NULL;
    world_run_until(world, night_at("11-24 19:40"));
    CU_ASSERT_EQUAL_FATAL(world->report_count, 2);
    CU_ASSERT_STRING_EQUAL(world->reports[1].event, "channel_works");
    CU_ASSERT_STRING_EQUAL(world->reports[1].channel, "C1");
    world_type(world, "U1", "status dev1");
    world_run_until(world, night_at("11-24 19:41"));
    CU_ASSERT_PTR_NULL(strstr(world_last(world)->text, "is_archived"));
    night_tear_down(&night);
}

static void later_twice(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    if (effect->kind == EFFECT_POST && world->chance++ < 2)
        answer->posted = POST_LATER;
}

static void what_slack_wants_later_is_posted_later_and_once(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = later_twice;
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL(world->chance, 3);
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_EQUAL(night_occurrences(world_last_notice(world)->text, " stops 2025-11-24 20:00 UTC."), 2);
    CU_ASSERT_EQUAL(world->report_count, 0);
    night_tear_down(&night);
}

static void always_later(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    world->chance += effect->kind == EFFECT_POST;
    answer->posted = POST_LATER;
}

static void what_no_longer_stands_when_slack_takes_it_is_not_announced(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = always_later;
    world_run_until(world, night_at("11-24 19:05"));
    CU_ASSERT_TRUE(world->chance >= 2);
    world_type(world, "U1", "prolongate dev1 for 2h");
    world_run_until(world, night_at("11-24 19:06"));
    world->slack = NULL;
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_PTR_NULL(strstr(night_said(&night, EFFECT_POST, 0)->text, "dev1"));
    CU_ASSERT_PTR_NOT_NULL(strstr(night_said(&night, EFFECT_POST, 0)->text, "dev2 stops 2025-11-24 20:00 UTC."));
    night_tear_down(&night);
}

/* --- whether it was posted is not known ------------------------------------------------------------------------ */

static void unclear_but_there(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    if (effect->kind != EFFECT_POST || world->chance++ > 0)
        return;
    answer->posted = POST_UNCLEAR;
    answer->is_there = true;
}

static void one_that_is_found_is_not_posted_again_and_changes_like_any_other(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = unclear_but_there;
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    world_press(world, "U1", night_said(&night, EFFECT_POST, 0), action_keep_1h);
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 is kept awake until 2025-11-24 21:00 UTC by @U1."));
    CU_ASSERT_STRING_EQUAL(world_last_notice(world)->message, night_said(&night, EFFECT_POST, 0)->message);
    night_tear_down(&night);
}

static void unclear_and_absent(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    if (effect->kind == EFFECT_POST && world->chance++ == 0)
        answer->posted = POST_UNCLEAR;
}

static void one_that_is_not_there_is_posted_again(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = unclear_and_absent;
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL(world->chance, 2);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_EQUAL(world->report_count, 0);
    night_tear_down(&night);
}

/* Two searches without an answer; then the history says that it is not there. */
static void unclear_and_searched_thrice(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    if (effect->kind == EFFECT_POST && world->chance++ == 0)
        answer->posted = POST_UNCLEAR;
    if (effect->kind == EFFECT_FIND && world->chance++ < 3)
        answer->found = FIND_LATER;
}

static void a_search_without_an_answer_is_asked_again(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = unclear_and_searched_thrice;
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL(world->chance, 5);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    night_tear_down(&night);
}

static void hidden(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    (void) world;
    if (effect->kind != EFFECT_FIND)
        return;
    answer->found = FIND_NOT_ALLOWED;
    answer->slack_error = "missing_scope";
}

static void unclear_and_hidden(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    unclear_but_there(world, effect, answer);
    hidden(world, effect, answer);
}

static void one_that_nobody_may_look_for_is_not_posted_again_and_a_press_tells_where_it_is(void)
{
    struct night night;
    struct world *world = &night.world;

    night_open(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_add(&night, "dev1", 1, NULL);
    night_add(&night, "dev2", 1, NULL);
    night_add(&night, "dev3", 1, NULL);
    night_begin(&night);
    world->slack = unclear_and_hidden;
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_EQUAL_FATAL(world->report_count, 1);
    CU_ASSERT_STRING_EQUAL(world->reports[0].event, "warning_unclear");
    CU_ASSERT_STRING_EQUAL(world->reports[0].reason, "missing_scope");
    world_type(world, "U1", "prolongate dev3 for 1h");
    world_run_until(world, night_at("11-24 19:11"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_UPDATE), 0); /* nobody knows where */
    night_press_all(&night, "U1", night_said(&night, EFFECT_POST, 0), action_keep_1h);
    world_run_until(world, night_at("11-24 19:12"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_STRING_EQUAL(world_last_notice(world)->message, night_said(&night, EFFECT_POST, 0)->message);
    CU_ASSERT_EQUAL(night_occurrences(world_last_notice(world)->text, " is kept awake until 2025-11-24 21:00 UTC"), 3);
    night_tear_down(&night);
}

/* --- whether it was claimed is not known ----------------------------------------------------------------------- */

static enum world_fault claim_lost_once(struct world *world, enum effect_kind kind, const char *name)
{
    return kind == EFFECT_SAVE && text_equal(name, "record") && world->chance++ == 0 ? FAULT_BEFORE : FAULT_NONE;
}

static enum world_fault answer_lost_once(struct world *world, enum effect_kind kind, const char *name)
{
    return kind == EFFECT_SAVE && text_equal(name, "record") && world->chance++ == 0 ? FAULT_AFTER : FAULT_NONE;
}

/* What stands in the store may be a claim of this very process, which it knows not to have posted. */
static void a_claim_without_an_answer_is_announced_all_the_same_and_once(void)
{
    enum world_fault (*const faults[])(struct world *, enum effect_kind, const char *) = { claim_lost_once,
                                                                                           answer_lost_once };

    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct night night;
        struct world *world = &night.world;
        night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
        world->fault = faults[i];
        world_run_until(world, night_at("11-24 19:10"));
        CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 2);
        CU_ASSERT_TRUE(world_said_contains(world, "dev1 stops 2025-11-24 20:00 UTC."));
        CU_ASSERT_TRUE(world_said_contains(world, "dev2 stops 2025-11-24 20:00 UTC."));
        world_run_until(world, night_at("11-24 19:31"));
        CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 3);
        night_tear_down(&night);
    }
}

/* --- the process dies ------------------------------------------------------------------------------------------ */

static void one_that_nobody_may_look_for_after_a_restart_is_not_posted(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_run_to(&night, EFFECT_POST);
    world->slack = hidden;
    world_crash(world);
    world_run_until(world, night_at("11-24 19:29"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 0);
    CU_ASSERT_EQUAL(world->report_count, 1);
    world_run_until(world, night_at("11-24 19:31"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1); /* the next warning */
    night_tear_down(&night);
}

static void count_searches(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    (void) answer;
    world->chance += effect->kind == EFFECT_FIND;
}

static void dying_between_claim_and_post_the_next_one_looks_and_posts(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = count_searches;
    night_run_to(&night, EFFECT_POST);
    CU_ASSERT_NOT_EQUAL(world_record(world, "dev1")->record.notice, 0);
    world_crash(world);
    world_run_until(world, night_at("11-24 19:05"));
    CU_ASSERT_EQUAL(world->chance, 1);
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_EQUAL(night_occurrences(world_last_notice(world)->text, " stops 2025-11-24 20:00 UTC."), 2);
    night_tear_down(&night);
}

static void dying_before_the_answer_the_next_one_finds_it(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = count_searches;
    night_run_to(&night, EFFECT_POST);
    CU_ASSERT_TRUE(world_step(world)); /* it is there */
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    world_crash(world); /* where it is was not stored */
    CU_ASSERT_EQUAL(world->notice_count, 0);
    world_run_until(world, night_at("11-24 19:05"));
    CU_ASSERT_EQUAL(world->chance, 1);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    CU_ASSERT_EQUAL(world->notice_count, 1);
    CU_ASSERT_STRING_EQUAL(world->notices[0].message, night_said(&night, EFFECT_POST, 0)->message);
    night_tear_down(&night);
}

static void dying_after_it_was_stored_nobody_looks(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = count_searches;
    world_run_until(world, night_at("11-24 19:05"));
    CU_ASSERT_EQUAL(world->notice_count, 1);
    world_crash(world);
    world_run_until(world, night_at("11-24 19:10"));
    CU_ASSERT_EQUAL(world->chance, 0);
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 1);
    night_tear_down(&night);
}

/* Those that are not claimed yet are announced by the next one; those that are, are looked for. */
static void dying_between_two_claims_each_is_announced_once(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    night_run_to(&night, EFFECT_SAVE);
    CU_ASSERT_TRUE(world_step(world));
    CU_ASSERT_NOT_EQUAL(world_record(world, "dev1")->record.notice, 0);
    CU_ASSERT_EQUAL(world_record(world, "dev2")->record.notice, 0);
    world->options.identity = 8;
    world_crash(world);
    world_run_until(world, night_at("11-24 19:05"));
    CU_ASSERT_EQUAL_FATAL(night_count(&night, EFFECT_POST), 2);
    for (size_t i = 0; i < 2; i++)
        CU_ASSERT_EQUAL(night_occurrences(night_said(&night, EFFECT_POST, i)->text, " stops 2025-11-24 20:00 UTC."), 1);
    CU_ASSERT_TRUE(world_said_contains(world, "dev1 stops 2025"));
    CU_ASSERT_TRUE(world_said_contains(world, "dev2 stops 2025"));
    night_tear_down(&night);
}

/* --- updates --------------------------------------------------------------------------------------------------- */

static void deleted(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    if (effect->kind != EFFECT_UPDATE)
        return;
    world->chance++;
    answer->posted = POST_REFUSED;
    answer->slack_error = "message_not_found";
}

static void a_message_that_somebody_deleted_is_left_alone_and_the_next_warning_is_a_new_one(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = deleted;
    world_run_until(world, night_at("11-24 19:10"));
    world_type(world, "U1", "prolongate dev1 for 1h");
    world_run_until(world, night_at("11-24 19:15"));
    CU_ASSERT_EQUAL(world->chance, 1);
    world_type(world, "U1", "prolongate dev1 for 1h");
    world_run_until(world, night_at("11-24 19:20"));
    CU_ASSERT_EQUAL(world->chance, 1);
    CU_ASSERT_EQUAL(world->report_count, 0);
    world_run_until(world, night_at("11-24 19:31"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_POST), 2);
    night_tear_down(&night);
}

static void update_later(struct world *world, const struct effect *effect, struct world_answer *answer)
{
    if (effect->kind == EFFECT_UPDATE && world->chance++ < 3)
        answer->posted = POST_LATER;
}

static void an_update_that_slack_wants_later_says_then_what_is_so_then(void)
{
    struct night night;
    struct world *world = &night.world;

    night_set_up(&night, "Mon-Fri 20:00", "11-24 15:00");
    world->slack = update_later;
    world_run_until(world, night_at("11-24 19:10"));
    world_type(world, "U1", "prolongate dev1 for 1h");
    world_run_until(world, night_at("11-24 19:10") + 2);
    world_type(world, "U2", "prolongate dev1 for 1h");
    world_run_until(world, night_at("11-24 19:15"));
    CU_ASSERT_EQUAL(night_count(&night, EFFECT_UPDATE), 1);
    CU_ASSERT_TRUE(night_notice_contains(&night, "dev1 is kept awake until 2025-11-24 22:00 UTC by @U2."));
    night_tear_down(&night);
}

TEST_MAIN("bot/notices, faults", TEST(a_channel_that_fails_is_reported_once_and_stops_nothing_else),
          TEST(one_that_works_again_is_reported_too), TEST(what_slack_wants_later_is_posted_later_and_once),
          TEST(what_no_longer_stands_when_slack_takes_it_is_not_announced),
          TEST(one_that_is_found_is_not_posted_again_and_changes_like_any_other),
          TEST(one_that_is_not_there_is_posted_again), TEST(a_search_without_an_answer_is_asked_again),
          TEST(one_that_nobody_may_look_for_is_not_posted_again_and_a_press_tells_where_it_is),
          TEST(one_that_nobody_may_look_for_after_a_restart_is_not_posted),
          TEST(a_claim_without_an_answer_is_announced_all_the_same_and_once),
          TEST(dying_between_claim_and_post_the_next_one_looks_and_posts),
          TEST(dying_before_the_answer_the_next_one_finds_it), TEST(dying_after_it_was_stored_nobody_looks),
          TEST(dying_between_two_claims_each_is_announced_once),
          TEST(a_message_that_somebody_deleted_is_left_alone_and_the_next_warning_is_a_new_one),
          TEST(an_update_that_slack_wants_later_says_then_what_is_so_then))
