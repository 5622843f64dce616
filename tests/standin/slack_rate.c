/* tests/standin/slack_rate.c - a leaky bucket for each method, or each method and channel. */
#include "tests/standin/slack_rate.h"

#include "base/text.h"

#include <stdio.h>

enum { MS_PER_MINUTE = 60 * 1000, MS_PER_S = 1000, TIER_2 = 20, TIER_3 = 50, TIER_4 = 100 };

static const struct {
    const char *method;
    int64_t per_minute;
} tiers[] = {
    { "apps.connections.open", TIER_3 },
    { "auth.test", TIER_4 },
    { "chat.postMessage", MS_PER_MINUTE / MS_PER_S },
    { "chat.update", TIER_3 },
    { "chat.delete", TIER_3 },
    { "chat.postEphemeral", TIER_4 },
    { "conversations.history", TIER_3 },
    { "users.info", TIER_4 },
    { "usergroups.users.list", TIER_2 },
    { "usergroups.list", TIER_2 },
    { "conversations.info", TIER_3 },
    { "views.open", TIER_4 },
};

static int64_t per_minute_of(const char *method)
{
    for (size_t i = 0; i < sizeof tiers / sizeof tiers[0]; i++)
        if (text_equal(tiers[i].method, method))
            return tiers[i].per_minute;
    return TIER_2;
}

/* When there are too many keys the first is taken again: a test that has so many channels does not count calls. */
static struct rate *find(struct rates *rates, const char *method, const char *channel, int64_t now_ms)
{
    bool per_channel = text_equal(method, "chat.postMessage");
    struct rate *rate = &rates->items[0];
    char key[RATE_KEY_SIZE];

    snprintf(key, sizeof key, "%.63s %.30s", method, per_channel ? channel : "");
    for (int i = 0; i < rates->count; i++)
        if (text_equal(rates->items[i].key, key))
            return &rates->items[i];
    if (rates->count < RATES_MAX)
        rate = &rates->items[rates->count++];
    *rate = (struct rate){ .per_minute = per_minute_of(method), .counted_ms = now_ms };
    rate->burst = per_channel ? RATE_POST_BURST : rate->per_minute;
    rate->left = (double) rate->burst;
    text_copy_cut(rate->key, sizeof rate->key, key);
    return rate;
}

struct rate_verdict rates_count(struct rates *rates, const char *method, const char *channel, int64_t now_ms)
{
    struct rate *rate = find(rates, method, channel, now_ms);
    struct rate_verdict verdict = { .too_soon = now_ms < rate->blocked_ms };

    rate->left += (double) (now_ms - rate->counted_ms) * (double) rate->per_minute / MS_PER_MINUTE;
    if (rate->left > (double) rate->burst)
        rate->left = (double) rate->burst;
    rate->counted_ms = now_ms;
    verdict.allowed = !verdict.too_soon && rate->left >= 1;
    if (verdict.allowed) {
        rate->left -= 1;
        return verdict;
    }
    if (!verdict.too_soon) {
        double wait_ms = (1 - rate->left) * MS_PER_MINUTE / (double) rate->per_minute;

        rate->blocked_ms = now_ms + ((int64_t) wait_ms / MS_PER_S + 1) * MS_PER_S;
    }
    verdict.retry_after_s = (rate->blocked_ms - now_ms + MS_PER_S - 1) / MS_PER_S;
    return verdict;
}

void rates_block(struct rates *rates, const char *method, const char *channel, int64_t retry_after_s, int64_t now_ms)
{
    find(rates, method, channel, now_ms)->blocked_ms = now_ms + retry_after_s * MS_PER_S;
}
