/* bot/answer.h - what people read: one function for each thing that can be said. Pure.
 *
 * Slack's mrkdwn. Everything foreign in it is escaped, persons are mentioned by id, instants stand in the reader's own time
 * zone. Nothing is called done that was not read back.
 */
#ifndef CURFEW_BOT_ANSWER_H
#define CURFEW_BOT_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "bot/command.h"
#include "bot/environments.h"
#include "bot/message.h"
#include "bot/plan.h"
#include "bot/transition.h"
#include "k8s/scale_orders.h"
#include "k8s/workload.h"
#include "store/record.h"

/* A sentence of ours for its author alone; it may hold names between backticks. */
void answer_sentence(const char *sentence, struct message *message);

void answer_help(const struct command *command, struct message *message);
void answer_list(const struct environment_list *list, int64_t now, struct message *message);

/* "Stopping `dev1` …", for the asker, while it is under way. */
void answer_accepted(enum verb verb, const struct environment_list *list, struct message *message);

/* Names what a pattern touches and asks; text is the command that the button repeats.
 * false, ERROR_INPUT: it names more than a button can carry. */
bool answer_confirm(const struct command *command, const struct environment_list *list, struct message *message,
                    struct error *error) must_check;

enum outcome_kind {
    OUTCOME_DONE,         /* read back */
    OUTCOME_NOTHING,      /* it was so already */
    OUTCOME_PARTLY,       /* some workloads could not be changed */
    OUTCOME_NOT_READY,    /* started, but not everything became ready in time */
    OUTCOME_FAILED,       /* nothing was changed: error says why */
    OUTCOME_CONTINUES,    /* begun, then something stopped answering: it goes on by itself; error says why */
    OUTCOME_OVERTAKEN,    /* by a newer wish: overtaken_by and verb_since say whose */
    OUTCOME_NO_LONGER,    /* the namespace was deleted, or lost its label, meanwhile */
    OUTCOME_STATUS,       /* the answer to status */
    OUTCOME_BROUGHT_BACK, /* some time after a stop: somebody has started again what was stopped */
};

/* What comes next for an environment: the tail of every answer about it. */
struct outlook {
    struct plan_stop stop;         /* .at INT64_MAX = it is not stopped by itself */
    int64_t start_at;              /* of one that is asleep: when a window starts it; INT64_MAX = nothing does */
    enum record_deadline deadline; /* why it stops then; NONE = by the schedule */
    const char *deadline_by;       /* who moved the stop; "" = nobody */
    bool is_scheduled;             /* false: scheduler=disabled */
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
    enum verb under_way; /* STATUS: what is being done to it now: START or STOP; VERB_COUNT = nothing */
    int64_t now, took_s;
    bool alone; /* the only environment of its request: there is room for details */
    struct outlook outlook;
    const struct journal *remembered; /* what the store remembers; of a start: what it remembered before that */
    const char *wrong;         /* STATUS: what is wrong in its annotations, a sentence or several; "" = nothing */
    const char *channel;       /* STATUS: where its messages go */
    const char *channel_error; /* STATUS: Slack's word why that channel does not take them; "" = it does */
};

/* Appends one or more whole lines. Of a status that is not alone the first one is a row of the table that answer_outcomes()
 * makes of them all (bot/answer_table.h). */
void answer_outcome(const struct outcome *outcome, struct buffer *target);

/* What came of a wish about the next stop (prolongate, cancel), or of a button. */
enum decided_kind {
    DECIDED_MOVED,     /* it stops at outlook.stop.at now */
    DECIDED_NOT_LATER, /* until a time that is not after the stop that stands: nothing was changed */
    DECIDED_TOO_FAR,   /* until a time more than max_s behind it */
    DECIDED_ASLEEP,    /* it is stopped: only Start helps */
    DECIDED_STOPPING,  /* it is being stopped */
    DECIDED_NO_STOP,   /* nothing stops it: its schedule is never, or it is scheduler=disabled */
    DECIDED_CANCELLED, /* the deadline is dropped */
    DECIDED_NOT_MOVED, /* cancel: nobody had moved the stop */
    DECIDED_STALE,  /* the button speaks of a stop at pressed_stop_at that no longer stands, or of another namespace */
    DECIDED_FAILED, /* nothing was changed: error says why */
    DECIDED_NO_LONGER, /* it is no environment any more */
};

/* Borrowed. */
struct decided {
    enum decided_kind kind;
    enum verb verb;
    const char *name;
    struct outlook outlook; /* as it is now */
    int64_t stop_before_at; /* MOVED, CANCELLED: INT64_MAX = there was none */
    int64_t
        wanted_at; /* MOVED: the instant asked for, which outlook.stop may lie behind (TAKEN_UP); NOT_LATER, TOO_FAR */
    int64_t max_s; /* TOO_FAR */
    int64_t pressed_stop_at;
    int64_t now;
    const struct error *error;
};

/* Appends one or more whole lines, without saying who asked (answer_outcomes() does). */
void answer_decided(const struct decided *decided, struct buffer *target);

/* "It stops today at 20:00 ..." as a sentence with a leading blank, the same in every answer. Nothing where nothing is
 * to be said. */
void answer_outlook(const char *name, const struct outlook *outlook, struct buffer *target);

/* Whoever a record or the history names: a person, "the schedule" or "Curfew". */
void answer_append_by(struct buffer *target, const char *by);

/* The lines of an outcome as plain text in one line: for the history, which is no mrkdwn. */
void answer_write_plain(const char *lines, struct buffer *target);

/* The schedule of an environment: its canonical text, whether it is its own or the default, what is wrong with its
 * annotation (wrong, "" = nothing), and the transitions of the next 7 days, each with its day. changed: it was set just now.
 * outlook: what moved the next stop is said, since the transitions do not. */
void answer_schedule(const char *name, const struct schedule *schedule, bool is_own, bool changed, const char *wrong,
                     const struct outlook *outlook, int64_t now, struct buffer *target);

/* What happened to it, newest first, one line each: when, who, from where, what, with what outcome. */
void answer_history(const char *name, const struct history_entry *acts, size_t count, struct buffer *target);

/* A Start button in the last section of a message: for environments that a wish found asleep. At most a few are shown. */
void answer_offer_start(struct message *message, const char *name, const char *uid);

/* All outcomes of a request: a table of those that hold a row of one, and below it what they say, one below the other.
 * in_channel: something was changed or tried, so it is for all to read, with the name of who asked (by), since the others
 * there did not see the command. */
void answer_outcomes(bool in_channel, const char *by, const char *const *outcomes, size_t count,
                     struct message *message);

#endif
