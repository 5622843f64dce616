/* tests/standin/cluster_writes.c - every write makes a new state from the one that is there. */
#include "tests/standin/cluster_writes.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "tests/standin/cluster_events.h"
#include "tests/standin/cluster_merge.h"
#include "tests/standin/cluster_validation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { UUID_SIZE = 37, HEX_SIZE = 33 };

static bool check_namespace(const struct cluster_target *target, const char *name, struct cluster_answer *ret_refusal);
static cJSON *make_metadata(const struct cluster_target *target, const cJSON *sent);
static void fill(const struct cluster_kind *kind, const cJSON *sent, cJSON *json);
static bool check_patched(const struct cluster_object *object, const cJSON *metadata,
                          struct cluster_answer *ret_refusal);
static void keep_what_is_its_own(const struct cluster_object *object, cJSON *json);

struct cluster_answer cluster_create(const struct cluster_target *target, const cJSON *sent)
{
    struct cluster_answer answer = { 0 };
    const struct cluster_kind *kind = target->kind;
    const char *name = json_text(sent, "metadata/name");
    released_by(json_release) cJSON *json = cJSON_CreateObject();

    if (!check_namespace(target, name, &answer))
        return answer;
    cJSON_AddItemToObject(json, "metadata", make_metadata(target, sent));
    fill(kind, sent, json);
    if (!cluster_validate(kind, json, &answer))
        return answer;
    if (cluster_objects_find(target->objects, kind, target->namespace, name) != NULL)
        return status_already_exists(kind, name);
    if (cluster_is_event(kind) && !target->dry_run)
        cluster_events_drop_oldest(target->objects);
    if (target->objects->count == CLUSTER_OBJECTS_MAX)
        return status_plain(500, "", "etcdserver: mvcc: database space exceeded");
    answer = (struct cluster_answer){ .status = 201, .body = cluster_store(target, json) };
    json = NULL;
    return answer;
}

struct cluster_answer cluster_patch(const struct cluster_target *target, const cJSON *patch)
{
    struct cluster_answer answer = { .status = 200 };
    const struct cluster_kind *kind = target->kind;
    const struct cluster_object *object = cluster_objects_find(target->objects, kind, target->namespace, target->name);
    released_by(json_release) cJSON *json = NULL;

    if (object == NULL)
        return status_not_found(kind, target->name);
    json = cluster_merge(cJSON_Duplicate(object->json, true), patch);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "kind");
    cJSON_DeleteItemFromObjectCaseSensitive(json, "apiVersion");
    if (!check_patched(object, json_member(json, "metadata"), &answer))
        return answer;
    keep_what_is_its_own(object, json);
    if (!cluster_validate(kind, json, &answer))
        return answer;
    answer.body = cluster_store(target, json);
    json = NULL;
    return answer;
}

struct cluster_answer cluster_delete(const struct cluster_target *target, const cJSON *options)
{
    const struct cluster_kind *kind = target->kind;
    const struct cluster_object *object = cluster_objects_find(target->objects, kind, target->namespace, target->name);
    struct cluster_answer answer = { .status = 200 };
    char instant[CLUSTER_INSTANT_SIZE];
    cJSON *json = NULL;

    if (object == NULL)
        return status_not_found(kind, target->name);
    if (!cluster_check_preconditions(object, "", json_member(options, "preconditions"), &answer))
        return answer;
    if (kind->namespaced) {
        answer = status_deleted(kind, target->name, json_text(object->json, "metadata/uid"));
        if (!target->dry_run)
            cluster_objects_remove(target->objects, object);
        return answer;
    }
    json = cJSON_Duplicate(object->json, true);
    if (json_find(json, "metadata/deletionTimestamp") == NULL) {
        cluster_write_instant(instant, target->now);
        cluster_set(cJSON_GetObjectItemCaseSensitive(json, "metadata"), "deletionTimestamp",
                    cJSON_CreateString(instant));
        cluster_set(cJSON_GetObjectItemCaseSensitive(json, "status"), "phase", cJSON_CreateString("Terminating"));
    }
    answer.body = cluster_store(target, json);
    return answer;
}

/* A workload needs a namespace that stays. */
static bool check_namespace(const struct cluster_target *target, const char *name, struct cluster_answer *ret_refusal)
{
    const struct cluster_kind *namespaces = &cluster_kinds[CLUSTER_NAMESPACE];
    const struct cluster_object *namespace = NULL;

    if (!target->kind->namespaced)
        return true;
    namespace = cluster_objects_find(target->objects, namespaces, "", target->namespace);
    if (namespace == NULL) {
        *ret_refusal = status_not_found(namespaces, target->namespace);
        return false;
    }
    if (json_find(namespace->json, "metadata/deletionTimestamp") != NULL) {
        *ret_refusal = status_terminating(target->kind, target->namespace, name);
        return false;
    }
    return true;
}

/* Version 4 of RFC 9562. */
static void write_uuid(char text[UUID_SIZE])
{
    char digits[HEX_SIZE];

    random_hex(digits, sizeof digits);
    digits[12] = '4';
    digits[16] = "89ab"[digits[16] % 4];
    (void) snprintf(text, UUID_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", digits, digits + 8, digits + 12, digits + 16,
                    digits + 20);
}

static void copy_member(cJSON *target, const cJSON *source, const char *name)
{
    const cJSON *member = json_member(source, name);

    if (member != NULL)
        cluster_set(target, name, cJSON_Duplicate(member, true));
    else
        cJSON_DeleteItemFromObjectCaseSensitive(target, name);
}

/* The label that every namespace has. */
static void add_name_label(cJSON *metadata)
{
    cJSON *labels = cJSON_GetObjectItemCaseSensitive(metadata, "labels");

    if (!cJSON_IsObject(labels)) {
        labels = cJSON_CreateObject();
        cluster_set(metadata, "labels", labels);
    }
    cluster_set(labels, "kubernetes.io/metadata.name", cJSON_CreateString(json_text(metadata, "name")));
}

static cJSON *make_metadata(const struct cluster_target *target, const cJSON *sent)
{
    static const char *const taken_over[] = { "labels", "annotations", "ownerReferences" };
    const cJSON *wanted = json_member(sent, "metadata");
    cJSON *metadata = cJSON_CreateObject();
    char uuid[UUID_SIZE], instant[CLUSTER_INSTANT_SIZE];

    write_uuid(uuid);
    cluster_write_instant(instant, target->now);
    cJSON_AddStringToObject(metadata, "name", json_text(wanted, "name"));
    if (target->kind->namespaced)
        cJSON_AddStringToObject(metadata, "namespace", target->namespace);
    cJSON_AddStringToObject(metadata, "uid", uuid);
    cJSON_AddStringToObject(metadata, "resourceVersion", "");
    if (target->kind->namespaced && !cluster_is_event(target->kind))
        cJSON_AddNumberToObject(metadata, "generation", 1);
    cJSON_AddStringToObject(metadata, "creationTimestamp", instant);
    for (size_t i = 0; i < sizeof taken_over / sizeof taken_over[0]; i++)
        copy_member(metadata, wanted, taken_over[i]);
    if (!target->kind->namespaced)
        add_name_label(metadata);
    return metadata;
}

static void add_default(cJSON *object, const char *name, cJSON *value)
{
    if (cJSON_HasObjectItem(object, name))
        cJSON_Delete(value);
    else
        cJSON_AddItemToObject(object, name, value);
}

static void add_defaults(const struct cluster_kind *kind, cJSON *json)
{
    cJSON *spec = cJSON_GetObjectItemCaseSensitive(json, "spec");
    cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
    const char *kubernetes = "kubernetes";

    if (kind == &cluster_kinds[CLUSTER_NAMESPACE]) {
        cluster_set(spec, "finalizers", cJSON_CreateStringArray(&kubernetes, 1));
        cJSON_AddStringToObject(status, "phase", "Active");
        return;
    }
    if (kind == &cluster_kinds[CLUSTER_CRON_JOB]) {
        add_default(spec, "concurrencyPolicy", cJSON_CreateString("Allow"));
        add_default(spec, "suspend", cJSON_CreateFalse());
        add_default(spec, "successfulJobsHistoryLimit", cJSON_CreateNumber(3));
        add_default(spec, "failedJobsHistoryLimit", cJSON_CreateNumber(1));
        return;
    }
    add_default(spec, "replicas", cJSON_CreateNumber(1));
    add_default(spec, "revisionHistoryLimit", cJSON_CreateNumber(10));
    if (kind == &cluster_kinds[CLUSTER_DEPLOYMENT]) {
        add_default(spec, "strategy",
                    cJSON_Parse("{\"type\":\"RollingUpdate\","
                                "\"rollingUpdate\":{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\"}}"));
        add_default(spec, "progressDeadlineSeconds", cJSON_CreateNumber(600));
        return;
    }
    add_default(spec, "podManagementPolicy", cJSON_CreateString("OrderedReady"));
    add_default(spec, "persistentVolumeClaimRetentionPolicy",
                cJSON_Parse("{\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}"));
    cJSON_AddNumberToObject(status, "replicas", 0);
    cJSON_AddNumberToObject(status, "availableReplicas", 0);
}

static void fill(const struct cluster_kind *kind, const cJSON *sent, cJSON *json)
{
    const cJSON *spec = json_member(sent, "spec");

    if (cluster_is_event(kind)) {
        cluster_event_fill(json, sent);
        return;
    }
    cJSON_AddItemToObject(json, "spec", cJSON_IsObject(spec) ? cJSON_Duplicate(spec, true) : cJSON_CreateObject());
    cJSON_AddItemToObject(json, "status", cJSON_CreateObject());
    add_defaults(kind, json);
}

static bool check_name(const struct cluster_object *object, const cJSON *metadata, struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer message = { 0 };
    const char *sent = json_text(metadata, "name"), *name = cluster_object_name(object);

    if (sent[0] == '\0' || text_equal(sent, name))
        return true;
    buffer_append_format(&message, "the name of the object (%s) does not match the name on the URL (%s)", sent, name);
    *ret_refusal = status_plain(400, "BadRequest", buffer_text(&message));
    return false;
}

static bool is_other(const char *sent, const char *actual)
{
    return sent[0] != '\0' && !text_equal(sent, actual);
}

/* *ret_overtaken: it is a version, but not the one that stands there. */
static bool check_version(const struct cluster_object *object, const cJSON *metadata, bool *ret_overtaken,
                          struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer message = { 0 };
    const char *version = json_text(metadata, "resourceVersion");
    char *end = NULL;
    unsigned long long revision = strtoull(version, &end, 10);

    *ret_overtaken = version[0] != '\0' && revision != (unsigned long long) object->revision;
    if (*end == '\0')
        return true;
    buffer_append_format(&message, "strconv.ParseUint: parsing \"%s\": invalid syntax", version);
    *ret_refusal = status_plain(500, "", buffer_text(&message));
    return false;
}

bool cluster_check_preconditions(const struct cluster_object *object, const char *subresource, const cJSON *metadata,
                                 struct cluster_answer *ret_refusal)
{
    const char *sent_uid = json_text(metadata, "uid"), *uid = json_text(object->json, "metadata/uid");
    bool overtaken = false;

    if (!check_name(object, metadata, ret_refusal) || !check_version(object, metadata, &overtaken, ret_refusal))
        return false;
    if (is_other(sent_uid, uid))
        *ret_refusal = status_other_uid(object->kind, subresource, cluster_object_name(object), sent_uid, uid);
    else if (overtaken)
        *ret_refusal = status_modified(object->kind, cluster_object_name(object));
    return !is_other(sent_uid, uid) && !overtaken;
}

/* Of a patch the uid is no precondition but a change, which cannot be. */
static bool check_patched(const struct cluster_object *object, const cJSON *metadata,
                          struct cluster_answer *ret_refusal)
{
    released_by(buffer_release) struct buffer message = { 0 };
    const struct cluster_kind *kind = object->kind;
    const char *sent_uid = json_text(metadata, "uid"), *name = cluster_object_name(object);
    bool overtaken = false;

    if (!check_name(object, metadata, ret_refusal) || !check_version(object, metadata, &overtaken, ret_refusal))
        return false;
    if (overtaken) {
        *ret_refusal = status_modified(kind, name);
        return false;
    }
    if (!is_other(sent_uid, json_text(object->json, "metadata/uid")))
        return true;
    buffer_append_format(&message, "Invalid value: \"%s\": field is immutable", sent_uid);
    *ret_refusal =
        status_invalid(kind->group, kind->kind, name, "metadata.uid", "FieldValueInvalid", buffer_text(&message));
    return false;
}

/* The last one was taken away: nothing is shown of them. */
static void drop_if_empty(cJSON *metadata, const char *name)
{
    if (cJSON_GetArraySize(json_member(metadata, name)) == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, name);
}

static void keep_what_is_its_own(const struct cluster_object *object, cJSON *json)
{
    static const char *const own[] = {
        "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp"
    };
    const cJSON *before = json_member(object->json, "metadata");
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");

    if (!cJSON_IsObject(metadata)) {
        metadata = cJSON_CreateObject();
        cluster_set(json, "metadata", metadata);
    }
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        copy_member(metadata, before, own[i]);
    drop_if_empty(metadata, "labels");
    drop_if_empty(metadata, "annotations");
    if (cluster_is_event(object->kind))
        return;
    copy_member(json, object->json, "status");
    if (!object->kind->namespaced) {
        copy_member(json, object->json, "spec");
        add_name_label(metadata);
    } else if (object->kind == &cluster_kinds[CLUSTER_CRON_JOB]) {
        add_default(cJSON_GetObjectItemCaseSensitive(json, "spec"), "suspend", cJSON_CreateFalse());
    } else if (json_find(json, "spec/replicas") == NULL) {
        cluster_set(cJSON_GetObjectItemCaseSensitive(json, "spec"), "replicas", cJSON_CreateNumber(1));
    }
}

cJSON *cluster_store(const struct cluster_target *target, cJSON *json)
{
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");
    const struct cluster_object *before =
        cluster_objects_find(target->objects, target->kind, target->namespace, json_text(metadata, "name"));
    struct cluster_object shown = { .kind = target->kind, .json = json };
    cJSON *body = NULL;

    if (before != NULL && cJSON_Compare(before->json, json, true)) {
        cJSON_Delete(json);
        return cluster_object_show(before);
    }
    if (before != NULL && target->kind->namespaced && !cluster_is_event(target->kind) &&
        !cJSON_Compare(json_member(before->json, "spec"), json_member(json, "spec"), true))
        cluster_set(metadata, "generation",
                    cJSON_CreateNumber(cJSON_GetNumberValue(json_find(before->json, "metadata/generation")) + 1));
    if (!target->dry_run)
        return cluster_object_show(cluster_objects_put(target->objects, target->kind, json));
    body = cluster_object_show(&shown);
    cJSON_Delete(json);
    return body;
}

void cluster_write_instant(char text[CLUSTER_INSTANT_SIZE], int64_t at)
{
    time_t seconds = (time_t) at;
    struct tm parts = { 0 };

    (void) gmtime_r(&seconds, &parts);
    (void) strftime(text, CLUSTER_INSTANT_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

void cluster_set(cJSON *object, const char *name, cJSON *value)
{
    if (cJSON_GetObjectItemCaseSensitive(object, name) == NULL)
        cJSON_AddItemToObject(object, name, value);
    else
        cJSON_ReplaceItemInObjectCaseSensitive(object, name, value);
}
