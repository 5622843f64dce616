/* How a connection is not made, and how it ends. */
#include "bot/socket.h"

#include "base/text.h"
#include "tests/bot/socket_scene.h"
#include "tests/standin/connect_proxy.h"
#include "tests/standin/raw_server.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

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
    open_scene(&scene, &timings);
    struct scripted_socket *there = go_live(&scene);
    run_until(scene.loop, &there->ping_count, 5);
    CU_ASSERT_EQUAL(scene.ear.ended_count, 0);
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

TEST_MAIN("bot/socket_faults", TEST(a_close_is_answered_and_told), TEST(what_breaks_a_connection_ends_it_at_once),
          TEST(a_port_where_nobody_listens_is_told), TEST(a_name_that_nobody_has_is_told),
          TEST(a_certificate_of_an_unknown_root_is_refused), TEST(a_certificate_for_another_name_is_refused),
          TEST(a_refused_upgrade_is_told_with_its_status), TEST(no_file_of_roots_is_told_before_anything_is_contacted),
          TEST(a_server_that_says_nothing_is_left), TEST(an_upgrade_without_an_answer_is_left),
          TEST(a_connection_without_hello_is_left), TEST(silence_is_asked_about_and_then_ends_it),
          TEST(an_answered_ping_keeps_it_alive), TEST(a_proxy_is_asked_for_the_name),
          TEST(a_proxy_does_not_lend_its_name), TEST(a_proxy_that_refuses_is_told),
          TEST(with_and_without_a_proxy_do_not_mix), TEST(the_environments_http_proxy_is_not_for_us))
