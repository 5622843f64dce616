/* bot/main.c - builds everything and hands it over. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/random.h"
#include "base/text.h"
#include "bot/check.h"
#include "bot/config.h"
#include "bot/engine.h"
#include "bot/plan_command.h"
#include "bot/runner.h"
#include "bot/slack.h"
#include "bot/terminal.h"
#include "k8s/access.h"
#include "k8s/client.h"
#include "k8s/discovery.h"
#include "store/sqlite.h"

enum { EXIT_CONFIGURATION = 2 };

static const char user_agent[] = "curfew/" CURFEW_VERSION;

static const char usage[] =
    "Usage: %s [--version | --help]\n"
    "       %s COMMAND [--yes]\n"
    "\n"
    "Without a command the bot runs: it stops Kubernetes environments and starts them again when their schedule\n"
    "or somebody in Slack says so. It is configured by environment variables; deploy/README.md names them all.\n"
    "\n"
    "Commands, as in Slack; --yes answers the question that a pattern is asked back with:\n"
    "  start stop prolongate cancel status list schedule history help\n"
    "\n"
    "And what only a terminal has:\n"
    "  check    tries every connection and permission, and says how to grant what is missing\n"
    "  plan     the next stops and starts, and what each workload would come to now and why; changes nothing\n";

/* What the program is made of, in the order in which it is built. */
struct program {
    struct config config;
    struct log log;
    struct loop *loop;
    struct access *access;
    struct client *client;
    struct discovery *discovery;
    struct store *store;
    struct slack *slack;
    struct engine *engine;
    struct runner *runner;
};

/* Ends the program as it would by itself. */
struct stopper {
    struct flow flow;
    struct runner *runner;
};

static void stop(struct flow *flow)
{
    runner_stop(((struct stopper *) flow)->runner);
}

/* Tokens must not end up in a core file, nor be read by another process of the same user. */
static void guard_secrets(void)
{
    struct rlimit none = { 0, 0 };

    (void) setrlimit(RLIMIT_CORE, &none);
    (void) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* Opens what needs no network. */
static bool prepare(struct program *program, struct error *error)
{
    struct config *config = &program->config;
    const char *own_namespace;

    if (!config_read(&process_variables, config, error))
        return false;
    (void) unsetenv("SLACK_APP_TOKEN"); /* a credential plugin of the kubeconfig inherits the rest */
    (void) unsetenv("SLACK_BOT_TOKEN");
    program->log = (struct log){ .file = 2, .level = config->log_level, .cluster = config->cluster };
    program->loop = loop_new();
    if (!access_new(program->loop, &config->access, &program->access, error))
        return false;
    own_namespace = access_namespace(program->access);
    if (config->engine.own_namespace[0] == '\0')
        text_copy_cut(config->engine.own_namespace, sizeof config->engine.own_namespace,
                      own_namespace[0] == '\0' ? "default" : own_namespace);
    if (!sqlite_store_new(program->loop, config->store_path, SQLITE_ALONE, &program->store, error))
        return error_context(error, "CURFEW_STORE");
    return true;
}

static void build(struct program *program)
{
    struct config *config = &program->config;
    struct slack_options slack = {
        .api_url = config->slack_api_url,
        .ca_path = config->ca_path,
        .user_agent = user_agent,
        .app_token = &config->app_token,
        .bot_token = &config->bot_token,
    };

    program->client = client_new(program->loop, program->access, user_agent);
    program->discovery = discovery_new(program->client);
    program->slack = slack_new(program->loop, &slack);
    config->engine.identity = random_number();
    program->engine = engine_new(&config->engine);
    struct runner_options runner = {
        .loop = program->loop,
        .log = &program->log,
        .engine = program->engine,
        .store = program->store,
        .client = program->client,
        .discovery = program->discovery,
        .slack = program->slack,
        .cluster = config->cluster,
        .ca_path = config->ca_path,
        .proxies = config->proxies,
    };
    program->runner = runner_new(&runner);
}

static int run(struct program *program)
{
    struct stopper stopper = { .flow = { .pump = stop }, .runner = program->runner };
    struct signal_watch terminate = { 0 }, interrupt = { 0 };
    struct log_line line;

    log_begin(&line, &program->log, LOG_INFO, "starting", loop_now(program->loop));
    log_text(&line, "version", CURFEW_VERSION);
    log_text(&line, "server", access_server(program->access));
    log_end(&line);
    signal_start(program->loop, &terminate, SIGTERM, &stopper.flow);
    signal_start(program->loop, &interrupt, SIGINT, &stopper.flow);
    runner_start(program->runner);
    loop_run(program->loop);
    signal_stop(program->loop, &terminate);
    signal_stop(program->loop, &interrupt);
    log_begin(&line, &program->log, LOG_INFO, "ended", loop_now(program->loop));
    log_end(&line);
    return runner_exit_status(program->runner);
}

/* false: a name look-up is still out on libuv's thread, for which exit() would wait; so the process ends without it. */
static bool tear_down(struct program *program)
{
    bool ended;

    runner_free(program->runner);
    engine_free(program->engine);
    slack_free(program->slack);
    discovery_free(program->discovery);
    client_free(program->client);
    store_free(program->store);
    access_free(program->access);
    ended = program->loop == NULL || loop_free(program->loop);
    config_release(&program->config);
    return ended;
}

static int run_bot(void)
{
    struct program program = { 0 };
    struct error error = { 0 };
    int status = EXIT_CONFIGURATION;

    guard_secrets();
    if (prepare(&program, &error)) {
        build(&program);
        status = run(&program);
    } else {
        (void) fprintf(stderr, "curfew: %s\n", error.message);
    }
    if (!tear_down(&program))
        _exit(status);
    return status;
}

/* As a plugin of kubectl it is called kubectl-curfew, and typed with a blank. */
static const char *program_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;

    return text_equal(name, "kubectl-curfew") ? "kubectl curfew" : "curfew";
}

static int show_usage(const char *program)
{
    return printf(usage, program, program) < 0;
}

static bool is_option(const char *word, const char *long_form, const char *short_form)
{
    return text_equal(word, long_form) || text_equal(word, short_form);
}

int main(int argument_count, char **arguments)
{
    const char *program = program_name(argument_count > 0 ? arguments[0] : "curfew");
    struct error error;

    if (argument_count <= 1)
        return text_equal(program, "curfew") ? run_bot() : show_usage(program);
    if (argument_count == 2 && text_equal(arguments[1], "--version"))
        return printf("curfew %s\n", CURFEW_VERSION) < 0;
    if (argument_count == 2 && is_option(arguments[1], "--help", "-h"))
        return show_usage(program);
    if (text_equal(arguments[1], "plan"))
        return plan_main(program, (const char *const *) arguments + 2, (size_t) argument_count - 2);
    if (text_equal(arguments[1], "check"))
        return check_main(program, (const char *const *) arguments + 2, (size_t) argument_count - 2);
    if (arguments[1][0] != '-')
        return terminal_main(program, (const char *const *) arguments + 1, (size_t) argument_count - 1);
    (void) error_set(&error, ERROR_INPUT,
                     "\"%.100s\" is not understood; allowed is --version or --help, alone, or a command",
                     arguments[argument_count > 2 ? 2 : 1]);
    (void) fprintf(stderr, "%s: %s\n", program, error.message);
    return EXIT_CONFIGURATION;
}
