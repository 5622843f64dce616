/* tests/k8s/test_observation_reasons.c - why what is not ready is not: its own condition, its pods, or an event. */
#include "tests/k8s/observation_scene.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#define LIST(items) "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[" items "]}"
#define WORKLOAD(namespace, name, wanted, existing, ready, more)                                                     \
    "{\"metadata\":{\"namespace\":\"" namespace "\",\"name\":\"" name "\",\"uid\":\"u\",\"resourceVersion\":\"7\"}," \
                                                "\"spec\":{\"replicas\":" wanted                                     \
                                                "},\"status\":{\"replicas\":" existing                               \
                                                ",\"readyReplicas\":" ready more "}}"
#define POD(namespace, name, made, kind, owner, status)                                                               \
    "{\"metadata\":{\"namespace\":\"" namespace "\",\"name\":\"" name "\",\"creationTimestamp\":\"2026-11-24T" made   \
                                                "Z\",\"labels\":{\"pod-template-hash\":\"1\"},\"ownerReferences\":[{" \
                                                "\"kind\":\"" kind "\",\"name\":\"" owner                             \
                                                "\",\"controller\":true}]},\"status\":{" status "}}"
#define WAITS(reason) "\"containerStatuses\":[{\"name\":\"main\",\"state\":{\"waiting\":{\"reason\":\"" reason "\"}}}]"
#define RUNS "\"containerStatuses\":[{\"name\":\"main\",\"ready\":false,\"state\":{\"running\":{}}}]"
#define EVENT(namespace, reason, kind, name, time, message)                                                           \
    "{\"metadata\":{\"namespace\":\"" namespace "\"},\"type\":\"Warning\",\"reason\":\"" reason                       \
                                                "\",\"message\":\"" message "\",\"lastTimestamp\":\"2026-11-24T" time \
                                                "Z\",\"involvedObject\":{\"kind\":\"" kind "\",\"name\":\"" name      \
                                                "\"}}"

static const char all_pods[] = "/pods?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed&limit=1000";

struct reason_case {
    const char *name, *deployments, *statefulsets, *pods, *events;
    const char *expected; /* of the first workload */
    int pod_lists, event_lists;
};

static const char web[] = LIST(WORKLOAD("recorded", "web", "2", "2", "1", ""));
static const char db[] = LIST(WORKLOAD("recorded", "db", "2", "0", "0", ""));

static const struct reason_case cases[] = {
    { "ready", LIST(WORKLOAD("recorded", "web", "2", "2", "2", "")), NULL, NULL, NULL, "", 0, 0 },
    { "asleep", LIST(WORKLOAD("recorded", "web", "0", "0", "0", "")), NULL, NULL, NULL, "", 0, 0 },
    { "its pod fails", web, NULL,
      LIST(POD("recorded", "web-1-a", "20:00:00", "ReplicaSet", "web-1", WAITS("ErrImagePull"))), NULL,
      "main: ErrImagePull", 1, 0 },
    { "the worst of its pods", web, NULL,
      LIST(POD("recorded", "web-1-a", "20:00:00", "ReplicaSet", "web-1",
               RUNS) "," POD("recorded", "web-1-b", "20:00:00", "ReplicaSet", "web-1",
                             WAITS("ErrImagePull")) "," POD("recorded", "web-1-c", "20:00:00", "ReplicaSet", "web-1",
                                                            WAITS("ContainerCreating"))),
      NULL, "main: ErrImagePull", 1, 0 },
    { "pods of others", web, NULL,
      LIST(POD("recorded", "api-1-a", "20:00:00", "ReplicaSet", "api-1", WAITS("ErrImagePull"))), NULL, "", 1, 1 },
    { "pods cannot be made",
      LIST(WORKLOAD("recorded", "web", "2", "0", "0",
                    ",\"conditions\":[{\"type\":\"ReplicaFailure\",\"status\":\"True\",\"reason\":"
                    "\"FailedCreate\",\"message\":\"exceeded quota\"}]")),
      NULL, NULL, NULL, "FailedCreate: exceeded quota", 0, 0 },
    { "that it takes too long is no reason",
      LIST(WORKLOAD("recorded", "web", "2", "2", "0",
                    ",\"conditions\":[{\"type\":\"Progressing\",\"status\":\"False\",\"reason\":"
                    "\"ProgressDeadlineExceeded\",\"message\":\"timed out\"}]")),
      NULL, LIST(POD("recorded", "web-1-a", "20:00:00", "ReplicaSet", "web-1", WAITS("ErrImagePull"))), NULL,
      "main: ErrImagePull", 1, 0 },
    { "unless there is no better one",
      LIST(WORKLOAD("recorded", "web", "2", "2", "0",
                    ",\"conditions\":[{\"type\":\"Progressing\",\"status\":\"False\",\"reason\":"
                    "\"ProgressDeadlineExceeded\",\"message\":\"timed out\"}]")),
      NULL, NULL, NULL, "ProgressDeadlineExceeded: timed out", 1, 1 },
    { "a quota that stands in an event", NULL, db, NULL,
      LIST(EVENT("recorded", "FailedCreate", "StatefulSet", "db", "20:00:00", "older") "," EVENT(
          "recorded", "FailedCreate", "StatefulSet", "db", "20:05:00",
          "exceeded quota") "," EVENT("recorded", "FailedCreate", "StatefulSet", "db", "20:01:00",
                                      "older, too") "," EVENT("recorded", "FailedCreate", "StatefulSet", "other",
                                                              "20:06:00", "of another")),
      "FailedCreate: exceeded quota", 1, 1 },
    { "the ReplicaSet that cannot make pods", LIST(WORKLOAD("recorded", "web", "2", "0", "0", "")), NULL, NULL,
      LIST(EVENT("recorded", "FailedCreate", "ReplicaSet", "web-1", "20:05:00", "exceeded quota")),
      "FailedCreate: exceeded quota", 1, 1 },
    { "pods that were made since", NULL, LIST(WORKLOAD("recorded", "db", "2", "1", "0", "")),
      LIST(POD("recorded", "db-0", "20:06:00", "StatefulSet", "db", WAITS("ContainerCreating"))),
      LIST(EVENT("recorded", "FailedCreate", "StatefulSet", "db", "20:05:00", "exceeded quota")),
      "main: ContainerCreating", 1, 1 },
    { "a volume that does not come", NULL, LIST(WORKLOAD("recorded", "db", "1", "1", "0", "")),
      LIST(POD("recorded", "db-0", "20:06:00", "StatefulSet", "db", WAITS("ContainerCreating"))),
      LIST(EVENT("recorded", "FailedMount", "Pod", "db-0", "20:07:00",
                 "secret not found") "," EVENT("recorded", "FailedMount", "Pod", "db-1", "20:08:00", "of another")),
      "FailedMount: secret not found", 1, 1 },
    { "a probe that fails", NULL, LIST(WORKLOAD("recorded", "db", "1", "1", "0", "")),
      LIST(POD("recorded", "db-0", "20:06:00", "StatefulSet", "db", RUNS)),
      LIST(EVENT("recorded", "Unhealthy", "Pod", "db-0", "20:07:00", "Readiness probe failed: 503")),
      "Unhealthy: Readiness probe failed: 503", 1, 1 },
};

static void play_case(const struct reason_case *expected)
{
    static const char nothing[] = LIST("");
    const struct played_list lists[] = {
        { "/deployments?", 200, expected->deployments == NULL ? nothing : expected->deployments, PLAYED_END, 0 },
        { "/statefulsets?", 200, expected->statefulsets == NULL ? nothing : expected->statefulsets, PLAYED_END, 0 },
        { all_pods, 200, expected->pods == NULL ? nothing : expected->pods, PLAYED_END, 0 },
        { "/events?fieldSelector=type%3DWarning&limit=1000", 200, expected->events == NULL ? nothing : expected->events,
          PLAYED_END, 0 },
    };
    released_by(workload_list_release) struct workload_list list = { 0 };
    struct observation_scene scene;
    struct error error = { 0 };

    observation_scene_open(&scene, lists, 4);
    case_holds(error.message, observation_scene_read(&scene, OBSERVE_REASONS, &list, &error));
    if (case_number(expected->name, (int64_t) list.count, 1))
        case_text(expected->name, list.items[0].reason, expected->expected);
    case_number(expected->name, played_lists_count(&scene.lists, all_pods), expected->pod_lists);
    case_number(expected->name, played_lists_count(&scene.lists, "/events?"), expected->event_lists);
    observation_scene_close(&scene);
}

static void the_best_reason_is_found_and_no_more_is_asked_than_it_needs(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        play_case(&cases[i]);
}

static void where_pods_and_events_may_not_be_listed_that_is_said(void)
{
    static const struct played_list lists[] = {
        { "/deployments?", 200, LIST(WORKLOAD("recorded", "web", "2", "2", "1", "")), PLAYED_END, 0 },
        { "/pods?", 403, "{}", PLAYED_END, 0 },
        { "/events?", 403, "{}", PLAYED_END, 0 },
    };

    observation_scene_expect("refused", lists, 3, OBSERVE_REASONS,
                             "web !pods(the API server answered 403) !events(the API server answered 403) jobs=0");
}

/* Of many namespaces, those of a few are read by themselves, and those of more by one list. */
static void pods_are_read_where_something_is_not_ready(void)
{
    static const struct {
        int unready, pod_lists;
        const char *path;
    } rounds[] = {
        { 0, 0, "/namespaces/" }, { 2, 2, "/namespaces/" }, { 5, 5, "/namespaces/" }, { 6, 1, "/api/v1/pods?field" }
    };
    enum { COUNT = 8 };

    for (size_t i = 0; i < sizeof rounds / sizeof rounds[0]; i++) {
        released_by(buffer_release) struct buffer items = { 0 };
        struct observation_target targets[COUNT];
        char names[COUNT][8];
        struct observation_scene scene;

        buffer_append_text(&items, "{\"metadata\":{},\"items\":[");
        for (int n = 0; n < COUNT; n++) {
            snprintf(names[n], sizeof names[n], "dev%d", n);
            targets[n] = (struct observation_target){ names[n], "" };
            buffer_append_format(
                &items,
                "%s{\"metadata\":{\"namespace\":\"%s\",\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":"
                "\"1\"},\"spec\":{\"replicas\":1},\"status\":{\"readyReplicas\":%d}}",
                n > 0 ? "," : "", names[n], n < rounds[i].unready ? 0 : 1);
        }
        buffer_append_text(&items, "]}");
        const struct played_list lists[] = {
            { "/deployments?", 200, items.data, PLAYED_END, 0 },
            { all_pods, 200,
              LIST(POD("dev0", "web-1-a", "20:00:00", "ReplicaSet", "web-1", WAITS("ErrImagePull")) "," POD(
                  "dev7", "web-1-a", "20:00:00", "ReplicaSet", "web-1", WAITS("CreateContainerError"))),
              PLAYED_END, 0 },
        };
        observation_scene_open(&scene, lists, 2);
        struct observation *observation = observation_scene_observe(&scene, targets, COUNT, OBSERVE_REASONS);
        for (size_t n = 0; n < COUNT; n++) {
            released_by(workload_list_release) struct workload_list list = { 0 };
            struct error error = { 0 };
            bool is_explained = n == 0 && rounds[i].unready > 0;

            if (case_holds(error.message, observation_take(observation, n, &list, &error)))
                case_text(names[n], list.items[0].reason, is_explained ? "main: ErrImagePull" : "");
        }
        case_number(rounds[i].path, played_lists_count(&scene.lists, all_pods), rounds[i].pod_lists);
        case_holds(rounds[i].path,
                   rounds[i].pod_lists == 0 || played_lists_count(&scene.lists, rounds[i].path) >= rounds[i].pod_lists);
        observation_free(observation);
        observation_scene_close(&scene);
    }
}

static void an_observation_can_be_left_while_it_looks_for_reasons(void)
{
    static const char *const waits_for[] = { all_pods, "/events?" };

    for (size_t i = 0; i < 2; i++) {
        const struct played_list lists[] = {
            { "/deployments?", 200, LIST(WORKLOAD("recorded", "web", "2", "2", "1", "")), PLAYED_END, 0 },
            { waits_for[i], 200, "{\"items\":[", PLAYED_KEEP, 0 },
        };
        static const struct observation_target target = { "recorded", "" };
        struct observation_scene scene;

        observation_scene_open(&scene, lists, 2);
        struct observation *observation =
            observation_new(scene.api.client, scene.discovery, &target, 1, OBSERVE_REASONS, &scene.api.flow);
        while (played_lists_count(&scene.lists, waits_for[i]) == 0)
            api_scene_wait(&scene.api, 10);
        observation_free(observation);
        api_scene_wait(&scene.api, 10);
        CU_ASSERT_EQUAL(scene.api.pumps, 0);
        observation_scene_close(&scene);
    }
}

TEST_MAIN("k8s/observation_reasons", TEST(the_best_reason_is_found_and_no_more_is_asked_than_it_needs),
          TEST(where_pods_and_events_may_not_be_listed_that_is_said), TEST(pods_are_read_where_something_is_not_ready),
          TEST(an_observation_can_be_left_while_it_looks_for_reasons))
