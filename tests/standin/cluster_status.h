/* tests/standin/cluster_status.h - what the API server says when it does not do what was asked: Status objects. Pure.
 *
 * Source: Kubernetes API, meta/v1 Status; the words are those of a kube-apiserver 1.37.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_STATUS_H
#define CURFEW_TESTS_STANDIN_CLUSTER_STATUS_H

#include "base/attributes.h"
#include "tests/standin/cluster_kinds.h"

#include <cjson/cJSON.h>

#include <stdint.h>

/* An answer to a request. body is the owner's. */
struct cluster_answer {
    int status;
    cJSON *body;
};

/* Without reason ("") the server did not expect it. */
struct cluster_answer status_plain(int code, const char *reason, const char *message) must_check;

struct cluster_answer status_not_found(const struct cluster_kind *kind, const char *name) must_check;
struct cluster_answer status_already_exists(const struct cluster_kind *kind, const char *name) must_check;
struct cluster_answer status_modified(const struct cluster_kind *kind, const char *name) must_check;

/* A precondition does not hold: the uid that was sent is another one. */
struct cluster_answer status_other_uid(const struct cluster_kind *kind, const char *subresource, const char *name,
                                       const char *sent, const char *actual) must_check;

/* Nothing new comes into a namespace that goes. */
struct cluster_answer status_terminating(const struct cluster_kind *kind, const char *namespace, const char *name)
    must_check;

/* One field is wrong. group and kind are those of what was sent (autoscaling and Scale, for instance); reason is
 * FieldValueInvalid or FieldValueRequired. */
struct cluster_answer status_invalid(const char *group, const char *kind, const char *name, const char *field,
                                     const char *reason, const char *message) must_check;

/* A page of a list whose instant is forgotten; next continues with what is there now. */
struct cluster_answer status_page_expired(const char *next) must_check;

/* A version that does not exist yet. */
struct cluster_answer status_too_large(int64_t wanted, int64_t current) must_check;

/* What a watch says, inside its stream, about a version that is forgotten. */
cJSON *status_too_old(int64_t wanted, int64_t oldest) must_check;

/* A deletion went well. */
struct cluster_answer status_deleted(const struct cluster_kind *kind, const char *name, const char *uid) must_check;

#endif
