/* tests/end_to_end/test_night_kill.c - SIGKILL while a warning is posted, and right after a press: none is doubled, and what
 * was acked stands (promises P2, P3 and P5). One SQLite file all the way.
 *
 * CURFEW_TEST_SEED repeats the moments of an earlier run, which are printed.
 */
#include "tests/end_to_end/night.h"
#include "tests/test_main.h"

#include "base/random.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    KILLED_POSTS = 7,
    KILLED_POSTS_BLIND = 3,
    KILLED_PRESSES = 6,
    RUNS_S = 22,
    KILLED_WARNED_S = 15,
    MOMENT_MS = 15, /* longer than a warning or a press takes */
    QUIET_MS = 2500,
};

static struct world world;
static struct night night;
static uint64_t seed;
static int told; /* messages of earlier rounds */

static const char *const variables[] = { "CURFEW_WARNINGS=15s", NULL };
static const char name[] = "killed";

static const char app_scopes[] = "{\"scopes\":\"commands,chat:write,usergroups:read\"}";
static const char scopes_with_histories[] = "{\"scopes\":\"commands,chat:write,usergroups:read,channels:history\"}";

/* xorshift64: a seed gives the same moments again. */
static int64_t pick(int64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t) (seed % (uint64_t) below);
}

static void take_seed(void)
{
    const char *given = getenv("CURFEW_TEST_SEED");

    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t) random_number() + 1;
    seed += seed == 0;
    printf("(seed %" PRIu64 ") ", seed);
}

static bool set_scopes(const char *scopes)
{
    return workspace_do(&world.workspace, "POST", "/settings", scopes);
}

static bool add_fault(const char *json)
{
    return workspace_do(&world.workspace, "POST", "/faults", json);
}

/* It runs for some seconds. 0: it does not. */
static int64_t begin_round(void)
{
    char command[64];

    CU_ASSERT(world_says(&world, "stop killed", "stopped"));
    snprintf(command, sizeof command, "start %s for %ds", name, RUNS_S);
    const char *answer = world_say(&world, command);
    const char *token = answer == NULL ? NULL : strstr(answer, "<!date^");
    int64_t stop_at = token == NULL ? 0 : strtoll(token + strlen("<!date^"), NULL, 10);
    told = night_message_count(&night);
    stage_pass(&world.stage, QUIET_MS); /* what is said of the round before must not stand before the warning */
    if (token == NULL)
        printf("\n  no stop in: %s\n", answer != NULL ? answer : "(nothing)");
    return stop_at;
}

/* Kills it after so long; when the stand-in has read all that it sent, starts the next one. */
static bool kill_and_start(int disconnections, int64_t delay_ms)
{
    stage_pass(&world.stage, delay_ms);
    bot_kill(&world.bot);
    return bot_kept_quiet(&world.bot) &&
           workspace_wait(&world.workspace, "type=disconnection", disconnections + 1, NULL) &&
           night_start_bot(&night, variables);
}

/* The mark has come; whatever is asked lets the bot look at its clock. */
static bool kill_at_the_mark(int64_t stop_at, int64_t delay_ms)
{
    int disconnections = workspace_count(&world.workspace, "type=disconnection");

    night_set_while_down(&night, stop_at - KILLED_WARNED_S);
    (void) workspace_command(&world.workspace, NULL, "help");
    return kill_and_start(disconnections, delay_ms);
}

static bool is_stopped_in_time(int64_t stop_at)
{
    night_set(&night, stop_at - 2);
    if (!world_stands_at(&world, name, night_all_up))
        return false;
    night_set(&night, stop_at);
    return night_comes_to(&night, name, night_all_down);
}

static bool was_told(int64_t least, int64_t most)
{
    int count = night_message_count(&night) - told;

    if (count < least || count > most)
        printf("\n  %d messages about one stop\n", count);
    return count >= least && count <= most;
}

static bool survives_at_the_mark(int64_t delay_ms, bool sees_histories)
{
    int64_t stop_at = begin_round();
    bool survived = stop_at != 0 && kill_at_the_mark(stop_at, delay_ms);

    if (sees_histories)
        survived = survived && night_shows(&night, told + 1, "`killed` stops <!date^%" PRId64 "^", stop_at) &&
                   night_shows(&night, told + 1, "%s", night_buttons);
    survived = survived && is_stopped_in_time(stop_at);
    if (sees_histories)
        survived = survived && night_shows(&night, told + 1, "`killed` is stopped since");
    survived = survived && was_told(sees_histories ? 1 : 0, 1);
    if (!survived)
        printf("\n  killed %" PRId64 " ms after the mark\n", delay_ms);
    return survived;
}

static void a_warning_whose_sender_is_killed_is_posted_once(void)
{
    take_seed();
    CU_ASSERT_FATAL(set_scopes(scopes_with_histories));
    CU_ASSERT_FATAL(night_open(&night, &world, 41, (int64_t) time(NULL)) && night_start_bot(&night, variables));
    CU_ASSERT_FATAL(night_make(&night, name, "never"));
    for (int i = 0; i < KILLED_POSTS; i++)
        CU_ASSERT_FATAL(survives_at_the_mark(pick(MOMENT_MS), true));
    CU_ASSERT(world_is_content(&world));
}

/* Then nobody knows whether it was posted: silence is better than saying it twice, and the stop falls as it should. */
static void without_sight_of_the_history_it_is_not_posted_again(void)
{
    CU_ASSERT_FATAL(set_scopes(app_scopes));
    for (int i = 0; i < KILLED_POSTS_BLIND; i++)
        CU_ASSERT_FATAL(survives_at_the_mark(pick(MOMENT_MS), false));
    CU_ASSERT_EQUAL(workspace_count(&world.workspace, "type=violation"),
                    workspace_count(&world.workspace, "type=violation&where=conversations.history")); /* it tried */
    CU_ASSERT(workspace_do(&world.workspace, "DELETE", "/violations", NULL));
    CU_ASSERT_FATAL(set_scopes(scopes_with_histories));
}

static void a_post_whose_answer_is_lost_is_found_again(void)
{
    int64_t stop_at = begin_round();

    CU_ASSERT_FATAL(stop_at != 0);
    CU_ASSERT(add_fault("{\"method\":\"chat.postMessage\",\"count\":1,\"close\":true,\"carry_out\":true}"));
    night_set(&night, stop_at - KILLED_WARNED_S);
    CU_ASSERT(night_shows(&night, told + 1, "%s", night_buttons));
    CU_ASSERT(is_stopped_in_time(stop_at));
    CU_ASSERT(night_shows(&night, told + 1, "`killed` is stopped since"));
    CU_ASSERT(was_told(1, 1));
    CU_ASSERT(world_is_content(&world));
}

/* It is in the channel, and nothing is recorded of that: the next bot has to look. */
static void a_warning_whose_sender_is_killed_before_it_knows_of_the_post_is_found_by_the_next(void)
{
    int64_t stop_at = begin_round();
    int disconnections = workspace_count(&world.workspace, "type=disconnection");

    CU_ASSERT_FATAL(stop_at != 0);
    CU_ASSERT(add_fault("{\"method\":\"chat.postMessage\",\"count\":1,\"close\":true,\"carry_out\":true}"));
    CU_ASSERT(add_fault("{\"method\":\"conversations.history\",\"count\":1,\"delay_ms\":20000}"));
    night_set(&night, stop_at - KILLED_WARNED_S);
    CU_ASSERT(night_shows(&night, told + 1, "%s", night_buttons));
    CU_ASSERT_FATAL(kill_and_start(disconnections, 0));
    CU_ASSERT(workspace_do(&world.workspace, "DELETE", "/faults", NULL));
    CU_ASSERT(is_stopped_in_time(stop_at));
    CU_ASSERT(night_shows(&night, told + 1, "`killed` is stopped since"));
    CU_ASSERT(was_told(1, 1));
    CU_ASSERT(world_is_content(&world));
}

static bool is_acked(const struct sent *sent)
{
    char query[128];

    snprintf(query, sizeof query, "type=ack&envelope_id=%s", sent->envelope_id);
    return workspace_count(&world.workspace, query) > 0;
}

/* Slack delivers again what was not acked; what was acked comes again as well, since nothing forbids that. */
static bool survives_after_a_press(int64_t delay_ms, bool *ret_acked)
{
    int64_t stop_at = begin_round(), later_at = stop_at + NIGHT_HOUR_S;
    char token[64];

    night_set(&night, stop_at - KILLED_WARNED_S);
    if (stop_at == 0 || !night_shows(&night, told + 1, "%s", night_buttons))
        return false;
    int disconnections = workspace_count(&world.workspace, "type=disconnection");
    struct sent sent = night_press(&night, told + 1, "UANN000001", "keep_1h", NULL);
    bool survived = sent.envelope_id[0] != '\0' && kill_and_start(disconnections, delay_ms);
    *ret_acked = is_acked(&sent);
    snprintf(token, sizeof token, "It stops <!date^%" PRId64 "^", later_at);
    if (*ret_acked)
        survived = survived && night_says(&night, "status killed", "%s", token);
    struct sent again = workspace_repeat(&world.workspace, &sent, false);
    survived = survived && again.envelope_id[0] != '\0' && workspace_acked(&world.workspace, &again) != NULL;
    survived = survived && night_says(&night, "status killed", "%s", token) &&
               night_shows(&night, told + 1, "`killed` is kept awake until <!date^%" PRId64 "^", later_at) &&
               night_still_runs(&night, name, stop_at + 1) && was_told(1, 1);
    if (!survived)
        printf("\n  killed %" PRId64 " ms after the press\n", delay_ms);
    return survived && night_says(&night, "cancel killed", "is back on its schedule");
}

static void a_press_that_was_acked_counts_although_the_bot_is_killed(void)
{
    int acked_count = 0;

    for (int i = 0; i < KILLED_PRESSES; i++) {
        bool acked = false;
        CU_ASSERT_FATAL(survives_after_a_press(pick(MOMENT_MS), &acked));
        acked_count += acked;
    }
    printf("(%d of %d were acked) ", acked_count, KILLED_PRESSES);
    CU_ASSERT(night_close(&night));
}

WORLD_MAIN("end_to_end/night_kill", &world, "3s", TEST(a_warning_whose_sender_is_killed_is_posted_once),
           TEST(without_sight_of_the_history_it_is_not_posted_again), TEST(a_post_whose_answer_is_lost_is_found_again),
           TEST(a_warning_whose_sender_is_killed_before_it_knows_of_the_post_is_found_by_the_next),
           TEST(a_press_that_was_acked_counts_although_the_bot_is_killed))
