/* tests/standin/test_cluster_controllers.c - how status trails the wish, in time that only the test moves. */
#include "tests/standin/cluster_controllers.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { TRAIL_SIZE = 400 };

struct scene {
    struct cluster_objects objects;
    struct controllers controllers;
    int64_t now_ms;
};

static void scene_begin(struct scene *scene)
{
    *scene = (struct scene){ .controllers.delays = { .observe_ms = 100, .ready_ms = 1000, .stop_ms = 500 } };
    cluster_objects_init(&scene->objects);
    (void) scene_add_namespace(&scene->objects, "dev");
}

static void scene_end(struct scene *scene)
{
    controllers_release(&scene->controllers);
    cluster_objects_release(&scene->objects);
}

/* Lets everything happen; writes down the pods of one workload after each step: "exists/ready ". */
static void settle(struct scene *scene, int kind, const char *name, char trail[TRAIL_SIZE])
{
    size_t length = 0;

    trail[0] = '\0';
    controllers_notice(&scene->controllers, &scene->objects, scene->now_ms);
    while (controllers_due_ms(&scene->controllers) != INT64_MAX) {
        scene->now_ms = controllers_due_ms(&scene->controllers);
        controllers_run(&scene->controllers, &scene->objects, scene->now_ms, 1790000000 + scene->now_ms / 1000);
        controllers_notice(&scene->controllers, &scene->objects, scene->now_ms);
        const struct cluster_object *object = cluster_objects_find(&scene->objects, &cluster_kinds[kind], "dev", name);
        if (object != NULL)
            length += (size_t) snprintf(trail + length, TRAIL_SIZE - length, "%d/%d ",
                                        scene_number(object->json, "status/replicas"),
                                        scene_number(object->json, "status/readyReplicas"));
    }
}

static void pods_of_a_deployment_come_and_go_at_once(void)
{
    struct scene scene;
    char trail[TRAIL_SIZE];

    scene_begin(&scene);
    (void) scene_add_workload(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web", 3);
    settle(&scene, CLUSTER_DEPLOYMENT, "web", trail);
    case_text("up", trail, "3/0 3/3 ");
    CU_ASSERT_TRUE(scene.now_ms >= 1100);
    (void) scene_scale(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web", 5);
    settle(&scene, CLUSTER_DEPLOYMENT, "web", trail);
    case_text("more", trail, "5/3 5/5 ");
    (void) scene_scale(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web", 0);
    settle(&scene, CLUSTER_DEPLOYMENT, "web", trail);
    case_text("down", trail, "0/0 0/0 ");
    scene_end(&scene);
}

static void pods_of_a_statefulset_come_and_go_one_by_one(void)
{
    struct scene scene;
    char trail[TRAIL_SIZE];

    scene_begin(&scene);
    (void) scene_add_workload(&scene.objects, CLUSTER_STATEFULSET, "dev", "data", 3);
    settle(&scene, CLUSTER_STATEFULSET, "data", trail);
    case_text("up", trail, "1/0 2/1 3/2 3/3 ");
    (void) scene_scale(&scene.objects, CLUSTER_STATEFULSET, "dev", "data", 0);
    settle(&scene, CLUSTER_STATEFULSET, "data", trail);
    case_text("down", trail, "3/2 2/1 1/0 0/0 ");
    scene_end(&scene);
}

static void a_wish_is_unobserved_until_its_controller_has_seen_it(void)
{
    struct scene scene;
    char trail[TRAIL_SIZE];

    scene_begin(&scene);
    (void) scene_add_workload(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web", 1);
    settle(&scene, CLUSTER_DEPLOYMENT, "web", trail);
    (void) scene_scale(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web", 0);
    const struct cluster_object *web =
        cluster_objects_find(&scene.objects, &cluster_kinds[CLUSTER_DEPLOYMENT], "dev", "web");
    CU_ASSERT_EQUAL(scene_number(web->json, "metadata/generation"), 2);
    CU_ASSERT_EQUAL(scene_number(web->json, "status/observedGeneration"), 1);
    CU_ASSERT_EQUAL(scene_number(web->json, "status/replicas"), 1);
    settle(&scene, CLUSTER_DEPLOYMENT, "web", trail);
    web = cluster_objects_find(&scene.objects, &cluster_kinds[CLUSTER_DEPLOYMENT], "dev", "web");
    CU_ASSERT_EQUAL(scene_number(web->json, "status/observedGeneration"), 2);
    scene_end(&scene);
}

static void what_never_becomes_ready_says_so_when_its_time_is_up(void)
{
    struct scene scene;
    struct cluster_target target = scene_target(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web");
    released_by(json_release) cJSON *patch =
        cJSON_Parse("{\"spec\":{\"progressDeadlineSeconds\":5,\"template\":{\"metadata\":{\"annotations\":"
                    "{\"cluster/never-ready\":\"ImagePullBackOff\"}}}}}");
    char trail[TRAIL_SIZE];

    scene_begin(&scene);
    (void) scene_add_workload(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web", 2);
    cJSON_Delete(cluster_patch(&target, patch).body);
    settle(&scene, CLUSTER_DEPLOYMENT, "web", trail);
    CU_ASSERT_PTR_NULL(strstr(trail, "2/2"));
    const struct cluster_object *web =
        cluster_objects_find(&scene.objects, &cluster_kinds[CLUSTER_DEPLOYMENT], "dev", "web");
    const cJSON *progressing = cJSON_GetArrayItem(json_find(web->json, "status/conditions"), 1);
    case_text("type", json_text(progressing, "type"), "Progressing");
    case_text("status", json_text(progressing, "status"), "False");
    case_text("reason", json_text(progressing, "reason"), "ProgressDeadlineExceeded");
    scene_end(&scene);
}

static void a_deleted_namespace_goes_after_what_is_in_it(void)
{
    struct scene scene;
    struct cluster_target target = scene_target(&scene.objects, CLUSTER_NAMESPACE, "", "dev");
    char trail[TRAIL_SIZE];

    scene_begin(&scene);
    (void) scene_add_workload(&scene.objects, CLUSTER_DEPLOYMENT, "dev", "web", 2);
    cJSON_Delete(cluster_delete(&target, NULL).body);
    settle(&scene, CLUSTER_NAMESPACE, "dev", trail);
    CU_ASSERT_EQUAL(scene.objects.count, 0);
    const struct cluster_change *last = cluster_objects_change(&scene.objects, scene.objects.change_count);
    CU_ASSERT_EQUAL(last->type, CLUSTER_DELETED);
    case_text("last", last->after->kind->kind, "Namespace");
    scene_end(&scene);
}

TEST_MAIN("standin/cluster_controllers", TEST(pods_of_a_deployment_come_and_go_at_once),
          TEST(pods_of_a_statefulset_come_and_go_one_by_one),
          TEST(a_wish_is_unobserved_until_its_controller_has_seen_it),
          TEST(what_never_becomes_ready_says_so_when_its_time_is_up),
          TEST(a_deleted_namespace_goes_after_what_is_in_it))
