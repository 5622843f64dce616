/* tests/end_to_end/test_everything.c - a hundred environments of everything that can be put to sleep: it all sleeps, nothing else is
 * touched, and it all comes back byte for byte.
 *
 * What is in them is drawn; CURFEW_TEST_SEED repeats an earlier run, which is printed.
 */
#include "tests/end_to_end/custom_kinds.h"
#include "tests/end_to_end/objects.h"
#include "tests/end_to_end/snapshot.h"
#include "tests/end_to_end/world.h"
#include "tests/test_main.h"

#include "base/json.h"
#include "base/random.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENVIRONMENTS = 100,
    AT_ONCE = 50,  /* what one command may name */
    DRAWN_MAX = 6, /* in one environment, beside what scales them */
    RAISED = 4,    /* minReplicas that somebody raises while the target is asleep */
    RAISED_MAX = 5,
    KILLS = 5,
    HALF_WAY_MS = 400,
};

static struct world world;
static uint64_t seed;
static struct snapshot before;

/* xorshift64: a seed gives the same again. */
static int pick(int below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int) (seed % (uint64_t) below);
}

#define PICK(array) ((array)[pick((int) (sizeof(array) / sizeof((array)[0])))])

/* drawing */

/* The annotations that pause an autoscaler. KEDA holds it where it stands for the first, at that number for the second, which
 * counts where both are there. */
static const struct pause {
    const char *annotations;
    bool is_asleep; /* so it is not ours to pause */
} pauses[] = {
    { "", false },
    { "", false },
    { "\"autoscaling.keda.sh/paused\":\"true\"", true },
    { "\"autoscaling.keda.sh/paused\":\"false\"", false },
    { "\"autoscaling.keda.sh/paused-replicas\":\"0\"", true },
    { "\"autoscaling.keda.sh/paused-replicas\":\"3\"", false },
    { "\"autoscaling.keda.sh/paused\":\"true\",\"autoscaling.keda.sh/paused-replicas\":\"0\"", true },
    { "\"autoscaling.keda.sh/paused\":\"true\",\"autoscaling.keda.sh/paused-replicas\":\"2\"", false },
    { "\"autoscaling.keda.sh/paused\":\"false\",\"autoscaling.keda.sh/paused-replicas\":\"1\"", false },
};

static const char *const remarks[] = {
    "",
    "",
    "",
    "\"curfew/exclude\":\"true\"",
    "\"curfew/exclude\":\"false\"",
    "\"curfew/order\":\"10\"",
    "\"curfew/order\":\"-5\"",
    "\"curfew/order\":\"soon\"",
    "\"example.test/note\":\"\\\"quoted\\\" \\u00fcber <b>&amp;</b>\\n{}\"",
    "\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"spec\\\":{\\\"replicas\\\":7}}\\n\"",
    "\"curfew/order\":\"2\",\"example.test/empty\":\"\"",
};

static const char *const deadlines[] = {
    NULL,
    "\"startingDeadlineSeconds\":120,",
    "\"startingDeadlineSeconds\":200,\"timeZone\":\"Europe/Berlin\",\"concurrencyPolicy\":\"Forbid\",",
};

/* Those that cost pods come in small numbers. */
static const struct {
    const char *resource;
    const char *kind; /* as the target of what scales it; "" = nothing does */
    int counts[8];
} kinds[] = {
    { "deployments", "Deployment", { 0, 1, 1, 1, 1, 2, 2, 3 } },
    { "deployments", "Deployment", { 0, 1, 1, 1, 1, 1, 2, 5 } },
    { "statefulsets", "StatefulSet", { 0, 1, 1, 1, 1, 1, 2, 3 } },
    { "replicasets", "", { 0, 1, 1, 1, 1, 1, 1, 2 } },
    { "replicationcontrollers", "", { 0, 1, 1, 1, 1, 1, 1, 2 } },
    { "rollouts", "Rollout", { 0, 1, 2, 3, 4, 7, 12, 100 } },
    { "fleets", "", { 0, 1, 2, 3, 5, 8, 13, 1000 } },
    { "cronjobs", "", { 0, 0, 1, 1, 1, 1, 1, 1 } },
    { "cronjobs", "", { 0, 0, 1, 1, 1, 1, 1, 1 } },
    { "scaledjobs", "", { 0 } },
};

static void draw_pause(char *annotations, size_t size)
{
    const struct pause *pause = &PICK(pauses);
    const char *remark = PICK(remarks);
    bool both = pause->annotations[0] != '\0' && remark[0] != '\0';

    snprintf(annotations, size, "{%s%s%s}", pause->annotations, both ? "," : "", remark);
}

/* A HorizontalPodAutoscaler, which does nothing without metrics as long as its minimum is there; or a ScaledObject. */
static bool make_scaler(const char *namespace, const struct object *target, const char *kind)
{
    char name[64], reference[128], annotations[256];
    struct object scaler = { .name = name, .target = reference, .annotations = annotations };

    snprintf(name, sizeof name, "%s-scaler", target->name);
    snprintf(reference, sizeof reference, "%s/%s", kind, target->name);
    if (pick(2) == 0 && target->count > 0) {
        scaler.resource = "horizontalpodautoscalers";
        scaler.count = 1 + pick(target->count < 3 ? target->count : 3);
        snprintf(annotations, sizeof annotations, "{%s}", PICK(remarks));
    } else {
        scaler.resource = "scaledobjects";
        draw_pause(annotations, sizeof annotations);
    }
    return object_make(&world.cluster, namespace, &scaler);
}

static bool make_drawn(const char *namespace, int number)
{
    int drawn = pick((int) (sizeof kinds / sizeof kinds[0]));
    char name[64], annotations[256];
    struct object object = { .resource = kinds[drawn].resource, .name = name, .annotations = annotations };

    snprintf(name, sizeof name, "%.6s-%d", kinds[drawn].resource, number);
    if (text_equal(object.resource, "scaledjobs"))
        draw_pause(annotations, sizeof annotations);
    else
        snprintf(annotations, sizeof annotations, "{%s}", PICK(remarks));
    object.count = PICK(kinds[drawn].counts);
    if (text_equal(object.resource, "cronjobs"))
        object.spec = PICK(deadlines);
    if (!object_make(&world.cluster, namespace, &object))
        return false;
    return kinds[drawn].kind[0] == '\0' || pick(2) == 0 || make_scaler(namespace, &object, kinds[drawn].kind);
}

static bool make_environment(const char *name)
{
    bool made = cluster_make_namespace(&world.cluster, name, "{\"scheduler\":\"enabled\",\"team\":\"blue\"}",
                                       "{\"example.test/since\":\"2019\"}");

    for (int number = 1 + pick(DRAWN_MAX); made && number > 0; number--)
        made = make_drawn(name, number);
    return made;
}

/* what sleep is */

/* Its text among those of before, however it was read since. */
static const char *annotation(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(json_member(json_find(object, "metadata/annotations"), name));
}

static bool is_excluded(const cJSON *object)
{
    const char *value = annotation(object, "curfew/exclude");

    return value != NULL && text_equal(value, "true");
}

/* By the table above. */
static bool is_asleep_by_annotation(const cJSON *object)
{
    const char *paused = annotation(object, "autoscaling.keda.sh/paused");
    const char *replicas = annotation(object, "autoscaling.keda.sh/paused-replicas");
    char is[256];

    snprintf(is, sizeof is, "%s%s%s%s%s%s%s", paused != NULL ? "\"autoscaling.keda.sh/paused\":\"" : "",
             paused != NULL ? paused : "", paused != NULL ? "\"" : "", paused != NULL && replicas != NULL ? "," : "",
             replicas != NULL ? "\"autoscaling.keda.sh/paused-replicas\":\"" : "", replicas != NULL ? replicas : "",
             replicas != NULL ? "\"" : "");
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++)
        if (text_equal(pauses[i].annotations, is))
            return pauses[i].is_asleep;
    return false;
}

/* Where the API server puts it: in the order of the names. (cJSON_InsertItemInArray() loses some.) */
static void put_sorted(cJSON *object, const char *name, cJSON *value)
{
    cJSON *sorted = cJSON_CreateObject();
    const cJSON *member;
    bool is_put = false;

    cJSON_ArrayForEach(member, object)
    {
        int order = strcmp(member->string, name);
        if (order >= 0 && !is_put)
            is_put = cJSON_AddItemToObject(sorted, name, value);
        if (order != 0)
            cJSON_AddItemToObject(sorted, member->string, cJSON_Duplicate(member, true));
    }
    if (!is_put)
        cJSON_AddItemToObject(sorted, name, value);
    cJSON *old = object->child;
    object->child = sorted->child;
    sorted->child = old;
    cJSON_Delete(sorted);
}

static void pause_it(cJSON *object)
{
    cJSON *metadata = cJSON_GetObjectItemCaseSensitive(object, "metadata");

    if (json_member(metadata, "annotations") == NULL)
        put_sorted(metadata, "annotations", cJSON_CreateObject());
    cJSON *annotations = cJSON_GetObjectItemCaseSensitive(metadata, "annotations");
    put_sorted(annotations, "autoscaling.keda.sh/paused", cJSON_CreateString("true"));
    put_sorted(annotations, "autoscaling.keda.sh/paused-replicas", cJSON_CreateString("0"));
}

static void set_count(const char *resource, cJSON *object, int count)
{
    cJSON *spec = cJSON_GetObjectItemCaseSensitive(object, "spec");
    const char *name = strchr(object_count_path(resource), '/') + 1;

    cJSON_ReplaceItemInObjectCaseSensitive(spec, name, cJSON_CreateNumber(count));
}

static void put_to_sleep(const struct sight *sight, cJSON *object)
{
    const char *resource = sight->resource;

    if (is_excluded(object) || text_equal(resource, "namespaces") || text_equal(resource, "horizontalpodautoscalers"))
        return;
    if (text_equal(resource, "cronjobs"))
        cJSON_ReplaceItemInObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(object, "spec"), "suspend",
                                               cJSON_CreateTrue());
    else if (!text_equal(resource, "scaledobjects") && !text_equal(resource, "scaledjobs"))
        set_count(resource, object, 0);
    else if (!is_asleep_by_annotation(object))
        pause_it(object);
}

/* what people see */

/* Types the command, presses its button, and waits for the outcome. */
static const char *confirm(const char *command)
{
    struct sent asked = workspace_command(&world.workspace, NULL, command);
    const char *question = workspace_acked(&world.workspace, &asked);
    bool is_question = holds(question, "environments:");
    struct sent pressed = { 0 };

    if (!is_question)
        return NULL;
    pressed = workspace_click(&world.workspace, &asked, "confirm");
    return workspace_answer(&world.workspace, &pressed, 2);
}

static void take_seed(void)
{
    const char *given = getenv("CURFEW_TEST_SEED");

    seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t) random_number() + 1;
    seed += seed == 0;
    printf("seed %" PRIu64 " ", seed);
}

static void a_hundred_environments_are_drawn(void)
{
    char name[16];

    take_seed();
    CU_ASSERT_FATAL(custom_kinds_install(&world.cluster) && custom_kinds_grant_fleets(&world.cluster, true));
    for (int i = 0; i < ENVIRONMENTS; i++) {
        snprintf(name, sizeof name, "r%c%02d", 'a' + i / AT_ONCE, i % AT_ONCE);
        CU_ASSERT_FATAL(make_environment(name));
    }
    CU_ASSERT_FATAL(snapshot_take_settled(&world.cluster, "r", &before));
    printf("(%zu objects) ", before.count - ENVIRONMENTS);
    CU_ASSERT_FATAL(world_start_bot(&world, NULL));
}

static void what_should_sleep_sleeps_and_nothing_else_is_touched(void)
{
    struct snapshot after;

    CU_ASSERT(holds(confirm("stop ra*"), "is stopped"));
    CU_ASSERT(holds(confirm("stop rb*"), "is stopped"));
    CU_ASSERT_FATAL(snapshot_take(&world.cluster, "r", &after));
    CU_ASSERT_EQUAL(snapshot_compare(&before, put_to_sleep, &after), 0);
    snapshot_release(&after);
    CU_ASSERT(world_is_content(&world));
}

static struct sight *find_target(const struct sight *scaler)
{
    const char *name = json_text(scaler->object, "spec/scaleTargetRef/name");
    char whole[256];

    snprintf(whole, sizeof whole, "%.*s/%s", (int) strcspn(scaler->name, "/"), scaler->name, name);
    for (size_t i = 0; i < before.count; i++)
        if (text_equal(before.sights[i].name, whole))
            return &before.sights[i];
    return NULL;
}

/* Somebody raises a minimum while its target is asleep: that is what is expected back then. */
static void a_minimum_that_was_raised_meanwhile_counts(void)
{
    int raised = 0;

    for (size_t i = 0; i < before.count && raised < RAISED_MAX; i++) {
        struct sight *scaler = &before.sights[i], *target;
        char namespace[64], patch[64];
        if (!text_equal(scaler->resource, "horizontalpodautoscalers"))
            continue;
        target = find_target(scaler);
        if (target == NULL || is_excluded(target->object) || object_count(target->resource, target->object) >= RAISED)
            continue;
        snprintf(namespace, sizeof namespace, "%.*s", (int) strcspn(scaler->name, "/"), scaler->name);
        snprintf(patch, sizeof patch, "{\"spec\":{\"minReplicas\":%d}}", RAISED);
        CU_ASSERT_FATAL(
            object_patch(&world.cluster, namespace, scaler->resource, strchr(scaler->name, '/') + 1, NULL, patch));
        set_count(scaler->resource, scaler->object, RAISED);
        set_count(target->resource, target->object, RAISED);
        raised++;
    }
    printf("(%d) ", raised);
}

static void it_all_comes_back_byte_for_byte(void)
{
    struct snapshot after;

    CU_ASSERT(holds(confirm("start ra*"), "is up"));
    CU_ASSERT(holds(confirm("start rb*"), "is up"));
    CU_ASSERT_FATAL(snapshot_take_settled(&world.cluster, "r", &after));
    CU_ASSERT_EQUAL(snapshot_compare(&before, NULL, &after), 0);
    snapshot_release(&after);
    CU_ASSERT(world_is_content(&world));
}

/* killing */

static const struct object one_of_each[] = {
    { .resource = "deployments", .name = "web", .count = 3, .annotations = "{\"curfew/order\":\"10\"}" },
    { .resource = "deployments", .name = "idle", .count = 0 },
    { .resource = "statefulsets", .name = "db", .count = 2, .annotations = "{\"curfew/order\":\"-10\"}" },
    { .resource = "replicasets", .name = "old", .count = 1 },
    { .resource = "replicationcontrollers", .name = "older", .count = 1 },
    { .resource = "rollouts", .name = "canary", .count = 4 },
    { .resource = "fleets", .name = "tug", .count = 5 },
    { .resource = "cronjobs", .name = "report", .count = 1, .spec = "\"startingDeadlineSeconds\":120," },
    { .resource = "cronjobs", .name = "retired", .count = 0 },
    { .resource = "horizontalpodautoscalers", .name = "web", .count = 2, .target = "Deployment/web" },
    { .resource = "scaledjobs", .name = "mails" },
    { .resource = "scaledobjects", .name = "canary", .count = 0, .target = "Rollout/canary" },
    { .resource = "scaledobjects",
      .name = "held",
      .count = 0,
      .target = "Deployment/idle",
      .annotations = "{\"autoscaling.keda.sh/paused-replicas\":\"3\",\"example.test/a\":\"b\"}" },
};

/* Kills the bot after so long and starts it again: what was accepted has its last answer then, which is that number. */
static bool kill_and_restart(const struct sent *sent, int64_t delay_ms, int disconnections, int answer)
{
    char query[128];

    stage_pass(&world.stage, delay_ms);
    bot_kill(&world.bot);
    if (!workspace_wait(&world.workspace, "type=disconnection", disconnections + 1, NULL) ||
        !bot_kept_quiet(&world.bot) || !world_start_bot(&world, NULL))
        return false;
    snprintf(query, sizeof query, "type=ack&envelope_id=%s", sent->envelope_id);
    return workspace_count(&world.workspace, query) == 0 || workspace_answer(&world.workspace, sent, answer) != NULL;
}

static bool kill_in(const char *command, int64_t delay_ms)
{
    int disconnections = workspace_count(&world.workspace, "type=disconnection");
    struct sent sent = workspace_command(&world.workspace, NULL, command);

    return kill_and_restart(&sent, delay_ms, disconnections, 1);
}

static bool make_one_of_each(const char *namespace, struct snapshot *ret_snapshot)
{
    bool made = cluster_make_namespace(&world.cluster, namespace, "{\"scheduler\":\"enabled\"}", NULL);

    for (size_t i = 0; i < sizeof one_of_each / sizeof one_of_each[0]; i++)
        made = made && object_make(&world.cluster, namespace, &one_of_each[i]);
    return made && world_knows(&world, namespace) && snapshot_take_settled(&world.cluster, namespace, ret_snapshot);
}

/* However far the killed one came. */
static bool comes_to(const char *command, const char *one, const char *other)
{
    const char *answer = world_say(&world, command);

    if (answer != NULL && (strstr(answer, one) != NULL || strstr(answer, other) != NULL))
        return true;
    printf("\n  %s: %s\n", command, answer != NULL ? answer : "(nothing)");
    return false;
}

static bool stands_as(const char *prefix, const struct snapshot *wanted, snapshot_change *change)
{
    struct snapshot after;
    bool is_so = snapshot_take_settled(&world.cluster, prefix, &after);

    is_so = is_so && snapshot_compare(wanted, change, &after) == 0;
    snapshot_release(&after);
    return is_so;
}

/* The milliseconds that the command takes, from sending to the answer. */
static int time_of(const char *command, const char *part)
{
    int64_t since_ms = stage_now_ms(&world.stage);

    CU_ASSERT(world_says(&world, command, part));
    return (int) (stage_now_ms(&world.stage) - since_ms) + 1;
}

static void every_kind_comes_back_byte_for_byte_whenever_the_bot_is_killed(void)
{
    struct snapshot whole;

    CU_ASSERT_FATAL(make_one_of_each("kinds", &whole));
    int stop_ms = time_of("stop kinds", "is stopped (");
    int start_ms = time_of("start kinds", "is up (");
    for (int i = 0; i < KILLS; i++) {
        CU_ASSERT_FATAL(kill_in("stop kinds", pick(stop_ms)));
        CU_ASSERT_FATAL(comes_to("stop kinds", "is stopped (", "was stopped already ("));
        CU_ASSERT(stands_as("kinds", &whole, put_to_sleep));
        CU_ASSERT_FATAL(kill_in("start kinds", pick(start_ms)));
        CU_ASSERT_FATAL(comes_to("start kinds", "is up (", "was up already ("));
        CU_ASSERT(stands_as("kinds", &whole, NULL));
    }
    snapshot_release(&whole);
    CU_ASSERT(world_is_content(&world));
}

/* Ten environments at once, of which some are asleep by then, some half, some not. */
static void a_stop_of_many_that_is_killed_half_way_is_carried_out_and_reversed(void)
{
    struct snapshot whole;
    int disconnections = workspace_count(&world.workspace, "type=disconnection");

    CU_ASSERT_FATAL(snapshot_take_settled(&world.cluster, "ra0", &whole));
    struct sent asked = workspace_command(&world.workspace, NULL, "stop ra0*");
    CU_ASSERT(holds(workspace_acked(&world.workspace, &asked), "environments:"));
    struct sent pressed = workspace_click(&world.workspace, &asked, "confirm");
    CU_ASSERT_FATAL(kill_and_restart(&pressed, 20 + pick(HALF_WAY_MS), disconnections, 2));
    CU_ASSERT(holds(confirm("stop ra0*"), "stopped"));
    CU_ASSERT(stands_as("ra0", &whole, put_to_sleep));
    CU_ASSERT(holds(confirm("start ra0*"), "is up"));
    CU_ASSERT(stands_as("ra0", &whole, NULL));
    snapshot_release(&whole);
    CU_ASSERT(world_is_content(&world));
}

static void nothing_is_left(void)
{
    snapshot_release(&before);
}

WORLD_MAIN("end_to_end/everything", &world, "3s", TEST(a_hundred_environments_are_drawn),
           TEST(what_should_sleep_sleeps_and_nothing_else_is_touched), TEST(a_minimum_that_was_raised_meanwhile_counts),
           TEST(it_all_comes_back_byte_for_byte), TEST(every_kind_comes_back_byte_for_byte_whenever_the_bot_is_killed),
           TEST(a_stop_of_many_that_is_killed_half_way_is_carried_out_and_reversed), TEST(nothing_is_left))
