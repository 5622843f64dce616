/* tests/k8s/test_control_plane_discovery.c - which kinds a real API server has, as a service account, with custom ones. */
#include "k8s/discovery.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/k8s/pod.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <signal.h>
#include <stdlib.h>

static struct pod pod;
static struct discovery *discovery;

static const char definitions_path[] = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/* What Kubernetes itself has, and what tests/data/k8s/definitions.json adds to it. */
static const char *const expected[] = { "deployments.apps",      "statefulsets.apps",      "replicasets.apps",
                                        "cronjobs.batch",        "replicationcontrollers", "rollouts.argoproj.io",
                                        "scaledobjects.keda.sh", "scaledjobs.keda.sh",     "caches.example.test",
                                        "queues.example.test" };
enum { BUILT_IN = 5, ALL = 10, WITHOUT_QUEUES = 9 };

static int64_t patience(void)
{
    return stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
}

/* What is said of it. */
static struct error ask(int64_t age_ms)
{
    struct discovery_wait wait = { 0 };
    int64_t until_ms = patience();
    bool in_time = true;

    discovery_want(discovery, &wait, age_ms, &pod.stage.flow);
    while (in_time && !wait.done)
        in_time = stage_turn(&pod.stage, until_ms);
    if (!in_time)
        error_set(&wait.error, ERROR_TIMEOUT, "the discovery does not end");
    discovery_forget(discovery, &wait);
    return wait.error;
}

static bool knows(const char *name)
{
    return resource_list_find(discovery_resources(discovery), name) != NULL;
}

static void expect_known(const char *row, size_t count)
{
    case_number(row, (int64_t) discovery_resources(discovery)->count, (int64_t) count);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        case_holds(expected[i], knows(expected[i]) == (i < count));
}

/* Until as many are known: definitions are served, and no longer served, some time after they were written. */
static void ask_until(size_t count)
{
    int64_t until_ms = patience();

    while (discovery_resources(discovery)->count != count && stage_now_ms(&pod.stage) < until_ms) {
        discovery_expire(discovery);
        case_text("error", ask(DISCOVERY_AGE_MS).message, "");
        stage_pass(&pod.stage, 50);
    }
}

static void a_cluster_without_definitions_has_the_built_in_ones(void)
{
    case_text("error", ask(DISCOVERY_AGE_MS).message, "");
    expect_known("without definitions", BUILT_IN);
    for (size_t i = 0; i < BUILT_IN; i++) {
        const struct resource *built_in = resource_list_find(resource_built_in(), expected[i]);
        const struct resource *found = resource_list_find(discovery_resources(discovery), expected[i]);

        CU_ASSERT_FATAL(built_in != NULL && found != NULL);
        case_text(expected[i], found->path, built_in->path);
        case_text(expected[i], found->plural, built_in->plural);
        case_text(expected[i], found->kind, built_in->kind);
        case_number(expected[i], found->action, built_in->action);
        case_number(expected[i], found->counts_in_object, built_in->counts_in_object);
        case_number(expected[i], found->is_built_in, built_in->is_built_in);
    }
    CU_ASSERT_STRING_EQUAL(discovery_remarks(discovery), "");
}

static void what_is_defined_later_is_found_after_an_expiry(void)
{
    released_by(buffer_release) struct buffer text = recorded_answer("definitions.json");
    released_by(json_release) cJSON *definitions = NULL;
    const cJSON *definition = NULL;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(json_parse(text.data, text.length, "the definitions", &definitions, &error));
    cJSON_ArrayForEach(definition, json_member(definitions, "items"))
    {
        char *body = cJSON_PrintUnformatted(definition);

        CU_ASSERT_TRUE_FATAL(cluster_do(&pod.cluster, "POST", definitions_path, NULL, body));
        cJSON_free(body);
    }
    case_text("error", ask(DISCOVERY_AGE_MS).message, "");
    expect_known("not asked again", BUILT_IN);
    ask_until(ALL);
    expect_known("after an expiry", ALL);
    CU_ASSERT_STRING_EQUAL(resource_list_find(discovery_resources(discovery), "queues.example.test")->path,
                           "/apis/example.test/v1beta1");
}

static void what_is_defined_no_more_is_gone_after_an_expiry(void)
{
    char path[200];

    snprintf(path, sizeof path, "%s/queues.example.test", definitions_path);
    CU_ASSERT_TRUE_FATAL(cluster_do(&pod.cluster, "DELETE", path, NULL, NULL));
    ask_until(WITHOUT_QUEUES);
    expect_known("after an expiry", WITHOUT_QUEUES);
}

/* An aggregated API whose server does not exist. */
static void a_group_that_nobody_serves_is_named(void)
{
    int64_t until_ms = patience();

    CU_ASSERT_TRUE_FATAL(
        cluster_do(&pod.cluster, "POST", "/apis/apiregistration.k8s.io/v1/apiservices", NULL,
                   "{\"metadata\":{\"name\":\"v1beta1.metrics.k8s.io\"},\"spec\":{\"group\":\"metrics.k8s.io\","
                   "\"version\":\"v1beta1\",\"groupPriorityMinimum\":100,\"versionPriority\":100,"
                   "\"insecureSkipTLSVerify\":true,\"service\":{\"name\":\"nobody\",\"namespace\":\"default\"}}}"));
    while (discovery_remarks(discovery)[0] == '\0' && stage_now_ms(&pod.stage) < until_ms) {
        case_text("error", ask(0).message, "");
        stage_pass(&pod.stage, 50);
    }
    CU_ASSERT_STRING_EQUAL(discovery_remarks(discovery), "metrics.k8s.io");
    expect_known("with a group that is not served", WITHOUT_QUEUES);
}

/* As the administrator, whom it answers at once: an account hears 403 until the roles are loaded. */
static struct client *open_administrator(struct access **ret_access)
{
    struct access_environment environment = { .kubeconfig = pod.cluster.kubeconfig };
    struct error error = { 0 };

    if (!case_holds(error.message, access_new(pod.stage.loop, &environment, ret_access, &error)))
        return NULL;
    return client_new(pod.stage.loop, *ret_access, "curfew-test/1");
}

static void wait_for_the_first_answer(void)
{
    int64_t until_ms = patience();
    int status = 0;

    while (status == 0 && stage_now_ms(&pod.stage) < until_ms) {
        released_by(reply_release) struct reply reply = { 0 };

        cluster_ask(&pod.cluster, "GET", "/livez", NULL, NULL, &reply);
        status = reply.status;
    }
}

/* It answers before it has read its definitions: who asks without a pause meets that. */
static void nothing_is_lost_while_the_api_server_starts(void)
{
    struct discovery *of_account = discovery;
    struct access *access = NULL;
    struct client *client = open_administrator(&access);
    int64_t until_ms = patience();
    int answers = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(client);
    discovery = discovery_new(client);
    case_text("error", ask(0).message, "");
    CU_ASSERT_TRUE(cluster_take_away(&pod.cluster, SIGUSR1));
    wait_for_the_first_answer();
    while (answers < 50 && stage_now_ms(&pod.stage) < until_ms) {
        answers += ask(0).kind == ERROR_NONE;
        expect_known("during the start", WITHOUT_QUEUES);
    }
    CU_ASSERT_EQUAL(answers, 50);
    CU_ASSERT_TRUE(cluster_wait(&pod.cluster));
    discovery_free(discovery);
    client_free(client);
    access_free(access);
    discovery = of_account;
}

int main(void)
{
    CU_TestInfo tests[] = {
        TEST(a_cluster_without_definitions_has_the_built_in_ones), TEST(what_is_defined_later_is_found_after_an_expiry),
        TEST(what_is_defined_no_more_is_gone_after_an_expiry),     TEST(a_group_that_nobody_serves_is_named),
        TEST(nothing_is_lost_while_the_api_server_starts),         CU_TEST_INFO_NULL
    };
    int status = EXIT_FAILURE;

    if (pod_open(&pod)) {
        discovery = discovery_new(pod.client);
        status = test_main_run("k8s/control_plane_discovery", tests);
        discovery_free(discovery);
    }
    return pod_close(&pod) ? status : EXIT_FAILURE;
}
