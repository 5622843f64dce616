/* tests/standin/cluster.h - a small Kubernetes API server in memory: what the bot and kubectl ask for, and no more.
 *
 *     cluster_http          requests: who may ask, which path, which verb
 *     cluster_lists         lists, in pages that show one instant
 *     cluster_watches       streams of what changes
 *     cluster_writes        create, patch, delete; cluster_scale: the subresource scale
 *     cluster_controllers   what goes on afterwards: pods come and go
 *     cluster_objects       the objects, their revisions, what happened lately
 *     cluster_table, cluster_discovery     for kubectl
 *
 * Namespaces, Deployments and StatefulSets. There are no pods, no roles (whoever has the token may do all), no events,
 * no protobuf. What it answers is compared with a real control plane in test_cluster_likeness.c.
 */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_H
#define CURFEW_TESTS_STANDIN_CLUSTER_H

#include "base/attributes.h"
#include "base/loop.h"
#include "tests/standin/cluster_controllers.h"
#include "tests/standin/cluster_objects.h"
#include "tests/standin/server.h"

#include <stdint.h>

enum {
    CLUSTER_OBSERVE_MS = 100,
    CLUSTER_READY_MS = 1000,
    CLUSTER_STOP_MS = 500,
    CLUSTER_BOOKMARK_MS = 60 * 1000,
};

struct cluster_options {
    const char *token; /* borrowed; who shows it may do everything */
    struct controller_delays delays;
    int64_t bookmark_ms; /* between two bookmarks of a watch */
};

struct cluster_watch;

/* Fields are for the parts; others use the functions. */
struct cluster {
    struct server_handler handler; /* for server_listen() */
    struct flow flow;
    struct timer timer;
    struct loop *loop;
    struct cluster_options options;
    struct cluster_objects objects;
    struct controllers controllers;
    struct cluster_watch *watches;
    int64_t told; /* watches know the changes up to this number */
};

/* With the namespaces that every cluster has. */
struct cluster *cluster_new(struct loop *loop, const struct cluster_options *options) must_check;
void cluster_free(struct cluster *cluster); /* after the server */

/* Something may have been written: watches and controllers look at it. */
void cluster_settle(struct cluster *cluster);

#endif
