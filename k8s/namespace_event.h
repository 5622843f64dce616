/* k8s/namespace_event.h - what `kubectl get events` shows of an environment: an Event about its namespace, in that namespace. Pure.
 *
 * Source: Kubernetes API, core/v1 Event; its source component is "curfew".
 */
#ifndef CURFEW_K8S_NAMESPACE_EVENT_H
#define CURFEW_K8S_NAMESPACE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/http.h"
#include "k8s/namespace.h"

enum { NAMESPACE_EVENT_MESSAGE_SIZE = 1024 }; /* what the server takes; a longer one is cut */

/* Borrowed. */
struct namespace_event {
    const char *namespace; /* a valid name */
    const char *uid;
    const char *reason;  /* "Stopped", "Started", "Curfew": a word in capitals and small letters */
    const char *message; /* "Stopped by @ann" */
    bool is_warning;
    int64_t at;
    uint64_t number; /* makes its name unlike that of any other: drawn at random */
};

/* Writes "POST /api/v1/namespaces/{namespace}/events" into *ret_request: zeroed; the caller owns it. */
void namespace_event_write_request(const struct namespace_event *event, struct http_request *ret_request);

/* An Event of that name that is there already is ours: it was written by a try whose answer was lost.
 * false: as client_error_read(); ERROR_MISSING also where the namespace is being deleted, whatever the status. */
bool namespace_event_read_response(const struct http_response *response, struct error *error) must_check;

#endif
