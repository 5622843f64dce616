/* k8s/annotation.h - the one thing of a namespace that is ever changed: its annotation curfew/schedule. Pure.
 *
 * One half writes the request, the other reads the answer; k8s/client.h sends it. Source: Kubernetes API, core/v1
 * Namespace; recorded answers in tests/data/k8s/annotation-*.json.
 */
#ifndef CURFEW_K8S_ANNOTATION_H
#define CURFEW_K8S_ANNOTATION_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/http.h"
#include "k8s/namespace.h"

/* Writes "PATCH /api/v1/namespaces/{namespace}" (a merge patch of that annotation) into *ret_request.
 *
 * namespace    a valid name
 * uid          of the namespace that is meant: one of the same name that was made since is left alone
 * schedule     NULL removes the annotation
 * ret_request  zeroed; the caller owns it
 */
void annotation_write_request(const char *namespace, const char *uid, const char *schedule,
                              struct http_request *ret_request);

/* Reads the answer, and whether what was asked for is what the namespace has now.
 *
 * false, with error->kind:
 *   ERROR_MISSING   404, the namespace is gone
 *   ERROR_CONFLICT  it is another one by now, or something between us and the store put another schedule there
 *   ERROR_REFUSED   401 or 403, the account may not do this
 *   ERROR_INPUT     422, the server does not take it (all annotations together are too long, for instance)
 *   ERROR_BUSY      429, wait error->retry_after_s seconds
 *   ERROR_PROTOCOL  2xx without a Namespace in it, or another status
 */
bool annotation_read_response(const struct http_response *response, const char *uid, const char *schedule,
                              struct error *error) must_check;

#endif
