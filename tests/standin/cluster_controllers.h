/* tests/standin/cluster_controllers.h - what goes on in a cluster after a write: pods come and go, namespaces empty. Pure.
 *
 * Status trails the wish, as in a real cluster: first the controller sees it (observedGeneration), then pods exist,
 * then they are ready. The pods of a Deployment come all at once, those of a StatefulSet one after the other.
 * With the annotation cluster/never-ready in its pod template none becomes ready, and after
 * spec.progressDeadlineSeconds a Deployment says ProgressDeadlineExceeded.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_CONTROLLERS_H
#define CURFEW_TESTS_STANDIN_CLUSTER_CONTROLLERS_H

#include "base/attributes.h"
#include "tests/standin/cluster_objects.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct controller_delays {
    int64_t observe_ms; /* until a controller sees what was written */
    int64_t ready_ms;   /* a pod from its start to Ready; each Deployment takes up to as long again */
    int64_t stop_ms;    /* a pod from its end to being gone; likewise a namespace */
};

/* What is to be looked at when. */
struct controller_task {
    const struct cluster_kind *kind;
    char *namespace;
    char *name;
    int64_t due_ms;
    int64_t began_ms; /* when its replicas were last asked for */
};

struct controllers {
    struct controller_delays delays;
    struct controller_task *tasks;
    size_t count, capacity;
    int64_t seen; /* changes up to this number */
};

void controllers_release(struct controllers *controllers);

/* Looks at the changes since the last call. */
void controllers_notice(struct controllers *controllers, const struct cluster_objects *objects, int64_t now_ms);

/* Does what is due, one step of each task; now is for timestamps. */
void controllers_run(struct controllers *controllers, struct cluster_objects *objects, int64_t now_ms, int64_t now);

/* When the next step is due; INT64_MAX = nothing is to be done. */
int64_t controllers_due_ms(const struct controllers *controllers) must_check;

#endif
