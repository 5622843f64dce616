/* tests/k8s/test_pod.c - whose a pod is, and what keeps it from being ready. The statuses are those of "Pod Lifecycle" and
 * "Debug Pods" of the Kubernetes documentation, cut to what matters. */
#include "k8s/pod.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

/* What stands between the braces of metadata and status. */
static cJSON *make(const char *metadata, const char *status)
{
    char text[4096];
    cJSON *pod = NULL;
    struct error error = { 0 };

    snprintf(text, sizeof text, "{\"metadata\":{%s},\"status\":{%s}}", metadata, status);
    CU_ASSERT_TRUE_FATAL(json_parse(text, strlen(text), "the pod", &pod, &error));
    return pod;
}

static void a_pod_that_nobody_keeps_is_bare_until_it_ends(void)
{
    static const struct {
        const char *metadata, *status;
        bool is_bare;
    } cases[] = {
        { "\"name\":\"a\"", "\"phase\":\"Running\"", true },
        { "\"name\":\"a\"", "\"phase\":\"Pending\"", true },
        { "\"name\":\"a\"", "", true },
        { "\"name\":\"a\"", "\"phase\":\"Succeeded\"", false },
        { "\"name\":\"a\"", "\"phase\":\"Failed\"", false },
        { "\"ownerReferences\":[{\"kind\":\"Job\",\"name\":\"j\",\"controller\":true}]", "\"phase\":\"Running\"",
          false },
        { "\"ownerReferences\":[{\"kind\":\"Thing\",\"name\":\"t\"}]", "\"phase\":\"Running\"", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *pod = make(cases[i].metadata, cases[i].status);

        case_number(cases[i].metadata, pod_is_bare(pod), cases[i].is_bare);
    }
}

static void a_pod_leads_to_what_keeps_it(void)
{
#define OWNED(kind, name, labels) \
    "\"labels\":{" labels "},\"ownerReferences\":[{\"kind\":\"" kind "\",\"name\":\"" name "\",\"controller\":true}]"
    static const struct {
        const char *metadata, *kind, *name;
        bool belongs;
    } cases[] = {
        { OWNED("StatefulSet", "db", ""), "StatefulSet", "db", true },
        { OWNED("StatefulSet", "db", ""), "Deployment", "db", false },
        { OWNED("StatefulSet", "db", ""), "StatefulSet", "d", false },
        { OWNED("ReplicaSet", "web-644699fc55", "\"pod-template-hash\":\"644699fc55\""), "Deployment", "web", true },
        { OWNED("ReplicaSet", "web-644699fc55", "\"pod-template-hash\":\"644699fc55\""), "Rollout", "web", false },
        { OWNED("ReplicaSet", "web-644699fc55", "\"pod-template-hash\":\"644699fc55\""), "Deployment", "web-a", false },
        { OWNED("ReplicaSet", "web-a-644699fc55", "\"pod-template-hash\":\"644699fc55\""), "Deployment", "web", false },
        { OWNED("ReplicaSet", "web-644699fc55", "\"pod-template-hash\":\"644699fc55\""), "ReplicaSet", "web-644699fc55",
          true },
        { OWNED("ReplicaSet", "web-644699fc55", ""), "Deployment", "web", false },
        { OWNED("ReplicaSet", "web-6d7f9", "\"rollouts-pod-template-hash\":\"6d7f9\""), "Rollout", "web", true },
        { OWNED("ReplicaSet", "web-6d7f9", "\"rollouts-pod-template-hash\":\"6d7f9\""), "Deployment", "web", false },
        { "\"labels\":{\"pod-template-hash\":\"1\"}", "Deployment", "web", false },
    };
#undef OWNED

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *pod = make(cases[i].metadata, "");

        case_number(cases[i].metadata, pod_belongs_to(pod, cases[i].kind, cases[i].name), cases[i].belongs);
    }
}

static void the_worst_of_a_pod_is_its_reason(void)
{
    static const char web_pulls[] =
        "{\"name\":\"web\",\"ready\":false,\"state\":{\"waiting\":{\"reason\":\"ImagePullBackOff\",\"message\":"
        "\"Back-off pulling image \\\"example.test/web:2\\\"\"}}}";
    static const struct {
        const char *status, *reason;
        enum pod_trouble trouble;
    } cases[] = {
        { "\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]", "", POD_FINE },
        { "", "", POD_STARTS },
        { "\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\",\"message\":"
          "\"0/3 "
          "nodes are available: 3 node(s) didn't match Pod's node affinity/selector.\"}]",
          "Unschedulable: 0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
          POD_UNSCHEDULABLE },
        { "\"containerStatuses\":[{\"name\":\"web\",\"state\":{\"waiting\":{\"reason\":\"ContainerCreating\"}}}]",
          "web: ContainerCreating", POD_STARTS },
        { "\"containerStatuses\":[{\"name\":\"web\",\"ready\":false,\"state\":{\"running\":{}}}]",
          "web: runs, but is not ready", POD_NOT_READY },
        { "\"containerStatuses\":[{\"name\":\"web\",\"ready\":true,\"state\":{\"running\":{}}},{\"name\":\"proxy\","
          "\"ready\":false,\"state\":{\"running\":{}}}]",
          "proxy: runs, but is not ready", POD_NOT_READY },
        { "\"containerStatuses\":[{\"name\":\"web\",\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\","
          "\"message\":"
          "\"back-off 40s\"}},\"lastState\":{\"terminated\":{\"exitCode\":1,\"reason\":\"Error\"}}}]",
          "web: CrashLoopBackOff: ended with exit code 1", POD_FAILS },
        { "\"containerStatuses\":[{\"name\":\"web\",\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}},"
          "\"lastState\":{\"terminated\":{\"exitCode\":137,\"reason\":\"OOMKilled\"}}}]",
          "web: CrashLoopBackOff: ended with exit code 137 (OOMKilled)", POD_FAILS },
        { "\"containerStatuses\":[{\"name\":\"web\",\"state\":{\"terminated\":{\"exitCode\":2,\"reason\":\"Error\"}}}]",
          "web: ended with exit code 2", POD_FAILS },
        { "\"containerStatuses\":[{\"name\":\"web\",\"state\":{\"waiting\":{\"reason\":\"CreateContainerConfigError\","
          "\"message\":\"secret \\\"key\\\" not found\"}}}]",
          "web: CreateContainerConfigError: secret \"key\" not found", POD_FAILS },
        /* Init containers go first: the others only wait for them. */
        { "\"initContainerStatuses\":[{\"name\":\"migrate\",\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}},"
          "\"lastState\":{\"terminated\":{\"exitCode\":1}}}],\"containerStatuses\":[{\"name\":\"web\",\"state\":"
          "{\"waiting\":{\"reason\":\"PodInitializing\"}}}]",
          "migrate: CrashLoopBackOff: ended with exit code 1", POD_FAILS },
        { "\"initContainerStatuses\":[{\"name\":\"migrate\",\"ready\":true,\"state\":{\"terminated\":{\"exitCode\":0,"
          "\"reason\":\"Completed\"}}}],\"containerStatuses\":[{\"name\":\"web\",\"ready\":false,\"state\":{"
          "\"running\":"
          "{}}}]",
          "web: runs, but is not ready", POD_NOT_READY },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *pod = make("", cases[i].status);
        char reason[200];

        case_number(cases[i].status, pod_read_trouble(pod, reason, sizeof reason), cases[i].trouble);
        case_text(cases[i].status, reason, cases[i].reason);
    }

    char status[1024], reason[200];
    snprintf(status, sizeof status, "\"containerStatuses\":[{\"name\":\"a\",\"state\":{\"running\":{}}},%s]",
             web_pulls);
    released_by(json_release) cJSON *pod = make("", status);
    CU_ASSERT_EQUAL(pod_read_trouble(pod, reason, sizeof reason), POD_FAILS);
    CU_ASSERT_STRING_EQUAL(reason, "web: ImagePullBackOff: Back-off pulling image \"example.test/web:2\"");
}

static void a_pod_that_goes_is_in_no_trouble(void)
{
    released_by(json_release) cJSON *pod = make("\"deletionTimestamp\":\"2026-11-24T20:00:00Z\"", "");
    char reason[200];

    CU_ASSERT_EQUAL(pod_read_trouble(pod, reason, sizeof reason), POD_FINE);
}

static void a_reason_stays_within_its_room_and_on_its_line(void)
{
    released_by(json_release) cJSON *pod =
        make("",
             "\"containerStatuses\":[{\"name\":\"web\",\"state\":{\"waiting\":{\"reason\":\"ErrImagePull\",\"message\":"
             "\"rpc error:\\nmanifest \\u0007 unknown\"}}}]");
    char reason[40];

    CU_ASSERT_EQUAL(pod_read_trouble(pod, reason, sizeof reason), POD_FAILS);
    CU_ASSERT_PTR_NULL(strpbrk(reason, "\n\a"));
    CU_ASSERT_TRUE(strncmp(reason, "web: ErrImagePull: rpc error: manif", 35) == 0);
}

TEST_MAIN("k8s/pod", TEST(a_pod_that_nobody_keeps_is_bare_until_it_ends), TEST(a_pod_leads_to_what_keeps_it),
          TEST(the_worst_of_a_pod_is_its_reason), TEST(a_pod_that_goes_is_in_no_trouble),
          TEST(a_reason_stays_within_its_room_and_on_its_line))
