/* bot/runner_state.h - what the files of the runner share: runner.c, store_jobs.c, restore_jobs.c,
 * history_jobs.c, observe_jobs.c, cluster_jobs.c, slack_jobs.c, channel_jobs.c, terminal_jobs.c.
 *
 * A job is one effect under way: a flow that ends by telling the engine, or by a line in the log.
 */
#ifndef CURFEW_BOT_RUNNER_STATE_H
#define CURFEW_BOT_RUNNER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/channel_queue.h"
#include "bot/note_jobs.h"
#include "bot/runner.h"
#include "bot/sockets.h"
#include "k8s/namespaces.h"

enum runner_phase {
    RUNNER_RESTORING, /* token and store are being read */
    RUNNER_LISTING,   /* the namespaces are being read */
    RUNNER_LIVE,
    RUNNER_STOPPING,
};

/* The first member of every job. */
struct job {
    struct flow flow;
    struct runner *runner;
    void (*release)(struct job *job); /* cancels what runs and frees it all, the job included */
    struct job *next, *previous;
    uint64_t ticket; /* of the effect; 0 = none */
    char namespace[NAMESPACE_NAME_SIZE];
};

/* A delivery of Slack that waits for its ack. */
struct pending_ack {
    uint64_t number;
    struct delivery delivery;
    struct pending_ack *next;
};

/* Those that call the runner back, each with the way to it. */
struct runner_flow {
    struct flow flow;
    struct runner *runner;
};

struct runner_namespaces {
    struct namespaces_listener listener;
    struct runner *runner;
};

struct runner_sockets {
    struct sockets_listener listener;
    struct runner *runner;
};

/* What goes to Slack's channels, one after the other. */
struct runner_channels {
    struct runner_flow clock;
    struct timer timer; /* when the next one may go out */
    struct channel_queue *queue;
    bool failing[CHANNEL_CALLS];
    bool was_cut; /* a message that was too long for Slack */
};

struct runner_observations; /* those that are asked for, and those under way */

struct runner {
    struct runner_flow timers;
    struct runner_namespaces namespaces_listener;
    struct runner_sockets sockets_listener;
    struct runner_channels channels;
    struct runner_options options;
    enum runner_phase phase;
    int exit_status;
    struct job *jobs;
    struct note_jobs *notes;
    struct runner_observations *observations;
    int loading; /* environments that are being read from the store */
    struct namespaces *namespaces;
    struct sockets *sockets; /* NULL until everything is known */
    bool was_ready;
    struct pending_ack *acks;
    uint64_t last_delivery;
    struct inbox_entry *unfinished; /* from the inbox, until the namespaces are known */
    size_t unfinished_count, unfinished_capacity;
    struct timer due, stop_deadline, purge, look;
    bool is_looking, must_look; /* into the inbox, for what terminals put there: under way; wanted, whoever wrote */
    bool is_failed;             /* the terminal was told that there will be no answer: the end comes in the next turn */
    bool is_answered;           /* the terminal was told the outcome, or that there will be none */
    bool token_known, store_known;
    bool namespaces_failing;
};

/* runner.c */
void runner_tell(struct runner *runner, const struct event *event);
void runner_begin_job(struct runner *runner, struct job *job,
                      const struct effect *effect); /* effect NULL = none asked */
void runner_end_job(struct job *job);
void runner_advance(struct runner *runner);                         /* start-up: something more is known */
void runner_refuse(struct runner *runner, const char *slack_error); /* a token will never do: exit 1 */
int64_t runner_now(const struct runner *runner) must_check;
void runner_log_error(struct runner *runner, enum log_level level, const char *event, const char *namespace,
                      const struct error *error);

/* store_jobs.c */
void job_save(struct runner *runner, struct effect *effect);
void job_load(struct runner *runner, const struct effect *effect);
void job_purge(struct runner *runner);
void store_describe(const struct store_call *call, struct error *error); /* its result, where that is no success */

/* restore_jobs.c */
void job_restore(struct runner *runner);
void job_reread(struct runner *runner);

/* history_jobs.c */
void job_recall(struct runner *runner, const struct effect *effect);

/* observe_jobs.c */
void job_observe(struct runner *runner, const struct effect *effect);
void observe_jobs_load_begins(struct runner *runner); /* of what is to be observed next, perhaps */
void observe_jobs_load_ended(struct runner *runner);
void runner_init_observations(struct runner *runner);
void runner_release_observations(struct runner *runner); /* before its jobs */

/* cluster_jobs.c */
void job_scale(struct runner *runner, struct effect *effect);
void job_annotate(struct runner *runner, const struct effect *effect);
void runner_watch_namespaces(struct runner *runner);

/* slack_jobs.c */
void job_ack(struct runner *runner, const struct effect *effect);
void job_reply(struct runner *runner, const struct effect *effect);
void job_check_token(struct runner *runner);
bool runner_open_sockets(struct runner *runner, struct error *error) must_check;
void runner_drop_acks(struct runner *runner);

/* terminal_jobs.c */
void job_answer(struct runner *runner, const struct effect *effect); /* a REPLY to a terminal */
/* What a terminal reads of a message; the caller releases it. */
void answer_record_fill(const struct message *message, struct answer_record *ret_answer);
void job_look(struct runner *runner);
void runner_take_up_command(struct runner *runner);
void runner_fail_command(struct runner *runner, const struct error *error); /* of a terminal; no terminal: nothing */
void runner_check_command(struct runner *runner); /* between the turns: whether an answer can still come */

/* channel_jobs.c */
void job_channel(struct runner *runner, const struct effect *effect); /* POST, UPDATE, FIND, LOOK_UP */
void runner_init_channels(struct runner *runner);
void runner_drop_channel_jobs(struct runner *runner); /* those that wait; what is under way goes on */
void runner_release_channels(struct runner *runner);

#endif
