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
    EVENT_TIME, /* engine_due_at() has come */
    EVENT_RESTORED, /* a record as the store holds it, when the program starts and after EFFECT_REREAD; NULL = it cannot be read */
    EVENT_NAMESPACE, /* a namespace was seen: new or changed */
    EVENT_NAMESPACE_GONE,
    EVENT_COMPLETE, /* all records and all namespaces are known: take up what was left unfinished */
    EVENT_REQUEST,  /* a command or click arrived, or stood in the inbox when the program started */
    EVENT_SAVED,    /* answers to the effects of the same names */
    EVENT_LOADED,
    EVENT_OBSERVED,
    EVENT_SCALED,
    EVENT_REPLIED, /* it is there, or it could not be sent: it is not sent again */
    EVENT_NOTICE,  /* a notice that the store held when the program started */
    EVENT_POSTED,
    EVENT_FOUND,
    EVENT_GROUP,
    EVENT_ANNOTATED,
    EVENT_RECALLED,
};

enum post_result {
    POST_OK,
    POST_REFUSED, /* Slack does not take it for this channel or message: slack_error says why; not to be repeated as it is */
    POST_LATER,   /* nothing was posted: it may be repeated */
    POST_UNCLEAR, /* it may be there or not */
};

enum find_result {
    FIND_FOUND,
    FIND_ABSENT,
    FIND_NOT_ALLOWED, /* the bot may not read that history */
    FIND_LATER,       /* no answer: it may be asked again */
};

enum save_result {
    SAVE_OK,
    SAVE_LOST,   /* somebody else wrote meanwhile; of an inbox entry: it is there already */
    SAVE_LATER,  /* nothing was written, or it is not known: the same save may be repeated */
    SAVE_FAILED, /* it will not do: error says why */
};

struct event {
    enum event_kind kind;
    uint64_t ticket; /* of the effect that it answers */
    const char
        *namespace;  /* RESTORED, LOADED, OBSERVED, SCALED, NAMESPACE_GONE, ANNOTATED, RECALLED; SAVED of a record */
    const char *uid; /* NAMESPACE_GONE */
    const struct error *error; /* LOADED, OBSERVED, SAVED, ANNOTATED, RECALLED: NULL = it worked */

    const struct record *record;       /* RESTORED; LOADED: NULL = there is none */
    struct journal *journal;           /* LOADED; moves */
    const struct namespace *seen;      /* NAMESPACE */
    const struct inbox_entry *request; /* REQUEST */
    uint64_t delivery;                 /* REQUEST: to be acked under this number; 0 = from the inbox, no ack */
    bool accepts_payload;              /* REQUEST: the ack may carry a message */
    bool truncated;                    /* REQUEST: its text was longer than we take */
    enum save_result result;           /* SAVED */
    const char *revision;              /* SAVED: of the record; where none was written, of the inbox entry */
    const char *inbox_revision;        /* SAVED: of the inbox entry; "" = none was written */
    struct workload_list *workloads;   /* OBSERVED; moves */
    struct scale_orders *orders;       /* SCALED: with their results; moves */

    const struct inbox_entry
        *stored; /* LOADED: the inbox entry as it stands there; NULL = none, or none was asked for */
    const struct notice_record *notice; /* NOTICE */
    enum post_result posted;            /* POSTED */
    enum find_result found;             /* FOUND */
    const char *message;                /* POSTED, FOUND: the message's ts */
    const char *slack_error;            /* POSTED, FOUND, GROUP: Slack's word; "" = none */
    const char *group;                  /* GROUP */
    const char *members;                /* GROUP: user ids, comma separated; NULL = it could not be read */
    const struct history_entry *acts;   /* RECALLED: newest first */
    size_t act_count;
};

#endif
