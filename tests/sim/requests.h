/* tests/sim/requests.h - what people asked for, and what became of it. */
#ifndef CURFEW_TESTS_SIM_REQUESTS_H
#define CURFEW_TESTS_SIM_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/button.h"
#include "bot/command.h"
#include "bot/message.h"
#include "store/record.h"

struct sim;
struct happening;

struct offered_button {
    char action[MESSAGE_ACTION_SIZE];
    char *value;
};

/* A message as a person sees it. Owned. */
struct shown {
    char *text; /* plain */
    struct offered_button *buttons;
    size_t button_count;
};

void shown_release(struct shown *shown);
void shown_set(struct shown *shown, const struct message *message);

struct request {
    int number;
    int site;                /* the first it names; -1 = none */
    struct inbox_entry sent; /* as it is delivered */
    bool understood;         /* what follows could be read from it */
    struct command command;
    struct button_condition condition;
    int64_t sent_ms;
    bool is_stranger; /* may not command at all */
    bool delivered;   /* to a process that was live */
    bool acked;
    bool accepted;      /* its inbox entry was stored, not refused */
    unsigned processes; /* bits of those that it was delivered to */
    int told_by;        /* which process refused it */
    bool told_refused;  /* the ack said that it was not accepted */
    bool has_entry;     /* what the store holds of it */
    struct inbox_entry entry;
    int64_t accepted_ms, done_ms; /* 0 = not yet */
    int answers;                  /* that were sent */
    int effect_by;                /* which process */
    uint64_t effects;             /* bits of the sites on which it has had its effect */
    uint64_t settled;             /* bits of those where somebody else's wish for the same had it */
    bool close_refused;           /* the store refused to take it as done */
    int replies;                  /* that were sent without waiting for their end */
    int taken_up;                 /* by processes that found it open in the inbox: each may repeat its answer */
    int64_t answered_ms;
    int plant_deliveries; /* a planted fault counts them */
    struct shown private; /* the last thing that its author alone was shown */
    char *answer;         /* the last answer */
};

struct requests {
    struct request **items;
    size_t count, capacity;
};

void requests_free(struct requests *requests);

/* A new one, with its key; the caller fills in what was typed or pressed and then has it sent. */
struct request *requests_new(struct sim *sim, const char *kind, const char *user) must_check;
void requests_send(struct sim *sim, struct request *request);

/* An envelope arrives: number is the request's. */
void requests_deliver(struct sim *sim, const struct happening *happening);

/* Its author was told that it was not accepted, and may rely on that: the process that said so does not carry it out, nor does
 * another one that could read so in the inbox. */
bool requests_is_refused(const struct request *request, int process) must_check;

/* The one that a key or a response URL belongs to; NULL = none. */
struct request *requests_find(const struct requests *requests, const char *text) must_check;

/* The workspace: who is in the user group S7, who may command, who may touch an environment with these owners. */
extern const char group_members[];
bool requests_may_command(const char *user) must_check;
bool requests_may_touch(const char *owners, const char *user) must_check;

#endif
