/* bot/engine_state.h - what the engine keeps, shared by the files of the core: engine.c, requests.c, operation.c.
 *
 * A request is what a person asked for; it has a target for each environment. An operation is the stop, the start or the
 * reading of one environment; the targets that wait for it are its participants, so that two people who ask for the same
 * get one stop and two answers.
 */
#ifndef CURFEW_BOT_ENGINE_STATE_H
#define CURFEW_BOT_ENGINE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/answer.h"
#include "bot/command.h"
#include "bot/effects.h"
#include "bot/engine.h"
#include "bot/environments.h"
#include "bot/event.h"
#include "bot/transition.h"

enum request_phase {
    REQUEST_SAVING,    /* its inbox entry is being stored; not acked yet */
    REQUEST_RESTORED,  /* from the inbox: accepted and acked by a process that ended */
    REQUEST_RUNNING,   /* its targets are under way */
    REQUEST_ANSWERING, /* its targets are done, and the answer is on its way */
    REQUEST_CLOSING,   /* answered; its inbox entry is being marked as done, or as refused */
};

struct request_target {
    char name[NAMESPACE_NAME_SIZE];
    char *outcome; /* mrkdwn lines, owned; NULL = still under way */
};

struct request {
    struct inbox_entry entry;
    struct command command;
    enum request_phase phase;
    uint64_t ticket;   /* of the save */
    int64_t due_at;    /* of the next try to close it; INT64_MAX = none */
    uint64_t delivery; /* to be acked; 0 = acked, or from the inbox */
    bool accepts_payload;
    struct request_target *targets;
    size_t target_count, remaining;
};

struct participant {
    struct request *request;
    size_t target;
};

enum operation_phase {
    OPERATION_LOADING,   /* record and journal are being read */
    OPERATION_OBSERVING, /* the cluster is being read, to decide (again) */
    OPERATION_SAVING,    /* what is about to be done is being stored */
    OPERATION_SCALING,
    OPERATION_FINISHING, /* what was done is being stored */
    OPERATION_READYING,  /* started: waiting for readiness, reading again and again */
};

struct operation {
    enum verb verb; /* START, STOP or STATUS */
    enum operation_phase phase;
    struct environment *environment;
    char uid[KUBERNETES_UID_SIZE]; /* of the namespace it was begun for */
    struct command command;        /* for its exceptions */
    char by[RECORD_PERSON_SIZE];
    struct participant *participants;
    size_t participant_count;
    uint64_t ticket;   /* of the effect it waits for; 0 = it waits for due_at */
    int64_t wanted_at; /* when the latest of its participants was accepted: with it, a wish is older or newer */
    int64_t started_at;
    int64_t due_at;         /* INT64_MAX = not by time */
    int64_t ready_by_at;    /* READYING */
    int rounds;             /* of scaling */
    int failures;           /* in a row, of saves or readings */
    bool committed;         /* its first save is done, or may be: it is carried to its end, whatever it takes */
    struct record saving;   /* as the last save was to leave it */
    struct journal journal; /* as stored */
    struct transition plan;
    size_t gone, changed_by_others; /* start: of the entries that earlier saves have dropped from the journal */
    struct scale_orders answered;   /* the last answer for each workload that was ordered */
    struct workload_list seen;      /* as last read */
};

/* What is under way for one environment. */
struct work {
    struct operation *operation; /* the stop or start under way */
    struct operation *waiting;   /* the one that comes next: only the latest wish is kept */
    struct operation *inquiry;   /* a reading for status */
};

/* The one of an environment, made where there is none; ends with work_end_if_idle(). */
struct work *work_of(struct environment *environment) must_check;
void work_end_if_idle(struct environment *environment);

struct engine {
    struct engine_options options;
    struct environments environments;
    struct request **requests;
    size_t request_count;
    struct operation **operations; /* all that are under way, in no order */
    size_t operation_count, operation_capacity;
    uint64_t last_ticket;
    uint64_t recent[ENGINE_RECENT_MAX]; /* hashes of the keys of requests; a ring */
    size_t recent_next;
    bool complete; /* EVENT_COMPLETE has been */
};

/* requests.c */
void requests_take(struct engine *engine, const struct event *event, int64_t now, struct effects *effects);
bool requests_saved(struct engine *engine, const struct event *event, int64_t now, struct effects *effects) must_check;
void requests_tick(struct engine *engine, int64_t now, struct effects *effects);
void requests_replied(struct engine *engine, uint64_t ticket, struct effects *effects);
void request_target_done(struct engine *engine, const struct participant *participant, const char *outcome,
                         struct effects *effects);
bool request_is_permitted(const struct environment *environment, const struct command *command, const char *user,
                          struct error *error) must_check;
void requests_release(struct engine *engine);

/* operation.c: the steps of one operation. */
void operation_load(struct engine *engine, struct operation *operation, struct effects *effects);
void operation_observe(struct engine *engine, struct operation *operation, enum operation_phase phase,
                       struct effects *effects);
/* A record that says it is under way: its first save was done, by a process that ended or without its answer. */
void operation_commit_if_begun(struct operation *operation);
void operation_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects);
void operations_tick(struct engine *engine, int64_t now, struct effects *effects);

/* wishes.c: its beginning and end. */
void operation_want(struct engine *engine, struct environment *environment, enum verb verb,
                    const struct command *command, const char *by, const struct participant *participant, int64_t now,
                    struct effects *effects);
void operation_resume(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects);
void operation_finish(struct engine *engine, struct operation *operation, enum outcome_kind kind,
                      const struct error *error, int64_t now, struct effects *effects);
void operations_release(struct engine *engine);

#endif
