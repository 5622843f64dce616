/* tests/bench/burst.h - many requests at once, on one HTTP/2 connection, as many in flight as base/http.h allows.
 *
 *     burst_open(&burst, cluster, &cluster->token, count);
 *     struct http_request *request = burst_add(&burst, "POST", "application/json");   // count times; its URL is the server
 *     fine = burst_connect(&burst) && burst_run(&burst);
 *     burst_close(&burst);
 */
#ifndef CURFEW_TESTS_BENCH_BURST_H
#define CURFEW_TESTS_BENCH_BURST_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>

struct burst {
    struct flow flow; /* some of them are answered. First member */
    struct cluster *cluster;
    const struct secret *bearer;
    struct http_client *client;
    struct http_exchange *exchanges;
    int count, capacity;
    int answered; /* all in front of it are */
};

/* bearer is borrowed until it is closed. */
void burst_open(struct burst *burst, struct cluster *cluster, const struct secret *bearer, int capacity);
void burst_close(struct burst *burst);

/* Path and body are for the caller to append. */
struct http_request *burst_add(struct burst *burst, const char *method, const char *content_type) must_check;

/* One question beforehand, so that the connection is there. false: said on standard output. */
bool burst_connect(struct burst *burst) must_check;

/* Until all are answered. false: not in time, or one of them other than 2xx; said on standard output. */
bool burst_run(struct burst *burst) must_check;

#endif
