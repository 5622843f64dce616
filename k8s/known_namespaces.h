/* k8s/known_namespaces.h - which namespaces were seen, and when last: after a new list it tells who is gone. Pure. */
#ifndef CURFEW_K8S_KNOWN_NAMESPACES_H
#define CURFEW_K8S_KNOWN_NAMESPACES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"
#include "k8s/namespace.h"

enum { KNOWN_NAMESPACES_MAX = 20000 };

struct known_namespace {
    char name[NAMESPACE_NAME_SIZE];
    char uid[KUBERNETES_UID_SIZE];
    unsigned pass; /* of the list, or of the watch behind it, in which it was seen last */
};

/* { 0 } is empty. Reading the fields is fine. */
struct known_namespaces {
    struct known_namespace *items; /* sorted by name */
    size_t count, capacity;
    unsigned pass;
};

void known_namespaces_release(struct known_namespaces *known);

/* A new list begins: whoever is not seen from now on is gone at its end. */
void known_namespaces_begin(struct known_namespaces *known);

/* Notes it. ret_former_uid (KUBERNETES_UID_SIZE bytes): the uid of another namespace of this name that must have gone
 * meanwhile, or "".
 * false, ERROR_LIMIT: there are more than KNOWN_NAMESPACES_MAX. */
bool known_namespaces_see(struct known_namespaces *known, const char *name, const char *uid, char *ret_former_uid,
                          struct error *error) must_check;

/* Forgets it. false: it was not known, or under another uid. */
bool known_namespaces_forget(struct known_namespaces *known, const char *name, const char *uid) must_check;

/* Takes out all that were not seen since the list began, sorted by name; the caller releases *ret_gone. */
void known_namespaces_take_gone(struct known_namespaces *known, struct known_namespaces *ret_gone);

#endif
