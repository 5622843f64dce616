/* tests/bench/api_requests.h - how many requests an API server has had, as it counts them itself. */
#ifndef CURFEW_TESTS_BENCH_API_REQUESTS_H
#define CURFEW_TESTS_BENCH_API_REQUESTS_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>

/* Since the server started, of what the bot reads and writes: namespaces, workloads with their subresources, CronJobs, Jobs,
 * Pods, HorizontalPodAutoscalers and Events. Watches are not counted. */
struct api_requests {
    double patches;
    double reads; /* lists and single objects */
    double others;
    double refused; /* of all of them: 429 */
};

/* From apiserver_request_total of /metrics. false: said on standard output. */
bool api_requests_read(struct cluster *cluster, struct api_requests *ret_requests) must_check;

#endif
