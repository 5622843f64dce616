/* bot/plan.h - what is due next for one environment, and when. Pure.
 *
 * Schedule, deadline, what was applied so far and the present instant go in; one due action comes out. A prolongation is an
 * instant, never a number of hours, so it cannot slip to another night.
 */
#ifndef CURFEW_BOT_PLAN_H
#define CURFEW_BOT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/schedule.h"

enum { PLAN_WARNINGS_MAX = 8 };

/* How long before a stop it is announced, in seconds, longest first, none twice. */
struct plan_warnings {
    int64_t before_s[PLAN_WARNINGS_MAX];
    size_t count;
};

/* What is known of an environment. Instants are UTC seconds; 0 = none. */
struct plan_view {
    const struct schedule *schedule; /* borrowed; NULL = it has none: by hand only */
    const struct plan_warnings *warnings;
    bool awake;              /* as we last left it */
    int64_t settled_at;      /* curfews and starts up to here are applied or overtaken */
    int64_t deadline_at;     /* replaces the curfews before it */
    int64_t deadline_set_at; /* when that was decided */
    int64_t warned_stop_at;  /* the stop that was announced last */
    int64_t warned_before_s; /* and how long before */
};

enum plan_stop_source {
    PLAN_STOP_NONE,     /* nothing stops it */
    PLAN_STOP_CURFEW,   /* the end of its day */
    PLAN_STOP_DEADLINE, /* a prolongation or a lease */
    PLAN_STOP_TAKEN_UP, /* the deadline lies inside a later day, which took it up: that day's curfew */
};

struct plan_stop {
    int64_t at; /* INT64_MAX = never */
    enum plan_stop_source source;
};

/* The next stop of an environment that is awake, whether it is still to come or was missed. */
struct plan_stop plan_next_stop(const struct plan_view *view) must_check;

/* Whether the deadline was taken up by a day that has begun: then it no longer counts (the morning reset). */
bool plan_deadline_is_over(const struct plan_view *view, int64_t now) must_check;

enum plan_action {
    PLAN_NOTHING,
    PLAN_WARN,     /* announce stop_at; before_s says which warning it is */
    PLAN_STOP,     /* stop it: stop_at has come, and it was announced */
    PLAN_POSTPONE, /* stop_at has come unannounced: let it fall when the shortest warning has run out, counted from now */
    PLAN_START,    /* a window has begun: start it */
    PLAN_SETTLE,   /* a window has begun and it is awake already: settled_at moves there */
};

struct plan {
    enum plan_action action;
    int64_t at; /* when it is due; not after now = at once. INT64_MAX with PLAN_NOTHING */
    int64_t stop_at;
    int64_t before_s;
};

/* Of several missed transitions only the latest counts. */
struct plan plan_next(const struct plan_view *view, int64_t now) must_check;

#endif
