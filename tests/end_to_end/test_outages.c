/* tests/end_to_end/test_outages.c - an API server that dies or hangs, a bot that ends and begins, and what is wrong at its start.
 *
 * At the end of each: Slack has nothing to complain about, and the log (of level debug) holds no token, ticket or response
 * URL.
 */
#include "tests/end_to_end/world.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include "base/json.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { EXIT_REFUSED = 1, EXIT_CONFIGURATION = 2, END_MS = 30 * 1000 };

static struct world world;

/* Controllers take up to a minute to recover from an outage: no answer shall wait for pods so long. */
static const char *const verbose[] = { "CURFEW_LOG=debug", "CURFEW_READY_TIMEOUT=3s", NULL };
static const char all_up[] = "web 3 api 1 idle 0 db 2";
static const char all_down[] = "web 0 api 0 idle 0 db 0";

static bool stands_at(const char *name, const char *replicas)
{
    return world_stands_at(&world, name, replicas);
}

/* One that runs already will do, unless it ended. */
static bool has_bot(void)
{
    return (world.bot.child.stage != NULL && !world.bot.child.ended) || world_start_bot(&world, verbose);
}

static bool spoil(const char *json)
{
    return workspace_do(&world.workspace, "POST", "/spoil", json);
}

static bool add_fault(const char *json)
{
    return workspace_do(&world.workspace, "POST", "/faults", json);
}

static bool works(void)
{
    return holds(world_say(&world, "help"), "/curfew stop");
}

/* --- the API server -------------------------------------------------------------------------------------------- */

static void an_api_server_that_dies_during_a_stop_is_waited_for(void)
{
    struct sent sent;

    CU_ASSERT_FATAL(has_bot() && world_make_environment(&world, "outage1", NULL));
    sent = workspace_command(&world.workspace, NULL, "stop outage1");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "Stopping"));
    CU_ASSERT(cluster_take_away(&world.cluster, SIGUSR1));
    CU_ASSERT_PTR_NOT_NULL(workspace_answer(&world.workspace, &sent, 1));
    CU_ASSERT(cluster_wait(&world.cluster));
    CU_ASSERT(holds(world_say(&world, "stop outage1"), "stopped"));
    CU_ASSERT(stands_at("outage1", all_down));
    CU_ASSERT(holds(world_say(&world, "start outage1"), "`outage1` is "));
    CU_ASSERT(stands_at("outage1", all_up));
    CU_ASSERT(world_is_content(&world));
}

/* A command that comes while there is no API server is acked like any other. Its outcome is one of two: it was done
 * after the outage, or it says that nothing was changed; and that is then so. */
static void a_command_during_an_outage_is_acked_and_its_answer_is_true(void)
{
    static const int signals[] = { SIGUSR1, SIGUSR2 };
    static const char *const names[] = { "outage2", "outage3" };

    for (int i = 0; i < 2; i++) {
        char command[64];
        CU_ASSERT_FATAL(has_bot() && world_make_environment(&world, names[i], NULL));
        CU_ASSERT(cluster_take_away(&world.cluster, signals[i]));
        snprintf(command, sizeof command, "stop %s", names[i]);
        struct sent sent = workspace_command(&world.workspace, NULL, command);
        CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "Stopping"));
        CU_ASSERT(works());
        CU_ASSERT(cluster_wait(&world.cluster));
        const char *answer = workspace_answer(&world.workspace, &sent, 1);
        bool stopped = answer != NULL && strstr(answer, "is stopped (") != NULL;
        CU_ASSERT(stopped || holds(answer, "nothing was changed"));
        CU_ASSERT(stands_at(names[i], stopped ? all_down : all_up));
        CU_ASSERT(world_is_content(&world));
    }
}

static void a_label_that_is_set_during_an_outage_is_seen_afterwards(void)
{
    CU_ASSERT_FATAL(has_bot());
    CU_ASSERT(cluster_take_away(&world.cluster, SIGUSR1));
    CU_ASSERT(cluster_wait(&world.cluster));
    CU_ASSERT(cluster_make_namespace(&world.cluster, "outage4", "{\"scheduler\":\"enabled\"}", NULL));
    CU_ASSERT(world_knows(&world, "outage4"));
    CU_ASSERT(world_is_content(&world));
}

/* --- beginning and end ----------------------------------------------------------------------------------------- */

static void a_stop_that_is_cut_short_by_a_termination_is_taken_up_by_the_next_start(void)
{
    struct sent sent;

    CU_ASSERT_FATAL(has_bot() && world_make_environment(&world, "term1", NULL));
    CU_ASSERT(cluster_take_away(&world.cluster, SIGUSR2)); /* so that it cannot be at its end */
    sent = workspace_command(&world.workspace, NULL, "stop term1");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "Stopping"));
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT(world_is_content(&world));
    CU_ASSERT(cluster_wait(&world.cluster));
    CU_ASSERT_FATAL(has_bot());
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "`term1` "));
    CU_ASSERT(holds(world_say(&world, "stop term1"), "stopped"));
    CU_ASSERT(stands_at("term1", all_down));
    CU_ASSERT(holds(world_say(&world, "start term1"), "`term1` is "));
    CU_ASSERT(stands_at("term1", all_up));
    CU_ASSERT(world_is_content(&world));
}

static void an_end_is_said_to_slack_with_a_close(void)
{
    cJSON *entries = NULL;
    int disconnections;

    CU_ASSERT_FATAL(has_bot());
    disconnections = workspace_count(&world.workspace, "type=disconnection");
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT_FATAL(workspace_wait(&world.workspace, "type=disconnection", disconnections + 1, &entries));
    const cJSON *entry = cJSON_GetArrayItem(entries, disconnections);
    CU_ASSERT(json_is_true(entry, "received_close"));
    CU_ASSERT_EQUAL(json_member(entry, "code")->valuedouble, 1000);
    cJSON_Delete(entries);
    CU_ASSERT(holds(bot_log(&world.bot), "reason=closed"));
    CU_ASSERT(world_is_content(&world));
}

/* The bot ends by itself, with that status, and its log holds that text. */
static bool ends_with(const char *const *variables, int exit_status, const char *text)
{
    struct bot_options options = { .kubeconfig = world.kubeconfig };

    for (size_t i = 0; variables[i] != NULL; i++)
        options.variables[i] = variables[i];
    world_end_bot(&world);
    if (!bot_start(&world.bot, &world.stage, &world.workspace, &world.cluster, &options) ||
        !child_wait(&world.bot.child, END_MS))
        return false;
    return case_number(text, world.bot.child.exit_status, exit_status) && holds(bot_log(&world.bot), text);
}

static void a_token_that_slack_refuses_for_good_ends_the_bot_with_its_word(void)
{
    CU_ASSERT(add_fault("{\"method\":\"apps.connections.open\",\"count\":1,\"error\":\"invalid_auth\"}"));
    CU_ASSERT(ends_with(verbose, EXIT_REFUSED, "invalid_auth"));
    CU_ASSERT(world_is_content(&world));
    CU_ASSERT(add_fault("{\"method\":\"auth.test\",\"count\":1,\"error\":\"account_inactive\"}"));
    CU_ASSERT(ends_with(verbose, EXIT_REFUSED, "account_inactive"));
    CU_ASSERT(world_is_content(&world));
    CU_ASSERT(workspace_do(&world.workspace, "DELETE", "/faults", NULL));
}

static void a_token_that_is_refused_while_it_runs_ends_the_bot(void)
{
    CU_ASSERT_FATAL(has_bot());
    CU_ASSERT(add_fault("{\"method\":\"apps.connections.open\",\"count\":1,\"error\":\"token_revoked\"}"));
    CU_ASSERT(spoil("{\"kind\":\"drop\"}"));
    CU_ASSERT(child_wait(&world.bot.child, END_MS));
    CU_ASSERT_EQUAL(world.bot.child.exit_status, EXIT_REFUSED);
    CU_ASSERT(holds(bot_log(&world.bot), "token_revoked"));
    CU_ASSERT(world_is_content(&world));
}

static void a_wrong_configuration_is_said_before_anything_is_contacted(void)
{
    static const struct {
        const char *variables[3];
        const char *text;
    } cases[] = {
        { { "SLACK_APP_TOKEN=", NULL }, "SLACK_APP_TOKEN is not set" },
        { { "SLACK_BOT_TOKEN=xapp-1-planted", NULL }, "SLACK_BOT_TOKEN holds no token of the right kind" },
        { { "SLACK_BOT_TOKEN_FILE=/nowhere/token", "SLACK_BOT_TOKEN=", NULL }, "/nowhere/token" },
        { { "SLACK_API_URL=http://127.0.0.1/", NULL }, "SLACK_API_URL" },
        { { "SSL_CERT_FILE=/nowhere/ca.pem", NULL }, "SSL_CERT_FILE" },
        { { "CURFEW_CHANNEL=#dev", NULL }, "CURFEW_CHANNEL is" },
        { { "CURFEW_STORE=postgres:", NULL }, "CURFEW_STORE is" },
        { { "CURFEW_STORE=sqlite:/nowhere/curfew.db", NULL }, "CURFEW_STORE" },
        { { "CURFEW_LOG=loud", NULL }, "CURFEW_LOG is" },
        { { "CURFEW_READY_TIMEOUT=soon", NULL }, "CURFEW_READY_TIMEOUT" },
        { { "CURFEW_ALLOW=everybody", NULL }, "CURFEW_ALLOW" },
        { { "CURFEW_PROTECTED=Prod", NULL }, "CURFEW_PROTECTED" },
        { { "KUBECONFIG=/nowhere/config", NULL }, "/nowhere/config" },
    };
    static const char contacts[] = "type=call,connection,hello";
    int before = workspace_count(&world.workspace, contacts);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT(ends_with(cases[i].variables, EXIT_CONFIGURATION, cases[i].text));
        const char *log = bot_log(&world.bot);
        case_holds("one line", strchr(log, '\n') == log + strlen(log) - 1);
        case_holds("no secret", strstr(log, "planted") == NULL);
    }
    CU_ASSERT_EQUAL(workspace_count(&world.workspace, contacts), before);
}

static void a_second_bot_on_the_same_file_says_so_and_ends(void)
{
    struct bot_options options = { .kubeconfig = world.kubeconfig };
    struct bot second = { 0 };

    world_end_bot(&world);
    CU_ASSERT_FATAL(has_bot());
    CU_ASSERT_FATAL(bot_start(&second, &world.stage, &world.workspace, &world.cluster, &options));
    CU_ASSERT(child_wait(&second.child, END_MS));
    CU_ASSERT_EQUAL(second.child.exit_status, EXIT_CONFIGURATION);
    CU_ASSERT(holds(bot_log(&second), "CURFEW_STORE"));
    CU_ASSERT(bot_kept_quiet(&second));
    bot_release(&second, false);
    CU_ASSERT(works());
    CU_ASSERT(world_is_content(&world));
}

/* It waits for it, and says so. */
static void a_bot_that_starts_without_an_api_server_waits_for_it(void)
{
    struct bot_options options = { .kubeconfig = world.kubeconfig };

    world_end_bot(&world);
    CU_ASSERT(cluster_take_away(&world.cluster, SIGUSR1));
    CU_ASSERT_FATAL(bot_start(&world.bot, &world.stage, &world.workspace, &world.cluster, &options));
    CU_ASSERT(child_wait_for(&world.bot.child, "event=namespaces_unknown", 0, END_MS));
    CU_ASSERT(bot_is_ready(&world.bot));
    CU_ASSERT(works());
    CU_ASSERT(world_is_content(&world));
}

WORLD_MAIN("end_to_end/outages", &world, "4s", TEST(an_api_server_that_dies_during_a_stop_is_waited_for),
           TEST(a_command_during_an_outage_is_acked_and_its_answer_is_true),
           TEST(a_label_that_is_set_during_an_outage_is_seen_afterwards),
           TEST(a_stop_that_is_cut_short_by_a_termination_is_taken_up_by_the_next_start),
           TEST(an_end_is_said_to_slack_with_a_close),
           TEST(a_token_that_slack_refuses_for_good_ends_the_bot_with_its_word),
           TEST(a_token_that_is_refused_while_it_runs_ends_the_bot),
           TEST(a_wrong_configuration_is_said_before_anything_is_contacted),
           TEST(a_second_bot_on_the_same_file_says_so_and_ends),
           TEST(a_bot_that_starts_without_an_api_server_waits_for_it))
