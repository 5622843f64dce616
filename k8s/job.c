/* k8s/job.c - whether a Job goes on. */
#include "k8s/job.h"

#include "base/json.h"
#include "k8s/object.h"

bool job_goes_on(const cJSON *object)
{
    return object_condition(object, "Complete", "True") == NULL && object_condition(object, "Failed", "True") == NULL &&
           !json_is_true(object, "spec/suspend");
}
