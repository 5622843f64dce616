/* tests/k8s/test_control_plane_observation.c - what is read of a real API server: every kind, what goes on, and why something is
 * not ready; of one namespace and of many. */
#include "k8s/observation.h"

#include "base/text.h"
#include "tests/end_to_end/custom_kinds.h"
#include "tests/end_to_end/objects.h"
#include "tests/k8s/pod.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAMESPACES = 7 };

static struct pod pod;
static struct discovery *discovery;

/* NULL: it came to no end, which is said. */
static struct observation *observe(const struct observation_target *targets, size_t count, enum observation_depth depth)
{
    struct observation *observation = observation_new(pod.client, discovery, targets, count, depth, &pod.stage.flow);
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    bool in_time = true;

    while (in_time && !observation_is_done(observation))
        in_time = stage_turn(&pod.stage, until_ms);
    if (case_holds("the observation comes to an end", in_time))
        return observation;
    observation_free(observation);
    return NULL;
}

static void take(struct observation *observation, size_t target, struct workload_list *workloads)
{
    struct error error = { 0 };

    workload_list_release(workloads);
    if (!observation_take(observation, target, workloads, &error))
        case_text("error", error.message, "");
}

static void read_one(const char *namespace, const char *app, enum observation_depth depth,
                     struct workload_list *workloads)
{
    const struct observation_target target = { namespace, app };
    struct observation *observation = observe(&target, 1, depth);

    if (observation != NULL)
        take(observation, 0, workloads);
    observation_free(observation);
}

/* "deployments.apps/web 3/3 " for each, with what is said of it. */
static void print(const struct workload_list *list, struct buffer *target)
{
    buffer_clear(target);
    for (size_t i = 0; i < list->count; i++) {
        const struct workload *item = &list->items[i];

        buffer_append_format(target, "%s/%s %d/%d", item->resource, item->name, item->replicas_ready, item->replicas);
        if (item->minimum > 0)
            buffer_append_format(target, " at least %d", item->minimum);
        if (item->wakes_by_itself)
            buffer_append_text(target, " wakes");
        if (item->is_app)
            buffer_append_text(target, " app");
        buffer_append_text(target, ", ");
    }
    for (size_t i = 0; i < list->unread_count; i++)
        buffer_append_format(target, "!%s ", list->unread[i].resource);
    buffer_append_format(target, "%d jobs, %d pods", list->jobs, list->pods);
}

/* Until it reads like that; what it reads like in the end is shown. */
static void expect_to_read(const char *namespace, const char *app, const char *expected)
{
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    released_by(workload_list_release) struct workload_list list = { 0 };
    released_by(buffer_release) struct buffer seen = { 0 };

    do {
        read_one(namespace, app, OBSERVE_LEFTOVERS, &list);
        print(&list, &seen);
    } while (!text_equal(buffer_text(&seen), expected) && stage_now_ms(&pod.stage) < until_ms);
    case_text(namespace, buffer_text(&seen), expected);
}

static const char everything[] = "deployments/web 3 replicasets/bare 1 replicationcontrollers/old 1 rollouts/canary 2 "
                                 "fleets/ships 4 cronjobs/clean 1 "
                                 "cronjobs/never 0 pods/alone 1";
static const char everything_read[] =
    "replicationcontrollers/old 1/1, deployments.apps/web 3/3 at least 2, replicasets.apps/bare 1/1, "
    "statefulsets.apps/db 2/2 wakes app, cronjobs.batch/clean 0/1, cronjobs.batch/never 0/0, "
    "rollouts.argoproj.io/canary "
    "2/2, fleets.example.test/ships 4/4, scaledobjects.keda.sh/plain 0/1, 1 jobs, 1 pods";

static bool make_everything(const char *namespace)
{
    static const struct object others[] = {
        { .resource = "statefulsets", .name = "db", .count = 2, .metadata = "\"labels\":{\"tier\":\"data\"}," },
        { .resource = "scaledobjects", .name = "plain", .target = "Deployment/web" },
        { .resource = "horizontalpodautoscalers", .name = "web", .count = 2, .target = "Deployment/web" },
        { .resource = "horizontalpodautoscalers", .name = "db", .count = 0, .target = "StatefulSet/db" },
        { .resource = "jobs", .name = "load", .count = 1, .pod_annotations = "{\"cluster/run-time\":\"10m\"}" },
        { .resource = "jobs", .name = "done", .count = 1 },
    };
    bool made = cluster_make_namespace(&pod.cluster, namespace, NULL, NULL) &&
                objects_make(&pod.cluster, namespace, everything);

    for (size_t i = 0; made && i < sizeof others / sizeof others[0]; i++)
        made = object_make(&pod.cluster, namespace, &others[i]);
    return made;
}

/* Nobody has said yet that the account may read them. */
static void custom_kinds_that_may_not_be_listed_are_said(void)
{
    released_by(workload_list_release) struct workload_list list = { 0 };
    size_t custom = 0;

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "refused", NULL, NULL));
    CU_ASSERT_TRUE_FATAL(objects_make(&pod.cluster, "refused", "deployments/web 1 rollouts/canary 1"));
    read_one("refused", "", OBSERVE_WORKLOADS, &list);
    CU_ASSERT_EQUAL(list.count, 1);
    for (size_t i = 0; i < list.unread_count; i++) {
        custom += text_equal(list.unread[i].resource, "rollouts.argoproj.io");
        case_holds(list.unread[i].reason, strstr(list.unread[i].reason, "is forbidden: User") != NULL);
    }
    CU_ASSERT_EQUAL(custom, 1);
    CU_ASSERT_TRUE(workload_list_is_unread(&list, "fleets.example.test"));
    CU_ASSERT_FALSE(workload_list_is_unread(&list, "deployments.apps"));
}

static bool grant(void)
{
    static const char path[] = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

    return cluster_do(&pod.cluster, "POST", path, NULL,
                      "{\"metadata\":{\"name\":\"all\"},\"roleRef\":{\"apiGroup\":\"rbac.authorization.k8s.io\","
                      "\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"},\"subjects\":[{\"kind\":\"ServiceAccount\","
                      "\"name\":\"curfew\",\"namespace\":\"default\"}]}");
}

static void every_kind_is_read_with_what_scales_it_and_what_goes_on(void)
{
    CU_ASSERT_TRUE_FATAL(grant());
    CU_ASSERT_TRUE_FATAL(make_everything("all"));
    expect_to_read("all", "tier in (data, nothing)", everything_read);
}

/* Those of the whole cluster, and each by itself. */
static void many_are_read_as_each_by_itself(void)
{
    struct observation_target targets[NAMESPACES];
    char names[NAMESPACES][16];

    for (int i = 0; i < NAMESPACES; i++) {
        snprintf(names[i], sizeof names[i], "many-%d", NAMESPACES - i);
        targets[i] = (struct observation_target){ names[i], "tier in (data, nothing)" };
        CU_ASSERT_TRUE_FATAL(i == NAMESPACES - 1 ? cluster_make_namespace(&pod.cluster, names[i], NULL, NULL)
                                                 : make_everything(names[i]));
    }
    for (int i = 0; i < NAMESPACES - 1; i++)
        expect_to_read(names[i], "tier in (data, nothing)", everything_read);
    struct observation *observation = observe(targets, NAMESPACES, OBSERVE_LEFTOVERS);
    for (size_t i = 0; observation != NULL && i < NAMESPACES; i++) {
        released_by(workload_list_release) struct workload_list list = { 0 };
        released_by(buffer_release) struct buffer seen = { 0 };

        take(observation, i, &list);
        print(&list, &seen);
        case_text(names[i], buffer_text(&seen), i == NAMESPACES - 1 ? "0 jobs, 0 pods" : everything_read);
    }
    observation_free(observation);
}

/* Until the reason has this in it. */
static void expect_reason(const char *namespace, const char *resource, const char *name, const char *expected)
{
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    released_by(workload_list_release) struct workload_list list = { 0 };
    const struct workload *found;

    do {
        read_one(namespace, "", OBSERVE_REASONS, &list);
        found = workload_list_find(&list, resource, name);
    } while ((found == NULL || strstr(found->reason, expected) == NULL) && stage_now_ms(&pod.stage) < until_ms);
    if (case_holds(name, found != NULL) && strstr(found->reason, expected) == NULL)
        case_text(name, found->reason, expected);
}

static void what_is_not_ready_says_why(void)
{
    static const struct object stuck[] = {
        { .resource = "deployments",
          .name = "web",
          .count = 1,
          .pod_annotations = "{\"cluster/never-ready\":\"ImagePullBackOff\"}" },
        { .resource = "statefulsets", .name = "db", .count = 1, .pod_spec = "\"nodeSelector\":{\"disk\":\"none\"}," },
        { .resource = "replicationcontrollers",
          .name = "old",
          .count = 1,
          .pod_spec = "\"volumes\":[{\"name\":\"v\",\"persistentVolumeClaim\":{\"claimName\":\"none\"}}]," },
    };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "stuck", NULL, NULL));
    for (size_t i = 0; i < sizeof stuck / sizeof stuck[0]; i++)
        CU_ASSERT_TRUE_FATAL(object_make(&pod.cluster, "stuck", &stuck[i]));
    expect_reason("stuck", "deployments.apps", "web", "main: ImagePullBackOff");
    expect_reason("stuck", "statefulsets.apps", "db", "node(s) didn't match Pod's node affinity/selector");
    expect_reason("stuck", "replicationcontrollers", "old", "persistentvolumeclaim \"none\" not found");
}

/* One says so in its status, the other only by an event. */
static void a_quota_is_said_in_the_words_of_the_server(void)
{
    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "quota", NULL, NULL));
    CU_ASSERT_TRUE_FATAL(cluster_do(&pod.cluster, "POST", "/api/v1/namespaces/quota/resourcequotas", NULL,
                                    "{\"metadata\":{\"name\":\"no-pods\"},\"spec\":{\"hard\":{\"pods\":\"0\"}}}"));
    CU_ASSERT_TRUE_FATAL(objects_make(&pod.cluster, "quota", "deployments/web 2 statefulsets/db 1"));
    expect_reason("quota", "deployments.apps", "web",
                  "exceeded quota: no-pods, requested: pods=1, used: pods=0, limited: pods=0");
    expect_reason("quota", "statefulsets.apps", "db",
                  "exceeded quota: no-pods, requested: pods=1, used: pods=0, limited: pods=0");
}

static bool open_all(void)
{
    if (!pod_open(&pod) || !custom_kinds_install(&pod.cluster))
        return false;
    discovery = discovery_new(pod.client);
    return true;
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(custom_kinds_that_may_not_be_listed_are_said),
                            TEST(every_kind_is_read_with_what_scales_it_and_what_goes_on),
                            TEST(many_are_read_as_each_by_itself),
                            TEST(what_is_not_ready_says_why),
                            TEST(a_quota_is_said_in_the_words_of_the_server),
                            CU_TEST_INFO_NULL };
    int status = open_all() ? test_main_run("k8s/control_plane_observation", tests) : EXIT_FAILURE;

    discovery_free(discovery);
    return pod_close(&pod) ? status : EXIT_FAILURE;
}
