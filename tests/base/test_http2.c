/* tests/base/test_http2.c - base/http.h: many exchanges over one connection.
 *
 * The peer is nghttpd (Debian package nghttp2-server), and a proxy between the two counts the connections.
 */
#include "base/http.h"

#include "tests/base/http_scene.h"
#include "tests/base/tls_folder.h"
#include "tests/standin/connect_proxy.h"
#include "tests/test_main.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { URL_SIZE = 64 };

struct peer {
    struct flow flow;
    char folder[PATH_SIZE];
    char ca_path[PATH_SIZE];
    char page_path[PATH_SIZE];
    int port;
    struct process process;
    struct http_scene scene;
    struct connect_proxy *proxy;
};

static int free_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int number = socket(AF_INET, SOCK_STREAM, 0);

    CU_ASSERT_EQUAL_FATAL(bind(number, (const struct sockaddr *) &address, sizeof address), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(number, (struct sockaddr *) &address, &length), 0);
    close(number);
    return ntohs(address.sin_port);
}

static bool is_listening(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t) port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int number = socket(AF_INET, SOCK_STREAM, 0);
    bool connected = connect(number, (const struct sockaddr *) &address, sizeof address) == 0;

    close(number);
    return connected;
}

static void note_the_end(struct flow *flow)
{
    (void) flow;
}

/* false: nghttpd is not there. It ends by itself after a minute, should the test not live to kill it. */
static bool start_nghttpd(struct peer *peer, const char *streams)
{
    char port[sizeof "65535"];
    char key_path[PATH_SIZE];
    char certificate_path[PATH_SIZE];
    const char *arguments[] = { "timeout",
                                "60",
                                "nghttpd",
                                "--address=127.0.0.1",
                                "--echo-upload",
                                "-m",
                                streams,
                                "-d",
                                peer->folder,
                                port,
                                key_path,
                                certificate_path,
                                NULL };

    peer->port = free_port();
    snprintf(port, sizeof port, "%d", peer->port);
    tls_folder_path(key_path, peer->folder, "server-key.pem");
    tls_folder_path(certificate_path, peer->folder, "server.pem");
    process_start(peer->scene.loop, &peer->process, arguments, NULL, 60 * 1000, &peer->flow);
    while (!peer->process.done && !is_listening(peer->port))
        http_scene_wait(&peer->scene, 10);
    return !peer->process.done;
}

/* streams: how many it takes at a time on one connection (SETTINGS_MAX_CONCURRENT_STREAMS). */
static bool peer_open_with(struct peer *peer, const char *streams)
{
    char path[PATH_SIZE];
    char url[URL_SIZE];
    FILE *page = NULL;

    *peer = (struct peer){ .flow.pump = note_the_end };
    tls_folder_make(peer->folder);
    tls_folder_path(peer->ca_path, peer->folder, "ca.pem");
    tls_folder_path(peer->page_path, peer->folder, "page");
    page = fopen(peer->page_path, "we");
    CU_ASSERT_PTR_NOT_NULL_FATAL(page);
    fputs("a page", page);
    fclose(page);
    snprintf(path, sizeof path, "%s:/usr/sbin", getenv("PATH") != NULL ? getenv("PATH") : "/usr/bin:/bin");
    setenv("PATH", path, 1);
    http_scene_open(&peer->scene, NULL);
    if (!start_nghttpd(peer, streams))
        return false;
    peer->proxy = connect_proxy_new(peer->scene.loop, peer->port, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", connect_proxy_port(peer->proxy));
    http_client_free(peer->scene.client);
    peer->scene.client =
        http_client_new(peer->scene.loop, &(struct http_client_options){
                                              .ca_path = peer->ca_path, .proxy_url = url, .one_connection = true });
    return true;
}

static bool peer_open(struct peer *peer)
{
    return peer_open_with(peer, "100");
}

static void peer_close(struct peer *peer)
{
    process_cancel(peer->scene.loop, &peer->process);
    process_release(&peer->process);
    connect_proxy_free(peer->proxy);
    http_scene_close(&peer->scene);
    unlink(peer->page_path);
    tls_folder_remove(peer->folder);
}

static void skip(struct peer *peer)
{
    printf("SKIPPED: nghttpd is not installed (Debian package nghttp2-server) ");
    peer_close(peer);
}

static struct http_exchange *peer_ask(struct peer *peer, const char *method)
{
    struct http_exchange *exchange = &peer->scene.exchanges[peer->scene.count++];

    exchange->request.method = method;
    buffer_append_format(&exchange->request.url, "https://localhost:%d/page", peer->port);
    return exchange;
}

static void a_hundred_exchanges_share_one_connection(void)
{
    struct peer peer;

    if (!peer_open(&peer)) {
        skip(&peer);
        return;
    }
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        http_scene_start(&peer.scene, peer_ask(&peer, "GET"));
    http_scene_run(&peer.scene);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++) {
        CU_ASSERT_EQUAL(peer.scene.exchanges[i].error.kind, ERROR_NONE);
        CU_ASSERT_EQUAL(peer.scene.exchanges[i].response.status, 200);
        CU_ASSERT_STRING_EQUAL(buffer_text(&peer.scene.exchanges[i].response.body), "a page");
    }
    CU_ASSERT_EQUAL(connect_proxy_tunnels(peer.proxy), 1);
    peer_close(&peer);
}

/* libcurl would open another connection for whatever one does not take. */
static void what_the_server_does_not_take_at_once_waits_for_the_same_connection(void)
{
    struct peer peer;

    if (!peer_open_with(&peer, "10")) {
        skip(&peer);
        return;
    }
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        http_scene_start(&peer.scene, peer_ask(&peer, "GET"));
    http_scene_run(&peer.scene);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++) {
        CU_ASSERT_EQUAL(peer.scene.exchanges[i].error.kind, ERROR_NONE);
        CU_ASSERT_EQUAL(peer.scene.exchanges[i].response.status, 200);
    }
    CU_ASSERT_EQUAL(connect_proxy_tunnels(peer.proxy), 1);
    peer_close(&peer);
}

/* nghttpd echoes what is POSTed and PUT, so a body that was mixed up or cut would be seen. */
static void a_hundred_bodies_are_sent_whole_over_one_connection(void)
{
    struct peer peer;

    if (!peer_open(&peer)) {
        skip(&peer);
        return;
    }
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++) {
        struct http_exchange *exchange = peer_ask(&peer, i % 2 == 0 ? "POST" : "PUT");

        for (int line = 0; line <= i * 20; line++)
            buffer_append_format(&exchange->request.body, "body %d line %d\n", i, line);
        http_scene_start(&peer.scene, exchange);
    }
    http_scene_run(&peer.scene);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++) {
        const struct http_exchange *exchange = &peer.scene.exchanges[i];

        CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
        CU_ASSERT_STRING_EQUAL(buffer_text(&exchange->response.body), buffer_text(&exchange->request.body));
    }
    CU_ASSERT_EQUAL(connect_proxy_tunnels(peer.proxy), 1);
    peer_close(&peer);
}

static void cancelling_some_of_them_leaves_the_others_and_the_connection_alone(void)
{
    struct peer peer;
    int released = 0;

    if (!peer_open(&peer)) {
        skip(&peer);
        return;
    }
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        http_scene_start(&peer.scene, peer_ask(&peer, "GET"));
    while (peer.scene.pumps == 0)
        http_scene_wait(&peer.scene, 1);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i += 3) {
        http_exchange_cancel(&peer.scene.exchanges[i]);
        peer.scene.exchanges[i].done = true;
        released++;
    }
    loop_post(peer.scene.loop, &peer.scene.flow);
    http_scene_run(&peer.scene);
    CU_ASSERT_EQUAL(released, 34);
    for (int i = 0; i < SCENE_EXCHANGES_MAX; i++)
        CU_ASSERT(i % 3 == 0 || peer.scene.exchanges[i].response.status == 200);
    CU_ASSERT_EQUAL(connect_proxy_tunnels(peer.proxy), 1);
    peer_close(&peer);
}

TEST_MAIN("base/http2", TEST(a_hundred_exchanges_share_one_connection),
          TEST(what_the_server_does_not_take_at_once_waits_for_the_same_connection),
          TEST(a_hundred_bodies_are_sent_whole_over_one_connection),
          TEST(cancelling_some_of_them_leaves_the_others_and_the_connection_alone))
