/* tests/k8s/test_control_plane.c - all flows of k8s/ against a real API server, as a service account. */
#include "k8s/namespaces.h"
#include "k8s/observation.h"
#include "k8s/scaling.h"

#include "base/text.h"
#include "tests/k8s/pod.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static struct pod pod;

static int64_t patience(void)
{
    return stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
}

/* Paused, so that replicas may be wanted and no pods are made. */
static bool make_deployment(const char *namespace, const char *name, int replicas)
{
    char path[200], body[600];

    snprintf(path, sizeof path, "/apis/apps/v1/namespaces/%s/deployments", namespace);
    snprintf(body, sizeof body,
             "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"paused\":true,\"replicas\":%d,"
             "\"selector\":{\"matchLabels\":{\"app\":\"%s\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"%s\"}},"
             "\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"example.test/main\"}]}}}}",
             name, replicas, name, name);
    return cluster_do(&pod.cluster, "POST", path, NULL, body);
}

static bool observe_by(struct client *client, const char *namespace, struct workload_list *workloads,
                       struct error *error)
{
    struct observation_target target = { namespace, "" };
    struct discovery *discovery = discovery_new(client);
    struct observation *observation =
        observation_new(client, discovery, &target, 1, OBSERVE_WORKLOADS, &pod.stage.flow);
    int64_t until_ms = patience();
    bool in_time = true;

    while (in_time && !observation_is_done(observation))
        in_time = stage_turn(&pod.stage, until_ms);
    bool observed = in_time ? observation_take(observation, 0, workloads, error)
                            : error_set(error, ERROR_TIMEOUT, "the observation does not end");
    observation_free(observation);
    discovery_free(discovery);
    return observed;
}

static bool observe(const char *namespace, struct workload_list *workloads, struct error *error)
{
    return observe_by(pod.client, namespace, workloads, error);
}

static void carry_out(const char *namespace, struct scale_orders *orders)
{
    struct discovery *discovery = discovery_new(pod.client);
    struct scaling *scaling = scaling_new(pod.client, discovery, namespace, orders, &pod.stage.flow);
    int64_t until_ms = patience();
    bool in_time = true;

    while (in_time && !scaling_is_done(scaling))
        in_time = stage_turn(&pod.stage, until_ms);
    if (case_holds("the orders come to an end", in_time))
        scaling_take(scaling, orders);
    scaling_free(scaling);
    discovery_free(discovery);
}

static void add_order(struct scale_orders *orders, const struct workload *workload, int32_t replicas)
{
    struct scale_order order = { .resource = workload->resource,
                                 .name = workload->name,
                                 .uid = workload->uid,
                                 .resource_version = workload->resource_version,
                                 .replicas = replicas };

    scale_orders_add(orders, &order);
}

static void a_service_account_sees_what_is_there(void)
{
    static const struct made_workload made[] = {
        { "deployments", "web", 2, "{\"curfew/order\":\"-1\"}", NULL },
        { "deployments", "off", 0, "{\"curfew/exclude\":\"true\"}", NULL },
        { "statefulsets", "data", 1, NULL, NULL },
    };
    released_by(workload_list_release) struct workload_list workloads = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "seen", NULL, NULL));
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        CU_ASSERT_TRUE_FATAL(cluster_make_workload(&pod.cluster, "seen", &made[i]));
    if (!case_holds(error.message, observe("seen", &workloads, &error)))
        return;
    CU_ASSERT_EQUAL_FATAL(workloads.count, 3);
    case_text("first", workloads.items[0].name, "off");
    case_number("off", workloads.items[0].replicas, 0);
    CU_ASSERT_TRUE(workloads.items[0].excluded);
    case_text("second", workloads.items[1].name, "web");
    case_number("web", workloads.items[1].replicas, 2);
    case_number("web", workloads.items[1].order, -1);
    case_text("third", workloads.items[2].name, "data");
    case_text("third", workloads.items[2].resource, "statefulsets.apps");
}

static void pods_come_and_go_as_they_are_counted(void)
{
    static const struct made_workload made = { "deployments", "web", 2, NULL, NULL };
    static const struct {
        int32_t replicas, existing, ready;
    } steps[] = { { 2, 2, 2 }, { 0, 0, 0 }, { 2, 2, 2 } };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "pods", NULL, NULL));
    CU_ASSERT_TRUE_FATAL(cluster_make_workload(&pod.cluster, "pods", &made));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int64_t until_ms = patience();
        bool reached = false;

        CU_ASSERT_TRUE(cluster_scale(&pod.cluster, "pods", "deployments", "web", steps[i].replicas));
        while (!reached && stage_now_ms(&pod.stage) < until_ms) {
            released_by(workload_list_release) struct workload_list workloads = { 0 };
            struct error error = { 0 };

            if (!case_holds(error.message, observe("pods", &workloads, &error) && workloads.count == 1))
                return;
            const struct workload *web = &workloads.items[0];
            CU_ASSERT_EQUAL(web->replicas, steps[i].replicas);
            CU_ASSERT_TRUE(web->replicas_ready <= web->replicas);
            reached =
                web->settled && web->replicas_existing == steps[i].existing && web->replicas_ready == steps[i].ready;
        }
        case_number("reached", reached, true);
    }
}

/* Until its controllers have written what they have to say: two readings in a row are the same. */
static bool observe_quiet(const char *namespace, struct workload_list *ret_workloads)
{
    int64_t until_ms = patience();
    struct workload_list last = { 0 };
    struct error error = { 0 };
    bool quiet = false;

    while (!quiet && stage_now_ms(&pod.stage) < until_ms) {
        struct workload_list next = { 0 };

        if (!case_holds(error.message, observe(namespace, &next, &error)))
            break;
        quiet = next.count == last.count;
        for (size_t i = 0; quiet && i < next.count; i++)
            quiet = text_equal(next.items[i].resource_version, last.items[i].resource_version);
        workload_list_release(&last);
        last = next;
        stage_pass(&pod.stage, 300);
    }
    *ret_workloads = last;
    return quiet;
}

static void an_order_rests_on_what_was_seen(void)
{
    released_by(workload_list_release) struct workload_list workloads = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "orders", NULL, NULL));
    CU_ASSERT_TRUE_FATAL(make_deployment("orders", "a-quiet", 3));
    CU_ASSERT_TRUE_FATAL(make_deployment("orders", "b-changed", 3));
    CU_ASSERT_TRUE_FATAL(make_deployment("orders", "c-gone", 3));
    CU_ASSERT_TRUE_FATAL(observe_quiet("orders", &workloads));
    CU_ASSERT_EQUAL_FATAL(workloads.count, 3);
    for (size_t i = 0; i < workloads.count; i++)
        add_order(&orders, &workloads.items[i], 0);
    CU_ASSERT_TRUE(cluster_scale(&pod.cluster, "orders", "deployments", "b-changed", 5));
    CU_ASSERT_TRUE(
        cluster_do(&pod.cluster, "DELETE", "/apis/apps/v1/namespaces/orders/deployments/c-gone", NULL, NULL));

    carry_out("orders", &orders);
    CU_ASSERT_EQUAL_FATAL(orders.count, 3);
    case_number("quiet", orders.items[0].result, SCALE_DONE);
    case_number("changed", orders.items[1].result, SCALE_CHANGED);
    case_number("gone", orders.items[2].result, SCALE_GONE);
    case_number("quiet", cluster_replicas(&pod.cluster, "orders", "deployments", "a-quiet"), 0);
    case_number("changed", cluster_replicas(&pod.cluster, "orders", "deployments", "b-changed"), 5);
}

/* How many of them stand at that number. */
static size_t count_at(const struct workload_list *workloads, int32_t replicas)
{
    size_t count = 0;

    for (size_t i = 0; i < workloads->count; i++)
        count += workloads->items[i].replicas == replicas ? 1 : 0;
    return count;
}

static void two_hundred_deployments_are_scaled_and_seen(void)
{
    enum { COUNT = 200 };
    static const int32_t wanted[] = { 3, 0 };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "many", NULL, NULL));
    for (int i = 0; i < COUNT; i++) {
        char name[20];

        snprintf(name, sizeof name, "w%d", i);
        CU_ASSERT_TRUE_FATAL(make_deployment("many", name, 1));
    }
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        released_by(workload_list_release) struct workload_list before = { 0 };
        released_by(workload_list_release) struct workload_list after = { 0 };
        released_by(scale_orders_release) struct scale_orders orders = { 0 };
        struct error error = { 0 };
        int64_t until_ms = patience();

        if (!case_holds(error.message, observe("many", &before, &error)))
            return;
        /* Their controller writes to them too, and each conflict is for us to look at again. */
        while (count_at(&after, wanted[i]) < COUNT && stage_now_ms(&pod.stage) < until_ms) {
            for (size_t item = 0; item < before.count; item++)
                if (before.items[item].replicas != wanted[i])
                    add_order(&orders, &before.items[item], wanted[i]);
            carry_out("many", &orders);
            for (size_t item = 0; item < orders.count; item++)
                case_holds(orders.items[item].reason,
                           orders.items[item].result == SCALE_DONE || orders.items[item].result == SCALE_CHANGED);
            scale_orders_release(&orders);
            workload_list_release(&after);
            if (!case_holds(error.message, observe("many", &after, &error)))
                return;
            workload_list_release(&before);
            CU_ASSERT_TRUE(observe("many", &before, &error));
        }
        case_number("scaled", (int64_t) count_at(&after, wanted[i]), COUNT);
    }
}

static void a_token_is_exchanged_while_it_is_in_use(void)
{
    released_by(workload_list_release) struct workload_list first = { 0 };
    released_by(workload_list_release) struct workload_list second = { 0 };
    released_by(workload_list_release) struct workload_list third = { 0 };
    struct error error = { 0 };

    /* The kubelet writes another one; the old one is as good. */
    CU_ASSERT_TRUE(pod_mount_token(&pod, "curfew"));
    case_holds(error.message, observe("seen", &first, &error));

    /* One that the server does not know is refused; the right one is found although the file was just looked at. */
    CU_ASSERT_TRUE(pod_write(&pod, "token", "nonsense"));
    stage_pass(&pod.stage, 1100);
    CU_ASSERT_FALSE(observe("seen", &second, &error));
    case_number("nonsense", error.kind, ERROR_REFUSED);
    case_number("nonsense", error.status, 401);
    CU_ASSERT_TRUE(pod_mount_token(&pod, "curfew"));
    case_holds(error.message, observe("seen", &third, &error));
    CU_ASSERT_EQUAL(third.count, 3);
}

static void who_may_not_is_told_so(void)
{
    released_by(workload_list_release) struct workload_list workloads = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };
    struct workload web = { .resource = "deployments.apps", .name = "web" };
    struct error error = { 0 };

    CU_ASSERT_TRUE(pod_mount_token(&pod, "nobody"));
    stage_pass(&pod.stage, 1100);
    CU_ASSERT_FALSE(observe("seen", &workloads, &error));
    case_number("observation", error.kind, ERROR_REFUSED);
    case_number("observation", error.status, 403);
    case_holds(error.message, strstr(error.message, "cannot list resource \"") != NULL);
    add_order(&orders, &web, 0);
    carry_out("seen", &orders);
    case_number("order", orders.items[0].result, SCALE_FAILED);
    case_holds(orders.items[0].reason, strstr(orders.items[0].reason, "cannot patch resource") != NULL);

    CU_ASSERT_TRUE(pod_mount_token(&pod, "curfew"));
    stage_pass(&pod.stage, 1100);
}

static void a_client_certificate_is_enough(void)
{
    struct access_environment environment = { .kubeconfig = pod.cluster.kubeconfig };
    released_by(workload_list_release) struct workload_list workloads = { 0 };
    struct error error = { 0 };
    struct access *access = NULL;

    if (!case_holds(error.message, access_new(pod.stage.loop, &environment, &access, &error)))
        return;
    struct client *client = client_new(pod.stage.loop, access, "curfew-test/1");
    CU_ASSERT_TRUE(secret_is_empty(access_bearer(access)));
    case_holds(error.message, observe_by(client, "seen", &workloads, &error));
    CU_ASSERT_EQUAL(workloads.count, 3);
    client_free(client);
    access_free(access);
}

/* The account's roots are not the server's: nothing is sent, nothing is believed. */
static void a_server_of_other_roots_is_not_talked_to(void)
{
    released_by(workload_list_release) struct workload_list workloads = { 0 };
    char text[2 * STAGE_PATH_SIZE], path[STAGE_PATH_SIZE + 32];
    struct access_environment environment = { .kubeconfig = path };
    struct error error = { 0 };
    struct access *access = NULL;

    snprintf(text, sizeof text,
             "{\"current-context\":\"c\",\"contexts\":[{\"name\":\"c\",\"context\":{\"cluster\":"
             "\"c\"}}],\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"%s\"}}]}",
             pod.cluster.server);
    CU_ASSERT_TRUE(pod_write(&pod, "no-roots", text));
    snprintf(path, sizeof path, "%s/no-roots", pod.folder);
    if (!case_holds(error.message, access_new(pod.stage.loop, &environment, &access, &error)))
        return;
    struct client *client = client_new(pod.stage.loop, access, "curfew-test/1");
    CU_ASSERT_FALSE(observe_by(client, "seen", &workloads, &error));
    case_number("kind", error.kind, ERROR_NETWORK);
    case_holds(error.message, strstr(error.message, "certificate") != NULL);
    client_free(client);
    access_free(access);
}

/* Writes down what it hears: "+name(enabled) -name complete failed ". */
struct listener {
    struct namespaces_listener listener; /* First member */
    struct buffer heard;
};

static void hear(struct namespaces_listener *listener, const char *word, const char *name, const char *more)
{
    buffer_append_format(&((struct listener *) listener)->heard, "%s%s%s ", word, name, more);
    loop_stop(pod.stage.loop);
}

static void seen(struct namespaces_listener *listener, const struct namespace *namespace)
{
    static const char *const labels[] = { "", "(enabled)", "(disabled)", "(other)" };

    hear(listener, "+", namespace->name, namespace->terminating ? "(terminating)" : labels[namespace->scheduler]);
}

static void gone(struct namespaces_listener *listener, const char *name, const char *uid)
{
    (void) uid;
    hear(listener, "-", name, "");
}

static void complete(struct namespaces_listener *listener)
{
    hear(listener, "complete", "", "");
}

static void failed(struct namespaces_listener *listener, const struct error *error)
{
    (void) error;
    hear(listener, "failed", "", "");
}

/* Until the words were heard, behind what is there already; forgets all up to them. */
static void expect_heard(struct listener *listener, const char *words)
{
    int64_t until_ms = patience();
    bool in_time = true;

    while (in_time && strstr(buffer_text(&listener->heard), words) == NULL)
        in_time = stage_turn(&pod.stage, until_ms);
    if (!in_time)
        case_text("heard", buffer_text(&listener->heard), words);
    else
        buffer_consume(&listener->heard,
                       (size_t) (strstr(buffer_text(&listener->heard), words) - buffer_text(&listener->heard)) +
                           strlen(words));
}

static bool label_namespace(const char *name, const char *label)
{
    char path[100], body[200];

    snprintf(path, sizeof path, "/api/v1/namespaces/%s", name);
    snprintf(body, sizeof body, "{\"metadata\":{\"labels\":{\"scheduler\":%s}}}", label);
    return cluster_do(&pod.cluster, "PATCH", path, "application/merge-patch+json", body);
}

static void namespaces_are_followed(void)
{
    struct listener listener = { .listener = { seen, gone, complete, failed } };
    struct namespaces *namespaces = namespaces_new(pod.stage.loop, pod.client, &listener.listener);

    expect_heard(&listener, "+default ");
    expect_heard(&listener, "complete ");
    CU_ASSERT_TRUE(cluster_make_namespace(&pod.cluster, "blue", NULL, NULL));
    expect_heard(&listener, "+blue ");
    CU_ASSERT_TRUE(label_namespace("blue", "\"enabled\""));
    expect_heard(&listener, "+blue(enabled) ");
    CU_ASSERT_TRUE(label_namespace("blue", "null"));
    expect_heard(&listener, "+blue ");
    CU_ASSERT_TRUE(cluster_do(&pod.cluster, "DELETE", "/api/v1/namespaces/blue", NULL, NULL));
    expect_heard(&listener, "+blue(terminating) ");
    expect_heard(&listener, "-blue ");
    CU_ASSERT_PTR_NULL(strstr(buffer_text(&listener.heard), "failed"));
    namespaces_free(namespaces);
    buffer_release(&listener.heard);
}

/* What happens elsewhere makes the watch's place too old for a server that starts anew: it answers with 410. */
static void namespaces_are_followed_through_an_outage(void)
{
    struct listener listener = { .listener = { seen, gone, complete, failed } };
    struct namespaces *namespaces = namespaces_new(pod.stage.loop, pod.client, &listener.listener);

    expect_heard(&listener, "complete ");
    CU_ASSERT_TRUE(make_deployment("seen", "elsewhere", 0));
    CU_ASSERT_TRUE_FATAL(cluster_take_away(&pod.cluster, SIGUSR1));
    CU_ASSERT_TRUE_FATAL(cluster_wait(&pod.cluster));
    expect_heard(&listener, "complete ");
    CU_ASSERT_TRUE(cluster_make_namespace(&pod.cluster, "after", "{\"scheduler\":\"disabled\"}", NULL));
    expect_heard(&listener, "+after(disabled) ");

    CU_ASSERT_TRUE_FATAL(cluster_take_away(&pod.cluster, SIGUSR2));
    CU_ASSERT_TRUE_FATAL(cluster_wait(&pod.cluster));
    CU_ASSERT_TRUE(label_namespace("after", "\"enabled\""));
    expect_heard(&listener, "+after(enabled) ");
    namespaces_free(namespaces);
    buffer_release(&listener.heard);
}

/* Asks without a pause while the server is gone and comes back with its roles not loaded yet. */
static void an_outage_is_never_taken_for_a_refusal(void)
{
    int64_t until_ms = patience();
    bool observed = false;

    CU_ASSERT_TRUE_FATAL(cluster_take_away(&pod.cluster, SIGUSR1));
    while (!observed && stage_now_ms(&pod.stage) < until_ms) {
        released_by(workload_list_release) struct workload_list workloads = { 0 };
        struct error error = { 0 };

        observed = observe("seen", &workloads, &error);
        case_holds(error.message, observed || error.kind != ERROR_REFUSED);
    }
    CU_ASSERT_TRUE(observed);
    CU_ASSERT_TRUE(cluster_wait(&pod.cluster));
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(a_service_account_sees_what_is_there),
                            TEST(pods_come_and_go_as_they_are_counted),
                            TEST(an_order_rests_on_what_was_seen),
                            TEST(two_hundred_deployments_are_scaled_and_seen),
                            TEST(a_token_is_exchanged_while_it_is_in_use),
                            TEST(who_may_not_is_told_so),
                            TEST(a_client_certificate_is_enough),
                            TEST(a_server_of_other_roots_is_not_talked_to),
                            TEST(namespaces_are_followed),
                            TEST(namespaces_are_followed_through_an_outage),
                            TEST(an_outage_is_never_taken_for_a_refusal),
                            CU_TEST_INFO_NULL };
    int status = pod_open(&pod) ? test_main_run("k8s/control_plane", tests) : EXIT_FAILURE;

    return pod_close(&pod) ? status : EXIT_FAILURE;
}
