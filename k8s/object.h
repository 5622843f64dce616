/* k8s/object.h - what the metadata of an object say of those who look after it. Pure.
 *
 * Source: Kubernetes API, meta/v1 ManagedFieldsEntry; the labels and annotations by which Argo CD and Flux know their objects.
 */
#ifndef CURFEW_K8S_OBJECT_H
#define CURFEW_K8S_OBJECT_H

#include <cjson/cJSON.h>

#include "base/attributes.h"
#include "k8s/resource.h"
#include "k8s/workload.h"

/* The field manager that last set what puts an object of that resource to sleep (spec.replicas, spec.suspend, the annotations).
 * Borrowed from object; "" = not said. */
const char *object_manager(const cJSON *object, const struct resource *resource) must_check;

/* Who keeps it as it stands in a repository. */
enum workload_keeper object_keeper(const cJSON *object) must_check;

#endif
