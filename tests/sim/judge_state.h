/* tests/sim/judge_state.h - what the files of the judge share. */
#ifndef CURFEW_TESTS_SIM_JUDGE_STATE_H
#define CURFEW_TESTS_SIM_JUDGE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/sim.h"

enum { CLOCKS_APART_S = 7 }; /* two clocks, each set wrong by some seconds */

/* A save of a record: what it was, what it is to be, and what the process knew that decided it. */
struct change {
    struct sim *sim;
    const struct call *call;
    const struct save *save;
    int site;
    bool is_first; /* nothing was stored of this very namespace; old is then what the rules begin with */
    struct record old;
    const struct record *new;
    const struct told *told;
    const struct schedule *schedule; /* NULL = it is not scheduled */
    int64_t decided_at;
    struct request *request; /* whose inbox entry is saved with it; NULL = none */
};

/* The next stop of an environment that is awake, by schedule and record; INT64_MAX = none. */
int64_t judge_next_stop(const struct schedule *schedule, const struct record *record) must_check;

/* true: a day that began after the deadline was set, and has begun by now, has taken it up. */
bool judge_is_over(const struct schedule *schedule, const struct record *record, int64_t now) must_check;

bool judge_is_up(const struct record *record) must_check; /* awake or starting */
bool judge_is_schedule(const char *by) must_check;        /* nobody in person */

/* As far as that process knows. */
bool judge_takes_part(const struct sim *sim, int site, const struct told *told) must_check;

/* The stored record of the namespace that exists there now; NULL = there is none. */
const struct record *judge_record(const struct sim *sim, int site) must_check;

/* true: that request is for that site, by its text; "all of a notice" counts as each of those. */
bool judge_concerns(const struct sim *sim, const struct request *request, int site) must_check;

/* A wish of that person, accepted and without effect so far, which explains the change. NULL = there is none. */
struct request *judge_wish(const struct change *change, enum verb verb, const char *by) must_check;

/* Whether that person may change it; breaks the promise if not. */
void judge_permission(const struct change *change, const char *by);

/* The condition of a pressed button, on what stood before the change. */
void judge_condition(const struct change *change, const struct request *request);

void judge_deadline(const struct change *change);
void judge_claim(const struct change *change);
void judge_journal(const struct change *change);
void judge_claims_before_stop(const struct change *change, int64_t stop_at);
/* It was stopped, or its stop moved elsewhere: another stop at the same instant is announced anew. */
void judge_void_claims(struct sim *sim, int site, int64_t but_stop_at);

/* true: the last stop or start was to leave it out. */
bool judge_is_excepted(const struct judged *judged, const char *workload) must_check;

/* A button that keeps an environment awake: the stop it speaks of, and which site. false: it is another one. */
bool judge_speaks_of_stop(const struct sim *sim, const struct offered_button *button, int *ret_site,
                          struct button_condition *ret_condition) must_check;

/* An instant as a story shows it; for one sentence. */
struct instant_text {
    char text[48];
};
struct instant_text judge_instant(const struct sim *sim, int site, int64_t at) must_check;

#endif
