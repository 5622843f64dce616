/* tests/k8s/test_observation.c - what can be put to sleep in one namespace, from recorded pages and broken ones. */
#include "tests/k8s/observation_scene.h"

#include "base/text.h"
#include "k8s/pages.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#define LIST(items) "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" items "]}"
#define ITEM(name, more) \
    "{\"metadata\":{\"name\":\"" name "\",\"uid\":\"u-" name "\",\"resourceVersion\":\"7\"" more "}}"

static const char deployments[] = "/recorded/deployments?";
static const char statefulsets[] = "/recorded/statefulsets?";

static void recorded_pages_become_one_list(void)
{
    released_by(buffer_release) struct buffer first = recorded_answer("deployments-page-1.json");
    released_by(buffer_release) struct buffer second = recorded_answer("deployments-page-2.json");
    released_by(buffer_release) struct buffer third = recorded_answer("statefulsets.json");
    const struct played_list lists[] = {
        { "deployments?limit=1000&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEi", 200, second.data, PLAYED_END, 1 },
        { deployments, 200, first.data, PLAYED_END, 1 },
        { statefulsets, 200, third.data, PLAYED_END, 1 },
    };

    observation_scene_expect("pages", lists, 3, OBSERVE_WORKLOADS,
                             "excluded idle owned starved stuck web cache data scratch");
}

static void an_empty_namespace_has_no_workloads(void)
{
    observation_scene_expect("empty", NULL, 0, OBSERVE_WORKLOADS, "");
}

/* All of them, each once, whatever they are; nothing but what the depth says. */
static void every_kind_is_listed_once(void)
{
    static const struct {
        enum observation_depth depth;
        const char *resource;
        int count;
    } cases[] = {
        { OBSERVE_WORKLOADS, "GET /apis/apps/v1/namespaces/recorded/deployments?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/apps/v1/namespaces/recorded/statefulsets?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/apps/v1/namespaces/recorded/replicasets?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /api/v1/namespaces/recorded/replicationcontrollers?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/batch/v1/namespaces/recorded/cronjobs?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/argoproj.io/v1alpha1/namespaces/recorded/rollouts?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/example.test/v1beta1/namespaces/recorded/caches?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/example.test/v1beta1/namespaces/recorded/queues?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/keda.sh/v1alpha1/namespaces/recorded/scaledobjects?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/keda.sh/v1alpha1/namespaces/recorded/scaledjobs?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "GET /apis/autoscaling/v2/namespaces/recorded/horizontalpodautoscalers?limit=1000\n", 1 },
        { OBSERVE_WORKLOADS, "\n", 11 },
        { OBSERVE_LEFTOVERS, "GET /apis/batch/v1/namespaces/recorded/jobs?limit=1000\n", 1 },
        { OBSERVE_LEFTOVERS,
          "GET /api/v1/namespaces/recorded/pods?labelSelector=%21pod-template-hash%2C%21controller-revision-hash%2C"
          "%21job-name&fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed&limit=1000\n",
          1 },
        { OBSERVE_LEFTOVERS, "\n", 13 },
        { OBSERVE_REASONS, "\n", 13 }, /* nothing is unready */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(workload_list_release) struct workload_list list = { 0 };
        struct observation_scene scene;
        struct error error = { 0 };

        observation_scene_open(&scene, NULL, 0);
        case_holds(error.message, observation_scene_read(&scene, cases[i].depth, &list, &error));
        case_number(cases[i].resource, played_lists_count(&scene.lists, cases[i].resource), cases[i].count);
        observation_scene_close(&scene);
    }
}

static void an_expired_page_begins_its_list_again_and_no_other(void)
{
    released_by(buffer_release) struct buffer first = recorded_answer("deployments-page-1.json");
    released_by(buffer_release) struct buffer whole = recorded_answer("statefulsets.json");
    released_by(buffer_release) struct buffer expired = recorded_answer("list-expired-410.json");
    /* As a list of the other kind, which its items do not say. */
    const struct played_list lists[] = {
        { deployments, 200, whole.data, PLAYED_END, 1 },
        { "statefulsets?limit=1000&continue=", 410, expired.data, PLAYED_END, 1 },
        { statefulsets, 200, first.data, PLAYED_END, 1 },
        { statefulsets, 200, whole.data, PLAYED_END, 1 },
    };

    observation_scene_expect("expired", lists, 4, OBSERVE_WORKLOADS, "cache data scratch cache data scratch");
}

static void a_page_that_breaks_off_begins_the_list_again(void)
{
    released_by(buffer_release) struct buffer whole = recorded_answer("deployments.json");
    released_by(buffer_release) struct buffer half = recorded_answer("deployments.json");

    memset(half.data + half.length / 2, 0, 1);
    const struct played_list lists[] = {
        { deployments, 200, half.data, PLAYED_DROP, 1 },
        { deployments, 200, whole.data, PLAYED_END, 1 },
    };

    observation_scene_expect("broken", lists, 2, OBSERVE_WORKLOADS, "excluded idle owned starved stuck web");
}

/* The client's own tries are enough: a list that did not begin is not begun again. */
static void a_server_that_only_hangs_up_is_given_up(void)
{
    static const struct played_list lists[] = { { deployments, 200, "", PLAYED_DROP, 0 } };
    struct workload_list list = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, lists, 1);
    CU_ASSERT_FALSE(observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_NETWORK);
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, deployments), CLIENT_TRIES_MAX);
    observation_scene_close(&scene);
}

static void a_list_that_never_ends_well_is_given_up(void)
{
    released_by(buffer_release) struct buffer first = recorded_answer("deployments-page-1.json");
    const struct played_list lists[] = {
        { "deployments?limit=1000&continue=", 410, "{\"kind\":\"Status\",\"message\":\"too old\"}", PLAYED_END, 0 },
        { deployments, 200, first.data, PLAYED_END, 0 },
    };

    observation_scene_expect("expires", lists, 2, OBSERVE_WORKLOADS,
                             "cannot read the deployments of namespace recorded: too old (410)");
}

/* Of what every cluster has nothing may be missing. Of the others it is said, and what was read stands; so it is where a
 * kind is gone since discovery was asked. */
static void what_cannot_be_read_is_said(void)
{
    static const struct {
        const char *request;
        int status;
        const char *body, *expected;
    } cases[] = {
        { deployments, 403, "{\"kind\":\"Status\",\"message\":\"not you\"}",
          "cannot read the deployments of namespace recorded: not you (403)" },
        { "/cronjobs?", 403, "{\"kind\":\"Status\",\"message\":\"not you\"}",
          "cannot read the cronjobs of namespace recorded: not you (403)" },
        { deployments, 410, "{\"kind\":\"Status\",\"message\":\"too old\"}",
          "cannot read the deployments of namespace recorded: too old (410)" },
        { deployments, 200, LIST("{\"metadata\":{\"name\":\"web\",\"uid\":\"u\"}}"),
          "cannot read the deployments of namespace recorded: a Deployment cannot be read: metadata/resourceVersion is "
          "missing or empty" },
        { deployments, 404, "{\"kind\":\"Status\",\"message\":\"not found\"}",
          "db !deployments.apps(not found (404))" },
        { "/rollouts?", 403, "{\"kind\":\"Status\",\"message\":\"not you\"}",
          "db !rollouts.argoproj.io(not you (403))" },
        { "/rollouts?", 404, "{\"kind\":\"Status\",\"message\":\"not found\"}",
          "db !rollouts.argoproj.io(not found (404))" },
        { "/rollouts?", 410, "{\"kind\":\"Status\",\"message\":\"too old\"}",
          "db !rollouts.argoproj.io(too old (410))" },
        { "/scaledobjects?", 200, LIST(ITEM("so", "") ",{\"metadata\":{\"name\":\"web\",\"uid\":\"u\"}}"),
          "db !scaledobjects.keda.sh(a ScaledObject cannot be read: metadata/resourceVersion is missing or empty)" },
        { "/horizontalpodautoscalers?", 403, "{\"kind\":\"Status\",\"message\":\"not you\"}",
          "db !horizontalpodautoscalers.autoscaling(not you (403))" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct played_list lists[] = {
            { cases[i].request, cases[i].status, cases[i].body, PLAYED_END, 0 },
            { statefulsets, 200, LIST(ITEM("db", "")), PLAYED_END, 0 },
        };

        observation_scene_expect(cases[i].request, lists, 2, OBSERVE_WORKLOADS, cases[i].expected);
    }
}

/* Its definition was deleted, and with it all of its objects: the second time it is there again, here, and read. */
static void a_kind_that_is_gone_is_asked_for_once_more(void)
{
    static const struct played_list lists[] = {
        { "/rollouts?", 404, "{}", PLAYED_END, 1 },
        { "/rollouts?", 200, LIST(ITEM("web", "")), PLAYED_END, 0 },
    };

    observation_scene_expect("again", lists, 2, OBSERVE_WORKLOADS, "web");
}

static void a_kind_that_is_gone_makes_discovery_ask_again(void)
{
    static const struct played_list lists[] = { { "/rollouts?", 404, "{}", PLAYED_END, 1 } };
    struct discovery_wait wait = { 0 };
    struct workload_list list = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, lists, 1);
    discovery_want(scene.discovery, &wait, DISCOVERY_AGE_MS, &scene.api.flow);
    api_scene_run(&scene.api);
    scene.lists.has_no_discovery = true; /* whoever asks notices, and keeps to what is known */
    CU_ASSERT_TRUE(observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error));
    discovery_want(scene.discovery, &wait, DISCOVERY_AGE_MS, &scene.api.flow);
    api_scene_run(&scene.api);
    CU_ASSERT_EQUAL(wait.error.status, 500);
    workload_list_release(&list);
    observation_scene_close(&scene);
}

/* Else a Rollout that sleeps would be taken for one that is gone. */
static void without_discovery_nothing_is_taken_for_absent(void)
{
    struct workload_list list = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, NULL, 0);
    scene.lists.has_no_discovery = true;
    CU_ASSERT_FALSE(observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "cannot find out which kinds there are: out of order (500)");
    CU_ASSERT_EQUAL(played_lists_count(&scene.lists, "\n"), 0);
    observation_scene_close(&scene);
}

static void more_workloads_than_the_limit_are_refused(void)
{
    released_by(buffer_release) struct buffer list = { .limit = 4 * BUFFER_LIMIT_DEFAULT };

    buffer_append_text(&list, "{\"metadata\":{},\"items\":[");
    for (int i = 0; i <= WORKLOADS_MAX; i++)
        buffer_append_format(&list, "%s{\"metadata\":{\"name\":\"w%d\",\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
                             i > 0 ? "," : "", i);
    buffer_append_text(&list, "]}");
    const struct played_list lists[] = { { deployments, 200, list.data, PLAYED_END, 0 } };
    observation_scene_expect("limit", lists, 1, OBSERVE_WORKLOADS,
                             "cannot read the deployments of namespace recorded: there are more than 10000 workloads");
}

/* The ReplicaSet of a Deployment sleeps with it; the Deployment of an operator that cannot be put to sleep is left to it, and
 * said to be its. */
static void what_an_owner_puts_to_sleep_is_left_to_it(void)
{
#define OWNED(api, kind) \
    ",\"ownerReferences\":[{\"apiVersion\":\"" api "\",\"kind\":\"" kind "\",\"name\":\"o\",\"controller\":true}]"
    static const struct played_list lists[] = {
        { "/replicasets?", 200,
          LIST(ITEM("of-deployment", OWNED("apps/v1", "Deployment")) "," ITEM(
              "of-older", OWNED("apps/v1beta1",
                                "Deployment")) "," ITEM("of-rollout",
                                                        OWNED("argoproj.io/v1alpha1",
                                                              "Rollout")) "," ITEM("of-stranger",
                                                                                   OWNED("other.test/v1",
                                                                                         "Deployment")) "," ITEM("bare",
                                                                                                                 "")),
          PLAYED_END, 0 },
        { deployments, 200, LIST(ITEM("of-operator", OWNED("example.test/v1", "Elasticsearch"))), PLAYED_END, 0 },
    };
    released_by(workload_list_release) struct workload_list list = { 0 };
    released_by(buffer_release) struct buffer seen = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, lists, 2);
    if (case_holds(error.message, observation_scene_read(&scene, OBSERVE_WORKLOADS, &list, &error))) {
        observation_scene_print(&list, &seen);
        case_text("seen", buffer_text(&seen), "of-operator of-stranger bare");
        CU_ASSERT_TRUE(list.items[0].owned);
        CU_ASSERT_STRING_EQUAL(list.items[0].owner, "Elasticsearch o");
    }
    observation_scene_close(&scene);
#undef OWNED
}

static void one_that_runs_can_be_left(void)
{
    static const struct played_list lists[] = { { deployments, 200, "{\"items\":[", PLAYED_KEEP, 0 } };
    static const struct observation_target target = { "recorded", "" };
    struct observation_scene scene;

    observation_scene_open(&scene, lists, 1);
    struct observation *observation =
        observation_new(scene.api.client, scene.discovery, &target, 1, OBSERVE_REASONS, &scene.api.flow);
    while (played_lists_count(&scene.lists, deployments) == 0)
        api_scene_wait(&scene.api, 10);
    observation_free(observation);
    api_scene_wait(&scene.api, 10);
    CU_ASSERT_EQUAL(scene.api.pumps, 0);

    observation = observation_new(scene.api.client, scene.discovery, &target, 1, OBSERVE_REASONS, &scene.api.flow);
    observation_free(observation);
    observation_free(NULL);
    observation_scene_close(&scene);
}

TEST_MAIN("k8s/observation", TEST(recorded_pages_become_one_list), TEST(an_empty_namespace_has_no_workloads),
          TEST(every_kind_is_listed_once), TEST(an_expired_page_begins_its_list_again_and_no_other),
          TEST(a_page_that_breaks_off_begins_the_list_again), TEST(a_server_that_only_hangs_up_is_given_up),
          TEST(a_list_that_never_ends_well_is_given_up), TEST(what_cannot_be_read_is_said),
          TEST(a_kind_that_is_gone_is_asked_for_once_more), TEST(a_kind_that_is_gone_makes_discovery_ask_again),
          TEST(without_discovery_nothing_is_taken_for_absent), TEST(more_workloads_than_the_limit_are_refused),
          TEST(what_an_owner_puts_to_sleep_is_left_to_it), TEST(one_that_runs_can_be_left))
