/* bot/answer.h - what people read: one function for each thing that can be said. Pure.
 *
 * Slack's mrkdwn. Everything foreign in it is escaped, persons are mentioned by id, instants stand in the reader's own time
 * zone. Nothing is called done that was not read back.
 */
#ifndef CURFEW_BOT_ANSWER_H
#define CURFEW_BOT_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "bot/command.h"
#include "bot/environments.h"
#include "bot/message.h"
#include "bot/transition.h"
#include "k8s/scale_orders.h"
#include "k8s/workload.h"

/* A sentence of ours for its author alone; it may hold names between backticks. */
void answer_sentence(const char *sentence, struct message *message);

void answer_help(const struct command *command, struct message *message);
void answer_list(const struct environment_list *list, struct message *message);

/* "Stopping `dev1` …", for the asker, while it is under way. */
void answer_accepted(enum verb verb, const struct environment_list *list, struct message *message);

/* Names what a pattern touches and asks; text is the command that the button repeats.
 * false, ERROR_INPUT: it names more than a button can carry. */
bool answer_confirm(const struct command *command, const struct environment_list *list, struct message *message,
                    struct error *error) must_check;

enum outcome_kind {
    OUTCOME_DONE,      /* read back */
    OUTCOME_NOTHING,   /* it was so already */
    OUTCOME_PARTLY,    /* some workloads could not be changed */
    OUTCOME_NOT_READY, /* started, but not everything became ready in time */
    OUTCOME_FAILED,    /* nothing was changed: error says why */
    OUTCOME_CONTINUES, /* begun, then something stopped answering: it goes on by itself; error says why */
    OUTCOME_OVERTAKEN, /* by a newer wish: overtaken_by and verb_since say whose */
    OUTCOME_NO_LONGER, /* the namespace was deleted, or lost its label, meanwhile */
    OUTCOME_STATUS,    /* the answer to status */
};

/* How one environment came out of an operation. Borrowed. */
struct outcome {
    enum outcome_kind kind;
    enum verb verb;
    const struct environment *environment;
    const char *by;           /* who wanted it */
    struct standing standing; /* as last read */
    const struct transition *plan;
    const struct scale_orders *answered;
    const struct workload_list *seen;
    const struct error *error;
    const char *overtaken_by;
    enum verb verb_since;
    int64_t now, took_s;
    bool alone; /* the only environment of its request: there is room for details */
};

/* Appends one or more whole lines. */
void answer_outcome(const struct outcome *outcome, struct buffer *target);

/* All outcomes of a request, one below the other; for the channel when something was changed or tried, with the name of who
 * asked (by), since the others there did not see the command. */
void answer_outcomes(enum verb verb, const char *by, const char *const *outcomes, size_t count,
                     struct message *message);

#endif
