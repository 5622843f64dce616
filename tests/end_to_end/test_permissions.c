/* tests/end_to_end/test_permissions.c - deploy/rbac.yaml and slack-app.yaml grant what the bot uses and nothing else (P12).
 *
 * With all of it nothing is refused. Then each verb, and each scope of Slack, is taken away in turn, and the bot has to be
 * refused exactly that.
 */
#include "tests/end_to_end/custom_kinds.h"
#include "tests/end_to_end/objects.h"
#include "tests/end_to_end/world.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { LOOK_AGAIN_MS = 25, SIGHTING_MS = 20 * 1000, TAKEN_AWAY_MAX = 32 };

static struct world world;

/* One verb on one resource, as a person reads it in a refusal. */
struct grant {
    char verb[32];
    char group[64];
    char resource[64];
    char subresource[32]; /* "" = none */
};

static cJSON *read_role(void)
{
    released_by(json_release) cJSON *objects = manifest_read(CURFEW_DEPLOY "/rbac.yaml");
    const cJSON *object;

    cJSON_ArrayForEach(object, objects) if (text_equal(json_text(object, "kind"),
                                                       "ClusterRole")) return cJSON_Duplicate(object, true);
    return NULL;
}

static void fill_grant(const cJSON *rule, const cJSON *resource, const cJSON *verb, struct grant *grant)
{
    const char *name = resource->valuestring;
    size_t length = strcspn(name, "/");

    snprintf(grant->verb, sizeof grant->verb, "%s", verb->valuestring);
    snprintf(grant->group, sizeof grant->group, "%s",
             cJSON_GetArrayItem(json_member(rule, "apiGroups"), 0)->valuestring);
    snprintf(grant->resource, sizeof grant->resource, "%.*s", (int) length, name);
    snprintf(grant->subresource, sizeof grant->subresource, "%s", name[length] == '/' ? name + length + 1 : "");
}

/* The role with each resource and verb in a rule of its own; number (from 0) is left out. How many there are is returned,
 * *ret_left_out says which one was left out. */
static int split_role(const cJSON *role, int number, cJSON **ret_role, struct grant *ret_left_out)
{
    cJSON *split = cJSON_Duplicate(role, true), *rules = cJSON_CreateArray();
    const cJSON *rule, *resource, *verb;
    int count = 0;

    cJSON_ArrayForEach(rule, json_member(role, "rules")) cJSON_ArrayForEach(resource, json_member(rule, "resources"))
        cJSON_ArrayForEach(verb, json_member(rule, "verbs"))
    {
        if (count++ == number) {
            fill_grant(rule, resource, verb, ret_left_out);
            continue;
        }
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(rules, item);
        cJSON_AddItemToObject(item, "apiGroups", cJSON_Duplicate(json_member(rule, "apiGroups"), true));
        cJSON_AddItemToArray(cJSON_AddArrayToObject(item, "resources"), cJSON_Duplicate(resource, true));
        cJSON_AddItemToArray(cJSON_AddArrayToObject(item, "verbs"), cJSON_Duplicate(verb, true));
    }
    cJSON_ReplaceItemInObjectCaseSensitive(split, "rules", rules);
    *ret_role = split;
    return count;
}

/* What the API server says now. */
static bool is_allowed(const struct grant *grant)
{
    released_by(reply_release) struct reply reply = { 0 };
    char body[512];

    snprintf(body, sizeof body,
             "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SubjectAccessReview\",\"spec\":{"
             "\"user\":\"system:serviceaccount:curfew:curfew\",\"resourceAttributes\":{\"namespace\":\"%s\","
             "\"verb\":\"%s\",\"group\":\"%s\",\"resource\":\"%s\",\"subresource\":\"%s\"}}}",
             text_equal(grant->resource, "namespaces") ? "" : "default", grant->verb, grant->group, grant->resource,
             grant->subresource);
    cluster_ask(&world.cluster, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", NULL, body, &reply);
    return json_is_true(reply.json, "status/allowed");
}

static bool becomes(const struct grant *grant, bool allowed)
{
    int64_t until_ms = stage_now_ms(&world.stage) + STAGE_PATIENCE_MS;

    while (is_allowed(grant) != allowed) {
        if (stage_now_ms(&world.stage) > until_ms)
            return false;
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    }
    return true;
}

/* One of each kind that the manifest knows, beside what every environment has. */
static bool make_environment(const char *name)
{
    static const struct object scaled = { .resource = "scaledobjects", .name = "web", .target = "Deployment/web" };
    char path[128];

    snprintf(path, sizeof path, "/apis/keda.sh/v1alpha1/namespaces/%s/scaledjobs", name);
    return world_make_environment(&world, name, NULL) &&
           objects_make(&world.cluster, name,
                        "replicasets/bare 1 replicationcontrollers/old 1 rollouts/canary 1 fleets/ships 2 "
                        "cronjobs/clean 1") &&
           object_make(&world.cluster, name, &scaled) &&
           cluster_do(&world.cluster, "POST", path, NULL,
                      "{\"apiVersion\":\"keda.sh/v1alpha1\",\"kind\":\"ScaledJob\",\"metadata\":{\"name\":\"batch\"},"
                      "\"spec\":{\"jobTargetRef\":{\"template\":{}}}}");
}

/* It never becomes ready, and only Events say why. */
static bool make_stuck(const char *namespace)
{
    char path[128];

    snprintf(path, sizeof path, "/apis/apps/v1/namespaces/%s/statefulsets", namespace);
    return cluster_do(
        &world.cluster, "POST", path, NULL,
        "{\"metadata\":{\"name\":\"stuck\"},\"spec\":{\"serviceName\":\"stuck\",\"selector\":{\"matchLabels\":"
        "{\"app\":\"stuck\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":\"stuck\"}},\"spec\":{"
        "\"serviceAccountName\":\"none\",\"containers\":[{\"name\":\"main\",\"image\":\"example.test/main\"}]}}}}");
}

static void tell(const char *verb, const char *environment, const char *rest, struct buffer *told)
{
    char command[64];

    snprintf(command, sizeof command, "%s %s%s", verb, environment, rest);
    const char *answer = world_say(&world, command);
    buffer_append_text(told, answer != NULL ? answer : "(no answer)");
    buffer_append_text(told, "\n");
}

/* Everything that asks something of the API server, with a store of its own. What was answered is added to *told. false: the bot could not be started. */
static bool work(const char *environment, struct buffer *told)
{
    struct bot_options options = { .kubeconfig = world.kubeconfig };
    char store[STAGE_PATH_SIZE];

    stage_path(&world.stage, environment, store);
    options.store = store;
    world_end_bot(&world);
    if (!bot_start(&world.bot, &world.stage, &world.workspace, &world.cluster, &options))
        return false;
    if (!child_wait_for(&world.bot.child, "event=ready", 0, 5 * 1000))
        return true; /* then its log says why */
    tell("stop", environment, "", told);
    tell("start", environment, "", told);
    bool made = make_stuck(environment);
    tell("status", environment, "", told);
    tell("schedule", environment, " Mon-Fri 20:00", told);
    tell("schedule", environment, " default", told);
    return made;
}

static bool has_refusal(const char *text, const struct grant *grant)
{
    struct buffer sentence = { 0 };
    const char *found = text;
    bool refused = false;

    buffer_append_format(&sentence, "cannot %s resource ", grant->verb);
    while (!refused && (found = strstr(found, buffer_text(&sentence))) != NULL) {
        found += strlen(buffer_text(&sentence));
        const char *name = found + strspn(found, "\\\"'");
        size_t length = strlen(grant->resource);
        refused = strncmp(name, grant->resource, length) == 0 &&
                  (grant->subresource[0] == '\0' ? name[length] != '/' : name[length] == '/');
    }
    buffer_release(&sentence);
    return refused;
}

/* What kubectl get events shows, within a while. */
static bool has_event(const char *namespace, const char *reason, const char *sentence)
{
    int64_t until_ms = stage_now_ms(&world.stage) + SIGHTING_MS;
    bool found = false;

    while (!found && stage_now_ms(&world.stage) < until_ms) {
        released_by(reply_release) struct reply reply = { 0 };
        const cJSON *event;
        char path[128];

        snprintf(path, sizeof path, "/api/v1/namespaces/%s/events?fieldSelector=reason=%s", namespace, reason);
        cluster_ask(&world.cluster, "GET", path, NULL, NULL, &reply);
        cJSON_ArrayForEach(event, json_member(reply.json, "items")) found =
            found || (text_equal(json_text(event, "source/component"), "curfew") &&
                      text_equal(json_text(event, "involvedObject/kind"), "Namespace") &&
                      holds(json_text(event, "message"), sentence));
        stage_pass(&world.stage, LOOK_AGAIN_MS);
    }
    return found;
}

/* A kind that no manifest of ours can know: it is left alone and named, until the example of deploy/ is applied. */
static void a_further_kind_can_be_granted(void)
{
    static const struct grant granted = { "patch", "example.test", "fleets", "scale" };
    released_by(json_release) cJSON *further = manifest_read(CURFEW_DEPLOY "/further-kinds.yaml");

    CU_ASSERT_FATAL(custom_kinds_install(&world.cluster) && world_start_bot(&world, NULL));
    CU_ASSERT_FATAL(world_make_environment(&world, "further", NULL) &&
                    objects_make(&world.cluster, "further", "fleets/ships 2"));
    const char *answer = world_say(&world, "stop further");
    CU_ASSERT(holds(answer, "fleets.example.test") && holds(answer, "cannot list resource"));
    CU_ASSERT(objects_stand_at(&world.cluster, "further", "fleets/ships 2"));
    CU_ASSERT(world_says(&world, "start further", "further"));
    CU_ASSERT_FATAL(cJSON_GetArraySize(further) == 1 &&
                    manifest_apply(&world.cluster, cJSON_GetArrayItem(further, 0)) && becomes(&granted, true));
    CU_ASSERT(world_says(&world, "stop further", "is stopped ("));
    CU_ASSERT(objects_stand_at(&world.cluster, "further", "fleets/ships 0"));
    CU_ASSERT(world_says(&world, "start further", "is up ("));
    CU_ASSERT(objects_stand_at(&world.cluster, "further", "fleets/ships 2"));
    CU_ASSERT(world_is_content(&world));
}

static void with_all_that_is_granted_nothing_is_refused(void)
{
    struct buffer told = { 0 };

    CU_ASSERT_FATAL(make_environment("granted"));
    CU_ASSERT(work("granted", &told));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&told), "is stopped ("));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&told), "is up ("));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&told), "has a new schedule: `Mon-Fri 20:00"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&told), "has the default schedule again"));
    if (!case_holds("nothing is refused", strstr(buffer_text(&told), "system:serviceaccount:curfew:curfew") == NULL))
        printf("\n%s\n", buffer_text(&told));
    CU_ASSERT_PTR_NULL(strstr(bot_log(&world.bot), "forbidden"));
    CU_ASSERT_STRING_EQUAL(world_replicas(&world, "granted"), "web 3 api 1 idle 0 db 2");
    CU_ASSERT(objects_stand_at(&world.cluster, "granted",
                               "replicasets/bare 1 replicationcontrollers/old 1 rollouts/canary 1 fleets/ships 2 "
                               "cronjobs/clean 1 scaledobjects/web 1"));
    CU_ASSERT(world_comes_to_say(&world, "status granted", "serviceaccount \"none\" not found"));
    CU_ASSERT(has_event("granted", "Stopped", "Stopped by @ann"));
    CU_ASSERT(has_event("granted", "Started", "Started by @ann"));
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT(world_is_content(&world));
    buffer_release(&told);
}

/* What kubectl get namespace -o yaml shows of it; "" = there is no such annotation. */
static const char *read_schedule(const char *name)
{
    static char text[128];
    released_by(reply_release) struct reply reply = { 0 };
    char path[128];

    snprintf(path, sizeof path, "/api/v1/namespaces/%s", name);
    cluster_ask(&world.cluster, "GET", path, NULL, NULL, &reply);
    CU_ASSERT_EQUAL(reply.status, 200);
    const cJSON *annotations = json_member(json_member(reply.json, "metadata"), "annotations");
    const cJSON *value = json_member(annotations, "curfew/schedule");
    snprintf(text, sizeof text, "%s", cJSON_IsString(value) ? value->valuestring : "");
    return text;
}

static void a_schedule_that_is_typed_stands_in_the_namespace(void)
{
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
    CU_ASSERT_FATAL(world_make_environment(&world, "written", NULL));
    CU_ASSERT(world_says(&world, "schedule written Mon-Fri 08:00-20:00 Europe/Berlin", "has a new schedule: "));
    CU_ASSERT_STRING_EQUAL(read_schedule("written"), "Mon-Fri 08:00-20:00 Europe/Berlin");
    CU_ASSERT(world_says(&world, "schedule written", "`Mon-Fri 08:00-20:00 Europe/Berlin`"));
    CU_ASSERT(world_says(&world, "schedule written Mon-Fry 20:00", "Mon-Fry"));
    CU_ASSERT_STRING_EQUAL(read_schedule("written"), "Mon-Fri 08:00-20:00 Europe/Berlin");
    CU_ASSERT(world_says(&world, "schedule written default", "has the default schedule again"));
    CU_ASSERT_STRING_EQUAL(read_schedule("written"), "");
    CU_ASSERT(world_is_content(&world));
}

static void check_without(const struct grant *grant, int number)
{
    struct buffer told = { 0 };
    char environment[32], name[200];
    int64_t until_ms;

    snprintf(name, sizeof name, "%s %s%s%s", grant->verb, grant->resource, grant->subresource[0] != '\0' ? "/" : "",
             grant->subresource);
    snprintf(environment, sizeof environment, "without-%d", number);
    world_end_bot(&world);
    CU_ASSERT_FATAL(make_environment(environment));
    case_holds(name, work(environment, &told));
    until_ms = stage_now_ms(&world.stage) + SIGHTING_MS;
    while (!has_refusal(buffer_text(&told), grant) && !has_refusal(bot_log(&world.bot), grant))
        if (!stage_turn(&world.stage, until_ms))
            break;
    if (!case_holds(name, has_refusal(buffer_text(&told), grant) || has_refusal(bot_log(&world.bot), grant)))
        printf("\n  without \"%s\" nothing is refused: it is not used\n%s\n%s\n", name, buffer_text(&told),
               bot_log(&world.bot));
    CU_ASSERT(bot_stop(&world.bot));
    CU_ASSERT(world_is_content(&world));
    buffer_release(&told);
}

static void without_any_one_of_the_verbs_something_is_refused(void)
{
    released_by(json_release) cJSON *role = read_role();
    int count = 1;

    CU_ASSERT_PTR_NOT_NULL_FATAL(role);
    for (int i = 0; i < count && i < TAKEN_AWAY_MAX; i++) {
        released_by(json_release) cJSON *reduced = NULL;
        struct grant grant = { 0 };
        count = split_role(role, i, &reduced, &grant);
        CU_ASSERT_FATAL(manifest_apply(&world.cluster, reduced) && becomes(&grant, false));
        check_without(&grant, i);
        CU_ASSERT_FATAL(manifest_apply(&world.cluster, role) && becomes(&grant, true));
    }
    CU_ASSERT(count >= 24 && count < TAKEN_AWAY_MAX);
}

/* Through /scale only: so no image and no command of any workload can be changed. */
static void a_workload_itself_cannot_be_changed(void)
{
    static const struct grant cases[] = {
        { "patch", "apps", "deployments", "" },
        { "update", "apps", "deployments", "" },
        { "patch", "apps", "statefulsets", "" },
        { "patch", "apps", "replicasets", "" },
        { "patch", "", "replicationcontrollers", "" },
        { "patch", "argoproj.io", "rollouts", "" },
        { "patch", "example.test", "fleets", "" },
        { "update", "batch", "cronjobs", "" },
        { "create", "batch", "cronjobs", "" },
        { "create", "batch", "jobs", "" },
        { "delete", "batch", "jobs", "" },
        { "patch", "", "events", "" },
        { "patch", "autoscaling", "horizontalpodautoscalers", "" },
        { "create", "", "pods", "" },
        { "get", "", "secrets", "" },
        { "list", "", "secrets", "" },
        { "create", "", "pods", "exec" },
        { "delete", "apps", "deployments", "" },
        { "update", "", "namespaces", "" },
        { "delete", "", "namespaces", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_holds(cases[i].resource, !is_allowed(&cases[i]));
}

/* --- Slack ----------------------------------------------------------------------------------------------------- */

static cJSON *read_scopes(void)
{
    released_by(json_release) cJSON *documents = manifest_read(CURFEW_DEPLOY "/slack-app.yaml");
    const cJSON *oauth = json_member(cJSON_GetArrayItem(documents, 0), "oauth_config");

    return cJSON_Duplicate(json_member(json_member(oauth, "scopes"), "bot"), true);
}

/* The app has all scopes but that one (NULL = all of them). */
static bool grant_scopes(const cJSON *scopes, const cJSON *left_out)
{
    released_by(buffer_release) struct buffer body = { 0 };
    const cJSON *scope;

    buffer_append_text(&body, "{\"scopes\":\"none");
    cJSON_ArrayForEach(scope, scopes) if (scope != left_out) buffer_append_format(&body, ",%s", scope->valuestring);
    buffer_append_text(&body, "\"}");
    return workspace_do(&world.workspace, "POST", "/settings", buffer_text(&body));
}

/* Somebody who may do so through a user group lets it run for some seconds, which is then announced. true: it came to that. */
static bool is_announced(const char *environment, const char *group)
{
    const char *variables[] = { "CURFEW_WARNINGS=2s", group, NULL };
    int announced = workspace_count(&world.workspace, "type=message&channel=CDEV000001");
    char command[64];

    if (!world_start_bot(&world, variables) ||
        !world_make_environment(&world, environment, "{\"curfew/owners\":\"SOPS000001\"}"))
        return false;
    snprintf(command, sizeof command, "stop %s", environment);
    const char *answer = world_say(&world, command);
    size_t so_far = world.bot.child.errors.text.length;
    snprintf(command, sizeof command, "start %s for 4s", environment);
    answer = answer == NULL ? NULL : world_say(&world, command);
    if (answer == NULL || strstr(answer, "is up") == NULL)
        return false;
    struct child *bot = &world.bot.child;
    return child_wait_for(bot, "event=stopped", so_far, SIGHTING_MS) &&
           workspace_count(&world.workspace, "type=message&channel=CDEV000001") > announced;
}

static void with_the_scopes_of_the_app_nothing_is_refused(void)
{
    released_by(json_release) cJSON *scopes = read_scopes();

    CU_ASSERT_FATAL(grant_scopes(scopes, NULL));
    CU_ASSERT(is_announced("scoped", "CURFEW_ALLOW=SOPS000001"));
    struct sent sent = workspace_command(&world.workspace, "UBOB000001", "start scoped");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &sent), "may not"));
    CU_ASSERT(world_is_content(&world));
}

/* The stand-in notes a call without its scope. Without `commands` there is no call: nobody can type a command. */
static bool is_refused(const char *scope)
{
    int refused = workspace_count(&world.workspace, "type=violation&kind=missing_scope");

    return text_equal(scope, "commands") ? refused == 0 : refused > 0;
}

static void without_any_one_of_the_scopes_it_does_not_come_to_that(void)
{
    released_by(json_release) cJSON *scopes = read_scopes();
    const cJSON *scope;
    int number = 0;

    cJSON_ArrayForEach(scope, scopes)
    {
        char environment[32];
        snprintf(environment, sizeof environment, "unscoped-%d", number++);
        CU_ASSERT_FATAL(grant_scopes(scopes, scope));
        case_holds(scope->valuestring, !is_announced(environment, "CURFEW_ALLOW="));
        case_holds(scope->valuestring, is_refused(scope->valuestring));
        CU_ASSERT(bot_kept_quiet(&world.bot));
        world_end_bot(&world);
        CU_ASSERT(workspace_do(&world.workspace, "DELETE", "/violations", NULL));
    }
    CU_ASSERT(number >= 3);
    CU_ASSERT(grant_scopes(scopes, NULL));
}

WORLD_MAIN("end_to_end/permissions", &world, "3s", TEST(a_further_kind_can_be_granted),
           TEST(with_all_that_is_granted_nothing_is_refused), TEST(a_schedule_that_is_typed_stands_in_the_namespace),
           TEST(a_workload_itself_cannot_be_changed), TEST(with_the_scopes_of_the_app_nothing_is_refused),
           TEST(without_any_one_of_the_scopes_it_does_not_come_to_that),
           TEST(without_any_one_of_the_verbs_something_is_refused))
