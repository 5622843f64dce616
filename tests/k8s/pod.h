/* tests/k8s/pod.h - what a pod has of a real control plane: a folder with its service account, and the way to the server.
 *
 * The account curfew may list, watch and patch namespaces, list workloads and scale them; the account nobody may nothing.
 */
#ifndef CURFEW_TESTS_K8S_POD_H
#define CURFEW_TESTS_K8S_POD_H

#include "k8s/access.h"
#include "k8s/client.h"
#include "tests/end_to_end/cluster.h"

struct pod {
    struct stage stage;
    struct cluster cluster;
    struct access *access;
    struct client *client;
    char folder[STAGE_PATH_SIZE]; /* of the service account */
};

/* false: said on standard output. */
bool pod_open(struct pod *pod) must_check;
bool pod_open_with(struct pod *pod, const char *flag) must_check; /* see cluster_open_with() */
bool pod_close(struct pod *pod) must_check;                       /* also one that was not opened whole */

/* As the kubelet would: a fresh token of that account stands in the pod. */
bool pod_mount_token(struct pod *pod, const char *account) must_check;
bool pod_write(const struct pod *pod, const char *name, const char *content) must_check;

#endif
