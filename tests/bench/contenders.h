/* tests/bench/contenders.h - who answers /curfew: our bot, Slack's own SDKs, and a bare client as the floor. */
#ifndef CURFEW_TESTS_BENCH_CONTENDERS_H
#define CURFEW_TESTS_BENCH_CONTENDERS_H

#include "base/attributes.h"
#include "tests/bench/crowd.h"
#include "tests/end_to_end/bot.h"

#include <stdbool.h>

enum { CONTENDER_COUNT = 5 };

/* A row of the table in contenders.c. */
struct contender {
    const char *name;
    int port;          /* of Slack: 443 for Slack's SDK for Python, which takes no other; 0 = any */
    bool is_curfew;    /* needs a cluster */
    bool answers_none; /* it acks, and that is all */
    const char *runs;  /* name of the environment variable that holds the interpreter; NULL = it is a program of ours */
    const char *path;  /* of program or script */
};

extern const struct contender contenders[CONTENDER_COUNT];

/* Whether it is installed, as tests/bench/run says. */
bool contender_is_there(const struct contender *contender) must_check;

/* One that runs. It must stay where it is. */
struct running {
    struct bot bot;  /* its child is whatever runs */
    double hello_ms; /* from its start to hello at Slack */
    double ready_ms; /* to event=ready in its log; Curfew alone has that */
};

/* Starts it, with a store of its own where it needs one, and waits until it takes commands. cluster may be NULL where it
 * is not Curfew. false: said on standard output. */
bool contender_start(const struct contender *contender, struct crowd *crowd, const struct cluster *cluster,
                     struct running *running) must_check;

/* SIGTERM, and its end; { 0 } is fine. */
void contender_stop(struct running *running);

#endif
