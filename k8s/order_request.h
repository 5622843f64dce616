/* k8s/order_request.h - what is sent to carry out an order, and what the answer says of it. Pure.
 *
 * By its action an order is a PATCH of the Scale subresource (k8s/scale.h), of spec.suspend of a CronJob, or of the annotations that
 * pause an autoscaler (k8s/autoscaler.h). Each names the uid and the resourceVersion that its decision rests on: the API
 * server refuses the write if another object has that name by now, or if it was changed since. (Of custom resources it does not
 * look at the uid in a PATCH of the Scale, but another object has another resourceVersion.)
 * Source: Kubernetes API, batch/v1 CronJob, meta/v1 Status; recorded answers in tests/data/k8s/.
 */
#ifndef CURFEW_K8S_ORDER_REQUEST_H
#define CURFEW_K8S_ORDER_REQUEST_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/http.h"
#include "k8s/resource.h"
#include "k8s/scale_orders.h"

/* Writes the PATCH into *ret_request: zeroed; the caller owns it.
 *
 * namespace  a valid name
 * resource   that of the order, as it is served now
 *
 * false, ERROR_INPUT: nobody could carry that out: a number that cannot be, another action than that of the resource, annotations of
 * before that are none. *ret_request is then untouched. Orders are kept over restarts and upgrades, so this is no mistake of ours. */
bool order_request_write(const char *namespace, const struct resource *resource, const struct scale_order *order,
                         struct http_request *ret_request, struct error *error) must_check;

/* Writes result and reason of the order: from the answer, or from what went wrong on the way. */
void order_request_read(const struct http_response *response, struct scale_order *order);
void order_request_fail(const struct error *error, struct scale_order *order);

/* A 404 that is about no object: there is no such resource in this version any more. The order is then SCALE_CHANGED. */
bool order_request_is_unserved(const struct http_response *response, const struct scale_order *order) must_check;

#endif
