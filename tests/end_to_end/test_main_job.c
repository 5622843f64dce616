/* tests/end_to_end/test_main_job.c - what people use the bot for, from the slash command to the API server and back. */
#include "tests/end_to_end/world.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static struct world world;

static const char all_up[] = "web 3 api 1 idle 0 db 2";
static const char all_down[] = "web 0 api 0 idle 0 db 0";

static bool says(const char *command, const char *part)
{
    return world_says(&world, command, part);
}

static bool stands_at(const char *name, const char *replicas)
{
    return world_stands_at(&world, name, replicas);
}

static void the_bot_comes_up_with_nothing_but_its_service_account(void)
{
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
    CU_ASSERT(says("list", "There is no environment yet"));
    CU_ASSERT(says("help", "`/curfew stop ENV"));
    CU_ASSERT(world_is_content(&world));
}

static void what_was_stopped_comes_back_with_the_replicas_it_had(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "dev1", NULL));
    CU_ASSERT(says("list dev1", "not touched by Curfew so far"));

    CU_ASSERT(says("stop dev1", "`dev1` is stopped (3 workloads at 0, 6 replicas remembered"));
    CU_ASSERT(stands_at("dev1", all_down));
    CU_ASSERT(says("list", "`dev1`  stopped <!date^"));
    CU_ASSERT(says("list", "by <@UANN000001>"));
    CU_ASSERT(says("stop dev1", "`dev1` was stopped already"));

    CU_ASSERT(says("start dev1", "`dev1` is up (6/6 ready"));
    CU_ASSERT(stands_at("dev1", all_up));
    CU_ASSERT(says("status dev1", "`dev1` is up: 6/6 ready"));
    CU_ASSERT(says("start dev1", "`dev1` was up already (6/6 ready)"));
    CU_ASSERT(stands_at("dev1", all_up));
    CU_ASSERT(world_is_content(&world));
}

static void a_status_says_stopped_once_the_pods_are_gone(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "status1", NULL));
    CU_ASSERT(says("stop status1", "is stopped"));
    CU_ASSERT(world_comes_to_say(&world, "status status1", "is stopped: "));
    CU_ASSERT(says("status status1", "`status1` is stopped: 3 workloads at 0"));
    CU_ASSERT(says("status", "status1      stopped"));
    CU_ASSERT(world_is_content(&world));
}

static void the_command_is_acknowledged_at_once_and_its_outcome_is_for_all_to_see(void)
{
    struct sent sent;

    CU_ASSERT_FATAL(world_make_environment(&world, "dev2", NULL));
    sent = workspace_command(&world.workspace, "UBOB000001", "stop dev2");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "Stopping `dev2`"));
    CU_ASSERT_STRING_EQUAL(workspace_audience(&world.workspace, &sent, 0), "ephemeral");
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "`dev2` is stopped"));
    CU_ASSERT_STRING_EQUAL(workspace_audience(&world.workspace, &sent, 1), "in_channel");
    CU_ASSERT(says("list dev2", "by <@UBOB000001>"));
    CU_ASSERT(world_is_content(&world));
}

static void two_environments_in_one_command_give_one_answer(void)
{
    struct sent sent;
    const char *answer;

    CU_ASSERT_FATAL(world_make_environment(&world, "two-a", NULL) && world_make_environment(&world, "two-b", NULL));
    sent = workspace_command(&world.workspace, NULL, "stop two-a two-b");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "Stopping `two-a` and `two-b`"));
    answer = workspace_answer(&world.workspace, &sent, 1);
    CU_ASSERT(holds(answer, "`two-a` is stopped") && holds(answer, "`two-b` is stopped"));
    CU_ASSERT(stands_at("two-a", all_down) && stands_at("two-b", all_down));
    CU_ASSERT(says("start two-a, two-b", "`two-b` is up (6/6 ready"));
    CU_ASSERT(stands_at("two-a", all_up) && stands_at("two-b", all_up));
    CU_ASSERT(world_is_content(&world));
}

static void a_pattern_changes_nothing_until_its_button_is_pressed(void)
{
    struct sent asked, clicked;

    CU_ASSERT_FATAL(world_make_environment(&world, "pat-a", NULL) && world_make_environment(&world, "pat-b", NULL));
    asked = workspace_command(&world.workspace, NULL, "stop pat-*");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &asked), "Stop 2 environments: `pat-a` and `pat-b`?"));
    CU_ASSERT_STRING_EQUAL(workspace_audience(&world.workspace, &asked, 0), "ephemeral");
    CU_ASSERT(stands_at("pat-a", all_up));

    clicked = workspace_click(&world.workspace, &asked, "confirm");
    CU_ASSERT(holds(workspace_answer(&world.workspace, &clicked, 1), "Stopping `pat-a` and `pat-b`"));
    CU_ASSERT(holds(workspace_answer(&world.workspace, &clicked, 2), "`pat-b` is stopped"));
    CU_ASSERT(stands_at("pat-a", all_down) && stands_at("pat-b", all_down));
    CU_ASSERT(world_is_content(&world));
}

static void a_question_that_is_declined_changes_nothing(void)
{
    struct sent asked, clicked;

    CU_ASSERT_FATAL(world_make_environment(&world, "decline-a", NULL));
    asked = workspace_command(&world.workspace, NULL, "stop decline-*");
    clicked = workspace_click(&world.workspace, &asked, "dismiss");
    CU_ASSERT(holds(workspace_answer(&world.workspace, &clicked, 1), "Nothing was changed"));
    CU_ASSERT(stands_at("decline-a", all_up));
    CU_ASSERT(world_is_content(&world));
}

static void what_is_excepted_is_left_running(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "except1", NULL));
    CU_ASSERT(says("stop except1 except db", "`except1` is stopped (2 workloads at 0"));
    CU_ASSERT(stands_at("except1", "web 0 api 0 idle 0 db 2"));
    CU_ASSERT(says("start except1 except api", "`except1` is up"));
    CU_ASSERT(stands_at("except1", "web 3 api 0 idle 0 db 2"));
    CU_ASSERT(says("start except1", "`except1` is up (6/6 ready"));
    CU_ASSERT(says("stop except1 except wbe", "nothing was changed: it has no workload wbe"));
    CU_ASSERT(stands_at("except1", all_up));
    CU_ASSERT(world_is_content(&world));
}

static void what_is_annotated_as_excluded_is_left_running(void)
{
    static const struct made_workload excluded = { "deployments", "keep", 2, "{\"curfew/exclude\":\"true\"}", NULL };

    CU_ASSERT_FATAL(world_make_environment(&world, "exclude1", NULL));
    CU_ASSERT_FATAL(cluster_make_workload(&world.cluster, "exclude1", &excluded));
    CU_ASSERT(says("stop exclude1", "Excluded and still running: 1 workload"));
    CU_ASSERT(stands_at("exclude1", all_down));
    CU_ASSERT_EQUAL(cluster_replicas(&world.cluster, "exclude1", "deployments", "keep"), 2);
    CU_ASSERT(world_is_content(&world));
}

/* Somebody scaled it up while it slept: it is left as it is. */
static void what_somebody_scaled_up_meanwhile_is_left_so(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "meanwhile1", NULL));
    CU_ASSERT(says("stop meanwhile1", "is stopped"));
    CU_ASSERT(cluster_scale(&world.cluster, "meanwhile1", "deployments", "web", 1));
    CU_ASSERT(says("start meanwhile1", "Scaled by somebody meanwhile and left so: 1 workload"));
    CU_ASSERT(stands_at("meanwhile1", "web 1 api 1 idle 0 db 2"));
    CU_ASSERT(world_is_content(&world));
}

static const char policy[] =
    "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"ValidatingAdmissionPolicy\","
    "\"metadata\":{\"name\":\"api-stays\"},\"spec\":{\"failurePolicy\":\"Fail\",\"matchConstraints\":{"
    "\"resourceRules\":["
    "{\"apiGroups\":[\"apps\"],\"apiVersions\":[\"v1\"],\"operations\":[\"UPDATE\"],\"resources\":[\"deployments/"
    "scale\"]}]},"
    "\"validations\":[{\"expression\":\"object.metadata.namespace != 'partly1' || object.metadata.name != 'api'\","
    "\"message\":\"api has to stay <!channel> up\"}]}}";

static const char binding[] =
    "{\"apiVersion\":\"admissionregistration.k8s.io/v1\",\"kind\":\"ValidatingAdmissionPolicyBinding\","
    "\"metadata\":{\"name\":\"api-stays\"},\"spec\":{\"policyName\":\"api-stays\",\"validationActions\":[\"Deny\"]}}";

static const char policy_path[] = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/api-stays";

static bool apply(const char *text)
{
    released_by(json_release) cJSON *object = cJSON_Parse(text);

    return manifest_apply(&world.cluster, object);
}

/* Until the API server refuses (or no longer refuses) what the policy forbids. */
static bool policy_is(bool in_force)
{
    static const char path[] = "/apis/apps/v1/namespaces/partly1/deployments/api/scale?dryRun=All";

    for (int i = 0; i < 200; i++) {
        released_by(reply_release) struct reply reply = { 0 };
        cluster_ask(&world.cluster, "PATCH", path, "application/merge-patch+json", "{\"spec\":{\"replicas\":5}}",
                    &reply);
        if ((reply.status != 200) == in_force)
            return true;
        stage_pass(&world.stage, 50);
    }
    return false;
}

static void what_is_refused_is_named_with_the_reason_and_the_rest_is_done(void)
{
    const char *answer;

    CU_ASSERT_FATAL(world_make_environment(&world, "partly1", NULL));
    CU_ASSERT_FATAL(apply(policy) && apply(binding) && policy_is(true));
    answer = world_say(&world, "stop partly1");
    CU_ASSERT(holds(answer, "`partly1` is partly stopped: 2 workloads at 0, 1 workload stays as it is"));
    CU_ASSERT(holds(answer, "`api` could not be changed: "));
    CU_ASSERT(holds(answer, "api has to stay &lt;!channel&gt; up"));
    CU_ASSERT(stands_at("partly1", "web 0 api 1 idle 0 db 0"));
    CU_ASSERT(says("list partly1", "partly stopped"));

    CU_ASSERT_FATAL(cluster_do(&world.cluster, "DELETE", policy_path, NULL, NULL) && policy_is(false));
    CU_ASSERT(says("stop partly1", "`partly1` is stopped (3 workloads at 0, 6 replicas remembered"));
    CU_ASSERT(stands_at("partly1", all_down));
    CU_ASSERT(says("start partly1", "`partly1` is up (6/6 ready"));
    CU_ASSERT(stands_at("partly1", all_up));
    CU_ASSERT(world_is_content(&world));
}

static void what_does_not_become_ready_is_named_with_its_reason(void)
{
    static const struct made_workload broken = { "deployments", "broken", 1, NULL,
                                                 "{\"cluster/never-ready\":\"ImagePullBackOff\"}" };

    CU_ASSERT_FATAL(world_make_environment(&world, "broken1", NULL));
    CU_ASSERT_FATAL(cluster_make_workload(&world.cluster, "broken1", &broken));
    CU_ASSERT(says("status broken1", "`broken1` is degraded: "));
    CU_ASSERT(says("status broken1", "`broken` 0/1 ready"));
    CU_ASSERT(world_is_content(&world));
}

/* Answered to the author alone, in a sentence that says what is right. */
static void mistakes_are_answered_to_their_author_alone(void)
{
    static const struct {
        const char *text;
        const char *answer;
    } cases[] = {
        { "stop dve1", "No environment `dve1`. Did you mean `dev1`" },
        { "stop unlabelled", "kubectl label namespace unlabelled scheduler=enabled" },
        { "stop oddlabel", "has a value other than enabled or disabled" },
        { "stop kube-system", "`kube-system` is protected" },
        { "stop curfew", "`curfew` is protected" },
        { "stop", "stop ENV" },
        { "stpo dev1", "stop" },
        { "stop nosuch-*", "No environment matches `nosuch-*`" },
    };

    CU_ASSERT_FATAL(cluster_make_namespace(&world.cluster, "unlabelled", NULL, NULL));
    CU_ASSERT_FATAL(cluster_make_namespace(&world.cluster, "oddlabel", "{\"scheduler\":\"nope\"}", NULL));
    CU_ASSERT_FATAL(world_make_environment(&world, "after-them", NULL));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sent sent = workspace_command(&world.workspace, NULL, cases[i].text);
        CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), cases[i].answer));
        CU_ASSERT_STRING_EQUAL(workspace_audience(&world.workspace, &sent, 0), "ephemeral");
    }
    CU_ASSERT(world_is_content(&world));
}

static bool label(const char *name, const char *value)
{
    char path[128], body[128];

    snprintf(path, sizeof path, "/api/v1/namespaces/%s", name);
    snprintf(body, sizeof body, "{\"metadata\":{\"labels\":{\"scheduler\":%s}}}", value);
    return cluster_do(&world.cluster, "PATCH", path, "application/merge-patch+json", body);
}

static void a_label_counts_as_soon_as_it_is_set_and_until_it_is_taken_away(void)
{
    CU_ASSERT_FATAL(cluster_make_namespace(&world.cluster, "label1", NULL, NULL));
    CU_ASSERT(world_comes_to_say(&world, "status label1", "without the label"));
    CU_ASSERT(label("label1", "\"enabled\""));
    CU_ASSERT(world_comes_to_say(&world, "status label1", "`label1` has no workloads"));
    CU_ASSERT(label("label1", "\"disabled\""));
    CU_ASSERT(world_comes_to_say(&world, "status label1", "by hand only: scheduler=disabled"));
    CU_ASSERT(label("label1", "null"));
    CU_ASSERT(world_comes_to_say(&world, "status label1", "without the label"));
    CU_ASSERT(world_is_content(&world));
}

static void an_environment_with_owners_obeys_them_alone(void)
{
    struct sent sent;

    CU_ASSERT_FATAL(world_make_environment(&world, "owned1", "{\"curfew/owners\":\"UBOB000001\"}"));
    CU_ASSERT(says("stop owned1", "Only its owners (UBOB000001) may stop `owned1`"));
    CU_ASSERT(stands_at("owned1", all_up));
    CU_ASSERT(says("status owned1", "`owned1` is "));
    sent = workspace_command(&world.workspace, "UBOB000001", "stop owned1");
    CU_ASSERT(holds(workspace_answer(&world.workspace, &sent, 1), "`owned1` is stopped"));
    CU_ASSERT(stands_at("owned1", all_down));
    CU_ASSERT(world_is_content(&world));
}

/* Same name, other UID: what was remembered of the old one is not used. */
static void a_namespace_made_anew_has_no_past(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "anew1", NULL));
    CU_ASSERT(says("stop anew1", "is stopped"));
    CU_ASSERT(cluster_do(&world.cluster, "DELETE", "/api/v1/namespaces/anew1", NULL, NULL));
    CU_ASSERT(world_comes_to_say(&world, "status anew1", "No environment `anew1`"));
    CU_ASSERT_FATAL(world_make_environment(&world, "anew1", NULL));
    CU_ASSERT(says("list anew1", "not touched by Curfew so far"));
    CU_ASSERT(says("start anew1", "`anew1` was up already") || says("start anew1", "`anew1` is up"));
    CU_ASSERT(world_is_content(&world));
}

static void the_bot_ends_when_it_is_asked_to_and_remembers_everything(void)
{
    CU_ASSERT_FATAL(world_make_environment(&world, "last1", NULL));
    CU_ASSERT(says("stop last1", "is stopped"));
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT(world_is_content(&world));
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
    CU_ASSERT(says("list last1", "`last1`  stopped"));
    CU_ASSERT(says("start last1", "`last1` is up (6/6 ready"));
    CU_ASSERT(stands_at("last1", all_up));
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT(world_is_content(&world));
}

WORLD_MAIN("end_to_end/main_job", &world, "3s", TEST(the_bot_comes_up_with_nothing_but_its_service_account),
           TEST(what_was_stopped_comes_back_with_the_replicas_it_had),
           TEST(a_status_says_stopped_once_the_pods_are_gone),
           TEST(the_command_is_acknowledged_at_once_and_its_outcome_is_for_all_to_see),
           TEST(two_environments_in_one_command_give_one_answer),
           TEST(a_pattern_changes_nothing_until_its_button_is_pressed),
           TEST(a_question_that_is_declined_changes_nothing), TEST(what_is_excepted_is_left_running),
           TEST(what_is_annotated_as_excluded_is_left_running), TEST(what_somebody_scaled_up_meanwhile_is_left_so),
           TEST(what_is_refused_is_named_with_the_reason_and_the_rest_is_done),
           TEST(what_does_not_become_ready_is_named_with_its_reason), TEST(mistakes_are_answered_to_their_author_alone),
           TEST(a_label_counts_as_soon_as_it_is_set_and_until_it_is_taken_away),
           TEST(an_environment_with_owners_obeys_them_alone), TEST(a_namespace_made_anew_has_no_past),
           TEST(the_bot_ends_when_it_is_asked_to_and_remembers_everything))
