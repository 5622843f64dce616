/* k8s/pod.c - whose a pod is, and what keeps it from being ready. */
#include "k8s/pod.h"

#include <string.h>

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "k8s/object.h"
#include "k8s/status.h"

/* Who makes pods through ReplicaSets, and by which label it tells them apart. */
struct maker {
    const char *kind, *label;
};

static const struct maker makers[] = { { "Deployment", "pod-template-hash" },
                                       { "Rollout", "rollouts-pod-template-hash" } };

static enum pod_trouble read_containers(const cJSON *statuses, struct buffer *sentence);
static enum pod_trouble read_container(const cJSON *status, struct buffer *sentence);
static void append_end(const cJSON *terminated, struct buffer *sentence);

bool pod_is_bare(const cJSON *object)
{
    const char *phase = json_text(object, "status/phase");
    struct reference controller;

    return !object_controller(object, &controller) && !text_equal(phase, "Succeeded") && !text_equal(phase, "Failed");
}

/* The ReplicaSet of NAME is called NAME-HASH. */
static bool is_replica_set_of(const char *replica_set, const char *name, const char *hash)
{
    size_t length = strlen(name);

    return hash[0] != '\0' && strncmp(replica_set, name, length) == 0 && replica_set[length] == '-' &&
           text_equal(replica_set + length + 1, hash);
}

bool pod_belongs_to(const cJSON *object, const char *kind, const char *name)
{
    struct reference controller;

    if (!object_controller(object, &controller))
        return false;
    if (text_equal(controller.kind, kind) && text_equal(controller.name, name))
        return true;
    if (!text_equal(controller.kind, "ReplicaSet"))
        return false;
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        const cJSON *hash = json_member(json_find(object, "metadata/labels"), makers[i].label);
        if (text_equal(kind, makers[i].kind) && cJSON_IsString(hash) &&
            is_replica_set_of(controller.name, name, hash->valuestring))
            return true;
    }
    return false;
}

static void append_reason(struct buffer *sentence, const char *reason, const char *message)
{
    buffer_append_text(sentence, reason);
    if (message[0] != '\0')
        buffer_append_format(sentence, "%s%s", reason[0] != '\0' ? ": " : "", message);
}

static enum pod_trouble read_trouble(const cJSON *object, struct buffer *sentence)
{
    const cJSON *unscheduled = object_condition(object, "PodScheduled", "False");

    if (json_find(object, "metadata/deletionTimestamp") != NULL || object_condition(object, "Ready", "True") != NULL)
        return POD_FINE;
    if (unscheduled != NULL) {
        append_reason(sentence, json_text(unscheduled, "reason"), json_text(unscheduled, "message"));
        return POD_UNSCHEDULABLE;
    }

    enum pod_trouble trouble = read_containers(json_find(object, "status/initContainerStatuses"), sentence);
    if (trouble == POD_FINE || trouble == POD_STARTS) {
        buffer_clear(sentence);
        enum pod_trouble later = read_containers(json_find(object, "status/containerStatuses"), sentence);
        trouble = later > trouble ? later : trouble;
    }
    return trouble == POD_FINE ? POD_STARTS : trouble;
}

enum pod_trouble pod_read_trouble(const cJSON *object, char *reason, size_t size)
{
    released_by(buffer_release) struct buffer sentence = { 0 };
    enum pod_trouble trouble = read_trouble(object, &sentence);

    status_copy_line(reason, size, buffer_text(&sentence));
    return trouble;
}

/* The worst of them, the first of its kind. */
static enum pod_trouble read_containers(const cJSON *statuses, struct buffer *sentence)
{
    enum pod_trouble worst = POD_FINE;
    const cJSON *status;

    cJSON_ArrayForEach(status, statuses)
    {
        released_by(buffer_release) struct buffer own = { 0 };
        enum pod_trouble trouble = read_container(status, &own);

        if (trouble <= worst)
            continue;
        worst = trouble;
        buffer_clear(sentence);
        buffer_append_format(sentence, "%s: %s", json_text(status, "name"), buffer_text(&own));
    }
    return worst;
}

static enum pod_trouble read_container(const cJSON *status, struct buffer *sentence)
{
    const cJSON *waiting = json_find(status, "state/waiting"), *terminated = json_find(status, "state/terminated");
    const cJSON *last = json_find(status, "lastState/terminated");
    const char *reason = json_text(waiting, "reason");

    if (text_equal(reason, "ContainerCreating") || text_equal(reason, "PodInitializing")) {
        buffer_append_text(sentence, reason);
        return POD_STARTS;
    }
    if (text_equal(reason, "CrashLoopBackOff") && last != NULL) {
        buffer_append_format(sentence, "%s: ", reason);
        append_end(last, sentence);
        return POD_FAILS;
    }
    if (waiting != NULL) {
        append_reason(sentence, reason, json_text(waiting, "message"));
        return POD_FAILS;
    }
    if (terminated != NULL) {
        append_end(terminated, sentence);
        return text_equal(json_text(terminated, "reason"), "Completed") ? POD_FINE : POD_FAILS;
    }
    buffer_append_text(sentence, "runs, but is not ready");
    return json_is_true(status, "ready") ? POD_FINE : POD_NOT_READY;
}

/* "exit code 137 (OOMKilled)". The server leaves an exit code of 0 in. */
static void append_end(const cJSON *terminated, struct buffer *sentence)
{
    const cJSON *code = json_find(terminated, "exitCode");
    const char *reason = json_text(terminated, "reason");

    buffer_append_format(sentence, "ended with exit code %d", cJSON_IsNumber(code) ? code->valueint : 0);
    if (reason[0] != '\0' && !text_equal(reason, "Error"))
        buffer_append_format(sentence, " (%s)", reason);
}
