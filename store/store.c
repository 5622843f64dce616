/* store/store.c - what a call goes through whichever backend answers it.
 *
 * Answers wait in a list and leave it one a turn, each as the last thing that is done in that turn: the pump of a
 * call may then release this call, any other one, or the store itself.
 */
#include "store/store.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "store/store_check.h"

enum { LOOK_S = 15 }; /* of a backend that does not say */

static void hand_out(struct flow *flow);
static bool unlink_call(struct store *store, struct store_call *call);
static void clear_answer(struct store_call *call);
static struct store_operation *add_operation(struct store_call *call, enum store_operation_kind kind,
                                             const char *partition_key, const char *sort_key,
                                             enum store_condition condition, const char *expected);

const char *store_result_name(enum store_result result)
{
    switch (result) {
    case STORE_OK:
        return "ok";
    case STORE_LOST:
        return "lost";
    case STORE_NONE:
        return "none";
    case STORE_RETRY_LATER:
        return "retry_later";
    case STORE_UNKNOWN:
        return "unknown";
    case STORE_DENIED:
        return "denied";
    case STORE_TOO_BIG:
        return "too_big";
    case STORE_BAD:
        return "bad";
    case STORE_DOWN:
        return "down";
    case STORE_CORRUPT:
        return "corrupt";
    }
    return "unnamed";
}

/* items */

void store_items_add(struct store_items *items, struct store_item *item)
{
    if (items->count == items->capacity) {
        items->capacity = items->capacity > 0 ? 2 * items->capacity : 1;
        items->items = memory_grow(items->items, items->capacity, sizeof items->items[0]);
    }
    items->items[items->count++] = *item;
    *item = (struct store_item){ 0 };
}

void store_items_release(struct store_items *items)
{
    for (size_t i = 0; i < items->count; i++)
        free(items->items[i].document);
    free(items->items);
    *items = (struct store_items){ 0 };
}

/* filling a call */

void store_revision_new(char revision[STORE_REVISION_SIZE])
{
    random_hex(revision, STORE_REVISION_SIZE);
}

void store_call_put(struct store_call *call, const char *partition_key, const char *sort_key, const char *document,
                    int64_t expires_at, enum store_condition condition, const char *expected)
{
    struct store_item *item = &add_operation(call, STORE_PUT, partition_key, sort_key, condition, expected)->item;

    item->document = memory_text(document);
    item->expires_at = expires_at;
    store_revision_new(item->revision);
}

void store_call_delete(struct store_call *call, const char *partition_key, const char *sort_key,
                       enum store_condition condition, const char *expected)
{
    add_operation(call, STORE_DELETE, partition_key, sort_key, condition, expected);
}

void store_call_check(struct store_call *call, const char *partition_key, const char *sort_key,
                      enum store_condition condition, const char *expected)
{
    add_operation(call, STORE_CHECK, partition_key, sort_key, condition, expected);
}

/* Too long becomes empty, which no key and no revision may be: store_start() answers that. */
static void copy_or_empty(char *target, size_t size, const char *text)
{
    bool fits = text_copy(target, size, text);
    (void) fits;
}

static struct store_operation *add_operation(struct store_call *call, enum store_operation_kind kind,
                                             const char *partition_key, const char *sort_key,
                                             enum store_condition condition, const char *expected)
{
    assert(call->store == NULL);
    assert(call->operation_count < STORE_OPERATIONS_MAX);

    struct store_operation *operation = &call->operations[call->operation_count++];
    call->kind = STORE_WRITE;
    *operation = (struct store_operation){ .kind = kind, .condition = condition };
    copy_or_empty(operation->item.partition_key, sizeof operation->item.partition_key, partition_key);
    copy_or_empty(operation->item.sort_key, sizeof operation->item.sort_key, sort_key);
    if (expected != NULL)
        copy_or_empty(operation->expected, sizeof operation->expected, expected);
    return operation;
}

/* running a call */

void store_init(struct store *store, struct loop *loop)
{
    *store = (struct store){ .flow.pump = hand_out, .loop = loop, .look_s = LOOK_S };
}

void store_start(struct store *store, struct store_call *call, struct flow *flow)
{
    assert(call->store == NULL); /* it runs already */
    clear_answer(call);
    call->store = store;
    call->flow = flow;

    enum store_result result = store_check_call(call, &call->error);
    if (result == STORE_OK)
        store->start(store, call);
    else
        store_answer(call, result);
}

void store_answer(struct store_call *call, enum store_result result)
{
    struct store *store = call->store;

    assert(store != NULL && call->link == NULL);
    call->result = result;
    if (store->first == NULL)
        store->first = call;
    else
        store->last->link = call;
    store->last = call;
    loop_post(store->loop, &store->flow);
}

static void hand_out(struct flow *flow)
{
    struct store *store = (struct store *) flow;
    struct store_call *call = store->first;

    if (call == NULL)
        return; /* it was cancelled */
    unlink_call(store, call);
    call->store = NULL;
    call->done = true;
    if (store->first != NULL)
        loop_post(store->loop, &store->flow);
    call->flow->pump(call->flow);
}

void store_call_release(struct store_call *call)
{
    struct store *store = call->store;

    if (store != NULL && !unlink_call(store, call))
        store->cancel(store, call);
    clear_answer(call);
    for (size_t i = 0; i < STORE_OPERATIONS_MAX; i++)
        free(call->operations[i].item.document);
    *call = (struct store_call){ 0 };
}

void store_free(struct store *store)
{
    if (store == NULL)
        return;
    while (store->first != NULL) {
        struct store_call *call = store->first;

        unlink_call(store, call);
        call->store = NULL;
    }
    loop_unpost(store->loop, &store->flow);
    store->free(store);
}

bool store_was_written(struct store *store)
{
    return store->was_written == NULL || store->was_written(store);
}

int store_look_s(const struct store *store)
{
    return store->look_s;
}

bool store_is_expired(int64_t expires_at, int64_t now)
{
    return expires_at != 0 && expires_at <= now;
}

/* false: it does not wait for its pump. */
static bool unlink_call(struct store *store, struct store_call *call)
{
    struct store_call *before = NULL;
    struct store_call **place = &store->first;

    while (*place != NULL && *place != call) {
        before = *place;
        place = &before->link;
    }
    if (*place == NULL)
        return false;
    *place = call->link;
    if (store->last == call)
        store->last = before;
    call->link = NULL;
    return true;
}

static void clear_answer(struct store_call *call)
{
    call->done = false;
    call->result = STORE_OK;
    call->error = (struct error){ 0 };
    store_items_release(&call->items);
    call->lost = 0;
    call->has_more = false;
    call->next[0] = '\0';
    call->purged = 0;
}
