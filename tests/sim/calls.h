/* tests/sim/calls.h - what an engine asked for, on its way: it arrives, has its effect, and is answered.
 *
 * It may be lost before or after its effect, be slow, be refused, or have its effect after it was given up.
 */
#ifndef CURFEW_TESTS_SIM_CALLS_H
#define CURFEW_TESTS_SIM_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "bot/effects.h"
#include "bot/event.h"
#include "tests/sim/process.h"
#include "tests/sim/kinds.h"
#include "tests/sim/queue.h"

struct sim;

enum call_fate { FATE_WELL, FATE_BEFORE, FATE_AFTER, FATE_LATE, FATE_REFUSED, FATE_NOT_YET };

struct call {
    struct effect effect;
    int process;
    unsigned incarnation;
    int site;           /* -1 = none */
    int64_t decided_at; /* by the clock of its process */
    struct told told;   /* what that knew of the site then */
    int64_t asked_ms;
    int64_t leaves_ms; /* its process: one that has died before then has not sent it */
    bool held;         /* by a process that slept before it sent it */
    bool given_up;     /* it was answered already; only its effect is still to come */
    enum call_fate fate;
    /* The answer */
    struct error error;
    enum save_result saved;
    char revision[RECORD_REVISION_SIZE], inbox_revision[RECORD_REVISION_SIZE];
    bool has_record, has_entry;
    struct record record;
    struct journal journal;
    struct inbox_entry *entry;
    struct workload_list workloads;
    enum post_result posted;
    enum find_result found;
    char message[RECORD_PERSON_SIZE];
    char slack_error[64];
    const char *members;
    struct history_entry *acts;
    size_t act_count;
    struct record *records; /* REREAD: as they stood, by site; those without a namespace's name stood for none */
};

/* Sends an effect; it moves in. */
void calls_send(struct sim *sim, int process, struct effect *effect);

void calls_reach(struct sim *sim, struct happening *happening);
void calls_answer(struct sim *sim, struct happening *happening);
void calls_free(struct sim *sim, struct call *call);

/* Per destination: what it does there. */
void calls_reach_store(struct sim *sim, struct call *call);
void calls_reach_cluster(struct sim *sim, struct call *call);
void calls_reach_slack(struct sim *sim, struct call *call);

/* Fills in what the engine is told. */
void calls_fill_event(struct call *call, struct event *event);

/* The same, whose effect comes later and which nobody waits for any more. Its effect is empty. */
struct call *calls_add_late(struct sim *sim, const struct call *call, int64_t delay_ms) must_check;

#endif
