/* k8s/pace.h - how many requests the API server has before it at a time, and when it may be given one more.
 *
 * Pure: instants in ms of one monotonic clock go in, "now, then, or not before an answer" comes out. The window of
 * requests in flight is as TCP's: a refusal halves it, good answers widen it again by one per window; and when
 * answers become slow it shrinks before there are refusals. Priority and Fairness of the API server refuses with 429
 * and Retry-After, and whoever is refused is asked to send nothing before then.
 */
#ifndef CURFEW_K8S_PACE_H
#define CURFEW_K8S_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    PACE_WINDOW_MAX = 64, /* as many as base/http.h has in flight; what it starts with */
    PACE_WINDOW_MIN = 4,
    PACE_SLOW_MS = 500,           /* a smoothed latency above this and above ... */
    PACE_SLOW_FACTOR = 4,         /* ... so many times the smallest of the last minute is one to give way to */
    PACE_SLOW_EVERY_MS = 1000,    /* between two times of giving way to latency */
    PACE_HELD_MAX_MS = 60 * 1000, /* for a longer Retry-After only the refused request itself waits */
    PACE_SLICE_MS = 10 * 1000,    /* the last minute is remembered in slices */
    PACE_SLICES = 6,
};

enum pace_kind {
    PACE_CALL,  /* a question and a short answer: its latency counts */
    PACE_LIST,  /* a streamed answer: takes its time; has a window of its own, as wide, so it waits behind no call */
    PACE_WATCH, /* stays open: waits for Retry-After only, takes no place in a window */
    PACE_KINDS,
};

enum pace_answer {
    PACE_GOOD,    /* the server did what it does: also a 404 or a 409 */
    PACE_REFUSED, /* 429, or 503 with Retry-After */
    PACE_NONE,    /* cancelled, broken, in time nothing, an error of the server: says nothing about its load */
};

/* Whoever sends keeps it until the answer. { 0 }: nothing is in flight. */
struct pace_ticket {
    bool in_flight;
    enum pace_kind kind;
    int64_t sent_ms;
    unsigned round;
};

/* A plain value; the fields are pace.c's. */
struct pace {
    int window;
    int in_flight[PACE_KINDS];
    int good;           /* answers since the window was widened or cut */
    unsigned round;     /* cuts so far: what was sent before one and answered after it does not cut again */
    int64_t held_ms;    /* nothing is sent before */
    int64_t latency_ms; /* smoothed, 1/16 ms */
    int64_t slowed_ms;  /* when it last gave way to latency */
    int64_t slice;      /* number of the newest */
    int64_t smallest_ms[PACE_SLICES]; /* below 0: no answer in it */
};

enum { PACE_NOT_BEFORE_AN_ANSWER = -1 };

void pace_init(struct pace *pace);

/* Whether one of that kind may be sent now. false: *ret_when_ms is the instant at which to ask again, or
 * PACE_NOT_BEFORE_AN_ANSWER. It is not written otherwise. */
bool pace_may_send(const struct pace *pace, enum pace_kind kind, int64_t now_ms, int64_t *ret_when_ms) must_check;

void pace_sent(struct pace *pace, enum pace_kind kind, int64_t now_ms, struct pace_ticket *ret_ticket);

/* retry_after_ms: of a refusal; 0 = not said. The ticket is { 0 } afterwards; one that is already: nothing happens. */
void pace_answered(struct pace *pace, struct pace_ticket *ticket, enum pace_answer answer, int64_t retry_after_ms,
                   int64_t now_ms);

#endif
