/* tests/standin/cluster_seed.c - made with the same writes as a client's. */
#include "tests/standin/cluster_seed.h"

#include "tests/standin/cluster_writes.h"

#include <assert.h>

struct seeded_namespace {
    const char *name;
    const char *label; /* the value of scheduler */
};

static const struct seeded_namespace namespaces[] = {
    { "dev1", "enabled" },   { "dev2", "enabled" },     { "payments", "enabled" },
    { "search", "enabled" }, { "staging", "disabled" },
};

struct seeded_workload {
    const char *namespace;
    int kind;
    const char *name;
    int replicas;
    bool excluded; /* curfew/exclude */
};

static const struct seeded_workload workloads[] = {
    { "dev1", CLUSTER_DEPLOYMENT, "api", 2, false },         { "dev1", CLUSTER_DEPLOYMENT, "load-test", 0, false },
    { "dev1", CLUSTER_DEPLOYMENT, "web", 3, false },         { "dev1", CLUSTER_STATEFULSET, "postgres", 1, false },
    { "dev2", CLUSTER_DEPLOYMENT, "api", 1, false },         { "dev2", CLUSTER_DEPLOYMENT, "web", 1, false },
    { "payments", CLUSTER_DEPLOYMENT, "gateway", 2, false }, { "payments", CLUSTER_DEPLOYMENT, "ledger", 2, false },
    { "payments", CLUSTER_DEPLOYMENT, "vault", 1, true },    { "payments", CLUSTER_STATEFULSET, "ledger-db", 2, false },
    { "search", CLUSTER_DEPLOYMENT, "frontend", 2, false },  { "search", CLUSTER_DEPLOYMENT, "indexer", 4, false },
    { "search", CLUSTER_STATEFULSET, "elastic", 3, false },  { "staging", CLUSTER_DEPLOYMENT, "api", 2, false },
    { "staging", CLUSTER_DEPLOYMENT, "web", 2, false },      { "staging", CLUSTER_DEPLOYMENT, "worker", 1, false },
};

static void create(struct cluster *cluster, int kind, const char *namespace, cJSON *sent)
{
    const struct cluster_target target = { .objects = &cluster->objects,
                                           .kind = &cluster_kinds[kind],
                                           .namespace = namespace,
                                           .name = "",
                                           .now = loop_now(cluster->loop) };
    struct cluster_answer answer = cluster_create(&target, sent);

    assert(answer.status == 201);
    cJSON_Delete(answer.body);
    cJSON_Delete(sent);
}

static void add_namespace(struct cluster *cluster, const struct seeded_namespace *seeded)
{
    cJSON *sent = cJSON_CreateObject();
    cJSON *metadata = cJSON_AddObjectToObject(sent, "metadata");

    cJSON_AddStringToObject(metadata, "name", seeded->name);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(metadata, "labels"), "scheduler", seeded->label);
    create(cluster, CLUSTER_NAMESPACE, "", sent);
}

static void add_labels(cJSON *owner, const char *member, const char *app)
{
    cJSON_AddStringToObject(cJSON_AddObjectToObject(owner, member), "app", app);
}

static void add_workload(struct cluster *cluster, const struct seeded_workload *seeded)
{
    cJSON *sent = cJSON_CreateObject();
    cJSON *metadata = cJSON_AddObjectToObject(sent, "metadata");
    cJSON *spec = cJSON_AddObjectToObject(sent, "spec");
    cJSON *template = cJSON_AddObjectToObject(spec, "template");
    cJSON *container = cJSON_CreateObject();

    cJSON_AddStringToObject(metadata, "name", seeded->name);
    add_labels(metadata, "labels", seeded->name);
    if (seeded->excluded)
        cJSON_AddStringToObject(cJSON_AddObjectToObject(metadata, "annotations"), "curfew/exclude", "true");
    cJSON_AddNumberToObject(spec, "replicas", seeded->replicas);
    add_labels(cJSON_AddObjectToObject(spec, "selector"), "matchLabels", seeded->name);
    add_labels(cJSON_AddObjectToObject(template, "metadata"), "labels", seeded->name);
    cJSON_AddStringToObject(container, "name", "main");
    cJSON_AddStringToObject(container, "image", "registry.invalid/main:1");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(cJSON_AddObjectToObject(template, "spec"), "containers"), container);
    if (seeded->kind == CLUSTER_STATEFULSET)
        cJSON_AddStringToObject(spec, "serviceName", seeded->name);
    create(cluster, seeded->kind, seeded->namespace, sent);
}

/* What would take some seconds has already happened. */
static void bring_up(struct cluster *cluster)
{
    int64_t now_ms = loop_monotonic_ms(cluster->loop);

    controllers_notice(&cluster->controllers, &cluster->objects, now_ms);
    while (controllers_due_ms(&cluster->controllers) != INT64_MAX) {
        now_ms = controllers_due_ms(&cluster->controllers);
        controllers_run(&cluster->controllers, &cluster->objects, now_ms, loop_now(cluster->loop));
        controllers_notice(&cluster->controllers, &cluster->objects, now_ms);
    }
    cluster_settle(cluster);
}

void cluster_seed(struct cluster *cluster)
{
    for (size_t i = 0; i < sizeof namespaces / sizeof namespaces[0]; i++)
        add_namespace(cluster, &namespaces[i]);
    for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; i++)
        add_workload(cluster, &workloads[i]);
    bring_up(cluster);
}
