/* bot/terminal_direct.c - one command without a bot: the engine and the runner as the bot has them, without Slack. */
#include <signal.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "bot/engine.h"
#include "bot/runner_state.h"
#include "bot/terminal.h"
#include "k8s/client.h"
#include "k8s/discovery.h"

static const char user_agent[] = "curfew/" CURFEW_VERSION;

/* Hears the runner. */
struct listener {
    struct runner_terminal base;
    struct terminal *terminal;
    struct terminal_outcome *outcome;
};

/* Ends the work as it would by itself. */
struct stopper {
    struct flow flow;
    struct runner *runner;
};

static void take_answer(struct runner_terminal *base, const struct message *message)
{
    struct listener *listener = (struct listener *) base;
    struct answer_record answer;

    answer_record_fill(message, &answer);
    if (answer.is_interim) {
        terminal_show_interim(listener->terminal, answer.text);
        answer_record_release(&answer);
        return;
    }
    answer_record_release(&listener->outcome->answer);
    listener->outcome->answer = answer;
}

static void take_failure(struct runner_terminal *base, const struct error *error)
{
    ((struct listener *) base)->outcome->error = *error;
}

static void stop(struct flow *flow)
{
    runner_stop(((struct stopper *) flow)->runner);
}

static void run(struct terminal *terminal, struct runner *runner)
{
    struct stopper stopper = { .flow = { .pump = stop }, .runner = runner };
    struct signal_watch terminate = { 0 }, interrupt = { 0 };

    signal_start(terminal->loop, &terminate, SIGTERM, &stopper.flow);
    signal_start(terminal->loop, &interrupt, SIGINT, &stopper.flow);
    runner_start(runner);
    loop_run(terminal->loop);
    signal_stop(terminal->loop, &terminate);
    signal_stop(terminal->loop, &interrupt);
}

static void explain_end(struct terminal_outcome *outcome)
{
    if (outcome->answer.text == NULL && outcome->error.kind == ERROR_NONE)
        (void) error_set(&outcome->error, ERROR_BUSY,
                         "interrupted; what was begun is remembered, and the same command once more goes on with it");
}

void terminal_carry_out(struct terminal *terminal, struct store *store, const struct inbox_entry *entry,
                        struct terminal_outcome *ret_outcome)
{
    struct client *client = client_new(terminal->loop, terminal->access, user_agent);
    struct discovery *discovery = discovery_new(client);
    struct listener listener = {
        .base = { .command = entry, .answer = take_answer, .fail = take_failure },
        .terminal = terminal,
        .outcome = ret_outcome,
    };

    terminal->config.engine.identity = random_number();
    struct engine *engine = engine_new(&terminal->config.engine);
    struct runner_options options = {
        .loop = terminal->loop,
        .log = terminal->config.logs ? &terminal->log : NULL,
        .engine = engine,
        .store = store,
        .client = client,
        .discovery = discovery,
        .terminal = &listener.base,
        .cluster = terminal->config.cluster,
        .ca_path = "",
        .proxies = terminal->config.proxies,
    };
    struct runner *runner = runner_new(&options);
    run(terminal, runner);
    runner_free(runner);
    engine_free(engine);
    discovery_free(discovery);
    client_free(client);
    explain_end(ret_outcome);
}
