/* tests/bench/bench_cluster.h - API servers for benches: a small one that takes little, and a real one. */
#ifndef CURFEW_TESTS_BENCH_BENCH_CLUSTER_H
#define CURFEW_TESTS_BENCH_BENCH_CLUSTER_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>

/* standin-cluster with five environments, for benches that measure the way to Slack: a real control plane keeps a
 * processor busy even when nothing is asked of it. false: said on standard output. */
bool small_cluster_open(struct cluster *cluster, struct stage *stage) must_check;

/* etcd and a kube-apiserver as tests/cluster has them; with_pods: controllers, scheduler and fake kubelets too. */
bool control_plane_open(struct cluster *cluster, struct stage *stage, bool with_pods) must_check;

/* Either; cluster_close() would do for the second alone. { 0 } is fine. */
void bench_cluster_close(struct cluster *cluster);

#endif
