/* k8s/job.h - whether a Job goes on. Pure. Source: Kubernetes API, batch/v1 Job. */
#ifndef CURFEW_K8S_JOB_H
#define CURFEW_K8S_JOB_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/attributes.h"

/* It has neither ended, well or badly, nor been suspended. */
bool job_goes_on(const cJSON *object) must_check;

#endif
