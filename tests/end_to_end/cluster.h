/* tests/end_to_end/cluster.h - the real control plane of tests/cluster, and what a test asks of it as its administrator. */
#ifndef CURFEW_TESTS_END_TO_END_CLUSTER_H
#define CURFEW_TESTS_END_TO_END_CLUSTER_H

#include "base/attributes.h"
#include "base/secret.h"
#include "tests/end_to_end/child.h"

#include <stdbool.h>

struct cluster {
    struct stage *stage;
    struct child child;
    struct http_client *client;
    struct secret token;
    char server[STAGE_PATH_SIZE];
    char ca[STAGE_PATH_SIZE];
    char kubeconfig[STAGE_PATH_SIZE]; /* of the administrator */
};

/* A Deployment or StatefulSet to be made. */
struct made_workload {
    const char *resource; /* "deployments", "statefulsets" */
    const char *name;
    int replicas;
    const char *annotations;     /* JSON object; NULL = none */
    const char *pod_annotations; /* likewise: what tests/cluster/README.md lists */
};

/* outage: how long SIGUSR1 and SIGUSR2 take the API server away, such as "3s". false: said on standard output. */
bool cluster_open(struct cluster *cluster, struct stage *stage, const char *outage) must_check;

/* flag: one more of tests/cluster, such as "--apiserver-flag=--goaway-chance=0.02"; NULL = none. */
bool cluster_open_with(struct cluster *cluster, struct stage *stage, const char *outage, const char *flag) must_check;

/* The small one that is played (standin-cluster) in its place: for crowds. It knows no service accounts and no roles. */
bool cluster_open_played(struct cluster *cluster, struct stage *stage) must_check;
void cluster_close(struct cluster *cluster);

/* path from the slash on; body NULL = none. content_type NULL = application/json. */
void cluster_ask(struct cluster *cluster, const char *method, const char *path, const char *content_type,
                 const char *body, struct reply *ret_reply);

/* Likewise, where only a 2xx will do; otherwise what the server says is printed and it is false. */
bool cluster_do(struct cluster *cluster, const char *method, const char *path, const char *content_type,
                const char *body) must_check;

/* labels and annotations are JSON objects; NULL = none. Exists already: the labels are set. */
bool cluster_make_namespace(struct cluster *cluster, const char *name, const char *labels, const char *annotations)
    must_check;
bool cluster_make_workload(struct cluster *cluster, const char *namespace, const struct made_workload *workload)
    must_check;

/* Replicas wanted (spec.replicas); -1 = it could not be read, which is printed. */
int cluster_replicas(struct cluster *cluster, const char *namespace, const char *resource, const char *name) must_check;
bool cluster_scale(struct cluster *cluster, const char *namespace, const char *resource, const char *name, int replicas)
    must_check;

/* Writes a kubeconfig with a fresh token of that service account into the stage's folder. */
bool cluster_write_kubeconfig(struct cluster *cluster, const char *namespace, const char *account,
                              char path[STAGE_PATH_SIZE]) must_check;

/* SIGUSR1 kills the API server, SIGUSR2 hangs it; returns once it is so. */
bool cluster_take_away(struct cluster *cluster, int signal_number) must_check;

/* Until the API server answers again as it should. */
bool cluster_wait(struct cluster *cluster) must_check;

#endif
