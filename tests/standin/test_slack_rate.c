/* tests/standin/test_slack_rate.c - tests/standin/slack_rate.h. The figures are those of Slack's tiers. */
#include "tests/standin/slack_rate.h"

#include "tests/test_main.h"

static int count_until_refused(struct rates *rates, const char *method, const char *channel, int64_t now_ms)
{
    int calls = 0;

    while (rates_count(rates, method, channel, now_ms).allowed)
        calls++;
    return calls;
}

static void a_method_may_be_called_as_often_in_a_minute_as_its_tier_says(void)
{
    static struct rates rates;

    CU_ASSERT_EQUAL(count_until_refused(&rates, "usergroups.users.list", "", 0), 20);
    CU_ASSERT_EQUAL(count_until_refused(&rates, "chat.update", "C1", 0), 50);
    CU_ASSERT_EQUAL(count_until_refused(&rates, "users.info", "", 0), 100);
    CU_ASSERT_FALSE(rates_count(&rates, "chat.update", "C2", 0).allowed);
}

static void a_channel_takes_a_message_a_second_and_a_short_burst(void)
{
    static struct rates rates;

    CU_ASSERT_EQUAL(count_until_refused(&rates, "chat.postMessage", "C1", 0), RATE_POST_BURST);
    CU_ASSERT_EQUAL(count_until_refused(&rates, "chat.postMessage", "C2", 0), RATE_POST_BURST);
    CU_ASSERT(rates_count(&rates, "chat.postMessage", "C1", 2000).allowed);
    CU_ASSERT(rates_count(&rates, "chat.postMessage", "C1", 2000).allowed);
    CU_ASSERT_FALSE(rates_count(&rates, "chat.postMessage", "C1", 2000).allowed);
}

static void who_comes_back_in_time_is_served_and_who_does_not_is_noticed(void)
{
    static struct rates rates;

    count_until_refused(&rates, "usergroups.users.list", "", 0);
    struct rate_verdict soon = rates_count(&rates, "usergroups.users.list", "", 1000);
    CU_ASSERT(soon.too_soon);
    CU_ASSERT(soon.retry_after_s > 0);
    struct rate_verdict later = rates_count(&rates, "usergroups.users.list", "", 1000 + 1000 * soon.retry_after_s);
    CU_ASSERT(later.allowed);
    CU_ASSERT_FALSE(later.too_soon);
}

static void a_block_holds_for_its_method_and_channel(void)
{
    static struct rates rates;

    rates_block(&rates, "chat.postMessage", "C1", 30, 0);
    CU_ASSERT(rates_count(&rates, "chat.postMessage", "C2", 0).allowed);
    CU_ASSERT(rates_count(&rates, "chat.postMessage", "C1", 29999).too_soon);
    CU_ASSERT(rates_count(&rates, "chat.postMessage", "C1", 30000).allowed);
}

TEST_MAIN("standin/slack_rate", TEST(a_method_may_be_called_as_often_in_a_minute_as_its_tier_says),
          TEST(a_channel_takes_a_message_a_second_and_a_short_burst),
          TEST(who_comes_back_in_time_is_served_and_who_does_not_is_noticed),
          TEST(a_block_holds_for_its_method_and_channel))
