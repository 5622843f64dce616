/* tests/standin/cluster_http.h - requests to the API server: who may ask, which path, which verb. */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_HTTP_H
#define CURFEW_TESTS_STANDIN_CLUSTER_HTTP_H

#include "base/attributes.h"
#include "tests/standin/server.h"

/* For the handler of a struct cluster. */
bool cluster_handle(struct server_handler *handler, const struct server_request *request,
                    struct server_response *response);

#endif
