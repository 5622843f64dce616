/* tests/k8s/test_control_plane_orders.c - orders of all three actions, carried out by a real API server, and taken back. */
#include "k8s/observation.h"
#include "k8s/scaling.h"

#include "base/text.h"
#include "tests/end_to_end/custom_kinds.h"
#include "tests/end_to_end/objects.h"
#include "tests/end_to_end/snapshot.h"
#include "tests/k8s/pod.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>

static struct pod pod;
static struct discovery *discovery;

static bool grant(void)
{
    static const char path[] = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

    return cluster_do(&pod.cluster, "POST", path, NULL,
                      "{\"metadata\":{\"name\":\"all\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
                      "\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"},\"subjects\":[{\"kind\":\"ServiceAccount\","
                      "\"name\":\"curfew\",\"namespace\":\"default\"}]}");
}

static bool observe(const char *namespace, struct workload_list *workloads)
{
    struct observation_target target = { namespace, "" };
    struct observation *observation =
        observation_new(pod.client, discovery, &target, 1, OBSERVE_WORKLOADS, &pod.stage.flow);
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    struct error error = { 0 };
    bool in_time = true;

    while (in_time && !observation_is_done(observation))
        in_time = stage_turn(&pod.stage, until_ms);
    bool observed = in_time && observation_take(observation, 0, workloads, &error);
    observation_free(observation);
    return case_holds(error.message, observed);
}

static void carry_out(const char *namespace, struct scale_orders *orders)
{
    struct scaling *scaling = scaling_new(pod.client, discovery, namespace, orders, &pod.stage.flow);
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    bool in_time = true;

    while (in_time && !scaling_is_done(scaling))
        in_time = stage_turn(&pod.stage, until_ms);
    if (case_holds("the orders come to an end", in_time))
        scaling_take(scaling, orders);
    scaling_free(scaling);
}

static void add_order(struct scale_orders *orders, const struct workload *workload, int32_t replicas,
                      const char *before)
{
    struct scale_order order = { .resource = workload->resource,
                                 .name = workload->name,
                                 .uid = workload->uid,
                                 .resource_version = workload->resource_version,
                                 .before = before,
                                 .action = workload->action,
                                 .replicas = replicas };

    scale_orders_add(orders, &order);
}

/* Orders what stands otherwise than wanted (NULL: 0 for all). How many that were. */
static size_t order_round(const char *namespace, const struct workload_list *wanted)
{
    released_by(workload_list_release) struct workload_list now = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };

    if (!observe(namespace, &now))
        return 0;
    for (size_t i = 0; i < now.count; i++) {
        const struct workload *item = &now.items[i];
        const struct workload *was = wanted == NULL ? NULL : workload_list_find(wanted, item->resource, item->name);
        int32_t replicas = was == NULL ? 0 : was->replicas;

        if (!item->owned && item->replicas != replicas)
            add_order(&orders, item, replicas, was == NULL ? "" : was->before);
    }
    size_t ordered = orders.count;
    carry_out(namespace, &orders);
    for (size_t i = 0; i < orders.count; i++)
        if (orders.items[i].result != SCALE_DONE && orders.items[i].result != SCALE_CHANGED)
            case_text(orders.items[i].name, orders.items[i].reason, "");
    return ordered;
}

/* Their controllers write to them too, and each conflict is looked at again. */
static void order_until_it_stands(const char *namespace, const struct workload_list *wanted)
{
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    size_t ordered = 1;

    while (ordered > 0 && stage_now_ms(&pod.stage) < until_ms)
        ordered = order_round(namespace, wanted);
    case_number("left to be ordered", (int64_t) ordered, 0);
}

static bool make_all(const char *namespace)
{
    static const struct object autoscalers[] = {
        { .resource = "scaledobjects", .name = "plain", .target = "Deployment/web" },
        { .resource = "scaledobjects",
          .name = "held",
          .target = "Deployment/api",
          .annotations = "{\"autoscaling.keda.sh/paused-replicas\":\"2\",\"other\":\"kept\"}" },
        { .resource = "scaledobjects",
          .name = "unpaused",
          .target = "Deployment/api",
          .annotations = "{\"autoscaling.keda.sh/paused\":\"false\"}" },
    };
    bool made =
        cluster_make_namespace(&pod.cluster, namespace, NULL, NULL) &&
        objects_make(&pod.cluster, namespace,
                     "deployments/web 3 deployments/api 1 deployments/off 0 statefulsets/db 2 replicasets/bare 2 "
                     "replicationcontrollers/old 1 rollouts/canary 3 fleets/ships 4 cronjobs/clean 1 "
                     "cronjobs/never 0");

    for (size_t i = 0; made && i < sizeof autoscalers / sizeof autoscalers[0]; i++)
        made = object_make(&pod.cluster, namespace, &autoscalers[i]);
    return made;
}

static void everything_sleeps_and_comes_back_byte_for_byte(void)
{
    static const char asleep[] =
        "deployments/web 0 deployments/api 0 deployments/off 0 statefulsets/db 0 replicasets/bare 0 "
        "replicationcontrollers/old 0 rollouts/canary 0 fleets/ships 0 cronjobs/clean 0 cronjobs/never 0 "
        "scaledobjects/plain 0 scaledobjects/held 0 scaledobjects/unpaused 0";
    released_by(workload_list_release) struct workload_list wanted = { 0 };
    released_by(snapshot_release) struct snapshot before = { 0 };
    released_by(snapshot_release) struct snapshot after = { 0 };

    CU_ASSERT_TRUE_FATAL(make_all("round"));
    CU_ASSERT_TRUE_FATAL(snapshot_take_settled(&pod.cluster, "round", &before));
    CU_ASSERT_TRUE_FATAL(observe("round", &wanted));
    case_number("unread", (int64_t) wanted.unread_count, 0);
    order_until_it_stands("round", NULL);
    CU_ASSERT_TRUE(objects_stand_at(&pod.cluster, "round", asleep));
    order_until_it_stands("round", &wanted);
    CU_ASSERT_TRUE_FATAL(snapshot_take_settled(&pod.cluster, "round", &after));
    CU_ASSERT_EQUAL(snapshot_compare(&before, NULL, &after), 0);
}

/* Same name, another uid: neither the uid nor the resourceVersion of the order is its own. */
static void another_object_of_that_name_is_left_alone(void)
{
    static const char made[] = "deployments/web 3 rollouts/canary 3 fleets/ships 4 cronjobs/clean 1";
    static const struct object scaled = { .resource = "scaledobjects", .name = "plain", .target = "Deployment/web" };
    static const char *const resources[] = { "deployments", "rollouts", "fleets", "cronjobs", "scaledobjects" };
    static const char *const names[] = { "web", "canary", "ships", "clean", "plain" };
    released_by(workload_list_release) struct workload_list seen = { 0 };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "another", NULL, NULL));
    CU_ASSERT_TRUE_FATAL(objects_make(&pod.cluster, "another", made) && object_make(&pod.cluster, "another", &scaled));
    CU_ASSERT_TRUE_FATAL(observe("another", &seen));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        CU_ASSERT_TRUE_FATAL(object_delete(&pod.cluster, "another", resources[i], names[i]));
    CU_ASSERT_TRUE_FATAL(objects_make(&pod.cluster, "another", made) && object_make(&pod.cluster, "another", &scaled));
    for (int versions = 0; versions < 2; versions++) {
        released_by(scale_orders_release) struct scale_orders orders = { 0 };

        for (size_t i = 0; i < seen.count; i++) {
            struct workload item = seen.items[i];
            bool is_custom =
                text_equal(item.resource, "rollouts.argoproj.io") || text_equal(item.resource, "fleets.example.test");

            if (versions == 0 && !is_custom) /* the uid alone holds */
                item.resource_version = "";
            add_order(&orders, &item, 0, "");
        }
        carry_out("another", &orders);
        CU_ASSERT_EQUAL(orders.count, 5);
        for (size_t i = 0; i < orders.count; i++)
            case_number(orders.items[i].resource, orders.items[i].result, SCALE_CHANGED);
        CU_ASSERT_TRUE(objects_stand_at(&pod.cluster, "another", made));
    }
}

/* The one that was read is served no more when it is to be written. */
static void a_kind_that_went_is_not_taken_for_an_object_that_went(void)
{
    released_by(workload_list_release) struct workload_list seen = { 0 };
    released_by(scale_orders_release) struct scale_orders orders = { 0 };
    released_by(scale_orders_release) struct scale_orders again = { 0 };
    struct discovery_wait wait = { 0 };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "went", NULL, NULL));
    CU_ASSERT_TRUE_FATAL(objects_make(&pod.cluster, "went", "fleets/ships 4"));
    CU_ASSERT_TRUE_FATAL(observe("went", &seen));
    CU_ASSERT_EQUAL_FATAL(seen.count, 1);
    CU_ASSERT_TRUE_FATAL(custom_kinds_remove(&pod.cluster, "fleets.example.test"));
    add_order(&orders, &seen.items[0], 0, "");
    add_order(&again, &seen.items[0], 0, "");
    carry_out("went", &orders);
    case_number("at first", orders.items[0].result, SCALE_CHANGED);
    discovery_want(discovery, &wait, DISCOVERY_AGE_MS, &pod.stage.flow);
    while (!wait.done)
        CU_ASSERT_TRUE_FATAL(stage_turn(&pod.stage, stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS));
    carry_out("went", &again);
    case_number("then", again.items[0].result, SCALE_FAILED);
    case_text("then", again.items[0].reason, "fleets.example.test is not served by this cluster now");
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(everything_sleeps_and_comes_back_byte_for_byte),
                            TEST(another_object_of_that_name_is_left_alone),
                            TEST(a_kind_that_went_is_not_taken_for_an_object_that_went), CU_TEST_INFO_NULL };
    int status = EXIT_FAILURE;

    if (pod_open(&pod) && grant() && custom_kinds_install(&pod.cluster)) {
        discovery = discovery_new(pod.client);
        status = test_main_run("k8s/control_plane_orders", tests);
        discovery_free(discovery);
    }
    return pod_close(&pod) ? status : EXIT_FAILURE;
}
