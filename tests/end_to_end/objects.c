/* tests/end_to_end/objects.c - one table says what tells the kinds apart. */
#include "tests/end_to_end/objects.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 50, NAME_SIZE = 128 };

static void write_workload(const struct object *object, struct buffer *spec);
static void write_controller(const struct object *object, struct buffer *spec);
static void write_fleet(const struct object *object, struct buffer *spec);
static void write_cron_job(const struct object *object, struct buffer *spec);
static void write_autoscaler(const struct object *object, struct buffer *spec);
static void write_scaled_object(const struct object *object, struct buffer *spec);
static void write_scaled_job(const struct object *object, struct buffer *spec);
static void write_job(const struct object *object, struct buffer *spec);
static void write_pod(const struct object *object, struct buffer *spec);

static const struct place {
    const char *resource, *prefix, *version, *kind;
    const char *count; /* path of what is wanted */
    const char *ready; /* path of how many are ready; "" = nobody says */
    void (*write_spec)(const struct object *object, struct buffer *spec);
} places[] = {
    { "deployments", "/apis/apps/v1", "apps/v1", "Deployment", "spec/replicas", "status/readyReplicas",
      write_workload },
    { "statefulsets", "/apis/apps/v1", "apps/v1", "StatefulSet", "spec/replicas", "status/readyReplicas",
      write_workload },
    { "replicasets", "/apis/apps/v1", "apps/v1", "ReplicaSet", "spec/replicas", "status/readyReplicas",
      write_workload },
    { "replicationcontrollers", "/api/v1", "v1", "ReplicationController", "spec/replicas", "status/readyReplicas",
      write_controller },
    { "rollouts", "/apis/argoproj.io/v1alpha1", "argoproj.io/v1alpha1", "Rollout", "spec/replicas",
      "status/readyReplicas", write_workload },
    { "fleets", "/apis/example.test/v1", "example.test/v1", "Fleet", "spec/size", "status/size", write_fleet },
    { "cronjobs", "/apis/batch/v1", "batch/v1", "CronJob", "", "", write_cron_job },
    { "horizontalpodautoscalers", "/apis/autoscaling/v2", "autoscaling/v2", "HorizontalPodAutoscaler",
      "spec/minReplicas", "", write_autoscaler },
    { "scaledobjects", "/apis/keda.sh/v1alpha1", "keda.sh/v1alpha1", "ScaledObject", "", "", write_scaled_object },
    { "scaledjobs", "/apis/keda.sh/v1alpha1", "keda.sh/v1alpha1", "ScaledJob", "", "", write_scaled_job },
    { "jobs", "/apis/batch/v1", "batch/v1", "Job", "spec/parallelism", "status/ready", write_job },
    { "pods", "/api/v1", "v1", "Pod", "", "", write_pod },
    { "namespaces", "/api/v1", "v1", "Namespace", "", "", NULL },
    { "events", "/api/v1", "v1", "Event", "", "", NULL },
};

static const struct place *find_place(const char *resource)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (text_equal(places[i].resource, resource))
            return &places[i];
    printf("no place is known for %s\n", resource);
    abort();
}

void objects_write_path(const char *namespace, const char *resource, struct buffer *path)
{
    buffer_append_text(path, find_place(resource)->prefix);
    if (namespace != NULL)
        buffer_append_format(path, "/namespaces/%s", namespace);
    buffer_append_format(path, "/%s", resource);
}

static void write_item_path(const char *namespace, const char *resource, const char *name, struct buffer *path)
{
    objects_write_path(namespace, resource, path);
    buffer_append_format(path, "/%s", name);
}

/* making: each puts the members of a spec */

static const char *or_none(const char *text)
{
    return text != NULL ? text : "{}";
}

static void write_template(const struct object *object, const char *policy, struct buffer *spec)
{
    buffer_append_format(spec,
                         "\"template\":{\"metadata\":{\"labels\":{\"app\":\"%s\"},\"annotations\":%s},"
                         "\"spec\":{%s\"restartPolicy\":\"%s\",\"terminationGracePeriodSeconds\":0,"
                         "\"containers\":[{\"name\":\"main\",\"image\":\"example.test/main\"}]}}",
                         object->name, or_none(object->pod_annotations),
                         object->pod_spec != NULL ? object->pod_spec : "", policy);
}

static void write_workload(const struct object *object, struct buffer *spec)
{
    if (text_equal(object->resource, "statefulsets"))
        buffer_append_text(spec, "\"serviceName\":\"none\",\"podManagementPolicy\":\"Parallel\",");
    buffer_append_format(spec, "\"replicas\":%d,\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},", object->count,
                         object->name);
    write_template(object, "Always", spec);
}

static void write_controller(const struct object *object, struct buffer *spec)
{
    buffer_append_format(spec, "\"replicas\":%d,\"selector\":{\"app\":\"%s\"},", object->count, object->name);
    write_template(object, "Always", spec);
}

static void write_fleet(const struct object *object, struct buffer *spec)
{
    buffer_append_format(spec, "\"size\":%d,\"engines\":[\"diesel\",\"steam\"]", object->count);
}

/* Next in January, so that none runs while a test does. */
static void write_cron_job(const struct object *object, struct buffer *spec)
{
    buffer_append_format(spec, "\"schedule\":\"30 4 1 1 *\",\"suspend\":%s,\"jobTemplate\":{\"spec\":{",
                         object->count == 0 ? "true" : "false");
    write_template(object, "Never", spec);
    buffer_append_text(spec, "}}");
}

static const char *target_name(const struct object *object)
{
    return strchr(object->target, '/') + 1;
}

static void write_target(const struct object *object, struct buffer *spec)
{
    int length = (int) strcspn(object->target, "/");

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strncmp(places[i].kind, object->target, (size_t) length) == 0 && places[i].kind[length] == '\0')
            buffer_append_format(spec, "\"scaleTargetRef\":{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"name\":\"%s\"}",
                                 places[i].version, places[i].kind, target_name(object));
}

static void write_autoscaler(const struct object *object, struct buffer *spec)
{
    buffer_append_format(spec, "\"minReplicas\":%d,\"maxReplicas\":1000,", object->count);
    if (object->count == 0) /* which only other metrics than those of pods may have */
        buffer_append_text(spec, "\"metrics\":[{\"type\":\"External\",\"external\":{\"metric\":{\"name\":\"queue\"},"
                                 "\"target\":{\"type\":\"Value\",\"value\":\"1\"}}}],");
    write_target(object, spec);
}

static void write_scaled_object(const struct object *object, struct buffer *spec)
{
    write_target(object, spec);
    buffer_append_text(spec,
                       ",\"minReplicaCount\":1,\"triggers\":[{\"type\":\"cron\",\"metadata\":{\"start\":\"0 6 * * "
                       "*\",\"end\":\"0 20 * * *\",\"desiredReplicas\":\"3\"}}]");
}

static void write_scaled_job(const struct object *object, struct buffer *spec)
{
    buffer_append_text(spec, "\"jobTargetRef\":{");
    write_template(object, "Never", spec);
    buffer_append_text(spec, "},\"triggers\":[{\"type\":\"rabbitmq\",\"metadata\":{\"queueName\":\"mail\"}}]");
}

static void write_job(const struct object *object, struct buffer *spec)
{
    buffer_append_format(spec, "\"parallelism\":%d,\"completions\":%d,", object->count, object->count);
    write_template(object, "Never", spec);
}

static void write_pod(const struct object *object, struct buffer *spec)
{
    (void) object;
    buffer_append_text(spec, "\"terminationGracePeriodSeconds\":0,\"containers\":[{\"name\":\"main\","
                             "\"image\":\"example.test/main\"}]");
}

bool object_make(struct cluster *cluster, const char *namespace, const struct object *object)
{
    released_by(buffer_release) struct buffer path = { 0 };
    released_by(buffer_release) struct buffer body = { 0 };
    const struct place *place = find_place(object->resource);
    const char *annotations = text_equal(object->resource, "pods") && object->annotations == NULL
                                  ? object->pod_annotations
                                  : object->annotations;

    objects_write_path(namespace, object->resource, &path);
    buffer_append_format(&body, "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{%s\"name\":\"%s\",",
                         place->version, place->kind, object->metadata != NULL ? object->metadata : "", object->name);
    buffer_append_format(&body, "\"annotations\":%s},\"spec\":{%s", or_none(annotations),
                         object->spec != NULL ? object->spec : "");
    place->write_spec(object, &body);
    buffer_append_text(&body, "}}");
    return cluster_do(cluster, "POST", buffer_text(&path), NULL, buffer_text(&body));
}

/* reading */

cJSON *object_read(struct cluster *cluster, const char *namespace, const char *resource, const char *name)
{
    released_by(reply_release) struct reply reply = { 0 };
    released_by(buffer_release) struct buffer path = { 0 };
    cJSON *object = NULL;

    write_item_path(namespace, resource, name, &path);
    cluster_ask(cluster, "GET", buffer_text(&path), NULL, NULL, &reply);
    if (reply.status == 200) {
        object = reply.json;
        reply.json = NULL;
    }
    return object;
}

static bool is_paused(const cJSON *object)
{
    const cJSON *annotations = json_find(object, "metadata/annotations");
    const char *paused = cJSON_GetStringValue(json_member(annotations, "autoscaling.keda.sh/paused"));

    return paused != NULL && text_equal(paused, "true");
}

static int number_at(const cJSON *object, const char *path, int fallback)
{
    int64_t number = fallback;
    struct error error;

    return json_number(object, path, fallback, 0, 1000000, &number, &error) ? (int) number : fallback;
}

int object_count(const char *resource, const cJSON *object)
{
    if (object == NULL)
        return -1;
    if (text_equal(resource, "cronjobs"))
        return json_is_true(object, "spec/suspend") ? 0 : 1;
    if (text_equal(resource, "scaledobjects") || text_equal(resource, "scaledjobs"))
        return is_paused(object) ? 0 : 1;
    if (text_equal(resource, "pods"))
        return 1;
    return number_at(object, find_place(resource)->count, -1);
}

const char *object_count_path(const char *resource)
{
    return find_place(resource)->count;
}

bool object_is_settled(const char *resource, const cJSON *object)
{
    const struct place *place = find_place(resource);
    const cJSON *annotations = json_find(object, "metadata/annotations");

    if (place->ready[0] == '\0')
        return true;
    if (text_equal(resource, "deployments") && json_member(annotations, "deployment.kubernetes.io/revision") == NULL)
        return false;
    return number_at(object, place->ready, 0) == number_at(object, place->count, 1);
}

bool object_patch(struct cluster *cluster, const char *namespace, const char *resource, const char *name,
                  const char *manager, const char *patch)
{
    released_by(buffer_release) struct buffer path = { 0 };

    write_item_path(namespace, resource, name, &path);
    if (manager != NULL)
        buffer_append_format(&path, "?fieldManager=%s", manager);
    return cluster_do(cluster, "PATCH", buffer_text(&path), "application/merge-patch+json", patch);
}

bool object_delete(struct cluster *cluster, const char *namespace, const char *resource, const char *name)
{
    released_by(buffer_release) struct buffer path = { 0 };

    write_item_path(namespace, resource, name, &path);
    return cluster_do(cluster, "DELETE", buffer_text(&path), NULL, NULL);
}

/* short texts */

/* Copies up to one of the characters, behind which the rest begins. */
static const char *read_word(const char *text, const char *ends, char word[NAME_SIZE])
{
    size_t length = strcspn(text, ends);

    snprintf(word, NAME_SIZE, "%.*s", (int) length, text);
    return text[length] == '\0' ? text + length : text + length + 1;
}

/* "deployments/web 3" and what is behind it. NULL: that was all. */
static const char *read_count(const char *counts, char resource[NAME_SIZE], char name[NAME_SIZE], int *ret_count)
{
    char number[NAME_SIZE], *end = NULL;

    if (counts[0] == '\0')
        return NULL;
    counts = read_word(counts, "/", resource);
    counts = read_word(counts, " ", name);
    counts = read_word(counts, " ", number);
    *ret_count = (int) strtol(number, &end, 10);
    if (end == number) {
        printf("%s/%s has no count\n", resource, name);
        abort();
    }
    return counts;
}

bool objects_make(struct cluster *cluster, const char *namespace, const char *counts)
{
    char resource[NAME_SIZE], name[NAME_SIZE];
    struct object object = { .resource = resource, .name = name };
    bool made = true;

    while (made && (counts = read_count(counts, resource, name, &object.count)) != NULL)
        made = object_make(cluster, namespace, &object);
    return made;
}

/* How it is, in the words of counts. */
static void write_standing(struct cluster *cluster, const char *namespace, const char *counts, struct buffer *standing)
{
    char resource[NAME_SIZE], name[NAME_SIZE];
    int count;

    while ((counts = read_count(counts, resource, name, &count)) != NULL) {
        released_by(json_release) cJSON *object = object_read(cluster, namespace, resource, name);
        buffer_append_format(standing, "%s%s/%s %d", standing->length > 0 ? " " : "", resource, name,
                             object_count(resource, object));
    }
}

static bool stand_at(struct cluster *cluster, const char *namespace, const char *counts, int64_t until_ms)
{
    for (;;) {
        released_by(buffer_release) struct buffer standing = { 0 };
        write_standing(cluster, namespace, counts, &standing);
        if (text_equal(buffer_text(&standing), counts))
            return true;
        if (stage_now_ms(cluster->stage) > until_ms) {
            printf("\n  %s: is \"%s\", expected \"%s\"\n", namespace, buffer_text(&standing), counts);
            return false;
        }
        stage_pass(cluster->stage, LOOK_AGAIN_MS);
    }
}

bool objects_stand_at(struct cluster *cluster, const char *namespace, const char *counts)
{
    return stand_at(cluster, namespace, counts, 0);
}

bool objects_come_to(struct cluster *cluster, const char *namespace, const char *counts)
{
    return stand_at(cluster, namespace, counts, stage_now_ms(cluster->stage) + STAGE_PATIENCE_MS);
}

static bool are_settled(struct cluster *cluster, const char *namespace, const char *counts)
{
    char resource[NAME_SIZE], name[NAME_SIZE];
    bool settled = true;
    int count;

    while (settled && (counts = read_count(counts, resource, name, &count)) != NULL) {
        released_by(json_release) cJSON *object = object_read(cluster, namespace, resource, name);
        settled = object != NULL && object_is_settled(resource, object);
    }
    return settled;
}

bool objects_become_ready(struct cluster *cluster, const char *namespace, const char *counts)
{
    int64_t until_ms = stage_now_ms(cluster->stage) + STAGE_PATIENCE_MS;

    while (!are_settled(cluster, namespace, counts)) {
        if (stage_now_ms(cluster->stage) > until_ms) {
            printf("\n  %s: does not become ready: %s\n", namespace, counts);
            return false;
        }
        stage_pass(cluster->stage, LOOK_AGAIN_MS);
    }
    return true;
}
