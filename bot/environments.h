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
#include "bot/command.h"
#include "k8s/namespace.h"
#include "store/record.h"

struct operation;

struct environment {
    char name[NAMESPACE_NAME_SIZE];
    char uid[KUBERNETES_UID_SIZE]; /* of the namespace as it is now; "" = not seen */
    enum scheduler_label scheduler;
    bool present; /* the namespace exists */
    bool terminating;
    bool is_protected;    /* never to be touched, whatever its label */
    char *owners;         /* annotation curfew/owners; NULL = none */
    bool owners_too_long; /* there are owners, but it is not known who */
    bool is_unread; /* there is a record, which could not be read: it is tried again before anything is said or done */
    bool has_record;
    struct record record;        /* as stored, with its revision */
    struct operation *operation; /* the stop or start under way */
    bool operation_stops;        /* which of the two */
    struct operation *waiting;   /* the one that comes next: only the latest wish is kept */
    struct operation *inquiry;   /* a reading for status */
};

/* Sorted by name. */
struct environments {
    struct environment **items;
    size_t count, capacity;
};

void environments_release(struct environments *environments);

struct environment *environments_find(const struct environments *environments, const char *name) must_check;

/* The one of that name, made where there is none. */
struct environment *environments_get(struct environments *environments, const char *name) must_check;

/* Forgets one of which nothing needs to be kept: no record, and nothing under way. */
void environments_drop(struct environments *environments, const char *name);

/* Takes over what was seen of a namespace. Another uid is another namespace: what is recorded of the old one no longer counts. */
void environment_see(struct environment *environment, const struct namespace *namespace);
void environment_lose(struct environment *environment);

/* true: a namespace that carries the label with a value we know and is not protected. */
bool environment_takes_part(const struct environment *environment) must_check;

/* The record, or NULL when there is none of this very namespace. */
const struct record *environment_record(const struct environment *environment) must_check;

/* A list of borrowed environments. */
struct environment_list {
    struct environment **items;
    size_t count, capacity;
};

void environment_list_release(struct environment_list *list);

/* Finds what a command names, patterns included, each once, in the order of the names.
 * No names: all that take part.
 * false, ERROR_INPUT: a sentence for the asker about the first name that is no environment: unknown (with the nearest names),
 * without label, with another value of it, protected, terminating; or a pattern that matches nothing. */
bool environments_select(const struct environments *environments, const struct command *command,
                         struct environment_list *ret_list, struct error *error) must_check;

#endif
