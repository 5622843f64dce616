/* tests/end_to_end/test_interlocks.c - what must not be stopped, what cannot be started, and what somebody changed meanwhile. */
#include "tests/end_to_end/custom_kinds.h"
#include "tests/end_to_end/objects.h"
#include "tests/end_to_end/world.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 50, LOOKS_MAX = 400 };

static struct world world;

static bool says(const char *command, const char *part)
{
    return world_says(&world, command, part);
}

static bool stand_at(const char *namespace, const char *counts)
{
    return objects_stand_at(&world.cluster, namespace, counts);
}

static bool make_environment(const char *name, const char *counts)
{
    return cluster_make_namespace(&world.cluster, name, "{\"scheduler\":\"enabled\"}", NULL) &&
           objects_make(&world.cluster, name, counts) && objects_become_ready(&world.cluster, name, counts) &&
           world_knows(&world, name);
}

static void the_bot_takes_commands(void)
{
    CU_ASSERT_FATAL(custom_kinds_install(&world.cluster) && custom_kinds_grant_fleets(&world.cluster, true));
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
}

/* what is refused */

static void a_stateful_set_that_would_lose_its_data_is_not_stopped(void)
{
    static const struct object keeper = {
        .resource = "statefulsets",
        .name = "db",
        .count = 2,
        .spec = "\"persistentVolumeClaimRetentionPolicy\":{\"whenScaled\":\"Delete\",\"whenDeleted\":\"Retain\"},",
    };
    const char *answer;

    CU_ASSERT_FATAL(make_environment("data1", "deployments/web 1"));
    CU_ASSERT_FATAL(object_make(&world.cluster, "data1", &keeper));
    answer = world_say(&world, "stop data1");
    CU_ASSERT(holds(answer, "`data1` is partly stopped: 1 workload at 0, 1 workload stays as it is."));
    CU_ASSERT(holds(answer, "`db` could not be changed: scaling it to 0 would delete its volumes"));
    CU_ASSERT(stand_at("data1", "deployments/web 0 statefulsets/db 2"));
    CU_ASSERT(says("start data1", "`data1` is up (3/3 ready"));
    CU_ASSERT(stand_at("data1", "deployments/web 1 statefulsets/db 2"));
    CU_ASSERT(world_is_content(&world));
}

static bool apply(const char *format, const char *name)
{
    released_by(buffer_release) struct buffer text = { 0 };

    for (; *format != '\0'; format++)
        if (*format == '@')
            buffer_append_text(&text, name);
        else
            buffer_append_char(&text, *format);
    released_by(json_release) cJSON *object = cJSON_Parse(buffer_text(&text));
    return manifest_apply(&world.cluster, object);
}

/* Nobody starts api in that namespace any more, whatever kind it is of. */
static const char policy[] =
    "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"ValidatingAdmissionPolicy\","
    "\"metadata\":{\"name\":\"@\"},\"spec\":{\"failurePolicy\":\"Fail\",\"matchConstraints\":{\"resourceRules\":["
    "{\"apiGroups\":[\"apps\",\"batch\",\"example.test\"],\"apiVersions\":[\"*\"],\"operations\":[\"UPDATE\"],"
    "\"resources\":[\"deployments/scale\",\"fleets/scale\",\"cronjobs\"]}]},"
    "\"matchConditions\":[{\"name\":\"there\",\"expression\":\"request.namespace == '@' && request.name == 'api'\"}],"
    "\"validations\":[{\"expression\":\"object.kind == 'CronJob' && object.spec.suspend == true || "
    "object.kind == 'Scale' && object.spec.?replicas.orValue(0) == 0\","
    "\"message\":\"api may not run before the audit <!here> is over\"}]}}";

static const char binding[] =
    "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"ValidatingAdmissionPolicyBinding\","
    "\"metadata\":{\"name\":\"@\"},\"spec\":{\"policyName\":\"@\",\"validationActions\":[\"Deny\"]}}";

/* Until it would be refused (or no longer). */
static bool policy_is(const char *namespace, bool in_force)
{
    char path[200];

    snprintf(path, sizeof path, "/apis/apps/v1/namespaces/%s/deployments/api/scale?dryRun=All", namespace);
    for (int i = 0; i < LOOKS_MAX; i++) {
        released_by(reply_release) struct reply reply = { 0 };
        cluster_ask(&world.cluster, "PATCH", path, "application/merge-patch+json", "{\"spec\":{\"replicas\":1}}",
                    &reply);
        if ((reply.status != 200) == in_force)
            return true;
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    }
    return false;
}

static void what_may_not_be_started_is_named_in_the_words_of_the_server(void)
{
    static const char up[] = "deployments/web 2 deployments/api 1 fleets/api 3 cronjobs/api 1";
    static const char policies[] = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/audit1";
    const char *answer;

    CU_ASSERT_FATAL(make_environment("audit1", up));
    CU_ASSERT(says("stop audit1", "`audit1` is stopped ("));
    CU_ASSERT_FATAL(apply(policy, "audit1") && apply(binding, "audit1") && policy_is("audit1", true));
    answer = world_say(&world, "start audit1");
    CU_ASSERT(holds(answer, "`audit1` is partly up: 2/2 ready, 3 workloads stay as they are."));
    CU_ASSERT(holds(answer, "`api` could not be changed: "));
    CU_ASSERT(holds(answer, "api may not run before the audit &lt;!here&gt; is over"));
    CU_ASSERT(stand_at("audit1", "deployments/web 2 deployments/api 0 fleets/api 0 cronjobs/api 0"));

    CU_ASSERT_FATAL(cluster_do(&world.cluster, "DELETE", policies, NULL, NULL) && policy_is("audit1", false));
    CU_ASSERT(says("start audit1", "`audit1` is up ("));
    CU_ASSERT(stand_at("audit1", up));
    CU_ASSERT(world_is_content(&world));
}

/* A finalizer of somebody else holds it in its end. */
static void a_namespace_that_terminates_is_left_to_its_end(void)
{
    static const struct object held = {
        .resource = "deployments", .name = "held", .count = 1, .metadata = "\"finalizers\":[\"example.test/hold\"],"
    };

    CU_ASSERT_FATAL(make_environment("ending1", "deployments/web 1"));
    CU_ASSERT_FATAL(object_make(&world.cluster, "ending1", &held));
    CU_ASSERT(says("stop ending1", "`ending1` is stopped ("));
    CU_ASSERT_FATAL(cluster_do(&world.cluster, "DELETE", "/api/v1/namespaces/ending1", NULL, NULL));
    CU_ASSERT(world_comes_to_say(&world, "status ending1", "`ending1` is being deleted"));
    CU_ASSERT(says("start ending1", "`ending1` is being deleted"));
    CU_ASSERT(stand_at("ending1", "deployments/held 0"));
    CU_ASSERT(
        object_patch(&world.cluster, "ending1", "deployments", "held", NULL, "{\"metadata\":{\"finalizers\":null}}"));
    CU_ASSERT(world_is_content(&world));
}

/* what somebody changed meanwhile */

static void the_count_of_a_namesake_is_not_used(void)
{
    static const char up[] = "deployments/web 3 fleets/tug 5 cronjobs/report 1 statefulsets/db 1";
    static const char *const replaced[][2] = { { "deployments", "web" },
                                               { "fleets", "tug" },
                                               { "cronjobs", "report" } };

    CU_ASSERT_FATAL(make_environment("namesake1", up));
    CU_ASSERT(says("stop namesake1", "`namesake1` is stopped ("));
    for (size_t i = 0; i < sizeof replaced / sizeof replaced[0]; i++)
        CU_ASSERT_FATAL(object_delete(&world.cluster, "namesake1", replaced[i][0], replaced[i][1]));
    CU_ASSERT_FATAL(objects_make(&world.cluster, "namesake1", "deployments/web 0 fleets/tug 0 cronjobs/report 0"));
    CU_ASSERT(says("start namesake1", "Deleted or replaced while asleep: 3 workloads."));
    CU_ASSERT(stand_at("namesake1", "deployments/web 0 fleets/tug 0 cronjobs/report 0 statefulsets/db 1"));
    CU_ASSERT(world_is_content(&world));
}

static void what_somebody_changed_while_it_was_asleep_is_left_so(void)
{
    static const struct object scaler = { .resource = "scaledobjects", .name = "web", .target = "Deployment/web" };
    static const char twice[] = "{\"metadata\":{\"annotations\":{\"autoscaling.keda.sh/paused\":null,"
                                "\"autoscaling.keda.sh/paused-replicas\":\"2\"}}}";
    released_by(json_release) cJSON *kept = NULL;

    CU_ASSERT_FATAL(
        make_environment("meanwhile2", "deployments/web 3 rollouts/canary 4 cronjobs/report 1 fleets/tug 2"));
    CU_ASSERT_FATAL(object_make(&world.cluster, "meanwhile2", &scaler));
    CU_ASSERT(says("stop meanwhile2", "`meanwhile2` is stopped ("));
    CU_ASSERT_FATAL(object_patch(&world.cluster, "meanwhile2", "rollouts", "canary", "kubectl-edit",
                                 "{\"spec\":{\"replicas\":1}}"));
    CU_ASSERT_FATAL(object_patch(&world.cluster, "meanwhile2", "cronjobs", "report", "kubectl-edit",
                                 "{\"spec\":{\"suspend\":false}}"));
    CU_ASSERT_FATAL(object_patch(&world.cluster, "meanwhile2", "scaledobjects", "web", "kubectl-edit", twice));
    CU_ASSERT(says("start meanwhile2", "Scaled by somebody meanwhile and left so: 1 workload"));
    CU_ASSERT(stand_at("meanwhile2", "deployments/web 3 rollouts/canary 1 cronjobs/report 1 fleets/tug 2"));
    kept = object_read(&world.cluster, "meanwhile2", "scaledobjects", "web");
    const cJSON *annotations = json_find(kept, "metadata/annotations");
    CU_ASSERT_PTR_NULL(json_member(annotations, "autoscaling.keda.sh/paused"));
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(json_member(annotations, "autoscaling.keda.sh/paused-replicas")), "2");
    CU_ASSERT(world_is_content(&world));
}

/* autoscalers */

static void what_an_autoscaler_wants_at_least_is_what_comes_back(void)
{
    static const struct object scaler = {
        .resource = "horizontalpodautoscalers", .name = "web", .count = 1, .target = "Deployment/web"
    };

    CU_ASSERT_FATAL(make_environment("minimum1", "deployments/web 1 deployments/api 1"));
    CU_ASSERT_FATAL(object_make(&world.cluster, "minimum1", &scaler));
    CU_ASSERT(says("stop minimum1", "`minimum1` is stopped ("));
    CU_ASSERT_FATAL(object_patch(&world.cluster, "minimum1", "horizontalpodautoscalers", "web", NULL,
                                 "{\"spec\":{\"minReplicas\":3}}"));
    CU_ASSERT(says("start minimum1", "With more than before, as the autoscaler has a higher minimum now: `web`."));
    CU_ASSERT(stand_at("minimum1", "deployments/web 3 deployments/api 1"));
    CU_ASSERT(world_is_content(&world));
}

static void an_autoscaler_that_may_wake_its_target_is_reported(void)
{
    static const struct object scaler = {
        .resource = "horizontalpodautoscalers", .name = "queue", .count = 0, .target = "Deployment/worker"
    };

    CU_ASSERT_FATAL(make_environment("waking1", "deployments/worker 1 deployments/api 1"));
    CU_ASSERT_FATAL(object_make(&world.cluster, "waking1", &scaler));
    CU_ASSERT(says("status waking1", "`worker` has an autoscaler with `minReplicas: 0`, which may start it"));
    CU_ASSERT(says("stop waking1", "`worker` has an autoscaler with `minReplicas: 0`, which may start it"));
    CU_ASSERT(stand_at("waking1", "deployments/worker 0 deployments/api 0"));
    CU_ASSERT(world_is_content(&world));
}

/* CronJobs, Jobs and Pods */

static void a_cron_job_that_somebody_suspended_stays_suspended(void)
{
    CU_ASSERT_FATAL(make_environment("cron1", "cronjobs/report 1 cronjobs/retired 0"));
    CU_ASSERT(says("stop cron1", "`cron1` is stopped (1 CronJob suspended"));
    CU_ASSERT(stand_at("cron1", "cronjobs/report 0 cronjobs/retired 0"));
    CU_ASSERT(says("status cron1", "`cron1` is stopped: 1 CronJob suspended"));
    CU_ASSERT(says("start cron1", "1 CronJob resumed"));
    CU_ASSERT(stand_at("cron1", "cronjobs/report 1 cronjobs/retired 0"));
    CU_ASSERT(world_is_content(&world));
}

static void jobs_and_pods_without_a_controller_go_on_and_are_named(void)
{
    static const struct object jobs[] = {
        { .resource = "jobs", .name = "import", .count = 1, .pod_annotations = "{\"cluster/run-time\":\"300s\"}" },
        { .resource = "jobs", .name = "export", .count = 1, .pod_annotations = "{\"cluster/run-time\":\"300s\"}" },
        { .resource = "jobs", .name = "finished", .count = 1 },
        { .resource = "pods", .name = "debug" },
    };
    const char *answer;

    CU_ASSERT_FATAL(make_environment("jobs1", "deployments/web 1"));
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        CU_ASSERT_FATAL(object_make(&world.cluster, "jobs1", &jobs[i]));
    for (int i = 0; i < LOOKS_MAX; i++) {
        released_by(json_release) cJSON *job = object_read(&world.cluster, "jobs1", "jobs", "finished");
        if (json_find(job, "status/completionTime") != NULL)
            break;
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    }
    answer = world_say(&world, "stop jobs1");
    CU_ASSERT(holds(answer, "`jobs1` is stopped (1 workload at 0"));
    CU_ASSERT(holds(answer, "2 jobs go on."));
    CU_ASSERT(holds(answer, "1 pod without a controller goes on."));
    CU_ASSERT(stand_at("jobs1", "deployments/web 0 jobs/import 1 jobs/export 1 pods/debug 1"));
    CU_ASSERT(world_is_content(&world));
}

static void what_an_operator_owns_is_left_to_it_and_named(void)
{
    char reference[256];
    struct object owned = { .resource = "statefulsets", .name = "es-nodes", .count = 1, .metadata = reference };

    CU_ASSERT_FATAL(make_environment("owned2", "deployments/web 1"));
    CU_ASSERT_FATAL(cluster_do(&world.cluster, "POST", "/api/v1/namespaces/owned2/configmaps", NULL,
                               "{\"metadata\":{\"name\":\"es\"}}"));
    released_by(reply_release) struct reply reply = { 0 };
    cluster_ask(&world.cluster, "GET", "/api/v1/namespaces/owned2/configmaps/es", NULL, NULL, &reply);
    snprintf(reference, sizeof reference,
             "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"es\",\"controller\":true,"
             "\"uid\":\"%s\"}],",
             json_text(reply.json, "metadata/uid"));
    CU_ASSERT_FATAL(object_make(&world.cluster, "owned2", &owned));
    CU_ASSERT(says("stop owned2", "Left to their owners: `es-nodes` (ConfigMap es)."));
    CU_ASSERT(stand_at("owned2", "deployments/web 0 statefulsets/es-nodes 1"));
    CU_ASSERT(world_is_content(&world));
}

WORLD_MAIN("end_to_end/interlocks", &world, "3s", TEST(the_bot_takes_commands),
           TEST(a_stateful_set_that_would_lose_its_data_is_not_stopped),
           TEST(what_may_not_be_started_is_named_in_the_words_of_the_server),
           TEST(a_namespace_that_terminates_is_left_to_its_end), TEST(the_count_of_a_namesake_is_not_used),
           TEST(what_somebody_changed_while_it_was_asleep_is_left_so),
           TEST(what_an_autoscaler_wants_at_least_is_what_comes_back),
           TEST(an_autoscaler_that_may_wake_its_target_is_reported),
           TEST(a_cron_job_that_somebody_suspended_stays_suspended),
           TEST(jobs_and_pods_without_a_controller_go_on_and_are_named),
           TEST(what_an_operator_owns_is_left_to_it_and_named))
