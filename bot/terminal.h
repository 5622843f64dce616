/* bot/terminal.h - commands that are given at a terminal, in the words of Slack.
 *
 * Where a bot leads (it holds the store's lock), the command goes into the inbox, the bot carries it out, and its answer is read
 * from the store. Where none leads it is carried out on the spot, by the same engine. Nothing of Slack is contacted.
 */
#ifndef CURFEW_BOT_TERMINAL_H
#define CURFEW_BOT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/log.h"
#include "base/loop.h"
#include "bot/config.h"
#include "k8s/access.h"
#include "store/record.h"
#include "store/store.h"

enum {
    TERMINAL_DONE = 0,
    TERMINAL_FAILED = 1, /* refused, failed, or done in part */
    TERMINAL_WRONG = 2,  /* the words, or the configuration */
};

/* What is typed: program is how it was called ("curfew", "kubectl curfew"), words stand behind it. Returns the exit status. */
int terminal_main(const char *program, const char *const *words, size_t count) must_check;

/* --- for its files --------------------------------------------------------------------------------------------- */

/* What one process has for all of its commands. */
struct terminal {
    const char *program;
    struct config config;
    struct log log;
    struct loop *loop;
    struct access *access;
    bool lingers;                  /* after its release: a name look-up is still out, for which exit() would wait */
    char user[RECORD_PERSON_SIZE]; /* "kubeconfig:ann", in a pod "kubeconfig:pod" */
};

/* What came of one command. */
struct terminal_outcome {
    struct answer_record answer; /* text NULL = there was none: error says why */
    struct error error;
};

/* "kubeconfig:" and the name, cut where it is too long. */
void terminal_user(const char *name, char user[RECORD_PERSON_SIZE]);

/* Reads the configuration, finds the way to the API server. false: what is wrong is in error; released all the same. */
bool terminal_prepare(struct terminal *terminal, const char *program, struct error *error) must_check;
void terminal_release(struct terminal *terminal);

/* mrkdwn on standard output; one sentence on standard error. */
void terminal_show(const struct terminal *terminal, const char *mrkdwn);
void terminal_say(const char *program, const char *sentence);

/* What is shown while it goes on; the outcome is not. */
void terminal_show_interim(const struct terminal *terminal, const char *mrkdwn);

/* terminal_inbox.c: has the bot carry it out. Returns a store that is locked where no bot leads (any more), and nothing came of
 * it so far: then it is for the caller to be carried out. NULL: *ret_outcome says it all. */
struct store *terminal_offer(struct terminal *terminal, struct store *store, struct inbox_entry *entry,
                             struct terminal_outcome *ret_outcome) must_check;

/* terminal_direct.c: carries it out, on a store that is locked. */
void terminal_carry_out(struct terminal *terminal, struct store *store, const struct inbox_entry *entry,
                        struct terminal_outcome *ret_outcome);

#endif
