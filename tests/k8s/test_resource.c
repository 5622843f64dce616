/* tests/k8s/test_resource.c - k8s/resource.h. */
#include "k8s/resource.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

static void a_list_keeps_its_own_texts(void)
{
    released_by(resource_list_release) struct resource_list list = { 0 };
    char name[] = "caches.example.test", path[] = "/apis/example.test/v1beta1", plural[] = "caches", kind[] = "Cache";
    struct resource resource = { .name = name, .path = path, .plural = plural, .kind = kind };

    resource_list_add(&list, &resource);
    name[0] = path[0] = plural[0] = kind[0] = 'X';
    CU_ASSERT_EQUAL_FATAL(list.count, 1);
    CU_ASSERT_STRING_EQUAL(list.items[0].name, "caches.example.test");
    CU_ASSERT_STRING_EQUAL(list.items[0].path, "/apis/example.test/v1beta1");
    CU_ASSERT_STRING_EQUAL(list.items[0].plural, "caches");
    CU_ASSERT_STRING_EQUAL(list.items[0].kind, "Cache");
    CU_ASSERT_EQUAL(list.items[0].action, RESOURCE_SCALED);
    CU_ASSERT_FALSE(list.items[0].counts_in_object);
    CU_ASSERT_FALSE(list.items[0].is_built_in);
}

static void as_many_as_there_may_be_are_found_by_their_names(void)
{
    released_by(resource_list_release) struct resource_list list = { 0 };
    char name[RESOURCE_NAME_SIZE];

    for (int i = 0; i < RESOURCES_MAX; i++) {
        snprintf(name, sizeof name, "r%d.example.test", i);
        resource_list_add(&list, &(struct resource){ .name = name, .action = RESOURCE_PAUSED });
    }
    for (int i = 0; i < RESOURCES_MAX; i++) {
        snprintf(name, sizeof name, "r%d.example.test", i);
        const struct resource *found = resource_list_find(&list, name);

        if (case_holds(name, found == &list.items[i]))
            case_text(name, found->name, name);
    }
    CU_ASSERT_PTR_NULL(resource_list_find(&list, "r1.example.tes"));
    CU_ASSERT_PTR_NULL(resource_list_find(&list, "r1"));
    resource_list_release(&list);
    CU_ASSERT_PTR_NULL(resource_list_find(&list, "r1.example.test"));
}

/* The names are those that `kubectl api-resources` prints, the paths those of the Kubernetes API reference 1.37. */
static void every_cluster_has_the_built_in_ones(void)
{
    static const struct resource expected[] = {
        { "deployments.apps", "/apis/apps/v1", "deployments", "Deployment", RESOURCE_SCALED, true, true, NULL },
        { "statefulsets.apps", "/apis/apps/v1", "statefulsets", "StatefulSet", RESOURCE_SCALED, true, true, NULL },
        { "replicasets.apps", "/apis/apps/v1", "replicasets", "ReplicaSet", RESOURCE_SCALED, true, true, NULL },
        { "replicationcontrollers", "/api/v1", "replicationcontrollers", "ReplicationController", RESOURCE_SCALED, true,
          true, NULL },
        { "cronjobs.batch", "/apis/batch/v1", "cronjobs", "CronJob", RESOURCE_SUSPENDED, false, true, NULL },
    };
    const struct resource_list *list = resource_built_in();

    CU_ASSERT_EQUAL(list->count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct resource *found = resource_list_find(list, expected[i].name);

        if (!case_holds(expected[i].name, found != NULL))
            continue;
        case_text(expected[i].name, found->path, expected[i].path);
        case_text(expected[i].name, found->plural, expected[i].plural);
        case_text(expected[i].name, found->kind, expected[i].kind);
        case_number(expected[i].name, found->action, expected[i].action);
        case_number(expected[i].name, found->counts_in_object, expected[i].counts_in_object);
        case_number(expected[i].name, found->is_built_in, expected[i].is_built_in);
    }
}

TEST_MAIN("k8s/resource", TEST(a_list_keeps_its_own_texts), TEST(as_many_as_there_may_be_are_found_by_their_names),
          TEST(every_cluster_has_the_built_in_ones))
