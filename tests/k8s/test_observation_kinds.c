/* tests/k8s/test_observation_kinds.c - what else is read of workloads: counts by their Scale, what scales them, what goes on,
 * and which of them are the app. */
#include "tests/k8s/observation_scene.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#define LIST(items) "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" items "]}"
#define ITEM(name, more) \
    "{\"metadata\":{\"name\":\"" name "\",\"uid\":\"u-" name "\",\"resourceVersion\":\"7\"},\"spec\":{" more "}}"
#define SCALE(uid, version, spec, status)                                                               \
    "{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{\"name\":\"c\",\"uid\":\"" uid \
    "\",\"resourceVersion\":\"" version "\"},\"spec\":{" spec "},\"status\":{" status "}}"

static const char two_caches[] = LIST(ITEM("a", "\"size\":3") "," ITEM("b", "\"size\":0"));
static const char database[] = LIST(ITEM("db", "\"replicas\":1"));

static void counts_come_from_the_scale_where_the_object_does_not_say_them(void)
{
    static const struct played_list lists[] = {
        { "/recorded/caches?", 200, two_caches, PLAYED_END, 0 },
        { "GET /apis/example.test/v1beta1/namespaces/recorded/caches/a/scale?", 200,
          SCALE("u-a", "9", "\"replicas\":3", "\"replicas\":2"), PLAYED_END, 1 },
        { "/caches/b/scale?", 200, SCALE("u-b", "8", "", "\"replicas\":1"), PLAYED_END, 1 },
    };
    released_by(workload_list_release) struct workload_list list = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, lists, 3);
    case_holds(error.message, observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error));
    if (case_number("count", (int64_t) list.count, 2)) {
        static const int32_t expected[2][3] = { { 3, 2, 2 }, { 0, 1, 0 } };

        for (size_t i = 0; i < 2; i++) {
            case_text("resource", list.items[i].resource, "caches.example.test");
            case_number(list.items[i].name, list.items[i].replicas, expected[i][0]);
            case_number(list.items[i].name, list.items[i].replicas_existing, expected[i][1]);
            case_number(list.items[i].name, list.items[i].replicas_ready, expected[i][2]);
            case_number(list.items[i].name, list.items[i].settled, true);
        }
        /* What an order rests on is the version at which the count was read. */
        case_text("version", list.items[0].resource_version, "9");
        case_text("version", list.items[1].resource_version, "8");
    }
    observation_scene_close(&scene);
}

static void a_scale_that_cannot_be_read_makes_its_kind_unread(void)
{
    static const struct {
        int status;
        const char *body, *expected;
    } cases[] = {
        { 404, "{}", "db b" }, /* gone between the two requests */
        { 200, SCALE("another", "9", "\"replicas\":3", ""), "db b" },
        { 403, "{\"kind\":\"Status\",\"message\":\"not you\"}", "db !caches.example.test(not you (403))" },
        { 200, "{}", "db !caches.example.test(the answer is no Scale of autoscaling/v1)" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_list lists[] = {
            { "/recorded/statefulsets?", 200, database, PLAYED_END, 0 },
            { "/recorded/caches?", 200, two_caches, PLAYED_END, 0 },
            { "/caches/a/scale?", cases[i].status, cases[i].body, PLAYED_END, 0 },
            { "/caches/b/scale?", 200, SCALE("u-b", "8", "", ""), PLAYED_END, 0 },
        };

        observation_scene_expect(cases[i].body, lists, 4, OBSERVE_WORKLOADS, cases[i].expected);
    }
}

/* More than stand in line at a time. */
static void many_scales_are_all_asked_for(void)
{
    enum { COUNT = 100 };
    released_by(buffer_release) struct buffer items = { 0 };
    released_by(workload_list_release) struct workload_list list = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    buffer_append_text(&items, "{\"metadata\":{},\"items\":[");
    for (int i = 0; i < COUNT; i++)
        buffer_append_format(&items, "%s{\"metadata\":{\"name\":\"c%d\",\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
                             i > 0 ? "," : "", i);
    buffer_append_text(&items, "]}");
    const struct played_list lists[] = {
        { "/recorded/caches?", 200, items.data, PLAYED_END, 0 },
        { "/scale?", 200, SCALE("u", "2", "\"replicas\":1", ""), PLAYED_END, 0 },
    };
    observation_scene_open(&scene, lists, 2);
    case_holds(error.message, observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error));
    CU_ASSERT_EQUAL(list.count, COUNT);
    for (size_t i = 0; i < list.count; i++)
        CU_ASSERT_EQUAL(list.items[i].replicas, 1);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, "/scale?"), COUNT);
    observation_scene_close(&scene);
}

static void an_observation_can_be_left_while_it_asks_for_scales(void)
{
    static const struct played_list lists[] = {
        { "/recorded/caches?", 200, LIST(ITEM("a", "")), PLAYED_END, 0 },
        { "/scale?", 200, "{", PLAYED_KEEP, 0 },
    };
    static const struct observation_target target = { "recorded", "" };
    struct observation_scene scene;

    observation_scene_open(&scene, lists, 2);
    struct observation *observation =
        observation_new(scene.api.client, scene.discovery, &target, 1, OBSERVE_WORKLOADS, &scene.api.flow);
    while (played_lists_count(&scene.lists, "/scale?") == 0)
        api_scene_wait(&scene.api, 10);
    observation_free(observation);
    api_scene_wait(&scene.api, 10);
    CU_ASSERT_EQUAL(scene.api.pumps, 0);
    observation_scene_close(&scene);
}

static void suspended_and_paused_ones_count_as_none(void)
{
    static const struct played_list lists[] = {
        { "/cronjobs?", 200, LIST(ITEM("nightly", "\"suspend\":false") "," ITEM("weekly", "\"suspend\":true")),
          PLAYED_END, 0 },
        { "/scaledobjects?", 200,
          LIST("{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\",\"annotations\":{"
               "\"autoscaling.keda.sh/paused-replicas\":\"0\"}}}"),
          PLAYED_END, 0 },
    };
    static const struct {
        const char *resource, *name;
        enum resource_action action;
        int32_t replicas;
    } expected[] = {
        { "cronjobs.batch", "nightly", RESOURCE_SUSPENDED, 1 },
        { "cronjobs.batch", "weekly", RESOURCE_SUSPENDED, 0 },
        { "scaledobjects.keda.sh", "web", RESOURCE_PAUSED, 0 },
    };
    released_by(workload_list_release) struct workload_list list = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, lists, 2);
    case_holds(error.message, observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error));
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct workload *found = workload_list_find(&list, expected[i].resource, expected[i].name);

        if (!case_holds(expected[i].name, found != NULL))
            continue;
        case_number(expected[i].name, found->action, expected[i].action);
        case_number(expected[i].name, found->replicas, expected[i].replicas);
    }
    CU_ASSERT_EQUAL(list.count, 3);
    observation_scene_close(&scene);
}

/* The names are those of "Horizontal Pod Autoscaling": the target is told by group, kind and name. */
static void a_workload_knows_what_scales_it(void)
{
#define SCALES(api, kind, name, minimum) \
    ITEM("hpa", "\"scaleTargetRef\":{\"apiVersion\":\"" api "\",\"kind\":\"" kind "\",\"name\":\"" name "\"}" minimum)
    static const struct {
        const char *autoscalers;
        int32_t minimum;
        bool wakes_by_itself;
    } cases[] = {
        { LIST(""), 0, false },
        { LIST(SCALES("apps/v1", "StatefulSet", "db", ",\"minReplicas\":3")), 3, false },
        { LIST(SCALES("apps/v1", "StatefulSet", "db", "")), 1, false },
        { LIST(SCALES("apps/v1", "StatefulSet", "db", ",\"minReplicas\":0")), 0, true },
        { LIST(SCALES("apps/v1beta2", "StatefulSet", "db", ",\"minReplicas\":3")), 3, false },
        { LIST(SCALES("apps/v1", "Deployment", "db", ",\"minReplicas\":3")), 0, false },
        { LIST(SCALES("apps/v1", "StatefulSet", "web", ",\"minReplicas\":3")), 0, false },
        { LIST(SCALES("other.test/v1", "StatefulSet", "db", ",\"minReplicas\":3")), 0, false },
        { LIST("{\"metadata\":{}}," SCALES("apps/v1", "StatefulSet", "db", ",\"minReplicas\":3")), 3, false },
    };
#undef SCALES

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_list lists[] = {
            { "/statefulsets?", 200, database, PLAYED_END, 0 },
            { "/horizontalpodautoscalers?", 200, cases[i].autoscalers, PLAYED_END, 0 },
        };
        released_by(workload_list_release) struct workload_list list = { 0 };
        struct observation_scene scene;
        struct error error = { 0 };

        observation_scene_open(&scene, lists, 2);
        case_holds(error.message, observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error));
        if (case_number(cases[i].autoscalers, (int64_t) list.count, 1)) {
            case_number(cases[i].autoscalers, list.items[0].minimum, cases[i].minimum);
            case_number(cases[i].autoscalers, list.items[0].wakes_by_itself, cases[i].wakes_by_itself);
        }
        case_number(cases[i].autoscalers, (int64_t) list.unread_count, 0);
        observation_scene_close(&scene);
    }
}

static void what_goes_on_is_counted_where_that_is_wanted(void)
{
    static const char jobs[] =
        LIST("{\"metadata\":{\"name\":\"a\"}},{\"metadata\":{\"name\":\"b\"},\"status\":{\"conditions\":"
             "[{\"type\":\"Complete\",\"status\":\"True\"}]}},{\"metadata\":{\"name\":\"c\"}}");
    static const char pods[] = LIST("{\"metadata\":{\"name\":\"p\"},\"status\":{\"phase\":\"Running\"}},{\"metadata\":{"
                                    "\"name\":\"q\",\"ownerReferences\":"
                                    "[{\"kind\":\"ReplicationController\",\"name\":\"r\",\"controller\":true}]}}");
    static const struct {
        enum observation_depth depth;
        int status;
        const char *expected;
    } cases[] = {
        { OBSERVE_WORKLOADS, 200, "" },
        { OBSERVE_LEFTOVERS, 200, "jobs=2 pods=1" },
        { OBSERVE_REASONS, 200, "jobs=2 pods=1" },
        { OBSERVE_LEFTOVERS, 403, "!jobs.batch(the API server answered 403) !pods(the API server answered 403)" },
        { OBSERVE_REASONS, 403, "!jobs.batch(the API server answered 403) !pods(the API server answered 403)" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_list lists[] = {
            { "/jobs?", cases[i].status, jobs, PLAYED_END, 0 },
            { "/pods?", cases[i].status, pods, PLAYED_END, 0 },
        };

        observation_scene_expect(cases[i].expected, lists, 2, cases[i].depth, cases[i].expected);
    }
}

/* Which ones curfew/app means, "name " each. */
static void the_app_is_what_the_selector_meets_or_app_web(void)
{
#define LABELLED(name, labels) \
    "{\"metadata\":{\"name\":\"" name "\",\"uid\":\"u\",\"resourceVersion\":\"1\",\"labels\":{" labels "}}}"
    static const struct {
        const char *app, *deployments, *expected;
    } cases[] = {
        { "", LIST(LABELLED("a", "") "," LABELLED("app-web", "")), "app-web " },
        { "", LIST(LABELLED("a", "\"app\":\"app-web\"") "," LABELLED("b", "\"app\":\"web\"")), "a " },
        { "", LIST(LABELLED("a", "")), "" },
        { "tier in (front, edge)",
          LIST(LABELLED("a", "\"tier\":\"front\"") "," LABELLED("app-web", "") "," LABELLED("c", "\"tier\":\"edge\"")),
          "a c db " },
        { "tier=none", LIST(LABELLED("a", "\"tier\":\"front\"")), "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_list lists[] = {
            { "/deployments?", 200, cases[i].deployments, PLAYED_END, 0 },
            { "/statefulsets?", 200, LIST(LABELLED("db", "\"tier\":\"edge\",\"app\":\"app-web\"")), PLAYED_END, 0 },
        };
        const struct observation_target target = { "recorded", cases[i].app };
        released_by(workload_list_release) struct workload_list list = { 0 };
        released_by(buffer_release) struct buffer apps = { 0 };
        struct observation_scene scene;
        struct error error = { 0 };

        observation_scene_open(&scene, lists, 2);
        struct observation *observation = observation_scene_observe(&scene, &target, 1, OBSERVE_WORKLOADS);
        case_holds(error.message, observation_take(observation, 0, &list, &error));
        for (size_t item = 0; item < list.count; item++)
            if (list.items[item].is_app)
                buffer_append_format(&apps, "%s ", list.items[item].name);
        case_text(cases[i].app, buffer_text(&apps), cases[i].expected);
        observation_free(observation);
        observation_scene_close(&scene);
    }
#undef LABELLED
}

TEST_MAIN("k8s/observation_kinds", TEST(counts_come_from_the_scale_where_the_object_does_not_say_them),
          TEST(a_scale_that_cannot_be_read_makes_its_kind_unread), TEST(many_scales_are_all_asked_for),
          TEST(an_observation_can_be_left_while_it_asks_for_scales), TEST(suspended_and_paused_ones_count_as_none),
          TEST(a_workload_knows_what_scales_it), TEST(what_goes_on_is_counted_where_that_is_wanted),
          TEST(the_app_is_what_the_selector_meets_or_app_web))
