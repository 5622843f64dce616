/* tests/trial/parts.h - the three programs of the trial and their folder: a Slack that is played, a small cluster, the bot.
 *
 * They stand beside curfew-trial. The bot is the real one: it is told where its Slack and its cluster are, as in any other
 * place, by environment variables.
 */
#ifndef CURFEW_TESTS_TRIAL_PARTS_H
#define CURFEW_TESTS_TRIAL_PARTS_H

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"
#include "tests/trial/evening.h"
#include "tests/trial/part.h"

#include <stdbool.h>

enum { PARTS_PATH_SIZE = 4096, PARTS_TEXT_SIZE = 256, PARTS_START_MS = 30 * 1000, PARTS_STOP_MS = 12 * 1000 };

enum parts_phase {
    PARTS_STARTING,
    PARTS_READY,
    PARTS_ENDING,
    PARTS_ENDED,
};

struct parts {
    struct flow flow;   /* its own */
    struct flow *owner; /* pumped when the phase changes */
    struct loop *loop;
    struct timer tick;
    int64_t deadline_ms;
    enum parts_phase phase;
    struct error error; /* something did not start, or ended by itself; kind NONE = all is well */
    struct part slack, cluster, bot;
    char programs[PARTS_PATH_SIZE]; /* the folder they are in */
    char folder[PARTS_PATH_SIZE];   /* of this trial, removed at its end */
    char log[PARTS_PATH_SIZE];      /* of the bot */
    struct evening evening;         /* planned when they are started, and again once they are ready */

    /* Once they are ready. */
    char control_url[PARTS_TEXT_SIZE];
    char server[PARTS_TEXT_SIZE]; /* of the cluster */
    char ca[PARTS_PATH_SIZE];
    char kubeconfig[PARTS_PATH_SIZE];
    char token[PARTS_TEXT_SIZE];
};

/* Makes the folder and starts the stand-ins; the rest goes by itself. */
void parts_start(struct parts *parts, struct loop *loop, struct flow *owner);

/* The bot first, then what it talks to. */
void parts_stop(struct parts *parts);

/* Kills what still runs and removes the folder. */
void parts_release(struct parts *parts);

#endif
