/* tests/base/test_retry.c - base/retry.h. Delays counted by hand from base 500 ms and at most 30 s. */
#include "base/retry.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct retry_policy policy = { .base_ms = 500, .maximum_ms = 30000, .tries_max = 4 };

static void delays_double_from_half_to_the_whole_of_their_ceiling(void)
{
    static const struct {
        const char *name;
        int failures;
        int64_t shortest, longest;
    } cases[] = {
        { "first", 1, 250, 500 },
        { "second", 2, 500, 1000 },
        { "third", 3, 1000, 2000 },
        { "sixth", 6, 8000, 16000 },
        { "seventh, capped", 7, 15000, 30000 },
        { "31st", 31, 15000, 30000 },
        { "1000000th", 1000000, 15000, 30000 },
    };
    struct error error = { .kind = ERROR_NETWORK };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t whole_range = (uint32_t) (cases[i].longest - cases[i].shortest);

        case_number(cases[i].name, retry_delay_ms(&policy, cases[i].failures, &error, 0), cases[i].shortest);
        case_number(cases[i].name, retry_delay_ms(&policy, cases[i].failures, &error, whole_range), cases[i].longest);
        case_number(cases[i].name, retry_delay_ms(&policy, cases[i].failures, &error, 7), cases[i].shortest + 7);
        for (uint32_t chance = UINT32_MAX; chance > UINT32_MAX - 100000; chance -= 999) {
            int64_t delay = retry_delay_ms(&policy, cases[i].failures, &error, chance);
            case_holds(cases[i].name, delay >= cases[i].shortest && delay <= cases[i].longest);
        }
    }
}

static void a_large_maximum_is_reached_without_overflow(void)
{
    struct retry_policy patient = { .base_ms = 1000, .maximum_ms = INT64_MAX / 2 };
    struct error error = { .kind = ERROR_TIMEOUT };

    CU_ASSERT_EQUAL(retry_delay_ms(&patient, 31, &error, 0), 1000 * (INT64_C(1) << 30) / 2);
    CU_ASSERT_EQUAL(retry_delay_ms(&patient, 32, &error, 0), retry_delay_ms(&patient, 31, &error, 0));
    CU_ASSERT_EQUAL(retry_delay_ms(&patient, 5000, &error, 0), retry_delay_ms(&patient, 31, &error, 0));
}

static void the_other_side_may_ask_for_more_but_not_for_less(void)
{
    struct error error = { .kind = ERROR_BUSY, .status = 429, .retry_after_s = 120 };

    CU_ASSERT_EQUAL(retry_delay_ms(&policy, 1, &error, 0), 120000);
    error.retry_after_s = 1;
    CU_ASSERT_EQUAL(retry_delay_ms(&policy, 1, &error, 0), 1000);
    CU_ASSERT_EQUAL(retry_delay_ms(&policy, 7, &error, 0), 15000);
}

static void another_try_is_due_where_it_can_help(void)
{
    static const struct {
        const char *name;
        enum error_kind kind;
        int status;
        bool is_due;
    } cases[] = {
        { "busy", ERROR_BUSY, 429, true },
        { "network", ERROR_NETWORK, 0, true },
        { "timeout", ERROR_TIMEOUT, 0, true },
        { "protocol of a 500", ERROR_PROTOCOL, 500, true },
        { "protocol of a 503", ERROR_PROTOCOL, 503, true },
        { "protocol of a 499", ERROR_PROTOCOL, 499, false },
        { "protocol of a 200", ERROR_PROTOCOL, 200, false },
        { "input", ERROR_INPUT, 500, false },
        { "missing", ERROR_MISSING, 404, false },
        { "conflict", ERROR_CONFLICT, 409, false },
        { "refused", ERROR_REFUSED, 403, false },
        { "limit", ERROR_LIMIT, 0, false },
        { "system", ERROR_SYSTEM, 0, false },
        { "none", ERROR_NONE, 0, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct error error = { .kind = cases[i].kind, .status = cases[i].status };

        case_holds(cases[i].name, retry_is_due(&policy, 1, &error) == cases[i].is_due);
        case_holds(cases[i].name, retry_is_due(&policy, 3, &error) == cases[i].is_due);
        case_holds(cases[i].name, !retry_is_due(&policy, 4, &error));
    }
}

static void without_a_maximum_tries_go_on_for_ever(void)
{
    struct retry_policy for_ever = { .base_ms = 500, .maximum_ms = 30000 };
    struct error error = { .kind = ERROR_NETWORK };

    CU_ASSERT(retry_is_due(&for_ever, 1000000, &error));
}

TEST_MAIN("base/retry", TEST(delays_double_from_half_to_the_whole_of_their_ceiling),
          TEST(a_large_maximum_is_reached_without_overflow), TEST(the_other_side_may_ask_for_more_but_not_for_less),
          TEST(another_try_is_due_where_it_can_help), TEST(without_a_maximum_tries_go_on_for_ever))
