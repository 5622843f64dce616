/* k8s/client_error.h - what an answer of the API server means that is no success. */
#ifndef CURFEW_K8S_CLIENT_ERROR_H
#define CURFEW_K8S_CLIENT_ERROR_H

#include <stdbool.h>

#include "base/error.h"
#include "base/http.h"

/* The error that an answer outside 2xx means: 404 MISSING, 409 CONFLICT, 401/403 REFUSED, 410 and 422 INPUT, 429 BUSY,
 * else PROTOCOL; status kept; the sentence is the server's own Status.message where there is one (cut, one line).
 * Always returns false. */
bool client_error_read(const struct http_response *response, struct error *error);

#endif
