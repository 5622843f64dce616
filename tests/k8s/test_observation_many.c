/* tests/k8s/test_observation_many.c - many namespaces by the lists of the whole cluster. */
#include "tests/k8s/observation_scene.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#define LIST(items) "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" items "]}"
#define ITEM(namespace, name) \
    "{\"metadata\":{\"namespace\":\"" namespace "\",\"name\":\"" name "\",\"uid\":\"u\",\"resourceVersion\":\"7\"}}"

static const struct observation_target targets[] = { { "red", "" }, { "blue", "" }, { "green", "" } };

static void expect_take(struct observation *observation, size_t target, const char *expected)
{
    released_by(workload_list_release) struct workload_list list = { 0 };
    released_by(buffer_release) struct buffer seen = { 0 };
    struct error error = { 0 };

    if (observation_take(observation, target, &list, &error))
        observation_scene_print(&list, &seen);
    else
        buffer_append_text(&seen, error.message);
    case_text(targets[target].namespace, buffer_text(&seen), expected);
}

static void expect(const struct played_list *lists, size_t count, enum observation_depth depth,
                   const char *const expected[3])
{
    struct observation_scene scene;

    observation_scene_open(&scene, lists, count);
    struct observation *observation = observation_scene_observe(&scene, targets, 3, depth);
    for (size_t i = 0; i < 3; i++)
        expect_take(observation, i, expected[i]);
    observation_free(observation);
    case_number("of one namespace", played_lists_count(&scene.lists, "/namespaces/"), 0);
    observation_scene_close(&scene);
}

static void each_gets_its_own_and_others_are_dropped(void)
{
    static const struct played_list lists[] = {
        { "GET /apis/apps/v1/deployments?limit=1000", 200,
          LIST(ITEM("blue", "b1") "," ITEM("gray", "x") "," ITEM("red", "r1") "," ITEM("redder", "y") "," ITEM("blue",
                                                                                                               "b2")),
          PLAYED_END, 1 },
        { "GET /apis/apps/v1/statefulsets?limit=1000", 200, LIST(ITEM("red", "r2")), PLAYED_END, 1 },
        { "GET /apis/batch/v1/jobs?limit=1000", 200, LIST(ITEM("blue", "j") "," ITEM("gray", "j")), PLAYED_END, 1 },
        { "GET /api/v1/pods?", 200, LIST(ITEM("red", "p") "," ITEM("red", "q")), PLAYED_END, 1 },
    };
    static const char *const expected[] = { "r1 r2 jobs=0 pods=2", "b1 b2 jobs=1 pods=0", "jobs=0 pods=0" };

    expect(lists, sizeof lists / sizeof lists[0], OBSERVE_LEFTOVERS, expected);
}

static void a_list_that_begins_again_counts_nothing_twice(void)
{
    static const struct played_list lists[] = {
        { "/deployments?limit=1000&continue=", 410, "{}", PLAYED_END, 1 },
        { "/deployments?", 200,
          "{\"metadata\":{\"continue\":\"more\"},\"items\":[" ITEM("red", "r1") "," ITEM("blue", "b1") "]}", PLAYED_END,
          1 },
        { "/deployments?", 200, LIST(ITEM("red", "r1")), PLAYED_END, 1 },
        { "/jobs?limit=1000&continue=", 410, "{}", PLAYED_END, 1 },
        { "/jobs?", 200, "{\"metadata\":{\"continue\":\"more\"},\"items\":[" ITEM("red", "j") "]}", PLAYED_END, 1 },
        { "/jobs?", 200, LIST(ITEM("red", "j")), PLAYED_END, 1 },
    };
    static const char *const expected[] = { "r1 jobs=1 pods=0", "jobs=0 pods=0", "jobs=0 pods=0" };

    expect(lists, sizeof lists / sizeof lists[0], OBSERVE_LEFTOVERS, expected);
}

static void what_is_not_understood_in_one_concerns_that_one(void)
{
    static const struct played_list lists[] = {
        { "/deployments?", 200, LIST(ITEM("red", "r1") ",{\"metadata\":{\"namespace\":\"blue\",\"name\":\"b1\"}}"),
          PLAYED_END, 0 },
        { "/rollouts?", 200, LIST(ITEM("red", "r2") ",{\"metadata\":{\"namespace\":\"green\",\"name\":\"g1\"}}"),
          PLAYED_END, 0 },
    };
    static const char *const expected[] = {
        "r1 r2",
        "cannot read the deployments of namespace blue: a Deployment cannot be read: metadata/uid is missing or empty",
        "!rollouts.argoproj.io(a Rollout cannot be read: metadata/uid is missing or empty)",
    };

    expect(lists, 2, OBSERVE_WORKLOADS, expected);
}

static void what_may_not_be_listed_concerns_all(void)
{
    static const struct played_list refused[] = {
        { "/rollouts?", 403, "{\"kind\":\"Status\",\"message\":\"not you\"}", PLAYED_END, 0 },
        { "/deployments?", 200, LIST(ITEM("red", "r1")), PLAYED_END, 0 },
    };
    static const char *const unread[] = { "r1 !rollouts.argoproj.io(not you (403))",
                                          "!rollouts.argoproj.io(not you (403))",
                                          "!rollouts.argoproj.io(not you (403))" };
    static const struct played_list needed[] = {
        { "/replicasets?", 403, "{\"kind\":\"Status\",\"message\":\"not you\"}", PLAYED_END, 0 },
    };
    static const char *const failed[] = { "cannot read the replicasets of the cluster: not you (403)",
                                          "cannot read the replicasets of the cluster: not you (403)",
                                          "cannot read the replicasets of the cluster: not you (403)" };

    expect(refused, 2, OBSERVE_WORKLOADS, unread);
    expect(needed, 1, OBSERVE_WORKLOADS, failed);
}

TEST_MAIN("k8s/observation_many", TEST(each_gets_its_own_and_others_are_dropped),
          TEST(a_list_that_begins_again_counts_nothing_twice), TEST(what_is_not_understood_in_one_concerns_that_one),
          TEST(what_may_not_be_listed_concerns_all))
