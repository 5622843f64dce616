/* bot/engine_state.h - what the engine keeps, shared by its files.
 *
 *     arrivals.c    what people send: understood, permitted, or answered at once
 *     requests.c    what was accepted, until it is answered; one target for each environment
 *     wishes.c, operation.c   the stop, the start or the reading of one environment
 *     decisions.c   a change of its record alone: prolonged, cancelled, adopted, a warning claimed
 *     errands.c     the history, the annotation
 *     night.c       what is due by itself
 *     notices.c     the messages in the channels
 *
 * The targets that wait for an operation are its participants, so that two people who ask for the same get one stop and two
 * answers. The record of an environment has one writer at a time: its operation until that waits for readiness, or one
 * decision.
 */
#ifndef CURFEW_BOT_ENGINE_STATE_H
#define CURFEW_BOT_ENGINE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/agenda.h"
#include "bot/announcement.h"
#include "bot/answer.h"
#include "bot/button.h"
#include "bot/command.h"
#include "bot/effects.h"
#include "bot/engine.h"
#include "bot/environments.h"
#include "bot/event.h"
#include "bot/groups.h"
#include "bot/transition.h"
#include "bot/wish.h"

enum request_phase {
    REQUEST_SAVING,    /* its inbox entry is being stored; not acked yet */
    REQUEST_RESTORED,  /* from the inbox: accepted and acked by a process that ended */
    REQUEST_RUNNING,   /* its targets are under way */
    REQUEST_ANSWERING, /* its targets are done, and the answer is on its way */
    REQUEST_LOOKING,   /* it stands in the inbox already: whether somebody carries it out is being read */
    REQUEST_CLOSING,   /* answered; its inbox entry is being marked as done, or as refused */
};

/* What came of one target. */
struct target_outcome {
    const char *text;  /* mrkdwn lines */
    bool changed;      /* something was changed, or tried: the channel is to know */
    bool is_shown;     /* the message in the channel says it already, so nothing needs to be answered */
    bool offers_start; /* it is asleep, and starting it is what helps */
    bool failed;       /* what was asked for did not come about, or in part */
};

struct request_target {
    char name[NAMESPACE_NAME_SIZE];
    char *outcome; /* owned; NULL = still under way */
    bool changed, is_shown, offers_start, failed;
};

struct request {
    struct inbox_entry entry;
    struct command command;
    struct button_condition condition; /* of a click; { 0 } = none */
    enum request_phase phase;
    uint64_t ticket;   /* of the save */
    int64_t due_at;    /* of the next try to close it; INT64_MAX = none */
    uint64_t delivery; /* to be acked; 0 = acked, or from the inbox */
    bool accepts_payload;
    struct request_target *targets;
    size_t target_count, remaining;
    size_t next_target; /* of those that are done one after the other */
};

struct participant {
    struct request *request;
    size_t target;
};

enum operation_phase {
    OPERATION_LOADING,    /* record and journal are being read */
    OPERATION_PREPARED,   /* by itself: all is read, and the instant has not come */
    OPERATION_OBSERVING,  /* the cluster is being read, to decide (again) */
    OPERATION_SAVING,     /* what is about to be done is being stored */
    OPERATION_CONFIRMING, /* it stands there already: the record is being read once more, after the cluster */
    OPERATION_SCALING,
    OPERATION_GROUPING,  /* waiting for a group of workloads before the next one is scaled, reading again and again */
    OPERATION_FINISHING, /* what was done is being stored */
    OPERATION_READYING,  /* started: waiting for readiness, reading again and again */
};

struct operation {
    enum verb verb; /* START, STOP or STATUS */
    enum operation_phase phase;
    struct environment *environment;
    char uid[KUBERNETES_UID_SIZE]; /* of the namespace it was begun for */
    const struct command *command; /* for its exceptions */
    struct command *own_command;   /* NULL = that is one that many share */
    struct button_condition condition;
    char by[RECORD_PERSON_SIZE];
    char from[16]; /* for the history */
    bool has_act;  /* it was noted in the history: */
    struct history_entry act;
    bool is_act_told;   /* to whom it is by */
    bool is_resumed;    /* begun by another process: its act stands in the history */
    bool is_taken_over; /* likewise, or another process has been at it since this one began it */
    bool is_look;       /* STATUS: nobody asked; it looks whether what was stopped stays so */
    bool has_loaded;    /* record and journal were read */
    bool by_itself;     /* the schedule wants it, and nobody in person */
    int64_t settles_at; /* by itself: the transition that is applied */
    int64_t begins_at;  /* by itself: what is read before is prepared, and nothing is decided */
    struct participant *participants;
    size_t participant_count;
    uint64_t ticket;   /* of the effect it waits for; 0 = it waits for due_at */
    int64_t wanted_at; /* when the latest of its participants was accepted: with it, a wish is older or newer */
    int64_t started_at;
    int64_t due_at;      /* INT64_MAX = not by time */
    int64_t ready_by_at; /* READYING */
    int64_t group_by_at; /* GROUPING: for so long it is waited */
    int32_t group;       /* for the one of this order, the furthest so far */
    bool has_waited;     /* long enough, for all groups up to: */
    int32_t waited_for;
    bool explains;          /* READYING: why what is not ready is not, is being read: the last look */
    int rounds;             /* of scaling, in which something had changed under our hands */
    int failures;           /* in a row, of saves or readings */
    bool committed;         /* its first save is done, or may be: it is carried to its end, whatever it takes */
    struct record saving;   /* as the last save was to leave it */
    struct journal journal; /* as stored */
    struct journal before;  /* start: as it was stored before the first save, for the answer */
    struct transition plan;
    size_t gone, changed_by_others; /* start: of the entries that earlier saves have dropped from the journal */
    struct scale_orders answered;   /* the last answer for each workload that was ordered */
    struct workload_list seen;      /* as last read */
};

/* A change of a record and of nothing else. */
enum decision_kind {
    DECISION_PROLONGATE,
    DECISION_CANCEL,
    DECISION_ADOPT,    /* it is new, or has another schedule */
    DECISION_SETTLE,   /* a window has begun, and it is awake */
    DECISION_ANNOUNCE, /* claim a warning, before it is posted */
    DECISION_EXPIRE,   /* its namespace is gone, or back: whether record and journal expire */
};

struct decision {
    enum decision_kind kind;
    struct environment *environment;
    char uid[KUBERNETES_UID_SIZE];
    struct participant participant; /* .request NULL = nobody asked: it is by itself */
    uint64_t ticket;
    int64_t due_at; /* RESTING; else INT64_MAX */
    int failures;   /* in a row */
    bool was_read;  /* ADOPT: the cluster was, and says whether it runs */
    bool runs;
    bool is_applied; /* the stored inbox entry says that this was done before */
    uint64_t notice; /* ANNOUNCE: for which it is claimed */
    bool announces;  /* and whether what is being saved is a claim */
    struct record saving;
    struct journal journal; /* EXPIRE: as it was read */
    struct wish_answer answer;
    struct decision *next; /* in the queue of its environment */
};

/* What is under way for one environment. */
struct work {
    struct operation *operation; /* the stop or start under way */
    struct operation *waiting;   /* the one that comes next: only the latest wish is kept */
    struct operation *inquiry;   /* a reading for status */
    struct operation *look;      /* a reading for the vigil */
    struct decision *decision;   /* the one under way */
    struct decision *queue;      /* of people, the oldest first */
    uint64_t unposted_notice;    /* a claim may stand in the record for this one, which was not posted; 0 = none */
    int64_t not_before_at;       /* nothing by itself before: the last try failed */
};

/* An environment that was stopped a moment ago. */
struct vigil {
    char name[NAMESPACE_NAME_SIZE], uid[KUBERNETES_UID_SIZE];
    int64_t since_at; /* of its record: as it was decided, whatever the clock does */
    int64_t stopped_at;
    int64_t read_until_at; /* by schedule: what was changed up to then may have been read too early; 0 = it was not */
    int64_t due_at;        /* of the next look; INT64_MAX = that is under way */
    size_t looks;          /* so far */
};

/* Something for a person that neither changes a record nor scales: reading the history, setting the schedule. */
struct errand {
    struct participant participant;
    struct environment *environment;
    uint64_t ticket;
    int64_t due_at;
    int failures;
    struct errand *next;
};

enum notice_phase {
    NOTICE_CLAIMING, /* its warnings are being claimed */
    NOTICE_POSTING,  /* it is to be posted, or is on its way */
    NOTICE_FINDING,  /* it may be there: the channel's history is to be read */
    NOTICE_STANDING, /* it is there, or nobody can say whether it is */
};

/* A message that announces stops. */
struct notice {
    uint64_t id;
    char channel[RECORD_PERSON_SIZE];
    char message[RECORD_PERSON_SIZE]; /* its ts; "" = not known */
    enum notice_phase phase;
    struct environment **items;
    size_t count, capacity;
    size_t claiming;      /* how many are not settled yet */
    bool is_open;         /* more may join: it was made in this very turn */
    bool is_dirty;        /* it is to be written anew */
    bool is_wanting;      /* it stands among engine.wanting_notices */
    bool is_fixed;        /* Slack lets nobody change it any more */
    bool is_waiting;      /* POSTING: for its turn in the channel */
    bool is_saved;        /* the store knows where it is */
    uint64_t ticket;      /* of the post, update or search; 0 = none */
    uint64_t save_ticket; /* of the save; 0 = none */
    int64_t claimed_at;   /* about when */
    int64_t due_at;       /* not before: of what is to be done next */
    int failures;         /* in a row */
};

/* A channel that does not take messages. */
struct broken_channel {
    char id[RECORD_PERSON_SIZE];
    char slack_error[64];
};

struct engine {
    struct engine_options options;
    struct environments environments;
    struct agenda agenda;
    struct groups groups;
    struct request **requests;
    size_t request_count;
    struct operation **operations; /* all that are under way, in no order */
    size_t operation_count, operation_capacity;
    struct decision **decisions; /* all that are under way, in no order */
    size_t decision_count, decision_capacity;
    size_t announcing; /* of those, by themselves */
    bool is_full;      /* as many things by themselves as may be: nothing more is begun until there is room */
    struct errand *errands;
    struct vigil *vigils; /* in no order */
    size_t vigil_count, vigil_capacity;
    struct notice **notices; /* sorted by id */
    size_t notice_count, notice_capacity;
    struct notice **open_notices; /* borrowed; those that more may join */
    size_t open_count, open_capacity;
    uint64_t *wanting_notices; /* ids of those with which something may be to be done, now or when it is due */
    size_t wanting_count, wanting_capacity;
    size_t wanting_later;   /* those at the front were looked at, and wait */
    int64_t wanting_due_at; /* the earliest of these; INT64_MAX = none */
    struct broken_channel *broken_channels;
    size_t broken_channel_count;
    uint64_t last_ticket;
    uint32_t last_notice;
    int64_t last_now;
    uint64_t recent[ENGINE_RECENT_MAX]; /* hashes of the keys of requests; a ring */
    size_t recent_next;
    bool complete;  /* EVENT_COMPLETE has been */
    bool is_ending; /* nothing is begun by itself any more */
    int64_t completed_at, reread_at;
    struct inbox_entry *held; /* from the inbox, until the groups that their people may be in are known */
    size_t held_count;
};

/* requests.c */
void requests_add(struct engine *engine, const struct event *event, const struct command *command,
                  const struct button_condition *condition, const struct environment_list *list, int64_t now,
                  struct effects *effects);
bool requests_loaded(struct engine *engine, const struct event *event, int64_t now, struct effects *effects) must_check;
bool requests_saved(struct engine *engine, const struct event *event, int64_t now, struct effects *effects) must_check;
void requests_tick(struct engine *engine, int64_t now, struct effects *effects);
void requests_replied(struct engine *engine, uint64_t ticket, struct effects *effects);
void request_target_done(struct engine *engine, const struct participant *participant,
                         const struct target_outcome *outcome, int64_t now, struct effects *effects);
/* One of that key is under way. */
bool request_is_known(const struct engine *engine, const char *key) must_check;
/* A press on a message of the channel: that message changes, which answers it. */
bool request_is_press(const struct request *request) must_check;
void requests_release(struct engine *engine);
uint64_t request_save_entry(struct engine *engine, const struct inbox_entry *entry, struct effects *effects);
/* Acks a delivery; message moves in, NULL or an empty one = none. An ack that takes no message is followed by a reply. */
void request_ack(uint64_t delivery, bool accepts_payload, const struct inbox_entry *entry, struct message *message,
                 struct effects *effects);

/* arrivals.c */
enum { ARRIVALS_HELD_S = 5 * 60 };
void arrivals_release_held(struct engine *engine, int64_t now, struct effects *effects);
void arrivals_take(struct engine *engine, const struct event *event, int64_t now, struct effects *effects);
bool request_is_permitted(const struct engine *engine, const struct environment *environment,
                          const struct command *command, const char *user, struct error *error) must_check;

/* operation.c: the steps of one operation. */
void operation_load(struct engine *engine, struct operation *operation, struct effects *effects);
void operation_observe(struct engine *engine, struct operation *operation, enum operation_phase phase,
                       struct effects *effects);
/* A record that says it is under way: its first save was done, by a process that ended or without its answer. */
void operation_commit_if_begun(struct operation *operation);
void operation_decide(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects);
void operation_scale(struct engine *engine, struct operation *operation, struct effects *effects);
void operation_await_readiness(struct engine *engine, struct operation *operation, int64_t now,
                               struct effects *effects);
void operation_wait(struct operation *operation, int64_t due_at); /* for nothing but that instant */

/* operation_heard.c: what came back. */
void operation_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects);
void operations_tick(struct engine *engine, int64_t now, struct effects *effects);

struct effect *operation_ask(struct engine *engine, struct operation *operation, enum effect_kind kind,
                             struct effects *effects);

/* operation_record.c: what it writes. */
/* The record of the namespace that it was begun for. false: there is none. */
bool operation_read_record(const struct operation *operation, struct record *ret_record) must_check;
bool operation_stands_as(const struct operation *operation, enum record_state state) must_check;
void operation_fill_record(const struct engine *engine, const struct operation *operation, bool finishing,
                           struct record *record);
void operation_save(struct engine *engine, struct operation *operation, enum operation_phase phase,
                    struct effects *effects);
void journal_copy(const struct journal *journal, struct journal *target);

/* wishes.c: its beginning, and what comes next. */
struct work *work_of(struct environment *environment) must_check;
/* The record may have its next writer: what was begun by another process, what people wait for, or, where there is nothing,
 * what the night says is due. */
void work_go_on(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects);
void operation_want(struct engine *engine, struct environment *environment, enum verb verb,
                    const struct command *command, const struct participant *participant, int64_t now,
                    struct effects *effects);
/* Stops it by schedule once more: something that was to be stopped runs. */
void operation_stop_again(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects);
/* Reads it because nobody asked: vigil_looked() is told what was seen. */
void operation_look(struct engine *engine, struct environment *environment, int64_t now, struct effects *effects);
void operation_want_by_itself(struct engine *engine, struct environment *environment, const struct plan *plan,
                              int64_t now, struct effects *effects);
/* An environment that nothing needs any more is dropped: not to be touched by the caller afterwards. */
void environment_drop_if_gone(struct engine *engine, struct environment *environment);
/* The other one of the two is under way by the record: it is carried to its end first. */
void operation_give_way(struct engine *engine, struct operation *operation, int64_t now, struct effects *effects);
/* One that the schedule wanted and that has not begun yet ends without a word. */
void operation_drop_if_by_itself(struct engine *engine, struct environment *environment);
/* It waits for pods and writes nothing meanwhile: the record may have another writer. */
bool operation_is_resting(const struct operation *operation) must_check;
void operation_forget(struct engine *engine, struct operation *operation);
void operation_free(struct operation *operation);
void operations_release(struct engine *engine);

/* operation_note.c: the Event about how it ended. */
void operation_note(const struct operation *operation, const struct outcome *outcome, struct effects *effects);

/* operation_end.c */
/* Tells everybody who waits how it came out. But for OUTCOME_CONTINUES the operation is then over, and what waited behind
 * it begins. */
void operation_finish(struct engine *engine, struct operation *operation, enum outcome_kind kind,
                      const struct error *error, int64_t now, struct effects *effects);
/* A wish that is overtaken before it began. */
void operation_end_overtaken(struct engine *engine, struct operation *operation, const struct operation *by,
                             int64_t now, struct effects *effects);

/* decisions.c */
void decision_want(struct engine *engine, struct environment *environment, enum decision_kind kind,
                   const struct participant *participant, int64_t now, struct effects *effects);
void decision_by_itself(struct engine *engine, struct environment *environment, enum decision_kind kind,
                        uint64_t notice, int64_t now, struct effects *effects);
void decision_begin(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects);
bool decision_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
    must_check;
struct effect *decision_ask(struct engine *engine, struct decision *decision, enum effect_kind kind,
                            struct effects *effects);
void decision_forget(struct engine *engine, struct decision *decision);
void decision_free(struct decision *decision);
void decisions_tick(struct engine *engine, int64_t now, struct effects *effects);
void decisions_release(struct engine *engine);

/* deciding.c */
/* One that has not begun is answered, and gone. */
void decision_refuse(struct engine *engine, struct decision *decision, enum decided_kind kind, int64_t now,
                     struct effects *effects);
enum { PATIENCE_S = 30 }; /* what by itself could not be done is tried again after that */
void decision_decide(struct engine *engine, struct decision *decision, int64_t now, struct effects *effects);
void decision_end(struct engine *engine, struct decision *decision, const struct error *error, int64_t now,
                  struct effects *effects);
void decision_end_as(struct engine *engine, struct decision *decision, enum decided_kind kind,
                     const struct error *error, int64_t now, struct effects *effects);
/* One by itself could not be done. It is due again by its record, and nothing is lost; not at once, though. */
void decision_give_up(struct engine *engine, struct decision *decision, int64_t pause_s, int64_t now,
                      struct effects *effects);

/* night.c */
void night_fill_rules(const struct engine *engine, const struct environment *environment, struct wish_rules *ret_rules);
void night_fill_view(const struct engine *engine, const struct environment *environment, int64_t now,
                     struct plan_view *ret_view);
/* What is recorded of an environment from now on: its message is to be written anew, and it is planned again. */
void night_mend(struct record *record, int64_t now); /* of one that was read: instants in the future are those of now */
void night_keep(struct engine *engine, struct environment *environment, const struct record *record);
void night_keep_read(struct engine *engine, struct environment *environment, const struct record *record,
                     int64_t now); /* one that was read just now; NULL = there is none */
/* How long until the next try: longer with each failure in a row. */
int64_t night_pause_s(int failures, int64_t step_s, int64_t most_s) must_check;
void night_plan(struct engine *engine, struct environment *environment, int64_t now);
bool night_still_wants(const struct engine *engine, const struct environment *environment, enum verb verb, int64_t now)
    must_check;
void night_tick(struct engine *engine, int64_t now, struct effects *effects);
int64_t night_due_at(const struct engine *engine) must_check;
/* What comes next for it; the record lends its texts. */
void night_fill_outlook(const struct engine *engine, const struct environment *environment, struct record *record,
                        int64_t now, struct outlook *ret_outlook);

/* notices.c */
struct notice *notices_find(const struct engine *engine, uint64_t id) must_check;
struct notice *notices_add(struct engine *engine, uint64_t id, const char *channel) must_check;
void notices_drop(struct engine *engine, struct notice *notice);
void notice_want(struct engine *engine, struct notice *notice); /* the next tick looks at it */
void notice_add_item(struct notice *notice, struct environment *environment);
/* The one of that channel which more may join. */
struct notice *notices_open(struct engine *engine, const char *channel, int64_t now) must_check;
void notices_close(struct engine *engine, int64_t now, struct effects *effects); /* no more join those that are open */
/* A claim is settled; is_claimed: the notice speaks of that environment. */
void notices_settle(struct engine *engine, uint64_t id, struct environment *environment, bool is_claimed, int64_t now,
                    struct effects *effects);
void notices_touch(struct engine *engine, const struct environment *environment); /* what is said of it has changed */
/* It changed by itself, and nobody waits to see it: many such changes become one message. */
void notices_can_wait(struct engine *engine, const struct environment *environment, int64_t now);
void notice_leave(struct engine *engine, struct environment *environment); /* one notice less speaks of it */
void notices_learn(struct engine *engine, const struct inbox_entry *click, uint64_t id); /* where its message is */
void notices_restore(struct engine *engine, const struct notice_record *record);
void notices_complete(struct engine *engine, int64_t now);
/* The message that speaks of it is known, so that it shows what became of it. */
bool notices_show(const struct engine *engine, const struct environment *environment) must_check;
void notices_release(struct engine *engine);

/* posts.c: what is done with them in the channel. */
void notice_post(struct engine *engine, struct notice *notice, int64_t now, struct effects *effects);
bool notices_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
    must_check;
void notices_tick(struct engine *engine, int64_t now, struct effects *effects);
int64_t notices_due_at(const struct engine *engine) must_check;

/* channels.c: those that do not take messages. */
const char *channels_error(const struct engine *engine, const char *channel) must_check; /* "" = it does */
void channels_failed(struct engine *engine, const char *channel, const char *slack_error, struct effects *effects);
void channels_worked(struct engine *engine, const char *channel, struct effects *effects);

/* notice_lines.c: what it says. */
/* Fills a line for each item, and records[i] for its texts. */
void notice_fill_lines(const struct engine *engine, const struct notice *notice, int64_t now, struct record *records,
                       struct announcement_line *lines);
/* Items of which the stop does not stand as announced leave it. */
void notice_keep_standing(struct engine *engine, struct notice *notice, int64_t now);
/* true: nothing it says can change any more: all it spoke of is announced elsewhere, or gone, or it is old. */
bool notice_is_over(const struct engine *engine, const struct notice *notice, int64_t now) must_check;

/* vigil.c: whether what was stopped stays so. */
void vigils_begin(struct engine *engine, const struct operation *operation, int64_t now);
void vigils_tick(struct engine *engine, int64_t now, struct effects *effects);
int64_t vigils_due_at(const struct engine *engine) must_check;
void vigils_set_back(struct engine *engine, int64_t by_s);
/* Something runs, and what was stopped is not known yet. */
bool vigil_needs_record(const struct operation *operation) must_check;
/* true: something was missed, and it is to be stopped again. */
bool vigil_looked(struct engine *engine, struct operation *operation, const struct outcome *outcome,
                  struct effects *effects) must_check;

/* errands.c */
void errand_want(struct engine *engine, struct environment *environment, const struct participant *participant,
                 struct effects *effects);
bool errands_answered(struct engine *engine, const struct event *event, int64_t now, struct effects *effects)
    must_check;
void errands_tick(struct engine *engine, int64_t now, struct effects *effects);
int64_t errands_due_at(const struct engine *engine) must_check;
bool errands_know(const struct engine *engine, const struct environment *environment) must_check;
void errands_release(struct engine *engine);

/* acts.c: the history. */
void act_fill(struct history_entry *entry, const char *name, const struct command *command, const char *by,
              const char *from, int64_t at);
void act_set_outcome(struct history_entry *entry, const char *mrkdwn);
/* A save of nothing but a history entry, which nobody waits for. */
void act_note(struct engine *engine, const struct history_entry *entry, struct effects *effects);
const char *act_origin(const struct inbox_entry *entry) must_check; /* "command" or "button" */

#endif
