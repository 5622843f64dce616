/* tests/bench/small_cluster.h - standin-cluster with five environments, for benches that measure the way to Slack.
 *
 * A real control plane keeps a processor busy even when nothing is asked of it, and there are two here.
 */
#ifndef CURFEW_TESTS_BENCH_SMALL_CLUSTER_H
#define CURFEW_TESTS_BENCH_SMALL_CLUSTER_H

#include "base/attributes.h"
#include "tests/end_to_end/cluster.h"

#include <stdbool.h>

/* Fills what the bot needs of a cluster: its kubeconfig. false: said on standard output. */
bool small_cluster_open(struct cluster *cluster, struct stage *stage) must_check;
void small_cluster_close(struct cluster *cluster); /* { 0 } is fine */

#endif
