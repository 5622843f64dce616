/* tests/end_to_end/snapshot.c - one list of each kind in the whole cluster; the texts are compared, not the values. */
#include "tests/end_to_end/snapshot.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/end_to_end/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 200, PRINTED_MAX = 10 };

static const char *const resources[] = {
    "cronjobs",
    "deployments",
    "fleets",
    "horizontalpodautoscalers",
    "namespaces",
    "replicasets",
    "replicationcontrollers",
    "rollouts",
    "scaledobjects",
    "statefulsets",
};

static void keep(struct snapshot *snapshot, const char *resource, cJSON *object, const char *name)
{
    static const char *const left_out[] = { "resourceVersion", "generation", "managedFields" };
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(object, "metadata");
    struct sight sight = { .resource = resource, .name = memory_text(name), .object = object };
    struct error error;

    sight.is_settled = object_is_settled(resource, object);
    if (!json_number(object, "metadata/generation", 0, 0, INT64_C(1) << 50, &sight.generation, &error))
        sight.generation = -1;
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, left_out[i]);
    cJSON_DeleteItemFromObjectCaseSensitive(object, "status");
    if (snapshot->count == snapshot->capacity) {
        snapshot->capacity = 2 * snapshot->capacity + 64;
        snapshot->sights = memory_grow(snapshot->sights, snapshot->capacity, sizeof *snapshot->sights);
    }
    snapshot->sights[snapshot->count++] = sight;
}

static void keep_items(struct snapshot *snapshot, const char *resource, const char *prefix, cJSON *list)
{
    cJSON *items = cJSON_GetObjectItemCaseSensitive(list, "items");
    cJSON *next;

    for (cJSON *item = items != NULL ? items->child : NULL; item != NULL; item = next) {
        const char *namespace = json_text(item, "metadata/namespace"), *name = json_text(item, "metadata/name");
        char whole[512];

        next = item->next;
        snprintf(whole, sizeof whole, "%s%s%s", namespace, namespace[0] != '\0' ? "/" : "", name);
        if (text_starts_with(whole, prefix) && json_find(item, "metadata/ownerReferences") == NULL)
            keep(snapshot, resource, cJSON_DetachItemViaPointer(items, item), whole);
    }
}

static int compare_sights(const void *one, const void *other)
{
    const struct sight *a = one, *b = other;
    int order = strcmp(a->resource, b->resource);

    return order != 0 ? order : strcmp(a->name, b->name);
}

bool snapshot_take(struct cluster *cluster, const char *prefix, struct snapshot *ret_snapshot)
{
    *ret_snapshot = (struct snapshot){ 0 };
    for (size_t i = 0; i < sizeof resources / sizeof resources[0]; i++) {
        released_by(reply_release) struct reply reply = { 0 };
        released_by(buffer_release) struct buffer path = { 0 };

        objects_write_path(NULL, resources[i], &path);
        cluster_ask(cluster, "GET", buffer_text(&path), NULL, NULL, &reply);
        if (reply.status != 200) {
            printf("%s: %d %s%s\n", resources[i], reply.status, json_text(reply.json, "message"), reply.error.message);
            return false;
        }
        keep_items(ret_snapshot, resources[i], prefix, reply.json);
    }
    qsort(ret_snapshot->sights, ret_snapshot->count, sizeof ret_snapshot->sights[0], compare_sights);
    return ret_snapshot->count > 0;
}

void snapshot_release(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        free(snapshot->sights[i].name);
        json_release(&snapshot->sights[i].object);
    }
    free(snapshot->sights);
    *snapshot = (struct snapshot){ 0 };
}

static const struct sight *find_unsettled(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++)
        if (!snapshot->sights[i].is_settled)
            return &snapshot->sights[i];
    return NULL;
}

bool snapshot_take_settled(struct cluster *cluster, const char *prefix, struct snapshot *ret_snapshot)
{
    int64_t until_ms = stage_now_ms(cluster->stage) + 2 * STAGE_PATIENCE_MS;

    while (snapshot_take(cluster, prefix, ret_snapshot)) {
        const struct sight *unsettled = find_unsettled(ret_snapshot);
        if (unsettled == NULL)
            return true;
        if (stage_now_ms(cluster->stage) > until_ms) {
            printf("%s %s does not become ready\n", unsettled->resource, unsettled->name);
            return false;
        }
        snapshot_release(ret_snapshot);
        stage_pass(cluster->stage, LOOK_AGAIN_MS);
    }
    return false;
}

/* comparing */

static void print_difference(const struct sight *sight, const char *expected, const char *actual)
{
    size_t same = 0;

    while (expected[same] != '\0' && expected[same] == actual[same])
        same++;
    same -= same < 60 ? same : 60;
    printf("\n  %s %s: expected ...%.200s\n  but it is ...%.200s\n", sight->resource, sight->name, expected + same,
           actual + same);
}

static int compare_one(const struct sight *before, snapshot_change *change, const struct sight *after, bool shown)
{
    cJSON *wanted = cJSON_Duplicate(before->object, true);

    if (change != NULL)
        change(before, wanted);
    char *expected = cJSON_PrintUnformatted(wanted), *actual = cJSON_PrintUnformatted(after->object);
    bool is_same = text_equal(expected, actual);
    bool is_written =
        change != NULL && after->generation != before->generation && cJSON_Compare(before->object, wanted, true);
    if (!is_same && shown)
        print_difference(before, expected, actual);
    if (is_written && shown)
        printf("\n  %s %s was written\n", before->resource, before->name);
    cJSON_free(expected);
    cJSON_free(actual);
    cJSON_Delete(wanted);
    return is_same && !is_written ? 0 : 1;
}

/* Below 0: the i-th of before is not in after; above 0: the j-th of after was not in before. */
static int compare_next(const struct snapshot *before, size_t i, const struct snapshot *after, size_t j)
{
    int order;

    if (i == before->count)
        return 1;
    if (j == after->count)
        return -1;
    order = compare_sights(&before->sights[i], &after->sights[j]);
    if (order < 0)
        printf("\n  %s %s is gone\n", before->sights[i].resource, before->sights[i].name);
    if (order > 0)
        printf("\n  %s %s is new\n", after->sights[j].resource, after->sights[j].name);
    return order;
}

int snapshot_compare(const struct snapshot *before, snapshot_change *change, const struct snapshot *after)
{
    size_t i = 0, j = 0;
    int different = 0;

    while (i < before->count || j < after->count) {
        int order = compare_next(before, i, after, j);
        different +=
            order == 0 ? compare_one(&before->sights[i], change, &after->sights[j], different < PRINTED_MAX) : 1;
        i += order <= 0;
        j += order >= 0;
    }
    return different;
}
