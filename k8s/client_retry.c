/* k8s/client_retry.c - what can help, can do no harm, and is still in time, is tried again. */
#include "k8s/client_retry.h"

#include "base/retry.h"
#include "k8s/client.h"

enum { MS_PER_S = 1000 };

static const struct retry_policy policy = { .base_ms = 250, .maximum_ms = 4000, .tries_max = CLIENT_TRIES_MAX };

static bool is_asked_to_wait(const struct client_try *outcome);
static bool is_in_time(const struct client_try *outcome, int failures, int64_t *ret_delay_ms);

enum client_verdict client_retry_decide(const struct client_try *outcome, int64_t *ret_delay_ms)
{
    int status = outcome->status;
    int failures = outcome->failures + 1;

    if (status == 401 && !outcome->renewed)
        return CLIENT_RENEWS;
    if (status == 403 && outcome->settling)
        return is_in_time(outcome, 1, ret_delay_ms) ? CLIENT_SETTLES : CLIENT_ENDS;
    if (is_asked_to_wait(outcome))
        return is_in_time(outcome, 1, ret_delay_ms) ? CLIENT_PAUSES : CLIENT_ENDS;
    if (!client_retry_can_repeat(outcome) || failures >= policy.tries_max)
        return CLIENT_ENDS;
    return is_in_time(outcome, failures, ret_delay_ms) ? CLIENT_PAUSES : CLIENT_ENDS;
}

bool client_retry_is_refusal(int status, int64_t retry_after_s)
{
    return status == 429 || (status == 503 && retry_after_s > 0);
}

/* A refusal was carried out by nobody; all else may have been. */
bool client_retry_can_repeat(const struct client_try *outcome)
{
    static const struct retry_policy endless = { .base_ms = 1, .maximum_ms = 1 };

    if (outcome->streamed)
        return false;
    if (client_retry_is_refusal(outcome->status, outcome->reason.retry_after_s))
        return true;
    return outcome->is_read && retry_is_due(&endless, 1, &outcome->reason);
}

/* That ends with the call's time and not with its tries: a crowd is let in one after the other. */
static bool is_asked_to_wait(const struct client_try *outcome)
{
    return client_retry_is_refusal(outcome->status, outcome->reason.retry_after_s) &&
           outcome->reason.retry_after_s > 0 && !outcome->without_end && client_retry_can_repeat(outcome);
}

/* The jitter comes on top of what the server asks for: those who were refused together do not come back together. */
static bool is_in_time(const struct client_try *outcome, int failures, int64_t *ret_delay_ms)
{
    static const struct error unasked = { 0 };
    int64_t delay_ms =
        outcome->reason.retry_after_s * MS_PER_S + retry_delay_ms(&policy, failures, &unasked, outcome->chance);

    if (delay_ms >= outcome->left_ms)
        return false;
    *ret_delay_ms = delay_ms;
    return true;
}
