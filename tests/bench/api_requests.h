/* tests/bench/api_requests.h - how many requests an API server has had, as it counts them itself. */
#ifndef CURFEW_TESTS_BENCH_API_REQUESTS_H
#define CURFEW_TESTS_BENCH_API_REQUESTS_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>

/* Since the server started, of namespaces, Deployments and StatefulSets with their subresources. */
struct api_requests {
    double patches, lists, others;
    double refused; /* of all of them: 429 */
};

/* From apiserver_request_total of /metrics. false: said on standard output. */
bool api_requests_read(struct cluster *cluster, struct api_requests *ret_requests) must_check;

#endif
