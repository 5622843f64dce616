/* tests/end_to_end/test_night_presses.c - buttons of warnings: pressed too late, twice, by who may not, for all at once; and
 * namespaces and channels that are not what they were.
 */
#include "tests/end_to_end/night.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { WEDNESDAY = 3, FRIDAY = 5, VALUE_SIZE = 512, UPDATE_DELAY_MS = 1500 };

static struct world world;
static struct night night;

static bool add_fault(const char *json)
{
    return workspace_do(&world.workspace, "POST", "/faults", json);
}

/* Warned once, at the first mark; by message 1. */
static bool begin(int number, const char *name, int64_t curfew_at)
{
    if (!night_open(&night, &world, number, curfew_at - 5 * NIGHT_MINUTE_S) || !night_start_bot(&night, NULL) ||
        !night_make(&night, name, "daily 20:00"))
        return false;
    night_set(&night, curfew_at - NIGHT_WARNED_S);
    return night_shows(&night, 1, "%s", night_buttons);
}

static bool stands_at(const char *name, int64_t stop_at)
{
    char command[NIGHT_NAME_SIZE + 16];

    snprintf(command, sizeof command, "status %s", name);
    return night_says(&night, command, " <!date^%" PRId64 "^", stop_at);
}

static void a_button_of_a_stop_that_no_longer_stands_changes_nothing_and_says_so_to_its_presser(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0), later_at = curfew_at + NIGHT_HOUR_S;
    char stale[VALUE_SIZE] = "";

    CU_ASSERT_FATAL(begin(11, "stale", curfew_at));
    CU_ASSERT(night_read_button(&night, 1, "keep_1h", stale));
    (void) night_press(&night, 1, "UANN000001", "keep_1h", NULL);
    CU_ASSERT(night_shows(&night, 1, "is kept awake until <!date^%" PRId64 "^", later_at));
    night_set(&night, later_at - NIGHT_WARNED_S);
    CU_ASSERT_FATAL(night_shows(&night, 2, "%s", night_buttons));

    struct sent sent = night_press(&night, 2, "UBOB000001", "keep_1h", stale);
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "of a stop <!date^"));
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "that no longer stands, so nothing was changed"));
    CU_ASSERT_STRING_EQUAL(workspace_audience(&world.workspace, &sent, 1), "ephemeral");
    CU_ASSERT(stands_at("stale", later_at));
    CU_ASSERT(night_shows(&night, 2, "%s", night_buttons));
    CU_ASSERT(night_close(&night));
}

/* Two of them press before the message can change; the envelope of the first one comes twice besides. */
static void a_double_press_prolongs_once(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0), later_at = curfew_at + NIGHT_HOUR_S;
    char fault[128];

    CU_ASSERT_FATAL(begin(12, "twice", curfew_at));
    snprintf(fault, sizeof fault, "{\"method\":\"chat.update\",\"count\":1,\"delay_ms\":%d}", UPDATE_DELAY_MS);
    CU_ASSERT(add_fault(fault));
    struct sent first = night_press(&night, 1, "UANN000001", "keep_1h", NULL);
    struct sent again = workspace_repeat(&world.workspace, &first, true);
    struct sent second = night_press(&night, 1, "UBOB000001", "keep_1h", NULL);
    CU_ASSERT(again.envelope_id[0] != '\0' && second.envelope_id[0] != '\0');
    CU_ASSERT(holds(workspace_answer(&world.workspace, &second, 1), "no longer stands, so nothing was changed"));
    CU_ASSERT(night_shows(&night, 1, "is kept awake until <!date^%" PRId64 "^", later_at));
    CU_ASSERT(night_shows(&night, 1, "by <@UANN000001>"));
    CU_ASSERT(stands_at("twice", later_at));
    CU_ASSERT(night_still_runs(&night, "twice", curfew_at + 1));
    CU_ASSERT(night_is_warned_twice(&night, "twice", 2, later_at));
    CU_ASSERT(night_is_stopped_at(&night, "twice", 3, later_at));
    CU_ASSERT(night_close(&night));
}

static void until_morning_ends_with_the_next_reset_and_stop_now_stops_at_once(void)
{
    const int64_t friday_at = night_next(FRIDAY, 20, 0), morning_at = friday_at + 13 * NIGHT_HOUR_S;

    CU_ASSERT_FATAL(night_open(&night, &world, 13, friday_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "morning", "Mon-Fri 20:00"));
    night_set(&night, friday_at - NIGHT_WARNED_S);
    CU_ASSERT_FATAL(night_shows(&night, 1, "%s", night_buttons));
    (void) night_press(&night, 1, "UANN000001", "keep_morning", NULL);
    CU_ASSERT(night_shows(&night, 1, "`morning` is kept awake until <!date^%" PRId64 "^", morning_at));
    night_set(&night, morning_at - NIGHT_WARNED_S);
    CU_ASSERT(night_shows(&night, 2, "%s", night_buttons));
    (void) night_press(&night, 2, "UBOB000001", "stop", NULL);
    CU_ASSERT(night_comes_to(&night, "morning", night_all_down));
    CU_ASSERT(night_shows(&night, 2, "(3 workloads at 0), by <@UBOB000001>") && night_shows(&night, 2, "[Start]"));
    CU_ASSERT(night_close(&night));
}

/* A day begins in the morning, and takes it up. */
static void until_morning_before_a_day_with_a_curfew_ends_with_that_day(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0);

    CU_ASSERT_FATAL(begin(18, "into-day", curfew_at));
    (void) night_press(&night, 1, "UANN000001", "keep_morning", NULL);
    CU_ASSERT(night_shows(&night, 1, "`into-day` is kept awake until <!date^%" PRId64 "^", curfew_at + NIGHT_DAY_S));
    CU_ASSERT(night_still_runs(&night, "into-day", curfew_at + 13 * NIGHT_HOUR_S + 1));
    CU_ASSERT(night_is_warned_twice(&night, "into-day", 2, curfew_at + NIGHT_DAY_S));
    CU_ASSERT(night_is_stopped_at(&night, "into-day", 3, curfew_at + NIGHT_DAY_S));
    CU_ASSERT(night_close(&night));
}

static void cancel_gives_the_schedule_back(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0);

    CU_ASSERT_FATAL(begin(14, "cancelled", curfew_at));
    (void) night_press(&night, 1, "UANN000001", "keep_2h", NULL);
    CU_ASSERT(night_shows(&night, 1, "is kept awake until <!date^%" PRId64 "^", curfew_at + 2 * NIGHT_HOUR_S));
    CU_ASSERT(night_says(&night, "cancel cancelled", "is back on its schedule and stops <!date^%" PRId64, curfew_at));
    night_set(&night, curfew_at - NIGHT_WARNED_AGAIN_S);
    CU_ASSERT(night_shows(&night, 2, "`cancelled` stops <!date^%" PRId64 "^", curfew_at));
    CU_ASSERT(night_is_stopped_at(&night, "cancelled", 2, curfew_at));
    CU_ASSERT(night_close(&night));
}

/* The last row moves what its presser may move, and says what it left alone. */
static void one_press_for_all_moves_those_that_the_presser_may_move(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0), later_at = curfew_at + NIGHT_HOUR_S;
    static const char owned[] = "{\"curfew/schedule\":\"daily 20:00\",\"curfew/owners\":\"UBOB000001\"}";

    CU_ASSERT_FATAL(night_open(&night, &world, 15, curfew_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "all-a", "daily 20:00") && night_make_with(&night, "all-b", owned));
    night_set(&night, curfew_at - NIGHT_WARNED_S);
    CU_ASSERT_FATAL(night_shows(&night, 1, "`all-a` stops") && night_shows(&night, 1, "`all-b` stops"));
    CU_ASSERT_EQUAL(night_message_count(&night), 1);
    CU_ASSERT(night_shows(&night, 1, "All of them:"));
    (void) night_press_for_all(&night, 1, "UANN000001", "keep_1h");
    CU_ASSERT(night_shows(&night, 1, "`all-a` is kept awake until <!date^%" PRId64 "^", later_at));
    CU_ASSERT(night_shows(&night, 1, "`all-b` stops <!date^%" PRId64 "^", curfew_at));
    CU_ASSERT(stands_at("all-a", later_at) && stands_at("all-b", curfew_at));
    night_set(&night, curfew_at);
    CU_ASSERT(night_comes_to(&night, "all-b", night_all_down));
    CU_ASSERT(world_stands_at(&world, "all-a", night_all_up));
    CU_ASSERT(night_close(&night));
}

/* Same name, other UID: what was promised to the old one is not owed to the new one, nor the other way round. */
static void a_namespace_that_was_made_anew_is_not_moved_by_an_old_button(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0);
    char stale[VALUE_SIZE] = "";

    CU_ASSERT_FATAL(begin(16, "anew", curfew_at));
    CU_ASSERT(night_read_button(&night, 1, "keep_1h", stale));
    CU_ASSERT(cluster_do(&world.cluster, "DELETE", "/api/v1/namespaces/anew", NULL, NULL));
    CU_ASSERT(night_shows(&night, 1, "`anew` has no curfew any more") && night_lacks(&night, 1, "["));
    CU_ASSERT(world_comes_to_say(&world, "status anew", "No environment `anew`"));
    night.environment_count = 0;
    CU_ASSERT_FATAL(night_make(&night, "anew", "daily 20:00"));
    CU_ASSERT_FATAL(night_shows(&night, 2, "%s", night_buttons));

    struct sent sent = night_press(&night, 2, "UBOB000001", "keep_1h", stale);
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "so nothing was changed"));
    CU_ASSERT(stands_at("anew", curfew_at) && night_lacks(&night, 1, "["));
    night_set(&night, curfew_at - NIGHT_WARNED_AGAIN_S);
    CU_ASSERT(night_shows(&night, 3, "%s", night_buttons));
    CU_ASSERT(night_is_stopped_at(&night, "anew", 3, curfew_at));
    CU_ASSERT(night_close(&night));
}

/* --- channels -------------------------------------------------------------------------------------------------- */

static bool put_channel(const char *id, const char *members)
{
    char body[256];

    snprintf(body, sizeof body, "{\"id\":\"%s\",\"name\":\"other\",\"is_channel\":true,%s}", id, members);
    return workspace_do(&world.workspace, "POST", "/channels", body);
}

static bool make_in(const char *name, const char *channel)
{
    char annotations[160];

    snprintf(annotations, sizeof annotations, "{\"curfew/schedule\":\"daily 20:00\",\"curfew/channel\":\"%s\"}",
             channel);
    return night_make_with(&night, name, annotations);
}

static int count_in_log(const char *part)
{
    int count = 0;

    for (const char *found = bot_log(&world.bot); (found = strstr(found, part)) != NULL; found++)
        count++;
    return count;
}

/* The bot cannot know it beforehand: it tried, once for each warning. */
static bool was_tried_only(void)
{
    int tried = workspace_count(&world.workspace, "type=violation&kind=is_archived") +
                workspace_count(&world.workspace, "type=violation&kind=not_in_channel");

    return tried == 4 && workspace_count(&world.workspace, "type=violation") == tried &&
           workspace_do(&world.workspace, "DELETE", "/violations", NULL);
}

static void a_channel_that_takes_no_message_is_reported_once_and_stops_nothing_else(void)
{
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0);

    CU_ASSERT_FATAL(put_channel("CGONE001", "\"is_member\":true,\"is_archived\":true"));
    CU_ASSERT_FATAL(put_channel("CALIEN01", "\"is_member\":false"));
    CU_ASSERT_FATAL(night_open(&night, &world, 17, curfew_at - 5 * NIGHT_MINUTE_S) && night_start_bot(&night, NULL));
    CU_ASSERT_FATAL(night_make(&night, "heard", "daily 20:00") && make_in("archived", "CGONE001") &&
                    make_in("alien", "CALIEN01"));
    CU_ASSERT(night_is_warned_twice(&night, "heard", 1, curfew_at));
    CU_ASSERT(night_says(&night, "status archived", "its channel `CGONE001` does not take messages: is_archived"));
    CU_ASSERT(night_says(&night, "status alien", "its channel `CALIEN01` does not take messages: not_in_channel"));
    CU_ASSERT_EQUAL(count_in_log("event=channel_failed"), 2);
    CU_ASSERT_EQUAL(count_in_log("channel=CGONE001"), 1);
    CU_ASSERT_EQUAL(night_message_count(&night), 2);
    CU_ASSERT(night_is_stopped_at(&night, "heard", 2, curfew_at));
    CU_ASSERT(night_comes_to(&night, "archived", night_all_down) && night_comes_to(&night, "alien", night_all_down));

    CU_ASSERT_FATAL(put_channel("CGONE001", "\"is_member\":true"));
    CU_ASSERT(night_says(&night, "start archived for 1m", "is up"));
    night_set(&night, night_now(&night) + NIGHT_WARNED_AGAIN_S);
    CU_ASSERT(child_wait_for(&world.bot.child, "event=channel_works", 0, STAGE_PATIENCE_MS));
    CU_ASSERT(night_says(&night, "status archived", "`archived` is up"));
    CU_ASSERT_PTR_NULL(strstr(world_say(&world, "status archived"), "does not take messages"));
    CU_ASSERT(was_tried_only());
    CU_ASSERT(night_close(&night));
}

WORLD_MAIN("end_to_end/night_presses", &world, "3s",
           TEST(a_button_of_a_stop_that_no_longer_stands_changes_nothing_and_says_so_to_its_presser),
           TEST(a_double_press_prolongs_once), TEST(until_morning_ends_with_the_next_reset_and_stop_now_stops_at_once),
           TEST(until_morning_before_a_day_with_a_curfew_ends_with_that_day), TEST(cancel_gives_the_schedule_back),
           TEST(one_press_for_all_moves_those_that_the_presser_may_move),
           TEST(a_namespace_that_was_made_anew_is_not_moved_by_an_old_button),
           TEST(a_channel_that_takes_no_message_is_reported_once_and_stops_nothing_else))
