/* tests/standin/link.c - OpenSSL works on the socket itself: non-blocking, asked again when the loop says so.
 *
 * A call of the owner changes flags and may send; the end of a link is always found by its pump, so that nobody is
 * told anything from inside a call of his own.
 */
#include "tests/standin/link.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "tests/standin/server.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { PIECE_BYTES = 16 * 1024, PIECES_PER_TURN = 32, LINGER_MS = 1000 };

enum outcome { MOVED, AGAIN, ENDED, BROKEN };

struct link {
    struct flow flow;
    struct loop *loop;
    struct link_owner *owner;
    struct descriptor descriptor;
    int socket; /* -1 once it is closed */
    SSL *tls;   /* NULL = plain */
    struct buffer out;
    size_t sent; /* of out: moving the rest forward after each piece would cost the square of its length */
    bool wants_write;
    bool paused, ended; /* reads no more: by us, by the client */
    bool finishing, finished;
    bool closing;        /* what comes in is dropped */
    struct timer linger; /* armed while closing */
    bool broken;
};

static void pump(struct flow *flow);
static bool is_over(const struct link *link);
static void read_pieces(struct link *link);
static enum outcome read_piece(struct link *link, char *piece, size_t *ret_length);
static void write_out(struct link *link);
static enum outcome write_piece(struct link *link, const char *bytes, size_t length, size_t *ret_length);
static enum outcome tls_outcome(struct link *link, int result);
static void send_end(struct link *link);
static void await(struct link *link);
static void close_socket(struct link *link);

struct link *link_new(struct loop *loop, int socket, SSL *tls, struct link_owner *owner)
{
    struct link *link = memory_new(1, sizeof *link);

    link->flow.pump = pump;
    link->loop = loop;
    link->owner = owner;
    link->socket = socket;
    link->tls = tls;
    buffer_init(&link->out, SERVER_QUEUE_BYTES_MAX);
    if (tls != NULL) {
        SSL_set_fd(tls, socket);
        SSL_set_accept_state(tls);
    }
    await(link);
    return link;
}

void link_free(struct link *link)
{
    close_socket(link);
    timer_stop(link->loop, &link->linger);
    loop_unpost(link->loop, &link->flow);
    SSL_free(link->tls);
    buffer_release(&link->out);
    free(link);
}

void link_send(struct link *link, const void *bytes, size_t length)
{
    if (link->broken || link->finishing)
        return;
    buffer_append(&link->out, bytes, length);
    if (link->out.overflowed)
        link_drop(link);
    else
        write_out(link);
    await(link);
}

void link_finish(struct link *link)
{
    link->finishing = true;
    write_out(link);
    await(link);
}

void link_close(struct link *link)
{
    if (link->closing)
        return;
    link->closing = true;
    timer_start(link->loop, &link->linger, LINGER_MS, &link->flow);
    link_finish(link);
    loop_post(link->loop, &link->flow);
}

void link_drop(struct link *link)
{
    struct linger none = { .l_onoff = 1, .l_linger = 0 };

    if (link->socket >= 0)
        setsockopt(link->socket, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close_socket(link);
    link->broken = true;
    loop_post(link->loop, &link->flow);
}

void link_pause(struct link *link)
{
    link->paused = true;
    await(link);
}

void link_client_name(const struct link *link, char *target, size_t size)
{
    X509 *certificate = link->tls != NULL ? SSL_get1_peer_certificate(link->tls) : NULL;

    target[0] = '\0';
    if (certificate != NULL)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, target, (int) size);
    X509_free(certificate);
}

static void pump(struct flow *flow)
{
    struct link *link = (struct link *) flow;

    if (!link->broken)
        write_out(link);
    if (!link->broken)
        read_pieces(link);
    if (!link->broken && !is_over(link)) {
        await(link);
        return;
    }
    close_socket(link);
    link->owner->closed(link->owner);
    link_free(link);
}

static bool is_over(const struct link *link)
{
    return link->closing && (!link->linger.armed || (link->finished && (link->ended || link->paused)));
}

/* A client that never stops sending leaves the others their turn. */
static void read_pieces(struct link *link)
{
    char piece[PIECE_BYTES];
    enum outcome outcome = MOVED;

    for (int i = 0; outcome == MOVED && i < PIECES_PER_TURN; i++) {
        size_t length = 0;

        if (link->paused || link->ended || link->broken)
            return;
        outcome = read_piece(link, piece, &length);
        if (outcome == MOVED && !link->closing)
            link->owner->received(link->owner, piece, length);
    }
    if (outcome == BROKEN)
        link->broken = true;
    if (outcome == MOVED)
        loop_post(link->loop, &link->flow);
    if (outcome == ENDED) {
        link->ended = true;
        if (!link->closing)
            link->owner->ended(link->owner);
    }
}

static enum outcome read_piece(struct link *link, char *piece, size_t *ret_length)
{
    if (link->tls != NULL) {
        ERR_clear_error();
        return tls_outcome(link, SSL_read_ex(link->tls, piece, PIECE_BYTES, ret_length));
    }

    ssize_t got = recv(link->socket, piece, PIECE_BYTES, 0);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? AGAIN : BROKEN;
    *ret_length = (size_t) got;
    return got > 0 ? MOVED : ENDED;
}

static void write_out(struct link *link)
{
    enum outcome outcome = MOVED;

    link->wants_write = false;
    if (link->socket < 0)
        return;
    while (link->sent < link->out.length && outcome == MOVED) {
        size_t rest = link->out.length - link->sent;
        size_t length = 0;

        outcome = write_piece(link, link->out.data + link->sent, rest < PIECE_BYTES ? rest : PIECE_BYTES, &length);
        link->sent += length;
    }
    if (outcome == AGAIN) {
        link->wants_write = true;
        return;
    }
    if (outcome != MOVED) {
        link->broken = true;
        loop_post(link->loop, &link->flow);
        return;
    }
    buffer_release(&link->out);
    link->sent = 0;
    if (link->finishing && !link->finished)
        send_end(link);
}

static enum outcome write_piece(struct link *link, const char *bytes, size_t length, size_t *ret_length)
{
    if (link->tls != NULL) {
        ERR_clear_error();
        return tls_outcome(link, SSL_write_ex(link->tls, bytes, length, ret_length));
    }

    ssize_t put = send(link->socket, bytes, length, MSG_NOSIGNAL);
    if (put < 0)
        return errno == EAGAIN || errno == EINTR ? AGAIN : BROKEN;
    *ret_length = (size_t) put;
    return MOVED;
}

/* A client that ends TCP without TLS's close_notify has ended it all the same. */
static enum outcome tls_outcome(struct link *link, int result)
{
    if (result == 1)
        return MOVED;
    switch (SSL_get_error(link->tls, result)) {
    case SSL_ERROR_WANT_READ:
        return AGAIN;
    case SSL_ERROR_WANT_WRITE:
        link->wants_write = true;
        return AGAIN;
    case SSL_ERROR_ZERO_RETURN:
        return ENDED;
    case SSL_ERROR_SSL:
        return ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING ? ENDED : BROKEN;
    default:
        return BROKEN;
    }
}

static void send_end(struct link *link)
{
    if (link->tls != NULL && SSL_is_init_finished(link->tls)) {
        ERR_clear_error();
        SSL_shutdown(link->tls);
    }
    shutdown(link->socket, SHUT_WR);
    link->finished = true;
}

static void await(struct link *link)
{
    bool wants_read = !link->paused && !link->ended;

    if (link->socket < 0)
        return;
    if (wants_read || link->wants_write)
        descriptor_start(link->loop, &link->descriptor, link->socket, wants_read, link->wants_write, &link->flow);
    else
        descriptor_stop(link->loop, &link->descriptor);
}

static void close_socket(struct link *link)
{
    if (link->socket < 0)
        return;
    descriptor_stop(link->loop, &link->descriptor);
    close(link->socket);
    link->socket = -1;
}
