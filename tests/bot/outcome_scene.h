/* tests/bot/outcome_scene.h - an environment as it was read, and what people are told of it. */
#ifndef CURFEW_TESTS_BOT_OUTCOME_SCENE_H
#define CURFEW_TESTS_BOT_OUTCOME_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bot/answer.h"
#include "k8s/resource.h"
#include "k8s/scale_orders.h"
#include "k8s/workload.h"
#include "store/record.h"

enum { SCENE_WORKLOADS_MAX = 16, SCENE_ANSWERS_MAX = 3 };

/* What is not said is that of a Deployment at 0 that nobody cares about. */
struct scene_workload {
    const char *name; /* NULL = there is none */
    const char *resource;
    enum resource_action action;
    int32_t replicas, ready, existing;
    int32_t remembered; /* what the journal holds; 0 = nothing */
    int32_t minimum;
    enum workload_keeper keeper;
    const char *owner, *manager, *reason;
    bool wakes, excluded, deletes_data, is_app, unseen;
};

struct scene_answer {
    const char *name, *reason;
    enum resource_action action;
    int32_t replicas;
    enum scale_result result;
};

struct told_case {
    const char *name;
    enum outcome_kind kind;
    enum verb verb;
    struct scene_workload workloads[SCENE_WORKLOADS_MAX];
    struct scene_answer answers[SCENE_ANSWERS_MAX];
    const char *unread, *unread_reason;
    int32_t jobs, pods;
    size_t failed;
    const char *error;
    int64_t took_s;
    bool has_record; /* of <@U1>, since 1970-01-01 */
    enum record_state state;
    bool is_under_way;
    enum verb under_way;
    bool beside;                   /* others */
    const struct outlook *outlook; /* NULL = by hand only */
    const char *text;              /* what is told */
};

/* dev1. The text is the caller's, and to be freed. */
char *told_of(const struct told_case *item) must_check;

/* Against item->text. */
void check_told(const struct told_case *item);

#endif
