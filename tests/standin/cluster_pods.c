/* tests/standin/cluster_pods.c - numbers and conditions as the controllers of Kubernetes write them. */
#include "tests/standin/cluster_pods.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster_writes.h"

#include <stddef.h>

/* What a status says, in numbers. */
struct pods {
    int wanted, existing, ready, ending;
    bool never_ready;
};

static int number_of(const cJSON *json, const char *path)
{
    const cJSON *found = json_find(json, path);

    return cJSON_IsNumber(found) ? (int) found->valuedouble : 0;
}

bool pods_are_observed(const cJSON *json)
{
    return number_of(json, "status/observedGeneration") == number_of(json, "metadata/generation");
}

static struct pods read_pods(const cJSON *json)
{
    const cJSON *annotations = json_find(json, "spec/template/metadata/annotations");

    return (struct pods){ .wanted = number_of(json, "spec/replicas"),
                          .existing = number_of(json, "status/replicas"),
                          .ready = number_of(json, "status/readyReplicas"),
                          .ending = number_of(json, "status/terminatingReplicas"),
                          .never_ready = json_member(annotations, "cluster/never-ready") != NULL };
}

/* Numbers that are 0 are left out, as Go does. */
static void put_number(cJSON *status, const char *name, int number, bool always)
{
    if (number != 0 || always)
        cluster_set(status, name, cJSON_CreateNumber(number));
    else
        cJSON_DeleteItemFromObjectCaseSensitive(status, name);
}

static void put_condition(cJSON *status, const char *type, bool holds, const char *reason, const char *message,
                          int64_t now)
{
    cJSON *conditions = cJSON_GetObjectItemCaseSensitive(status, "conditions");
    cJSON *condition = NULL;
    cJSON *found = NULL;
    char instant[CLUSTER_INSTANT_SIZE];

    cluster_write_instant(instant, now);
    cJSON_ArrayForEach(condition, conditions)
    {
        if (text_equal(json_text(condition, "type"), type))
            found = condition;
    }
    if (found != NULL && text_equal(json_text(found, "reason"), reason))
        return;
    if (conditions == NULL)
        conditions = cJSON_AddArrayToObject(status, "conditions");
    if (found == NULL) {
        found = cJSON_CreateObject();
        cJSON_AddItemToArray(conditions, found);
    }
    cluster_set(found, "type", cJSON_CreateString(type));
    cluster_set(found, "status", cJSON_CreateString(holds ? "True" : "False"));
    cluster_set(found, "lastUpdateTime", cJSON_CreateString(instant));
    cluster_set(found, "lastTransitionTime", cJSON_CreateString(instant));
    cluster_set(found, "reason", cJSON_CreateString(reason));
    cluster_set(found, "message", cJSON_CreateString(message));
}

static void put_conditions(cJSON *json, const struct pods *pods, int64_t elapsed_s, int64_t now)
{
    cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
    bool is_available = pods->ready >= pods->wanted - pods->wanted / 4;

    if (is_available)
        put_condition(status, "Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.",
                      now);
    else
        put_condition(status, "Available", false, "MinimumReplicasUnavailable",
                      "Deployment does not have minimum availability.", now);
    if (pods->ready >= pods->wanted)
        put_condition(status, "Progressing", true, "NewReplicaSetAvailable", "ReplicaSet has successfully progressed.",
                      now);
    else if (elapsed_s >= number_of(json, "spec/progressDeadlineSeconds"))
        put_condition(status, "Progressing", false, "ProgressDeadlineExceeded", "ReplicaSet has timed out progressing.",
                      now);
}

static void write_pods(const struct cluster_kind *kind, cJSON *json, const struct pods *pods)
{
    cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
    bool is_deployment = kind == &cluster_kinds[CLUSTER_DEPLOYMENT];

    cluster_set(status, "observedGeneration", cJSON_CreateNumber(number_of(json, "metadata/generation")));
    put_number(status, "replicas", pods->existing, !is_deployment);
    put_number(status, "updatedReplicas", pods->existing, false);
    put_number(status, "readyReplicas", pods->ready, false);
    put_number(status, "availableReplicas", pods->ready, !is_deployment);
    if (is_deployment) {
        put_number(status, "unavailableReplicas", pods->wanted > pods->ready ? pods->wanted - pods->ready : 0, false);
        put_number(status, "terminatingReplicas", pods->ending, true);
    } else {
        put_number(status, "currentReplicas", pods->existing, false);
        put_number(status, "collisionCount", 0, true);
    }
}

/* A Deployment forgets pods as soon as they are told to end. */
static enum pods_next step_deployment(struct pods *pods, bool is_observed)
{
    if (is_observed) {
        pods->ending = 0;
        if (!pods->never_ready)
            pods->ready = pods->wanted;
    } else {
        pods->ending = pods->existing > pods->wanted ? pods->existing - pods->wanted : 0;
        pods->existing = pods->wanted;
        pods->ready = pods->ready < pods->wanted ? pods->ready : pods->wanted;
    }
    if (pods->ready < pods->wanted)
        return pods->never_ready ? PODS_HANG : PODS_START;
    return pods->ending > 0 ? PODS_STOP : PODS_REST;
}

/* A StatefulSet counts pods until they are gone, and goes on only when all that exist are ready. */
static enum pods_next step_statefulset(struct pods *pods, bool is_observed)
{
    if (is_observed && pods->existing > pods->wanted)
        pods->existing--;
    else if (is_observed && pods->ready < pods->existing && !pods->never_ready)
        pods->ready++;
    if (pods->existing < pods->wanted && pods->ready == pods->existing)
        pods->existing++;
    if (pods->existing > pods->wanted) {
        pods->ready = pods->ready < pods->existing - 1 ? pods->ready : pods->existing - 1;
        return PODS_STOP;
    }
    if (pods->ready < pods->existing)
        return pods->never_ready ? PODS_REST : PODS_START;
    return PODS_REST;
}

enum pods_next pods_step(const struct cluster_kind *kind, cJSON *json, int64_t elapsed_s, int64_t now)
{
    struct pods pods = read_pods(json);
    bool is_observed = pods_are_observed(json);
    enum pods_next next = PODS_REST;

    if (kind == &cluster_kinds[CLUSTER_STATEFULSET]) {
        next = step_statefulset(&pods, is_observed);
    } else {
        next = step_deployment(&pods, is_observed);
        put_conditions(json, &pods, elapsed_s, now);
        if (next == PODS_HANG && elapsed_s >= number_of(json, "spec/progressDeadlineSeconds"))
            next = PODS_REST;
    }
    write_pods(kind, json, &pods);
    return next;
}
