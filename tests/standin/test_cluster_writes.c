/* tests/standin/test_cluster_writes.c - what becomes of a write; refusals as a real API server words them (tests/data/k8s). */
#include "tests/standin/cluster_writes.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/cluster_events.h"
#include "tests/standin/cluster_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void begin(struct cluster_objects *objects)
{
    cluster_objects_init(objects);
    (void) scene_add_namespace(objects, "recorded");
    (void) scene_add_workload(objects, CLUSTER_DEPLOYMENT, "recorded", "web", 3);
}

static void expect_recorded(struct cluster_answer answer, int status, const char *name)
{
    char path[300];
    released_by(buffer_release) struct buffer text = { 0 };
    released_by(json_release) cJSON *recorded = NULL;
    struct error error = { 0 };

    snprintf(path, sizeof path, TEST_DATA "/k8s/%s", name);
    CU_ASSERT_FATAL(file_read(path, &text, &error));
    CU_ASSERT_FATAL(json_parse(buffer_text(&text), text.length, name, &recorded, &error));
    case_number(name, answer.status, status);
    char *said = cJSON_PrintUnformatted(answer.body);
    char *expected = cJSON_PrintUnformatted(recorded);
    case_text(name, said, expected);
    cJSON_free(said);
    cJSON_free(expected);
    cJSON_Delete(answer.body);
}

static struct cluster_answer scale_by(struct cluster_objects *objects, const char *name, const char *text)
{
    struct cluster_target target = scene_target(objects, CLUSTER_DEPLOYMENT, "recorded", name);
    released_by(json_release) cJSON *patch = cJSON_Parse(text);

    return cluster_scale(&target, patch, false);
}

static void refusals_are_worded_as_recorded(void)
{
    struct cluster_objects objects;

    begin(&objects);
    expect_recorded(scale_by(&objects, "gone", "{\"spec\":{\"replicas\":0}}"), 404, "scale-missing-404.json");
    expect_recorded(scale_by(&objects, "web", "{\"spec\":{\"replicas\":-1}}"), 422, "scale-invalid-422.json");
    expect_recorded(scale_by(&objects, "web", "{\"metadata\":{\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":1}}"),
                    409, "scale-conflict-409.json");
    expect_recorded(status_plain(401, "Unauthorized", "Unauthorized"), 401, "list-unauthorized-401.json");
    cluster_objects_release(&objects);
}

static void a_scale_of_0_leaves_the_number_out(void)
{
    struct cluster_objects objects;

    begin(&objects);
    struct cluster_answer answer = scale_by(&objects, "web", "{\"spec\":{\"replicas\":0}}");
    CU_ASSERT_EQUAL(answer.status, 200);
    CU_ASSERT_EQUAL(cJSON_GetArraySize(json_member(answer.body, "spec")), 0);
    case_text("selector", json_text(answer.body, "status/selector"), "app=web");
    case_text("kind", json_text(answer.body, "kind"), "Scale");
    cJSON_Delete(answer.body);
    const struct cluster_object *web =
        cluster_objects_find(&objects, &cluster_kinds[CLUSTER_DEPLOYMENT], "recorded", "web");
    CU_ASSERT_EQUAL(scene_number(web->json, "spec/replicas"), 0);
    CU_ASSERT_EQUAL(scene_number(web->json, "metadata/generation"), 2);
    cluster_objects_release(&objects);
}

static void a_patch_that_changes_nothing_leaves_the_revision(void)
{
    struct cluster_objects objects;
    int64_t before = 0;

    begin(&objects);
    before = objects.revision;
    CU_ASSERT_EQUAL(scene_scale(&objects, CLUSTER_DEPLOYMENT, "recorded", "web", 3), 200);
    CU_ASSERT_EQUAL(objects.revision, before);
    cJSON_Delete(scale_by(&objects, "web", "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}").body);
    CU_ASSERT_EQUAL(objects.revision, before);
    CU_ASSERT_EQUAL(scene_scale(&objects, CLUSTER_DEPLOYMENT, "recorded", "web", 4), 200);
    CU_ASSERT_EQUAL(objects.revision, before + 1);
    cluster_objects_release(&objects);
}

static void a_dry_run_answers_and_stores_nothing(void)
{
    struct cluster_objects objects;
    struct cluster_target target = scene_target(&objects, CLUSTER_NAMESPACE, "", "recorded");
    released_by(json_release) cJSON *patch = cJSON_Parse("{\"metadata\":{\"labels\":{\"scheduler\":\"disabled\"}}}");

    begin(&objects);
    target.dry_run = true;
    struct cluster_answer answer = cluster_patch(&target, patch);
    case_text("answer", json_text(answer.body, "metadata/labels/scheduler"), "disabled");
    cJSON_Delete(answer.body);
    CU_ASSERT_EQUAL(objects.revision, 2);
    cluster_objects_release(&objects);
}

static void what_the_server_keeps_for_itself_cannot_be_patched(void)
{
    struct cluster_objects objects;
    struct cluster_target target = scene_target(&objects, CLUSTER_DEPLOYMENT, "recorded", "web");
    released_by(json_release) cJSON *patch =
        cJSON_Parse("{\"metadata\":{\"generation\":9,\"creationTimestamp\":null,\"labels\":{\"a\":\"b\"}},"
                    "\"status\":{\"replicas\":7}}");

    begin(&objects);
    struct cluster_answer answer = cluster_patch(&target, patch);
    CU_ASSERT_EQUAL(answer.status, 200);
    CU_ASSERT_EQUAL(scene_number(answer.body, "metadata/generation"), 1);
    CU_ASSERT_EQUAL(scene_number(answer.body, "status/replicas"), 0);
    case_text("created", json_text(answer.body, "metadata/creationTimestamp"), "2026-09-21T14:13:20Z");
    case_text("label", json_text(answer.body, "metadata/labels/a"), "b");
    cJSON_Delete(answer.body);
    cluster_objects_release(&objects);
}

static void what_cannot_be_is_refused(void)
{
    static const struct {
        int kind;
        const char *name, *patch;
        int status;
        const char *word; /* in the message */
    } cases[] = {
        { CLUSTER_NAMESPACE, "recorded", "{\"metadata\":{\"labels\":{\"scheduler\":\"not ok!\"}}}", 422, "not ok!" },
        { CLUSTER_NAMESPACE, "recorded", "{\"metadata\":{\"labels\":{\"scheduler\":5}}}", 422, "scheduler" },
        { CLUSTER_NAMESPACE, "recorded", "{\"metadata\":{\"name\":\"x\"}}", 400, "does not match the name on the URL" },
        { CLUSTER_NAMESPACE, "recorded", "{\"metadata\":{\"resourceVersion\":\"7\"}}", 409, "has been modified" },
        { CLUSTER_NAMESPACE, "recorded", "{\"metadata\":{\"uid\":\"other\"}}", 422,
          "metadata.uid: Invalid value: \"other\": field is immutable" },
        { CLUSTER_NAMESPACE, "recorded", "{\"metadata\":{\"uid\":\"other\",\"resourceVersion\":\"7\"}}", 409,
          "has been modified" },
        { CLUSTER_NAMESPACE, "gone", "{}", 404, "namespaces \"gone\" not found" },
        { CLUSTER_DEPLOYMENT, "web", "{\"spec\":{\"replicas\":\"3\"}}", 422, "int32" },
        { CLUSTER_DEPLOYMENT, "web", "{\"spec\":{\"replicas\":1.5}}", 422, "int32" },
        { CLUSTER_DEPLOYMENT, "web", "{\"spec\":{\"selector\":null}}", 422, "spec.selector" },
    };
    struct cluster_objects objects;

    begin(&objects);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool is_namespace = cases[i].kind == CLUSTER_NAMESPACE;
        struct cluster_target target =
            scene_target(&objects, cases[i].kind, is_namespace ? "" : "recorded", cases[i].name);
        released_by(json_release) cJSON *patch = cJSON_Parse(cases[i].patch);
        struct cluster_answer answer = cluster_patch(&target, patch);

        case_number(cases[i].patch, answer.status, cases[i].status);
        case_holds(cases[i].patch, strstr(json_text(answer.body, "message"), cases[i].word) != NULL);
        cJSON_Delete(answer.body);
    }
    CU_ASSERT_EQUAL(objects.revision, 2);
    cluster_objects_release(&objects);
}

static void a_namespace_that_goes_takes_nothing_new(void)
{
    struct cluster_objects objects;
    struct cluster_target namespace = scene_target(&objects, CLUSTER_NAMESPACE, "", "recorded");
    struct cluster_target deployment = scene_target(&objects, CLUSTER_DEPLOYMENT, "recorded", "");
    released_by(json_release) cJSON *sent = cJSON_Parse("{\"metadata\":{\"name\":\"new\"}}");

    begin(&objects);
    struct cluster_answer answer = cluster_delete(&namespace, NULL);
    case_text("phase", json_text(answer.body, "status/phase"), "Terminating");
    cJSON_Delete(answer.body);
    answer = cluster_create(&deployment, sent);
    case_number("create", answer.status, 403);
    cJSON_Delete(answer.body);
    deployment.namespace = "nowhere";
    answer = cluster_create(&deployment, sent);
    case_number("create", answer.status, 404);
    cJSON_Delete(answer.body);
    cluster_objects_release(&objects);
}

static int post_event(struct cluster_objects *objects, int number)
{
    struct cluster_target events = scene_target(objects, CLUSTER_EVENT, "recorded", "");
    char text[300];

    snprintf(
        text, sizeof text,
        "{\"metadata\":{\"name\":\"recorded.%d\"},\"involvedObject\":{\"kind\":\"Namespace\",\"name\":\"recorded\","
        "\"namespace\":\"recorded\"},\"message\":\"number %d\"}",
        number, number);
    released_by(json_release) cJSON *sent = cJSON_Parse(text);
    struct cluster_answer answer = cluster_create(&events, sent);

    cJSON_Delete(answer.body);
    return answer.status;
}

static void of_many_events_the_oldest_go(void)
{
    static const struct {
        const char *name;
        bool is_there;
    } cases[] = { { "recorded.0", false },  { "recorded.1", false },   { "recorded.2", true },
                  { "recorded.500", true }, { "recorded.1001", true }, { "recorded.1002", false } };
    struct cluster_objects objects;

    begin(&objects);
    for (int i = 0; i < CLUSTER_EVENTS_MAX + 2; i++)
        case_number("posted", post_event(&objects, i), 201);
    case_number("posted twice", post_event(&objects, 500), 409);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_holds(cases[i].name, cases[i].is_there == (cluster_objects_find(&objects, &cluster_kinds[CLUSTER_EVENT],
                                                                             "recorded", cases[i].name) != NULL));
    CU_ASSERT_EQUAL(scene_scale(&objects, CLUSTER_DEPLOYMENT, "recorded", "web", 0), 200);
    cluster_objects_release(&objects);
}

TEST_MAIN("standin/cluster_writes", TEST(refusals_are_worded_as_recorded), TEST(a_scale_of_0_leaves_the_number_out),
          TEST(a_patch_that_changes_nothing_leaves_the_revision), TEST(a_dry_run_answers_and_stores_nothing),
          TEST(what_the_server_keeps_for_itself_cannot_be_patched), TEST(what_cannot_be_is_refused),
          TEST(a_namespace_that_goes_takes_nothing_new), TEST(of_many_events_the_oldest_go))
