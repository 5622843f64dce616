/* tests/standin/test_cluster_lists.c - pages, past instants and selectors. */
#include "tests/standin/cluster_lists.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

enum { TEXT_SIZE = 600 };

static const struct cluster_kind *const namespaces = &cluster_kinds[CLUSTER_NAMESPACE];
static const struct cluster_kind *const deployments = &cluster_kinds[CLUSTER_DEPLOYMENT];

static void add_five(struct cluster_objects *objects)
{
    cluster_objects_init(objects);
    for (const char *const *name = (const char *const[]){ "d", "a", "c", "b", "a-1", NULL }; *name != NULL; name++)
        (void) scene_add_namespace(objects, *name);
}

/* The names of a list, or its status; next is what continues it. */
static void list(const struct cluster_objects *objects, const struct cluster_kind *kind, const char *namespace,
                 const char *query, char names[TEXT_SIZE], char next[TEXT_SIZE])
{
    struct cluster_answer answer = cluster_list(objects, kind, namespace, query);
    const cJSON *item = NULL;
    size_t length = 0;

    snprintf(names, TEXT_SIZE, answer.status == 200 ? "" : "%d", answer.status);
    cJSON_ArrayForEach(item, json_member(answer.body, "items"))
    {
        length += (size_t) snprintf(names + length, TEXT_SIZE - length, "%s%s", length == 0 ? "" : " ",
                                    json_text(item, "metadata/name"));
    }
    snprintf(next, TEXT_SIZE, "%s", json_text(answer.body, "metadata/continue"));
    cJSON_Delete(answer.body);
}

static void expect(const struct cluster_objects *objects, const char *query, const char *expected)
{
    char names[TEXT_SIZE], next[TEXT_SIZE];

    list(objects, namespaces, "", query, names, next);
    case_text(query, names, expected);
}

static void a_list_is_sorted_and_names_its_revision(void)
{
    struct cluster_objects objects;

    add_five(&objects);
    struct cluster_answer answer = cluster_list(&objects, namespaces, "", "");
    case_text("kind", json_text(answer.body, "kind"), "NamespaceList");
    case_text("revision", json_text(answer.body, "metadata/resourceVersion"), "5");
    CU_ASSERT_PTR_NULL(json_find(cJSON_GetArrayItem(json_member(answer.body, "items"), 0), "kind"));
    cJSON_Delete(answer.body);
    expect(&objects, "", "a a-1 b c d");
    cluster_objects_release(&objects);
}

static void pages_show_one_instant_whatever_happens_between_them(void)
{
    struct cluster_objects objects;
    char names[TEXT_SIZE], next[TEXT_SIZE], query[2 * TEXT_SIZE];

    add_five(&objects);
    list(&objects, namespaces, "", "limit=2", names, next);
    case_text("first page", names, "a a-1");
    (void) scene_add_namespace(&objects, "bb");
    cluster_objects_remove(&objects, cluster_objects_find(&objects, namespaces, "", "c"));
    snprintf(query, sizeof query, "limit=2&continue=%s", next);
    list(&objects, namespaces, "", query, names, next);
    case_text("second page", names, "b c");
    snprintf(query, sizeof query, "limit=2&continue=%s", next);
    list(&objects, namespaces, "", query, names, next);
    case_text("third page", names, "d");
    case_text("end", next, "");
    expect(&objects, "", "a a-1 b bb d");
    expect(&objects, "resourceVersion=5&resourceVersionMatch=Exact", "a a-1 b c d");
    expect(&objects, "resourceVersion=2&resourceVersionMatch=Exact", "a d");
    cluster_objects_release(&objects);
}

static void a_page_of_a_forgotten_instant_says_how_to_go_on(void)
{
    struct cluster_objects objects;
    char names[TEXT_SIZE], next[TEXT_SIZE], query[2 * TEXT_SIZE];

    add_five(&objects);
    list(&objects, namespaces, "", "limit=2", names, next);
    (void) scene_add_workload(&objects, CLUSTER_DEPLOYMENT, "a", "web", 1);
    for (int i = 0; i < CLUSTER_CHANGES_MAX; i++)
        CU_ASSERT_EQUAL(scene_scale(&objects, CLUSTER_DEPLOYMENT, "a", "web", i % 2 + 2), 200);
    snprintf(query, sizeof query, "limit=2&continue=%s", next);
    list(&objects, namespaces, "", query, names, next);
    case_text("forgotten", names, "410");
    snprintf(query, sizeof query, "limit=2&continue=%s", next);
    list(&objects, namespaces, "", query, names, next);
    case_text("goes on with what is there", names, "b c");
    expect(&objects, "resourceVersion=5&resourceVersionMatch=Exact", "410");
    cluster_objects_release(&objects);
}

static void selectors_choose_by_label_and_name(void)
{
    struct cluster_objects objects;
    struct cluster_target target = scene_target(&objects, CLUSTER_NAMESPACE, "", "b");
    released_by(json_release) cJSON *patch = cJSON_Parse("{\"metadata\":{\"labels\":{\"scheduler\":\"disabled\"}}}");
    released_by(json_release) cJSON *none = cJSON_Parse("{\"metadata\":{\"labels\":{\"scheduler\":null}}}");
    static const char *const cases[][2] = {
        { "labelSelector=scheduler%3Denabled", "a a-1 d" },
        { "labelSelector=scheduler==disabled", "b" },
        { "labelSelector=scheduler!=enabled", "b c" },
        { "labelSelector=scheduler", "a a-1 b d" },
        { "labelSelector=!scheduler", "c" },
        { "labelSelector=scheduler,scheduler!%3Ddisabled", "a a-1 d" },
        { "fieldSelector=metadata.name%3Dc", "c" },
        { "labelSelector=scheduler%20in%20(enabled)", "400" },
        { "fieldSelector=status.phase%3DActive", "400" },
        { "limit=x", "400" },
        { "continue=x", "400" },
        { "resourceVersion=abc", "500" },
        { "resourceVersion=99", "504" },
    };

    add_five(&objects);
    cJSON_Delete(cluster_patch(&target, patch).body);
    target.name = "c";
    cJSON_Delete(cluster_patch(&target, none).body);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect(&objects, cases[i][0], cases[i][1]);
    cluster_objects_release(&objects);
}

static void workloads_are_listed_by_namespace_or_all_at_once(void)
{
    struct cluster_objects objects;
    char names[TEXT_SIZE], next[TEXT_SIZE];

    add_five(&objects);
    (void) scene_add_workload(&objects, CLUSTER_DEPLOYMENT, "a", "web", 1);
    (void) scene_add_workload(&objects, CLUSTER_STATEFULSET, "a", "data", 1);
    (void) scene_add_workload(&objects, CLUSTER_DEPLOYMENT, "a-1", "api", 1);
    list(&objects, deployments, "a", "", names, next);
    case_text("in a", names, "web");
    /* The keys are a-1/api and a/web, as in etcd. */
    list(&objects, deployments, "", "", names, next);
    case_text("in all", names, "api web");
    list(&objects, deployments, "nowhere", "", names, next);
    case_text("in a namespace that is not there", names, "");
    cluster_objects_release(&objects);
}

TEST_MAIN("standin/cluster_lists", TEST(a_list_is_sorted_and_names_its_revision),
          TEST(pages_show_one_instant_whatever_happens_between_them),
          TEST(a_page_of_a_forgotten_instant_says_how_to_go_on), TEST(selectors_choose_by_label_and_name),
          TEST(workloads_are_listed_by_namespace_or_all_at_once))
