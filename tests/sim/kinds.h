/* tests/sim/kinds.h - what can go wrong, and what people do meanwhile: each of it can be switched off by itself. */
#ifndef CURFEW_TESTS_SIM_KINDS_H
#define CURFEW_TESTS_SIM_KINDS_H

#include <stdint.h>

#include "base/attributes.h"

enum kind {
    /* The store */
    KIND_SAVE_BEFORE, /* a save fails, and nothing was written */
    KIND_SAVE_AFTER,  /* it was written, and the answer is lost */
    KIND_SAVE_LATE,   /* it is written after its answer was given up */
    KIND_SAVE_REFUSED,
    KIND_LOAD_FAILS,
    /* The cluster */
    KIND_OBSERVE_FAILS,
    KIND_SCALE_BEFORE,
    KIND_SCALE_AFTER,
    KIND_SCALE_LATE,
    KIND_SCALE_REFUSED,
    KIND_ANNOTATE_FAILS,
    KIND_PODS_LATE,
    KIND_WATCH_LATE,
    /* Slack */
    KIND_POST_LATER,  /* nothing was posted, and that is known */
    KIND_POST_BEFORE, /* nothing was posted, and that is not known */
    KIND_POST_AFTER,  /* it was posted, and that is not known */
    KIND_ARCHIVED,    /* a channel takes no messages for some hours */
    KIND_FIND_FAILS,
    KIND_GROUP_FAILS,
    KIND_REPEATED, /* an envelope comes again, to whichever process */
    KIND_DELAYED,  /* an envelope is under way for long: a later one overtakes it */
    /* Processes */
    KIND_SLOW, /* an answer takes seconds */
    KIND_CRASH,
    KIND_OUTAGE, /* a crash after which nothing runs for hours */
    KIND_PAUSE,
    KIND_OVERLAP, /* a second process leads beside the first */
    KIND_CLOCK,
    /* People */
    KIND_TYPE,
    KIND_PRESS,
    KIND_STRANGER, /* whoever acts may not */
    /* Hands on the cluster */
    KIND_HAND_SCALE,
    KIND_HAND_LABEL,
    KIND_HAND_ANNOTATE,
    KIND_HAND_RECREATE, /* a namespace is deleted, and perhaps made again */
    KIND_HAND_WORKLOAD, /* a workload is deleted, and perhaps made again */
    KIND_COUNT
};

struct kind_words {
    const char *name;  /* as the mask of a run names it */
    const char *words; /* "saves whose answer is lost" */
    int of_10000;      /* how often it happens at full rate: for faults per chance, for acts per environment and day */
    int is_act;        /* of people and hands: not silenced by fair weather */
};

const struct kind_words *kind_words(enum kind kind) must_check;

#endif
