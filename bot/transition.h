/* bot/transition.h - what a stop or a start changes, workload by workload. Pure.
 *
 * What was seen in the cluster and what is remembered go in; what is to be scaled, and what is to be remembered from now
 * on, come out. Run again after every reading: when nothing is left to scale, the transition is done.
 *
 * The count of a workload is remembered before it is put to 0, and never replaced by a number that was read after our own
 * write: while a stop is under way, an entry changes only where the server has said that our write did not happen.
 */
#ifndef CURFEW_BOT_TRANSITION_H
#define CURFEW_BOT_TRANSITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "bot/command.h"
#include "k8s/scale_orders.h"
#include "k8s/workload.h"
#include "store/record.h"

/* Why a workload is left as it is. */
enum left_reason {
    LEFT_NOT,      /* it is not: it takes part */
    LEFT_EXCLUDED, /* annotation curfew/exclude */
    LEFT_EXCEPTED, /* named behind "except" */
    LEFT_OWNED,    /* a controller owns it */
    LEFT_TERMINATING,
    LEFT_DELETES_DATA, /* scaling it to 0 would delete its volumes: refused */
};

enum left_reason transition_left(const struct workload *workload, const struct command *command) must_check;

/* false, ERROR_INPUT: a name behind "except" is that of no workload, so what it was meant to spare would not be spared. */
bool transition_check_exceptions(const struct workload_list *seen, const struct command *command, struct error *error)
    must_check;

/* What is known when the plan is made. Everything is borrowed. */
struct transition_view {
    const struct workload_list *seen;
    const struct journal *remembered;
    const struct command *command;       /* its exceptions */
    bool under_way;                      /* the record says STOPPING: writes of ours may have happened */
    const struct scale_orders *answered; /* what became of the last orders; NULL = none yet */
    bool is_resumed;                     /* another process began it: what it may have written is not known */
    bool waits_for_no_group;             /* somebody wants the opposite: groups are not waited for */
    bool has_waited;                     /* and neither are those up to this order (start), or down to it (stop): */
    int32_t waited_for;
};

/* Released by the caller: journal_release(), scale_orders_release(). */
struct transition {
    struct journal journal;     /* to be saved before the orders are sent */
    bool journal_changed;       /* it differs from what is remembered */
    struct scale_orders orders; /* of one group, to be sent; what was refused in the last round is not ordered again */
    size_t later;               /* orders of the groups behind it, which are not in orders */
    bool waits; /* there are no orders now: the group of this order is not ready (start) or gone (stop) yet */
    int32_t waits_for;
    size_t failed;            /* workloads that stay as they are though they should change, or that could not be read */
    size_t gone;              /* start: remembered workloads that are deleted or replaced (forgotten) */
    size_t changed_by_others; /* start: somebody scaled them up meanwhile (left as they are) */
    size_t excepted;          /* named behind "except" and therefore left */
};

/* Autoscalers first, in both directions: what they scale is theirs as long as they are not paused. Then the groups of
 * curfew/order, CronJobs with the first one of a stop and behind the last one of a start. */
void transition_plan_stop(const struct transition_view *view, struct transition *ret_transition);
void transition_plan_start(const struct transition_view *view, struct transition *ret_transition);
void transition_release(struct transition *transition);

/* The replicas with which a remembered workload comes back: what it had, at least what its autoscaler wants. */
int32_t transition_start_replicas(const struct workload *workload, const struct journal_entry *entry) must_check;

/* How a namespace stands: sums over what takes part (not owned, not terminating). Pods and workloads are those of what is
 * scaled; CronJobs and autoscalers are counted by themselves. */
struct standing {
    size_t workloads;      /* that take part */
    int32_t wanted, ready; /* pods wanted and ready */
    int32_t existing;      /* pods that are there, also those that are ending */
    size_t asleep;         /* workloads at 0 that the journal remembers */
    size_t unready;        /* not excluded, and wanting more than is ready, or its controller has not seen the wish */
    size_t running;        /* not excluded, and wanting pods */
    size_t suspended;      /* CronJobs that are suspended, and the journal remembers them */
    size_t paused;         /* autoscalers likewise */
    size_t unsuspended;    /* CronJobs, not excluded, that are not suspended */
    size_t apps;           /* workloads that decide whether it is up; 0 = all do */
    size_t apps_unready;   /* and of those: likewise */
    size_t apps_running;
    size_t brought_back; /* the journal remembers them, and they run (not excluded): somebody started them */
};

/* true: counted in standing.unready. */
bool transition_is_unready(const struct workload *workload) must_check;

/* true: the journal remembers this very workload, and it is not at 0 though it takes part. */
bool transition_is_brought_back(const struct workload *workload, const struct journal *remembered) must_check;

void transition_standing(const struct workload_list *seen, const struct journal *remembered,
                         struct standing *ret_standing);

#endif
