/* What goes wrong between us and Slack, and that it ends neither in a storm nor for good. */
#include "bot/sockets.h"

#include "tests/bot/sockets_scene.h"
#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

/* ---- Ends that are not announced ---- */

static void half_close(struct scripted_socket *socket)
{
    server_socket_finish(socket->socket);
}

static void close_without_a_word(struct scripted_socket *socket)
{
    scripted_say_close(socket, 1000, "");
}

static void a_lost_connection_is_replaced_and_its_acks_go_by_the_next(void)
{
    static void (*const ends[])(struct scripted_socket *) = { half_close, reset, close_without_a_word };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct scene scene;
        struct scripted_socket *lost = connect_first(&scene, &quick), *next = &scene.there.sockets[1];

        scripted_say_command(lost, "before", "1");
        scripted_say_command(lost, "between", "2");
        run_until(scene.loop, &scene.ear.envelope_count, 2);
        ends[i](lost);
        run_until(scene.loop, &scene.there.gone_count, 1);
        CU_ASSERT_TRUE(ack(&scene.ear, 0, NULL));
        run_until(scene.loop, &scene.ear.connected_count, 2);
        CU_ASSERT_TRUE(ack(&scene.ear, 1, NULL));
        run_until(scene.loop, &next->text_count, 2);
        CU_ASSERT_EQUAL(scripted_acks(&scene.there, "before"), 1);
        CU_ASSERT_EQUAL(scripted_acks(&scene.there, "between"), 1);
        CU_ASSERT_STRING_EQUAL(next->ticket, "T2");
        close_scene(&scene);
    }
}

static void silence_and_a_missing_hello_lead_to_the_next_try(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.socket.ping_ms = 20;
    timings.socket.silence_ms = 60;
    open_scene(&scene);
    scene.there.keeps_silent = true;
    start(&scene, &timings);
    run_until(scene.loop, &scene.ear.connected_count, 3);
    CU_ASSERT(logged(&scene, "no sign of life") >= 2);
    close_scene(&scene);
}

static void say_nothing(struct scripted_socket *socket)
{
    (void) socket;
}

static void a_missing_hello_leads_to_the_next_try(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.socket.hello_ms = 30;
    open_scene(&scene);
    scene.there.opened = say_nothing;
    start(&scene, &timings);
    run_until(scene.loop, &scene.there.socket_count, 3);
    CU_ASSERT_EQUAL(scene.ear.connected_count, 0);
    scene.there.opened = NULL;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    /* Each try had a ticket of its own. */
    for (int i = 0; i < scene.there.socket_count; i++) {
        char expected[16];

        snprintf(expected, sizeof expected, "T%d", i + 1);
        CU_ASSERT_STRING_EQUAL(scene.there.sockets[i].ticket, expected);
    }
    close_scene(&scene);
}

static void a_refused_upgrade_leads_to_the_next_try(void)
{
    struct scene scene;

    open_scene(&scene);
    scene.there.refuse_with = 408;
    start(&scene, &quick);
    run_until(scene.loop, &scene.there.ticket_count, 4);
    scene.there.refuse_with = 0;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    CU_ASSERT(logged(&scene, "refused the WebSocket with HTTP 408") >= 3);
    close_scene(&scene);
}

/* ---- Storms that do not happen ---- */

static void say_too_many(struct scripted_socket *socket)
{
    say_disconnect(socket, "too_many_websockets");
}

static void say_disabled(struct scripted_socket *socket)
{
    say_disconnect(socket, "link_disabled");
}

static void say_hello_and_refresh(struct scripted_socket *socket)
{
    scripted_say_hello(socket);
    say_disconnect(socket, "refresh_requested");
}

static void refusals_by_slack_are_waited_for(void)
{
    static void (*const refusals[])(struct scripted_socket *) = { say_too_many, say_disabled };

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct scene scene;

        open_scene(&scene);
        scene.there.opened = refusals[i];
        start(&scene, &quick);
        run_until(scene.loop, &scene.there.gone_count, 1);
        run_for(scene.loop, 200);
        CU_ASSERT_EQUAL(scene.there.ticket_count, 1);
        CU_ASSERT_EQUAL(scene.ear.connected_count, 0);
        close_scene(&scene);
    }
}

static void a_disabled_socket_mode_is_not_replaced_before_its_time(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &timings);

    say_disconnect(there, "link_disabled");
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    server_socket_close(there->socket);
    run_for(scene.loop, 200);
    CU_ASSERT_EQUAL(scene.there.ticket_count, 1);
    close_scene(&scene);
}

static void it_can_be_switched_on_again(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.disabled_ms = 50;
    open_scene(&scene);
    scene.there.opened = say_disabled;
    start(&scene, &timings);
    run_until(scene.loop, &scene.there.gone_count, 1);
    scene.there.opened = NULL;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    close_scene(&scene);
}

/* Nine others are there, ours is the tenth: the next one has room only when ours has gone. */
static void the_one_that_ends_makes_room_for_the_next(void)
{
    struct scene scene;
    struct scripted_socket *old = connect_first(&scene, &quick);

    scene.there.opened = say_too_many;
    say_disconnect(old, "warning");
    run_until(scene.loop, &scene.there.gone_count, 1);
    CU_ASSERT_FALSE(old->gone);
    scripted_say_command(old, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    scene.there.opened = NULL;
    server_socket_close(old->socket);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    close_scene(&scene);
}

/* Each wait is at least half of its ceiling: 10, 20, 40, 80 ms. */
static void check_growing_waits(void (*opened)(struct scripted_socket *))
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.retries = (struct retry_policy){ .base_ms = 20, .maximum_ms = 10 * 1000 };
    timings.held_ms = 60 * 1000;
    open_scene(&scene);
    scene.there.opened = opened;
    start(&scene, &timings);
    int64_t before_ms = loop_monotonic_ms(scene.loop);
    run_until(scene.loop, &scene.there.ticket_count, 5);
    CU_ASSERT(loop_monotonic_ms(scene.loop) - before_ms >= 10 + 20 + 40 + 80);
    close_scene(&scene);
}

static void a_refresh_behind_each_hello_is_no_reason_to_hurry(void)
{
    check_growing_waits(say_hello_and_refresh);
}

static void the_waits_grow_until_a_connection_has_held(void)
{
    check_growing_waits(reset);
}

static void a_connection_that_has_held_starts_the_waits_anew(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.retries = (struct retry_policy){ .base_ms = 1, .maximum_ms = 60 * 1000 };
    open_scene(&scene);
    scene.there.refuse_with = 503;
    start(&scene, &timings);
    run_until(scene.loop, &scene.there.ticket_count, 6);
    scene.there.refuse_with = 0;
    run_until(scene.loop, &scene.ear.connected_count, 1);
    reset(&scene.there.sockets[0]);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    CU_ASSERT_EQUAL(logged(&scene, "failures=1\n"), 1);
    close_scene(&scene);
}

/* ---- Tickets ---- */

static void a_token_refused_for_good_ends_it(void)
{
    static const struct scripted_answer answers[] = { { .body = "{\"ok\":false,\"error\":\"invalid_auth\"}" } };
    struct scene scene;

    open_scene(&scene);
    scene.there.answers = answers;
    scene.there.answer_count = 1;
    start_at(&scene, &scene.ear, &quick, 2);
    run_until(scene.loop, &scene.ear.refused_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.word, "invalid_auth");
    CU_ASSERT_EQUAL(scene.ear.refused_count, 1);
    close_scene(&scene);
}

static void nothing_is_asked_behind_a_refusal(void)
{
    static const struct scripted_answer answers[] = { { .body = "{\"ok\":false,\"error\":\"account_inactive\"}" } };
    struct scene scene;

    open_scene(&scene);
    scene.there.answers = answers;
    scene.there.answer_count = 1;
    start(&scene, &quick);
    run_until(scene.loop, &scene.ear.refused_count, 1);
    run_for(scene.loop, 100);
    CU_ASSERT_EQUAL(scene.there.call_count, 1);
    sockets_close(scene.ear.sockets, &scene.ear.flow);
    run_until(scene.loop, &scene.ear.closed_count, 1);
    close_scene(&scene);
}

static void what_may_pass_is_asked_again(void)
{
    static const struct scripted_answer cases[] = {
        { .body = "<html>maintenance</html>", .content_type = "text/html" },
        { .status = 503, .body = "" },
        { .status = -1 },
        { .body = "{\"ok\":false,\"error\":\"internal_error\"}" },
        { .body = "{\"ok\":false,\"error\":\"some_new_word\"}" },
        { .body = "{\"ok\":true}" },
        { .body = "{\"ok\":true,\"url\":\"https://localhost/\"}" },
        { .body = "{\"ok\":true,\"url\":\"wss://nobody.invalid/link\"}" },
        { .status = 429, .retry_after = "1", .body = "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene);
        scene.there.answers = &cases[i];
        scene.there.answer_count = 1;
        start(&scene, &quick);
        run_until(scene.loop, &scene.ear.connected_count, 1);
        CU_ASSERT_EQUAL(scene.there.call_count, 2);
        CU_ASSERT_EQUAL(scene.ear.refused_count, 0);
        close_scene(&scene);
    }
}

static void a_429_is_waited_for(void)
{
    static const struct scripted_answer answers[] = { { .status = 429, .retry_after = "60", .body = "" } };
    struct scene scene;

    open_scene(&scene);
    scene.there.answers = answers;
    scene.there.answer_count = 1;
    start(&scene, &quick);
    for (int turn = 0; turn < 500 && logged(&scene, "event=reconnect") == 0; turn++)
        run_for(scene.loop, 20);
    CU_ASSERT_EQUAL(scene.there.call_count, 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=reconnect delay_ms=60000"), 1);
    close_scene(&scene);
}

static void a_slack_that_is_not_there_is_asked_again(void)
{
    struct scene scene;

    open_scene(&scene);
    server_free(scene.there.server);
    scene.there.server = NULL;
    start(&scene, &quick);
    for (int i = 0; i < 50 && logged(&scene, "event=no_ticket") < 3; i++)
        run_for(scene.loop, 20);
    CU_ASSERT(logged(&scene, "event=no_ticket level") + logged(&scene, "event=no_ticket") >= 3);
    close_scene(&scene);
}

TEST_MAIN("bot/sockets_faults", TEST(a_lost_connection_is_replaced_and_its_acks_go_by_the_next),
          TEST(silence_and_a_missing_hello_lead_to_the_next_try), TEST(a_missing_hello_leads_to_the_next_try),
          TEST(a_refused_upgrade_leads_to_the_next_try), TEST(refusals_by_slack_are_waited_for),
          TEST(a_disabled_socket_mode_is_not_replaced_before_its_time), TEST(it_can_be_switched_on_again),
          TEST(the_one_that_ends_makes_room_for_the_next), TEST(a_refresh_behind_each_hello_is_no_reason_to_hurry),
          TEST(the_waits_grow_until_a_connection_has_held), TEST(a_connection_that_has_held_starts_the_waits_anew),
          TEST(a_token_refused_for_good_ends_it), TEST(nothing_is_asked_behind_a_refusal),
          TEST(what_may_pass_is_asked_again), TEST(a_429_is_waited_for), TEST(a_slack_that_is_not_there_is_asked_again))
