/* What of the Web API is asked again, when, and when it is given up. */
#include "bot/slack.h"

#include "base/text.h"
#include "tests/bot/slack_scene.h"
#include "tests/standin/raw_server.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

/* ---- What is asked again ---- */

struct repeat_case {
    const char *name, *method;
    struct scripted_answer first;
    int calls;            /* how often it is asked */
    enum error_kind kind; /* of the outcome, where the second answer is fine */
};

static void what_can_be_asked_twice_is_asked_again(void)
{
    static const struct repeat_case cases[] = {
        { "ticket, 503", "apps.connections.open", { .status = 503, .body = "" }, 2, ERROR_NONE },
        { "ticket, reset", "apps.connections.open", { .status = -1 }, 2, ERROR_NONE },
        { "ticket, internal",
          "apps.connections.open",
          { .body = "{\"ok\":false,\"error\":\"internal_error\"}" },
          2,
          ERROR_NONE },
        { "ticket, HTML", "apps.connections.open", { .body = "<html>" }, 1, ERROR_PROTOCOL },
        { "read, 500", "users.info", { .status = 500, .body = "<html>" }, 2, ERROR_NONE },
        { "auth.test, 502", "auth.test", { .status = 502, .body = "" }, 2, ERROR_NONE },
        { "update, 503", "chat.update", { .status = 503, .body = "" }, 2, ERROR_NONE },
        { "post, 503", "chat.postMessage", { .status = 503, .body = "" }, 1, ERROR_PROTOCOL },
        { "post, reset", "chat.postMessage", { .status = -1 }, 1, ERROR_NETWORK },
        { "post, internal",
          "chat.postMessage",
          { .body = "{\"ok\":false,\"error\":\"internal_error\"}" },
          1,
          ERROR_PROTOCOL },
        { "post, fatal",
          "chat.postMessage",
          { .body = "{\"ok\":false,\"error\":\"fatal_error\"}" },
          1,
          ERROR_PROTOCOL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene, &cases[i].first, 1);
        const struct slack_call *done = call(&scene, cases[i].method, SLACK_BOT, "{\"a\":\"b\"}");
        case_number(cases[i].name, scene.there.call_count, cases[i].calls);
        case_number(cases[i].name, done->error.kind, cases[i].kind);
        case_holds(cases[i].name, !done->unsent);
        close_scene(&scene);
    }
}

static void it_is_not_asked_for_ever(void)
{
    static const struct scripted_answer answers[] = {
        { .status = 503, .body = "" },
        { .status = 503, .body = "" },
        { .status = 503, .body = "" },
        { .status = 503, .body = "" },
    };
    struct scene scene;

    open_scene(&scene, answers, 4);
    const struct slack_call *done = call(&scene, "auth.test", SLACK_BOT, "");
    CU_ASSERT_EQUAL(done->error.kind, ERROR_PROTOCOL);
    CU_ASSERT_EQUAL(done->error.status, 503);
    CU_ASSERT_EQUAL(scene.there.call_count, quick.tries_max);
    close_scene(&scene);
}

/* Nothing can have been posted where nothing was sent. */
static void a_post_is_repeated_when_nobody_was_there(void)
{
    static const struct raw_step hang_up[] = { { .action = RAW_DROP }, { .action = RAW_STALL } };
    static const struct raw_step *const scripts[] = { hang_up };
    struct scene scene;

    open_scene(&scene, NULL, 0);
    struct raw_server *server = raw_server_new(scene.loop, scripts, 1);
    slack_free(scene.slack);
    open_at(&scene, "localhost", raw_server_port(server));
    const struct slack_call *done = post(&scene);
    CU_ASSERT_EQUAL(done->error.kind, ERROR_NETWORK);
    CU_ASSERT_TRUE(done->unsent);
    case_number("connections", raw_server_connections(server), quick.tries_max);
    raw_server_free(server);
    close_scene(&scene);
}

static void a_429_is_waited_for_as_long_as_slack_says(void)
{
    static const struct scripted_answer cases[] = {
        { .status = 429, .retry_after = "1", .body = "" },
        { .retry_after = "1", .body = "{\"ok\":false,\"error\":\"ratelimited\"}" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene, &cases[i], 1);
        int64_t before_ms = loop_monotonic_ms(scene.loop);
        const struct slack_call *done = post(&scene);
        CU_ASSERT_EQUAL(done->error.kind, ERROR_NONE);
        CU_ASSERT_EQUAL(scene.there.call_count, 2);
        CU_ASSERT(loop_monotonic_ms(scene.loop) - before_ms >= 1000);
        close_scene(&scene);
    }
}

static void a_429_pauses_its_method_and_no_other(void)
{
    static const struct scripted_answer answers[] = { { .status = 429, .retry_after = "1", .body = "" } };
    struct caller second = { .flow.pump = count_pump };
    struct caller other = { .flow.pump = count_pump };
    struct scene scene;

    open_scene(&scene, answers, 1);
    text_copy_cut(scene.caller.call.method, sizeof scene.caller.call.method, "chat.postMessage");
    buffer_append_text(&scene.caller.call.body, "{}");
    slack_call_start(scene.slack, &scene.caller.call, &scene.caller.flow);
    run_until(scene.loop, &scene.there.call_count, 1);
    run_for(scene.loop, 50);

    int64_t before_ms = loop_monotonic_ms(scene.loop);
    text_copy_cut(second.call.method, sizeof second.call.method, "chat.postMessage");
    text_copy_cut(other.call.method, sizeof other.call.method, "auth.test");
    slack_call_start(scene.slack, &second.call, &second.flow);
    slack_call_start(scene.slack, &other.call, &other.flow);
    run_until(scene.loop, &other.pump_count, 1);
    CU_ASSERT_EQUAL(second.pump_count + scene.caller.pump_count, 0);
    run_until(scene.loop, &second.pump_count, 1);
    run_until(scene.loop, &scene.caller.pump_count, 1);
    CU_ASSERT(loop_monotonic_ms(scene.loop) - before_ms >= 900);
    CU_ASSERT_EQUAL(second.call.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(scene.there.call_count, 4);
    slack_call_release(&second.call);
    slack_call_release(&other.call);
    close_scene(&scene);
}

/* ---- Given up ---- */

static void a_call_that_is_given_up_pumps_nobody(void)
{
    static const struct scripted_answer answers[] = { { .status = 429, .retry_after = "60", .body = "" } };

    for (int ms = 0; ms < 60; ms += 3) {
        struct scene scene;

        open_scene(&scene, answers, 1);
        text_copy_cut(scene.caller.call.method, sizeof scene.caller.call.method, "auth.test");
        slack_call_start(scene.slack, &scene.caller.call, &scene.caller.flow);
        run_for(scene.loop, ms);
        slack_call_cancel(&scene.caller.call);
        run_for(scene.loop, 5);
        CU_ASSERT_EQUAL(scene.caller.pump_count, 0);
        close_scene(&scene);
    }
}

static void it_may_go_away_with_calls_on_the_way(void)
{
    struct scene scene;

    open_scene(&scene, NULL, 0);
    text_copy_cut(scene.caller.call.method, sizeof scene.caller.call.method, "auth.test");
    slack_call_start(scene.slack, &scene.caller.call, &scene.caller.flow);
    run_for(scene.loop, 2);
    slack_free(scene.slack);
    scene.slack = NULL;
    CU_ASSERT_EQUAL(scene.caller.pump_count, 0);
    close_scene(&scene);
}

TEST_MAIN("bot/slack_repeats", TEST(what_can_be_asked_twice_is_asked_again), TEST(it_is_not_asked_for_ever),
          TEST(a_post_is_repeated_when_nobody_was_there), TEST(a_429_is_waited_for_as_long_as_slack_says),
          TEST(a_429_pauses_its_method_and_no_other), TEST(a_call_that_is_given_up_pumps_nobody),
          TEST(it_may_go_away_with_calls_on_the_way))
