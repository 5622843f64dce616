/* base/retry.c - doubling delays, half of each left to chance, so that many who failed together do not come back
 * together. */
#include "base/retry.h"

enum { EXPONENT_MAX = 30 };

static int64_t ceiling_ms(const struct retry_policy *policy, int failures)
{
    int64_t ceiling = policy->base_ms;

    for (int i = 1; i < failures && i <= EXPONENT_MAX && ceiling < policy->maximum_ms; i++)
        ceiling *= 2;
    return ceiling < policy->maximum_ms ? ceiling : policy->maximum_ms;
}

int64_t retry_delay_ms(const struct retry_policy *policy, int failures, const struct error *error, uint32_t chance)
{
    int64_t ceiling = ceiling_ms(policy, failures);
    int64_t half = ceiling / 2;
    int64_t delay = half + chance % (ceiling - half + 1);
    int64_t asked_for = error->retry_after_s * 1000;

    return delay > asked_for ? delay : asked_for;
}

bool retry_is_due(const struct retry_policy *policy, int failures, const struct error *error)
{
    bool can_help = error->kind == ERROR_BUSY || error->kind == ERROR_NETWORK || error->kind == ERROR_TIMEOUT ||
                    (error->kind == ERROR_PROTOCOL && error->status >= 500);

    return can_help && (policy->tries_max == 0 || failures < policy->tries_max);
}
