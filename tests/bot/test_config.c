/* Every variable: its default, and the sentence for every wrong value, which names the variable and never a secret. */
#include "bot/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bot/config_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void defaults_are_those_of_the_contract(void)
{
    struct given settings = { .variables = { .get = given_get } };
    struct config config = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(config_read(&settings.variables, &config, &error));
    CU_ASSERT_STRING_EQUAL(config.slack_api_url, "https://slack.com/api/");
    CU_ASSERT_STRING_EQUAL(config.ca_path, "");
    CU_ASSERT_STRING_EQUAL(config.cluster, "default");
    CU_ASSERT_STRING_EQUAL(config.store_path, "curfew.db");
    CU_ASSERT_EQUAL(config.log_level, LOG_INFO);
    CU_ASSERT_STRING_EQUAL(config.engine.settings.channel, "C024BE91L");
    CU_ASSERT_STRING_EQUAL(config.engine.allow, "");
    CU_ASSERT_STRING_EQUAL(config.engine.protected_names, "");
    CU_ASSERT_STRING_EQUAL(secret_reveal(&config.app_token.secret), "xapp-1-A1-2-secretapp");
    config_release(&config);
}

static void what_is_set_is_taken(void)
{
    struct given settings = { .variables = { .get = given_get },
                              .items = { { "SLACK_API_URL", "https://localhost:8443/api" },
                                         { "CURFEW_CLUSTER", "eu-1" },
                                         { "CURFEW_STORE", "sqlite:/var/lib/curfew/state.db" },
                                         { "CURFEW_PROTECTED", "payments, billing" },
                                         { "CURFEW_ALLOW", "U1,U2" },
                                         { "CURFEW_LOG", "debug" } } };
    struct config config = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(config_read(&settings.variables, &config, &error));
    CU_ASSERT_STRING_EQUAL(config.slack_api_url, "https://localhost:8443/api/");
    CU_ASSERT_STRING_EQUAL(config.cluster, "eu-1");
    CU_ASSERT_STRING_EQUAL(config.store_path, "/var/lib/curfew/state.db");
    CU_ASSERT_STRING_EQUAL(config.engine.protected_names, "payments, billing");
    CU_ASSERT_STRING_EQUAL(config.engine.allow, "U1,U2");
    CU_ASSERT_EQUAL(config.log_level, LOG_DEBUG);
    config_release(&config);
}

static void every_wrong_value_is_named_with_what_is_allowed(void)
{
    static const struct wrong_case cases[] = {
        { { "SLACK_APP_TOKEN", "" }, "SLACK_APP_TOKEN is not set; it must hold a Slack token that begins with xapp-" },
        { { "SLACK_BOT_TOKEN", NULL },
          "SLACK_BOT_TOKEN is not set; it must hold a Slack token that begins with xoxb-" },
        { { "SLACK_APP_TOKEN", "xoxb-1-2-planted" },
          "SLACK_APP_TOKEN holds no token of the right kind: it must begin with xapp-" },
        { { "SLACK_BOT_TOKEN", "xoxb-planted with blanks" }, "SLACK_BOT_TOKEN holds no token of the right kind" },
        { { "SLACK_BOT_TOKEN", "xoxb-planted\r\nX-Header: 1" }, "SLACK_BOT_TOKEN holds no token of the right kind" },
        { { "SLACK_BOT_TOKEN_FILE", "/nowhere" },
          "SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set; set one of them" },
        { { "SLACK_API_URL", "http://slack.com/api/" }, "SLACK_API_URL" },
        { { "SLACK_API_URL", "https://ann:planted@slack.com/api/" },
          "SLACK_API_URL must be an https URL without user" },
        { { "SLACK_API_URL", "https://slack.com/api/?x=1" },
          "SLACK_API_URL must be an https URL without user, query and fragment" },
        { { "SLACK_API_URL", "slack" }, "SLACK_API_URL" },
        { { "SSL_CERT_FILE", "/nowhere/ca.pem" }, "SSL_CERT_FILE: " },
        { { "SSL_CERT_FILE", "/etc/hostname" },
          "SSL_CERT_FILE is \"/etc/hostname\", which holds no certificate in PEM form" },
        { { "CURFEW_CHANNEL", "" },
          "CURFEW_CHANNEL is not set; it must hold the id of a Slack channel, such as C024BE91L" },
        { { "CURFEW_CHANNEL", "#general" }, "CURFEW_CHANNEL is \"#general\"; it must be the id of a Slack channel" },
        { { "CURFEW_CLUSTER", "eu#1" }, "CURFEW_CLUSTER is \"eu#1\"; allowed are up to 63 letters" },
        { { "CURFEW_STORE", "postgres:x" }, "CURFEW_STORE is \"postgres:x\"; allowed is sqlite:PATH" },
        { { "CURFEW_STORE", "sqlite:" }, "CURFEW_STORE is \"sqlite:\"; allowed is sqlite:PATH" },
        { { "CURFEW_STORE", "dynamodb:curfew" },
          "CURFEW_STORE is \"dynamodb:curfew\"; this release keeps its state in SQLite only" },
        { { "CURFEW_LOG", "loud" }, "CURFEW_LOG is \"loud\"; allowed are error, warn, info and debug" },
        { { "CURFEW_ALLOW", "@ann" }, "CURFEW_ALLOW holds \"?ann\"" },
        { { "CURFEW_ALLOW", "C024BE91L" }, "CURFEW_ALLOW holds \"C024BE91L\", which is no id of a Slack user" },
        { { "CURFEW_PROTECTED", "dev1,Dev_2" }, "CURFEW_PROTECTED holds \"Dev_2\", which is no name of a namespace" },
        { { "POD_NAMESPACE", "-x" }, "POD_NAMESPACE is \"-x\"; it must be the name of a namespace" },
        { { "POD_NAMESPACE", "a,b" }, "POD_NAMESPACE is \"a,b\"" },
        { { "HTTPS_PROXY", "socks5://proxy:1080" }, "HTTPS_PROXY: " },
        { { "ALL_PROXY", "socks5://proxy:1080" }, "ALL_PROXY: " },
        { { "CURFEW_CHANNEL", "C1\nC2" }, "CURFEW_CHANNEL is \"C1?C2\"" },
    };

    check_wrong_values(cases, sizeof cases / sizeof cases[0]);
}

static void a_token_may_stand_in_a_file(void)
{
    char folder[64] = "/tmp/curfew-config-XXXXXX", path[128], broken[128];
    struct config config = { 0 };
    struct error error = { 0 };

    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    (void) snprintf(path, sizeof path, "%s/token", folder);
    (void) snprintf(broken, sizeof broken, "%s/broken", folder);
    FILE *file = fopen(path, "w");
    CU_ASSERT_TRUE(fputs("xapp-1-from-file\n", file) >= 0 && fclose(file) == 0);
    file = fopen(broken, "w");
    CU_ASSERT_TRUE(fputs("planted\n", file) >= 0 && fclose(file) == 0);
    struct given settings = { .variables = { .get = given_get },
                              .items = { { "SLACK_APP_TOKEN", NULL }, { "SLACK_APP_TOKEN_FILE", path } } };
    CU_ASSERT_TRUE(config_read(&settings.variables, &config, &error));
    CU_ASSERT_STRING_EQUAL(secret_reveal(&config.app_token.secret), "xapp-1-from-file");
    config_release(&config);
    settings.items[1].value = broken;
    CU_ASSERT_FALSE(config_read(&settings.variables, &config, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "SLACK_APP_TOKEN_FILE holds no token of the right kind"));
    CU_ASSERT_PTR_NULL(strstr(error.message, "planted"));
    settings.items[1].value = "/nowhere/token";
    CU_ASSERT_FALSE(config_read(&settings.variables, &config, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "SLACK_APP_TOKEN_FILE: "));
    CU_ASSERT_EQUAL(unlink(path) + unlink(broken) + rmdir(folder), 0);
}

TEST_MAIN("bot/config", TEST(defaults_are_those_of_the_contract), TEST(what_is_set_is_taken),
          TEST(every_wrong_value_is_named_with_what_is_allowed), TEST(a_token_may_stand_in_a_file))
