/* tests/standin/cluster_seed.h - five environments to play with, all of them up. */
#ifndef CURFEW_TESTS_STANDIN_CLUSTER_SEED_H
#define CURFEW_TESTS_STANDIN_CLUSTER_SEED_H

#include "tests/standin/cluster.h"

/* dev1, dev2, payments, search and staging: Deployments, StatefulSets, one at 0, one that is excluded. */
void cluster_seed(struct cluster *cluster);

#endif
