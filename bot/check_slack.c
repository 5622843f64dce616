/* bot/check_slack.c - Slack: both tokens, what they may do, and what cannot be found out.
 *
 * What Slack answers to the app token holds a ticket, which is shown to nobody.
 */
#include <string.h>

#include "base/http.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "bot/check.h"
#include "k8s/yaml_file.h"

static const char user_agent[] = "curfew/" CURFEW_VERSION;

/* Of each scope, what is lost without it. */
static const struct {
    const char *scope, *lost;
} uses[] = {
    { "commands", "nobody can give commands in Slack" },
    { "chat:write", "nothing is announced, and answers that come late are lost" },
    { "usergroups:read", "user groups in CURFEW_ALLOW and curfew/owners permit nobody" },
};

static const char *lost_without(const char *scope)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        if (text_equal(uses[i].scope, scope))
            return uses[i].lost;
    return "what needs it does not work";
}

static bool is_token(const struct secret_file *token, const char *prefix)
{
    return text_starts_with(secret_reveal(&token->secret), prefix);
}

/* true: *ret_answer is what Slack said, with "ok" true. false: Slack's word, or why there is none, is in error. */
static bool ask(struct check *check, const char *method, const struct secret_file *token,
                struct http_exchange *exchange, cJSON **ret_answer, struct error *error)
{
    const struct http_client_options options = { .user_agent = user_agent, .ca_path = check->config.ca_path };
    struct http_client *client = http_client_new(check->loop, &options);

    exchange->request.method = "POST";
    exchange->request.bearer = &token->secret;
    exchange->request.timeout_ms = CHECK_MS;
    exchange->request.wanted_header = "X-OAuth-Scopes";
    buffer_append_format(&exchange->request.url, "%s%s", check->config.slack_api_url, method);
    http_exchange_start(client, exchange, &check->flow);
    bool done = check_wait(check, &exchange->done);
    bool asked = done && exchange->error.kind == ERROR_NONE &&
                 json_parse(buffer_text(&exchange->response.body), exchange->response.body.length,
                            "the answer of Slack", ret_answer, error);
    if (!done)
        (void) error_set(error, ERROR_TIMEOUT, "no answer within %d s", CHECK_MS / 1000);
    else if (exchange->error.kind != ERROR_NONE)
        *error = exchange->error;
    else if (asked && !json_is_true(*ret_answer, "ok"))
        asked = error_set(error, ERROR_REFUSED, "Slack says \"%.64s\"", json_text(*ret_answer, "error"));
    http_exchange_cancel(exchange);
    http_client_free(client);
    return asked;
}

/* --- scopes ---------------------------------------------------------------------------------------------------- */

static bool is_among(const char *list, const char *scope)
{
    size_t length = strlen(scope);

    while (*list != '\0') {
        list += strspn(list, ", ");
        size_t item = strcspn(list, ", ");
        if (item == length && memcmp(list, scope, length) == 0)
            return true;
        list += item;
    }
    return false;
}

static void check_scope(struct check *check, const char *granted, const char *scope)
{
    if (is_among(granted, scope))
        check_ok(check, "Slack: scope %s", scope);
    else
        check_missing(
            check,
            "Slack: scope %s, without which %s; add it under \"OAuth & Permissions\", \"Bot Token Scopes\", then "
            "reinstall the app",
            scope, lost_without(scope));
}

/* Those that deploy/slack-app.yaml asks for. */
static void check_scopes(struct check *check, const char *granted)
{
    struct yaml_file file = { 0 };
    struct error error = { 0 };

    if (granted[0] == '\0') {
        check_unknown(check, "Slack: it does not say which scopes the bot token has");
        return;
    }
    if (!yaml_file_read("the manifest", deploy_slack_app, strlen(deploy_slack_app), &file, &error)) {
        check_unknown(check, "Slack: %s", error.message);
        return;
    }
    yaml_node_t *scopes = yaml_member(&file, yaml_member(&file, yaml_root(&file), "oauth_config"), "scopes");
    yaml_node_t *wanted = yaml_member(&file, scopes, "bot");
    for (size_t i = 0; i < yaml_item_count(wanted); i++) {
        char *scope = NULL;

        if (yaml_node_text(&file, yaml_item(&file, wanted, i), "a scope", &scope, &error))
            check_scope(check, granted, scope);
        memory_release_text(&scope);
    }
    yaml_file_release(&file);
    if (!is_among(granted, "channels:history") && !is_among(granted, "groups:history"))
        check_ok(check, "Slack: without channels:history an announcement whose answer was lost is not posted again");
}

/* --- tokens ---------------------------------------------------------------------------------------------------- */

static bool check_bot_token(struct check *check)
{
    struct http_exchange exchange = { 0 };
    released_by(json_release) cJSON *answer = NULL;
    struct error error = { 0 };
    bool works = false;

    if (!is_token(&check->config.bot_token, "xoxb-")) {
        check_missing(check, "Slack: SLACK_BOT_TOKEN, from \"OAuth & Permissions\" of the app");
        return false;
    }
    works = ask(check, "auth.test", &check->config.bot_token, &exchange, &answer, &error);
    if (works) {
        check_ok(check, "Slack: the bot token is of %s in %s", json_text(answer, "user"), json_text(answer, "team"));
        check_scopes(check, exchange.response.header);
    } else {
        check_missing(check, "Slack: the bot token does not work at %s: %s", check->config.slack_api_url,
                      error.message);
    }
    http_exchange_release(&exchange);
    return works;
}

static void check_app_token(struct check *check)
{
    struct http_exchange exchange = { 0 };
    released_by(json_release) cJSON *answer = NULL;
    struct error error = { 0 };

    if (!is_token(&check->config.app_token, "xapp-"))
        check_missing(check, "Slack: SLACK_APP_TOKEN, from \"Basic Information\", \"App-Level Tokens\", with the scope "
                             "connections:write");
    else if (ask(check, "apps.connections.open", &check->config.app_token, &exchange, &answer, &error))
        check_ok(check, "Slack: the app token opens connections");
    else
        check_missing(check, "Slack: the app token opens no connection: %s%s", error.message,
                      error.kind == ERROR_REFUSED ? "; it needs the scope connections:write, and Socket Mode must be on"
                                                  : "");
    http_exchange_release(&exchange);
}

void check_slack(struct check *check)
{
    const char *channel = check->config.engine.settings.channel;
    bool works = check_bot_token(check);

    check_app_token(check);
    if (works && channel[0] != '\0')
        check_unknown(check,
                      "Slack: whether the bot is in the channel %s is seen by no scope it has: type /invite @curfew "
                      "there; the log says event=channel_failed where it is not",
                      channel);
}
