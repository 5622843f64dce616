/* tests/standin/slack_rate.h - how often a method may be called: Slack's tiers, and a message a second per channel.
 * Pure: the time is given.
 *
 * Each method has a bucket of its tier's calls per minute; chat.postMessage one per channel, which holds a short burst.
 * A call that finds it empty is told when to come back; one that comes back sooner is a mistake of its own.
 * Source: Slack's documentation of rate limits; the length of a burst is not published.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_RATE_H
#define CURFEW_TESTS_STANDIN_SLACK_RATE_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

enum { RATES_MAX = 512, RATE_KEY_SIZE = 96, RATE_POST_BURST = 5 };

struct rate {
    char key[RATE_KEY_SIZE];
    int64_t per_minute;
    int64_t burst;
    double left;
    int64_t counted_ms; /* when left was right */
    int64_t blocked_ms; /* nothing before that instant */
};

struct rates {
    struct rate items[RATES_MAX];
    int count;
};

struct rate_verdict {
    bool allowed;
    bool too_soon;         /* it was told to wait and did not */
    int64_t retry_after_s; /* when not allowed */
};

/* channel "" for all methods but chat.postMessage. */
struct rate_verdict rates_count(struct rates *rates, const char *method, const char *channel, int64_t now_ms)
    must_check;

/* A test said 429: the same rule from now on. */
void rates_block(struct rates *rates, const char *method, const char *channel, int64_t retry_after_s, int64_t now_ms);

#endif
