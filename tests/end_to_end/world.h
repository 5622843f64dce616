/* tests/end_to_end/world.h - all of it together: a stage, a cluster, a Slack, and a bot between them.
 *
 *     static struct world world;
 *
 *     WORLD_MAIN("end_to_end/main_job", &world, NULL, TEST(...), TEST(...))
 */
#ifndef CURFEW_TESTS_END_TO_END_WORLD_H
#define CURFEW_TESTS_END_TO_END_WORLD_H

#include "base/attributes.h"
#include "tests/end_to_end/bot.h"
#include "tests/end_to_end/cluster.h"
#include "tests/end_to_end/manifest.h"
#include "tests/end_to_end/workspace.h"

#include <stdbool.h>

struct world {
    struct stage stage;
    struct cluster cluster;
    struct workspace workspace;
    struct bot bot;
    char kubeconfig[STAGE_PATH_SIZE]; /* of the bot's service account */
    unsigned int failures;            /* of checks, when the bot was started */
};

/* The cluster with deploy/rbac.yaml and policy.yaml applied, and Slack; no bot yet. outage as of cluster_open(). */
bool world_open(struct world *world, const char *outage) must_check;

/* The same with a cluster that is played, where the bot may do everything. */
bool world_open_played(struct world *world) must_check;

/* Ends the bot likewise, if there is one. */
void world_end_bot(struct world *world);

/* false: something was left behind. */
bool world_close(struct world *world, bool failed) must_check;

/* Starts the bot with its service account and waits until it takes commands. One that was started before is killed; where
 * checks failed since, its log is printed. variables: "NAME=value", ends with NULL;
 * NULL = none. */
bool world_start_bot(struct world *world, const char *const *variables) must_check;

/* An environment with Deployments web (3), api (1) and idle (0), and a StatefulSet db (2). annotations of the namespace:
 * JSON object or NULL. A bot that runs has seen it afterwards. */
bool world_make_environment(struct world *world, const char *name, const char *annotations) must_check;

/* "web 3 api 1 idle 0 db 2": what is wanted of the four now. Valid until the next call. */
const char *world_replicas(struct world *world, const char *name) must_check;

/* Types a command and waits for its last answer: for stop and start the outcome, else what stood in the ack. NULL: it
 * did not come in time. */
const char *world_say(struct world *world, const char *text) must_check;

/* Claims: what is not so is printed. text may be NULL. */
bool holds(const char *text, const char *part) must_check;
bool world_says(struct world *world, const char *command, const char *part) must_check;
bool world_stands_at(struct world *world, const char *name, const char *replicas) must_check;

/* Types the command until its answer holds part. false: it does not come to that in time. */
bool world_comes_to_say(struct world *world, const char *command, const char *part) must_check;

/* Until the bot has seen the namespace as an environment. false: not in time. */
bool world_knows(struct world *world, const char *name) must_check;

/* At the end of each test: Slack was never violated, and the log kept its secrets. */
bool world_is_content(struct world *world) must_check;

/* The main() of a test program with one world. outage as of cluster_open(). */
#define WORLD_MAIN(suite, world, outage, ...)                                                \
    int main(void)                                                                           \
    {                                                                                        \
        CU_TestInfo tests[] = { __VA_ARGS__, CU_TEST_INFO_NULL };                            \
        int status = world_open(world, outage) ? test_main_run(suite, tests) : EXIT_FAILURE; \
        return world_close(world, status != EXIT_SUCCESS) ? status : EXIT_FAILURE;           \
    }

#endif
