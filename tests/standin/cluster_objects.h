/* tests/standin/cluster_objects.h - the objects of a cluster, each state with its revision, and what happened lately.
 * Pure.
 *
 * Like etcd it keeps past states for a while, so that the pages of a list all show the same instant and a watch can
 * begin in the past. What is older than CLUSTER_CHANGES_MAX changes is forgotten: whoever asks for it hears 410.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_OBJECTS_H
#define CURFEW_TESTS_STANDIN_CLUSTER_OBJECTS_H

#include "base/attributes.h"
#include "tests/standin/cluster_kinds.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLUSTER_OBJECTS_MAX = 20 * 1000, CLUSTER_CHANGES_MAX = 1000 };

/* One state of an object. It never changes; whoever keeps it holds it. */
struct cluster_object {
    const struct cluster_kind *kind;
    char *key; /* "namespace/name", or "name": the order of lists */
    int64_t revision;
    cJSON *json; /* metadata, spec and status; kind and apiVersion are added where they are shown */
    int holders;
};

struct cluster_object *cluster_object_hold(struct cluster_object *object);
void cluster_object_drop(struct cluster_object *object); /* accepts NULL */

const char *cluster_object_name(const struct cluster_object *object) must_check;
const char *cluster_object_namespace(const struct cluster_object *object) must_check; /* "" for a namespace */

/* The object as the API shows it alone: a copy. */
cJSON *cluster_object_show(const struct cluster_object *object) must_check;

enum cluster_change_type { CLUSTER_ADDED, CLUSTER_MODIFIED, CLUSTER_DELETED };

struct cluster_change {
    enum cluster_change_type type;
    int64_t revision;
    struct cluster_object *before; /* NULL: it was added */
    struct cluster_object *after;  /* of one that was deleted: its last state, with the revision of its end */
};

struct cluster_objects {
    struct cluster_object **items; /* sorted by kind and key */
    size_t count, capacity;
    int64_t revision;               /* of the newest change */
    struct cluster_change *changes; /* a ring */
    int64_t change_count;           /* of all that ever were */
};

void cluster_objects_init(struct cluster_objects *objects);
void cluster_objects_release(struct cluster_objects *objects);

/* Adds the object, or puts it in the place of the one of the same name; json is then the state's, and gets its
 * resourceVersion. A new one comes only where there are fewer than CLUSTER_OBJECTS_MAX. */
const struct cluster_object *cluster_objects_put(struct cluster_objects *objects, const struct cluster_kind *kind,
                                                 cJSON *json);

void cluster_objects_remove(struct cluster_objects *objects, const struct cluster_object *object);

/* namespace "" for a namespace itself. NULL: there is none. */
const struct cluster_object *cluster_objects_find(const struct cluster_objects *objects,
                                                  const struct cluster_kind *kind, const char *namespace,
                                                  const char *name) must_check;

/* The oldest revision that can still be shown, and the oldest change that is known (by its number, from 1). */
int64_t cluster_objects_oldest(const struct cluster_objects *objects) must_check;
const struct cluster_change *cluster_objects_change(const struct cluster_objects *objects, int64_t number) must_check;

/* The objects of a kind as they were at a revision that can be shown, sorted by key; namespace "" = all. They are held
 * for the caller: cluster_snapshot_release(). */
struct cluster_snapshot {
    struct cluster_object **items;
    size_t count;
};

void cluster_objects_snapshot(const struct cluster_objects *objects, const struct cluster_kind *kind,
                              const char *namespace, int64_t revision, struct cluster_snapshot *ret_snapshot);
void cluster_snapshot_release(struct cluster_snapshot *snapshot);

#endif
