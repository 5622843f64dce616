/* tests/end_to_end/snapshot.h - all that can be put to sleep in some namespaces, and those namespaces, at one moment: to be compared
 * byte for byte with another.
 *
 * What nobody set is left out: resourceVersion, generation, managedFields, status. So is what has an owner, which is left to
 * that. Everything else is kept as the API server writes it.
 */
#ifndef CURFEW_TESTS_END_TO_END_SNAPSHOT_H
#define CURFEW_TESTS_END_TO_END_SNAPSHOT_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

/* One object. */
struct sight {
    const char *resource;
    char *name;         /* "dev1/web" */
    cJSON *object;      /* without what is left out */
    int64_t generation; /* it tells of writes that were undone */
    bool is_settled;
};

/* Sorted by resource and name. */
struct snapshot {
    struct sight *sights;
    size_t count, capacity;
};

/* Of all namespaces of which the name begins so. false: something could not be read, which is printed. */
bool snapshot_take(struct cluster *cluster, const char *prefix, struct snapshot *ret_snapshot) must_check;
void snapshot_release(struct snapshot *snapshot);

/* Likewise, once all that is wanted is ready. false: not in time, which is printed. */
bool snapshot_take_settled(struct cluster *cluster, const char *prefix, struct snapshot *ret_snapshot) must_check;

/* Makes of the object, in place, what it is to have become. */
typedef void snapshot_change(const struct sight *sight, cJSON *object);

/* How many objects are not what change makes of before (NULL: as they were); the first ones are printed. Those that are not there, or
 * were not, count. What change leaves as it was must not have been written meanwhile either. */
int snapshot_compare(const struct snapshot *before, snapshot_change *change, const struct snapshot *after) must_check;

#endif
