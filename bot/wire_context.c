/* bot/wire_context.c - libwebsockets on the loop, with one vhost for direct connections and one for those by a proxy.
 *
 * Of libwebsockets 4.1.6, measured or read in its source:
 * - It looks names up in the loop's thread: it is given addresses. The name to check goes into .host.
 * - A CA file is added to the system's: LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS. One that holds none is only logged.
 * - Each vhost reads the environment's http_proxy, unless it is given one: "" is none. A proxy belongs to its vhost.
 * - Its tables are as long as the limit of descriptors: fd_limit_per_thread.
 * - On a loop that is not its own it closes the handles of its connections in one turn and its own in the next. Only then
 *   the context may be destroyed a second time, which is when it frees what it holds.
 */
#include "bot/wire_context.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

#include <uv.h>

#include <string.h>

static const char ca_path_default[] = "/etc/ssl/certs/ca-certificates.crt";

enum {
    DESCRIPTORS_MAX = 64,
    SERVICE_BYTES = 16 * 1024, /* read at once; the request with its ticket is written into as much */
    HEADER_BYTES = 16 * 1024,  /* of the answer to the upgrade */
    NEVER_S = 60 * 60,         /* deadlines are the socket's */
    CA_BYTES_MAX = 4 * 1024 * 1024,
    PROXY_SIZE = 256,
    PROXY_LOGIN_BYTES_MAX = 95, /* what libwebsockets takes */
    LAST_TURN = 4,              /* one more than it needs: within a turn the order is open */
};

const char wire_protocol[] = "slack";

static const struct lws_protocols protocols[] = {
    { .name = wire_protocol, .callback = wire_callback, .rx_buffer_size = SERVICE_BYTES },
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
        .gid = -1,
        .uid = -1,
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

struct lws_vhost *wire_context_vhost(struct wire_context *context, const struct wire_target *target,
                                     struct error *error)
{
    if (target->proxy_port == 0)
        return context->direct;
    return choose_proxy(context, target, error) ? context->proxied : NULL;
}

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
    context->flow.pump = wire_kill_freed;
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

/* Destroys libwebsockets' context in the turns that follow, so that nobody is inside of it. */
struct last_turn {
    uv_idle_t handle; /* never started: its closing comes once a turn */
    struct lws_context *lws;
    int count;
};

static void finish_later(struct last_turn *turn, uv_loop_t *loop);

static void take_closed(uv_handle_t *handle)
{
    struct last_turn *turn = handle->data;

    if (++turn->count == 1 || turn->count == LAST_TURN)
        lws_context_destroy(turn->lws);
    if (turn->count < LAST_TURN)
        finish_later(turn, handle->loop);
    else
        free(turn);
}

static void finish_later(struct last_turn *turn, uv_loop_t *loop)
{
    uv_idle_init(loop, &turn->handle);
    turn->handle.data = turn;
    uv_close((uv_handle_t *) &turn->handle, take_closed);
}

void wire_context_free(struct wire_context *context)
{
    if (context == NULL)
        return;
    wire_orphan_all(context);
    loop_unpost(context->loop, &context->flow);
    if (context->lws != NULL) {
        struct last_turn *turn = memory_new(1, sizeof *turn);

        turn->lws = context->lws;
        finish_later(turn, loop_uv(context->loop));
    }
    free(context->ca_path);
    free(context);
}
