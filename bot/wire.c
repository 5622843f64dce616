/* bot/wire.c - libwebsockets as a client on libuv.
 *
 * Of libwebsockets 4.1.6, measured or read in its source:
 * - It looks names up in the loop's thread: it is given addresses. A name to check goes into .host.
 * - permessage-deflate keeps a pointer into the caller's buffer behind lws_write(): it is not offered.
 * - A CA file is added to the system's: LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS. A CA file that is none is only logged.
 * - Each vhost reads the environment's http_proxy, unless it is given one: "" is none. Proxies belong to vhosts.
 * - Its tables are as long as the limit of descriptors: fd_limit_per_thread.
 * - Its timeouts do not ring by themselves when they are set from outside its own callbacks (the timer of libuv is set
 *   after input only). So nothing here waits for them, and ending a wire is done synchronously, from the loop, never
 *   from inside a callback.
 * - What led to a refused certificate is told in its log alone. OpenSSL is asked instead.
 * - A connection can end without CLIENT_CLOSED and CLIENT_CONNECTION_ERROR: WSI_DESTROY comes always, also long after
 *   the context was destroyed, for libuv closes handles later.
 */
#include "bot/wire.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/text.h"

#include <libwebsockets.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <assert.h>
#include <sys/socket.h>

static const char ca_path_default[] = "/etc/ssl/certs/ca-certificates.crt";

enum {
    DESCRIPTORS_MAX = 64,
    SERVICE_BYTES = 16 * 1024, /* read at once; the request line with its ticket is written into as much */
    HEADER_BYTES = 16 * 1024,  /* of the answer to the upgrade */
    NEVER_S = 60 * 60,         /* deadlines are the socket's */
    CA_BYTES_MAX = 4 * 1024 * 1024,
    PROXY_SIZE = 256,
    PROXY_LOGIN_BYTES_MAX = 95, /* what libwebsockets takes */
};

struct wire_context {
    struct flow flow; /* ends the wires that were freed */
    struct loop *loop;
    struct lws_context *lws;
    struct lws_vhost *direct, *proxied;
    char *ca_path;
    struct wire *wires;
};

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
    bool open, killed;
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
    static const enum lws_write_protocol protocols[] = {
        [WIRE_TEXT] = LWS_WRITE_TEXT,
        [WIRE_PING] = LWS_WRITE_PING,
        [WIRE_CLOSE] = LWS_WRITE_CLOSE,
    };

    if (wire->first == NULL)
        return 0;
    struct waiting_frame *frame = take_frame(wire);
    int written = lws_write(wire->lws, frame->bytes + LWS_PRE, frame->length, protocols[frame->frame]);
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
    unsigned int status = lws_http_client_http_response(wire->lws);
    int shown = length < 100 ? (int) length : 100;

    if (wire->error.kind == ERROR_NONE && status != 0 && status != 101)
        error_set_status(&wire->error, ERROR_PROTOCOL, (int) status, "%s refused the WebSocket with HTTP %u",
                         wire->where, status);
    else if (wire->error.kind == ERROR_NONE)
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
    wire->listener->closing(wire->listener);
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

static int callback(struct lws *lws, enum lws_callback_reasons event, void *user, void *in, size_t length)
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

static void kill_freed(struct flow *flow)
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

static const struct lws_protocols protocols[] = {
    { .name = "slack", .callback = callback, .rx_buffer_size = SERVICE_BYTES },
    { .name = NULL },
};

static struct lws_context_creation_info creation_info(const struct wire_context *context)
{
    return (struct lws_context_creation_info){
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .options =
            LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
        .client_ssl_ca_filepath = context->ca_path,
        .http_proxy_address = "",
        .fd_limit_per_thread = DESCRIPTORS_MAX,
        .pt_serv_buf_size = SERVICE_BYTES,
        .max_http_header_data = HEADER_BYTES,
        .timeout_secs = NEVER_S,
        .connect_timeout_secs = NEVER_S,
        .gid = (gid_t) -1,
        .uid = (uid_t) -1,
    };
}

static bool choose_proxy(struct wire_context *context, const struct wire_target *target, struct error *error)
{
    struct lws_context_creation_info info = creation_info(context);
    bool is_long_address = strchr(target->address, ':') != NULL;
    char proxy[PROXY_SIZE];

    if (strlen(target->proxy_login) > PROXY_LOGIN_BYTES_MAX)
        return error_set(error, ERROR_INPUT, "user and password of the proxy are longer than %d bytes",
                         PROXY_LOGIN_BYTES_MAX);
    snprintf(proxy, sizeof proxy, "%s%s%s%s%s:%d", target->proxy_login, target->proxy_login[0] != '\0' ? "@" : "",
             is_long_address ? "[" : "", target->address, is_long_address ? "]" : "", target->proxy_port);
    if (context->proxied == NULL) {
        info.vhost_name = "proxied";
        context->proxied = lws_create_vhost(context->lws, &info);
    }
    bool chosen = context->proxied != NULL && lws_set_proxy(context->proxied, proxy) == 0;
    explicit_bzero(proxy, sizeof proxy);
    if (!chosen)
        return error_set(error, ERROR_SYSTEM, "libwebsockets does not take the proxy");
    return true;
}

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
        .vhost = context->direct,
        .address = target->proxy_port != 0 ? target->host : target->address,
        .host = target->port == 443 ? target->host : wire->where,
        .port = target->port,
        .path = target->path,
        .ssl_connection = LCCSCF_USE_SSL | LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
        .alpn = "http/1.1",
        .local_protocol_name = protocols[0].name,
    };

    if (target->proxy_port != 0 && !choose_proxy(context, target, error)) {
        free(wire);
        return NULL;
    }
    if (target->proxy_port != 0)
        info.vhost = context->proxied;
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

/* ---- The context ---- */

static bool check_ca(const char *path, struct error *error)
{
    released_by(buffer_release) struct buffer content = { .limit = CA_BYTES_MAX };

    if (!file_read(path, &content, error))
        return false;
    if (strstr(buffer_text(&content), "-----BEGIN CERTIFICATE-----") == NULL &&
        strstr(buffer_text(&content), "-----BEGIN TRUSTED CERTIFICATE-----") == NULL)
        return error_set(error, ERROR_INPUT, "%s holds no certificate (PEM)", path);
    return true;
}

bool wire_context_new(struct loop *loop, const char *ca_path, struct wire_context **ret_context, struct error *error)
{
    const char *path = ca_path[0] != '\0' ? ca_path : ca_path_default;
    void *loops[] = { loop_uv(loop) };

    if (!check_ca(path, error))
        return false;
    struct wire_context *context = memory_new(1, sizeof *context);
    context->flow.pump = kill_freed;
    context->loop = loop;
    context->ca_path = memory_text(path);

    /* It would write on standard error, tickets included. What is worth knowing is in the errors. */
    lws_set_log_level(0, NULL);
    struct lws_context_creation_info info = creation_info(context);
    info.foreign_loops = loops;
    info.vhost_name = "direct";
    context->lws = lws_create_context(&info);
    if (context->lws == NULL) {
        wire_context_free(context);
        return error_set(error, ERROR_SYSTEM,
                         "libwebsockets cannot start; is its libuv plugin "
                         "(package libwebsockets-evlib-uv) installed?");
    }
    context->direct = lws_get_vhost_by_name(context->lws, "direct");
    *ret_context = context;
    return true;
}

void wire_context_free(struct wire_context *context)
{
    if (context == NULL)
        return;
    for (struct wire *wire = context->wires; wire != NULL; wire = wire->next) {
        wire->context = NULL;
        wire->listener = NULL;
    }
    loop_unpost(context->loop, &context->flow);
    lws_context_destroy(context->lws);
    free(context->ca_path);
    free(context);
}
