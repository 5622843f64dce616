/* bot/wish.h - what a decision makes of the record of one environment: the rules about the next stop. Pure.
 *
 * The record as it stands goes in with the wish and the instant, the record as it is to stand comes out. Saving it under its
 * revision is the caller's: of two decisions that rest on the same record the store lets one win.
 */
#ifndef CURFEW_BOT_WISH_H
#define CURFEW_BOT_WISH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/answer.h"
#include "bot/command.h"
#include "bot/environments.h"
#include "bot/plan.h"
#include "store/record.h"

extern const char by_schedule[]; /* records and histories: it was the schedule, and nobody in person */
extern const char by_curfew[];   /* it was a rule of ours: a lease, a stop that was postponed */

/* What the rules need besides record and wish. Borrowed. */
struct wish_rules {
    const struct schedule *schedule; /* of the environment; NULL = it is not scheduled */
    uint32_t rhythm;                 /* the fingerprint of that; 0 = not scheduled */
    const struct plan_warnings *warnings;
    int64_t lease_s, prolong_max_s;
};

/* A record as planning sees it. */
void wish_fill_plan(const struct wish_rules *rules, const struct record *record, struct plan_view *ret_view);

/* What became of a wish about the next stop. */
struct wish_answer {
    enum decided_kind kind; /* MOVED and CANCELLED: the record was changed, and is to be saved */
    int64_t stop_before_at;
    int64_t wanted_at; /* the deadline asked for */
};

/* prolongate: from the stop that stands, not from now. accepted_at: when it was asked for. */
void wish_prolong(const struct wish_rules *rules, const struct span *span, const char *by, int64_t accepted_at,
                  struct record *record, struct wish_answer *ret_answer);

/* true: its deadline was confirmed to somebody, by a prolongation or with a start. */
bool record_is_kept_awake(const struct record *record) must_check;

/* cancel: the schedule is back. At night that means a stop soon: announced, so it falls when the shortest warning has run out. */
void wish_cancel(const struct wish_rules *rules, const char *by, int64_t accepted_at, int64_t now,
                 struct record *record, struct wish_answer *ret_answer);

/* stop, by hand or by the schedule: everything up to settled_at is applied or overtaken. */
void wish_stop(const struct wish_rules *rules, int64_t settled_at, struct record *record);

/* start. span: how long, or SPAN_NONE: a lease at night. by_itself: a window has begun, there is no lease.
 * A start never makes an environment that is awake stop earlier. */
void wish_start(const struct wish_rules *rules, const struct span *span, bool by_itself, const char *by,
                int64_t settled_at, struct record *record);

/* An environment that was not known, or of which the schedule changed: what was before now does not count. runs: pods are
 * wanted in it. */
void wish_adopt(const struct wish_rules *rules, bool runs, int64_t now, struct record *record);

/* true: adopting needs to know whether it runs. */
bool wish_adopt_needs_reading(const struct wish_rules *rules, const struct record *record, int64_t now) must_check;

/* A window has begun, and it is awake already. */
void wish_settle(const struct wish_rules *rules, const struct plan *plan, int64_t now, struct record *record);

/* A stop is announced in a notice; one that came due unannounced is postponed first. false: nothing is to be announced
 * (the record may have been changed all the same). */
bool wish_announce(const struct wish_rules *rules, const struct plan *plan, uint64_t notice, int64_t now,
                   struct record *record) must_check;

#endif
