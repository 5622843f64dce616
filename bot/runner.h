/* bot/runner.h - carries out what the engine asks for, and tells it what came of it.
 *
 * The only place where decisions meet the world. It starts in the order that lets no command meet an empty engine: the
 * bot's token, what the store holds, the namespaces, what was left unfinished, and the connection to Slack last.
 */
#ifndef CURFEW_BOT_RUNNER_H
#define CURFEW_BOT_RUNNER_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/url.h"
#include "bot/engine.h"
#include "bot/slack.h"
#include "k8s/client.h"
#include "k8s/discovery.h"
#include "store/store.h"

enum {
    RUNNER_SAVE_MS = 2000, /* an inbox entry that is not stored by then is not accepted: Slack waits 3 s for the ack */
    RUNNER_STOP_MS = 5 * 1000, /* after SIGTERM: for so long work under way may come to its end */
    RUNNER_PURGE_MS = 60 * 60 * 1000,
};

/* "store:", and behind it the key of the inbox entry: an answer that goes into the store, in the place of a response_url. */
extern const char runner_store_url[];

/* "terminal:": how the keys of entries begin that terminals put into the inbox. */
extern const char runner_terminal_key[];

/* Whoever wants one command carried out, without Slack: the first member of the owner's struct. The runner then begins nothing
 * else, and stops by itself once the command is answered or cannot be carried out. Without a command it begins nothing at all:
 * known says that the engine knows the records and the namespaces, and the rest is the owner's. */
struct runner_terminal {
    const struct inbox_entry *command; /* as it is to be, or as it stands in the inbox already; NULL = none */
    void (*known)(struct runner_terminal *terminal); /* from within a call of others: so what it leads to is posted */
    void (*answer)(struct runner_terminal *terminal, const struct message *message);
    void (*fail)(struct runner_terminal *terminal,
                 const struct error *error); /* there is no answer, and will be none */
};

/* Everything is borrowed for as long as the runner lives. */
struct runner_options {
    struct loop *loop;
    struct log *log;
    struct engine *engine;
    struct store *store; /* NULL where a terminal has no command: there is none yet */
    struct client *client;
    struct discovery *discovery;
    struct slack *slack;              /* NULL where a terminal is given */
    struct runner_terminal *terminal; /* NULL = the bot */
    const char *cluster;
    const char *ca_path;
    struct proxy_environment proxies;
};

struct runner;

struct runner *runner_new(const struct runner_options *options) must_check;

/* Begins; the rest happens on the loop. */
void runner_start(struct runner *runner);

/* No new work; what runs is finished, or left so that the next start takes it up; then loop_stop(). */
void runner_stop(struct runner *runner);

/* What the process should exit with once the loop has stopped: 0, or 1 when Slack refused a token for good. */
int runner_exit_status(const struct runner *runner) must_check;

void runner_free(struct runner *runner);

#endif
