/* k8s/namespaces.h - the flow that follows all namespaces: list, then watch, for ever.
 *
 * Lists in pages item by item, then watches from there with bookmarks; a 410 in either of its forms, or a stream
 * that ends, leads back to the right place; errors wait with jitter. The listener is told each namespace as it
 * is, also those without the label (their names are offered when somebody mistypes), and after a new list those
 * that are gone.
 */
#ifndef CURFEW_K8S_NAMESPACES_H
#define CURFEW_K8S_NAMESPACES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"
#include "k8s/client.h"
#include "k8s/namespace.h"

/* Who is told: the first member of the owner's struct. Called from the loop; must not free the namespaces. */
struct namespaces_listener {
    void (*seen)(struct namespaces_listener *listener, const struct namespace *namespace); /* new or changed */
    void (*gone)(struct namespaces_listener *listener, const char *name, const char *uid);
    void (*complete)(struct namespaces_listener *listener); /* a list was read to its end; the first says: all known */
    void (*failed)(struct namespaces_listener *listener, const struct error *error); /* it goes on by itself */
};

struct namespaces;

/* Starts at once. client and listener are borrowed. */
struct namespaces *namespaces_new(struct loop *loop, struct client *client, struct namespaces_listener *listener)
    must_check;
void namespaces_free(struct namespaces *namespaces);

#endif
