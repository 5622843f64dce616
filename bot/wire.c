/* bot/wire.c - one connection of libwebsockets: its frames, what is told about it, and its end.
 *
 * Of libwebsockets 4.1.6, measured or read in its source:
 * - permessage-deflate keeps a pointer into the caller's buffer behind lws_write(): it is not offered.
 * - Its timeouts do not ring by themselves when they are set from outside its own callbacks (the timer of libuv is set
 *   after input only). So nothing here waits for them, and a wire is ended synchronously, from the loop, never from
 *   inside a callback.
 * - What was wrong with a certificate is told in its log alone. OpenSSL is asked instead.
 * - Behind lws_close_reason() it drops the messages that still arrive. A Close that is written as a frame lets them in.
 * - A connection can end without CLIENT_CLOSED and CLIENT_CONNECTION_ERROR. WSI_DESTROY comes always, also long after
 *   the context was destroyed, for libuv closes handles later.
 */
#include "bot/wire.h"

#include "bot/wire_context.h"
#include "base/memory.h"

#include <libwebsockets.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <string.h>
#include <sys/socket.h>

/* lws_write() knows it, its header hides it. */
enum { WRITE_CLOSE = 4 };

enum { HTTP_SWITCHING = 101, SHOWN_MAX = 100 };

/* A frame in line, with the room in front that libwebsockets writes its header into. */
struct waiting_frame {
    struct waiting_frame *next;
    enum wire_frame frame;
    size_t length;
    unsigned char bytes[];
};

/* Lives until libwebsockets says that its own part is destroyed. */
struct wire {
    struct wire_context *context;   /* NULL: freed before */
    struct wire_listener *listener; /* NULL: nobody listens any more */
    struct lws *lws;
    struct wire *next;
    bool open, close_sent, killed;
    struct waiting_frame *first, *last;
    int waiting;
    struct error error; /* why it ended, as far as it is known already */
    char where[300];    /* "host:port", for sentences */
};

/* ---- Frames ---- */

static struct waiting_frame *take_frame(struct wire *wire)
{
    struct waiting_frame *frame = wire->first;

    wire->first = frame->next;
    if (wire->first == NULL)
        wire->last = NULL;
    wire->waiting--;
    return frame;
}

bool wire_send(struct wire *wire, enum wire_frame frame, const void *payload, size_t length)
{
    if (!wire->open || wire->waiting >= WIRE_QUEUE_MAX)
        return false;

    struct waiting_frame *waiting = memory_new(1, sizeof *waiting + LWS_PRE + length);
    waiting->frame = frame;
    waiting->length = length;
    if (length > 0)
        memcpy(waiting->bytes + LWS_PRE, payload, length);
    if (wire->last != NULL)
        wire->last->next = waiting;
    else
        wire->first = waiting;
    wire->last = waiting;
    wire->waiting++;
    wire->open = frame != WIRE_CLOSE;
    lws_callback_on_writable(wire->lws);
    return true;
}

static int write_frame(struct wire *wire)
{
    static const enum lws_write_protocol kinds[] = {
        [WIRE_TEXT] = LWS_WRITE_TEXT,
        [WIRE_PING] = LWS_WRITE_PING,
        [WIRE_CLOSE] = (enum lws_write_protocol) WRITE_CLOSE,
    };

    if (wire->first == NULL)
        return 0;
    struct waiting_frame *frame = take_frame(wire);
    int written = lws_write(wire->lws, frame->bytes + LWS_PRE, frame->length, kinds[frame->frame]);
    wire->close_sent = wire->close_sent || frame->frame == WIRE_CLOSE;
    free(frame);
    if (written < 0)
        return -1;
    if (wire->first != NULL)
        lws_callback_on_writable(wire->lws);
    return 0;
}

/* ---- What libwebsockets tells ---- */

static void tell_end(struct wire *wire)
{
    struct wire_listener *listener = wire->listener;

    wire->open = false;
    wire->killed = true;
    wire->listener = NULL;
    if (wire->error.kind == ERROR_NONE)
        error_set(&wire->error, ERROR_NETWORK, "the connection to %s broke", wire->where);
    if (listener != NULL)
        listener->ended(listener, &wire->error);
}

static void take_destroyed(struct wire *wire)
{
    struct wire_context *context = wire->context;

    if (context != NULL) {
        struct wire **place = &context->wires;

        while (*place != wire)
            place = &(*place)->next;
        *place = wire->next;
    }
    while (wire->first != NULL)
        free(take_frame(wire));
    tell_end(wire);
    free(wire);
}

static void take_connection_error(struct wire *wire, const char *reason, size_t length)
{
    static const char refused[] = "proxy not h1"; /* what it says of any answer of a proxy but 200 */
    unsigned int status = lws_http_client_http_response(wire->lws);
    int shown = length < SHOWN_MAX ? (int) length : SHOWN_MAX;

    if (wire->error.kind != ERROR_NONE) {
        tell_end(wire); /* OpenSSL knew better */
        return;
    }
    if (status != 0 && status != HTTP_SWITCHING)
        error_set_status(&wire->error, ERROR_PROTOCOL, (int) status, "%s refused the WebSocket with HTTP %u",
                         wire->where, status);
    else if (reason != NULL && strncmp(reason, refused, length) == 0)
        error_set(&wire->error, ERROR_NETWORK, "the proxy refuses to connect to %s", wire->where);
    else
        error_set(&wire->error, ERROR_NETWORK, "no connection to %s: %.*s", wire->where, shown,
                  reason != NULL ? reason : "");
    tell_end(wire);
}

/* Called for each certificate of the chain, and for the name. */
static void take_verification(struct wire *wire, X509_STORE_CTX *store, bool accepted)
{
    if (!accepted)
        error_set(&wire->error, ERROR_NETWORK, "no connection to %s: its certificate is refused: %s", wire->where,
                  X509_verify_cert_error_string(X509_STORE_CTX_get_error(store)));
}

static void take_close(struct wire *wire, const unsigned char *bytes, size_t length)
{
    wire->open = false;
    if (length < 2)
        error_set(&wire->error, ERROR_NETWORK, "%s closed the connection", wire->where);
    else
        error_set(&wire->error, ERROR_NETWORK, "%s closed the connection with %d %.*s", wire->where,
                  bytes[0] << 8 | bytes[1], (int) (length - 2), (const char *) bytes + 2);
    wire->listener->closing(wire->listener, &wire->error);
}

static void take_piece(struct wire *wire, const char *bytes, size_t length)
{
    struct wire_piece piece = {
        .bytes = bytes,
        .length = length,
        .first = lws_is_first_fragment(wire->lws) != 0,
        .last = lws_is_final_fragment(wire->lws) != 0,
        .binary = lws_frame_is_binary(wire->lws) != 0,
    };

    wire->listener->received(wire->listener, &piece);
}

/* Anything but 0 ends the connection. */
static int take_event(struct wire *wire, enum lws_callback_reasons event, void *in, size_t length)
{
    switch (event) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        wire->open = true;
        wire->listener->opened(wire->listener);
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        take_piece(wire, in, length);
        break;
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        wire->listener->ponged(wire->listener);
        break;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        take_close(wire, in, length);
        /* Otherwise it would answer an answer. */
        if (wire->close_sent)
            return -1;
        break;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return write_frame(wire);
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        take_connection_error(wire, in, length);
        break;
    case LWS_CALLBACK_CLIENT_CLOSED:
        tell_end(wire);
        break;
    default:
        break;
    }
    return wire->listener == NULL ? -1 : 0;
}

int wire_callback(struct lws *lws, enum lws_callback_reasons event, void *user, void *in, size_t length)
{
    struct wire *wire = lws != NULL ? lws_get_opaque_user_data(lws) : NULL;

    if (wire == NULL)
        return 0;
    if (event == LWS_CALLBACK_WSI_DESTROY) {
        take_destroyed(wire);
        return 0;
    }
    if (event == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) {
        take_verification(wire, user, length != 0);
        return 0;
    }
    return wire->listener != NULL ? take_event(wire, event, in, length) : 0;
}

/* ---- Ending ---- */

static void kill_wire(struct wire *wire)
{
    int number = lws_get_socket_fd(wire->lws);

    wire->killed = true;
    /* Now, whatever libwebsockets still wants to flush. */
    if (number >= 0)
        shutdown(number, SHUT_RDWR);
    lws_set_timeout(wire->lws, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_SYNC);
}

static struct wire *first_to_kill(const struct wire_context *context)
{
    struct wire *wire = context->wires;

    while (wire != NULL && (wire->listener != NULL || wire->killed))
        wire = wire->next;
    return wire;
}

void wire_kill_freed(struct flow *flow)
{
    struct wire_context *context = (struct wire_context *) flow;

    for (struct wire *wire = first_to_kill(context); wire != NULL; wire = first_to_kill(context))
        kill_wire(wire);
}

void wire_free(struct wire *wire)
{
    if (wire == NULL)
        return;
    wire->listener = NULL;
    wire->open = false;
    loop_post(wire->context->loop, &wire->context->flow);
}

/* ---- Dialling ---- */

static struct wire *wire_new(struct wire_context *context, const struct wire_target *target,
                             struct wire_listener *listener)
{
    struct wire *wire = memory_new(1, sizeof *wire);

    wire->context = context;
    wire->listener = listener;
    snprintf(wire->where, sizeof wire->where, "%s:%d", target->host, target->port);
    return wire;
}

struct wire *wire_dial(struct wire_context *context, const struct wire_target *target, struct wire_listener *listener,
                       struct error *error)
{
    struct wire *wire = wire_new(context, target, listener);
    struct lws_client_connect_info info = {
        .context = context->lws,
        .vhost = wire_context_vhost(context, target, error),
        .address = target->proxy_port != 0 ? target->host : target->address,
        .host = target->port == 443 ? target->host : wire->where,
        .port = target->port,
        .path = target->path,
        .ssl_connection = LCCSCF_USE_SSL | LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
        .alpn = "http/1.1",
        .local_protocol_name = wire_protocol,
    };

    if (info.vhost == NULL) {
        free(wire);
        return NULL;
    }
    wire->lws = lws_client_connect_via_info(&info);
    if (wire->lws == NULL) {
        error_set(error, ERROR_NETWORK, "no connection to %s", wire->where);
        free(wire);
        return NULL;
    }
    /* Only now: what failed inside that call may still be destroyed later, and must not find a wire. */
    lws_set_opaque_user_data(wire->lws, wire);
    wire->next = context->wires;
    context->wires = wire;
    return wire;
}

void wire_orphan_all(struct wire_context *context)
{
    for (struct wire *wire = context->wires; wire != NULL; wire = wire->next) {
        wire->context = NULL;
        wire->listener = NULL;
    }
}
