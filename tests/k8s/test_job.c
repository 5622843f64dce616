/* tests/k8s/test_job.c - which Jobs go on. */
#include "k8s/job.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void a_job_goes_on_until_it_ends_or_is_suspended(void)
{
    static const struct {
        const char *job;
        bool goes_on;
    } cases[] = {
        { "{}", true },
        { "{\"spec\":{\"suspend\":false},\"status\":{\"active\":1}}", true },
        { "{\"spec\":{\"suspend\":true}}", false },
        { "{\"status\":{\"conditions\":[{\"type\":\"Complete\",\"status\":\"True\"}]}}", false },
        { "{\"status\":{\"conditions\":[{\"type\":\"SuccessCriteriaMet\",\"status\":\"True\"},{\"type\":\"Complete\","
          "\"status\":\"True\"}]}}",
          false },
        { "{\"status\":{\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\"}]}}", false },
        { "{\"status\":{\"conditions\":[{\"type\":\"Failed\",\"status\":\"False\"}]}}", true },
        { "{\"status\":{\"conditions\":[{\"type\":\"Suspended\",\"status\":\"False\"}]}}", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(json_release) cJSON *job = cJSON_Parse(cases[i].job);

        case_number(cases[i].job, job_goes_on(job), cases[i].goes_on);
    }
}

TEST_MAIN("k8s/job", TEST(a_job_goes_on_until_it_ends_or_is_suspended))
