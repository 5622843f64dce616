/* k8s/object.h - what the metadata of an object say of those who look after it. Pure.
 *
 * Source: Kubernetes API, meta/v1 OwnerReference, ManagedFieldsEntry; the labels and annotations by which Argo CD and Flux know
 * their objects.
 */
#ifndef CURFEW_K8S_OBJECT_H
#define CURFEW_K8S_OBJECT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "k8s/resource.h"
#include "k8s/workload.h"

/* How one object names another. Borrowed from the one that does. */
struct reference {
    const char *api_version; /* "apps/v1"; "" = not said */
    const char *kind, *name;
};

/* The one that made it and keeps it; among its owners (metadata.ownerReferences), or of the object as a whole. false: it has none. */
bool object_controller(const cJSON *object, struct reference *ret_controller) must_check;
bool object_controller_among(const cJSON *owners, struct reference *ret_controller) must_check;

/* Whether it names an object of that resource, whatever the version. */
bool reference_is_of(const struct reference *reference, const struct resource *resource) must_check;

/* The condition of that type and status ("True") in its status; NULL: it has none. */
const cJSON *object_condition(const cJSON *object, const char *type, const char *status) must_check;

/* The field manager that last set what puts an object of that resource to sleep (spec.replicas, spec.suspend, the annotations).
 * Borrowed from object; "" = not said. */
const char *object_manager(const cJSON *object, const struct resource *resource) must_check;

/* When it did, or the object was made: UTC seconds; 0 = not said. */
int64_t object_changed_at(const cJSON *object, const struct resource *resource) must_check;

/* Who keeps it as it stands in a repository. */
enum workload_keeper object_keeper(const cJSON *object) must_check;

#endif
