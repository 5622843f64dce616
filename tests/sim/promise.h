/* tests/sim/promise.h - the promises that a run is held to: README.md says what is observed for each. */
#ifndef CURFEW_TESTS_SIM_PROMISE_H
#define CURFEW_TESTS_SIM_PROMISE_H

#include "base/attributes.h"

enum promise {
    PROMISE_NONE,
    PROMISE_COUNTS,      /* no count is lost */
    PROMISE_RECORD,      /* what is done was stored before */
    PROMISE_PROLONGED,   /* prolonged means up */
    PROMISE_NEWEST,      /* the newest wish wins */
    PROMISE_STOPS,       /* stops happen */
    PROMISE_STARTS,      /* starts happen */
    PROMISE_WAKE,        /* it wakes as it was */
    PROMISE_DEADLINE,    /* the deadline is what was asked for */
    PROMISE_EARLY,       /* nothing falls before its time */
    PROMISE_WARNED,      /* no unannounced stop */
    PROMISE_ONE_WARNING, /* each warning once */
    PROMISE_STALE,       /* no warning of a stop that no longer stands */
    PROMISE_ONCE,        /* a request has one effect and one answer */
    PROMISE_ANSWERED,    /* what was accepted is carried out and answered */
    PROMISE_PERMISSION,  /* without permission nothing changes */
    PROMISE_SCOPE,       /* nothing is touched that does not take part */
    PROMISE_DISABLED,    /* disabled silences */
    PROMISE_WORDS,       /* nothing is said that is not so */
    PROMISE_BUTTONS,     /* a message shows what stands */
    PROMISE_BOUNDED,     /* memory stays bounded */
    PROMISE_COUNT
};

struct promise_words {
    const char *name;     /* "prolonged" */
    const char *sentence; /* what was promised */
};

const struct promise_words *promise_words(enum promise promise) must_check;

#endif
