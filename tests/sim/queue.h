/* tests/sim/queue.h - what is still to happen, by virtual time; of two things at the same instant the one asked for first. */
#ifndef CURFEW_TESTS_SIM_QUEUE_H
#define CURFEW_TESTS_SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct call;

enum happening_kind {
    HAPPEN_REACH,   /* a call arrives where it was sent to */
    HAPPEN_ANSWER,  /* its answer arrives at the process */
    HAPPEN_TIMER,   /* what a process waits for has come */
    HAPPEN_BOOT,    /* a process begins: it reads the store */
    HAPPEN_LISTED,  /* it has listed the namespaces and is live */
    HAPPEN_RESUME,  /* a process that was paused goes on */
    HAPPEN_RETIRE,  /* of two processes that both lead one ends */
    HAPPEN_STEP,    /* the clock of a process is set */
    HAPPEN_WATCH,   /* a process learns how a namespace is now */
    HAPPEN_DELIVER, /* an envelope arrives */
    HAPPEN_ACT,     /* a person does something in Slack */
    HAPPEN_HAND,    /* somebody does something to the cluster, past us */
    HAPPEN_PODS,    /* the pods of a workload are ready */
    HAPPEN_WEATHER, /* faults begin, or end for a while */
    HAPPEN_LOOK,    /* everything is compared with what it should be */
    HAPPEN_COUNT
};

struct happening {
    int64_t at_ms;
    uint64_t order; /* set by the queue */
    enum happening_kind kind;
    int process;          /* -1 = none */
    unsigned incarnation; /* of the process: what was meant for one that has died is dropped */
    int environment;      /* -1 = none */
    int64_t number;
    struct call *call; /* REACH, ANSWER: owned by the happening */
};

/* { 0 } is empty. */
struct queue {
    struct happening *items; /* a heap */
    size_t count, capacity;
    uint64_t orders;
};

void queue_release(struct queue *queue); /* the calls in it are the caller's: take them out first */
void queue_add(struct queue *queue, const struct happening *happening);
bool queue_take(struct queue *queue, struct happening *ret_happening) must_check; /* false: it is empty */

#endif
