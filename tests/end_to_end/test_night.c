/* tests/end_to_end/test_night.c - warned, prolonged, warned again, stopped, started: against the real control plane, as people
 * see it in their channel. The bot's clock is set; everything else is as it is.
 */
#include "tests/end_to_end/night.h"
#include "tests/test_main.h"

enum { WEDNESDAY = 3, FRIDAY = 5, SLACK_S = 3 };

static struct world world;
static struct night night;

static void an_environment_is_warned_prolonged_by_button_warned_again_and_stopped(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0), later_at = curfew_at + NIGHT_HOUR_S;

    CU_ASSERT_FATAL(night_open(&night, &world, 1, curfew_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "pressed", "daily 20:00"));
    CU_ASSERT(night_says(&night, "status pressed", "It stops <!date^%" PRId64 "^", curfew_at));
    CU_ASSERT_FATAL(night_is_warned_twice(&night, "pressed", 1, curfew_at));

    (void) night_press(&night, 2, "UBOB000001", "keep_1h", NULL);
    CU_ASSERT(night_shows(&night, 2, "`pressed` is kept awake until <!date^%" PRId64 "^", later_at));
    CU_ASSERT(night_shows(&night, 2, "by <@UBOB000001>") && night_lacks(&night, 2, "["));
    CU_ASSERT(night_still_runs(&night, "pressed", curfew_at + 1));
    CU_ASSERT_EQUAL(night_message_count(&night), 2);

    CU_ASSERT_FATAL(night_is_warned_twice(&night, "pressed", 3, later_at));
    CU_ASSERT_FATAL(night_is_stopped_at(&night, "pressed", 4, later_at));
    CU_ASSERT(night_says(&night, "history pressed", "<@UBOB000001> (button): `prolongate for 1h`"));
    CU_ASSERT(night_close(&night));
}

static void what_is_started_by_the_button_of_a_stop_has_a_lease_that_is_announced(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0);
    int64_t started_at;

    CU_ASSERT_FATAL(night_open(&night, &world, 2, curfew_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "leased", "daily 20:00"));
    CU_ASSERT_FATAL(night_is_warned_twice(&night, "leased", 1, curfew_at) &&
                    night_is_stopped_at(&night, "leased", 2, curfew_at));

    started_at = night_now(&night);
    (void) night_press(&night, 2, "UANN000001", "start", NULL);
    CU_ASSERT(night_shows(&night, 2, "`leased` was started again by <@UANN000001> and stops <!date^"));
    CU_ASSERT(night_comes_to(&night, "leased", night_all_up) && night_lacks(&night, 2, "["));
    CU_ASSERT(night_shows(&night, 3, "It was started at night, so it stops <!date^"));
    night_set(&night, started_at + NIGHT_LEASE_S - NIGHT_WARNED_S + SLACK_S);
    CU_ASSERT(night_shows(&night, 4, "`leased` stops <!date^"));
    CU_ASSERT(world_stands_at(&world, "leased", night_all_up));
    night_set(&night, started_at + NIGHT_LEASE_S + SLACK_S);
    CU_ASSERT(night_comes_to(&night, "leased", night_all_down));
    CU_ASSERT(night_close(&night));
}

/* Where every other system goes wrong. */
static void friday_22_00_plus_3_hours_stops_on_saturday_01_00_and_monday_is_as_ever(void)
{
    const int64_t friday_at = night_next(FRIDAY, 22, 0), saturday_at = friday_at + 3 * NIGHT_HOUR_S;
    const int64_t monday_at = friday_at + 3 * NIGHT_DAY_S;
    static const char schedule[] = "Mon-Fri 22:00";

    CU_ASSERT_FATAL(night_open(&night, &world, 3, friday_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "friday", schedule) && night_is_warned_twice(&night, "friday", 1, friday_at));
    CU_ASSERT(night_says(&night, "prolongate friday for 3h", "until <!date^%" PRId64 "^", saturday_at));
    CU_ASSERT(night_shows(&night, 2, "is kept awake until <!date^%" PRId64 "^", saturday_at));
    CU_ASSERT(night_still_runs(&night, "friday", friday_at + 1));
    CU_ASSERT_FATAL(night_is_warned_twice(&night, "friday", 3, saturday_at) &&
                    night_is_stopped_at(&night, "friday", 4, saturday_at));

    night_set(&night, saturday_at + 21 * NIGHT_HOUR_S + 1); /* Saturday and Sunday have no curfew, and it sleeps */
    night_set(&night, saturday_at + 45 * NIGHT_HOUR_S + 1);
    CU_ASSERT(night_says(&night, "status friday", "`friday` is stopped"));
    CU_ASSERT_EQUAL(night_message_count(&night), 4);

    night_set(&night, monday_at - 12 * NIGHT_HOUR_S);
    CU_ASSERT(night_says(&night, "start friday", "It stops <!date^%" PRId64 "^", monday_at));
    CU_ASSERT_FATAL(night_is_warned_twice(&night, "friday", 5, monday_at) &&
                    night_is_stopped_at(&night, "friday", 6, monday_at));
    CU_ASSERT(night_close(&night));
}

/* It was away over the curfew: everybody has a last chance all the same. */
static void a_bot_that_was_down_over_the_curfew_warns_at_the_shortest_mark_and_then_stops(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0), back_at = curfew_at + 90 * NIGHT_MINUTE_S;

    CU_ASSERT_FATAL(night_open(&night, &world, 4, curfew_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "missed", "daily 20:00"));
    CU_ASSERT(bot_stop(&world.bot));
    night_set_while_down(&night, back_at);
    CU_ASSERT_FATAL(night_start_bot(&night, NULL));
    CU_ASSERT(night_shows(&night, 1, "`missed` stops <!date^") && night_shows(&night, 1, "%s", night_buttons));
    int64_t stop_at = night_read_stop(&night, 1);
    CU_ASSERT(stop_at >= back_at + NIGHT_WARNED_AGAIN_S && stop_at <= night_now(&night) + NIGHT_WARNED_AGAIN_S);
    CU_ASSERT(night_says(&night, "status missed", "later than meant, so that it is announced before"));
    CU_ASSERT_FATAL(night_is_stopped_at(&night, "missed", 1, stop_at));
    CU_ASSERT_EQUAL(night_message_count(&night), 1);
    CU_ASSERT(night_close(&night));
}

/* Two bots in a row, and the second one knows what the first one promised. */
static void what_was_prolonged_before_the_bot_was_down_stands(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0), later_at = curfew_at + NIGHT_HOUR_S;

    CU_ASSERT_FATAL(night_open(&night, &world, 5, curfew_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "promised", "daily 20:00"));
    CU_ASSERT_FATAL(night_is_warned_twice(&night, "promised", 1, curfew_at));
    (void) night_press(&night, 2, "UBOB000001", "keep_1h", NULL);
    CU_ASSERT(night_shows(&night, 2, "is kept awake until <!date^%" PRId64 "^", later_at));
    CU_ASSERT(bot_stop(&world.bot));
    night_set_while_down(&night, curfew_at + NIGHT_MINUTE_S);
    CU_ASSERT_FATAL(night_start_bot(&night, NULL));
    CU_ASSERT(night_still_runs(&night, "promised", curfew_at + 2 * NIGHT_MINUTE_S));
    CU_ASSERT(night_shows(&night, 2, "is kept awake until <!date^%" PRId64 "^", later_at));
    CU_ASSERT_FATAL(night_is_warned_twice(&night, "promised", 3, later_at));
    CU_ASSERT_FATAL(night_is_stopped_at(&night, "promised", 4, later_at));
    CU_ASSERT(night_close(&night));
}

static void scheduler_disabled_silences_it_at_once(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0);

    CU_ASSERT_FATAL(night_open(&night, &world, 6, curfew_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "silenced", "daily 20:00"));
    night_set(&night, curfew_at - NIGHT_WARNED_S);
    CU_ASSERT(night_shows(&night, 1, "%s", night_buttons));
    CU_ASSERT(night_label(&night, "silenced", "disabled"));
    CU_ASSERT(night_shows(&night, 1, "`silenced` has no curfew any more") && night_lacks(&night, 1, "["));
    night_set(&night, curfew_at - NIGHT_WARNED_AGAIN_S);
    CU_ASSERT(night_still_runs(&night, "silenced", curfew_at + 1));
    CU_ASSERT(night_still_runs(&night, "silenced", curfew_at + NIGHT_DAY_S + 1));
    CU_ASSERT_EQUAL(night_message_count(&night), 1);
    CU_ASSERT(night_says(&night, "prolongate silenced for 1h", "scheduler=disabled"));
    CU_ASSERT(night_close(&night));
}

WORLD_MAIN("end_to_end/night", &world, "3s",
           TEST(an_environment_is_warned_prolonged_by_button_warned_again_and_stopped),
           TEST(what_is_started_by_the_button_of_a_stop_has_a_lease_that_is_announced),
           TEST(friday_22_00_plus_3_hours_stops_on_saturday_01_00_and_monday_is_as_ever),
           TEST(a_bot_that_was_down_over_the_curfew_warns_at_the_shortest_mark_and_then_stops),
           TEST(what_was_prolonged_before_the_bot_was_down_stands), TEST(scheduler_disabled_silences_it_at_once))
