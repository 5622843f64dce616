/* tests/k8s/pod.c - what a pod has of a real control plane. */
#include "tests/k8s/pod.h"

#include "base/file.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char role[] =
    "{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":\"ClusterRole\",\"metadata\":{\"name\":\"curfew\"},"
    "\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"namespaces\"],\"verbs\":[\"list\",\"watch\",\"patch\"]},"
    "{\"apiGroups\":[\"apps\"],\"resources\":[\"deployments\",\"statefulsets\",\"replicasets\"],\"verbs\":[\"list\"]},"
    "{\"apiGroups\":[\"\"],\"resources\":[\"replicationcontrollers\",\"pods\",\"events\"],\"verbs\":[\"list\"]},"
    "{\"apiGroups\":[\"batch\"],\"resources\":[\"cronjobs\",\"jobs\"],\"verbs\":[\"list\"]},"
    "{\"apiGroups\":[\"autoscaling\"],\"resources\":[\"horizontalpodautoscalers\"],\"verbs\":[\"list\"]},"
    "{\"apiGroups\":[\"apps\"],\"resources\":[\"deployments/scale\",\"statefulsets/scale\"],\"verbs\":[\"patch\"]}]}";
static const char binding[] =
    "{\"apiVersion\":\"rbac.authorization.k8s.io/"
    "v1\",\"kind\":\"ClusterRoleBinding\",\"metadata\":{\"name\":\"curfew\"},"
    "\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"curfew\"},"
    "\"subjects\":[{\"kind\":\"ServiceAccount\",\"name\":\"curfew\",\"namespace\":\"default\"}]}";

bool pod_write(const struct pod *pod, const char *name, const char *content)
{
    char path[STAGE_PATH_SIZE + 32];

    snprintf(path, sizeof path, "%s/%s", pod->folder, name);
    FILE *file = fopen(path, "w");
    bool written = file != NULL && fputs(content, file) >= 0;
    return file != NULL && fclose(file) == 0 && written;
}

/* As the kubelet would: a fresh token of that account stands in the pod-> */
bool pod_mount_token(struct pod *pod, const char *account)
{
    released_by(reply_release) struct reply reply = { 0 };
    char path[200];

    snprintf(path, sizeof path, "/api/v1/namespaces/default/serviceaccounts/%s/token", account);
    cluster_ask(&pod->cluster, "POST", path, NULL,
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}", &reply);
    return pod_write(pod, "token", json_text(reply.json, "status/token"));
}

static bool make_account(struct pod *pod, const char *name)
{
    char body[200];

    snprintf(body, sizeof body, "{\"metadata\":{\"name\":\"%s\"}}", name);
    return cluster_do(&pod->cluster, "POST", "/api/v1/namespaces/default/serviceaccounts", NULL, body);
}

static bool mount_account(struct pod *pod)
{
    struct buffer ca = { 0 };
    struct error error = { 0 };

    stage_path(&pod->stage, "account", pod->folder);
    bool mounted = mkdir(pod->folder, 0700) == 0 && file_read(pod->cluster.ca, &ca, &error) &&
                   pod_write(pod, "ca.crt", buffer_text(&ca)) && pod_write(pod, "namespace", "default") &&
                   pod_mount_token(pod, "curfew");
    buffer_release(&ca);
    return mounted;
}

static bool open_access(struct pod *pod)
{
    struct error error = { 0 };
    struct access_environment environment = { .service_host = "127.0.0.1",
                                              .service_port = strrchr(pod->cluster.server, ':') + 1,
                                              .service_account_folder = pod->folder };

    if (!access_new(pod->stage.loop, &environment, &pod->access, &error)) {
        printf("%s\n", error.message);
        return false;
    }
    pod->client = client_new(pod->stage.loop, pod->access, "curfew-test/1");
    return true;
}

bool pod_open(struct pod *pod)
{
    return pod_open_with(pod, NULL);
}

bool pod_open_with(struct pod *pod, const char *flag)
{
    static const char rbac[] = "/apis/rbac.authorization.k8s.io/v1/";
    char roles[100], bindings[100];

    snprintf(roles, sizeof roles, "%sclusterroles", rbac);
    snprintf(bindings, sizeof bindings, "%sclusterrolebindings", rbac);
    return stage_open(&pod->stage) && cluster_open_with(&pod->cluster, &pod->stage, "2s", flag) &&
           make_account(pod, "curfew") && make_account(pod, "nobody") &&
           cluster_do(&pod->cluster, "POST", roles, NULL, role) &&
           cluster_do(&pod->cluster, "POST", bindings, NULL, binding) && mount_account(pod) && open_access(pod);
}

bool pod_close(struct pod *pod)
{
    client_free(pod->client);
    access_free(pod->access);
    cluster_close(&pod->cluster);
    return stage_close(&pod->stage);
}
