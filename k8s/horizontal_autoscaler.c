/* k8s/horizontal_autoscaler.c - a HorizontalPodAutoscaler, as far as it matters to what it scales. */
#include "k8s/horizontal_autoscaler.h"

#include "base/json.h"
#include "k8s/scale.h"

bool horizontal_autoscaler_read(const cJSON *object, struct horizontal_autoscaler *ret_autoscaler, struct error *error)
{
    const cJSON *target = json_find(object, "spec/scaleTargetRef");
    struct horizontal_autoscaler autoscaler = {
        .target = { json_text(target, "apiVersion"), json_text(target, "kind"), json_text(target, "name") },
    };
    int64_t minimum;

    if (autoscaler.target.kind[0] == '\0' || autoscaler.target.name[0] == '\0')
        return error_set(error, ERROR_PROTOCOL, "a HorizontalPodAutoscaler does not say what it scales");
    if (!json_number(object, "spec/minReplicas", 1, 0, SCALE_REPLICAS_MAX, &minimum, error))
        return error_context(error, "a HorizontalPodAutoscaler cannot be read");
    autoscaler.minimum = (int32_t) minimum;
    *ret_autoscaler = autoscaler;
    return true;
}
