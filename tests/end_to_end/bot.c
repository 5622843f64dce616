/* tests/end_to_end/bot.c - nothing of the test's own environment reaches it but what is named here. */
#include "tests/end_to_end/bot.h"

#include "base/text.h"
#include "tests/end_to_end/leaks.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VARIABLE_SIZE = 700, OWN_VARIABLES = 12 };

struct environment_block {
    char texts[OWN_VARIABLES][VARIABLE_SIZE];
    const char *items[OWN_VARIABLES + BOT_VARIABLES_MAX + 1];
    size_t text_count, count;
};

static bool is_given(const struct environment_block *block, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < block->count; i++)
        if (text_starts_with(block->items[i], name) && block->items[i][length] == '=')
            return true;
    return false;
}

static void add(struct environment_block *block, const char *name, const char *value)
{
    char *text = block->texts[block->text_count];

    if (is_given(block, name))
        return;
    block->text_count++;
    snprintf(text, VARIABLE_SIZE, "%s=%s", name, value);
    block->items[block->count++] = text;
}

static void fill(struct environment_block *block, const struct stage *stage, const struct workspace *workspace,
                 const struct cluster *cluster, const struct bot_options *options)
{
    char store[STAGE_PATH_SIZE + 16], file[STAGE_PATH_SIZE];

    for (size_t i = 0; i < BOT_VARIABLES_MAX && options->variables[i] != NULL; i++)
        block->items[block->count++] = options->variables[i];
    stage_path(stage, "curfew.db", file);
    snprintf(store, sizeof store, "sqlite:%s", options->store != NULL ? options->store : file);
    add(block, "PATH", "/usr/bin:/bin");
    add(block, "HOME", stage->folder);
    add(block, "ASAN_OPTIONS", "exitcode=99");
    add(block, "UBSAN_OPTIONS", "print_stacktrace=1");
    add(block, "SLACK_APP_TOKEN", workspace->app_token);
    add(block, "SLACK_BOT_TOKEN", workspace->bot_token);
    add(block, "SLACK_API_URL", workspace->api_url);
    add(block, "SSL_CERT_FILE", workspace->ca);
    add(block, "CURFEW_CHANNEL", "CDEV000001");
    add(block, "CURFEW_SCHEDULE", "never"); /* so that no test depends on the time of day */
    add(block, "CURFEW_STORE", store);
    add(block, "KUBECONFIG", options->kubeconfig != NULL ? options->kubeconfig : cluster->kubeconfig);
}

bool bot_start(struct bot *bot, struct stage *stage, const struct workspace *workspace, const struct cluster *cluster,
               const struct bot_options *options)
{
    static const struct bot_options plain = { 0 };
    const char *arguments[] = { CURFEW_PROGRAM, NULL };
    struct environment_block block = { 0 };

    bot->workspace = workspace;
    fill(&block, stage, workspace, cluster, options != NULL ? options : &plain);
    return child_start(&bot->child, stage, arguments, block.items);
}

bool bot_is_ready(struct bot *bot)
{
    return child_wait_for(&bot->child, "event=ready", 0, STAGE_PATIENCE_MS);
}

bool bot_stop(struct bot *bot)
{
    child_signal(&bot->child, SIGTERM);
    if (!child_wait(&bot->child, BOT_STOP_MS)) {
        printf("the bot did not end within %d s of SIGTERM\n", BOT_STOP_MS / 1000);
        return false;
    }
    if (bot->child.exit_status != 0)
        printf("the bot ended with %d\n", bot->child.exit_status);
    return bot->child.exit_status == 0;
}

void bot_kill(struct bot *bot)
{
    child_signal(&bot->child, SIGKILL);
    if (!child_wait(&bot->child, STAGE_PATIENCE_MS))
        printf("the bot cannot be killed\n");
}

const char *bot_log(const struct bot *bot)
{
    return buffer_text(&bot->child.errors.text);
}

static bool lacks(const struct bot *bot, const char *secret)
{
    if (!leaks(bot_log(bot), secret) && !leaks(buffer_text(&bot->child.output.text), secret))
        return true;
    printf("the bot's log holds \"%.40s\" in some form\n", secret);
    return false;
}

bool bot_kept_quiet(const struct bot *bot)
{
    static const char *const words[] = { "xapp-", "xoxb-",  "ticket=",          "hooks.slack.com", "/link/",
                                         "eyJhb", "Bearer", "AddressSanitizer", "runtime error" };
    const struct workspace *workspace = bot->workspace;
    bool quiet = lacks(bot, workspace->app_token) && lacks(bot, workspace->bot_token);

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        quiet = lacks(bot, words[i]) && quiet;
    for (size_t i = 0; i < workspace->url_count; i++) {
        const char *secret = strrchr(workspace->urls[i], '/');
        quiet = lacks(bot, workspace->urls[i]) && lacks(bot, secret + 1) && quiet;
    }
    return quiet;
}

void bot_release(struct bot *bot, bool shown)
{
    if (bot->child.stage == NULL)
        return;
    bot_kill(bot);
    if (shown)
        printf("\n--- the bot's log:\n%s---\n", bot_log(bot));
    child_release(&bot->child);
}
