/* tests/k8s/test_workload.c - recorded Deployments and StatefulSets, and what the record does not have. */
#include "k8s/workload.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/k8s/recorded.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static bool read_example(const char *text, const char *resource, struct workload *workload, struct error *error)
{
    static struct workload_texts texts;
    static cJSON *object; /* the workload borrows from it, until the next one is read */

    json_release(&object);
    CU_ASSERT_TRUE_FATAL(json_parse(text, strlen(text), "the example", &object, error));
    return workload_read(object, resource_list_find(resource_built_in(), resource), &texts, workload, error);
}

static void read_list(const char *file, const char *resource, struct workload_list *list)
{
    released_by(buffer_release) struct buffer recorded = recorded_answer(file);
    released_by(json_release) cJSON *answer = NULL;
    struct error error = { 0 };
    const cJSON *item;

    CU_ASSERT_TRUE_FATAL(json_parse(buffer_text(&recorded), recorded.length, file, &answer, &error));
    cJSON_ArrayForEach(item, json_find(answer, "items"))
    {
        const struct resource *kind = resource_list_find(resource_built_in(), resource);
        struct workload_texts texts;
        struct workload workload;

        if (case_holds(error.message, workload_read(item, kind, &texts, &workload, &error)))
            workload_list_add(list, &workload);
    }
}

struct expected {
    const char *name;
    int replicas, existing, ready;
    bool excluded, owned, deletes_data;
    int order;
    const char *reason;
};

static void check(const struct workload *actual, const struct expected *expected)
{
    if (!case_holds(expected->name, actual != NULL))
        return;
    case_number(expected->name, actual->replicas, expected->replicas);
    case_number(expected->name, actual->replicas_existing, expected->existing);
    case_number(expected->name, actual->replicas_ready, expected->ready);
    case_number(expected->name, actual->settled, true);
    case_number(expected->name, actual->excluded, expected->excluded);
    case_number(expected->name, actual->owned, expected->owned);
    case_number(expected->name, actual->deletes_data, expected->deletes_data);
    case_number(expected->name, actual->order, expected->order);
    case_number(expected->name, actual->terminating, false);
    case_text(expected->name, actual->reason, expected->reason);
    case_number(expected->name, (int64_t) strlen(actual->uid), 36);
    case_holds(expected->name, actual->resource_version[0] != '\0');
}

static void recorded_deployments_are_read(void)
{
    static const struct expected cases[] = {
        { "web", 3, 3, 3, .order = -10, .reason = "" },
        { "idle", 0, 0, 0, .reason = "" },
        { "excluded", 1, 1, 1, .excluded = true, .reason = "" },
        { "owned", 1, 1, 1, .owned = true, .reason = "" },
        { "starved", 2, 0, 0,
          .reason = "FailedCreate: pods \"starved-644699fc55-\" is forbidden: error looking up service account "
                    "recorded/nobody: serviceaccount \"nobody\" not found" },
        { "stuck", 2, 2, 0,
          .reason = "ProgressDeadlineExceeded: ReplicaSet \"stuck-59dbb8b59b\" has timed out progressing." },
    };
    released_by(workload_list_release) struct workload_list list = { 0 };

    read_list("deployments.json", "deployments.apps", &list);
    CU_ASSERT_EQUAL(list.count, sizeof cases / sizeof cases[0]);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(workload_list_find(&list, "deployments.apps", cases[i].name), &cases[i]);
    CU_ASSERT_PTR_NULL(workload_list_find(&list, "statefulsets.apps", "web"));
    CU_ASSERT_PTR_NULL(workload_list_find(&list, "deployments.apps", "we"));
}

static void recorded_statefulsets_are_read(void)
{
    static const struct expected cases[] = {
        { "cache", 2, 2, 2, .reason = "" },
        { "data", 2, 1, 0, .reason = "" },
        { "scratch", 0, 0, 0, .deletes_data = true, .reason = "" },
    };
    released_by(workload_list_release) struct workload_list list = { 0 };

    read_list("statefulsets.json", "statefulsets.apps", &list);
    CU_ASSERT_EQUAL(list.count, sizeof cases / sizeof cases[0]);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(workload_list_find(&list, "statefulsets.apps", cases[i].name), &cases[i]);
}

static void a_wish_the_controller_has_not_seen_is_not_settled(void)
{
    released_by(buffer_release) struct buffer recorded = recorded_answer("deployment-unsettled.json");
    struct workload workload;
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(read_example(buffer_text(&recorded), "deployments.apps", &workload, &error));
    CU_ASSERT_FALSE(workload.settled);
    CU_ASSERT_EQUAL(workload.replicas, 3);
    CU_ASSERT_EQUAL(workload.replicas_ready, 0);
}

/* What stands between the braces of metadata, spec and status. */
static bool read_parts(const char *metadata, const char *spec, const char *status, struct workload *workload,
                       struct error *error)
{
    char text[2048];

    snprintf(
        text, sizeof text,
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"%s},\"spec\":{%s},\"status\":{%s}}",
        metadata, spec, status);
    return read_example(text, "deployments.apps", workload, error);
}

static void replicas_left_out_mean_one(void)
{
    struct workload workload;
    struct error error = { 0 };

    CU_ASSERT_TRUE(read_parts("", "", "", &workload, &error));
    CU_ASSERT_EQUAL(workload.replicas, 1);
    CU_ASSERT_EQUAL(workload.replicas_existing, 0);
}

static void ready_replicas_count_for_the_present_wish_only(void)
{
    static const struct {
        const char *metadata, *spec, *status;
        int ready;
        bool settled;
    } cases[] = {
        { ",\"generation\":4", "\"replicas\":3", "\"readyReplicas\":3,\"observedGeneration\":4", 3, true },
        { ",\"generation\":5", "\"replicas\":3", "\"readyReplicas\":3,\"observedGeneration\":4", 0, false },
        { ",\"generation\":5", "\"replicas\":3", "\"readyReplicas\":3", 0, false },
        { ",\"generation\":4", "\"replicas\":3", "\"readyReplicas\":4,\"observedGeneration\":4", 3, true },
        { ",\"generation\":4", "\"replicas\":0", "\"readyReplicas\":4,\"observedGeneration\":5", 0, true },
        /* As Argo Rollouts write it, and as they did before 1.0: a hash. */
        { ",\"generation\":4", "\"replicas\":3", "\"readyReplicas\":3,\"observedGeneration\":\"4\"", 3, true },
        { ",\"generation\":5", "\"replicas\":3", "\"readyReplicas\":3,\"observedGeneration\":\"4\"", 0, false },
        { ",\"generation\":5", "\"replicas\":3", "\"readyReplicas\":3,\"observedGeneration\":\"6cc57b6b\"", 3, true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct workload workload;
        struct error error = { 0 };

        case_holds(error.message, read_parts(cases[i].metadata, cases[i].spec, cases[i].status, &workload, &error));
        case_number(cases[i].status, workload.replicas_ready, cases[i].ready);
        case_number(cases[i].status, workload.settled, cases[i].settled);
    }
}

static void a_wrong_order_counts_as_none(void)
{
    static const struct {
        const char *text;
        int expected;
    } cases[] = {
        { "10", 10 },
        { "-10", -10 },
        { "0", 0 },
        { "2147483647", 2147483647 },
        { "2147483648", 0 },
        { "1.5", 0 },
        { "+1", 0 },
        { " 1", 0 },
        { "1 ", 0 },
        { "", 0 },
        { "-", 0 },
        { "0x10", 0 },
        { "99999999999999999999", 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct workload workload;
        struct error error = { 0 };
        char metadata[200];

        snprintf(metadata, sizeof metadata, ",\"annotations\":{\"curfew/order\":\"%s\"}", cases[i].text);
        case_holds(error.message, read_parts(metadata, "", "", &workload, &error));
        case_number(cases[i].text, workload.order, cases[i].expected);
    }
}

static void only_true_excludes(void)
{
    static const struct {
        const char *value;
        bool excluded;
    } cases[] = {
        { "\"true\"", true }, { "\"True\"", false }, { "\"yes\"", false }, { "true", false }, { "\"\"", false }
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct workload workload;
        struct error error = { 0 };
        char metadata[200];

        snprintf(metadata, sizeof metadata, ",\"annotations\":{\"curfew/exclude\":%s}", cases[i].value);
        case_holds(error.message, read_parts(metadata, "", "", &workload, &error));
        case_number(cases[i].value, workload.excluded, cases[i].excluded);
    }
}

static void an_owner_that_does_not_control_is_none(void)
{
    struct workload workload;
    struct error error = { 0 };

    CU_ASSERT_TRUE(read_parts(",\"ownerReferences\":[{\"kind\":\"A\"},{\"kind\":\"B\",\"controller\":false}]", "", "",
                              &workload, &error));
    CU_ASSERT_FALSE(workload.owned);
    CU_ASSERT_TRUE(read_parts(",\"ownerReferences\":[{\"kind\":\"A\"},{\"kind\":\"B\",\"controller\":true}]", "", "",
                              &workload, &error));
    CU_ASSERT_TRUE(workload.owned);
}

static void one_that_goes_is_terminating(void)
{
    struct workload workload;
    struct error error = { 0 };

    CU_ASSERT_TRUE(read_parts(",\"deletionTimestamp\":\"2026-11-24T11:59:59Z\"", "", "", &workload, &error));
    CU_ASSERT_TRUE(workload.terminating);
}

static void a_reason_is_one_line_and_cut(void)
{
    struct workload workload;
    struct error error = { 0 };
    char status[1024];

    snprintf(status, sizeof status,
             "\"conditions\":[{\"type\":\"ReplicaFailure\",\"status\":\"True\",\"reason\":\"FailedCreate\","
             "\"message\":\"a\\nb\\u0007%0500d\"}]",
             0);
    CU_ASSERT_TRUE(read_parts("", "", status, &workload, &error));
    CU_ASSERT_EQUAL(strlen(workload.reason), WORKLOAD_REASON_SIZE - 1);
    CU_ASSERT_PTR_NULL(strpbrk(workload.reason, "\n\a"));
    CU_ASSERT_TRUE(text_starts_with(workload.reason, "FailedCreate: a b 000"));
}

static void what_is_no_workload_is_refused(void)
{
    static const char *const cases[] = {
        "7",
        "{}",
        "{\"metadata\":{\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
        "{\"metadata\":{\"name\":\"web\",\"resourceVersion\":\"1\"}}",
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\"}}",
        "{\"metadata\":{\"name\":\"../../secrets\",\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
        "{\"metadata\":{\"name\":\"..\",\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
        "{\"metadata\":{\"name\":\"Web\",\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
        "{\"kind\":\"StatefulSet\",\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"}}",
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":-1}}",
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":\"3\"}}",
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":1.5}}",
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"},\"spec\":{\"replicas\":1000001}}",
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"},\"status\":{\"replicas\":[]}}",
        "{\"metadata\":{\"name\":\"web\",\"uid\":\"u\",\"resourceVersion\":\"1\"},\"status\":{\"readyReplicas\":-1}}",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct workload workload = { .name = "untouched" };
        struct error error = { 0 };

        case_holds(cases[i], !read_example(cases[i], "deployments.apps", &workload, &error));
        case_number(cases[i], error.kind, ERROR_PROTOCOL);
        case_text(cases[i], workload.name, "untouched");
    }
}

TEST_MAIN("k8s/workload", TEST(recorded_deployments_are_read), TEST(recorded_statefulsets_are_read),
          TEST(a_wish_the_controller_has_not_seen_is_not_settled), TEST(replicas_left_out_mean_one),
          TEST(ready_replicas_count_for_the_present_wish_only), TEST(a_wrong_order_counts_as_none),
          TEST(only_true_excludes), TEST(an_owner_that_does_not_control_is_none), TEST(one_that_goes_is_terminating),
          TEST(a_reason_is_one_line_and_cut), TEST(what_is_no_workload_is_refused))
