/* tests/end_to_end/test_policy.c - deploy/policy.yaml: what the bot's account may change of an object, and what not.
 *
 * Asked with the account's own token, as somebody would who has taken over the bot.
 */
#include "tests/end_to_end/custom_kinds.h"
#include "tests/end_to_end/objects.h"
#include "tests/end_to_end/world.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 50, FORBIDDEN = 403 };

static struct world world;
static struct cluster as_bot; /* the same, but for the token */

static const char namespace[] = "/api/v1/namespaces/guarded";
static const char cron_job[] = "/apis/batch/v1/namespaces/guarded/cronjobs/clean";
static const char scaled_object[] = "/apis/keda.sh/v1alpha1/namespaces/guarded/scaledobjects/web";
static const char scaled_job[] = "/apis/keda.sh/v1alpha1/namespaces/guarded/scaledjobs/batch";
static const char merge[] = "application/merge-patch+json";

#define PAUSE(paused, replicas)                                              \
    "{\"metadata\":{\"annotations\":{\"autoscaling.keda.sh/paused\":" paused \
    ",\"autoscaling.keda.sh/paused-replicas\":" replicas "}}}"

static bool take_token(void)
{
    static const char tokens[] = "/api/v1/namespaces/curfew/serviceaccounts/curfew/token";
    released_by(reply_release) struct reply reply = { 0 };
    const char *token;

    cluster_ask(&world.cluster, "POST", tokens, NULL,
                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenRequest\",\"spec\":{}}", &reply);
    token = json_text(reply.json, "status/token");
    as_bot = world.cluster;
    as_bot.token = (struct secret){ 0 };
    secret_set(&as_bot.token, token, strlen(token));
    return token[0] != '\0';
}

static int patch(const char *place, const char *body, char message[300])
{
    released_by(reply_release) struct reply reply = { 0 };

    cluster_ask(&as_bot, "PATCH", place, merge, body, &reply);
    snprintf(message, 300, "%s", json_text(reply.json, "message"));
    return reply.status;
}

/* A policy that was just made is not in force yet. Each try changes something: what changes nothing is always allowed. */
static bool is_in_force(const char *place)
{
    int64_t until_ms = stage_now_ms(&world.stage) + STAGE_PATIENCE_MS;
    char body[100], message[300];
    int tries = 0, status = 0;

    while (status != FORBIDDEN && stage_now_ms(&world.stage) < until_ms) {
        snprintf(body, sizeof body, "{\"metadata\":{\"labels\":{\"try\":\"%d\"}}}", tries++);
        status = patch(place, body, message);
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    }
    if (status != FORBIDDEN)
        printf("the policy does not come into force: %s: %d %s\n", place, status, message);
    return status == FORBIDDEN;
}

static void what_the_bot_does_it_may_do(void)
{
    static const struct {
        const char *place, *patch;
    } cases[] = {
        { namespace, "{\"metadata\":{\"annotations\":{\"curfew/schedule\":\"never\"}}}" },
        { namespace, "{\"metadata\":{\"annotations\":{\"curfew/schedule\":\"Mon-Fri 20:00\"}}}" },
        { namespace, "{\"metadata\":{\"annotations\":{\"curfew/schedule\":null}}}" },
        { cron_job, "{\"spec\":{\"suspend\":true}}" },
        { cron_job, "{\"spec\":{\"suspend\":false}}" },
        { scaled_object, PAUSE("\"true\"", "\"0\"") },
        { scaled_object, PAUSE("null", "\"2\"") },
        { scaled_object, PAUSE("null", "null") },
        { scaled_job, PAUSE("\"true\"", "\"0\"") },
        { scaled_job, PAUSE("null", "null") },
    };
    char message[300];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (!case_number(cases[i].patch, patch(cases[i].place, cases[i].patch, message), 200))
            printf("\n    %s\n", message);
}

static void expect_refused(const char *place, const char *policy, const char *body, const char *sentence)
{
    char message[300], name[100];

    case_number(body, patch(place, body, message), FORBIDDEN);
    snprintf(name, sizeof name, "ValidatingAdmissionPolicy '%s'", policy);
    case_holds(message, strstr(message, name) != NULL);
    case_holds(message, strstr(message, sentence) != NULL);
}

#define OWNERS "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"name\":\"curfew\",\"uid\":\"x\"}]"

static void nothing_else_of_a_namespace_can_be_changed(void)
{
    static const struct {
        const char *patch, *sentence;
    } cases[] = {
        { "{\"metadata\":{\"annotations\":{\"curfew/owners\":\"U2\"}}}", "only annotation" },
        { "{\"metadata\":{\"annotations\":{\"curfew/owners\":null}}}", "only annotation" },
        { "{\"metadata\":{\"annotations\":{\"curfew/schedule\":\"never\",\"other\":\"x\"}}}", "only annotation" },
        { "{\"metadata\":{\"annotations\":null}}", "only annotation" },
        { "{\"metadata\":{\"labels\":{\"pod-security.kubernetes.io/enforce\":\"privileged\"}}}", "labels" },
        { "{\"metadata\":{\"labels\":{\"scheduler\":null}}}", "labels" },
        { "{\"metadata\":{\"finalizers\":[\"example.test/x\"]}}", "finalizers" },
        { "{\"metadata\":{" OWNERS "}}", "owners" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_refused(namespace, "curfew", cases[i].patch, cases[i].sentence);
}

/* Every member of its specification, as the Kubernetes API reference 1.37 lists them. */
static void nothing_else_of_a_cron_job_can_be_changed(void)
{
    static const struct {
        const char *patch, *sentence;
    } cases[] = {
        { "{\"spec\":{\"schedule\":\"* * * * *\"}}", "only change whether it is suspended" },
        { "{\"spec\":{\"suspend\":true,\"schedule\":\"* * * * *\"}}", "only change whether it is suspended" },
        { "{\"spec\":{\"timeZone\":\"Europe/Berlin\"}}", "only change whether it is suspended" },
        { "{\"spec\":{\"startingDeadlineSeconds\":10}}", "only change whether it is suspended" },
        { "{\"spec\":{\"concurrencyPolicy\":\"Forbid\"}}", "only change whether it is suspended" },
        { "{\"spec\":{\"successfulJobsHistoryLimit\":9}}", "only change whether it is suspended" },
        { "{\"spec\":{\"failedJobsHistoryLimit\":9}}", "only change whether it is suspended" },
        { "{\"spec\":{\"jobTemplate\":{\"spec\":{\"template\":{\"spec\":{\"containers\":"
          "[{\"name\":\"main\",\"image\":\"example.test/other\"}]}}}}}}",
          "what a CronJob runs" },
        { "{\"spec\":{\"jobTemplate\":{\"metadata\":{\"labels\":{\"a\":\"b\"}}}}}", "what a CronJob runs" },
        { "{\"metadata\":{\"annotations\":{\"curfew/exclude\":\"true\"}}}", "annotations" },
        { "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", "labels" },
        { "{\"metadata\":{\"finalizers\":[\"example.test/x\"]}}", "finalizers" },
        { "{\"metadata\":{" OWNERS "}}", "owners" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_refused(cron_job, "curfew-cronjobs", cases[i].patch, cases[i].sentence);
}

static void nothing_else_of_an_autoscaler_can_be_changed(void)
{
    static const struct {
        const char *patch, *sentence;
    } cases[] = {
        { "{\"metadata\":{\"annotations\":{\"other\":\"x\"}}}", "only annotations" },
        { "{\"metadata\":{\"annotations\":{\"kept\":null}}}", "only annotations" },
        { "{\"metadata\":{\"annotations\":null}}", "only annotations" },
        { "{\"metadata\":{\"annotations\":{\"autoscaling.keda.sh/paused-scale-in\":\"true\"}}}", "only annotations" },
        { "{\"spec\":{\"scaleTargetRef\":{\"name\":\"other\"}}}", "what an autoscaler does" },
        { "{\"spec\":{\"jobTargetRef\":{\"parallelism\":9}}}", "what an autoscaler does" },
        { "{\"spec\":{\"triggers\":[]}}", "what an autoscaler does" },
        { "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}", "labels" },
        { "{\"metadata\":{\"finalizers\":[\"example.test/x\"]}}", "finalizers" },
        { "{\"metadata\":{" OWNERS "}}", "owners" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_refused(scaled_object, "curfew-autoscalers", cases[i].patch, cases[i].sentence);
        expect_refused(scaled_job, "curfew-autoscalers", cases[i].patch, cases[i].sentence);
    }
}

static void others_are_not_bound_by_it(void)
{
    static const char *const places[] = { namespace, cron_job, scaled_object, scaled_job };

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        CU_ASSERT_TRUE(
            cluster_do(&world.cluster, "PATCH", places[i], merge,
                       "{\"metadata\":{\"labels\":{\"scheduler\":\"disabled\"},\"annotations\":{\"a\":\"b\"}}}"));
}

static bool make_objects(void)
{
    static const struct object scaled = {
        .resource = "scaledobjects", .name = "web", .target = "Deployment/web", .annotations = "{\"kept\":\"x\"}"
    };

    return custom_kinds_install(&world.cluster) &&
           cluster_make_namespace(&world.cluster, "guarded", "{\"scheduler\":\"enabled\"}",
                                  "{\"curfew/owners\":\"U1\",\"other\":\"kept\"}") &&
           objects_make(&world.cluster, "guarded", "cronjobs/clean 1") &&
           object_make(&world.cluster, "guarded", &scaled) &&
           cluster_do(&world.cluster, "POST", "/apis/keda.sh/v1alpha1/namespaces/guarded/scaledjobs", NULL,
                      "{\"apiVersion\":\"keda.sh/v1alpha1\",\"kind\":\"ScaledJob\",\"metadata\":{\"name\":\"batch\","
                      "\"annotations\":{\"kept\":\"x\"}},\"spec\":{\"jobTargetRef\":{\"template\":{\"spec\":{}}},"
                      "\"triggers\":[{\"type\":\"cron\"}]}}");
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(what_the_bot_does_it_may_do),
                            TEST(nothing_else_of_a_namespace_can_be_changed),
                            TEST(nothing_else_of_a_cron_job_can_be_changed),
                            TEST(nothing_else_of_an_autoscaler_can_be_changed),
                            TEST(others_are_not_bound_by_it),
                            CU_TEST_INFO_NULL };
    int status = EXIT_FAILURE;

    if (world_open(&world, "3s") && make_objects() && take_token() && is_in_force(namespace) && is_in_force(cron_job) &&
        is_in_force(scaled_object) && is_in_force(scaled_job))
        status = test_main_run("end_to_end/policy", tests);
    secret_release(&as_bot.token);
    return world_close(&world, status != EXIT_SUCCESS) ? status : EXIT_FAILURE;
}
