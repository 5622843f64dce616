/* tests/standin/test_slack_faults.c - tests/standin/slack_faults.h. */
#include "tests/standin/slack_faults.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static bool add(struct faults *faults, const char *json, struct error *error)
{
    released_by(json_release) cJSON *value = cJSON_Parse(json);

    return faults_add(faults, value, error);
}

/* The status of the fault that is taken; 0 = none is. */
static int64_t take(struct faults *faults, const char *method, const char *channel)
{
    struct fault fault = { 0 };

    if (!faults_take(faults, method, channel, &fault))
        return 0;
    fault_release(&fault);
    return fault.status;
}

static void a_fault_is_taken_as_often_as_it_says_by_whom_it_is_meant_for(void)
{
    struct faults faults = { 0 };
    struct error error = { 0 };

    CU_ASSERT(add(&faults, "{\"method\":\"chat.update\",\"count\":2,\"status\":500}", &error));
    CU_ASSERT(add(&faults, "{\"method\":\"chat.postMessage\",\"channel\":\"C1\",\"status\":429}", &error));
    CU_ASSERT(add(&faults, "{\"method\":\"*\",\"status\":503}", &error));
    CU_ASSERT_EQUAL(take(&faults, "chat.update", "C1"), 500);
    CU_ASSERT_EQUAL(take(&faults, "chat.update", ""), 500);
    CU_ASSERT_EQUAL(take(&faults, "chat.postMessage", "C2"), 503);
    CU_ASSERT_EQUAL(take(&faults, "chat.postMessage", "C2"), 0);
    CU_ASSERT_EQUAL(take(&faults, "chat.postMessage", "C1"), 429);
    CU_ASSERT_EQUAL(take(&faults, "chat.postMessage", "C1"), 0);
    CU_ASSERT_EQUAL(faults.count, 0);
}

static void a_fault_that_is_none_is_refused_by_name(void)
{
    static const struct {
        const char *json;
        const char *named;
    } cases[] = {
        { "{}", "method" },
        { "{\"method\":7}", "method" },
        { "{\"method\":\"a\",\"status\":99}", "status" },
        { "{\"method\":\"a\",\"count\":0}", "count" },
        { "{\"method\":\"a\",\"delay_ms\":-1}", "delay_ms" },
        { "{\"method\":\"a\",\"error\":true}", "error" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct faults faults = { 0 };
        struct error error = { 0 };

        case_number(cases[i].json, add(&faults, cases[i].json, &error), false);
        case_holds(cases[i].json, strstr(error.message, cases[i].named) != NULL);
        case_number(cases[i].json, faults.count, 0);
    }
}

static void a_delay_alone_spoils_nothing(void)
{
    struct faults faults = { 0 };
    struct fault fault = { 0 };
    struct error error = { 0 };

    CU_ASSERT(add(&faults, "{\"method\":\"a\",\"delay_ms\":5}", &error));
    CU_ASSERT(faults_take(&faults, "a", "", &fault));
    CU_ASSERT_FALSE(fault_spoils(&fault));
    CU_ASSERT_EQUAL(fault.delay_ms, 5);
    fault_release(&fault);
}

static void there_are_no_more_of_them_than_fit(void)
{
    struct faults faults = { 0 };
    struct error error = { 0 };

    for (int i = 0; i < FAULTS_MAX; i++)
        CU_ASSERT(add(&faults, "{\"method\":\"a\",\"body\":\"x\"}", &error));
    CU_ASSERT_FALSE(add(&faults, "{\"method\":\"a\"}", &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    faults_clear(&faults);
    CU_ASSERT_EQUAL(faults.count, 0);
}

TEST_MAIN("standin/slack_faults", TEST(a_fault_is_taken_as_often_as_it_says_by_whom_it_is_meant_for),
          TEST(a_fault_that_is_none_is_refused_by_name), TEST(a_delay_alone_spoils_nothing),
          TEST(there_are_no_more_of_them_than_fit))
