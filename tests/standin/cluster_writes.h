/* tests/standin/cluster_writes.h - create, patch, delete: what becomes of an object, or why nothing does. Pure.
 *
 * What the API server keeps for itself stays its own: uid, resourceVersion, generation, times, status. A patch that
 * changes nothing leaves the resourceVersion as it is.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_WRITES_H
#define CURFEW_TESTS_STANDIN_CLUSTER_WRITES_H

#include "base/attributes.h"
#include "tests/standin/cluster_objects.h"
#include "tests/standin/cluster_status.h"

#include <stdbool.h>
#include <stdint.h>

/* Which object, and how. */
struct cluster_target {
    struct cluster_objects *objects;
    const struct cluster_kind *kind;
    const char *namespace; /* "" for a namespace itself */
    const char *name;      /* "" when it is in the body of a create */
    bool dry_run;          /* the answer is the same, nothing is stored */
    int64_t now;           /* UTC seconds */
};

/* sent is borrowed. */
struct cluster_answer cluster_create(const struct cluster_target *target, const cJSON *sent) must_check;
struct cluster_answer cluster_patch(const struct cluster_target *target, const cJSON *patch) must_check;

/* options: what was sent as DeleteOptions, or NULL. A namespace begins to go: cluster_controllers does the rest. */
struct cluster_answer cluster_delete(const struct cluster_target *target, const cJSON *options) must_check;

/* The subresource scale; of a workload. patch NULL = reads it; whole: the patch takes the place of the Scale (PUT). */
struct cluster_answer cluster_scale(const struct cluster_target *target, const cJSON *patch, bool whole) must_check;

/* Compares the metadata of a scale, or what a deletion rests on, with the object. false: *ret_refusal is the answer. */
bool cluster_check_preconditions(const struct cluster_object *object, const char *subresource, const cJSON *metadata,
                                 struct cluster_answer *ret_refusal) must_check;

/* Stores json, which is used up, unless it is a dry run; returns the object as it is then shown. */
cJSON *cluster_store(const struct cluster_target *target, cJSON *json) must_check;

/* Writes an instant as the API does: 2026-11-24T12:10:22Z. */
enum { CLUSTER_INSTANT_SIZE = 32 };
void cluster_write_instant(char text[CLUSTER_INSTANT_SIZE], int64_t at);

/* Puts a member in the place of the one of that name, or adds it. */
void cluster_set(cJSON *object, const char *name, cJSON *value);

#endif
