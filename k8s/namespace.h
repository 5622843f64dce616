/* k8s/namespace.h - a namespace as far as it takes part: its label and our annotations. Pure.
 *
 * Source: Kubernetes API, core/v1 Namespace; names of label and annotations: our own contract with the user.
 */
#ifndef CURFEW_K8S_NAMESPACE_H
#define CURFEW_K8S_NAMESPACE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"

enum {
    NAMESPACE_NAME_SIZE = 64, /* RFC 1123 label: 63 characters */
    KUBERNETES_UID_SIZE = 64,
    RESOURCE_VERSION_SIZE = 64,
    ANNOTATION_SIZE = 1024, /* ours; a longer one is treated as wrong */
};

enum scheduler_label {
    SCHEDULER_ABSENT, /* no label: never touched */
    SCHEDULER_ENABLED,
    SCHEDULER_DISABLED, /* by hand only */
    SCHEDULER_OTHER,    /* another value: treated as absent, and said so */
};

/* A plain value. Annotations: "" = absent. One that does not fit is "" too, never cut, and its flag says that it was there. */
struct namespace
{
    char name[NAMESPACE_NAME_SIZE];
    char uid[KUBERNETES_UID_SIZE];
    char resource_version[RESOURCE_VERSION_SIZE];
    enum scheduler_label scheduler;
    bool terminating;
    char schedule[ANNOTATION_SIZE]; /* curfew/schedule */
    char channel[ANNOTATION_SIZE];  /* curfew/channel */
    char owners[ANNOTATION_SIZE];   /* curfew/owners */
    char app[ANNOTATION_SIZE];      /* curfew/app */
    bool schedule_too_long;
    bool channel_too_long;
    bool owners_too_long; /* so there are owners, but it is not known who */
    bool app_too_long;
};

/* Reads one Namespace object. false, ERROR_PROTOCOL: no name or uid, or of another type; ERROR_LIMIT: longer than above. */
bool namespace_read(const cJSON *object, struct namespace *ret_namespace, struct error *error) must_check;

/* true: an RFC 1123 label of 1 .. 63 characters. Nothing else is ever put into a path. */
bool namespace_name_is_valid(const char *name) must_check;

#endif
