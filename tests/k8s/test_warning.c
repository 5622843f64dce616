/* tests/k8s/test_warning.c - Events by which Kubernetes says why pods are not there. */
#include "k8s/warning.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const char quota[] =
    "{\"type\":\"Warning\",\"reason\":\"FailedCreate\",\"message\":\"create Pod db-0 in StatefulSet db failed error: "
    "pods "
    "\\\"db-0\\\" is forbidden: exceeded quota: none\",\"involvedObject\":{\"kind\":\"StatefulSet\",\"name\":\"db\","
    "\"apiVersion\":\"apps/"
    "v1\"},\"firstTimestamp\":\"2026-11-24T20:00:00Z\",\"lastTimestamp\":\"2026-11-24T20:01:00Z\"}";

static void a_pod_that_cannot_be_made_is_told(void)
{
    released_by(json_release) cJSON *event = cJSON_Parse(quota);
    struct warning warning;

    CU_ASSERT_TRUE_FATAL(warning_read(event, &warning));
    CU_ASSERT_TRUE(warning.of_making);
    CU_ASSERT_STRING_EQUAL(warning.about.kind, "StatefulSet");
    CU_ASSERT_STRING_EQUAL(warning.about.name, "db");
    CU_ASSERT_STRING_EQUAL(warning.time, "2026-11-24T20:01:00Z");
    CU_ASSERT_PTR_NOT_NULL(strstr(warning.message, "exceeded quota: none"));
}

static void only_warnings_that_explain_are_taken(void)
{
    static const struct {
        const char *type, *reason;
        bool is_taken, of_making;
    } cases[] = {
        { "Warning", "FailedCreate", true, true },        { "Warning", "FailedMount", true, false },
        { "Warning", "FailedAttachVolume", true, false }, { "Warning", "Unhealthy", true, false },
        { "Warning", "BackOff", false, false },           { "Normal", "FailedCreate", false, false },
        { "Normal", "SuccessfulCreate", false, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[300];

        snprintf(text, sizeof text, "{\"type\":\"%s\",\"reason\":\"%s\",\"eventTime\":\"2026-11-24T20:00:00.000001Z\"}",
                 cases[i].type, cases[i].reason);
        released_by(json_release) cJSON *event = cJSON_Parse(text);
        struct warning warning;
        bool is_taken = warning_read(event, &warning);

        case_number(cases[i].reason, is_taken, cases[i].is_taken);
        if (is_taken)
            case_number(cases[i].reason, warning.of_making, cases[i].of_making);
    }
}

static void a_series_says_when_it_was_seen_last(void)
{
    static const struct {
        const char *times, *expected;
    } cases[] = {
        { "\"eventTime\":\"2026-11-24T20:00:00.5Z\",\"series\":{\"lastObservedTime\":\"2026-11-24T20:09:00.0Z\"}",
          "2026-11-24T20:09:00.0Z" },
        { "\"eventTime\":\"2026-11-24T20:00:00.5Z\",\"lastTimestamp\":null", "2026-11-24T20:00:00.5Z" },
        { "\"metadata\":{\"creationTimestamp\":\"2026-11-24T20:00:01Z\"}", "2026-11-24T20:00:01Z" },
        { "\"message\":\"\"", "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[400];

        snprintf(text, sizeof text, "{\"type\":\"Warning\",\"reason\":\"FailedMount\",%s}", cases[i].times);
        released_by(json_release) cJSON *event = cJSON_Parse(text);
        struct warning warning;

        if (case_holds(cases[i].times, warning_read(event, &warning)))
            case_text(cases[i].times, warning.time, cases[i].expected);
    }
}

static void a_replica_set_leads_to_its_name_without_the_hash(void)
{
    static const struct {
        const char *kind, *replica_set, *name;
        bool is_of;
    } cases[] = {
        { "ReplicaSet", "web-644699fc55", "web", true },     { "ReplicaSet", "web-a-644699fc55", "web", false },
        { "ReplicaSet", "web-a-644699fc55", "web-a", true }, { "ReplicaSet", "web", "web", false },
        { "StatefulSet", "web-644699fc55", "web", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct warning warning = { .about = { "apps/v1", cases[i].kind, cases[i].replica_set } };

        case_number(cases[i].replica_set, warning_is_of_replica_set(&warning, cases[i].name), cases[i].is_of);
    }
}

TEST_MAIN("k8s/warning", TEST(a_pod_that_cannot_be_made_is_told), TEST(only_warnings_that_explain_are_taken),
          TEST(a_series_says_when_it_was_seen_last), TEST(a_replica_set_leads_to_its_name_without_the_hash))
