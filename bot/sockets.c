/* bot/sockets.c - reads what the connections bring, and sends the acks where there is a connection to take them. */
#include "bot/sockets.h"

#include "bot/slot.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

/* An ack that found no connection. */
struct late_ack {
    int64_t until_ms;
    struct buffer text;
    struct late_ack *next;
};

struct sockets {
    struct slot_owner owner; /* First member */
    struct slot_world world;
    struct sockets_listener *listener;
    struct slot slots[SOCKETS_CONNECTIONS_MAX];
    int slot_count;
    struct late_ack *late_acks; /* in the order they were given */
    int late_count;
    int64_t foreign_count; /* of connections that are not ours, as last warned of */
    bool refused;          /* one slot tells it for all */
    struct flow *close_flow;
};

struct sockets_timings sockets_timings_default(void)
{
    return (struct sockets_timings){
        .socket = socket_timings_default(),
        .retries = { .base_ms = 1000, .maximum_ms = 60 * 1000 },
        .drain_ms = SOCKETS_DRAIN_MS,
        .held_ms = SOCKETS_HELD_MS,
        .many_ms = SOCKETS_MANY_MS,
        .disabled_ms = SOCKETS_DISABLED_MS,
        .stagger_ms = SOCKETS_STAGGER_MS,
        .grace_ms = SOCKETS_GRACE_MS,
    };
}

static void begin_line(struct log_line *line, const struct connection *connection, enum log_level level,
                       const char *event)
{
    const struct slot_world *world = connection->slot->world;

    log_begin(line, world->log, level, event, loop_now(world->loop));
    log_number(line, "connection", (int64_t) connection->number);
}

/* ---- Acks ---- */

static void drop_first_late(struct sockets *sockets)
{
    struct late_ack *ack = sockets->late_acks;

    sockets->late_acks = ack->next;
    sockets->late_count--;
    buffer_release(&ack->text);
    free(ack);
}

static void keep_for_later(struct sockets *sockets, const struct buffer *text)
{
    struct late_ack **place = &sockets->late_acks;
    struct late_ack *ack = memory_new(1, sizeof *ack);

    ack->until_ms = loop_monotonic_ms(sockets->world.loop) + SOCKETS_LATE_MS;
    buffer_append(&ack->text, text->data, text->length);
    while (*place != NULL)
        place = &(*place)->next;
    *place = ack;
    if (++sockets->late_count > SOCKETS_LATE_MAX)
        drop_first_late(sockets);
}

static void send_late(struct sockets *sockets, struct connection *connection)
{
    int64_t now_ms = loop_monotonic_ms(sockets->world.loop);

    while (sockets->late_acks != NULL) {
        const struct late_ack *ack = sockets->late_acks;

        if (ack->until_ms > now_ms && !socket_send(connection->socket, ack->text.data, ack->text.length))
            return;
        drop_first_late(sockets);
    }
}

static struct connection *find_connection(struct sockets *sockets, uint64_t number)
{
    struct connection *found = NULL;

    for (int i = 0; i < sockets->slot_count && found == NULL; i++)
        found = slot_find(&sockets->slots[i], number);
    return found;
}

/* By its own connection first, then by any. */
static void send_ack(struct sockets *sockets, struct connection *own, const struct buffer *text)
{
    if (own != NULL && socket_send(own->socket, text->data, text->length))
        return;
    for (int i = 0; i < sockets->slot_count; i++) {
        struct connection *other = slot_live(&sockets->slots[i]);

        if (other != NULL && socket_send(other->socket, text->data, text->length))
            return;
    }
    keep_for_later(sockets, text);
}

bool sockets_ack(struct sockets *sockets, const struct delivery *delivery, const char *payload_json)
{
    struct connection *own = find_connection(sockets, delivery->connection);
    bool has_payload = payload_json != NULL && payload_json[0] != '\0';
    bool takes_it = !has_payload || delivery->accepts_payload;
    struct buffer text = { 0 };

    if (own != NULL)
        connection_take_ack(own);
    if (delivery->envelope_id[0] == '\0')
        return !has_payload;
    bool carried = envelope_write_ack(delivery->envelope_id, takes_it ? payload_json : NULL, &text) && takes_it;
    send_ack(sockets, own, &text);
    buffer_release(&text);
    return carried;
}

/* Of what is not handed on. */
static void ack_here(struct sockets *sockets, struct connection *connection, const char *id)
{
    struct buffer text = { 0 };
    bool carried = true;

    if (id[0] == '\0')
        return;
    carried = envelope_write_ack(id, NULL, &text);
    assert(carried);
    send_ack(sockets, connection, &text);
    buffer_release(&text);
}

/* ---- What the connections bring ---- */

/* Others on the same token get a share of the commands: another bot, or ghosts of connections that Slack still counts. */
static void warn_of_foreign(struct sockets *sockets, const struct connection *connection, int64_t count)
{
    struct log_line line;
    int64_t own = 0;

    for (int i = 0; i < sockets->slot_count; i++)
        own += slot_count(&sockets->slots[i]);
    if (count - own != sockets->foreign_count && count > own) {
        begin_line(&line, connection, LOG_WARN, "other_connections");
        log_number(&line, "connections", count);
        log_number(&line, "own", own);
        log_end(&line);
    }
    sockets->foreign_count = count > own ? count - own : 0;
}

static void take_hello(struct sockets *sockets, struct connection *connection, const struct envelope_hello *hello)
{
    if (connection->state != CONNECTION_DIALLED)
        return;
    connection_take_hello(connection, hello);
    warn_of_foreign(sockets, connection, hello->connections);
    send_late(sockets, connection);
    sockets->listener->connected(sockets->listener);
}

static void take_request(struct sockets *sockets, struct connection *connection, const struct envelope *envelope)
{
    struct delivery delivery = { .connection = connection->number, .accepts_payload = envelope->accepts_payload };

    memcpy(delivery.envelope_id, envelope->id, sizeof delivery.envelope_id);
    connection->unacked++;
    sockets->listener->envelope(sockets->listener, &delivery, envelope);
}

static void take_other(struct sockets *sockets, struct connection *connection, const struct envelope *envelope)
{
    struct log_line line;

    ack_here(sockets, connection, envelope->id);
    begin_line(&line, connection, LOG_DEBUG, "envelope_passed_over");
    log_text(&line, "type", envelope->type_name);
    log_end(&line);
}

static void take_unreadable(struct sockets *sockets, struct connection *connection, const struct envelope *envelope,
                            const struct error *error)
{
    struct log_line line;

    ack_here(sockets, connection, envelope->id);
    begin_line(&line, connection, LOG_WARN, "envelope_unreadable");
    log_text(&line, "envelope", envelope->id);
    log_error(&line, error);
    log_end(&line);
}

static void take_message(struct slot_owner *owner, struct connection *connection, const char *text, size_t length)
{
    struct sockets *sockets = (struct sockets *) owner;
    struct envelope envelope;
    struct error error = { 0 };

    if (!envelope_read(text, length, &envelope, &error)) {
        take_unreadable(sockets, connection, &envelope, &error);
        return;
    }
    switch (envelope.type) {
    case ENVELOPE_HELLO:
        take_hello(sockets, connection, &envelope.hello);
        break;
    case ENVELOPE_DISCONNECT:
        connection_take_disconnect(connection, envelope.reason);
        break;
    case ENVELOPE_COMMAND:
    case ENVELOPE_CLICK:
        take_request(sockets, connection, &envelope);
        break;
    case ENVELOPE_OTHER:
        take_other(sockets, connection, &envelope);
        break;
    }
}

static void take_omitted(struct slot_owner *owner, struct connection *connection, enum socket_omission omission,
                         const char *envelope_id)
{
    struct sockets *sockets = (struct sockets *) owner;
    struct log_line line;

    ack_here(sockets, connection, envelope_id);
    begin_line(&line, connection, LOG_WARN, "message_omitted");
    log_text(&line, "because", omission == SOCKET_BINARY ? "binary" : "too large");
    log_text(&line, "envelope", envelope_id);
    log_end(&line);
}

static void take_refused(struct slot_owner *owner, const char *slack_error)
{
    struct sockets *sockets = (struct sockets *) owner;
    bool is_first = !sockets->refused;

    sockets->refused = true;
    if (is_first)
        sockets->listener->refused(sockets->listener, slack_error);
}

static void take_closed(struct slot_owner *owner)
{
    struct sockets *sockets = (struct sockets *) owner;

    if (sockets_are_closed(sockets) && sockets->close_flow != NULL)
        loop_post(sockets->world.loop, sockets->close_flow);
}

/* ---- The whole ---- */

bool sockets_new(const struct sockets_options *options, struct sockets_listener *listener, struct sockets **ret_sockets,
                 struct error *error)
{
    struct sockets_timings timings = options->timings != NULL ? *options->timings : sockets_timings_default();
    struct socket_context *context = socket_context_new(options->loop, options->ca_path, &timings.socket, error);

    if (context == NULL)
        return false;
    assert(options->connections <= SOCKETS_CONNECTIONS_MAX);
    struct sockets *sockets = memory_new(1, sizeof *sockets);
    sockets->owner = (struct slot_owner){ take_message, take_omitted, take_refused, take_closed };
    sockets->listener = listener;
    sockets->world = (struct slot_world){
        .loop = options->loop,
        .slack = options->slack,
        .log = options->log,
        .context = context,
        .proxies = options->proxies,
        .timings = timings,
        .owner = &sockets->owner,
    };
    sockets->slot_count = options->connections > 0 ? options->connections : 1;
    for (int i = 0; i < sockets->slot_count; i++)
        slot_start(&sockets->slots[i], &sockets->world, i * timings.stagger_ms);
    *ret_sockets = sockets;
    return true;
}

void sockets_close(struct sockets *sockets, struct flow *flow)
{
    sockets->close_flow = flow;
    for (int i = 0; i < sockets->slot_count; i++)
        slot_close(&sockets->slots[i]);
}

bool sockets_are_closed(const struct sockets *sockets)
{
    for (int i = 0; i < sockets->slot_count; i++)
        if (!slot_is_closed(&sockets->slots[i]))
            return false;
    return true;
}

void sockets_free(struct sockets *sockets)
{
    if (sockets == NULL)
        return;
    for (int i = 0; i < sockets->slot_count; i++)
        slot_free(&sockets->slots[i]);
    while (sockets->late_acks != NULL)
        drop_first_late(sockets);
    socket_context_free(sockets->world.context);
    free(sockets);
}
