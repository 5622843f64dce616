/* tests/end_to_end/test_night_crowd.c - a thousand environments with one curfew in one channel.
 *
 * The cluster is played: what is looked at here is what Slack is sent, and how often.
 */
#include "tests/end_to_end/night.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum {
    WEDNESDAY = 3,
    CROWD = 1000,
    MESSAGES_MAX = 25,
    WARNED_EARLY_S = 180,
    ADOPTION_MS = 60 * 1000,
    LOOK_AGAIN_MS = 200
};

static struct world world;
static struct night night;

static bool make_crowd(void)
{
    static const struct made_workload web = { "deployments", "web", 2, NULL, NULL };
    bool made = true;

    for (int i = 0; i < CROWD && made; i++) {
        char name[NIGHT_NAME_SIZE];
        snprintf(name, sizeof name, "crowd-%03d", i);
        made = cluster_make_namespace(&world.cluster, name, "{\"scheduler\":\"enabled\"}", NULL) &&
               cluster_make_workload(&world.cluster, name, &web);
    }
    return made;
}

/* How many of the crowd have a line with these words behind their name, in all messages of the channel together. *ret_twice:
 * one of them has two. */
static int count_lines(const char *words, bool *ret_twice)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char seen[CROWD] = "";
    int count = 0;

    *ret_twice = false;
    night_read_messages(&night, &text);
    for (const char *found = buffer_text(&text); (found = strstr(found, "`crowd-")) != NULL; found++) {
        long number = strtol(found + strlen("`crowd-"), NULL, 10);
        if (number < 0 || number >= CROWD || !text_starts_with(strchr(found + 1, '`') + 1, words))
            continue;
        *ret_twice = *ret_twice || seen[number]++ > 0;
        count++;
    }
    return count;
}

static bool come_to_say(const char *words)
{
    int64_t until_ms = stage_now_ms(&world.stage) + 2 * STAGE_PATIENCE_MS;
    bool twice = false;

    while (count_lines(words, &twice) < CROWD && stage_now_ms(&world.stage) < until_ms)
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    int count = count_lines(words, &twice);
    if (count != CROWD || twice)
        printf("\n  %d lines say \"%s\"%s\n", count, words, twice ? ", some twice" : "");
    return count == CROWD && !twice;
}

static int count_awake(void)
{
    released_by(reply_release) struct reply reply = { 0 };
    const cJSON *item;
    int awake = 0;

    cluster_ask(&world.cluster, "GET", "/apis/apps/v1/deployments", NULL, NULL, &reply);
    cJSON_ArrayForEach(item, json_member(reply.json, "items"))
    {
        const cJSON *replicas = json_member(json_member(item, "spec"), "replicas");
        awake += cJSON_IsNumber(replicas) && replicas->valuedouble > 0;
    }
    return reply.status == 200 ? awake : -1;
}

static void a_thousand_with_one_curfew_are_announced_in_few_messages_that_slack_takes(void)
{
    const char *variables[] = { "CURFEW_SCHEDULE=daily 20:00", "CURFEW_WARNINGS=3m", NULL };
    const int64_t curfew_at = night_next(WEDNESDAY, 20, 0);

    CU_ASSERT_FATAL(make_crowd());
    CU_ASSERT_FATAL(night_open(&night, &world, 31, curfew_at - NIGHT_HOUR_S) && night_start_bot(&night, variables));
    CU_ASSERT(world_knows(&world, "crowd-999"));
    night_set(&night, curfew_at - WARNED_EARLY_S);
    CU_ASSERT_FATAL(come_to_say(" stops <!date^"));
    CU_ASSERT(night_message_count(&night) <= MESSAGES_MAX);
    CU_ASSERT_EQUAL(count_awake(), CROWD);

    night_set(&night, curfew_at);
    CU_ASSERT(come_to_say(" is stopped since <!date^"));
    CU_ASSERT_EQUAL(count_awake(), 0);
    CU_ASSERT(night_message_count(&night) <= MESSAGES_MAX);
    CU_ASSERT_EQUAL(workspace_count(&world.workspace, "type=call&error=ratelimited"), 0);
    CU_ASSERT_EQUAL(workspace_count(&world.workspace, "type=call&error=msg_blocks_too_long"), 0);
    CU_ASSERT(night_close(&night));
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(a_thousand_with_one_curfew_are_announced_in_few_messages_that_slack_takes),
                            CU_TEST_INFO_NULL };
    int status = world_open_played(&world) ? test_main_run("end_to_end/night_crowd", tests) : EXIT_FAILURE;

    return world_close(&world, status != EXIT_SUCCESS) ? status : EXIT_FAILURE;
}
