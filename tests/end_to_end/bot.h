/* tests/end_to_end/bot.h - the program under test: `curfew` of this build, with an environment of its own. */
#ifndef CURFEW_TESTS_END_TO_END_BOT_H
#define CURFEW_TESTS_END_TO_END_BOT_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"
#include "tests/end_to_end/workspace.h"

#include <stdbool.h>

enum {
    BOT_VARIABLES_MAX = 16,
    BOT_EXIT_SANITIZER = 99, /* what ASan, LSan or UBSan ends it with */
    BOT_STOP_MS = 10 * 1000, /* what is promised after SIGTERM */
};

/* How it is started. NULL = what the world says. */
struct bot_options {
    const char *kubeconfig;
    const char *store;                        /* path of the SQLite file; NULL = FOLDER/curfew.db */
    const char *variables[BOT_VARIABLES_MAX]; /* further ones, "NAME=value"; they come first, so they win */
};

struct bot {
    struct child child;
    const struct workspace *workspace;
};

/* Starts it. false: it could not be executed. */
bool bot_start(struct bot *bot, struct stage *stage, const struct workspace *workspace, const struct cluster *cluster,
               const struct bot_options *options) must_check;

/* Until it takes commands. */
bool bot_is_ready(struct bot *bot) must_check;

/* SIGTERM, and the end within BOT_STOP_MS with exit status 0. */
bool bot_stop(struct bot *bot) must_check;

/* SIGKILL, and its end. */
void bot_kill(struct bot *bot);

const char *bot_log(const struct bot *bot) must_check;

/* true: its log holds neither a secret that was given out or planted, nor a word of a sanitizer. Prints what it finds. */
bool bot_kept_quiet(const struct bot *bot) must_check;

/* Ends it where it runs; prints its log when shown. */
void bot_release(struct bot *bot, bool shown);

#endif
