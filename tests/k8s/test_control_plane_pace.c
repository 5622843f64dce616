/* tests/k8s/test_control_plane_pace.c - floods of PATCHes, as a service account, on a real API server that refuses or
 * sends clients away.
 *
 * What was refused and what was carried out is what the server itself counts, by its Priority and Fairness.
 */
#include "base/text.h"
#include "tests/k8s/pod.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPLOYMENTS = 20, CALLS = 400, REPLICAS = 3, TIME_MS = 120 * 1000, METRICS_BYTES_MAX = 64 * 1024 * 1024 };

static const char namespace[] = "flooded";

/* 3 of the 600 requests that all levels together may have at once and that are shared by weight: 8 at the defaults. */
static const char level[] =
    "{\"metadata\":{\"name\":\"narrow\"},\"spec\":{\"type\":\"Limited\",\"limited\":{\"nominalConcurrencyShares\":3,"
    "\"lendablePercent\":0,\"borrowingLimitPercent\":0,\"limitResponse\":{\"type\":\"Reject\"}}}}";
static const char schema[] =
    "{\"metadata\":{\"name\":\"narrow\"},\"spec\":{\"priorityLevelConfiguration\":{\"name\":\"narrow\"},"
    "\"matchingPrecedence\":2,\"rules\":[{\"subjects\":[{\"kind\":\"ServiceAccount\",\"serviceAccount\":"
    "{\"name\":\"curfew\",\"namespace\":\"default\"}}],\"resourceRules\":[{\"verbs\":[\"patch\"],\"apiGroups\":["
    "\"apps\"],"
    "\"resources\":[\"deployments/scale\"],\"namespaces\":[\"*\"]}]}]}}";

static struct pod pod;
static struct client_call calls[CALLS];

/* The number behind a line of /metrics that begins with name and has label in it, all such lines together; -1 = none. */
static double metric(const char *name, const char *label)
{
    released_by(http_exchange_release) struct http_exchange exchange = { .request.method = "GET" };
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    bool in_time = true;
    double sum = -1;

    buffer_append_format(&exchange.request.url, "%s/metrics", pod.cluster.server);
    exchange.request.bearer = &pod.cluster.token;
    exchange.request.body_limit = METRICS_BYTES_MAX;
    http_exchange_start(pod.cluster.client, &exchange, &pod.stage.flow);
    while (in_time && !exchange.done)
        in_time = stage_turn(&pod.stage, until_ms);
    for (const char *line = buffer_text(&exchange.response.body); line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (!text_starts_with(line, name))
            continue;
        const char *end = strchr(line, '}');
        const char *found = strstr(line, label);

        if (found != NULL && end != NULL && found < end)
            sum = (sum < 0 ? 0 : sum) + strtod(end + 1, NULL);
    }
    return sum;
}

/* A level that was made is in force some seconds later. */
static bool narrow_the_way(void)
{
    static const char path[] = "/apis/flowcontrol.apiserver.k8s.io/v1/";
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    char levels[100], schemas[100];

    snprintf(levels, sizeof levels, "%sprioritylevelconfigurations", path);
    snprintf(schemas, sizeof schemas, "%sflowschemas", path);
    if (!cluster_do(&pod.cluster, "POST", levels, NULL, level) ||
        !cluster_do(&pod.cluster, "POST", schemas, NULL, schema))
        return false;
    while (metric("apiserver_flowcontrol_nominal_limit_seats", "priority_level=\"narrow\"") < 0) {
        if (stage_now_ms(&pod.stage) > until_ms)
            return false;
        stage_pass(&pod.stage, 200);
    }
    return true;
}

static bool make_deployments(void)
{
    char path[200], body[600];

    if (!cluster_make_namespace(&pod.cluster, namespace, NULL, NULL))
        return false;
    snprintf(path, sizeof path, "/apis/apps/v1/namespaces/%s/deployments", namespace);
    for (int i = 0; i < DEPLOYMENTS; i++) {
        snprintf(
            body, sizeof body,
            "{\"metadata\":{\"name\":\"web-%d\"},\"spec\":{\"paused\":true,\"replicas\":1,"
            "\"selector\":{\"matchLabels\":{\"app\":\"web\"}},\"template\":{\"metadata\":{\"labels\":"
            "{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"example.test/main\"}]}}}}",
            i);
        if (!cluster_do(&pod.cluster, "POST", path, NULL, body))
            return false;
    }
    return true;
}

static void start_patch(struct client_call *call, int number, int replicas)
{
    *call = (struct client_call){ 0 };
    call->request.method = "PATCH";
    call->request.timeout_ms = TIME_MS;
    buffer_append_format(&call->request.url, "/apis/apps/v1/namespaces/%s/deployments/web-%d/scale", namespace,
                         number % DEPLOYMENTS);
    buffer_append_text(&call->request.headers, "Content-Type: application/merge-patch+json\n");
    buffer_append_format(&call->request.body, "{\"spec\":{\"replicas\":%d}}", replicas);
    client_call_start(pod.client, call, &pod.stage.flow);
}

static bool are_done(void)
{
    for (int i = 0; i < CALLS; i++)
        if (!calls[i].done)
            return false;
    return true;
}

/* Every call is carried out. */
static void flood(int replicas)
{
    int64_t until_ms = stage_now_ms(&pod.stage) + 2 * TIME_MS;
    bool in_time = true;

    for (int i = 0; i < CALLS; i++)
        start_patch(&calls[i], i, replicas);
    while (in_time && !are_done())
        in_time = stage_turn(&pod.stage, until_ms);
    case_holds("the flood comes to an end", in_time);
    for (int i = 0; i < CALLS; i++) {
        case_text("error", calls[i].error.message, "");
        case_number("status", calls[i].response.status, 200);
        client_call_release(&calls[i]);
    }
    for (int i = 0; i < DEPLOYMENTS; i++) {
        char name[20];

        snprintf(name, sizeof name, "web-%d", i);
        case_number(name, cluster_replicas(&pod.cluster, namespace, "deployments", name), replicas);
    }
}

/* The server sends away one request in fifty: what is open on that connection goes on, nothing new is taken. */
static void a_flood_beside_a_watch_is_carried_out_though_the_server_sends_the_connection_away(void)
{
    struct client_call watch = { .request = { .method = "GET", .timeout_ms = -1 } };

    buffer_append_text(&watch.request.url, "/api/v1/namespaces?watch=true");
    client_call_start(pod.client, &watch, &pod.stage.flow);
    flood(2);
    CU_ASSERT_FALSE(watch.done);
    client_call_release(&watch);
}

static void a_flood_that_is_refused_is_carried_out_with_few_refusals(void)
{
    static const char ours[] = "flow_schema=\"narrow\"";

    CU_ASSERT_TRUE_FATAL(narrow_the_way());
    flood(REPLICAS);
    double refused = metric("apiserver_flowcontrol_rejected_requests_total", ours);
    printf("(%.0f refusals) ", refused);
    case_holds("some were refused", refused > 0);
    case_holds("two windows of refusals at most", refused <= 2 * PACE_WINDOW_MAX);
    case_number("each is carried out once", (int64_t) metric("apiserver_flowcontrol_dispatched_requests_total", ours),
                CALLS);
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(a_flood_beside_a_watch_is_carried_out_though_the_server_sends_the_connection_away),
                            TEST(a_flood_that_is_refused_is_carried_out_with_few_refusals), CU_TEST_INFO_NULL };
    bool opened = pod_open_with(&pod, "--apiserver-flag=--goaway-chance=0.02") && make_deployments();
    int status = opened ? test_main_run("k8s/control_plane_pace", tests) : EXIT_FAILURE;

    return pod_close(&pod) ? status : EXIT_FAILURE;
}
