/* bot/socket.c - the life of one connection: its deadlines, its silence, and whole messages out of pieces.
 *
 * There is one due time: the deadline of the present state, or the moment to ask whether the other side still lives.
 * What libwebsockets tells is noted here and acted upon in the pump, outside of its callbacks; messages alone are handed
 * on at once.
 */
#include "bot/socket.h"

#include "bot/assembly.h"
#include "bot/wire.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CLOSE_NORMAL = 1000, MS_PER_S = 1000 };

_Static_assert((int) SOCKET_SEND_QUEUE_MAX == (int) WIRE_QUEUE_MAX, "the queue is the wire's");

struct socket_context {
    struct loop *loop;
    struct wire_context *wires;
    struct socket_timings timings;
};

enum socket_state {
    LOOKING_UP,
    DIALLING,
    WAITING_FOR_HELLO,
    LIVE,
    CLOSING, /* a Close was sent or has come; the other one is waited for */
    ENDED,   /* the owner is told in the next turn */
    TOLD,
};

/* How the socket hears its wire. */
struct ear {
    struct wire_listener listener;
    struct socket *socket;
};

struct socket {
    struct flow flow;
    struct ear ear;
    struct socket_context *context;
    struct socket_listener *listener;
    enum socket_state state;
    struct url url;     /* its path is wiped once it was sent */
    struct proxy proxy; /* a copy */
    struct lookup lookup;
    struct wire *wire; /* NULL: none yet, or none any more */
    struct timer timer;
    int64_t deadline_ms; /* of the state, by loop_monotonic_ms(); 0 = none */
    int64_t heard_ms;    /* when the last sign of life came */
    bool ping_sent;      /* since then */
    bool close_asked;
    struct assembly message; /* being received */
    bool delivering, freed;  /* freed within: its memory goes when the listener returns */
    struct error error;      /* why it ended, or is about to */
};

struct socket_timings socket_timings_default(void)
{
    return (struct socket_timings){
        .dial_ms = SOCKET_DIAL_MS,
        .hello_ms = SOCKET_HELLO_MS,
        .ping_ms = SOCKET_PING_MS,
        .silence_ms = SOCKET_SILENCE_MS,
        .close_ms = SOCKET_CLOSE_MS,
    };
}

struct socket_context *socket_context_new(struct loop *loop, const char *ca_path, const struct socket_timings *timings,
                                          struct error *error)
{
    struct wire_context *wires = NULL;

    if (!wire_context_new(loop, ca_path, &wires, error))
        return NULL;
    struct socket_context *context = memory_new(1, sizeof *context);
    context->loop = loop;
    context->wires = wires;
    context->timings = timings != NULL ? *timings : socket_timings_default();
    return context;
}

void socket_context_free(struct socket_context *context)
{
    if (context == NULL)
        return;
    wire_context_free(context->wires);
    free(context);
}

static void dispose(struct socket *socket)
{
    assembly_release(&socket->message);
    secret_release(&socket->proxy.authorization);
    explicit_bzero(&socket->url, sizeof socket->url);
    free(socket);
}

/* ---- States ---- */

static int64_t now_ms(const struct socket *socket)
{
    return loop_monotonic_ms(socket->context->loop);
}

static void pump_soon(struct socket *socket)
{
    loop_post(socket->context->loop, &socket->flow);
}

static void enter(struct socket *socket, enum socket_state state, int64_t deadline_ms)
{
    socket->state = state;
    socket->deadline_ms = deadline_ms > 0 ? now_ms(socket) + deadline_ms : 0;
    pump_soon(socket);
}

static void drop_wire(struct socket *socket)
{
    wire_free(socket->wire);
    socket->wire = NULL;
}

/* error is why; ERROR_NONE: it was asked for. */
static void end(struct socket *socket, const struct error *error)
{
    if (socket->state >= ENDED)
        return;
    drop_wire(socket);
    lookup_cancel(socket->context->loop, &socket->lookup);
    socket->error = *error;
    enter(socket, ENDED, 0);
}

static void end_late(struct socket *socket, const char *what, int64_t waited_ms)
{
    struct error error;

    error_set(&error, ERROR_TIMEOUT, "%s:%d: %s within %g s", socket->url.host, socket->url.port, what,
              (double) waited_ms / MS_PER_S);
    end(socket, &error);
}

/* ---- What the wire tells ---- */

static struct socket *socket_of(struct wire_listener *listener)
{
    return ((struct ear *) listener)->socket;
}

static void take_sign_of_life(struct socket *socket)
{
    bool was_asked = socket->ping_sent;

    socket->heard_ms = now_ms(socket);
    socket->ping_sent = false;
    /* The timer waits for the end of the silence: now it is for the next ping again. */
    if (was_asked)
        pump_soon(socket);
}

static void take_opened(struct wire_listener *listener)
{
    struct socket *socket = socket_of(listener);

    explicit_bzero(socket->url.path, sizeof socket->url.path);
    take_sign_of_life(socket);
    enter(socket, WAITING_FOR_HELLO, socket->context->timings.hello_ms);
}

static void take_pong(struct wire_listener *listener)
{
    take_sign_of_life(socket_of(listener));
}

static void take_closing(struct wire_listener *listener, const struct error *error)
{
    struct socket *socket = socket_of(listener);

    if (socket->close_asked)
        return;
    socket->error = *error;
    enter(socket, CLOSING, socket->context->timings.close_ms);
}

static void take_wire_end(struct wire_listener *listener, const struct error *error)
{
    static const struct error none = { 0 };
    struct socket *socket = socket_of(listener);

    socket->wire = NULL;
    end(socket, socket->close_asked ? &none : error);
}

/* The listener may free the socket: what it reads from stays until it returns. */
static void deliver(struct socket *socket)
{
    struct socket_listener *listener = socket->listener;
    const struct assembly *message = &socket->message;

    socket->delivering = true;
    if (message->kind == ASSEMBLY_BINARY)
        listener->omitted(listener, socket, SOCKET_BINARY, "");
    else if (message->kind == ASSEMBLY_OVERSIZED)
        listener->omitted(listener, socket, SOCKET_OVERSIZED, message->scan.id);
    else
        listener->message(listener, socket, buffer_text(&message->text), message->text.length);
    socket->delivering = false;
    if (socket->freed)
        dispose(socket);
}

static void take_piece(struct wire_listener *listener, const struct wire_piece *piece)
{
    struct socket *socket = socket_of(listener);

    take_sign_of_life(socket);
    if (piece->first)
        assembly_begin(&socket->message, piece->binary);
    assembly_add(&socket->message, piece->bytes, piece->length);
    if (piece->last)
        deliver(socket);
}

/* ---- The flow ---- */

static void dial(struct socket *socket)
{
    const struct proxy *proxy = &socket->proxy;
    struct error error = { 0 };
    struct wire_target target = {
        .address = socket->lookup.address,
        .host = socket->url.host,
        .port = socket->url.port,
        .path = socket->url.path,
        .proxy_port = proxy->used ? proxy->port : 0,
        .proxy_login = secret_reveal(&proxy->authorization),
    };

    socket->wire = wire_dial(socket->context->wires, &target, &socket->ear.listener, &error);
    if (socket->wire == NULL)
        end(socket, &error);
    else
        socket->state = DIALLING;
}

static void expire(struct socket *socket)
{
    const struct socket_timings *timings = &socket->context->timings;

    switch (socket->state) {
    case LOOKING_UP:
    case DIALLING:
        end_late(socket, "no connection", timings->dial_ms);
        break;
    case WAITING_FOR_HELLO:
        end_late(socket, "no hello", timings->hello_ms);
        break;
    case CLOSING:
        end(socket, &socket->error);
        break;
    case LIVE:
    case ENDED:
    case TOLD:
        break;
    }
}

/* Asks whether anybody is there, and gives up when nobody answers. */
static void watch_silence(struct socket *socket)
{
    const struct socket_timings *timings = &socket->context->timings;
    int64_t silence_ms = now_ms(socket) - socket->heard_ms;

    if (silence_ms >= timings->silence_ms) {
        end_late(socket, "no sign of life", timings->silence_ms);
    } else if (silence_ms >= timings->ping_ms && !socket->ping_sent) {
        socket->ping_sent = true;
        if (!wire_send(socket->wire, WIRE_PING, "", 0))
            end_late(socket, "no sign of life", silence_ms);
    }
}

static bool is_watched(const struct socket *socket)
{
    return socket->state == WAITING_FOR_HELLO || socket->state == LIVE;
}

static void set_timer(struct socket *socket)
{
    const struct socket_timings *timings = &socket->context->timings;
    int64_t due_ms = socket->deadline_ms;

    if (is_watched(socket)) {
        int64_t silent_ms = socket->heard_ms + (socket->ping_sent ? timings->silence_ms : timings->ping_ms);

        if (due_ms == 0 || silent_ms < due_ms)
            due_ms = silent_ms;
    }
    if (due_ms == 0)
        timer_stop(socket->context->loop, &socket->timer);
    else
        timer_start(socket->context->loop, &socket->timer, due_ms - now_ms(socket), &socket->flow);
}

static void pump(struct flow *flow)
{
    struct socket *socket = (struct socket *) flow;

    if (socket->state == LOOKING_UP && socket->lookup.done) {
        if (socket->lookup.error.kind != ERROR_NONE)
            end(socket, &socket->lookup.error);
        else
            dial(socket);
    }
    if (socket->deadline_ms != 0 && now_ms(socket) >= socket->deadline_ms)
        expire(socket);
    if (is_watched(socket))
        watch_silence(socket);
    set_timer(socket);
    if (socket->state == ENDED) {
        socket->state = TOLD;
        socket->listener->ended(socket->listener, socket, &socket->error);
    }
}

/* ---- What the owner asks for ---- */

static void copy_proxy(struct proxy *target, const struct proxy *proxy)
{
    *target = *proxy;
    target->authorization = (struct secret){ 0 };
    if (!secret_is_empty(&proxy->authorization))
        secret_set(&target->authorization, secret_reveal(&proxy->authorization), proxy->authorization.length);
}

struct socket *socket_new(struct socket_context *context, const struct url *url, const struct proxy *proxy,
                          struct socket_listener *listener)
{
    struct socket *socket = memory_new(1, sizeof *socket);

    assert(text_equal(url->scheme, "wss"));
    socket->flow.pump = pump;
    socket->ear = (struct ear){ { take_opened, take_piece, take_pong, take_closing, take_wire_end }, socket };
    socket->context = context;
    socket->listener = listener;
    socket->url = *url;
    copy_proxy(&socket->proxy, proxy);
    enter(socket, LOOKING_UP, context->timings.dial_ms);
    lookup_start(context->loop, &socket->lookup, proxy->used ? proxy->host : url->host, &socket->flow);
    return socket;
}

void socket_mark_live(struct socket *socket)
{
    if (socket->state == WAITING_FOR_HELLO)
        enter(socket, LIVE, 0);
}

bool socket_send(struct socket *socket, const char *text, size_t length)
{
    return is_watched(socket) && wire_send(socket->wire, WIRE_TEXT, text, length);
}

void socket_close(struct socket *socket)
{
    static const unsigned char code[] = { CLOSE_NORMAL >> 8, CLOSE_NORMAL & 0xFF };
    static const struct error none = { 0 };

    if (socket->state >= CLOSING)
        return;
    socket->close_asked = true;
    if (is_watched(socket) && wire_send(socket->wire, WIRE_CLOSE, code, sizeof code))
        enter(socket, CLOSING, socket->context->timings.close_ms);
    else
        end(socket, &none);
}

void socket_free(struct socket *socket)
{
    if (socket == NULL)
        return;
    drop_wire(socket);
    lookup_cancel(socket->context->loop, &socket->lookup);
    timer_stop(socket->context->loop, &socket->timer);
    loop_unpost(socket->context->loop, &socket->flow);
    socket->freed = true;
    if (!socket->delivering)
        dispose(socket);
}
