/* tests/end_to_end/test_check.c - `curfew check`: a line for each connection and permission, and nothing changed by it. */
#include "base/text.h"
#include "tests/end_to_end/leaks.h"
#include "tests/end_to_end/world.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_SIZE = 700, VARIABLES_MAX = 12, CHECK_END_MS = 90 * 1000 };

static struct world world;

/* What differs from a bot that has all it needs; "" = not set. NULL ends it. */
static bool start_check(struct child *child, const char *const *changes)
{
    char texts[VARIABLES_MAX][TEXT_SIZE], store[STAGE_PATH_SIZE];
    const char *arguments[] = { CURFEW_PROGRAM, "check", NULL }, *environment[2 * VARIABLES_MAX] = { NULL };
    const struct workspace *slack = &world.workspace;
    size_t count = 0;

    stage_path(&world.stage, "curfew.db", store);
    for (; changes != NULL && changes[count] != NULL; count++)
        environment[count] = changes[count];
    const char *const values[][2] = {
        { "PATH", "/usr/bin:/bin" },
        { "ASAN_OPTIONS", "exitcode=99" },
        { "SLACK_APP_TOKEN", slack->app_token },
        { "SLACK_BOT_TOKEN", slack->bot_token },
        { "SLACK_API_URL", slack->api_url },
        { "SSL_CERT_FILE", slack->ca },
        { "CURFEW_CHANNEL", "CDEV000001" },
        { "KUBECONFIG", world.kubeconfig },
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        (void) snprintf(texts[i], TEXT_SIZE, "%s=%s", values[i][0], values[i][1]);
        environment[count++] = texts[i]; /* of two the first counts */
    }
    (void) snprintf(texts[VARIABLES_MAX - 1], TEXT_SIZE, "CURFEW_STORE=sqlite:%s", store);
    environment[count++] = texts[VARIABLES_MAX - 1];
    return child_start(child, &world.stage, arguments, environment);
}

/* It ends with that status, and its lines have these parts. No token, whole or coded, is among them. */
static bool checks(const char *const *changes, int status, const char *const *parts)
{
    struct child child;
    bool is_so = start_check(&child, changes) && child_wait(&child, CHECK_END_MS) && child.exit_status == status;
    const char *lines = buffer_text(&child.output.text);

    for (size_t i = 0; parts[i] != NULL; i++)
        is_so = holds(lines, parts[i]) && is_so;
    is_so = is_so && !leaks(lines, world.workspace.app_token) && !leaks(lines, world.workspace.bot_token) &&
            strstr(lines, "ticket=") == NULL && child.errors.text.length == 0;
    if (!is_so)
        printf("\n  exit status %d\n%s%s", child.exit_status, lines, buffer_text(&child.errors.text));
    child_release(&child);
    return is_so;
}

static void with_all_that_is_granted_nothing_is_missing(void)
{
    static const char *const parts[] = { "ok       configuration: every variable is understood",
                                         "ok       Kubernetes: v1.",
                                         "ok       clock: ",
                                         "deployments.apps",
                                         "ok       permission: list namespaces\n",
                                         "ok       permission: patch deployments/scale.apps\n",
                                         "ok       Slack: the bot token is of ",
                                         "ok       Slack: scope chat:write",
                                         "ok       Slack: the app token opens connections",
                                         "unknown  Slack: whether the bot is in the channel CDEV000001",
                                         "is not there yet, and can be made",
                                         NULL };
    char store[STAGE_PATH_SIZE];

    CU_ASSERT(checks(NULL, 0, parts));
    stage_path(&world.stage, "curfew.db", store);
    CU_ASSERT(access(store, F_OK) != 0);
}

static void a_bot_that_leads_is_seen_and_not_disturbed(void)
{
    static const char *const parts[] = { "a bot leads", NULL };

    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
    CU_ASSERT(checks(NULL, 0, parts));
    CU_ASSERT(bot_stop(&world.bot));
    static const char *const after[] = { "no bot leads at this moment", NULL };
    CU_ASSERT(checks(NULL, 0, after));
}

static void each_permission_that_is_missing_is_named_with_its_rule(void)
{
    char kubeconfig[STAGE_PATH_SIZE], variable[TEXT_SIZE];
    const char *const changes[] = { variable, NULL };
    static const char *const parts[] = {
        "ok       Kubernetes: v1.",
        "missing  permission: watch namespaces; a rule of a ClusterRole grants it: {apiGroups: [\"\"], resources: "
        "[\"namespaces\"], verbs: [watch]}",
        "missing  permission: patch deployments/scale.apps; a rule of a ClusterRole grants it: {apiGroups: [\"apps\"], "
        "resources: [\"deployments/scale\"], verbs: [patch]}",
        "ok       Slack: the app token opens connections", NULL
    };

    CU_ASSERT_FATAL(cluster_write_kubeconfig(&world.cluster, "default", "default", kubeconfig));
    (void) snprintf(variable, sizeof variable, "KUBECONFIG=%s", kubeconfig);
    CU_ASSERT(checks(changes, 1, parts));
}

static void where_nothing_answers_every_line_stands_by_itself(void)
{
    char kubeconfig[STAGE_PATH_SIZE], variable[TEXT_SIZE];
    const char *const changes[] = { variable, "SLACK_API_URL=https://127.0.0.1:1/api/",
                                    "CURFEW_STORE=sqlite:/nowhere/curfew.db", NULL };
    static const char *const parts[] = { "missing  Kubernetes: https://127.0.0.1:1 does not answer",
                                         "missing  Slack: the bot token does not work at https://127.0.0.1:1/api/",
                                         "missing  Slack: the app token opens no connection",
                                         "missing  store: /nowhere/curfew.db is not there, and cannot be made", NULL };

    stage_path(&world.stage, "nowhere.json", kubeconfig);
    FILE *file = fopen(kubeconfig, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void) fputs(
        "{\"clusters\":[{\"name\":\"a\",\"cluster\":{\"server\":\"https://127.0.0.1:1\"}}],\"users\":[{\"name\":\"a\","
        "\"user\":{\"token\":\"planted\"}}],\"contexts\":[{\"name\":\"a\",\"context\":{\"cluster\":\"a\",\"user\":"
        "\"a\"}}],\"current-context\":\"a\"}",
        file);
    CU_ASSERT(fclose(file) == 0);
    (void) snprintf(variable, sizeof variable, "KUBECONFIG=%s", kubeconfig);
    CU_ASSERT(checks(changes, 1, parts));
}

static void a_wrong_configuration_hides_nothing_else(void)
{
    static const char *const changes[] = { "SLACK_APP_TOKEN=", "CURFEW_CHANNEL=general", "CURFEW_LOG=loud",
                                           "SLACK_BOT_TOKEN=xoxb-1-planted", NULL };
    static const char *const parts[] = { "missing  configuration: SLACK_APP_TOKEN is not set",
                                         "missing  configuration: CURFEW_CHANNEL is \"general\"",
                                         "missing  configuration: CURFEW_LOG is \"loud\"",
                                         "ok       permission: list namespaces\n",
                                         "missing  Slack: the bot token does not work",
                                         "invalid_auth",
                                         "missing  Slack: SLACK_APP_TOKEN, from",
                                         NULL };

    CU_ASSERT(checks(changes, 1, parts));
}

/* The last one: it writes another kubeconfig in the place of the bot's. */
WORLD_MAIN("end_to_end/check", &world, "3s", TEST(with_all_that_is_granted_nothing_is_missing),
           TEST(a_bot_that_leads_is_seen_and_not_disturbed), TEST(where_nothing_answers_every_line_stands_by_itself),
           TEST(a_wrong_configuration_hides_nothing_else), TEST(each_permission_that_is_missing_is_named_with_its_rule))
