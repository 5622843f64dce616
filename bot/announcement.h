/* bot/announcement.h - the message in a channel that announces stops, as it is to be read now. Pure.
 *
 * It is written anew from what is recorded whenever something changed: a line for each environment, with the buttons that
 * count at this moment. Up to ANNOUNCEMENT_ROOMY environments have a row of buttons each; where there are more, each line
 * has a menu beside it, so that ANNOUNCEMENT_LINES_MAX fit into one message of Slack.
 */
#ifndef CURFEW_BOT_ANNOUNCEMENT_H
#define CURFEW_BOT_ANNOUNCEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/message.h"
#include "store/record.h"

enum {
    ANNOUNCEMENT_LINES_MAX = 45, /* in one message */
    ANNOUNCEMENT_ROOMY = 10,
};

enum announcement_state {
    ANNOUNCEMENT_STANDS,   /* it stops at stop_at: the buttons count */
    ANNOUNCEMENT_MOVED,    /* it stops at another time: `by` moved it; next_stop_at INT64_MAX = not at all */
    ANNOUNCEMENT_STOPPING, /* now, wanted by `by` */
    ANNOUNCEMENT_STOPPED,  /* since since_at, wanted by `by`: a Start button */
    ANNOUNCEMENT_PARTLY,   /* stopped, but not all of it */
    ANNOUNCEMENT_STARTED,  /* again, by `by` */
    ANNOUNCEMENT_RENEWED,  /* a later message announces the same or another stop: its buttons count */
    ANNOUNCEMENT_SILENCED, /* scheduler=disabled, or no environment any more */
};

/* Borrowed texts. */
struct announcement_line {
    const char *name, *uid;
    enum announcement_state state;
    int64_t stop_at;               /* as announced */
    int64_t next_stop_at;          /* MOVED, STARTED: INT64_MAX = never */
    enum record_deadline deadline; /* MOVED: why it stops then */
    int64_t since_at;
    int32_t workloads; /* STOPPED: remembered at 0 */
    const char *by;    /* a Slack id, or "schedule" */
};

struct announcement {
    uint64_t notice;
    const struct announcement_line *lines; /* in the order in which they are shown */
    size_t count;                          /* 1 .. ANNOUNCEMENT_LINES_MAX */
};

/* Writes it: one section a line; with two or more lines that stand, a last row for all of them that the presser may move.
 * The buttons: +1 h, +2 h, Until morning, Stop now. The fallback text (what a phone shows) names up to three environments
 * and the first stop. */
void announcement_write(const struct announcement *announcement, struct message *message);

#endif
