/* bot/plan_command.c - reads what is needed, environment by environment, and writes it down. */
#include "bot/plan_command.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/answer.h"
#include "bot/engine_state.h"
#include "bot/plan_text.h"
#include "bot/runner.h"
#include "bot/terminal.h"
#include "k8s/discovery.h"
#include "k8s/observation.h"
#include "store/sqlite.h"

static const char user_agent[] = "curfew/" CURFEW_VERSION;

struct planning {
    struct runner_terminal base; /* what the runner tells */
    struct terminal terminal;
    const struct command *command; /* its names */
    struct store *store;
    struct client *client;
    struct discovery *discovery;
    struct engine *engine;
    struct runner *runner;
    struct plan_flow {
        struct flow flow;
        struct planning *planning;
    } turn;
    struct environment_list list;
    struct observation *observation;
    struct store_call journal;
    size_t next; /* of the list: whose journal is read, and which is written down then */
    bool is_known, is_over;
    struct buffer text;
    int status;
};

static void finish(struct planning *planning, int status, const struct error *error)
{
    if (error != NULL)
        terminal_say(planning->terminal.program, error->message);
    planning->status = status;
    planning->is_over = true;
    runner_stop(planning->runner);
}

/* --- writing --------------------------------------------------------------------------------------------------- */

static void append_course(struct planning *planning, const struct environment *environment, struct record *record)
{
    const struct settings *settings = environment->settings;
    int64_t now = loop_now(planning->terminal.loop);
    struct outlook outlook;

    night_fill_outlook(planning->engine, environment, record, now, &outlook);
    answer_schedule(environment->name, &settings->schedule, settings->has_own_schedule, false, settings->wrong,
                    &outlook, now, &planning->text);
}

static bool read_journal(struct planning *planning, struct journal *ret_journal, struct error *error)
{
    const struct store_call *call = &planning->journal;

    if (planning->store == NULL || call->result == STORE_NONE)
        return true;
    if (call->result != STORE_OK)
        return error_set(error, ERROR_SYSTEM, "what is remembered cannot be read: the store answered \"%s\"",
                         store_result_name(call->result));
    return journal_read(call->items.items[0].document, ret_journal, error);
}

static void append_wrong(struct planning *planning, const struct error *error)
{
    buffer_append_text(&planning->text, "• ");
    message_append_escaped(&planning->text, error->message);
    buffer_append_char(&planning->text, '\n');
    planning->status = TERMINAL_FAILED;
}

static void append_environment(struct planning *planning)
{
    const struct environment *environment = planning->list.items[planning->next];
    struct workload_list seen = { 0 };
    struct journal journal = { 0 };
    struct record record = { .state = RECORD_AWAKE };
    struct error error = { 0 };

    buffer_append_text(&planning->text, planning->next == 0 ? "" : "\n");
    append_course(planning, environment, &record);
    if (environment->is_unread)
        (void) error_set(&error, ERROR_INPUT, "its record cannot be read: it is neither stopped nor started");
    if (environment->is_unread || !observation_take(planning->observation, planning->next, &seen, &error) ||
        !read_journal(planning, &journal, &error))
        append_wrong(planning, &error);
    else
        plan_append(record.state, &seen, &journal, &planning->text);
    workload_list_release(&seen);
    journal_release(&journal);
}

/* --- reading --------------------------------------------------------------------------------------------------- */

static void ask_for_journal(struct planning *planning)
{
    struct buffer key = { 0 };

    store_call_release(&planning->journal);
    planning->journal.kind = STORE_GET;
    planning->journal.now = loop_now(planning->terminal.loop);
    record_partition_key(planning->terminal.config.cluster, &key);
    text_copy_cut(planning->journal.partition_key, STORE_KEY_SIZE, buffer_text(&key));
    buffer_clear(&key);
    journal_sort_key(planning->list.items[planning->next]->name, &key);
    text_copy_cut(planning->journal.sort_key, STORE_KEY_SIZE, buffer_text(&key));
    buffer_release(&key);
    store_start(planning->store, &planning->journal, &planning->turn.flow);
}

static void observe(struct planning *planning)
{
    struct observation_target *targets = memory_new(planning->list.count, sizeof *targets);

    for (size_t i = 0; i < planning->list.count; i++) {
        const struct environment *environment = planning->list.items[i];
        targets[i].namespace = environment->name;
        targets[i].app = environment->settings->app == NULL ? "" : environment->settings->app;
    }
    planning->observation = observation_new(planning->client, planning->discovery, targets, planning->list.count,
                                            OBSERVE_LEFTOVERS, &planning->turn.flow);
    free(targets);
}

/* Environment by environment: its journal, where there is a store, then its text. */
static void go_on(struct planning *planning)
{
    if (planning->store != NULL && planning->journal.store != NULL)
        return; /* under way */
    if (planning->store != NULL && !planning->journal.done) {
        ask_for_journal(planning);
        return;
    }
    append_environment(planning);
    store_call_release(&planning->journal);
    planning->next++;
    if (planning->next < planning->list.count) {
        loop_post(planning->terminal.loop, &planning->turn.flow);
        return;
    }
    buffer_trim_end(&planning->text, '\n');
    terminal_show(&planning->terminal, buffer_text(&planning->text));
    finish(planning, planning->status, NULL);
}

static void begin(struct planning *planning)
{
    struct error error = { 0 };

    if (!environments_select(&planning->engine->environments, planning->command, &planning->list, &error))
        finish(planning, TERMINAL_WRONG, &error);
    else if (planning->list.count == 0) {
        terminal_show(&planning->terminal,
                      "There is no environment yet; `kubectl label namespace NAME scheduler=enabled` makes one.");
        finish(planning, TERMINAL_DONE, NULL);
    } else
        observe(planning);
}

static void pump(struct flow *flow)
{
    struct planning *planning = ((struct plan_flow *) flow)->planning;

    if (planning->is_over || !planning->is_known)
        return;
    if (planning->observation == NULL)
        begin(planning);
    else if (observation_is_done(planning->observation))
        go_on(planning);
}

/* --- the runner ------------------------------------------------------------------------------------------------ */

static void known(struct runner_terminal *base)
{
    struct planning *planning = (struct planning *) base;

    planning->is_known = true;
    loop_post(planning->terminal.loop, &planning->turn.flow);
}

static void fail(struct runner_terminal *base, const struct error *error)
{
    struct planning *planning = (struct planning *) base;

    terminal_say(planning->terminal.program, error->message);
    planning->status = TERMINAL_FAILED;
    planning->is_over = true;
}

/* One that is not there is not made: then nothing is asleep by our hand. */
static bool open_store(struct planning *planning, struct error *error)
{
    const char *path = planning->terminal.config.store_path;

    return access(path, F_OK) != 0 ||
           sqlite_store_new(planning->terminal.loop, path, SQLITE_SHARED, &planning->store, error);
}

static void build(struct planning *planning)
{
    struct terminal *terminal = &planning->terminal;

    planning->base = (struct runner_terminal){ .known = known, .fail = fail };
    planning->turn = (struct plan_flow){ .flow = { .pump = pump }, .planning = planning };
    planning->client = client_new(terminal->loop, terminal->access, user_agent);
    planning->discovery = discovery_new(planning->client);
    planning->engine = engine_new(&terminal->config.engine);
    struct runner_options options = {
        .loop = terminal->loop,
        .log = terminal->config.logs ? &terminal->log : NULL,
        .engine = planning->engine,
        .store = planning->store,
        .client = planning->client,
        .discovery = planning->discovery,
        .terminal = &planning->base,
        .cluster = terminal->config.cluster,
        .ca_path = "",
        .proxies = terminal->config.proxies,
    };
    planning->runner = runner_new(&options);
}

static void tear_down(struct planning *planning)
{
    store_call_release(&planning->journal);
    observation_free(planning->observation);
    loop_unpost(planning->terminal.loop, &planning->turn.flow);
    runner_free(planning->runner);
    environment_list_release(&planning->list);
    engine_free(planning->engine);
    discovery_free(planning->discovery);
    client_free(planning->client);
    buffer_release(&planning->text);
}

static int run(struct planning *planning)
{
    struct error error = { 0 };

    if (!open_store(planning, &error)) {
        terminal_say(planning->terminal.program, error.message);
        return TERMINAL_WRONG;
    }
    build(planning);
    runner_start(planning->runner);
    loop_run(planning->terminal.loop);
    tear_down(planning);
    store_free(planning->store);
    return planning->status;
}

/* Names and patterns are read as those of status. */
static bool read_names(const char *const *words, size_t count, struct command *command, struct error *error)
{
    const struct command_rules rules = { .prolong_max_s = 1 };
    struct buffer text = { .limit = INBOX_TEXT_SIZE };

    buffer_append_text(&text, "status");
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&text, " %s", words[i]);
    bool read = command_read(buffer_text(&text), &rules, command, error);
    buffer_release(&text);
    return read;
}

int plan_main(const char *program, const char *const *words, size_t count)
{
    struct planning *planning = memory_new(1, sizeof *planning);
    struct command *command = memory_new(1, sizeof *command);
    struct error error = { 0 };
    int status = TERMINAL_WRONG;

    planning->command = command;
    planning->text.limit = 64 * 1024 * 1024;
    if (!read_names(words, count, command, &error) || !terminal_prepare(&planning->terminal, program, &error))
        terminal_say(program, error.message);
    else
        status = run(planning);
    terminal_release(&planning->terminal);
    if (planning->terminal.lingers)
        _exit(status);
    free(command);
    free(planning);
    return status;
}
