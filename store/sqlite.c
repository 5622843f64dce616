/* store/sqlite.c - what the calls of a store mean for one table: judged whole, then done whole.
 *
 * All conditions of a write are looked at before anything is changed, in the transaction that changes it. The disk is what
 * takes time, and the loop waits for it: so the writes of one turn share one transaction, and its one commit.
 */
#include "store/sqlite.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/sqlite_file.h"
#include "store/sqlite_table.h"

/* Writes what has gathered, in the turn after. */
struct writer {
    struct flow flow;
    struct sqlite_store *store;
};

struct sqlite_store {
    struct store store;
    struct sqlite_file file;
    struct sqlite_table table;
    int64_t version_seen; /* of the file, when somebody asked last; 0 = nobody did */
    struct writer writer;
    struct store_call *gathered, *gathered_last; /* writes that are not done yet, by call->link */
};

enum { LOOK_S = 1 };

/* What the conditions of a write say. */
enum verdict {
    VERDICT_APPLY,
    VERDICT_REPEATED, /* a try before this one came through */
    VERDICT_LOST,
};

static void start(struct store *base, struct store_call *call);
static void cancel(struct store *base, struct store_call *call);
static void free_store(struct store *base);
static bool was_written(struct store *base);
static enum store_result get_item(struct sqlite_store *store, struct store_call *call);
static enum store_result list_items(struct sqlite_store *store, struct store_call *call);
static void gather(struct sqlite_store *store, struct store_call *call);
static struct store_call *forget(struct sqlite_store *store, struct store_call *call);
static void write_gathered(struct flow *flow);
static enum store_result purge_items(struct sqlite_store *store, struct store_call *call);

bool sqlite_store_new(struct loop *loop, const char *path, enum sqlite_use use, struct store **ret_store,
                      struct error *error)
{
    released_by(sqlite_file_close) struct sqlite_file file = { .lock = -1 };
    struct sqlite_table table = { 0 };

    if (!sqlite_file_open(path, use, &file, error))
        return false;
    if (!sqlite_table_init(&table, file.database, error)) {
        sqlite_table_release(&table);
        return false;
    }

    struct sqlite_store *store = memory_new(1, sizeof *store);
    store_init(&store->store, loop);
    store->store.start = start;
    store->store.cancel = cancel;
    store->store.free = free_store;
    store->store.was_written = was_written;
    store->store.look_s = LOOK_S;
    store->file = file;
    file = (struct sqlite_file){ .lock = -1 };
    store->table = table;
    store->writer = (struct writer){ .flow.pump = write_gathered, .store = store };
    *ret_store = &store->store;
    return true;
}

static void free_store(struct store *base)
{
    struct sqlite_store *store = (struct sqlite_store *) base;

    while (store->gathered != NULL)
        forget(store, store->gathered)->store = NULL;
    loop_unpost(store->store.loop, &store->writer.flow);
    sqlite_table_release(&store->table);
    sqlite_file_close(&store->file);
    free(store);
}

/* The number changes with every commit of another connection, and not with our own. */
static bool was_written(struct store *base)
{
    struct sqlite_store *store = (struct sqlite_store *) base;
    int64_t version = 0;
    int code = sqlite_table_version(&store->table, &version);
    bool changed = code != SQLITE_OK || version != store->version_seen;

    store->version_seen = version;
    return changed;
}

static void start(struct store *base, struct store_call *call)
{
    struct sqlite_store *store = (struct sqlite_store *) base;
    enum store_result result = STORE_BAD;

    switch (call->kind) {
    case STORE_GET:
        result = get_item(store, call);
        break;
    case STORE_LIST:
        result = list_items(store, call);
        break;
    case STORE_WRITE:
        gather(store, call);
        return;
    case STORE_PURGE:
        result = purge_items(store, call);
        break;
    }
    store_answer(call, result);
}

/* Takes a write from those that have gathered. */
static struct store_call *forget(struct sqlite_store *store, struct store_call *call)
{
    struct store_call *before = NULL;
    struct store_call **place = &store->gathered;

    while (*place != call) {
        before = *place;
        place = &before->link;
    }
    *place = call->link;
    if (store->gathered_last == call)
        store->gathered_last = before;
    call->link = NULL;
    return call;
}

static void cancel(struct store *base, struct store_call *call)
{
    forget((struct sqlite_store *) base, call); /* every other call is answered when it starts */
}

static enum store_result result_of(int code)
{
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL: /* too many came and went at the same moment */
        return STORE_RETRY_LATER;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH:
        return STORE_CORRUPT;
    default:
        return STORE_DOWN; /* full, read-only, moved away, a disk that answers with errors */
    }
}

/* For every code before COMMIT: nothing was done. */
static enum store_result fail(struct sqlite_store *store, struct store_call *call, int code)
{
    enum store_result result = result_of(code);
    bool reads = call->kind == STORE_GET || call->kind == STORE_LIST;

    error_set(&call->error, result == STORE_RETRY_LATER ? ERROR_BUSY : ERROR_SYSTEM, "cannot %s %s: %s",
              reads ? "read" : "write", sqlite3_db_filename(store->file.database, "main"), sqlite3_errstr(code));
    return result;
}

/* reads */

static enum store_result get_item(struct sqlite_store *store, struct store_call *call)
{
    struct store_item item = { 0 };
    int code = sqlite_table_find(&store->table, call->partition_key, call->sort_key, &item);

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return fail(store, call, code);
    if (code == SQLITE_DONE || store_is_expired(item.expires_at, call->now)) {
        free(item.document);
        return STORE_NONE;
    }
    store_items_add(&call->items, &item);
    return STORE_OK;
}

static enum store_result list_items(struct sqlite_store *store, struct store_call *call)
{
    int code = sqlite_table_list(&store->table, call);

    return code == SQLITE_OK ? STORE_OK : fail(store, call, code);
}

/* writes */

/* An error here may leave the whole transaction in the log, for whoever reads it after a crash. */
static enum store_result commit(struct sqlite_store *store, struct store_call *call)
{
    int code = sqlite_table_commit(&store->table);

    if (code == SQLITE_OK)
        return STORE_OK;

    enum store_result result = fail(store, call, code);
    sqlite_table_roll_back(&store->table);
    return result == STORE_RETRY_LATER ? STORE_RETRY_LATER : STORE_UNKNOWN;
}

/* standing  NULL = nothing, or expired */
static bool condition_holds(const struct store_operation *operation, const struct store_item *standing)
{
    switch (operation->condition) {
    case STORE_IF_ANY:
        return true;
    case STORE_IF_ABSENT:
        return standing == NULL;
    case STORE_IF_REVISION:
        return standing != NULL && text_equal(standing->revision, operation->expected);
    }
    return false;
}

/* Looks at operation number i; *verdict is what those before it said. */
static int judge_operation(struct sqlite_store *store, struct store_call *call, size_t i, enum verdict *verdict)
{
    const struct store_operation *operation = &call->operations[i];
    const struct store_item *wanted = &operation->item;
    struct store_item item = { 0 };
    int code = sqlite_table_find(&store->table, wanted->partition_key, wanted->sort_key, &item);

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return code;

    bool stands = code == SQLITE_ROW && !store_is_expired(item.expires_at, call->now);
    if (operation->kind == STORE_PUT && text_equal(item.revision, wanted->revision)) {
        *verdict = VERDICT_REPEATED;
    } else if (*verdict == VERDICT_APPLY && !condition_holds(operation, stands ? &item : NULL)) {
        *verdict = VERDICT_LOST;
        call->lost = i;
        if (stands)
            store_items_add(&call->items, &item);
    }
    free(item.document);
    return SQLITE_OK;
}

static int judge(struct sqlite_store *store, struct store_call *call, enum verdict *ret_verdict)
{
    enum verdict verdict = VERDICT_APPLY;
    int code = SQLITE_OK;

    for (size_t i = 0; i < call->operation_count && code == SQLITE_OK && verdict != VERDICT_REPEATED; i++)
        code = judge_operation(store, call, i, &verdict);
    if (code != SQLITE_OK || verdict != VERDICT_LOST) {
        store_items_release(&call->items);
        call->lost = 0;
    }
    *ret_verdict = verdict;
    return code;
}

static int apply(struct sqlite_store *store, const struct store_call *call)
{
    int code = SQLITE_OK;

    for (size_t i = 0; i < call->operation_count && code == SQLITE_OK; i++) {
        const struct store_operation *operation = &call->operations[i];

        if (operation->kind == STORE_PUT)
            code = sqlite_table_put(&store->table, &operation->item);
        else if (operation->kind == STORE_DELETE)
            code = sqlite_table_delete(&store->table, &operation->item);
    }
    return code;
}

static enum store_result write_items(struct sqlite_store *store, struct store_call *call)
{
    enum verdict verdict = VERDICT_APPLY;
    int code = sqlite_table_begin(&store->table);

    if (code == SQLITE_OK)
        code = judge(store, call, &verdict);
    if (code == SQLITE_OK && verdict == VERDICT_APPLY)
        code = apply(store, call);
    if (code == SQLITE_OK && verdict == VERDICT_APPLY)
        return commit(store, call);

    enum store_result result = verdict == VERDICT_LOST ? STORE_LOST : STORE_OK;
    if (code != SQLITE_OK)
        result = fail(store, call, code);
    sqlite_table_roll_back(&store->table);
    return result;
}

/* All that have gathered, in their order, with one commit. Not SQLITE_OK: nothing was done, as far as is known. */
static int write_together(struct sqlite_store *store)
{
    int code = sqlite_table_begin(&store->table);

    for (struct store_call *call = store->gathered; call != NULL && code == SQLITE_OK; call = call->link) {
        enum verdict verdict = VERDICT_APPLY;
        code = judge(store, call, &verdict);
        if (code == SQLITE_OK && verdict == VERDICT_APPLY)
            code = apply(store, call);
        call->result = verdict == VERDICT_LOST ? STORE_LOST : STORE_OK;
    }
    if (code == SQLITE_OK)
        code = sqlite_table_commit(&store->table);
    if (code != SQLITE_OK)
        sqlite_table_roll_back(&store->table);
    return code;
}

static void gather(struct sqlite_store *store, struct store_call *call)
{
    if (store->gathered == NULL)
        store->gathered = call;
    else
        store->gathered_last->link = call;
    store->gathered_last = call;
    loop_post(store->store.loop, &store->writer.flow);
}

/* What a write comes to when it was tried with others and that failed: by itself it neither suffers from another one's fault
 * nor hides its own. What did come through after all is told by its revisions. A file that somebody holds is not waited
 * for once more. */
static enum store_result write_alone(struct sqlite_store *store, struct store_call *call, int code_together)
{
    store_items_release(&call->items);
    call->lost = 0;
    return code_together == SQLITE_BUSY ? fail(store, call, code_together) : write_items(store, call);
}

static void write_gathered(struct flow *flow)
{
    struct sqlite_store *store = ((struct writer *) flow)->store;
    bool several = store->gathered != store->gathered_last;
    int code = several ? write_together(store) : SQLITE_OK;

    while (store->gathered != NULL) {
        struct store_call *call = forget(store, store->gathered);
        bool done = several && code == SQLITE_OK;
        store_answer(call, done ? call->result : write_alone(store, call, code));
    }
}

static enum store_result purge_items(struct sqlite_store *store, struct store_call *call)
{
    size_t purged = 0;
    int code = sqlite_table_begin(&store->table);

    if (code == SQLITE_OK)
        code = sqlite_table_purge(&store->table, call->now, call->limit, &purged);

    enum store_result result = code == SQLITE_OK ? commit(store, call) : fail(store, call, code);
    sqlite_table_roll_back(&store->table);
    if (result == STORE_OK)
        call->purged = purged;
    return result;
}
