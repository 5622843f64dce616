/* tests/base/test_lookup.c - base/loop.h: name look-ups. */
#include "base/loop.h"

#include "tests/test_main.h"

#include <arpa/inet.h>
#include <string.h>

struct asker {
    struct flow flow;
    struct loop *loop;
    struct lookup lookup;
    struct timer timer;
    int pumps;
};

static void end_when_done(struct flow *flow)
{
    struct asker *asker = (struct asker *) flow;

    asker->pumps++;
    if (asker->lookup.done)
        loop_stop(asker->loop);
}

static struct lookup ask(const char *host)
{
    struct asker asker = { .flow.pump = end_when_done, .loop = loop_new() };

    lookup_start(asker.loop, &asker.lookup, host, &asker.flow);
    CU_ASSERT_FALSE(asker.lookup.done);
    loop_run(asker.loop);
    CU_ASSERT_EQUAL(asker.pumps, 1);
    lookup_cancel(asker.loop, &asker.lookup);
    CU_ASSERT_TRUE(loop_free(asker.loop));
    return asker.lookup;
}

static void localhost_has_a_loopback_address(void)
{
    struct lookup answer = ask("localhost");

    CU_ASSERT_EQUAL(answer.error.kind, ERROR_NONE);
    CU_ASSERT(strcmp(answer.address, "127.0.0.1") == 0 || strcmp(answer.address, "::1") == 0);
}

static void a_number_is_its_own_address(void)
{
    CU_ASSERT_STRING_EQUAL(ask("127.0.0.1").address, "127.0.0.1");
    CU_ASSERT_STRING_EQUAL(ask("2001:db8::17").address, "2001:db8::17");
}

/* RFC 6761 keeps .invalid from ever existing. */
static void a_name_that_does_not_exist_is_a_network_error_that_names_it(void)
{
    struct lookup answer = ask("slack.invalid");

    CU_ASSERT_EQUAL(answer.error.kind, ERROR_NETWORK);
    CU_ASSERT_STRING_EQUAL(answer.address, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(answer.error.message, "slack.invalid"));
}

static void a_name_longer_than_any_is_an_error_too(void)
{
    char host[2000];

    memset(host, 'a', sizeof host - 1);
    host[sizeof host - 1] = '\0';
    CU_ASSERT_EQUAL(ask(host).error.kind, ERROR_NETWORK);
}

static void stop_the_loop(struct flow *flow)
{
    struct asker *asker = (struct asker *) flow;

    asker->pumps++;
    loop_stop(asker->loop);
}

/* One that is under way, and one whose failure is about to be announced. */
static void a_look_up_that_was_cancelled_pumps_nobody(void)
{
    struct asker asker = { .flow.pump = end_when_done, .loop = loop_new() };
    struct asker alarm = { .flow.pump = stop_the_loop, .loop = asker.loop };
    char host[2000];

    memset(host, 'a', sizeof host - 1);
    host[sizeof host - 1] = '\0';
    lookup_start(asker.loop, &asker.lookup, "localhost", &asker.flow);
    lookup_cancel(asker.loop, &asker.lookup);
    lookup_start(asker.loop, &asker.lookup, host, &asker.flow);
    lookup_cancel(asker.loop, &asker.lookup);
    timer_start(asker.loop, &alarm.timer, 20, &alarm.flow);
    loop_run(asker.loop);
    CU_ASSERT_EQUAL(asker.pumps, 0);
    CU_ASSERT_FALSE(asker.lookup.done);
    loop_free(asker.loop);
}

static void ask_again(struct flow *flow)
{
    struct asker *asker = (struct asker *) flow;

    asker->pumps++;
    if (asker->pumps == 2)
        loop_stop(asker->loop);
    else
        lookup_start(asker->loop, &asker->lookup, "127.0.0.1", flow);
}

static void a_look_up_can_be_started_again_from_its_pump(void)
{
    struct asker asker = { .flow.pump = ask_again, .loop = loop_new() };

    lookup_start(asker.loop, &asker.lookup, "slack.invalid", &asker.flow);
    loop_run(asker.loop);
    CU_ASSERT_EQUAL(asker.lookup.error.kind, ERROR_NONE);
    CU_ASSERT_STRING_EQUAL(asker.lookup.address, "127.0.0.1");
    loop_free(asker.loop);
}

TEST_MAIN("base/lookup", TEST(localhost_has_a_loopback_address), TEST(a_number_is_its_own_address),
          TEST(a_name_that_does_not_exist_is_a_network_error_that_names_it),
          TEST(a_name_longer_than_any_is_an_error_too), TEST(a_look_up_that_was_cancelled_pumps_nobody),
          TEST(a_look_up_can_be_started_again_from_its_pump))
