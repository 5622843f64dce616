/* tests/bot/world.h - a cluster, a store and a Slack in memory, which play the effects of an engine one at a time.
 *
 * Everything happens in the order in which it was asked for, at virtual instants. A test lets calls fail before or after
 * their effect, changes the cluster between any two steps, and kills the engine: what it kept in memory is gone, the store
 * and the cluster stay. After every accepted write to 0 the world checks that the store holds the count (promise P1).
 */
#ifndef CURFEW_TESTS_BOT_WORLD_H
#define CURFEW_TESTS_BOT_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "bot/engine.h"

enum {
    WORLD_WORKLOADS_MAX = 256,
    WORLD_RECORDS_MAX = 256,
    WORLD_INBOX_MAX = 64,
    WORLD_SAID_MAX = 64,
    WORLD_BUTTONS_MAX = 24,
    WORLD_NAMESPACES_MAX = 256,
    WORLD_NOTICES_MAX = 32,
    WORLD_HISTORY_MAX = 64,
    WORLD_GROUPS_MAX = 4,
};

enum world_fault {
    FAULT_NONE,
    FAULT_BEFORE,  /* the call fails and has no effect */
    FAULT_AFTER,   /* it takes effect, and the answer is lost */
    FAULT_CHANGED, /* scaling: somebody changed the workload just before (409) */
    FAULT_REFUSED, /* scaling: the server refuses (403) */
};

struct world_workload {
    char namespace[NAMESPACE_NAME_SIZE];
    struct workload workload;
    char name[WORKLOAD_NAME_SIZE], uid[KUBERNETES_UID_SIZE], version[RESOURCE_VERSION_SIZE]; /* its texts */
};

struct world_record {
    bool used;
    struct record record; /* with its revision */
    struct journal journal;
};

struct world_said {
    char text[6144]; /* as a person reads it, plain */
    char user[RECORD_PERSON_SIZE];
    bool is_ack, in_channel, replaces;
    int exit_status;
    char button_value[2048];                                       /* of the first button */
    enum effect_kind kind;                                         /* ACK, REPLY, POST, UPDATE */
    char channel[RECORD_PERSON_SIZE], message[RECORD_PERSON_SIZE]; /* POST, UPDATE: where, and its ts */
    struct world_button {
        char action[32], value[160];
    } buttons[WORLD_BUTTONS_MAX];
    size_t button_count;
};

/* What Slack makes of a post, an update or a search. */
struct world_answer {
    enum post_result posted;
    bool is_there; /* although it says UNCLEAR: the message is in the channel */
    enum find_result found;
    const char *slack_error;
};

struct world_group {
    char id[ACCESS_ID_SIZE];
    const char *members; /* NULL = nobody may look into it */
};

struct world {
    struct engine *engine;
    struct engine_options options;
    int64_t now;
    /* The two that are large lie on the heap, so that a stack holds a world. */
    struct namespace *namespaces; /* room for WORLD_NAMESPACES_MAX */
    size_t namespace_count;
    struct world_workload workloads[WORLD_WORKLOADS_MAX];
    size_t workload_count;
    struct world_record *records; /* WORLD_RECORDS_MAX */
    struct inbox_entry inbox[WORLD_INBOX_MAX];
    size_t inbox_count;
    struct notice_record notices[WORLD_NOTICES_MAX]; /* as stored */
    size_t notice_count;
    struct history_entry history[WORLD_HISTORY_MAX]; /* as stored, the oldest first */
    size_t history_count;
    struct post posts[WORLD_NOTICES_MAX]; /* that are in channels, with their ts */
    size_t post_count;
    struct world_group groups[WORLD_GROUPS_MAX];
    char noted[200];          /* the last Event of Kubernetes: its sentence */
    const char *noted_reason; /* its reason */
    bool noted_warning;
    char noted_uid[KUBERNETES_UID_SIZE];      /* of the namespace it is about */
    struct report reports[WORLD_NOTICES_MAX]; /* lines of the log about channels, as many as fit */
    size_t report_count;
    struct effects queue;
    struct world_said said[WORLD_SAID_MAX];
    size_t said_count;
    uint64_t deliveries;
    int versions;       /* resourceVersions and revisions given out */
    int writes;         /* scale writes that were accepted */
    bool is_unreadable; /* the records are */
    bool ends_at_boot;  /* the engine is to begin nothing by itself */
    bool unready;       /* pods do not become ready */
    bool autoscaled; /* a test scales between our write and our next reading: what is remembered is older, and right */
    /* Decides about the fault of the next call; NULL = none. kind is that of the effect; index counts such calls. */
    enum world_fault (*fault)(struct world *world, enum effect_kind kind, const char *name);
    /* Decides what Slack answers; the answer as it would be is in *answer. NULL = it all works. */
    void (*slack)(struct world *world, const struct effect *effect, struct world_answer *answer);
    uint32_t chance; /* for faults that need it */
};

void world_init(struct world *world);
void world_release(struct world *world);

/* A namespace with scheduler=enabled, and a workload in it. Both become known to the engine at world_boot() or at once. */
void world_add_namespace(struct world *world, const char *name);
struct workload *world_add_workload(struct world *world, const char *namespace, const char *name, int32_t replicas);
struct workload *world_workload(struct world *world, const char *namespace, const char *name);
void world_see_namespace(struct world *world, const char *name); /* the engine is told how it is now */

/* It was deleted, with its workloads; the engine is told. What stands in the store stays. */
void world_remove_namespace(struct world *world, const char *name);

/* Somebody else scales it. */
void world_scale(struct world *world, const char *namespace, const char *name, int32_t replicas);

/* A new engine learns what the store and the cluster hold, as the program does when it starts. */
void world_boot(struct world *world);
void world_crash(struct world *world); /* and boot */

/* Somebody types a command; the trigger is unique unless given. The effects wait in the queue. */
void world_type(struct world *world, const char *user, const char *text);
void world_type_with_trigger(struct world *world, const char *user, const char *text, const char *trigger);
void world_click(struct world *world, const char *user, const char *action, const char *value);

void world_hear(struct world *world, const struct effect *effect); /* of its own: what an effect says */
void world_tell(struct world *world, const struct event *event);   /* its effects wait in the queue */
bool world_step(struct world *world);                              /* plays the oldest effect; false: there was none */
void world_run(struct world *world); /* plays all, and lets time go on where something is due within an hour */

/* Somebody presses the first button with that action in what was said. */
void world_press(struct world *world, const char *user, const struct world_said *said, const char *action);

/* The last that was posted in a channel or written anew there; NULL = nothing was. */
const struct world_said *world_last_notice(const struct world *world);

/* Plays all that happens until then. */
void world_run_until(struct world *world, int64_t at);

/* The last thing that was said, "" when nothing was. */
const struct world_said *world_last(const struct world *world);
bool world_said_contains(const struct world *world, const char *part); /* any of all */

const struct world_record *world_record(const struct world *world, const char *namespace);

#endif
