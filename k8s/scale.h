/* k8s/scale.h - the Scale subresource: how many replicas a workload shall have. Pure.
 *
 * One half writes the request, the other reads the answer; k8s/client.h sends it, so the tests of this module
 * need no server. Source: Kubernetes API, autoscaling/v1 Scale; recorded answers in tests/data/k8s/scale-*.json.
 */
#ifndef CURFEW_K8S_SCALE_H
#define CURFEW_K8S_SCALE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/http.h"
#include "k8s/workload.h"

enum { SCALE_REPLICAS_MAX = 1000000 }; /* a larger number in an answer is not believed */

/* A plain value. */
struct scale {
    int32_t replicas;          /* wanted, spec.replicas; 0 = asleep */
    int32_t replicas_existing; /* status.replicas; trails the wish */
    char uid[KUBERNETES_UID_SIZE];
    char resource_version[RESOURCE_VERSION_SIZE];
};

/* Writes "PATCH .../namespaces/{namespace}/{plural}/{name}/scale" (a merge patch of spec.replicas) into *ret_request.
 *
 * namespace         a valid name
 * replicas          0 .. SCALE_REPLICAS_MAX
 * uid               "" = whichever has that name; otherwise the server answers 409 if it is another one by now. Of a custom
 *                   resource it does not look at it
 * resource_version  "" overwrites; otherwise the server answers 409 if the workload changed since
 * ret_request       zeroed; the caller owns it
 */
void scale_write_request(const char *namespace, const struct resource *resource, const char *name, int32_t replicas,
                         const char *uid, const char *resource_version, struct http_request *ret_request);

/* Reads the answer. The server leaves spec.replicas out when it is 0.
 *
 * false, with error->kind:
 *   ERROR_MISSING   404, the workload is gone: nothing left to scale
 *   ERROR_CONFLICT  409, it changed: read it again and decide again
 *   ERROR_REFUSED   401 or 403, the account may not do this; do not retry
 *   ERROR_BUSY      429, wait error->retry_after_s seconds
 *   ERROR_PROTOCOL  2xx without a Scale in it, or another status
 */
bool scale_read_response(const struct http_response *response, struct scale *ret_scale, struct error *error) must_check;

#endif
