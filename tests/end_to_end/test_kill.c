/* tests/end_to_end/test_kill.c - SIGKILL at any moment of a stop or a start: no count is lost, and what was accepted is
 * carried out and answered (promises P1 and P3). One SQLite file all the way.
 *
 * CURFEW_TEST_SEED repeats the moments of an earlier run, which are printed.
 */
#include "tests/end_to_end/world.h"
#include "tests/test_main.h"

#include "base/random.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KILLED_STOPS = 20, KILLED_STARTS = 8, KILLED_AFTER_ACK = 4, SLACK_PERCENT = 130 };

static struct world world;
static uint64_t seed;

static const char all_up[] = "web 3 api 1 idle 0 db 2";
static const char all_down[] = "web 0 api 0 idle 0 db 0";
static const char name[] = "kill1";

/* xorshift64: a seed gives the same moments again. */
static int64_t pick(int64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t) (seed % (uint64_t) below);
}

static bool stands_at(const char *replicas)
{
    return world_stands_at(&world, name, replicas);
}

static bool says(const char *verb, const char *one, const char *other)
{
    char command[64];
    snprintf(command, sizeof command, "%s %s", verb, name);
    const char *answer = world_say(&world, command);

    if (answer != NULL && (strstr(answer, one) != NULL || strstr(answer, other) != NULL))
        return true;
    printf("\n  %s: %s\n", command, answer != NULL ? answer : "(nothing)");
    return false;
}

/* However far the killed one came: now it can be stopped, and all comes back. */
static bool everything_comes_back(void)
{
    return says("stop", "is stopped (", "was stopped already (") && stands_at(all_down) &&
           says("start", "is up (6/6", "was up already (6/6") && stands_at(all_up);
}

static bool is_acked(const struct sent *sent)
{
    char query[128];

    snprintf(query, sizeof query, "type=ack&envelope_id=%s", sent->envelope_id);
    return workspace_count(&world.workspace, query) > 0;
}

/* Until the stand-in has read all that the killed bot sent. */
static bool is_read_to_its_end(int disconnections)
{
    return workspace_wait(&world.workspace, "type=disconnection", disconnections + 1, NULL);
}

/* Sends the command, kills the bot after so long (below 0: as soon as it acked), starts it again. Whether the command had
 * been accepted is in *ret_accepted; then its answer is there. */
static bool kill_in(const char *verb, int64_t delay_ms, bool *ret_accepted)
{
    char command[64];
    int disconnections = workspace_count(&world.workspace, "type=disconnection");

    snprintf(command, sizeof command, "%s %s", verb, name);
    struct sent sent = workspace_command(&world.workspace, NULL, command);
    if (delay_ms < 0)
        *ret_accepted = workspace_acked(&world.workspace, &sent) != NULL;
    else
        stage_pass(&world.stage, delay_ms);
    bot_kill(&world.bot);
    bool quiet = bot_kept_quiet(&world.bot);
    if (!is_read_to_its_end(disconnections))
        return false;
    *ret_accepted = is_acked(&sent);
    if (!world_start_bot(&world, NULL))
        return false;
    return quiet && (!*ret_accepted || workspace_answer(&world.workspace, &sent, 1) != NULL);
}

/* How long a stop and a start take here, from sending to the answer. */
static int64_t duration_ms(const char *verb)
{
    int64_t since_ms = stage_now_ms(&world.stage);

    CU_ASSERT(says(verb, "is stopped (", "is up ("));
    return stage_now_ms(&world.stage) - since_ms + 1;
}

static void the_bot_works_when_nobody_kills_it(void)
{
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
    CU_ASSERT_FATAL(world_make_environment(&world, name, NULL));
    CU_ASSERT(everything_comes_back());
    CU_ASSERT(world_is_content(&world));
}

static void a_stop_that_is_killed_at_any_moment_loses_no_count(void)
{
    int64_t longest_ms = duration_ms("stop") * SLACK_PERCENT / 100;
    int accepted_count = 0;

    CU_ASSERT(says("start", "is up (6/6", "was up already (6/6"));
    for (int i = 0; i < KILLED_STOPS; i++) {
        int64_t delay_ms = pick(longest_ms);
        bool accepted = false;
        bool survived =
            kill_in("stop", delay_ms, &accepted) && (!accepted || stands_at(all_down)) && everything_comes_back();
        accepted_count += accepted;
        if (!survived)
            printf("\n  killed after %" PRId64 " of %" PRId64 " ms\n", delay_ms, longest_ms);
        CU_ASSERT_FATAL(survived);
    }
    printf("(%d of %d were accepted) ", accepted_count, KILLED_STOPS);
    CU_ASSERT(accepted_count > 0);
    CU_ASSERT(world_is_content(&world));
}

static void a_stop_that_is_killed_right_after_its_ack_is_carried_out_and_answered(void)
{
    for (int i = 0; i < KILLED_AFTER_ACK; i++) {
        bool accepted = false;
        CU_ASSERT_FATAL(kill_in("stop", -1, &accepted));
        CU_ASSERT(accepted);
        CU_ASSERT(stands_at(all_down));
        CU_ASSERT_FATAL(everything_comes_back());
    }
    CU_ASSERT(world_is_content(&world));
}

static void a_start_that_is_killed_at_any_moment_loses_no_count(void)
{
    int64_t longest_ms;

    CU_ASSERT(says("stop", "is stopped (", "was stopped already ("));
    longest_ms = duration_ms("start") * SLACK_PERCENT / 100;
    for (int i = 0; i < KILLED_STARTS; i++) {
        bool accepted = false;
        int64_t delay_ms = pick(longest_ms);
        CU_ASSERT(says("stop", "is stopped (", "was stopped already ("));
        bool survived = kill_in("start", delay_ms, &accepted) && (!accepted || stands_at(all_up)) &&
                        says("start", "is up (6/6", "was up already (6/6") && stands_at(all_up);
        if (!survived)
            printf("\n  killed after %" PRId64 " of %" PRId64 " ms\n", delay_ms, longest_ms);
        CU_ASSERT_FATAL(survived);
    }
    CU_ASSERT(world_is_content(&world));
}

static void take_seed(void)
{
    const char *given = getenv("CURFEW_TEST_SEED");

    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t) random_number() + 1;
    seed += seed == 0;
    printf("seed %" PRIu64 "\n", seed);
}

static void the_moments_are_drawn(void)
{
    take_seed();
    CU_ASSERT(pick(10) >= 0);
}

WORLD_MAIN("end_to_end/kill", &world, "3s", TEST(the_moments_are_drawn), TEST(the_bot_works_when_nobody_kills_it),
           TEST(a_stop_that_is_killed_at_any_moment_loses_no_count),
           TEST(a_stop_that_is_killed_right_after_its_ack_is_carried_out_and_answered),
           TEST(a_start_that_is_killed_at_any_moment_loses_no_count))
