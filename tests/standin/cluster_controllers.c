/* tests/standin/cluster_controllers.c - one due time per object; each step looks at the object anew. */
#include "tests/standin/cluster_controllers.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/standin/cluster_pods.h"

#include <stdlib.h>
#include <string.h>

static void run_task(struct controllers *controllers, struct controller_task *task, struct cluster_objects *objects,
                     int64_t now_ms, int64_t now);
static bool empty_namespace(struct cluster_objects *objects, const struct cluster_object *namespace);

static void release_task(struct controller_task *task)
{
    free(task->namespace);
    free(task->name);
}

void controllers_release(struct controllers *controllers)
{
    for (size_t i = 0; i < controllers->count; i++)
        release_task(&controllers->tasks[i]);
    free(controllers->tasks);
    *controllers = (struct controllers){ 0 };
}

static struct controller_task *find_task(struct controllers *controllers, const struct cluster_object *object)
{
    for (size_t i = 0; i < controllers->count; i++) {
        struct controller_task *task = &controllers->tasks[i];

        if (task->kind == object->kind && text_equal(task->namespace, cluster_object_namespace(object)) &&
            text_equal(task->name, cluster_object_name(object)))
            return task;
    }
    if (controllers->count == controllers->capacity) {
        controllers->capacity = controllers->capacity == 0 ? 64 : controllers->capacity * 2;
        controllers->tasks = memory_grow(controllers->tasks, controllers->capacity, sizeof *controllers->tasks);
    }
    controllers->tasks[controllers->count] =
        (struct controller_task){ .kind = object->kind,
                                  .namespace = memory_text(cluster_object_namespace(object)),
                                  .name = memory_text(cluster_object_name(object)) };
    return &controllers->tasks[controllers->count++];
}

/* A wish that the controller has not seen, or a namespace that is to go. */
static bool is_to_be_done(const struct cluster_object *object)
{
    if (!object->kind->namespaced)
        return json_find(object->json, "metadata/deletionTimestamp") != NULL;
    return object->kind->has_pods && !pods_are_observed(object->json);
}

void controllers_notice(struct controllers *controllers, const struct cluster_objects *objects, int64_t now_ms)
{
    int64_t oldest = objects->change_count - CLUSTER_CHANGES_MAX;

    for (int64_t number = controllers->seen + 1; number <= objects->change_count; number++) {
        const struct cluster_change *change = number > oldest ? cluster_objects_change(objects, number) : NULL;

        if (change == NULL || change->type == CLUSTER_DELETED || !is_to_be_done(change->after))
            continue;
        struct controller_task *task = find_task(controllers, change->after);
        task->due_ms =
            now_ms + (change->after->kind->namespaced ? controllers->delays.observe_ms : controllers->delays.stop_ms);
        task->began_ms = now_ms;
    }
    controllers->seen = objects->change_count;
}

void controllers_run(struct controllers *controllers, struct cluster_objects *objects, int64_t now_ms, int64_t now)
{
    size_t kept = 0;

    for (size_t i = 0; i < controllers->count; i++) {
        struct controller_task *task = &controllers->tasks[i];

        if (task->due_ms <= now_ms)
            run_task(controllers, task, objects, now_ms, now);
        if (task->due_ms == INT64_MAX)
            release_task(task);
        else
            controllers->tasks[kept++] = *task;
    }
    controllers->count = kept;
}

/* The same for the same name, so that a cluster does not come up in one instant. */
static int64_t part_of(const char *name, int64_t whole_ms)
{
    int64_t sum = 0;

    for (; *name != '\0'; name++)
        sum = (sum * 31 + (unsigned char) *name) % 97;
    return whole_ms * sum / 97;
}

static void run_task(struct controllers *controllers, struct controller_task *task, struct cluster_objects *objects,
                     int64_t now_ms, int64_t now)
{
    const struct cluster_object *object = cluster_objects_find(objects, task->kind, task->namespace, task->name);
    const struct controller_delays *delays = &controllers->delays;
    cJSON *json = NULL;

    task->due_ms = INT64_MAX;
    if (object == NULL)
        return;
    if (!task->kind->namespaced) {
        if (!empty_namespace(objects, object))
            task->due_ms = now_ms + delays->stop_ms;
        return;
    }
    json = cJSON_Duplicate(object->json, true);
    switch (pods_step(task->kind, json, (now_ms - task->began_ms) / 1000, now)) {
    case PODS_START:
        task->due_ms = now_ms + delays->ready_ms;
        if (task->kind == &cluster_kinds[CLUSTER_DEPLOYMENT])
            task->due_ms += part_of(task->name, delays->ready_ms);
        break;
    case PODS_STOP:
        task->due_ms = now_ms + delays->stop_ms;
        break;
    case PODS_HANG:
        task->due_ms = now_ms + 1000;
        break;
    case PODS_REST:
        break;
    }
    if (cJSON_Compare(object->json, json, true))
        cJSON_Delete(json);
    else
        (void) cluster_objects_put(objects, task->kind, json);
}

/* First what is in it goes, then, in a second step, the namespace. */
static bool empty_namespace(struct cluster_objects *objects, const struct cluster_object *namespace)
{
    const char *name = cluster_object_name(namespace);
    bool was_empty = true;

    for (size_t i = objects->count; i-- > 0;) {
        if (!text_equal(cluster_object_namespace(objects->items[i]), name))
            continue;
        cluster_objects_remove(objects, objects->items[i]);
        was_empty = false;
    }
    if (was_empty)
        cluster_objects_remove(objects, namespace);
    return was_empty;
}

int64_t controllers_due_ms(const struct controllers *controllers)
{
    int64_t due_ms = INT64_MAX;

    for (size_t i = 0; i < controllers->count; i++)
        if (controllers->tasks[i].due_ms < due_ms)
            due_ms = controllers->tasks[i].due_ms;
    return due_ms;
}
