/* bot/slot.c - ticket and dial, and the change from one connection to the next.
 *
 * At most one try is on its way; it is begun when no connection is live that will stay.
 */
#include "bot/slot.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

static int64_t now_ms(const struct slot *slot)
{
    return loop_monotonic_ms(slot->world->loop);
}

void slot_pump_soon(struct slot *slot)
{
    loop_post(slot->world->loop, &slot->flow);
}

static void begin_line(struct log_line *line, const struct slot *slot, enum log_level level, const char *event)
{
    log_begin(line, slot->world->log, level, event, loop_now(slot->world->loop));
}

/* ---- Waiting ---- */

void slot_wait(struct slot *slot, const struct error *error, int64_t asked_for_ms)
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

/* ---- Connections ---- */

static struct connection *live_that_stays(struct slot *slot)
{
    struct connection *connection = slot->connections;

    while (connection != NULL && (connection->state != CONNECTION_LIVE || connection->ends))
        connection = connection->next;
    return connection;
}

struct connection *slot_in_state(struct slot *slot, enum connection_state state)
{
    struct connection *connection = slot->connections;

    while (connection != NULL && connection->state != state)
        connection = connection->next;
    return connection;
}

/* ---- Tries ---- */

/* false: with this ticket nothing can be dialled. */
static bool use_ticket(struct slot *slot, struct error *error)
{
    struct proxy proxy = { 0 };
    struct url url = { 0 };
    bool usable = url_read(json_text(slot->ticket.answer, "url"), "wss", "the address that Slack gave", &url, error) &&
                  proxy_choose(&slot->world->proxies, url.host, url.port, &proxy, error);

    if (usable)
        connection_dial(slot, &url, &proxy);
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
    slot_wait(slot, &error, 0);
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
           slot_in_state(slot, CONNECTION_DIALLED) == NULL;
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
        connection_retire(connection);
    } else if (connection->state == CONNECTION_LIVE && is_due) {
        connection_announce_end(connection, "old");
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
    slot_pump_soon(slot);
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
        connection = slot_in_state(slot, CONNECTION_LIVE);
    return connection != NULL ? connection : slot_in_state(slot, CONNECTION_LEAVING);
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
    slot_pump_soon(slot);
}

bool slot_is_closed(const struct slot *slot)
{
    return slot->closing && slot->connections == NULL;
}
