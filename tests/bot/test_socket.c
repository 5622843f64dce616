/* One connection against a server that does as it is told, TLS and all, on one loop. */
#include "bot/socket.h"

#include "bot/envelope.h"
#include "base/memory.h"
#include "base/text.h"
#include "tests/bot/scripted_slack.h"
#include "tests/standin/connect_proxy.h"
#include "tests/standin/raw_server.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static const struct socket_timings quick = {
    .dial_ms = 5000, .hello_ms = 5000, .ping_ms = 5000, .silence_ms = 10 * 1000, .close_ms = 5000
};

/* What to do when a message or the end comes. */
enum reaction { REMEMBER, FREE, CLOSE };

/* The owner of a socket. */
struct ear {
    struct socket_listener listener;
    struct socket *socket;
    enum reaction on_message, on_end;
    char text[256]; /* of the last message, cut */
    size_t length;
    int message_count, omitted_count, ended_count;
    enum socket_omission omission;
    char omitted_id[ENVELOPE_ID_SIZE];
    struct error error;
};

struct scene {
    struct loop *loop;
    struct scripted_slack slack;
    struct socket_context *context;
    struct ear ear, other_ear;
    struct proxy proxy;
};

static void react(struct ear *ear, enum reaction reaction)
{
    if (reaction == FREE) {
        socket_free(ear->socket);
        ear->socket = NULL;
    } else if (reaction == CLOSE) {
        socket_close(ear->socket);
    }
}

static void take_message(struct socket_listener *listener, struct socket *socket, const char *text, size_t length)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_PTR_EQUAL(socket, ear->socket);
    react(ear, ear->on_message);
    /* Also behind a socket_free() the text is there. */
    snprintf(ear->text, sizeof ear->text, "%s", text);
    ear->length = length;
    ear->message_count++;
}

static void take_omitted(struct socket_listener *listener, struct socket *socket, enum socket_omission omission,
                         const char *envelope_id)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_PTR_EQUAL(socket, ear->socket);
    ear->omission = omission;
    text_copy_cut(ear->omitted_id, sizeof ear->omitted_id, envelope_id);
    ear->omitted_count++;
    react(ear, ear->on_message);
}

static void take_ended(struct socket_listener *listener, struct socket *socket, const struct error *error)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_PTR_EQUAL(socket, ear->socket);
    ear->error = *error;
    ear->ended_count++;
    react(ear, ear->on_end);
}

static const struct socket_listener hearing = { take_message, take_omitted, take_ended };

static void open_scene_trusting(struct scene *scene, const char *ca_file, const struct socket_timings *timings)
{
    struct error error = { 0 };
    char path[96];

    memset(scene, 0, sizeof *scene);
    scene->loop = loop_new();
    scripted_slack_init(&scene->slack, scene->loop);
    snprintf(path, sizeof path, "%s/%s", scene->slack.folder, ca_file);
    scene->context = socket_context_new(scene->loop, path, timings, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scene->context);
    scene->ear.listener = hearing;
    scene->other_ear.listener = hearing;
}

static void open_scene(struct scene *scene, const struct socket_timings *timings)
{
    open_scene_trusting(scene, "ca.pem", timings);
}

static void close_scene(struct scene *scene)
{
    socket_free(scene->ear.socket);
    socket_free(scene->other_ear.socket);
    socket_context_free(scene->context);
    scripted_slack_release(&scene->slack);
    secret_release(&scene->proxy.authorization);
    loop_free(scene->loop);
}

static void dial_url(struct scene *scene, const char *host, int port)
{
    struct url url = scripted_url(&scene->slack);

    text_copy_cut(url.host, sizeof url.host, host);
    url.port = port;
    scene->ear.socket = socket_new(scene->context, &url, &scene->proxy, &scene->ear.listener);
}

static void dial(struct scene *scene)
{
    dial_url(scene, "localhost", scene->slack.port);
}

/* Until hello was heard. */
static struct scripted_socket *go_live(struct scene *scene)
{
    dial(scene);
    run_until(scene->loop, &scene->ear.message_count, 1);
    if (scene->ear.socket != NULL)
        socket_mark_live(scene->ear.socket);
    return &scene->slack.sockets[0];
}

static const char *run_to_end(struct scene *scene)
{
    run_until(scene->loop, &scene->ear.ended_count, 1);
    return scene->ear.error.message;
}

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

/* ---- Ends that others bring about ---- */

static void a_close_is_answered_and_told(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct scripted_socket *there = go_live(&scene);
    scripted_say_close(there, 1001, "going away");
    case_text("sentence", strstr(run_to_end(&scene), " closed"), " closed the connection with 1001 going away");
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_NETWORK);
    run_until(scene.loop, &scene.slack.gone_count, 1);
    CU_ASSERT_EQUAL(there->close_count, 1);
    CU_ASSERT_EQUAL(there->close_code, 1001);
    close_scene(&scene);
}

static void half_closed_without_a_word(struct scripted_socket *socket)
{
    server_socket_finish(socket->socket);
}

static void reset(struct scripted_socket *socket)
{
    server_socket_drop(socket->socket);
}

static void reserved_bits(struct scripted_socket *socket)
{
    server_socket_send_raw(socket->socket, "\xf1\x01x", 3);
}

static void no_frame_at_all(struct scripted_socket *socket)
{
    server_socket_send_raw(socket->socket, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
}

static void a_continuation_of_nothing(struct scripted_socket *socket)
{
    server_socket_send(socket->socket, SERVER_CONTINUATION, true, "x", 1);
}

static void what_breaks_a_connection_ends_it_at_once(void)
{
    static const struct {
        const char *name;
        void (*act)(struct scripted_socket *socket);
    } cases[] = {
        { "FIN without Close", half_closed_without_a_word },
        { "RST", reset },
        { "reserved bits", reserved_bits },
        { "no frame", no_frame_at_all },
        { "continuation of nothing", a_continuation_of_nothing },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene scene;

        open_scene(&scene, &quick);
        cases[i].act(go_live(&scene));
        run_to_end(&scene);
        case_number(cases[i].name, scene.ear.error.kind, ERROR_NETWORK);
        run_until(scene.loop, &scene.slack.gone_count, 1);
        close_scene(&scene);
    }
}

/* ---- No connection ---- */

static void a_port_where_nobody_listens_is_told(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    server_free(scene.slack.server);
    scene.slack.server = NULL;
    dial(&scene);
    CU_ASSERT_TRUE(text_starts_with(run_to_end(&scene), "no connection to localhost:"));
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_NETWORK);
    close_scene(&scene);
}

static void a_name_that_nobody_has_is_told(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    dial_url(&scene, "nobody.invalid", 443);
    CU_ASSERT_PTR_NOT_NULL(strstr(run_to_end(&scene), "nobody.invalid"));
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_NETWORK);
    close_scene(&scene);
}

static void a_certificate_of_an_unknown_root_is_refused(void)
{
    struct scene scene;

    open_scene_trusting(&scene, "other-ca.pem", &quick);
    dial(&scene);
    case_text("sentence", strstr(run_to_end(&scene), "its"),
              "its certificate is refused: unable to get local issuer certificate");
    CU_ASSERT_EQUAL(scene.slack.socket_count, 0);
    close_scene(&scene);
}

/* 127.1 is the same machine by another name, and no name in the certificate. */
static void a_certificate_for_another_name_is_refused(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    dial_url(&scene, "127.1", scene.slack.port);
    case_text("sentence", strstr(run_to_end(&scene), "its"), "its certificate is refused: hostname mismatch");
    CU_ASSERT_EQUAL(scene.slack.socket_count, 0);
    close_scene(&scene);
}

static void a_refused_upgrade_is_told_with_its_status(void)
{
    static const int statuses[] = { 200, 301, 400, 401, 404, 408, 429, 503 };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct scene scene;
        char expected[64];

        open_scene(&scene, &quick);
        scene.slack.refuse_with = statuses[i];
        dial(&scene);
        snprintf(expected, sizeof expected, "refused the WebSocket with HTTP %d", statuses[i]);
        case_holds(expected, strstr(run_to_end(&scene), expected) != NULL);
        case_number(expected, scene.ear.error.status, statuses[i]);
        case_number(expected, scene.ear.error.kind, ERROR_PROTOCOL);
        close_scene(&scene);
    }
}

static void no_file_of_roots_is_told_before_anything_is_contacted(void)
{
    struct error error = { 0 };
    struct loop *loop = loop_new();
    char path[128];

    CU_ASSERT_PTR_NULL(socket_context_new(loop, "/nonexistent/ca.pem", NULL, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_SYSTEM);
    snprintf(path, sizeof path, "%s/slack/hello.json", TEST_DATA);
    CU_ASSERT_PTR_NULL(socket_context_new(loop, path, NULL, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "hello.json holds no certificate"));
    loop_free(loop);
}

/* ---- Deadlines ---- */

static void a_server_that_says_nothing_is_left(void)
{
    static const struct raw_step silent[] = { { .action = RAW_STALL } };
    static const struct raw_step *const scripts[] = { silent };
    struct socket_timings timings = quick;
    struct scene scene;

    timings.dial_ms = 50;
    open_scene(&scene, &timings);
    struct raw_server *server = raw_server_new(scene.loop, scripts, 1);
    dial_url(&scene, "localhost", raw_server_port(server));
    CU_ASSERT_PTR_NOT_NULL(strstr(run_to_end(&scene), ": no connection within 0.05 s"));
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_TIMEOUT);
    raw_server_free(server);
    close_scene(&scene);
}

static void an_upgrade_without_an_answer_is_left(void)
{
    struct socket_timings timings = quick;
    struct scene scene;

    timings.dial_ms = 200;
    open_scene(&scene, &timings);
    scene.slack.refuse_with = -1;
    dial(&scene);
    run_to_end(&scene);
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_TIMEOUT);
    close_scene(&scene);
}

static void say_nothing(struct scripted_socket *socket)
{
    (void) socket;
}

static void a_connection_without_hello_is_left(void)
{
    struct socket_timings timings = quick;
    struct scene scene;

    timings.hello_ms = 50;
    open_scene(&scene, &timings);
    scene.slack.opened = say_nothing;
    dial(&scene);
    CU_ASSERT_PTR_NOT_NULL(strstr(run_to_end(&scene), ": no hello within 0.05 s"));
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_TIMEOUT);
    run_until(scene.loop, &scene.slack.gone_count, 1);
    close_scene(&scene);
}

static void silence_is_asked_about_and_then_ends_it(void)
{
    struct socket_timings timings = quick;
    struct scene scene;

    timings.ping_ms = 50;
    timings.silence_ms = 200;
    open_scene(&scene, &timings);
    scene.slack.keeps_silent = true;
    struct scripted_socket *there = go_live(&scene);
    CU_ASSERT_PTR_NOT_NULL(strstr(run_to_end(&scene), ": no sign of life within 0.2 s"));
    CU_ASSERT_EQUAL(scene.ear.error.kind, ERROR_TIMEOUT);
    CU_ASSERT_EQUAL(there->ping_count, 1);
    CU_ASSERT_EQUAL(there->odd_count, 0);
    /* TCP is closed without a Close, for which nobody would be there. */
    run_until(scene.loop, &scene.slack.gone_count, 1);
    CU_ASSERT_EQUAL(there->close_count, 0);
    close_scene(&scene);
}

static void an_answered_ping_keeps_it_alive(void)
{
    struct socket_timings timings = quick;
    struct scene scene;

    timings.ping_ms = 20;
    timings.silence_ms = 2000;
    open_scene(&scene, &timings);
    struct scripted_socket *there = go_live(&scene);
    run_until(scene.loop, &there->ping_count, 5);
    CU_ASSERT_EQUAL(scene.ear.ended_count, 0);
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

/* ---- By a proxy ---- */

static void use_proxy(struct scene *scene, const struct connect_proxy *proxy, const char *login)
{
    scene->proxy.used = true;
    text_copy_cut(scene->proxy.host, sizeof scene->proxy.host, "localhost");
    scene->proxy.port = connect_proxy_port(proxy);
    secret_set(&scene->proxy.authorization, login, strlen(login));
}

/* RFC 7617: user Aladdin, password open sesame. */
static void a_proxy_is_asked_for_the_name(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct connect_proxy *proxy = connect_proxy_new(scene.loop, scene.slack.port, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    use_proxy(&scene, proxy, "Aladdin:open sesame");
    dial_url(&scene, "localhost", 443);
    run_until(scene.loop, &scene.ear.message_count, 1);
    CU_ASSERT_STRING_EQUAL(connect_proxy_asked(proxy), "localhost:443");
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxy), 1);
    connect_proxy_free(proxy);
    close_scene(&scene);
}

static void a_proxy_does_not_lend_its_name(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct connect_proxy *proxy = connect_proxy_new(scene.loop, scene.slack.port, NULL);
    use_proxy(&scene, proxy, "");
    dial_url(&scene, "wss-primary.slack.com", 443);
    case_text("sentence", strstr(run_to_end(&scene), "its"), "its certificate is refused: hostname mismatch");
    CU_ASSERT_STRING_EQUAL(connect_proxy_asked(proxy), "wss-primary.slack.com:443");
    connect_proxy_free(proxy);
    close_scene(&scene);
}

static void a_proxy_that_refuses_is_told(void)
{
    struct scene scene;

    open_scene(&scene, &quick);
    struct connect_proxy *proxy = connect_proxy_new(scene.loop, scene.slack.port, "Basic bm90OnRoYXQ=");
    use_proxy(&scene, proxy, "Aladdin:open sesame");
    dial_url(&scene, "localhost", 443);
    CU_ASSERT_TRUE(text_starts_with(run_to_end(&scene), "the proxy refuses to connect to localhost:443"));
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxy), 0);
    connect_proxy_free(proxy);
    close_scene(&scene);
}

static void with_and_without_a_proxy_do_not_mix(void)
{
    struct scene scene;
    struct url url;

    open_scene(&scene, &quick);
    struct connect_proxy *proxy = connect_proxy_new(scene.loop, scene.slack.port, NULL);
    url = scripted_url(&scene.slack);
    scene.other_ear.socket = socket_new(scene.context, &url, &scene.proxy, &scene.other_ear.listener);
    use_proxy(&scene, proxy, "");
    dial(&scene);
    run_until(scene.loop, &scene.ear.message_count, 1);
    run_until(scene.loop, &scene.other_ear.message_count, 1);
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxy), 1);
    connect_proxy_free(proxy);
    close_scene(&scene);
}

/* libwebsockets would take it, for wss too. */
static void the_environments_http_proxy_is_not_for_us(void)
{
    struct scene scene;

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    open_scene(&scene, &quick);
    unsetenv("http_proxy");
    go_live(&scene);
    CU_ASSERT_EQUAL(scene.ear.ended_count, 0);
    close_scene(&scene);
}

TEST_MAIN("bot/socket", TEST(hello_is_heard_and_an_ack_is_one_whole_frame),
          TEST(many_acks_come_in_the_order_they_were_sent), TEST(more_than_the_queue_holds_is_refused),
          TEST(closing_says_so_and_ends_without_an_error), TEST(closing_does_not_wait_for_an_answer),
          TEST(closing_before_it_is_open_ends_it), TEST(a_close_is_answered_and_told),
          TEST(what_breaks_a_connection_ends_it_at_once), TEST(a_port_where_nobody_listens_is_told),
          TEST(a_name_that_nobody_has_is_told), TEST(a_certificate_of_an_unknown_root_is_refused),
          TEST(a_certificate_for_another_name_is_refused), TEST(a_refused_upgrade_is_told_with_its_status),
          TEST(no_file_of_roots_is_told_before_anything_is_contacted), TEST(a_server_that_says_nothing_is_left),
          TEST(an_upgrade_without_an_answer_is_left), TEST(a_connection_without_hello_is_left),
          TEST(silence_is_asked_about_and_then_ends_it), TEST(an_answered_ping_keeps_it_alive),
          TEST(slacks_ping_is_answered_with_its_words), TEST(a_message_in_fragments_is_whole),
          TEST(an_empty_message_is_one), TEST(a_message_is_taken_up_to_its_ceiling),
          TEST(a_message_above_it_is_passed_over_but_for_its_id), TEST(a_binary_message_is_passed_over),
          TEST(a_socket_may_be_freed_from_inside), TEST(it_may_be_freed_where_a_message_is_passed_over_and_at_its_end),
          TEST(it_may_be_closed_from_inside), TEST(it_may_be_freed_in_every_state), TEST(two_sockets_live_side_by_side),
          TEST(a_proxy_is_asked_for_the_name), TEST(a_proxy_does_not_lend_its_name), TEST(a_proxy_that_refuses_is_told),
          TEST(with_and_without_a_proxy_do_not_mix), TEST(the_environments_http_proxy_is_not_for_us))
