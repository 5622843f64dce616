/* tests/bench/fleet.h - many workloads in many namespaces: made, watched, and scaled without any detour.
 *
 * The flood is the floor under every way to scale them: one PATCH each (of /scale, or of a CronJob's suspend), 64 in
 * flight on one HTTP/2 connection, and nothing else.
 */
#ifndef CURFEW_TESTS_BENCH_FLEET_H
#define CURFEW_TESTS_BENCH_FLEET_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "k8s/watch.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>
#include <stdint.h>

enum { FLEET_REPLICAS = 3 };

enum fleet_kind { FLEET_DEPLOYMENT, FLEET_STATEFULSET, FLEET_CRONJOB, FLEET_KINDS };

struct fleet_size {
    int namespaces;
    int each[FLEET_KINDS]; /* so many of a kind in every namespace */
    int padding_bytes;     /* in an annotation of every object */
};

/* One workload as its watch shows it. A CronJob that is suspended has 0 replicas, and FLEET_REPLICAS otherwise. */
struct fleet_member {
    int64_t replicas; /* wanted */
    int64_t ready;
};

struct fleet;

struct fleet_body {
    struct http_sink sink;
    struct watch *watch;
};

/* The watch of all objects of a kind. */
struct fleet_watch {
    struct watch_sink sink; /* first member */
    struct fleet *fleet;
    enum fleet_kind kind;
    struct http_exchange exchange;
    struct fleet_body body;
    struct watch watch;
};

struct fleet {
    struct cluster *cluster;
    struct fleet_size size;
    int count;                    /* of members */
    struct fleet_member *members; /* namespace by namespace, in each kind by kind */
    struct http_client *client;   /* of the watches */
    struct fleet_watch watches[FLEET_KINDS];

    /* What is waited for. */
    bool goes_up;
    int64_t due_us;
    int there;                 /* members whose wish is the goal */
    int64_t first_us, last_us; /* when the first and the last of them got there; 0 = not yet */
};

/* Makes it all, scaled up, and watches. false: said on standard output. */
bool fleet_open(struct fleet *fleet, struct cluster *cluster, const struct fleet_size *size) must_check;
void fleet_close(struct fleet *fleet); /* { 0 } is fine */

/* From here on it is noted when members are scaled up, or down; none of them is so now. due_us: when that begins, by
 * bench_now_us(). */
void fleet_expect(struct fleet *fleet, bool goes_up, int64_t due_us);

/* Until the last of them is there. false: not in time; said on standard output. */
bool fleet_wait(struct fleet *fleet) must_check;

/* Until pods have followed: as many ready as are wanted. */
bool fleet_wait_for_pods(struct fleet *fleet) must_check;

/* The PATCH that scales a member: path from the slash on, body of a merge patch. */
void fleet_write_patch(const struct fleet *fleet, int number, bool goes_up, struct buffer *path, struct buffer *body);

/* The flood, with this credential, until all of it is answered. */
bool fleet_flood(struct fleet *fleet, const struct secret *bearer, bool goes_up) must_check;

#endif
