/* bot/connection.c - what a connection brings, and what its end means for the next.
 *
 * Each callback belongs to its own connection, so none that comes late can speak for another.
 */
#include "bot/connection.h"

#include "bot/slot.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <string.h>

/* Of the age that Slack gives a connection, so that several do not end together. */
enum { OLD_PERCENT_MIN = 80, OLD_PERCENT_MAX = 95, MS_PER_S = 1000 };

static int64_t now_ms(const struct connection *connection)
{
    return loop_monotonic_ms(connection->slot->world->loop);
}

static void begin_line(struct log_line *line, const struct connection *connection, enum log_level level,
                       const char *event)
{
    const struct slot_world *world = connection->slot->world;

    log_begin(line, world->log, level, event, loop_now(world->loop));
    log_number(line, "connection", (int64_t) connection->number);
}

/* ---- Its end ---- */

static int64_t asked_for_ms(const struct slot *slot, const char *reason)
{
    if (text_equal(reason, "link_disabled"))
        return slot->world->timings.disabled_ms;
    if (text_equal(reason, "too_many_websockets"))
        return slot->world->timings.many_ms;
    return 0;
}

static const char *reason_of(const struct connection *connection)
{
    if (connection->reason[0] != '\0')
        return connection->reason;
    if (connection->state == CONNECTION_CLOSING)
        return "closed";
    return connection->live_ms != 0 ? "lost" : "failed";
}

static void log_end_of(const struct connection *connection, const struct error *error)
{
    bool expected = connection->state == CONNECTION_CLOSING || connection->ends;
    struct log_line line;

    begin_line(&line, connection, expected ? LOG_INFO : LOG_WARN, "disconnected");
    log_text(&line, "reason", reason_of(connection));
    if (connection->live_ms != 0)
        log_number(&line, "held_s", (now_ms(connection) - connection->live_ms) / MS_PER_S);
    if (error->kind != ERROR_NONE)
        log_error(&line, error);
    log_end(&line);
}

static bool has_held(const struct connection *connection)
{
    const struct slot *slot = connection->slot;

    return connection->live_ms != 0 && now_ms(connection) - connection->live_ms >= slot->world->timings.held_ms;
}

/* What its end, come or said, means for the next try. */
static void account_for_end(struct connection *connection, const struct error *error)
{
    struct slot *slot = connection->slot;
    int64_t least_ms = asked_for_ms(slot, connection->reason);

    slot->is_crowded =
        text_equal(connection->reason, "too_many_websockets") && slot_in_state(slot, CONNECTION_LIVE) != NULL;
    if (has_held(connection) && least_ms == 0)
        slot->failures = 0;
    else
        slot_wait(slot, error, least_ms);
}

void connection_announce_end(struct connection *connection, const char *reason)
{
    static const struct error none = { 0 };

    text_copy_cut(connection->reason, sizeof connection->reason, reason);
    connection->ends = true;
    connection->due_ms = 0;
    account_for_end(connection, &none);
}

static void take_ended(struct socket_listener *listener, struct socket *socket, const struct error *error)
{
    struct connection *connection = (struct connection *) listener;
    struct slot *slot = connection->slot;
    bool is_accounted_for = connection->ends || connection->state > CONNECTION_LIVE;

    (void) socket;
    log_end_of(connection, error);
    if (!is_accounted_for && !slot->stopped)
        account_for_end(connection, error);
    else if (connection->ends && slot->is_crowded)
        slot->next_try_ms = now_ms(connection);
    connection_free(connection);
    slot_pump_soon(slot);
}

/* ---- What it brings ---- */

static void take_message(struct socket_listener *listener, struct socket *socket, const char *text, size_t length)
{
    struct connection *connection = (struct connection *) listener;
    struct slot_owner *owner = connection->slot->world->owner;

    (void) socket;
    owner->message(owner, connection, text, length);
}

static void take_omitted(struct socket_listener *listener, struct socket *socket, enum socket_omission omission,
                         const char *envelope_id)
{
    struct connection *connection = (struct connection *) listener;
    struct slot_owner *owner = connection->slot->world->owner;

    (void) socket;
    owner->omitted(owner, connection, omission, envelope_id);
}

static int64_t old_after_ms(const struct envelope_hello *hello)
{
    uint32_t percent = OLD_PERCENT_MIN + random_number() % (OLD_PERCENT_MAX - OLD_PERCENT_MIN + 1);

    return hello->lifetime_s * MS_PER_S * percent / 100;
}

static void log_hello(const struct connection *connection, const struct envelope_hello *hello)
{
    struct log_line line;

    begin_line(&line, connection, LOG_INFO, "connected");
    log_number(&line, "took_ms", connection->live_ms - connection->dialled_ms);
    log_number(&line, "connections", hello->connections);
    log_number(&line, "lifetime_s", hello->lifetime_s);
    log_end(&line);
}

void connection_take_hello(struct connection *connection, const struct envelope_hello *hello)
{
    struct slot *slot = connection->slot;

    if (connection->state != CONNECTION_DIALLED)
        return;
    for (struct connection *other = slot->connections; other != NULL; other = other->next) {
        if (other->state == CONNECTION_LIVE) {
            other->state = CONNECTION_LEAVING;
            other->due_ms = now_ms(connection) + slot->world->timings.drain_ms;
        }
    }
    connection->state = CONNECTION_LIVE;
    connection->live_ms = now_ms(connection);
    if (hello->lifetime_s > 0)
        connection->due_ms = connection->live_ms + old_after_ms(hello);
    slot->is_crowded = false;
    socket_mark_live(connection->socket);
    log_hello(connection, hello);
    slot_pump_soon(slot);
}

void connection_take_disconnect(struct connection *connection, const char *reason)
{
    struct log_line line;

    begin_line(&line, connection, LOG_INFO, "disconnect_announced");
    log_text(&line, "reason", reason);
    log_end(&line);
    if (connection->state == CONNECTION_LIVE && !connection->ends && !connection->slot->stopped) {
        connection_announce_end(connection, reason);
    } else {
        text_copy_cut(connection->reason, sizeof connection->reason, reason);
        /* It will never be live: Slack has no more to say on it. */
        if (connection->state == CONNECTION_DIALLED)
            socket_close(connection->socket);
    }
    slot_pump_soon(connection->slot);
}

void connection_take_ack(struct connection *connection)
{
    if (connection->unacked > 0)
        connection->unacked--;
    if (connection->slot->closing)
        slot_pump_soon(connection->slot);
}

/* ---- Its life ---- */

void connection_dial(struct slot *slot, const struct url *url, const struct proxy *proxy)
{
    struct connection *connection = memory_new(1, sizeof *connection);

    connection->listener = (struct socket_listener){ take_message, take_omitted, take_ended };
    connection->slot = slot;
    connection->number = ++slot->world->last_number;
    connection->state = CONNECTION_DIALLED;
    connection->dialled_ms = now_ms(connection);
    connection->next = slot->connections;
    slot->connections = connection;
    connection->socket = socket_new(slot->world->context, url, proxy, &connection->listener);
}

void connection_retire(struct connection *connection)
{
    connection->state = CONNECTION_CLOSING;
    connection->due_ms = 0;
    socket_close(connection->socket);
}

void connection_free(struct connection *connection)
{
    struct connection **place = &connection->slot->connections;

    while (*place != connection)
        place = &(*place)->next;
    *place = connection->next;
    socket_free(connection->socket);
    free(connection);
}
