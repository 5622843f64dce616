/* tests/bench/contenders.c - each is a process of its own, with the same environment variables. */
#include "tests/bench/contenders.h"

#include "base/text.h"
#include "tests/end_to_end/bot.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STOP_MS = 10 * 1000, VARIABLE_SIZE = 700, VARIABLES = 8, HTTPS_PORT = 443 };

const struct contender contenders[CONTENDER_COUNT] = {
    { .name = "Curfew", .is_curfew = true },
    { .name = "bare client", .answers_none = true, .path = BENCH_BARE },
    { .name = "Bolt for JavaScript", .runs = "BENCH_NODE", .path = BENCH_PEERS "/bolt.js" },
    { .name = "Bolt for Python", .port = HTTPS_PORT, .runs = "BENCH_PYTHON", .path = BENCH_PEERS "/bolt_builtin.py" },
    { .name = "Bolt for Python, aiohttp",
      .port = HTTPS_PORT,
      .runs = "BENCH_PYTHON",
      .path = BENCH_PEERS "/bolt_aiohttp.py" },
};

bool contender_is_there(const struct contender *contender)
{
    const char *interpreter = contender->runs == NULL ? NULL : getenv(contender->runs);

    if (contender->port == HTTPS_PORT && geteuid() != 0)
        return false;
    return contender->runs == NULL || (interpreter != NULL && interpreter[0] != '\0');
}

/* What the driver wants to know of the Slack that is played here. */
static bool start_curfew(const struct crowd *crowd, const struct cluster *cluster, struct running *running)
{
    struct workspace workspace = { .stage = crowd->stage };

    text_copy_cut(workspace.api_url, sizeof workspace.api_url, crowd->api_url);
    text_copy_cut(workspace.ca, sizeof workspace.ca, crowd->ca);
    text_copy_cut(workspace.app_token, sizeof workspace.app_token, crowd->app_token);
    text_copy_cut(workspace.bot_token, sizeof workspace.bot_token, crowd->bot_token);
    return bot_start(&running->bot, crowd->stage, &workspace, cluster, NULL);
}

static bool start_other(const struct contender *contender, const struct crowd *crowd, struct running *running)
{
    static const char *const names[] = { "SLACK_API_URL",
                                         "SLACK_APP_TOKEN",
                                         "SLACK_BOT_TOKEN",
                                         "SSL_CERT_FILE",
                                         "NODE_EXTRA_CA_CERTS",
                                         "NODE_PATH",
                                         "HOME",
                                         "PATH" };
    const char *modules = getenv("BENCH_NODE_PATH");
    const char *values[] = {
        crowd->api_url,       crowd->app_token, crowd->bot_token, crowd->ca, crowd->ca, modules != NULL ? modules : "",
        crowd->stage->folder, "/usr/bin:/bin"
    };
    char texts[VARIABLES][VARIABLE_SIZE];
    const char *environment[VARIABLES + 1] = { NULL };
    const char *script[] = { contender->runs == NULL ? NULL : getenv(contender->runs), contender->path, NULL };
    const char *program[] = { contender->path, NULL };

    for (int i = 0; i < VARIABLES; i++) {
        snprintf(texts[i], VARIABLE_SIZE, "%s=%s", names[i], values[i]);
        environment[i] = texts[i];
    }
    return child_start(&running->bot.child, crowd->stage, contender->runs == NULL ? program : script, environment);
}

bool contender_start(const struct contender *contender, struct crowd *crowd, const struct cluster *cluster,
                     struct running *running)
{
    int64_t begun_us = bench_now_us(), hello_us = 0;
    bool started;

    *running = (struct running){ 0 };
    started = contender->is_curfew ? start_curfew(crowd, cluster, running) : start_other(contender, crowd, running);
    started =
        started && crowd_wait_for_hello(crowd, &hello_us) && (!contender->is_curfew || bot_is_ready(&running->bot));
    running->hello_ms = (double) (hello_us - begun_us) / 1e3;
    running->ready_ms = (double) (bench_now_us() - begun_us) / 1e3;
    if (!started)
        printf("%s did not start:\n%s\n", contender->name, bot_log(&running->bot));
    return started;
}

static void remove_store(const struct stage *stage)
{
    static const char *const files[] = { "curfew.db", "curfew.db-wal", "curfew.db-shm", "curfew.db.lock" };
    char path[STAGE_PATH_SIZE];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        stage_path(stage, files[i], path);
        (void) unlink(path);
    }
}

void contender_stop(struct running *running)
{
    struct stage *stage = running->bot.child.stage;

    if (stage == NULL)
        return;
    child_signal(&running->bot.child, SIGTERM);
    if (!child_wait(&running->bot.child, STOP_MS))
        printf("process %d takes no notice of SIGTERM\n", (int) running->bot.child.pid);
    child_release(&running->bot.child);
    remove_store(stage);
}
