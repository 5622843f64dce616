/* Deliveries, and the change from one connection to the next, against a Slack on the same loop that does as told. */
#include "bot/sockets.h"

#include "tests/bot/sockets_scene.h"
#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

/* ---- Deliveries ---- */

static void a_command_is_delivered_and_its_ack_carries_a_message(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.texts[0], "status");
    CU_ASSERT_STRING_EQUAL(scene.ear.deliveries[0].envelope_id, "e-1");
    CU_ASSERT_TRUE(scene.ear.deliveries[0].accepts_payload);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 0);

    CU_ASSERT_TRUE(ack(&scene.ear, 0, "{\"text\":\"ok\"}"));
    run_until(scene.loop, &there->text_count, 1);
    CU_ASSERT_STRING_EQUAL(there->texts[0], "{\"envelope_id\":\"e-1\",\"payload\":{\"text\":\"ok\"}}");
    CU_ASSERT_EQUAL(there->odd_count, 0);
    close_scene(&scene);
}

static void a_payload_that_is_too_large_or_not_taken_is_left_out(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);
    char payload[ENVELOPE_ACK_BYTES_MAX + 1] = "\"";

    memset(payload + 1, 'x', sizeof payload - 3);
    payload[sizeof payload - 2] = '"';
    scripted_say_command(there, "e-1", "status");
    scripted_say_command(there, "e-2", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 2);
    CU_ASSERT_FALSE(ack(&scene.ear, 0, payload));
    scene.ear.deliveries[1].accepts_payload = false;
    CU_ASSERT_FALSE(ack(&scene.ear, 1, "{\"text\":\"ok\"}"));
    run_until(scene.loop, &there->text_count, 2);
    CU_ASSERT_STRING_EQUAL(there->texts[0], "{\"envelope_id\":\"e-1\"}");
    CU_ASSERT_STRING_EQUAL(there->texts[1], "{\"envelope_id\":\"e-2\"}");
    close_scene(&scene);
}

static void a_repeated_envelope_is_delivered_again_under_its_own_delivery(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scene.ear.acks_at_once = true;
    scripted_say_command(there, "e-1", "status");
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 2);
    run_until(scene.loop, &there->text_count, 2);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 2);
    close_scene(&scene);
}

static void a_click_is_delivered(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    say_recorded(there, "block-actions.json");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.texts[0], "click_me_123");
    close_scene(&scene);
}

static void everything_else_with_an_id_is_acked_here(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    say_recorded(there, "event.json");
    say_recorded(there, "shortcut.json");
    scripted_say(there, "UNAUTHENTICATED: cache_error");
    scripted_say(there, "{\"envelope_id\":\"cut\",\"payload\":{");
    scripted_say(there, "{\"envelope_id\":\"no-user\",\"type\":\"slash_commands\",\"payload\":{}}");
    scripted_say(there, "{\"type\":\"new\"}");
    server_socket_send(there->socket, SERVER_BINARY, true, "x", 1);
    run_until(scene.loop, &there->text_count, 4);
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_EQUAL(there->text_count, 4);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "cda4159a-72a5-4744-aba3-4d66eb52682b"), 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "8f1c9d4e-2f3b-4f0e-9d5a-0a6f8f3b7c11"), 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "cut"), 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "no-user"), 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=envelope_unreadable"), 3);
    CU_ASSERT_EQUAL(logged(&scene, "event=envelope_passed_over"), 3);
    CU_ASSERT_EQUAL(logged(&scene, "event=message_omitted connection=1 because=binary"), 1);
    close_scene(&scene);
}

static void an_oversized_envelope_is_acked_here(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);
    char *text = calloc(1, ENVELOPE_BYTES_MAX + 64);

    snprintf(text, 64, "{\"envelope_id\":\"large\",\"x\":\"");
    memset(text + strlen(text), 'a', ENVELOPE_BYTES_MAX);
    scripted_say(there, text);
    run_until(scene.loop, &there->text_count, 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "large"), 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=message_omitted connection=1 because=\"too large\" envelope=large"), 1);
    free(text);
    close_scene(&scene);
}

/* ---- The change from one connection to the next ---- */

static void an_announced_end_opens_the_next_one_first_and_loses_nothing(void)
{
    static const char *const reasons[] = { "warning", "refresh_requested", "something_new" };

    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        struct scene scene;
        struct scripted_socket *old = connect_first(&scene, &quick), *next = &scene.there.sockets[1];

        scripted_say_command(old, "before", "1");
        say_disconnect(old, reasons[i]);
        scripted_say_command(old, "behind", "2");
        run_until(scene.loop, &scene.ear.connected_count, 2);
        CU_ASSERT_EQUAL(old->close_count, 0);
        CU_ASSERT_FALSE(old->gone);
        case_text(reasons[i], next->ticket, "T2");

        scripted_say_command(old, "while draining", "3");
        scripted_say_command(next, "new", "4");
        run_until(scene.loop, &scene.ear.envelope_count, 4);
        for (int j = 0; j < 4; j++)
            CU_ASSERT_TRUE(ack(&scene.ear, j, NULL));
        run_until(scene.loop, &old->text_count, 3);
        run_until(scene.loop, &next->text_count, 1);
        CU_ASSERT_EQUAL(scripted_acks(&scene.there, "while draining"), 1);
        CU_ASSERT_STRING_EQUAL(next->texts[0], "{\"envelope_id\":\"new\"}");

        run_until(scene.loop, &scene.there.gone_count, 1);
        CU_ASSERT_EQUAL(old->close_code, 1000);
        CU_ASSERT_EQUAL(scene.there.socket_count, 2);
        close_scene(&scene);
    }
}

static void a_warning_and_a_refresh_are_one_change(void)
{
    struct scene scene;
    struct scripted_socket *old = connect_first(&scene, &quick);

    say_disconnect(old, "warning");
    say_disconnect(old, "refresh_requested");
    run_until(scene.loop, &scene.there.gone_count, 1);
    run_for(scene.loop, 50);
    CU_ASSERT_EQUAL(scene.there.socket_count, 2);
    CU_ASSERT_EQUAL(scene.ear.connected_count, 2);
    close_scene(&scene);
}

static void say_short_hello(struct scripted_socket *socket)
{
    scripted_say(socket, "{\"type\":\"hello\",\"num_connections\":1,"
                         "\"debug_info\":{\"approximate_connection_time\":1}}");
}

static void a_connection_is_replaced_before_its_age(void)
{
    struct scene scene;

    open_scene(&scene);
    scene.there.opened = say_short_hello;
    start(&scene, &quick);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    run_until(scene.loop, &scene.there.gone_count, 1);
    CU_ASSERT_EQUAL(scene.there.sockets[0].close_code, 1000);
    CU_ASSERT_EQUAL(logged(&scene, "event=disconnected connection=1 reason=old"), 1);
    close_scene(&scene);
}

static void hello_of_a_connection_that_is_live_changes_nothing(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_hello(there);
    scripted_say_command(there, "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    CU_ASSERT_EQUAL(scene.ear.connected_count, 1);
    close_scene(&scene);
}

/* ---- Who else is there ---- */

static void say_hello_of_three(struct scripted_socket *socket)
{
    scripted_say(socket, "{\"type\":\"hello\",\"num_connections\":3}");
}

static void connections_that_are_not_ours_are_told_once(void)
{
    struct scene scene;

    open_scene(&scene);
    scene.there.opened = say_hello_of_three;
    start(&scene, &quick);
    run_until(scene.loop, &scene.ear.connected_count, 1);
    CU_ASSERT_EQUAL(logged(&scene, "event=other_connections connection=1 connections=3 own=1"), 1);
    for (int i = 0; i < 3; i++) {
        reset(&scene.there.sockets[i]);
        run_until(scene.loop, &scene.ear.connected_count, i + 2);
    }
    CU_ASSERT_EQUAL(logged(&scene, "event=other_connections"), 1);
    close_scene(&scene);
}

static void our_own_connections_are_not_others(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scene.there.opened = NULL;
    say_disconnect(there, "warning");
    run_until(scene.loop, &scene.ear.connected_count, 2);
    CU_ASSERT_EQUAL(logged(&scene, "event=other_connections"), 0);
    close_scene(&scene);
}

static void nothing_secret_is_logged(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_command(there, "e-1", "status");
    scripted_say(there, "{\"response_url\":\"https://hooks.slack.com/secret\"");
    scene.there.refuse_with = 404;
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    reset(there);
    run_until(scene.loop, &scene.there.ticket_count, 3);
    CU_ASSERT(logged(&scene, "event=") >= 4);
    CU_ASSERT_EQUAL(logged(&scene, "xapp-"), 0);
    CU_ASSERT_EQUAL(logged(&scene, "ticket="), 0);
    CU_ASSERT_EQUAL(logged(&scene, "/link/"), 0);
    CU_ASSERT_EQUAL(logged(&scene, "hooks.slack"), 0);
    close_scene(&scene);
}

/* ---- Several ---- */

/* Of two contexts at a time libwebsockets 4.1.6 does not free the older one whole: bot/wire.h. */
static void start_first_of_two(struct scene *scene)
{
#ifdef __SANITIZE_ADDRESS__
    __lsan_disable();
#endif
    start_at(scene, &scene->ear, &quick, 0);
#ifdef __SANITIZE_ADDRESS__
    __lsan_enable();
#endif
}

static void two_live_side_by_side_in_one_process(void)
{
    struct scene scene;

    open_scene(&scene);
    start_first_of_two(&scene);
    run_until(scene.loop, &scene.ear.connected_count, 1);
    start_at(&scene, &scene.other_ear, &quick, 0);
    run_until(scene.loop, &scene.other_ear.connected_count, 1);
    scripted_say_command(&scene.there.sockets[0], "e-1", "first");
    scripted_say_command(&scene.there.sockets[1], "e-2", "second");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    run_until(scene.loop, &scene.other_ear.envelope_count, 1);
    CU_ASSERT_STRING_EQUAL(scene.ear.texts[0], "first");
    CU_ASSERT_STRING_EQUAL(scene.other_ear.texts[0], "second");
    sockets_free(scene.ear.sockets);
    scene.ear.sockets = NULL;
    CU_ASSERT_TRUE(ack(&scene.other_ear, 0, NULL));
    run_until(scene.loop, &scene.there.sockets[1].text_count, 1);
    close_scene(&scene);
}

static void a_second_connection_takes_the_acks_of_the_first(void)
{
    struct scene scene;

    open_scene(&scene);
    start_at(&scene, &scene.ear, &quick, 2);
    run_until(scene.loop, &scene.ear.connected_count, 2);
    scripted_say_command(&scene.there.sockets[0], "e-1", "status");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    scene.there.refuse_with = 503;
    reset(&scene.there.sockets[0]);
    run_until(scene.loop, &scene.there.gone_count, 1);
    run_until(scene.loop, &scene.there.ticket_count, 3);
    CU_ASSERT_TRUE(ack(&scene.ear, 0, NULL));
    run_until(scene.loop, &scene.there.sockets[1].text_count, 1);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 1);
    close_scene(&scene);
}

/* ---- Closing ---- */

static void closing_waits_for_the_acks_that_are_due(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scripted_say_command(there, "e-1", "stop dev1");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    sockets_close(scene.ear.sockets, &scene.ear.flow);
    CU_ASSERT_FALSE(sockets_are_closed(scene.ear.sockets));
    run_for(scene.loop, 20);
    CU_ASSERT_EQUAL(there->close_count, 0);
    CU_ASSERT_TRUE(ack(&scene.ear, 0, NULL));
    run_until(scene.loop, &scene.ear.closed_count, 1);
    CU_ASSERT_TRUE(sockets_are_closed(scene.ear.sockets));
    CU_ASSERT_EQUAL(there->close_code, 1000);
    CU_ASSERT_EQUAL(scripted_acks(&scene.there, "e-1"), 1);
    run_for(scene.loop, 20);
    CU_ASSERT_EQUAL(scene.ear.closed_count, 1);
    CU_ASSERT_EQUAL(scene.there.ticket_count, 1);
    close_scene(&scene);
}

static void closing_does_not_wait_for_ever(void)
{
    struct sockets_timings timings = quick;
    struct scene scene;

    timings.grace_ms = 30;
    timings.socket.close_ms = 30;
    struct scripted_socket *there = connect_first(&scene, &timings);
    scene.there.leaves_close_unanswered = true;
    scripted_say_command(there, "e-1", "stop dev1");
    run_until(scene.loop, &scene.ear.envelope_count, 1);
    sockets_close(scene.ear.sockets, &scene.ear.flow);
    run_until(scene.loop, &scene.ear.closed_count, 1);
    CU_ASSERT_EQUAL(there->close_code, 1000);
    close_scene(&scene);
}

static void it_can_be_closed_and_freed_at_any_time(void)
{
    for (int ms = 0; ms < 40; ms += 2) {
        struct scene scene;

        open_scene(&scene);
        start_at(&scene, &scene.ear, &quick, 2);
        run_for(scene.loop, ms);
        if (ms % 4 == 0) {
            sockets_close(scene.ear.sockets, &scene.ear.flow);
            run_until(scene.loop, &scene.ear.closed_count, 1);
        }
        close_scene(&scene);
    }
}

static void it_may_be_freed_from_inside(void)
{
    struct scene scene;
    struct scripted_socket *there = connect_first(&scene, &quick);

    scene.ear.frees = true;
    scripted_say_command(there, "e-1", "one");
    scripted_say_command(there, "e-2", "two");
    run_until(scene.loop, &scene.there.gone_count, 1);
    CU_ASSERT_EQUAL(scene.ear.envelope_count, 1);
    CU_ASSERT_PTR_NULL(scene.ear.sockets);
    close_scene(&scene);
}

TEST_MAIN("bot/sockets", TEST(a_command_is_delivered_and_its_ack_carries_a_message),
          TEST(a_payload_that_is_too_large_or_not_taken_is_left_out),
          TEST(a_repeated_envelope_is_delivered_again_under_its_own_delivery), TEST(a_click_is_delivered),
          TEST(everything_else_with_an_id_is_acked_here), TEST(an_oversized_envelope_is_acked_here),
          TEST(an_announced_end_opens_the_next_one_first_and_loses_nothing),
          TEST(a_warning_and_a_refresh_are_one_change), TEST(a_connection_is_replaced_before_its_age),
          TEST(hello_of_a_connection_that_is_live_changes_nothing), TEST(connections_that_are_not_ours_are_told_once),
          TEST(our_own_connections_are_not_others), TEST(nothing_secret_is_logged),
          TEST(two_live_side_by_side_in_one_process), TEST(a_second_connection_takes_the_acks_of_the_first),
          TEST(closing_waits_for_the_acks_that_are_due), TEST(closing_does_not_wait_for_ever),
          TEST(it_can_be_closed_and_freed_at_any_time), TEST(it_may_be_freed_from_inside))
