/* tests/k8s/test_control_plane_annotation.c - the schedule of a namespace, written to a real API server as a service account. */
#include "k8s/annotation.h"

#include "base/json.h"
#include "tests/k8s/pod.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdio.h>
#include <stdlib.h>

static struct pod pod;

/* NULL removes it. */
static bool annotate(const char *namespace, const char *uid, const char *schedule, struct error *error)
{
    struct client_call call = { 0 };
    int64_t until_ms = stage_now_ms(&pod.stage) + STAGE_PATIENCE_MS;
    bool in_time = true;

    annotation_write_request(namespace, uid, schedule, &call.request);
    client_call_start(pod.client, &call, &pod.stage.flow);
    while (in_time && !call.done)
        in_time = stage_turn(&pod.stage, until_ms);
    *error = call.error;
    bool annotated =
        in_time && call.error.kind == ERROR_NONE && annotation_read_response(&call.response, uid, schedule, error);
    client_call_release(&call);
    return annotated;
}

/* What stands there for the administrator. */
static void read_namespace(const char *name, char uid[KUBERNETES_UID_SIZE], char schedule[ANNOTATION_SIZE])
{
    released_by(reply_release) struct reply reply = { 0 };
    char path[200];

    snprintf(path, sizeof path, "/api/v1/namespaces/%s", name);
    cluster_ask(&pod.cluster, "GET", path, NULL, NULL, &reply);
    const char *annotation =
        cJSON_GetStringValue(json_member(json_find(reply.json, "metadata/annotations"), "curfew/schedule"));
    snprintf(uid, KUBERNETES_UID_SIZE, "%s", json_text(reply.json, "metadata/uid"));
    snprintf(schedule, ANNOTATION_SIZE, "%s", annotation == NULL ? "(none)" : annotation);
}

static void a_schedule_is_written_to_the_namespace_that_is_meant(void)
{
    static const char other[] = "00000000-0000-4000-8000-000000000000";
    static const struct {
        const char *namespace, *uid; /* NULL = the namespace's own */
        const char *schedule;
        enum error_kind kind;
        const char *expected; /* what stands there then */
    } steps[] = {
        { "told", NULL, "Mon-Fri 20:00 Europe/Berlin", ERROR_NONE, "Mon-Fri 20:00 Europe/Berlin" },
        { "told", other, "never", ERROR_CONFLICT, "Mon-Fri 20:00 Europe/Berlin" },
        { "told", other, NULL, ERROR_CONFLICT, "Mon-Fri 20:00 Europe/Berlin" },
        { "told", NULL, "Sat \"x\" <Я>", ERROR_NONE, "Sat \"x\" <Я>" },
        { "told", NULL, NULL, ERROR_NONE, "(none)" },
        { "told", NULL, NULL, ERROR_NONE, "(none)" },
        { "untold", other, "never", ERROR_MISSING, "(none)" },
    };
    char uid[KUBERNETES_UID_SIZE], schedule[ANNOTATION_SIZE];

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "told", NULL, "{\"curfew/channel\":\"C1\"}"));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct error error = { 0 };

        read_namespace(steps[i].namespace, uid, schedule);
        case_number(steps[i].expected,
                    annotate(steps[i].namespace, steps[i].uid == NULL ? uid : steps[i].uid, steps[i].schedule, &error),
                    steps[i].kind == ERROR_NONE);
        if (!case_number(steps[i].expected, error.kind, steps[i].kind))
            printf("\n    %s\n", error.message);
        read_namespace(steps[i].namespace, uid, schedule);
        case_text("what stands there", schedule, steps[i].expected);
    }
}

static void who_may_not_is_told_so(void)
{
    char uid[KUBERNETES_UID_SIZE], schedule[ANNOTATION_SIZE];
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(cluster_make_namespace(&pod.cluster, "kept", NULL, NULL));
    read_namespace("kept", uid, schedule);
    CU_ASSERT_TRUE(pod_mount_token(&pod, "nobody"));
    stage_pass(&pod.stage, 1100);
    CU_ASSERT_FALSE(annotate("kept", uid, "never", &error));
    case_number("kind", error.kind, ERROR_REFUSED);
    case_holds(error.message, strstr(error.message, "cannot patch resource \"namespaces\"") != NULL);
}

int main(void)
{
    CU_TestInfo tests[] = { TEST(a_schedule_is_written_to_the_namespace_that_is_meant), TEST(who_may_not_is_told_so),
                            CU_TEST_INFO_NULL };
    int status = pod_open(&pod) ? test_main_run("k8s/control_plane_annotation", tests) : EXIT_FAILURE;

    return pod_close(&pod) ? status : EXIT_FAILURE;
}
