/* bot/environments.h - every namespace the engine knows, by name. Pure.
 *
 * Namespaces without the label are known too, so that a person who names one is told what is missing. A record
 * without its namespace is kept: the namespace may not have been listed yet.
 */
#ifndef CURFEW_BOT_ENVIRONMENTS_H
#define CURFEW_BOT_ENVIRONMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "bot/button.h"
#include "bot/command.h"
#include "bot/kept.h"
#include "bot/plan.h"
#include "bot/settings.h"
#include "k8s/namespace.h"
#include "store/record.h"

struct work;

/* Kept small: there may be 100,000. What is only there while something is under way is in *work (bot/engine_state.h). */
struct environment {
    char *name;                      /* owned; the uid stands behind it in the same memory */
    char *uid;                       /* of the namespace as it is now; "" = not seen */
    const struct settings *settings; /* of its annotations; as long as it was not seen, the defaults */
    struct kept *kept;               /* its record as stored, with the revision; owned; NULL = there is none */
    struct work *work;               /* owned by the engine; NULL = nothing is under way */
    int64_t due_at;           /* when the night wants it next; INT64_MAX = not at all. Set by agenda_set() only */
    uint32_t agenda_position; /* 0 = it is not in the agenda */
    unsigned scheduler : 2;   /* enum scheduler_label */
    unsigned present : 1;     /* the namespace exists */
    unsigned terminating : 1;
    unsigned is_protected : 1; /* never to be touched, whatever its label */
    unsigned
        is_unread : 1; /* there is a record, which could not be read: it is tried again before anything is said or done */
    unsigned is_unannounced : 1; /* its record claims a warning that this process knows not to have posted */
    unsigned noticed : 16;       /* how many notices speak of it */
    unsigned is_gone : 1;        /* its record says that the namespace was deleted, and expires */
    unsigned is_failing : 1;     /* that it cannot be stopped or started was reported already */
};

/* Sorted by name. */
struct environments {
    struct environment **items;
    size_t count, capacity;
    struct settings_pool settings;
};

void environments_release(struct environments *environments);

struct environment *environments_find(const struct environments *environments, const char *name) must_check;

/* The one of that name, made where there is none. */
struct environment *environments_get(struct environments *environments, const char *name) must_check;

/* Forgets one of which nothing needs to be kept: no record, nothing under way, not in the agenda. true: it is gone. */
bool environments_drop(struct environments *environments, struct environment *environment);

/* Takes over what was seen of a namespace. Another uid is another namespace: what is recorded of the old one no longer counts. */
void environments_see(struct environments *environments, struct environment *environment,
                      const struct namespace *namespace);
void environment_lose(struct environment *environment);

/* true: a namespace that carries the label with a value we know and is not protected. */
bool environment_takes_part(const struct environment *environment) must_check;

/* true: it takes part, is not about to be deleted, and its label is "enabled": schedule, warnings, curfew. */
bool environment_is_scheduled(const struct environment *environment) must_check;

/* The record of this very namespace. false: there is none; *ret_record is then untouched. */
bool environment_read_record(const struct environment *environment, struct record *ret_record) must_check;
bool environment_has_record(const struct environment *environment) must_check;

/* The revision that stands in the store, also where the record is of a former namespace of that name; "" = there is none. */
void environment_revision(const struct environment *environment, char ret_revision[RECORD_REVISION_SIZE]);

/* What stands in the store from now on; NULL = nothing. */
void environment_keep(struct environment *environment, const struct record *record);

/* The fingerprint of its schedule; 0 = it is not scheduled. */
uint32_t environment_rhythm(const struct environment *environment) must_check;

/* All that planning needs to know of it. Without a record: awake, with everything settled up to now. */
void environment_fill_plan(const struct environment *environment, const struct plan_warnings *warnings, int64_t now,
                           struct plan_view *ret_view);

/* When it stops next, if it is scheduled and awake. */
struct plan_stop environment_next_stop(const struct environment *environment, int64_t now) must_check;

/* What a button says must still be so: the namespace, the stop that comes next, and that the notice speaks of that stop. */
bool environment_meets(const struct environment *environment, const struct button_condition *condition, int64_t now)
    must_check;

/* A list of borrowed environments. */
struct environment_list {
    struct environment **items;
    size_t count, capacity;
};

void environment_list_add(struct environment_list *list, struct environment *environment);
void environment_list_release(struct environment_list *list);

/* Finds what a command names, patterns included, each once, in the order of the names.
 * No names: all that take part.
 * false, ERROR_INPUT: a sentence for the asker about the first name that is no environment: unknown (with the nearest names),
 * without label, with another value of it, protected, terminating; or a pattern that matches nothing. */
bool environments_select(const struct environments *environments, const struct command *command,
                         struct environment_list *ret_list, struct error *error) must_check;

#endif
