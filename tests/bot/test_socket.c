/* One connection against a server that does as it is told, TLS and all, on one loop. */
#include "bot/socket.h"

#include "base/memory.h"
#include "base/text.h"
#include "tests/bot/socket_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

/* ---- The ordinary way ---- */

static void hello_is_heard_and_an_ack_is_one_whole_frame(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    CU_ASSERT_TRUE(text_starts_with(scene.ear.text, "{\"type\":\"hello\""));
    CU_ASSERT_STRING_EQUAL(there->ticket, "7");

    CU_ASSERT_TRUE(socket_send(scene.ear.socket, "{\"envelope_id\":\"a\"}", strlen("{\"envelope_id\":\"a\"}")));
    run_until(scene.loop, &there->text_count, 1);
    CU_ASSERT_STRING_EQUAL(there->texts[0], "{\"envelope_id\":\"a\"}");

    char *largest = memory_new(ENVELOPE_ACK_BYTES_MAX + 1, 1);
    memset(largest, 'x', ENVELOPE_ACK_BYTES_MAX);
    CU_ASSERT_TRUE(socket_send(scene.ear.socket, largest, ENVELOPE_ACK_BYTES_MAX));
    run_until(scene.loop, &there->text_count, 2);
    CU_ASSERT_EQUAL(there->text_bytes_max, ENVELOPE_ACK_BYTES_MAX);
    CU_ASSERT_EQUAL(there->odd_count, 0);
    free(largest);
    close_scene(&scene);
}

static void many_acks_come_in_the_order_they_were_sent(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    for (int i = 0; i < SCRIPTED_TEXTS_MAX; i++) {
        char text[32];

        snprintf(text, sizeof text, "%d", i);
        CU_ASSERT_TRUE(socket_send(scene.ear.socket, text, strlen(text)));
    }
    run_until(scene.loop, &there->text_count, SCRIPTED_TEXTS_MAX);
    for (int i = 0; i < SCRIPTED_TEXTS_MAX; i++)
        CU_ASSERT_EQUAL(strtol(there->texts[i], NULL, 10), i);
    close_scene(&scene);
}

static void more_than_the_queue_holds_is_refused(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    dial(&scene);
    CU_ASSERT_FALSE(socket_send(scene.ear.socket, "early", 5));
    run_until(scene.loop, &scene.ear.message_count, 1);
    for (int i = 0; i < SOCKET_SEND_QUEUE_MAX; i++)
        CU_ASSERT_TRUE(socket_send(scene.ear.socket, "x", 1));
    CU_ASSERT_FALSE(socket_send(scene.ear.socket, "x", 1));
    close_scene(&scene);
}

static void closing_says_so_and_ends_without_an_error(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    CU_ASSERT_TRUE(socket_send(scene.ear.socket, "last", 4));
    socket_close(scene.ear.socket);
    CU_ASSERT_FALSE(socket_send(scene.ear.socket, "late", 4));
    run_to_end(&scene);
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_NONE);
    run_until(scene.loop, &scene.slack.gone_count, 1);
    CU_ASSERT_STRING_EQUAL(there->texts[0], "last");
    CU_ASSERT_EQUAL(there->close_count, 1);
    CU_ASSERT_EQUAL(there->close_code, 1000);
    close_scene(&scene);
}

/* As Slack does: it leaves the closing of TCP to the client. */
static void closing_does_not_wait_for_an_answer(void)
{
    struct socket_timings timings = quick;
    struct scene scene;

    timings.close_ms = 50;
    open_scene(&scene, &timings);
    scene.slack.leaves_close_unanswered = true;
    struct scripted_socket *there = go_live(&scene);
    socket_close(scene.ear.socket);
    run_until(scene.loop, &there->close_count, 1);
    scripted_say(there, "still something");
    run_until(scene.loop, &scene.ear.message_count, 2);
    CU_ASSERT_STRING_EQUAL(scene.ear.text, "still something");
    run_to_end(&scene);
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_NONE);
    run_until(scene.loop, &scene.slack.gone_count, 1);
    CU_ASSERT_EQUAL(there->close_count, 1);
    close_scene(&scene);
}

static void closing_before_it_is_open_ends_it(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    dial(&scene);
    socket_close(scene.ear.socket);
    run_to_end(&scene);
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_NONE);
    close_scene(&scene);
}

/* ---- Messages ---- */

static void slacks_ping_is_answered_with_its_words(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    server_socket_send(there->socket, SERVER_PING, true, "Ping from applink-4", strlen("Ping from applink-4"));
    run_until(scene.loop, &there->pong_count, 1);
    CU_ASSERT_STRING_EQUAL(there->pong, "Ping from applink-4");
    close_scene(&scene);
}

static void a_message_in_fragments_is_whole(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    server_socket_send(there->socket, SERVER_TEXT, false, "{\"a\":", 5);
    server_socket_send(there->socket, SERVER_PING, true, "between", 7);
    server_socket_send(there->socket, SERVER_CONTINUATION, false, "", 0);
    server_socket_send(there->socket, SERVER_PONG, true, "unasked", 7);
    server_socket_send(there->socket, SERVER_CONTINUATION, true, "1}", 2);
    run_until(scene.loop, &scene.ear.message_count, 2);
    CU_ASSERT_STRING_EQUAL(scene.ear.text, "{\"a\":1}");
    run_until(scene.loop, &there->pong_count, 1);
    close_scene(&scene);
}

static void an_empty_message_is_one(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    scripted_say(go_live(&scene), "");
    run_until(scene.loop, &scene.ear.message_count, 2);
    CU_ASSERT_EQUAL(scene.ear.length, 0);
    close_scene(&scene);
}

/* {"x":"aaa...","envelope_id":"e-1"}, of so many bytes; the caller frees it. */
static char *envelope_of(size_t length)
{
    static const char end[] = "\",\"envelope_id\":\"e-1\"}";
    char *text = memory_new(length + 1, 1);

    memset(text, 'a', length);
    memcpy(text, "{\"x\":\"", 6);
    memcpy(text + length - strlen(end), end, strlen(end));
    return text;
}

static void a_message_is_taken_up_to_its_ceiling(void)
{
    static const size_t lengths[] = { 16 * 1024, 300 * 1000, ENVELOPE_BYTES_MAX };

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct scene scene;
        char *text = envelope_of(lengths[i]);

        open_scene(&scene, &quick);
        scripted_say(go_live(&scene), text);
        run_until(scene.loop, &scene.ear.message_count, 2);
        CU_ASSERT_EQUAL(scene.ear.length, lengths[i]);
        CU_ASSERT_EQUAL(strncmp(scene.ear.text, text, sizeof scene.ear.text - 1), 0);
        close_scene(&scene);
        free(text);
    }
}

static void a_message_above_it_is_passed_over_but_for_its_id(void)
{
    static const size_t lengths[] = { ENVELOPE_BYTES_MAX + 1, 5 * ENVELOPE_BYTES_MAX };

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct scene scene;
        char *text = envelope_of(lengths[i]);

        open_scene(&scene, &quick);
        struct scripted_socket *there = go_live(&scene);
        scripted_say(there, text);
        scripted_say(there, "next");
        run_until(scene.loop, &scene.ear.message_count, 2);
        CU_ASSERT_EQUAL(scene.ear.omitted_count, 1);
        CU_ASSERT_EQUAL(scene.ear.omission, SOCKET_OVERSIZED);
        CU_ASSERT_STRING_EQUAL(scene.ear.omitted_id, "e-1");
        CU_ASSERT_STRING_EQUAL(scene.ear.text, "next");
        close_scene(&scene);
        free(text);
    }
}

static void a_binary_message_is_passed_over(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    server_socket_send(there->socket, SERVER_BINARY, true, "\x00\xff", 2);
    scripted_say(there, "next");
    run_until(scene.loop, &scene.ear.message_count, 2);
    CU_ASSERT_EQUAL(scene.ear.omitted_count, 1);
    CU_ASSERT_EQUAL(scene.ear.omission, SOCKET_BINARY);
    CU_ASSERT_STRING_EQUAL(scene.ear.omitted_id, "");
    close_scene(&scene);
}

/* ---- Freed from inside ---- */

static void say_much(struct scripted_socket *socket)
{
    scripted_say_hello(socket);
    scripted_say(socket, "second");
    server_socket_send(socket->socket, SERVER_BINARY, true, "x", 1);
    server_socket_send(socket->socket, SERVER_PING, true, "x", 1);
}

static void a_socket_may_be_freed_from_inside(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    scene.slack.opened = say_much;
    scene.ear.on_message = FREE;
    dial(&scene);
    run_until(scene.loop, &scene.slack.gone_count, 1);
    CU_ASSERT_EQUAL(scene.ear.message_count, 1);
    CU_ASSERT_EQUAL(scene.ear.omitted_count, 0);
    CU_ASSERT_EQUAL(scene.ear.ended_count, 0);
    CU_ASSERT_TRUE(text_starts_with(scene.ear.text, "{\"type\":\"hello\""));
    close_scene(&scene);
}

static void say_binary(struct scripted_socket *socket)
{
    server_socket_send(socket->socket, SERVER_BINARY, true, "x", 1);
}

static void it_may_be_freed_where_a_message_is_passed_over_and_at_its_end(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    scene.slack.opened = say_binary;
    scene.ear.on_message = FREE;
    dial(&scene);
    run_until(scene.loop, &scene.slack.gone_count, 1);
    CU_ASSERT_EQUAL(scene.ear.omitted_count, 1);

    scene.slack.opened = reset;
    scene.ear.on_end = FREE;
    dial(&scene);
    run_until(scene.loop, &scene.ear.ended_count, 1);
    CU_ASSERT_PTR_NULL(scene.ear.socket);
    close_scene(&scene);
}

static void it_may_be_closed_from_inside(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    scene.ear.on_message = CLOSE;
    dial(&scene);
    run_to_end(&scene);
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(scene.slack.sockets[0].close_code, 1000);
    close_scene(&scene);
}

static void it_may_be_freed_in_every_state(void)
{
    for (int i = 0; i < 40; i++) {
        struct scene scene;

        open_scene(&scene, &quick);
        dial(&scene);
        run_for(scene.loop, i % 20);
        socket_free(scene.ear.socket);
        scene.ear.socket = NULL;
        if (i < 20)
            run_for(scene.loop, 5);
        close_scene(&scene);
    }
}

/* ---- Several ---- */

static void two_sockets_live_side_by_side(void)
{
    struct scene scene;
    struct url url;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    url = scripted_url(&scene.slack);
    scene.other_ear.socket = socket_new(scene.context, &url, &scene.proxy, &scene.other_ear.listener);
    run_until(scene.loop, &scene.other_ear.message_count, 1);

    server_socket_drop(there->socket);
    run_to_end(&scene);
    scripted_say(&scene.slack.sockets[1], "for the other");
    run_until(scene.loop, &scene.other_ear.message_count, 2);
    CU_ASSERT_STRING_EQUAL(scene.other_ear.text, "for the other");
    CU_ASSERT_TRUE(socket_send(scene.other_ear.socket, "ack", 3));
    run_until(scene.loop, &scene.slack.sockets[1].text_count, 1);
    CU_ASSERT_EQUAL(scene.ear.message_count, 1);
    close_scene(&scene);
}

TEST_MAIN("bot/socket", TEST(hello_is_heard_and_an_ack_is_one_whole_frame),
          TEST(many_acks_come_in_the_order_they_were_sent), TEST(more_than_the_queue_holds_is_refused),
          TEST(closing_says_so_and_ends_without_an_error), TEST(closing_does_not_wait_for_an_answer),
          TEST(closing_before_it_is_open_ends_it), TEST(slacks_ping_is_answered_with_its_words),
          TEST(a_message_in_fragments_is_whole), TEST(an_empty_message_is_one),
          TEST(a_message_is_taken_up_to_its_ceiling), TEST(a_message_above_it_is_passed_over_but_for_its_id),
          TEST(a_binary_message_is_passed_over), TEST(a_socket_may_be_freed_from_inside),
          TEST(it_may_be_freed_where_a_message_is_passed_over_and_at_its_end), TEST(it_may_be_closed_from_inside),
          TEST(it_may_be_freed_in_every_state), TEST(two_sockets_live_side_by_side))
