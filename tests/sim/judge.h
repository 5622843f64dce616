/* tests/sim/judge.h - watches everything that happens and says when a promise is broken: README.md has the list.
 *
 * It has a model of its own of what each environment should be. From the engine it takes nothing but what it did.
 */
#ifndef CURFEW_TESTS_SIM_JUDGE_H
#define CURFEW_TESTS_SIM_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/schedule.h"
#include "store/record.h"
#include "tests/sim/process.h"

struct sim;
struct site;
struct sim_workload;
struct scale_order;
struct call;
struct request;
struct posted;

/* A warning that was claimed in the store. */
struct claim {
    int site;
    char uid[RECORD_UID_SIZE];
    int64_t stop_at, before_s;
    uint64_t notice;
    int64_t claimed_ms;
    int posts;    /* messages that were posted for it */
    bool is_void; /* it was stopped since */
    bool failed;  /* the channel took no message for it, or nobody knows whether it did */
};

/* What the judge knows of a site beside what is stored. */
struct judged {
    unsigned stops;                    /* begun so far */
    int64_t begun_ms;                  /* when the last stop or start was */
    int64_t stopped_ms;                /* when the last of them was begun */
    char excepted[RECORD_EXCEPT_SIZE]; /* of the last stop or start */
    int64_t promised_until;            /* somebody was told that it stays awake until then; 0 = nothing */
    int64_t next_stop_at;              /* as it was worked out last */
    int64_t moved_ms;                  /* when that became another one */
};

struct judge {
    struct claim *claims;
    size_t claim_count, claim_capacity;
    struct judged sites[SITES_MAX];
};

void judge_release(struct judge *judge);

/* The moments at which it looks. */
void judge_asked(struct sim *sim, struct call *call); /* an engine asked for it */
void judge_save(struct sim *sim, struct call *call);  /* a save is about to be written, its conditions hold */
void judge_saved(struct sim *sim, struct call *call); /* it was */
void judge_write(struct sim *sim, struct site *site, struct sim_workload *item, const struct scale_order *order);
void judge_acked(struct sim *sim, struct call *call, struct request *request);
void judge_replied(struct sim *sim, struct call *call, struct request *request);
void judge_posted(struct sim *sim, struct call *call, struct posted *posted);
void judge_not_posted(struct sim *sim, struct call *call);
void judge_memory(struct sim *sim, int process);
void judge_look(struct sim *sim); /* from time to time: is everything as it should be? */

#endif
