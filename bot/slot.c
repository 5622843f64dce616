/* bot/slot.c - ticket, dial, hello, and the change from one connection to the next.
 *
 * Each callback belongs to its own connection, so none that comes late can speak for another. At most one try is on its
 * way; it is begun when no connection is live that will stay.
 */
#include "bot/slot.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

/* Of the age that Slack gives a connection, so that several do not end together. */
enum { OLD_PERCENT_MIN = 80, OLD_PERCENT_MAX = 95 };

static int64_t now_ms(const struct slot *slot)
{
    return loop_monotonic_ms(slot->world->loop);
}

static void pump_soon(struct slot *slot)
{
    loop_post(slot->world->loop, &slot->flow);
}

static void begin_line(struct log_line *line, const struct slot *slot, enum log_level level, const char *event)
{
    log_begin(line, slot->world->log, level, event, loop_now(slot->world->loop));
}

/* ---- Waiting ---- */

/* The next try comes later, the more have failed. asked_for_ms is the least. */
static void wait_after(struct slot *slot, const struct error *error, int64_t asked_for_ms)
{
    struct log_line line;

    slot->failures++;
    int64_t delay_ms = retry_delay_ms(&slot->world->timings.retries, slot->failures, error, random_number());
    if (delay_ms < asked_for_ms)
        delay_ms = asked_for_ms;
    slot->next_try_ms = now_ms(slot) + delay_ms;
    begin_line(&line, slot, LOG_INFO, "reconnect");
    log_number(&line, "delay_ms", delay_ms);
    log_number(&line, "failures", slot->failures);
    log_end(&line);
}

static int64_t asked_for_ms(const struct slot *slot, const char *reason)
{
    if (text_equal(reason, "link_disabled"))
        return slot->world->timings.disabled_ms;
    if (text_equal(reason, "too_many_websockets"))
        return slot->world->timings.many_ms;
    return 0;
}

/* ---- Connections ---- */

static struct connection *live_that_stays(struct slot *slot)
{
    struct connection *connection = slot->connections;

    while (connection != NULL && (connection->state != CONNECTION_LIVE || connection->ends))
        connection = connection->next;
    return connection;
}

static struct connection *in_state(struct slot *slot, enum connection_state state)
{
    struct connection *connection = slot->connections;

    while (connection != NULL && connection->state != state)
        connection = connection->next;
    return connection;
}

static void connection_free(struct connection *connection)
{
    struct connection **place = &connection->slot->connections;

    while (*place != connection)
        place = &(*place)->next;
    *place = connection->next;
    socket_free(connection->socket);
    free(connection);
}

static void retire(struct connection *connection)
{
    connection->state = CONNECTION_CLOSING;
    connection->due_ms = 0;
    socket_close(connection->socket);
}

static void log_end_of(const struct connection *connection, const struct error *error)
{
    const struct slot *slot = connection->slot;
    bool expected = connection->state == CONNECTION_CLOSING || connection->ends;
    bool was_live = connection->live_ms != 0;
    struct log_line line;

    begin_line(&line, slot, expected ? LOG_INFO : LOG_WARN, "disconnected");
    log_number(&line, "connection", (int64_t) connection->number);
    log_text(&line, "reason", connection->reason[0] != '\0' ? connection->reason : was_live ? "lost" : "failed");
    if (was_live)
        log_number(&line, "held_s", (now_ms(slot) - connection->live_ms) / 1000);
    if (error->kind != ERROR_NONE)
        log_error(&line, error);
    log_end(&line);
}

static bool has_held(const struct connection *connection)
{
    const struct slot *slot = connection->slot;

    return connection->live_ms != 0 && now_ms(slot) - connection->live_ms >= slot->world->timings.held_ms;
}

/* What its end, come or said, means for the next try. */
static void account_for_end(struct connection *connection, const struct error *error)
{
    struct slot *slot = connection->slot;
    int64_t least_ms = asked_for_ms(slot, connection->reason);

    slot->is_crowded = text_equal(connection->reason, "too_many_websockets") && in_state(slot, CONNECTION_LIVE) != NULL;
    if (has_held(connection) && least_ms == 0)
        slot->failures = 0;
    else
        wait_after(slot, error, least_ms);
}

/* Its end is known beforehand: it is served until then, and another one is opened. */
static void announce_end(struct connection *connection, const char *reason)
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
        slot->next_try_ms = now_ms(slot);
    connection_free(connection);
    pump_soon(slot);
}

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

/* ---- Tries ---- */

static void dial(struct slot *slot, const struct url *url, const struct proxy *proxy)
{
    struct connection *connection = memory_new(1, sizeof *connection);

    connection->listener = (struct socket_listener){ take_message, take_omitted, take_ended };
    connection->slot = slot;
    connection->number = ++slot->world->last_number;
    connection->state = CONNECTION_DIALLED;
    connection->dialled_ms = now_ms(slot);
    connection->next = slot->connections;
    slot->connections = connection;
    connection->socket = socket_new(slot->world->context, url, proxy, &connection->listener);
}

/* false: with this ticket nothing can be dialled. */
static bool use_ticket(struct slot *slot, struct error *error)
{
    struct proxy proxy = { 0 };
    struct url url = { 0 };
    bool usable = url_read(json_text(slot->ticket.answer, "url"), "wss", "the address that Slack gave", &url, error) &&
                  proxy_choose(&slot->world->proxies, url.host, url.port, &proxy, error);

    if (usable)
        dial(slot, &url, &proxy);
    secret_release(&proxy.authorization);
    explicit_bzero(&url, sizeof url);
    return usable;
}

/* true: the token was refused for good. */
static bool take_ticket(struct slot *slot)
{
    struct error error = slot->ticket.error;
    struct log_line line;

    slot->asking = false;
    if (error.kind == ERROR_NONE && use_ticket(slot, &error))
        return false;
    begin_line(&line, slot, LOG_WARN, "no_ticket");
    log_error(&line, &error);
    log_end(&line);
    if (slack_error_is_final(slot->ticket.slack_error)) {
        slot->stopped = true;
        return true;
    }
    wait_after(slot, &error, 0);
    return false;
}

static void ask_for_ticket(struct slot *slot)
{
    slack_call_release(&slot->ticket);
    text_copy_cut(slot->ticket.method, sizeof slot->ticket.method, "apps.connections.open");
    slot->ticket.token = SLACK_APP;
    slot->ticket.once = true;
    slot->asking = true;
    slack_call_start(slot->world->slack, &slot->ticket, &slot->flow);
}

static bool wants_connection(struct slot *slot)
{
    return !slot->stopped && !slot->asking && live_that_stays(slot) == NULL &&
           in_state(slot, CONNECTION_DIALLED) == NULL;
}

/* ---- The flow ---- */

static bool may_be_closed(const struct connection *connection)
{
    const struct slot *slot = connection->slot;

    return slot->closing && (connection->unacked == 0 || now_ms(slot) >= slot->grace_ms);
}

static void look_at(struct connection *connection)
{
    bool is_due = connection->due_ms != 0 && now_ms(connection->slot) >= connection->due_ms;

    if (connection->state == CONNECTION_CLOSING)
        return;
    if (may_be_closed(connection) || (connection->state == CONNECTION_LEAVING && is_due)) {
        retire(connection);
    } else if (connection->state == CONNECTION_LIVE && is_due) {
        announce_end(connection, "old");
    }
}

static void earlier(int64_t *due_ms, int64_t other_ms)
{
    if (other_ms != 0 && (*due_ms == 0 || other_ms < *due_ms))
        *due_ms = other_ms;
}

static void set_timer(struct slot *slot)
{
    int64_t due_ms = 0;

    for (const struct connection *connection = slot->connections; connection != NULL; connection = connection->next) {
        earlier(&due_ms, connection->due_ms);
        if (slot->closing && connection->state != CONNECTION_CLOSING)
            earlier(&due_ms, slot->grace_ms);
    }
    if (wants_connection(slot))
        earlier(&due_ms, slot->next_try_ms);
    if (due_ms == 0)
        timer_stop(slot->world->loop, &slot->timer);
    else
        timer_start(slot->world->loop, &slot->timer, due_ms - now_ms(slot), &slot->flow);
}

static void pump(struct flow *flow)
{
    struct slot *slot = (struct slot *) flow;
    struct slot_owner *owner = slot->world->owner;
    bool refused = slot->asking && slot->ticket.done && take_ticket(slot);

    for (struct connection *connection = slot->connections; connection != NULL; connection = connection->next)
        look_at(connection);
    if (wants_connection(slot) && now_ms(slot) >= slot->next_try_ms)
        ask_for_ticket(slot);
    set_timer(slot);
    if (refused) {
        owner->refused(owner, slot->ticket.slack_error);
    } else if (slot->closing && !slot->told_closed && slot->connections == NULL) {
        slot->told_closed = true;
        owner->closed(owner);
    }
}

void slot_start(struct slot *slot, struct slot_world *world, int64_t delay_ms)
{
    *slot = (struct slot){ .flow.pump = pump, .world = world };
    slot->next_try_ms = now_ms(slot) + delay_ms;
    pump_soon(slot);
}

void slot_free(struct slot *slot)
{
    if (slot->world == NULL)
        return;
    slack_call_release(&slot->ticket);
    timer_stop(slot->world->loop, &slot->timer);
    loop_unpost(slot->world->loop, &slot->flow);
    while (slot->connections != NULL)
        connection_free(slot->connections);
}

/* ---- What was read ---- */

static int64_t old_after_ms(const struct envelope_hello *hello)
{
    uint32_t percent = OLD_PERCENT_MIN + random_number() % (OLD_PERCENT_MAX - OLD_PERCENT_MIN + 1);

    return hello->lifetime_s * 1000 * percent / 100;
}

static void log_hello(const struct connection *connection, const struct envelope_hello *hello)
{
    struct log_line line;

    begin_line(&line, connection->slot, LOG_INFO, "connected");
    log_number(&line, "connection", (int64_t) connection->number);
    log_number(&line, "took_ms", connection->live_ms - connection->dialled_ms);
    log_number(&line, "connections", hello->connections);
    log_number(&line, "lifetime_s", hello->lifetime_s);
    log_end(&line);
}

void slot_take_hello(struct connection *connection, const struct envelope_hello *hello)
{
    struct slot *slot = connection->slot;

    if (connection->state != CONNECTION_DIALLED)
        return;
    for (struct connection *other = slot->connections; other != NULL; other = other->next) {
        if (other->state == CONNECTION_LIVE) {
            other->state = CONNECTION_LEAVING;
            other->due_ms = now_ms(slot) + slot->world->timings.drain_ms;
        }
    }
    connection->state = CONNECTION_LIVE;
    connection->live_ms = now_ms(slot);
    if (hello->lifetime_s > 0)
        connection->due_ms = connection->live_ms + old_after_ms(hello);
    slot->is_crowded = false;
    socket_mark_live(connection->socket);
    log_hello(connection, hello);
    pump_soon(slot);
}

void slot_take_disconnect(struct connection *connection, const char *reason)
{
    struct log_line line;

    begin_line(&line, connection->slot, LOG_INFO, "disconnect_announced");
    log_number(&line, "connection", (int64_t) connection->number);
    log_text(&line, "reason", reason);
    log_end(&line);
    if (connection->state == CONNECTION_LIVE && !connection->ends && !connection->slot->stopped) {
        announce_end(connection, reason);
    } else {
        text_copy_cut(connection->reason, sizeof connection->reason, reason);
        /* It will never be live: Slack has no more to say on it. */
        if (connection->state == CONNECTION_DIALLED)
            socket_close(connection->socket);
    }
    pump_soon(connection->slot);
}

void slot_take_ack(struct connection *connection)
{
    if (connection->unacked > 0)
        connection->unacked--;
    if (connection->slot->closing)
        pump_soon(connection->slot);
}

struct connection *slot_find(struct slot *slot, uint64_t number)
{
    struct connection *connection = slot->connections;

    while (connection != NULL && connection->number != number)
        connection = connection->next;
    return connection;
}

struct connection *slot_live(struct slot *slot)
{
    struct connection *connection = live_that_stays(slot);

    if (connection == NULL)
        connection = in_state(slot, CONNECTION_LIVE);
    return connection != NULL ? connection : in_state(slot, CONNECTION_LEAVING);
}

int slot_count(const struct slot *slot)
{
    int count = 0;

    for (const struct connection *connection = slot->connections; connection != NULL; connection = connection->next)
        count += connection->live_ms != 0 ? 1 : 0;
    return count;
}

/* ---- Closing ---- */

void slot_close(struct slot *slot)
{
    slack_call_release(&slot->ticket);
    slot->asking = false;
    slot->stopped = true;
    slot->closing = true;
    slot->grace_ms = now_ms(slot) + slot->world->timings.grace_ms;
    pump_soon(slot);
}

bool slot_is_closed(const struct slot *slot)
{
    return slot->closing && slot->connections == NULL;
}
