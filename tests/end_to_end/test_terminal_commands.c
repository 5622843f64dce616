/* tests/end_to_end/test_terminal_commands.c - what somebody types at a terminal, where a bot leads and where none does. */
#include "base/text.h"
#include "tests/end_to_end/world.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 8, TEXT_SIZE = 700, EXIT_FAILED = 1, EXIT_WRONG = 2 };

static const char all_up[] = "web 3 api 1 idle 0 db 2";
static const char all_down[] = "web 0 api 0 idle 0 db 0";

static struct world world;

/* --- typing ---------------------------------------------------------------------------------------------------- */

static bool start(struct child *child, const char *program, const char *const *words)
{
    char store[TEXT_SIZE], kubeconfig[TEXT_SIZE], file[STAGE_PATH_SIZE];
    const char *arguments[WORDS_MAX + 2] = { program };
    const char *environment[] = { "PATH=/usr/bin:/bin",
                                  "ASAN_OPTIONS=exitcode=99",
                                  "TZ=UTC0",
                                  "CURFEW_SCHEDULE=never",
                                  "CURFEW_ALLOW=UNOBODY01",
                                  store,
                                  kubeconfig,
                                  NULL };

    stage_path(&world.stage, "curfew.db", file);
    (void) snprintf(store, sizeof store, "CURFEW_STORE=sqlite:%s", file);
    (void) snprintf(kubeconfig, sizeof kubeconfig, "KUBECONFIG=%s", world.kubeconfig);
    for (size_t i = 0; words[i] != NULL && i < WORDS_MAX; i++)
        arguments[i + 1] = words[i];
    return child_start(child, &world.stage, arguments, environment);
}

/* Both outputs and the exit status are as expected; otherwise they are printed. */
static bool came_to(const struct child *child, int status, const char *output, const char *errors)
{
    const char *said = buffer_text(&child->output.text), *complained = buffer_text(&child->errors.text);
    bool is_so = child->ended && child->exit_status == status && strstr(said, output) != NULL &&
                 strstr(complained, errors) != NULL;

    if (!is_so)
        printf("\n  exit status %d, output: %s\n  errors: %s\n", child->exit_status, said, complained);
    return is_so;
}

static bool types_as(const char *program, const char *const *words, int status, const char *output, const char *errors)
{
    struct child child;
    bool is_so = start(&child, program, words) && child_wait(&child, STAGE_PATIENCE_MS) &&
                 came_to(&child, status, output, errors);

    child_release(&child);
    return is_so;
}

#define TYPES(status, output, errors, ...) \
    types_as(CURFEW_PROGRAM, (const char *const[]){ __VA_ARGS__, NULL }, status, output, errors)

/* --- what would be done ---------------------------------------------------------------------------------------- */

static void a_plan_says_what_would_be_done_and_does_nothing(void)
{
    char store[STAGE_PATH_SIZE];

    CU_ASSERT_FATAL(world_make_environment(&world, "plan1", NULL));
    CU_ASSERT(TYPES(0, "`plan1` has the default schedule: `never`.\nIt has no curfew.\nA stop now:\n", "", "plan"));
    CU_ASSERT(TYPES(0, "• `web` scaled 3 → 0\n", "", "plan", "plan1"));
    CU_ASSERT(TYPES(0, "• `db` (statefulsets.apps) scaled 2 → 0\n", "", "plan", "plan*"));
    CU_ASSERT(TYPES(0, "• `idle` stays at 0, also when it is started\n", "", "plan"));
    CU_ASSERT(TYPES(EXIT_WRONG, "", "No environment `plan`. Did you mean `plan1`?", "plan", "plan"));
    CU_ASSERT(world_stands_at(&world, "plan1", all_up));
    stage_path(&world.stage, "curfew.db", store);
    CU_ASSERT(access(store, F_OK) != 0);
}

static void what_is_asleep_has_a_plan_of_its_start(void)
{
    CU_ASSERT(TYPES(0, "`plan1` is stopped", "", "stop", "plan1"));
    CU_ASSERT(TYPES(0, "A start now:\n", "", "plan", "plan1"));
    CU_ASSERT(TYPES(0, "• `web` scaled 0 → 3\n", "", "plan", "plan1"));
    CU_ASSERT(TYPES(0, "• `idle` stays at 0: it was at 0 before", "", "plan", "plan1"));
    CU_ASSERT(world_stands_at(&world, "plan1", all_down));
    CU_ASSERT(TYPES(0, "`plan1` is up", "", "start", "plan1"));
}

/* --- without a bot --------------------------------------------------------------------------------------------- */

static void without_a_bot_it_is_done_on_the_spot(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "alone1", "{\"curfew/owners\":\"UNOBODY01\"}"));
    CU_ASSERT(TYPES(0, "`alone1`  not touched by Curfew so far", "", "list"));
    CU_ASSERT(TYPES(0, "`alone1` is stopped (3 workloads at 0, 6 replicas remembered", "Stopping `alone1` …", "stop",
                    "alone1"));
    CU_ASSERT(world_stands_at(&world, "alone1", all_down));
    CU_ASSERT(TYPES(0, "by kubeconfig:test", "", "list", "alone1"));
    CU_ASSERT(TYPES(0, "`alone1` was stopped already", "", "stop", "alone1"));
    CU_ASSERT(TYPES(0, "`alone1` is up (6/6 ready", "Starting `alone1` …", "start", "alone1"));
    CU_ASSERT(world_stands_at(&world, "alone1", all_up));
    CU_ASSERT(TYPES(0, "`alone1` is up: 6/6 ready", "", "status", "alone1"));
    CU_ASSERT(TYPES(0, "kubeconfig:test", "", "history", "alone1"));
}

static void what_is_wrong_has_its_exit_status(void)
{
    CU_ASSERT(TYPES(EXIT_WRONG, "", "curfew: I do not know `stopp`", "stopp", "alone1"));
    CU_ASSERT(TYPES(EXIT_WRONG, "", "No environment `alone`. Did you mean `alone1`?", "stop", "alone"));
    CU_ASSERT(TYPES(EXIT_WRONG, "", "\"--loud\" is not understood", "stop", "alone1", "--loud"));
    CU_ASSERT(TYPES(EXIT_FAILED, "`alone1` has no curfew", "", "prolongate", "alone1", "for", "2h"));
    CU_ASSERT(TYPES(EXIT_WRONG, "", "no day of the week", "schedule", "alone1", "Mon-Fry 20:00"));
}

static void a_pattern_is_asked_about_unless_yes_is_said(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "alone2", NULL));
    CU_ASSERT(TYPES(EXIT_WRONG, "", "say --yes, or name them one by one", "stop", "alone*"));
    CU_ASSERT(world_stands_at(&world, "alone1", all_up));
    CU_ASSERT(TYPES(0, "`alone2` is stopped", "Stopping `alone1` and `alone2`", "stop", "alone*", "--yes"));
    CU_ASSERT(world_stands_at(&world, "alone1", all_down));
    CU_ASSERT(world_stands_at(&world, "alone2", all_down));
    CU_ASSERT(TYPES(0, "`alone1` is up", "", "start", "alone1", "alone2"));
}

static void a_schedule_is_set_and_shown(void)
{
    CU_ASSERT(TYPES(0, "`alone1` has a new schedule: `Mon-Fri 08:00-20:00 UTC`", "", "schedule", "alone1",
                    "Mon-Fri 08:00-20:00"));
    CU_ASSERT(TYPES(0, "Mon-Fri 08:00-20:00", "", "schedule", "alone1"));
    CU_ASSERT(TYPES(0, "has the default schedule again", "", "schedule", "alone1", "default"));
}

static void as_a_plugin_of_kubectl_it_says_so(void)
{
    char plugin[STAGE_PATH_SIZE];
    const char *const stop[] = { "stop", "alone2", NULL }, *const status[] = { "status", "alone2", NULL };
    const char *const wrong[] = { "stop", NULL };

    stage_path(&world.stage, "kubectl-curfew", plugin);
    CU_ASSERT_FATAL(symlink(CURFEW_PROGRAM, plugin) == 0);
    CU_ASSERT(types_as(plugin, stop, 0, "`alone2` is stopped", ""));
    CU_ASSERT(types_as(plugin, status, 0, "`alone2` is stopped", ""));
    CU_ASSERT(types_as(plugin, wrong, EXIT_WRONG, "", "kubectl curfew: "));
    CU_ASSERT(types_as(plugin, (const char *const[]){ "prolongate", "alone2", "for", "1h", NULL }, EXIT_FAILED,
                       "`kubectl curfew start alone2`", ""));
    CU_ASSERT(types_as(plugin, (const char *const[]){ NULL }, 0, "Usage: kubectl curfew", ""));
}

/* --- where a bot leads ----------------------------------------------------------------------------------------- */

static void where_a_bot_leads_it_carries_it_out(void)
{
    static const char *const variables[] = { "CURFEW_ALLOW=UANN000001", NULL };

    CU_ASSERT_FATAL(world_start_bot(&world, variables));
    CU_ASSERT_FATAL(world_make_environment(&world, "led1", "{\"curfew/owners\":\"UNOBODY01\"}"));
    CU_ASSERT(TYPES(0, "`led1` is stopped (3 workloads at 0, 6 replicas remembered", "", "stop", "led1"));
    CU_ASSERT(world_stands_at(&world, "led1", all_down));
    CU_ASSERT(strstr(bot_log(&world.bot), "event=command") != NULL);
    CU_ASSERT(strstr(bot_log(&world.bot), "by=kubeconfig:test") != NULL);
    CU_ASSERT(world_says(&world, "list led1", "by kubeconfig:test"));
    CU_ASSERT(TYPES(0, "`led1` is up (6/6 ready", "", "start", "led1"));
    CU_ASSERT(world_stands_at(&world, "led1", all_up));
    CU_ASSERT(TYPES(0, "`led1` is up: 6/6 ready", "", "status", "led1"));
    CU_ASSERT(TYPES(0, "stop", "", "history", "led1"));
    CU_ASSERT(TYPES(0, "A stop now:\n", "", "plan", "led1")); /* beside the bot */
    CU_ASSERT(world_is_content(&world));
}

static void what_the_bot_answers_has_its_exit_status(void)
{
    CU_ASSERT(TYPES(EXIT_WRONG, "", "No environment `led`. Did you mean `led1`?", "stop", "led"));
    CU_ASSERT(TYPES(EXIT_FAILED, "`led1` has no curfew", "", "prolongate", "led1", "for", "2h"));
    CU_ASSERT(TYPES(EXIT_WRONG, "", "say --yes, or name them one by one", "stop", "led*"));
    CU_ASSERT(TYPES(0, "`led1` is stopped", "", "stop", "led*", "-y"));
    CU_ASSERT(world_is_content(&world));
}

/* Pods that take their time. */
static bool make_slow(const char *name)
{
    static const struct made_workload slow = { "deployments", "slow", 1, NULL, "{\"cluster/ready-delay\":\"8s\"}" };

    return cluster_make_namespace(&world.cluster, name, "{\"scheduler\":\"enabled\"}", NULL) &&
           cluster_make_workload(&world.cluster, name, &slow) && world_knows(&world, name);
}

static void interrupted_it_goes_on_at_the_bot(void)
{
    struct child child;

    CU_ASSERT_FATAL(make_slow("slow1"));
    CU_ASSERT(TYPES(0, "`slow1` is stopped", "", "stop", "slow1"));
    CU_ASSERT_FATAL(start(&child, CURFEW_PROGRAM, (const char *const[]){ "start", "slow1", NULL }));
    CU_ASSERT(child_wait_for(&child, "Starting `slow1` …", 0, STAGE_PATIENCE_MS));
    child_signal(&child, SIGINT);
    CU_ASSERT(child_wait(&child, STAGE_PATIENCE_MS));
    CU_ASSERT(came_to(&child, EXIT_FAILED, "", "the bot has taken the command up and goes on with it"));
    child_release(&child);
    CU_ASSERT(world_comes_to_say(&world, "status slow1", "`slow1` is up: 1/1 ready"));
    CU_ASSERT(world_is_content(&world));
}

/* What it says depends on how far the bot was: it is carried to its end, or told how it stands. */
static void where_the_bot_dies_the_terminal_goes_on(void)
{
    struct child child;

    CU_ASSERT(TYPES(0, "`slow1` is stopped", "", "stop", "slow1"));
    CU_ASSERT_FATAL(start(&child, CURFEW_PROGRAM, (const char *const[]){ "start", "slow1", NULL }));
    CU_ASSERT(child_wait_for(&child, "Starting `slow1` …", 0, STAGE_PATIENCE_MS));
    bot_kill(&world.bot);
    CU_ASSERT(child_wait(&child, STAGE_PATIENCE_MS));
    CU_ASSERT(came_to(&child, 0, "`slow1` ", ""));
    child_release(&child);
}

/* What nobody has taken up can be withdrawn. */
static void a_bot_that_hangs_leaves_it_to_be_withdrawn(void)
{
    struct child child;

    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
    child_signal(&world.bot.child, SIGSTOP);
    CU_ASSERT_FATAL(start(&child, CURFEW_PROGRAM, (const char *const[]){ "stop", "alone1", NULL }));
    stage_pass(&world.stage, 1500); /* so that it is offered by then */
    child_signal(&child, SIGINT);
    CU_ASSERT(child_wait(&child, STAGE_PATIENCE_MS));
    CU_ASSERT(came_to(&child, EXIT_FAILED, "", "it was withdrawn and nothing was changed"));
    child_release(&child);
    child_signal(&world.bot.child, SIGCONT);
    CU_ASSERT(TYPES(0, "`alone1` is up", "", "status", "alone1"));
    CU_ASSERT(world_stands_at(&world, "alone1", all_up));
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT(world_is_content(&world));
}

WORLD_MAIN("end_to_end/terminal_commands", &world, "3s", TEST(a_plan_says_what_would_be_done_and_does_nothing),
           TEST(what_is_asleep_has_a_plan_of_its_start), TEST(without_a_bot_it_is_done_on_the_spot),
           TEST(what_is_wrong_has_its_exit_status), TEST(a_pattern_is_asked_about_unless_yes_is_said),
           TEST(a_schedule_is_set_and_shown), TEST(as_a_plugin_of_kubectl_it_says_so),
           TEST(where_a_bot_leads_it_carries_it_out), TEST(what_the_bot_answers_has_its_exit_status),
           TEST(interrupted_it_goes_on_at_the_bot), TEST(where_the_bot_dies_the_terminal_goes_on),
           TEST(a_bot_that_hangs_leaves_it_to_be_withdrawn))
