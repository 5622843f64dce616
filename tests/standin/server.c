/* tests/standin/server.c - listeners: a socket each, with a TLS context where it has a certificate. */
#include "tests/standin/server.h"

#include "base/memory.h"
#include "tests/standin/connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BACKLOG = 256, ACCEPTS_PER_TURN = 64 };

struct listener {
    struct flow flow;
    struct server *server;
    struct server_handler *handler;
    struct descriptor descriptor;
    int socket;
    SSL_CTX *tls; /* NULL = plain */
    struct listener *next;
};

struct server {
    struct loop *loop;
    struct listener *listeners;
    struct connection_list connections;
};

static int open_socket(int port, int *ret_port, struct error *error);
static bool load_tls(const struct server_options *options, SSL_CTX **ret_tls, struct error *error);
static void accept_clients(struct flow *flow);

struct server *server_new(struct loop *loop)
{
    struct server *server = memory_new(1, sizeof *server);

    server->loop = loop;
    return server;
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    connection_list_end(&server->connections);
    while (server->listeners != NULL) {
        struct listener *listener = server->listeners;

        server->listeners = listener->next;
        descriptor_stop(server->loop, &listener->descriptor);
        close(listener->socket);
        SSL_CTX_free(listener->tls);
        free(listener);
    }
    free(server);
}

bool server_listen(struct server *server, const struct server_options *options, int *ret_port, struct error *error)
{
    struct listener *listener = NULL;
    SSL_CTX *tls = NULL;
    int listening = -1;

    if (options->certificate_path != NULL && !load_tls(options, &tls, error))
        return false;
    listening = open_socket(options->port, ret_port, error);
    if (listening < 0) {
        SSL_CTX_free(tls);
        return false;
    }
    listener = memory_new(1, sizeof *listener);
    listener->flow.pump = accept_clients;
    listener->server = server;
    listener->handler = options->handler;
    listener->socket = listening;
    listener->tls = tls;
    listener->next = server->listeners;
    server->listeners = listener;
    descriptor_start(server->loop, &listener->descriptor, listening, true, false, &listener->flow);
    return true;
}

static int open_socket(int port, int *ret_port, struct error *error)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t) port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int yes = 1;

    if (listening < 0) {
        error_set(error, ERROR_SYSTEM, "cannot make a socket: %s", strerror(errno));
        return -1;
    }
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listening, (struct sockaddr *) &address, size) != 0 || listen(listening, BACKLOG) != 0 ||
        getsockname(listening, (struct sockaddr *) &address, &size) != 0) {
        error_set(error, ERROR_SYSTEM, "cannot listen on port %d of 127.0.0.1: %s", port, strerror(errno));
        close(listening);
        return -1;
    }
    *ret_port = ntohs(address.sin_port);
    return listening;
}

/* No client speaks another protocol than this one. */
static int choose_protocol(SSL *tls, const unsigned char **ret_chosen, unsigned char *ret_length,
                           const unsigned char *offered, unsigned int offered_length, void *argument)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen = NULL;

    (void) tls;
    (void) argument;
    if (SSL_select_next_proto(&chosen, ret_length, ours, sizeof ours - 1, offered, offered_length) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *ret_chosen = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool load_tls(const struct server_options *options, SSL_CTX **ret_tls, struct error *error)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    bool loaded = false;

    assert(tls != NULL);
    SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, NULL);
    loaded = SSL_CTX_use_certificate_chain_file(tls, options->certificate_path) == 1 &&
             SSL_CTX_use_PrivateKey_file(tls, options->key_path, SSL_FILETYPE_PEM) == 1;
    if (loaded && options->client_ca_path != NULL) {
        loaded = SSL_CTX_load_verify_locations(tls, options->client_ca_path, NULL) == 1;
        SSL_CTX_set_client_CA_list(tls, SSL_load_client_CA_file(options->client_ca_path));
        SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
    }
    if (!loaded) {
        SSL_CTX_free(tls);
        return error_set(error, ERROR_SYSTEM, "cannot load %s and what goes with it: %s", options->certificate_path,
                         ERR_reason_error_string(ERR_peek_last_error()));
    }
    /* Without it a session cannot be taken up again where client certificates are asked for. */
    SSL_CTX_set_session_id_context(tls, (const unsigned char *) "standin", strlen("standin"));
    *ret_tls = tls;
    return true;
}

static void accept_clients(struct flow *flow)
{
    struct listener *listener = (struct listener *) flow;
    struct server *server = listener->server;
    int yes = 1;

    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
        int client = accept4(listener->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        SSL *tls = NULL;

        if (client < 0)
            return;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (listener->tls != NULL) {
            tls = SSL_new(listener->tls);
            assert(tls != NULL);
        }
        connection_open(server->loop, client, tls, listener->handler, &server->connections);
    }
}
