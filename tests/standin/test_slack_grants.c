/* tests/standin/test_slack_grants.c - tests/standin/slack_grants.h. */
#include "tests/standin/slack_grants.h"

#include "tests/test_main.h"

#include <stdio.h>

static enum grant_verdict use(struct grants *grants, const char *token, int64_t now_ms)
{
    const struct grant *grant = NULL;

    return grants_use(grants, token, now_ms, &grant);
}

static void a_ticket_is_good_once(void)
{
    struct grants grants;

    grants_init(&grants, TICKET_LIFE_MS, 1);
    CU_ASSERT_EQUAL(use(&grants, "t", 0), GRANT_UNKNOWN);
    grants_give(&grants, "t", 1000);
    CU_ASSERT_EQUAL(use(&grants, "other", 1000), GRANT_UNKNOWN);
    CU_ASSERT_EQUAL(use(&grants, "t", 1000), GRANT_GOOD);
    CU_ASSERT_EQUAL(use(&grants, "t", 1000), GRANT_USED);
    grants_release(&grants);
}

static void a_response_url_is_good_for_five_uses_and_thirty_minutes(void)
{
    struct grants grants;

    grants_init(&grants, RESPONSE_URL_LIFE_MS, RESPONSE_URL_USES);
    grants_give(&grants, "five", 0);
    grants_give(&grants, "old", 0);
    for (int i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(use(&grants, "five", 1), GRANT_GOOD);
    CU_ASSERT_EQUAL(use(&grants, "five", 1), GRANT_USED);
    CU_ASSERT_EQUAL(use(&grants, "old", 30 * 60 * 1000 - 1), GRANT_GOOD);
    CU_ASSERT_EQUAL(use(&grants, "old", 30 * 60 * 1000), GRANT_EXPIRED);
    grants_release(&grants);
}

static void what_it_is_for_is_kept(void)
{
    struct grants grants;
    const struct grant *used = NULL;

    grants_init(&grants, TRIGGER_LIFE_MS, 1);
    snprintf(grants_give(&grants, "1", 0)->channel, GRANT_ID_SIZE, "C1");
    snprintf(grants_give(&grants, "2", 0)->channel, GRANT_ID_SIZE, "C2");
    CU_ASSERT_EQUAL(grants_use(&grants, "1", 0, &used), GRANT_GOOD);
    CU_ASSERT_STRING_EQUAL(used->channel, "C1");
    grants_release(&grants);
}

static void the_oldest_are_forgotten(void)
{
    struct grants grants;
    char token[GRANT_TOKEN_SIZE];

    grants_init(&grants, TRIGGER_LIFE_MS, 1);
    for (int i = 0; i <= GRANTS_MAX; i++) {
        snprintf(token, sizeof token, "%d", i);
        grants_give(&grants, token, 0);
    }
    CU_ASSERT_EQUAL(use(&grants, "0", 0), GRANT_UNKNOWN);
    CU_ASSERT_EQUAL(use(&grants, "1", 0), GRANT_GOOD);
    CU_ASSERT_EQUAL(use(&grants, token, 0), GRANT_GOOD);
    grants_release(&grants);
}

TEST_MAIN("standin/slack_grants", TEST(a_ticket_is_good_once),
          TEST(a_response_url_is_good_for_five_uses_and_thirty_minutes), TEST(what_it_is_for_is_kept),
          TEST(the_oldest_are_forgotten))
