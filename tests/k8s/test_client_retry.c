/* tests/k8s/test_client_retry.c - what is sent once more, and when: the rows that a played server would take long for. */
#include "k8s/client_retry.h"

#include "k8s/client.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void what_failed_is_tried_again_where_that_helps_and_does_no_harm(void)
{
    static const struct {
        const char *name;
        struct client_try outcome;
        enum client_verdict verdict;
        int64_t least_ms, most_ms; /* of the pause */
    } cases[] = {
        { "a read that broke", { .is_read = true, .reason = { .kind = ERROR_NETWORK } }, CLIENT_PAUSES, 125, 250 },
        { "a write that broke", { .reason = { .kind = ERROR_NETWORK } }, CLIENT_ENDS, 0, 0 },
        { "half a list",
          { .is_read = true, .streamed = true, .reason = { .kind = ERROR_NETWORK } },
          CLIENT_ENDS,
          0,
          0 },
        { "the fourth time",
          { .is_read = true, .failures = 3, .reason = { .kind = ERROR_NETWORK } },
          CLIENT_PAUSES,
          1000,
          2000 },
        { "the fifth time",
          { .is_read = true, .failures = 4, .reason = { .kind = ERROR_NETWORK } },
          CLIENT_ENDS,
          0,
          0 },
        { "401", { .status = 401, .reason = { .kind = ERROR_REFUSED, .status = 401 } }, CLIENT_RENEWS, 0, 0 },
        { "401 again",
          { .status = 401, .renewed = true, .reason = { .kind = ERROR_REFUSED, .status = 401 } },
          CLIENT_ENDS,
          0,
          0 },
        { "403", { .status = 403, .reason = { .kind = ERROR_REFUSED, .status = 403 } }, CLIENT_ENDS, 0, 0 },
        { "403 after an outage",
          { .status = 403, .settling = true, .failures = 4, .reason = { .kind = ERROR_REFUSED, .status = 403 } },
          CLIENT_SETTLES,
          125,
          250 },
        { "429", { .status = 429, .reason = { .kind = ERROR_BUSY, .status = 429 } }, CLIENT_PAUSES, 125, 250 },
        { "429 the fifth time",
          { .status = 429, .failures = 4, .reason = { .kind = ERROR_BUSY, .status = 429 } },
          CLIENT_ENDS,
          0,
          0 },
        { "429 for a second",
          { .status = 429, .reason = { .kind = ERROR_BUSY, .status = 429, .retry_after_s = 1 } },
          CLIENT_PAUSES,
          1125,
          1250 },
        { "429 for a second, the tenth time",
          { .status = 429, .failures = 9, .reason = { .kind = ERROR_BUSY, .status = 429, .retry_after_s = 1 } },
          CLIENT_PAUSES,
          1125,
          1250 },
        { "429 of a watch, the fifth time",
          { .status = 429,
            .failures = 4,
            .without_end = true,
            .is_read = true,
            .reason = { .kind = ERROR_BUSY, .status = 429, .retry_after_s = 1 } },
          CLIENT_ENDS,
          0,
          0 },
        { "429 for longer than there is time",
          { .status = 429, .reason = { .kind = ERROR_BUSY, .status = 429, .retry_after_s = 20 } },
          CLIENT_ENDS,
          0,
          0 },
        { "503 of a write", { .status = 503, .reason = { .kind = ERROR_PROTOCOL, .status = 503 } }, CLIENT_ENDS, 0, 0 },
        { "503 of a write for two seconds, the sixth time",
          { .status = 503, .failures = 5, .reason = { .kind = ERROR_PROTOCOL, .status = 503, .retry_after_s = 2 } },
          CLIENT_PAUSES,
          2125,
          2250 },
    };
    static const uint32_t chances[] = { 0, 1, 77777, UINT32_MAX };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t k = 0; k < sizeof chances / sizeof chances[0]; k++) {
            struct client_try outcome = cases[i].outcome;
            int64_t delay_ms = 0;

            outcome.left_ms = CLIENT_TIMEOUT_MS;
            outcome.chance = chances[k];
            case_number(cases[i].name, client_retry_decide(&outcome, &delay_ms), cases[i].verdict);
            case_holds(cases[i].name, delay_ms >= cases[i].least_ms && delay_ms <= cases[i].most_ms);
        }
}

TEST_MAIN("k8s/client_retry", TEST(what_failed_is_tried_again_where_that_helps_and_does_no_harm))
