/* tests/bench/fleet.h - many Deployments in many namespaces: made, watched, and scaled without any detour.
 *
 * The flood is the floor under every way to scale them: one PATCH of /scale each, as many in flight as base/http.h
 * allows, on one HTTP/2 connection, and nothing else.
 */
#ifndef CURFEW_TESTS_BENCH_FLEET_H
#define CURFEW_TESTS_BENCH_FLEET_H

#include "base/attributes.h"
#include "k8s/watch.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>
#include <stdint.h>

enum { FLEET_NAMESPACES_MAX = 50, FLEET_DEPLOYMENTS_MAX = 20, FLEET_REPLICAS = 3, FLEET_NAME_SIZE = 32 };

/* One Deployment as the watch shows it. */
struct fleet_member {
    int64_t replicas; /* wanted */
    int64_t ready;
};

struct fleet_body {
    struct http_sink sink;
    struct fleet *fleet;
};

struct fleet {
    struct watch_sink watch_sink; /* first member */
    struct cluster *cluster;
    int namespace_count, deployment_count; /* Deployments per namespace */
    struct fleet_member members[FLEET_NAMESPACES_MAX][FLEET_DEPLOYMENTS_MAX];

    /* The watch, on a connection of its own. */
    struct http_client *client;
    struct http_exchange exchange;
    struct fleet_body body;
    struct watch watch;

    /* What is waited for. */
    int64_t goal;
    int there;                 /* members whose wish is the goal */
    int64_t first_us, last_us; /* when the first and the last of them got there; 0 = not yet */
};

void fleet_name_namespace(int number, char name[FLEET_NAME_SIZE]);

/* Makes namespaces and Deployments of FLEET_REPLICAS, and watches. false: said on standard output. */
bool fleet_open(struct fleet *fleet, struct cluster *cluster, int namespace_count, int deployment_count) must_check;
void fleet_close(struct fleet *fleet); /* { 0 } is fine */

/* From here on it is noted when members reach goal, none of which has it now. */
void fleet_expect(struct fleet *fleet, int64_t goal);

/* Until the last of them has it. false: not in time; said on standard output. */
bool fleet_wait(struct fleet *fleet) must_check;

/* Until pods have followed: as many ready as are wanted. */
bool fleet_wait_for_pods(struct fleet *fleet) must_check;

/* The flood, with this credential, until all of it is answered. *ret_refused counts the answers other than 200. */
bool fleet_flood(struct fleet *fleet, const struct secret *bearer, int64_t goal, int *ret_refused) must_check;

#endif
