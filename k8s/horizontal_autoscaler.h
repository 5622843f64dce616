/* k8s/horizontal_autoscaler.h - a HorizontalPodAutoscaler, as far as it matters to what it scales. Pure.
 *
 * A target at 0 replicas pauses it, and it brings back its minimum at least; one whose minimum is 0 scales between 0 and 1 by
 * itself. Source: Kubernetes API, autoscaling/v2 HorizontalPodAutoscaler; recorded answers in tests/data/k8s/.
 */
#ifndef CURFEW_K8S_HORIZONTAL_AUTOSCALER_H
#define CURFEW_K8S_HORIZONTAL_AUTOSCALER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "k8s/object.h"

/* A plain value; its texts are borrowed from the object. */
struct horizontal_autoscaler {
    struct reference target;
    int32_t minimum; /* 1 where it does not say */
};

/* false, ERROR_PROTOCOL: no target, or a minimum that cannot be. */
bool horizontal_autoscaler_read(const cJSON *object, struct horizontal_autoscaler *ret_autoscaler, struct error *error)
    must_check;

#endif
