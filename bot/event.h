/* bot/event.h - what the engine is told: everything that happens, as values.
 *
 * Answers carry the ticket of the effect that asked. Pointers are borrowed for the call, but for lists marked "moves":
 * the engine may empty those.
 */
#ifndef CURFEW_BOT_EVENT_H
#define CURFEW_BOT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "k8s/namespace.h"
#include "k8s/scale_orders.h"
#include "k8s/workload.h"
#include "store/record.h"

enum event_kind {
    EVENT_TIME,      /* engine_due_at() has come */
    EVENT_RESTORED,  /* a record that the store held when the program started; NULL = it cannot be read */
    EVENT_NAMESPACE, /* a namespace was seen: new or changed */
    EVENT_NAMESPACE_GONE,
    EVENT_COMPLETE, /* all records and all namespaces are known: take up what was left unfinished */
    EVENT_REQUEST,  /* a command or click arrived, or stood in the inbox when the program started */
    EVENT_SAVED,    /* answers to the effects of the same names */
    EVENT_LOADED,
    EVENT_OBSERVED,
    EVENT_SCALED,
    EVENT_REPLIED, /* it is there, or it could not be sent: it is not sent again */
};

enum save_result {
    SAVE_OK,
    SAVE_LOST,   /* somebody else wrote meanwhile; of an inbox entry: it is there already */
    SAVE_LATER,  /* nothing was written, or it is not known: the same save may be repeated */
    SAVE_FAILED, /* it will not do: error says why */
};

struct event {
    enum event_kind kind;
    uint64_t ticket;           /* SAVED, LOADED, OBSERVED, SCALED, REPLIED */
    const char *namespace;     /* RESTORED, LOADED, OBSERVED, SCALED, NAMESPACE_GONE; SAVED of a record */
    const char *uid;           /* NAMESPACE_GONE */
    const struct error *error; /* LOADED, OBSERVED, SAVED: NULL = it worked */

    const struct record *record;       /* RESTORED; LOADED: NULL = there is none */
    struct journal *journal;           /* LOADED; moves */
    const struct namespace *seen;      /* NAMESPACE */
    const struct inbox_entry *request; /* REQUEST */
    uint64_t delivery;                 /* REQUEST: to be acked under this number; 0 = from the inbox, no ack */
    bool accepts_payload;              /* REQUEST: the ack may carry a message */
    bool truncated;                    /* REQUEST: its text was longer than we take */
    enum save_result result;           /* SAVED */
    const char *revision;              /* SAVED: of what stands there now */
    struct workload_list *workloads;   /* OBSERVED; moves */
    struct scale_orders *orders;       /* SCALED: with their results; moves */
};

#endif
