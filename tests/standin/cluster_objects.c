/* tests/standin/cluster_objects.c - a sorted array of states, and a ring of changes from which older ones are rebuilt. */
#include "tests/standin/cluster_objects.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_SIZE = 24, KEY_SIZE = 512 };

struct cluster_object *cluster_object_hold(struct cluster_object *object)
{
    object->holders++;
    return object;
}

void cluster_object_drop(struct cluster_object *object)
{
    if (object == NULL || --object->holders > 0)
        return;
    cJSON_Delete(object->json);
    free(object->key);
    free(object);
}

const char *cluster_object_name(const struct cluster_object *object)
{
    return json_text(object->json, "metadata/name");
}

const char *cluster_object_namespace(const struct cluster_object *object)
{
    return json_text(object->json, "metadata/namespace");
}

cJSON *cluster_object_show(const struct cluster_object *object)
{
    cJSON *shown = cJSON_CreateObject();
    const cJSON *part = NULL;

    cJSON_AddStringToObject(shown, "kind", object->kind->kind);
    cJSON_AddStringToObject(shown, "apiVersion", object->kind->api_version);
    cJSON_ArrayForEach(part, object->json)
    {
        cJSON_AddItemToObject(shown, part->string, cJSON_Duplicate(part, true));
    }
    return shown;
}

void cluster_objects_init(struct cluster_objects *objects)
{
    *objects = (struct cluster_objects){ .changes = memory_new(CLUSTER_CHANGES_MAX, sizeof *objects->changes) };
}

static void release_change(struct cluster_change *change)
{
    cluster_object_drop(change->before);
    cluster_object_drop(change->after);
    *change = (struct cluster_change){ 0 };
}

void cluster_objects_release(struct cluster_objects *objects)
{
    for (size_t i = 0; objects->changes != NULL && i < CLUSTER_CHANGES_MAX; i++)
        release_change(&objects->changes[i]);
    for (size_t i = 0; i < objects->count; i++)
        cluster_object_drop(objects->items[i]);
    free(objects->changes);
    free(objects->items);
    *objects = (struct cluster_objects){ 0 };
}

static void write_key(char key[KEY_SIZE], const char *namespace, const char *name)
{
    (void) snprintf(key, KEY_SIZE, "%s%s%s", namespace, namespace[0] == '\0' ? "" : "/", name);
}

/* Where in a sorted array the object with that kind and key is or would be. */
static size_t find_place(struct cluster_object *const *items, size_t count, const struct cluster_kind *kind,
                         const char *key, bool *ret_found)
{
    size_t low = 0, high = count;

    *ret_found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct cluster_object *item = items[middle];
        int order = item->kind != kind ? (item->kind < kind ? -1 : 1) : strcmp(item->key, key);

        if (order == 0) {
            *ret_found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct cluster_object *new_object(struct cluster_objects *objects, const struct cluster_kind *kind, cJSON *json)
{
    struct cluster_object *object = memory_new(1, sizeof *object);
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");
    char key[KEY_SIZE], version[NUMBER_SIZE];

    object->kind = kind;
    object->revision = ++objects->revision;
    object->json = json;
    object->holders = 1;
    (void) snprintf(version, sizeof version, "%" PRId64, object->revision);
    if (cJSON_HasObjectItem(metadata, "resourceVersion"))
        cJSON_ReplaceItemInObjectCaseSensitive(metadata, "resourceVersion", cJSON_CreateString(version));
    else
        cJSON_AddStringToObject(metadata, "resourceVersion", version);
    write_key(key, cluster_object_namespace(object), cluster_object_name(object));
    object->key = memory_text(key);
    return object;
}

/* Both are held by the change from now on. */
static void note_change(struct cluster_objects *objects, enum cluster_change_type type, struct cluster_object *before,
                        struct cluster_object *after)
{
    struct cluster_change *change = &objects->changes[objects->change_count % CLUSTER_CHANGES_MAX];

    release_change(change);
    *change = (struct cluster_change){ .type = type, .revision = after->revision, .before = before, .after = after };
    objects->change_count++;
}

const struct cluster_object *cluster_objects_put(struct cluster_objects *objects, const struct cluster_kind *kind,
                                                 cJSON *json)
{
    struct cluster_object *object = NULL;
    bool found = false;

    object = new_object(objects, kind, json);
    size_t place = find_place(objects->items, objects->count, kind, object->key, &found);
    if (found) {
        note_change(objects, CLUSTER_MODIFIED, objects->items[place], cluster_object_hold(object));
        objects->items[place] = object;
        return object;
    }
    assert(objects->count < CLUSTER_OBJECTS_MAX);
    if (objects->count == objects->capacity) {
        objects->capacity = objects->capacity == 0 ? 64 : objects->capacity * 2;
        objects->items = memory_grow(objects->items, objects->capacity, sizeof(struct cluster_object *));
    }
    memmove(&objects->items[place + 1], &objects->items[place],
            (objects->count - place) * sizeof(struct cluster_object *));
    objects->items[place] = object;
    objects->count++;
    note_change(objects, CLUSTER_ADDED, NULL, cluster_object_hold(object));
    return object;
}

void cluster_objects_remove(struct cluster_objects *objects, const struct cluster_object *object)
{
    bool found = false;
    size_t place = find_place(objects->items, objects->count, object->kind, object->key, &found);
    struct cluster_object *before = objects->items[place];

    note_change(objects, CLUSTER_DELETED, before,
                new_object(objects, before->kind, cJSON_Duplicate(before->json, true)));
    objects->count--;
    memmove(&objects->items[place], &objects->items[place + 1],
            (objects->count - place) * sizeof(struct cluster_object *));
}

const struct cluster_object *cluster_objects_find(const struct cluster_objects *objects,
                                                  const struct cluster_kind *kind, const char *namespace,
                                                  const char *name)
{
    char key[KEY_SIZE];
    bool found = false;

    write_key(key, namespace, name);
    size_t place = find_place(objects->items, objects->count, kind, key, &found);
    return found ? objects->items[place] : NULL;
}

int64_t cluster_objects_oldest(const struct cluster_objects *objects)
{
    if (objects->change_count <= CLUSTER_CHANGES_MAX)
        return 0;
    return cluster_objects_change(objects, objects->change_count - CLUSTER_CHANGES_MAX + 1)->revision - 1;
}

const struct cluster_change *cluster_objects_change(const struct cluster_objects *objects, int64_t number)
{
    return &objects->changes[(number - 1) % CLUSTER_CHANGES_MAX];
}

static void snapshot_insert(struct cluster_snapshot *snapshot, struct cluster_object *object)
{
    bool found = false;
    size_t place = find_place(snapshot->items, snapshot->count, object->kind, object->key, &found);

    if (found) {
        cluster_object_drop(snapshot->items[place]);
    } else {
        memmove(&snapshot->items[place + 1], &snapshot->items[place],
                (snapshot->count - place) * sizeof(struct cluster_object *));
        snapshot->count++;
    }
    snapshot->items[place] = cluster_object_hold(object);
}

static void snapshot_remove(struct cluster_snapshot *snapshot, const struct cluster_object *object)
{
    bool found = false;
    size_t place = find_place(snapshot->items, snapshot->count, object->kind, object->key, &found);

    if (!found)
        return;
    cluster_object_drop(snapshot->items[place]);
    snapshot->count--;
    memmove(&snapshot->items[place], &snapshot->items[place + 1],
            (snapshot->count - place) * sizeof(struct cluster_object *));
}

/* Undoes the changes that came after the revision, newest first. */
static void rewind_to(const struct cluster_objects *objects, const struct cluster_kind *kind, const char *namespace,
                      int64_t revision, struct cluster_snapshot *snapshot)
{
    for (int64_t number = objects->change_count; number > 0; number--) {
        const struct cluster_change *change = cluster_objects_change(objects, number);

        if (change->revision <= revision)
            return;
        if (change->after->kind != kind ||
            (namespace[0] != '\0' && !text_equal(cluster_object_namespace(change->after), namespace)))
            continue;
        if (change->before == NULL)
            snapshot_remove(snapshot, change->after);
        else
            snapshot_insert(snapshot, change->before);
    }
}

void cluster_objects_snapshot(const struct cluster_objects *objects, const struct cluster_kind *kind,
                              const char *namespace, int64_t revision, struct cluster_snapshot *ret_snapshot)
{
    /* What was deleted since may come back, each change at most once. */
    struct cluster_snapshot snapshot = { .items = memory_new(objects->count + CLUSTER_CHANGES_MAX,
                                                             sizeof(struct cluster_object *)) };

    for (size_t i = 0; i < objects->count; i++) {
        struct cluster_object *object = objects->items[i];

        if (object->kind == kind && (namespace[0] == '\0' || text_equal(cluster_object_namespace(object), namespace)))
            snapshot.items[snapshot.count++] = cluster_object_hold(object);
    }
    rewind_to(objects, kind, namespace, revision, &snapshot);
    *ret_snapshot = snapshot;
}

void cluster_snapshot_release(struct cluster_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++)
        cluster_object_drop(snapshot->items[i]);
    free(snapshot->items);
    *snapshot = (struct cluster_snapshot){ 0 };
}
