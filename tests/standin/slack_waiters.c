/* tests/standin/slack_waiters.c - every waiter looks again whenever something was added: there are few of them. */
#include "tests/standin/slack_waiters.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/memory.h"

#include <stdlib.h>

enum { ENTRIES_MAX = 10 * 1000, WAIT_MAX_MS = 10 * 60 * 1000 };

struct waiter {
    struct server_response_owner owner;
    struct flow flow;
    struct timer timer;
    struct waiters *waiters;
    struct waiter *next;
    struct server_response *response;
    char *query;
    int64_t after, count;
};

static void look_at_all(struct flow *flow);
static bool answer(struct waiter *waiter, bool is_late);
static void be_late(struct flow *flow);
static void be_gone(struct server_response_owner *owner);
static void waiter_free(struct waiter *waiter);

void waiters_init(struct waiters *waiters, struct slack *slack)
{
    *waiters = (struct waiters){ .flow.pump = look_at_all, .slack = slack };
}

void waiters_release(struct waiters *waiters)
{
    loop_unpost(waiters->slack->loop, &waiters->flow);
}

void waiters_wake(struct waiters *waiters)
{
    if (waiters->first != NULL)
        loop_post(waiters->slack->loop, &waiters->flow);
}

static int64_t number_of(const char *query, const char *name, int64_t fallback, int64_t maximum)
{
    released_by(buffer_release) struct buffer value = { 0 };
    int64_t number = 0;

    if (!server_query(query, name, &value))
        return fallback;
    number = strtoll(buffer_text(&value), NULL, 10);
    if (number < 0)
        return 0;
    return number < maximum ? number : maximum;
}

void waiters_answer(struct waiters *waiters, const char *query, struct server_response *response)
{
    struct waiter *waiter = memory_new(1, sizeof *waiter);
    int64_t wait_ms = number_of(query, "wait_ms", 0, WAIT_MAX_MS);

    waiter->owner.gone = be_gone;
    waiter->flow.pump = be_late;
    waiter->waiters = waiters;
    waiter->response = response;
    waiter->query = memory_text(query);
    waiter->after = number_of(query, "after", 0, INT64_MAX);
    waiter->count = number_of(query, "count", 1, ENTRIES_MAX);
    waiter->next = waiters->first;
    waiters->first = waiter;
    if (answer(waiter, wait_ms == 0))
        return;
    server_response_keep(response, &waiter->owner);
    timer_start(waiters->slack->loop, &waiter->timer, wait_ms, &waiter->flow);
}

static void look_at_all(struct flow *flow)
{
    struct waiters *waiters = (struct waiters *) flow;
    struct waiter *next = NULL;

    for (struct waiter *each = waiters->first; each != NULL; each = next) {
        next = each->next;
        answer(each, false);
    }
}

/* false: there are not enough entries yet. */
static bool answer(struct waiter *waiter, bool is_late)
{
    const struct journal *journal = &waiter->waiters->slack->journal;
    cJSON *entries = journal_select(journal, waiter->query, waiter->after, ENTRIES_MAX);
    int count = cJSON_GetArraySize(entries);
    const cJSON *last = count > 0 ? cJSON_GetArrayItem(entries, count - 1) : NULL;
    double cursor = (double) journal->count;
    cJSON *value = NULL;

    if (count < waiter->count && !is_late) {
        cJSON_Delete(entries);
        return false;
    }
    if (count == ENTRIES_MAX)
        cursor = json_member(last, "number")->valuedouble;
    value = cJSON_CreateObject();
    cJSON_AddItemToObject(value, "entries", entries);
    cJSON_AddNumberToObject(value, "cursor", cursor);
    slack_answer(waiter->response, 200, value);
    waiter_free(waiter);
    return true;
}

static void be_late(struct flow *flow)
{
    struct waiter *waiter = (struct waiter *) ((char *) flow - offsetof(struct waiter, flow));

    answer(waiter, true);
}

static void be_gone(struct server_response_owner *owner)
{
    waiter_free((struct waiter *) owner);
}

static void waiter_free(struct waiter *waiter)
{
    struct waiter **place = &waiter->waiters->first;

    while (*place != waiter)
        place = &(*place)->next;
    *place = waiter->next;
    timer_stop(waiter->waiters->slack->loop, &waiter->timer);
    free(waiter->query);
    free(waiter);
}
