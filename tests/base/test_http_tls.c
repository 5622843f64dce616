/* tests/base/test_http_tls.c - base/http.h: whom it trusts, how it identifies itself, and proxies. */
#include "base/http.h"

#include "base/file.h"
#include "tests/base/http_scene.h"
#include "tests/base/tls_folder.h"
#include "tests/standin/connect_proxy.h"
#include "tests/standin/server.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

enum { URL_SIZE = 64 };

/* A TLS server that answers who it was asked as, and by whom. */
struct tls_scene {
    struct server_handler handler;
    char folder[PATH_SIZE];
    char ca_path[PATH_SIZE];
    struct loop *loop;
    struct server *server;
    int port;
};

static bool answer(struct server_handler *handler, const struct server_request *request,
                   struct server_response *response)
{
    released_by(buffer_release) struct buffer body = { 0 };

    (void) handler;
    buffer_append_format(&body, "host=%s client=%s", server_request_header(request, "host"), request->client_name);
    server_respond(response, 200, "text/plain", body.data, body.length);
    return true;
}

static void tls_scene_open(struct tls_scene *tls, struct http_scene *scene, const struct http_client_options *options)
{
    http_scene_open(scene, options);
    tls->loop = scene->loop;
    tls->handler.handle = answer;
    tls->server = server_new(scene->loop);
}

static void tls_scene_listen(struct tls_scene *tls, struct server_handler *handler)
{
    char certificate_path[PATH_SIZE];
    char key_path[PATH_SIZE];
    struct server_options options = {
        .handler = handler, .certificate_path = certificate_path, .key_path = key_path, .client_ca_path = tls->ca_path
    };
    struct error error = { 0 };

    tls_folder_path(certificate_path, tls->folder, "server.pem");
    tls_folder_path(key_path, tls->folder, "server-key.pem");
    CU_ASSERT_TRUE_FATAL(server_listen(tls->server, &options, &tls->port, &error));
}

/* Asks https://host:port once, as such a client, through the environment as it is. */
static struct http_exchange ask_once(struct tls_scene *tls, const struct http_client_options *options, const char *host)
{
    struct http_scene scene;
    struct http_exchange *exchange = NULL;
    struct http_exchange copy;

    tls_scene_open(tls, &scene, options);
    tls_scene_listen(tls, &tls->handler);
    exchange = http_scene_prepare(&scene, "GET", "https", host, tls->port);
    http_scene_start(&scene, exchange);
    http_scene_run(&scene);
    copy = *exchange;
    copy.response.body = (struct buffer){ 0 };
    buffer_append_text(&copy.response.body, buffer_text(&exchange->response.body));
    copy.request = (struct http_request){ 0 };
    server_free(tls->server);
    http_scene_close(&scene);
    return copy;
}

static void set_up(struct tls_scene *tls)
{
    *tls = (struct tls_scene){ 0 };
    tls_folder_make(tls->folder);
    tls_folder_path(tls->ca_path, tls->folder, "ca.pem");
}

static void read_pem(struct buffer *pem, const struct tls_scene *tls, const char *name)
{
    char path[PATH_SIZE];
    struct error error = { 0 };

    tls_folder_path(path, tls->folder, name);
    CU_ASSERT_TRUE_FATAL(file_read(path, pem, &error));
}

/* whom it trusts */

static void a_server_of_the_named_root_is_trusted(void)
{
    struct tls_scene tls;
    struct buffer pem = { 0 };

    set_up(&tls);
    read_pem(&pem, &tls, "ca.pem");

    struct http_client_options by_path = { .ca_path = tls.ca_path };
    struct http_client_options by_text = { .ca_pem = buffer_text(&pem) };
    struct http_exchange exchange = ask_once(&tls, &by_path, "localhost");
    CU_ASSERT_EQUAL(exchange.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(exchange.response.status, 200);
    http_exchange_release(&exchange);

    exchange = ask_once(&tls, &by_text, "127.0.0.1");
    CU_ASSERT_EQUAL(exchange.error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(exchange.response.status, 200);
    http_exchange_release(&exchange);
    buffer_release(&pem);
    tls_folder_remove(tls.folder);
}

static void check_refused(struct tls_scene *tls, const struct http_client_options *options, const char *words)
{
    struct http_exchange exchange = ask_once(tls, options, "localhost");

    CU_ASSERT_EQUAL(exchange.error.kind, ERROR_NETWORK);
    CU_ASSERT_EQUAL(exchange.response.status, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(exchange.error.message, "GET localhost: "));
    CU_ASSERT_PTR_NOT_NULL(strstr(exchange.error.message, words));
    http_exchange_release(&exchange);
}

static void a_server_of_another_root_is_refused(void)
{
    struct tls_scene tls;
    char other_path[PATH_SIZE];
    struct buffer other = { 0 };

    set_up(&tls);
    tls_folder_path(other_path, tls.folder, "other-ca.pem");
    read_pem(&other, &tls, "other-ca.pem");
    check_refused(&tls, &(struct http_client_options){ .ca_path = other_path }, "certificate");
    check_refused(&tls, &(struct http_client_options){ .ca_pem = buffer_text(&other) }, "certificate");
    check_refused(&tls, &(struct http_client_options){ 0 }, "certificate");
    buffer_release(&other);
    tls_folder_remove(tls.folder);
}

static void a_server_by_another_name_is_refused(void)
{
    struct tls_scene tls;

    set_up(&tls);
    check_refused(&tls, &(struct http_client_options){ .ca_path = tls.ca_path, .tls_server_name = "other.invalid" },
                  "other.invalid");
    tls_folder_remove(tls.folder);
}

/* The server is asked for by its address all the same. */
static void the_name_to_check_may_be_given(void)
{
    struct tls_scene tls;
    char expected[URL_SIZE];

    set_up(&tls);

    struct http_client_options options = { .ca_path = tls.ca_path, .tls_server_name = "localhost" };
    struct http_exchange exchange = ask_once(&tls, &options, "127.0.0.1");
    snprintf(expected, sizeof expected, "host=127.0.0.1:%d client=", tls.port);
    CU_ASSERT_EQUAL(exchange.error.kind, ERROR_NONE);
    CU_ASSERT_STRING_EQUAL(buffer_text(&exchange.response.body), expected);
    http_exchange_release(&exchange);
    tls_folder_remove(tls.folder);
}

static void everyone_is_trusted_only_where_that_was_asked_for(void)
{
    struct tls_scene tls;

    set_up(&tls);

    struct http_client_options options = { .insecure = true };
    struct http_exchange exchange = ask_once(&tls, &options, "localhost");
    CU_ASSERT_EQUAL(exchange.response.status, 200);
    http_exchange_release(&exchange);
    tls_folder_remove(tls.folder);
}

/* how it identifies itself */

static void the_client_shows_its_certificate(void)
{
    struct tls_scene tls;
    struct buffer certificate = { 0 };
    struct buffer key = { 0 };
    struct secret key_pem = { 0 };

    set_up(&tls);
    read_pem(&certificate, &tls, "client.pem");
    read_pem(&key, &tls, "client-key.pem");
    secret_set(&key_pem, key.data, key.length);

    struct http_client_options options = { .ca_path = tls.ca_path,
                                           .certificate_pem = buffer_text(&certificate),
                                           .key_pem = &key_pem };
    struct http_exchange exchange = ask_once(&tls, &options, "localhost");
    CU_ASSERT_EQUAL(exchange.error.kind, ERROR_NONE);
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&exchange.response.body), "client=curfew-test"));
    http_exchange_release(&exchange);
    secret_release(&key_pem);
    buffer_release(&certificate);
    buffer_release(&key);
    tls_folder_remove(tls.folder);
}

static void a_certificate_that_is_none_is_told_as_such(void)
{
    struct tls_scene tls;
    struct secret key_pem = { 0 };

    set_up(&tls);
    secret_set(&key_pem, "hush", strlen("hush"));

    struct http_client_options options = { .ca_path = tls.ca_path, .certificate_pem = "hush", .key_pem = &key_pem };
    struct http_exchange exchange = ask_once(&tls, &options, "localhost");
    CU_ASSERT_EQUAL(exchange.error.kind, ERROR_INPUT);
    CU_ASSERT_PTR_NULL(strstr(exchange.error.message, "hush"));
    http_exchange_release(&exchange);
    secret_release(&key_pem);
    tls_folder_remove(tls.folder);
}

/* proxies */

struct proxied {
    struct tls_scene tls;
    struct http_scene scene;
    struct connect_proxy *proxy;
};

static void proxied_open(struct proxied *proxied, const char *authorization)
{
    set_up(&proxied->tls);
    tls_scene_open(&proxied->tls, &proxied->scene, &(struct http_client_options){ .ca_path = proxied->tls.ca_path });
    tls_scene_listen(&proxied->tls, &proxied->tls.handler);
    proxied->proxy = connect_proxy_new(proxied->scene.loop, proxied->tls.port, authorization);
}

static void proxied_close(struct proxied *proxied)
{
    server_free(proxied->tls.server);
    connect_proxy_free(proxied->proxy);
    http_scene_close(&proxied->scene);
    tls_folder_remove(proxied->tls.folder);
    forget_proxies();
}

static struct http_exchange *proxied_ask(struct proxied *proxied, const char *host)
{
    struct http_exchange *exchange = http_scene_prepare(&proxied->scene, "GET", "https", host, proxied->tls.port);

    http_scene_start(&proxied->scene, exchange);
    http_scene_run(&proxied->scene);
    return exchange;
}

static void set_proxy(const struct proxied *proxied, const char *name, const char *user)
{
    char url[URL_SIZE];

    snprintf(url, sizeof url, "http://%s127.0.0.1:%d", user, connect_proxy_port(proxied->proxy));
    setenv(name, url, 1);
}

static void the_proxy_of_the_environment_is_used_but_for_its_exceptions(void)
{
    struct proxied proxied;
    char asked[URL_SIZE];

    proxied_open(&proxied, NULL);
    set_proxy(&proxied, "HTTPS_PROXY", "");
    setenv("NO_PROXY", "slack.com,127.0.0.0/8", 1);
    CU_ASSERT_EQUAL(proxied_ask(&proxied, "localhost")->response.status, 200);
    snprintf(asked, sizeof asked, "localhost:%d", proxied.tls.port);
    CU_ASSERT_STRING_EQUAL(connect_proxy_asked(proxied.proxy), asked);
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxied.proxy), 1);
    CU_ASSERT_EQUAL(proxied_ask(&proxied, "127.0.0.1")->response.status, 200);
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxied.proxy), 1);
    proxied_close(&proxied);
}

static void a_proxy_is_told_user_and_password(void)
{
    struct proxied proxied;

    proxied_open(&proxied, "Basic bWU6aHVzaA=="); /* printf me:hush | base64 */
    set_proxy(&proxied, "https_proxy", "me:hush@");
    CU_ASSERT_EQUAL(proxied_ask(&proxied, "localhost")->response.status, 200);
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxied.proxy), 1);
    proxied_close(&proxied);
}

static void a_proxy_that_refuses_is_a_network_error_without_the_password(void)
{
    struct proxied proxied;
    struct http_exchange *exchange = NULL;

    proxied_open(&proxied, "Basic bWU6aHVzaA==");
    set_proxy(&proxied, "https_proxy", "me:hash@");
    exchange = proxied_ask(&proxied, "localhost");
    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NETWORK);
    CU_ASSERT_PTR_NOT_NULL(strstr(exchange->error.message, "407"));
    CU_ASSERT_PTR_NULL(strstr(exchange->error.message, "hash"));
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxied.proxy), 0);
    CU_ASSERT(connect_proxy_refused(proxied.proxy) > 0);
    setenv("https_proxy", "gopher://me:hash@127.0.0.1:1", 1);
    exchange = proxied_ask(&proxied, "127.0.0.1");
    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NETWORK);
    CU_ASSERT_PTR_NULL(strstr(exchange->error.message, "hash"));
    proxied_close(&proxied);
}

static void a_given_proxy_stands_above_the_environment(void)
{
    struct proxied proxied;
    char url[URL_SIZE];

    proxied_open(&proxied, NULL);
    setenv("HTTPS_PROXY", "http://127.0.0.1:1", 1);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", connect_proxy_port(proxied.proxy));
    http_client_free(proxied.scene.client);
    proxied.scene.client =
        http_client_new(proxied.scene.loop,
                        &(struct http_client_options){ .ca_path = proxied.tls.ca_path, .proxy_url = url });
    CU_ASSERT_EQUAL(proxied_ask(&proxied, "localhost")->response.status, 200);
    CU_ASSERT_EQUAL(connect_proxy_tunnels(proxied.proxy), 1);
    proxied_close(&proxied);
}

/* one connection */

enum { TOGETHER = 3 };

/* Answers the first, and holds the others until they are so many. */
struct patient_server {
    struct server_handler handler;
    struct server_response_owner owner;
    struct server_response *held[TOGETHER];
    int asked;
};

static void lose(struct server_response_owner *owner)
{
    (void) owner;
    CU_FAIL("a client hung up");
}

static bool wait_for_all(struct server_handler *handler, const struct server_request *request,
                         struct server_response *response)
{
    struct patient_server *patient = (struct patient_server *) handler;

    (void) request;
    patient->asked++;
    if (patient->asked == 1) {
        server_respond(response, 200, NULL, NULL, 0);
        return true;
    }
    patient->held[patient->asked - 2] = response;
    server_response_keep(response, &patient->owner);
    if (patient->asked == 1 + TOGETHER)
        for (int i = 0; i < TOGETHER; i++)
            server_respond(patient->held[i], 200, NULL, NULL, 0);
    return true;
}

/* Its answers cannot share one, so nobody may wait for another there. */
static void a_server_that_speaks_http_1_gets_as_many_connections_as_it_needs(void)
{
    struct tls_scene tls;
    struct http_scene scene;
    struct patient_server patient = { { wait_for_all }, { lose }, { NULL }, 0 };

    set_up(&tls);
    struct http_client_options options = { .ca_path = tls.ca_path, .one_connection = true };
    tls_scene_open(&tls, &scene, &options);
    tls_scene_listen(&tls, &patient.handler);
    for (int i = 0; i < 1 + TOGETHER; i++) {
        struct http_exchange *exchange = http_scene_prepare(&scene, "GET", "https", "localhost", tls.port);

        exchange->request.timeout_ms = 20 * 1000;
        http_scene_start(&scene, exchange);
    }
    http_scene_run(&scene);
    for (int i = 0; i < 1 + TOGETHER; i++)
        CU_ASSERT_EQUAL(scene.exchanges[i].response.status, 200);
    server_free(tls.server);
    http_scene_close(&scene);
    tls_folder_remove(tls.folder);
}

TEST_MAIN("base/http_tls", TEST(a_server_that_speaks_http_1_gets_as_many_connections_as_it_needs),
          TEST(a_server_of_the_named_root_is_trusted), TEST(a_server_of_another_root_is_refused),
          TEST(a_server_by_another_name_is_refused), TEST(the_name_to_check_may_be_given),
          TEST(everyone_is_trusted_only_where_that_was_asked_for), TEST(the_client_shows_its_certificate),
          TEST(a_certificate_that_is_none_is_told_as_such),
          TEST(the_proxy_of_the_environment_is_used_but_for_its_exceptions), TEST(a_proxy_is_told_user_and_password),
          TEST(a_proxy_that_refuses_is_a_network_error_without_the_password),
          TEST(a_given_proxy_stands_above_the_environment))
