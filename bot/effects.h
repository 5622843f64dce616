/* bot/effects.h - what the engine asks for: data, carried out by bot/runner.h in the order given. */
#ifndef CURFEW_BOT_EFFECTS_H
#define CURFEW_BOT_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/access.h"
#include "bot/message.h"
#include "k8s/depth.h"
#include "k8s/namespace.h"
#include "k8s/scale_orders.h"
#include "store/record.h"

enum effect_kind {
    EFFECT_ACK, /* answer a delivery, with a message or without */
    EFFECT_REPLY, /* post a message to a response_url, or to its user where that is too old; with a ticket: EVENT_REPLIED */
    EFFECT_SAVE,     /* write record, journal and inbox entry, all or none; answered by EVENT_SAVED */
    EFFECT_LOAD,     /* read record and journal; EVENT_LOADED */
    EFFECT_OBSERVE,  /* read what can be put to sleep in a namespace, as deep as depth says; EVENT_OBSERVED */
    EFFECT_SCALE,    /* carry out orders; EVENT_SCALED */
    EFFECT_REPORT,   /* write a line to the log */
    EFFECT_POST,     /* a new message in a channel; EVENT_POSTED */
    EFFECT_UPDATE,   /* the message of post.channel and post.message is to read like this; EVENT_POSTED */
    EFFECT_FIND,     /* look into a channel's history for the message of a notice; EVENT_FOUND */
    EFFECT_LOOK_UP,  /* who is in a user group; EVENT_GROUP */
    EFFECT_ANNOTATE, /* set or remove the annotation curfew/schedule; EVENT_ANNOTATED */
    EFFECT_REREAD,   /* read all records again; EVENT_RESTORED for each */
    EFFECT_NOTE,     /* an Event of Kubernetes about the namespace; nobody waits for it */
    EFFECT_RECALL,   /* read the history of an environment, newest first; EVENT_RECALLED */
};

/* What a save writes. Owned by its effect. */
struct save {
    bool has_record;
    struct record record; /* record.revision is the one it must replace; "" = there must be none */
    bool has_journal;     /* written beside the record, under the record's condition */
    struct journal journal;
    bool has_inbox;
    struct inbox_entry inbox; /* inbox.revision as above; "" = must be absent */
    bool has_notice;
    struct notice_record notice; /* whatever stands there */
    bool has_history;
    struct history_entry history; /* whatever stands there */
};

/* A message in a channel. */
struct post {
    char channel[RECORD_PERSON_SIZE];
    char message[RECORD_PERSON_SIZE]; /* UPDATE: its ts */
    uint64_t notice;                  /* POST, FIND: what it is found by, if its answer is lost */
    int64_t since_at;                 /* FIND: not older than that */
};

/* A line of the log. */
struct report {
    const char *event; /* a literal: "stopped" */
    char by[RECORD_PERSON_SIZE];
    int64_t workloads, failed, took_s; /* below 0: left out */
    char reason[200];
    char channel[RECORD_PERSON_SIZE]; /* "" = left out */
    bool warn;
};

struct effect {
    enum effect_kind kind;
    uint64_t ticket;                     /* of all that is answered; REPLY: where its end matters, else 0 */
    char namespace[NAMESPACE_NAME_SIZE]; /* SAVE of a record, LOAD, OBSERVE, SCALE, REPORT, ANNOTATE, RECALL */
    uint64_t delivery;                   /* ACK */
    struct message message;              /* ACK, REPLY, POST, UPDATE; owned */
    char response_url[INBOX_URL_SIZE];   /* REPLY */
    char user[RECORD_PERSON_SIZE];       /* REPLY */
    struct save *save;                   /* SAVE; owned */
    struct scale_orders orders;          /* SCALE; owned, moves to whoever carries it out */
    struct report report;                /* REPORT */
    char inbox_key[INBOX_KEY_SIZE];      /* LOAD: the inbox entry to be read with it; "" = none */
    struct post post;                    /* POST, UPDATE, FIND */
    char group[ACCESS_ID_SIZE];          /* LOOK_UP */
    char uid[KUBERNETES_UID_SIZE];       /* ANNOTATE, NOTE: of that namespace only */
    char *
        text; /* owned. ANNOTATE: its value, NULL = remove it; NOTE: its sentence; OBSERVE: curfew/app, NULL = the default */
    const char *reason;           /* NOTE: a literal: "Stopped" */
    bool is_warning;              /* NOTE */
    enum observation_depth depth; /* OBSERVE */
};

/* A list that owns its effects. */
struct effects {
    struct effect *items;
    size_t count, capacity;
};

/* Adds an empty effect of that kind, to be filled in; valid until the next is added. */
struct effect *effects_add(struct effects *effects, enum effect_kind kind) must_check;

void effect_release(struct effect *effect);
void effects_release(struct effects *effects);
/* One that writes nothing so far: of its parts only those are there that a flag says. */
struct save *save_new(void) must_check;
void save_free(struct save *save); /* NULL is fine */

#endif
