/* tests/bot/test_config_terminal.c - bot/config.h: what a command at a terminal needs to be told, and what it does not. */
#include "bot/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bot/config_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#define WITHOUT_SLACK                                         \
    { "SLACK_APP_TOKEN", NULL }, { "SLACK_BOT_TOKEN", NULL }, \
    {                                                         \
        "CURFEW_CHANNEL", NULL                                \
    }

static void nothing_of_slack_is_asked_for_nor_read(void)
{
    struct given settings = { .variables = { .get = given_get },
                              .items = { WITHOUT_SLACK,
                                         { "SLACK_API_URL", "no URL" },
                                         { "CURFEW_ALLOW", "no id" },
                                         { "CURFEW_STORE", "sqlite:/var/lib/curfew/state.db" },
                                         { "CURFEW_LEASE", "2h" } } };
    struct config config = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(config_read_terminal(&settings.variables, &config, &error));
    CU_ASSERT_STRING_EQUAL(config.store_path, "/var/lib/curfew/state.db");
    CU_ASSERT_STRING_EQUAL(config.engine.settings.channel, "");
    CU_ASSERT_STRING_EQUAL(config.engine.allow, "");
    CU_ASSERT_EQUAL(config.engine.lease_s, 2 * 60 * 60);
    CU_ASSERT_TRUE(secret_is_empty(&config.bot_token.secret));
    CU_ASSERT_FALSE(config.logs);
    config_release(&config);
}

static void what_is_wrong_is_named(void)
{
    static const struct wrong_case cases[] = {
        { { "CURFEW_CHANNEL", "general" }, "CURFEW_CHANNEL is \"general\"" },
        { { "CURFEW_CLUSTER", "a b" }, "CURFEW_CLUSTER" },
        { { "CURFEW_SCHEDULE", "sometimes" }, "CURFEW_SCHEDULE" },
        { { "CURFEW_LOG", "loud" }, "CURFEW_LOG" },
        { { "CURFEW_PROTECTED", "A B" }, "CURFEW_PROTECTED" },
        { { "POD_NAMESPACE", "A" }, "POD_NAMESPACE" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct given settings = { .variables = { .get = given_get },
                                  .items = { { "CURFEW_STORE", "sqlite:/a" }, cases[i].setting } };
        struct config config = { 0 };
        struct error error = { 0 };

        case_holds(cases[i].part, !config_read_terminal(&settings.variables, &config, &error));
        case_holds(error.message, strstr(error.message, cases[i].part) != NULL);
    }
}

/* A new store would know nothing of what is asleep. */
static void a_store_is_named_or_lies_here(void)
{
    struct given settings = { .variables = { .get = given_get }, .items = { WITHOUT_SLACK } };
    char folder[] = "/tmp/curfew-config-XXXXXX", before[4096];
    struct config config = { 0 };
    struct error error = { 0 };

    CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(before, sizeof before));
    CU_ASSERT_FATAL(mkdtemp(folder) != NULL && chdir(folder) == 0);
    CU_ASSERT_FALSE(config_read_terminal(&settings.variables, &config, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "CURFEW_STORE is not set, and there is no curfew.db in this folder"));
    FILE *file = fopen("curfew.db", "w");
    CU_ASSERT_FATAL(file != NULL && fclose(file) == 0);
    CU_ASSERT_TRUE(config_read_terminal(&settings.variables, &config, &error));
    config_release(&config);
    CU_ASSERT(unlink("curfew.db") == 0 && chdir(before) == 0 && rmdir(folder) == 0);
}

TEST_MAIN("bot/config_terminal", TEST(nothing_of_slack_is_asked_for_nor_read), TEST(what_is_wrong_is_named),
          TEST(a_store_is_named_or_lies_here))
