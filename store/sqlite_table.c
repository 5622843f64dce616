/* store/sqlite_table.c - binds, steps, resets. Keys compare byte by byte, which is SQLite's order for text. */
#include "store/sqlite_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* Documents of one page, as with DynamoDB: a thousand large items would be 380 MB. */
enum { PAGE_BYTES_MAX = 1024 * 1024 };

static const char *const statement_texts[SQLITE_STATEMENT_COUNT] = {
    /* IMMEDIATE: a transaction that reads first and writes then is refused at once when somebody else wrote in
     * between, and no waiting helps it. */
    [SQLITE_STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [SQLITE_STATEMENT_COMMIT] = "COMMIT",
    [SQLITE_STATEMENT_ROLLBACK] = "ROLLBACK",
    [SQLITE_STATEMENT_FIND] = "SELECT partition_key, sort_key, revision, expires_at, document FROM item"
                              " WHERE partition_key = ?1 AND sort_key = ?2",
    [SQLITE_STATEMENT_LIST] = "SELECT partition_key, sort_key, revision, expires_at, document FROM item"
                              " WHERE partition_key = ?1 AND sort_key >= ?2 AND sort_key < ?3 AND sort_key <> ?4"
                              " AND (expires_at IS NULL OR expires_at > ?5) ORDER BY sort_key LIMIT ?6",
    [SQLITE_STATEMENT_LIST_NEWEST_FIRST] =
        "SELECT partition_key, sort_key, revision, expires_at, document FROM item"
        " WHERE partition_key = ?1 AND sort_key >= ?2 AND sort_key < ?3 AND sort_key <> ?4"
        " AND (expires_at IS NULL OR expires_at > ?5) ORDER BY sort_key DESC LIMIT ?6",
    [SQLITE_STATEMENT_PUT] = "INSERT OR REPLACE INTO item (partition_key, sort_key, revision, expires_at, document)"
                             " VALUES (?1, ?2, ?3, nullif(?4, 0), ?5)",
    [SQLITE_STATEMENT_DELETE] = "DELETE FROM item WHERE partition_key = ?1 AND sort_key = ?2",
    [SQLITE_STATEMENT_PURGE] = "DELETE FROM item WHERE (partition_key, sort_key) IN"
                               " (SELECT partition_key, sort_key FROM item WHERE expires_at <= ?1"
                               " ORDER BY expires_at LIMIT ?2)",
    [SQLITE_STATEMENT_VERSION] = "PRAGMA data_version",
};

bool sqlite_table_init(struct sqlite_table *table, sqlite3 *database, struct error *error)
{
    *table = (struct sqlite_table){ .database = database };
    for (int i = 0; i < SQLITE_STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(database, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &table->statements[i],
                               NULL) != SQLITE_OK)
            return error_set(error, ERROR_INPUT, "%s has a table that is not ours: %s",
                             sqlite3_db_filename(database, "main"), sqlite3_errmsg(database));
    return true;
}

void sqlite_table_release(struct sqlite_table *table)
{
    for (int i = 0; i < SQLITE_STATEMENT_COUNT; i++)
        sqlite3_finalize(table->statements[i]);
    *table = (struct sqlite_table){ 0 };
}

/* The texts stay where they are until the statement was reset. */
static void bind_text(sqlite3_stmt *statement, int number, const char *text)
{
    int code = sqlite3_bind_text(statement, number, text, -1, SQLITE_STATIC);
    assert(code == SQLITE_OK);
}

static void bind_number(sqlite3_stmt *statement, int number, int64_t value)
{
    int code = sqlite3_bind_int64(statement, number, value);
    assert(code == SQLITE_OK);
}

/* For a statement without rows. */
static int run(struct sqlite_table *table, enum sqlite_statement name)
{
    int code = sqlite3_step(table->statements[name]);

    sqlite3_reset(table->statements[name]);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

int sqlite_table_begin(struct sqlite_table *table)
{
    return run(table, SQLITE_STATEMENT_BEGIN);
}

int sqlite_table_commit(struct sqlite_table *table)
{
    return run(table, SQLITE_STATEMENT_COMMIT);
}

void sqlite_table_roll_back(struct sqlite_table *table)
{
    /* Some errors have rolled back already. */
    if (sqlite3_get_autocommit(table->database) == 0)
        run(table, SQLITE_STATEMENT_ROLLBACK);
}

/* reads */

static bool copy_column(sqlite3_stmt *statement, int column, char *target, size_t size)
{
    const char *text = (const char *) sqlite3_column_text(statement, column);

    return text != NULL && text_copy(target, size, text);
}

static int read_row(sqlite3_stmt *statement, struct store_item *ret_item)
{
    struct store_item item = { .expires_at = sqlite3_column_int64(statement, 3) };
    const char *document = (const char *) sqlite3_column_text(statement, 4);

    if (!copy_column(statement, 0, item.partition_key, sizeof item.partition_key) ||
        !copy_column(statement, 1, item.sort_key, sizeof item.sort_key) ||
        !copy_column(statement, 2, item.revision, sizeof item.revision) || document == NULL)
        return SQLITE_MISMATCH;
    item.document = memory_text(document);
    *ret_item = item;
    return SQLITE_ROW;
}

int sqlite_table_find(struct sqlite_table *table, const char *partition_key, const char *sort_key,
                      struct store_item *ret_item)
{
    sqlite3_stmt *statement = table->statements[SQLITE_STATEMENT_FIND];

    bind_text(statement, 1, partition_key);
    bind_text(statement, 2, sort_key);
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        code = read_row(statement, ret_item);
    sqlite3_reset(statement);
    return code;
}

int sqlite_table_version(struct sqlite_table *table, int64_t *ret_version)
{
    sqlite3_stmt *statement = table->statements[SQLITE_STATEMENT_VERSION];
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        *ret_version = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return code == SQLITE_ROW ? SQLITE_OK : code;
}

/* The first text behind all that start with prefix. No byte of UTF-8 is FF, so that there is always a next one. */
static void end_of_prefix(const char *prefix, char end[STORE_KEY_SIZE])
{
    size_t length = strlen(prefix);

    memcpy(end, prefix, length + 1);
    if (length > 0)
        end[length - 1]++;
    else
        memcpy(end, "\xFF", 2);
}

/* SQLITE_DONE: the page holds what there is, or is full. */
static int take_rows(sqlite3_stmt *statement, struct store_call *call)
{
    size_t bytes = 0;
    int code = sqlite3_step(statement);

    while (code == SQLITE_ROW) {
        struct store_item item = { 0 };

        if (call->items.count == call->limit || bytes >= PAGE_BYTES_MAX) {
            call->has_more = true;
            return SQLITE_DONE;
        }
        code = read_row(statement, &item);
        if (code != SQLITE_ROW)
            break;
        bytes += strlen(item.document);
        store_items_add(&call->items, &item);
        code = sqlite3_step(statement);
    }
    return code;
}

int sqlite_table_list(struct sqlite_table *table, struct store_call *call)
{
    sqlite3_stmt *statement = table->statements[SQLITE_STATEMENT_LIST];
    const char *after = call->after, *from = call->sort_key;
    char end[STORE_KEY_SIZE];
    const char *to = end;

    end_of_prefix(call->sort_key, end);
    if (call->newest_first)
        statement = table->statements[SQLITE_STATEMENT_LIST_NEWEST_FIRST];
    if (!call->newest_first && strcmp(after, from) > 0)
        from = after;
    if (call->newest_first && after[0] != '\0' && strcmp(after, end) < 0)
        to = after;
    bind_text(statement, 1, call->partition_key);
    bind_text(statement, 2, from);
    bind_text(statement, 3, to);
    bind_text(statement, 4, after);
    bind_number(statement, 5, call->now);
    bind_number(statement, 6, (int64_t) call->limit + 1);
    int code = take_rows(statement, call);
    sqlite3_reset(statement);

    if (code != SQLITE_DONE) {
        store_items_release(&call->items);
        return code;
    }
    if (call->has_more)
        memcpy(call->next, call->items.items[call->items.count - 1].sort_key, sizeof call->next);
    return SQLITE_OK;
}

/* writes */

int sqlite_table_put(struct sqlite_table *table, const struct store_item *item)
{
    sqlite3_stmt *statement = table->statements[SQLITE_STATEMENT_PUT];

    bind_text(statement, 1, item->partition_key);
    bind_text(statement, 2, item->sort_key);
    bind_text(statement, 3, item->revision);
    bind_number(statement, 4, item->expires_at);
    bind_text(statement, 5, item->document);
    return run(table, SQLITE_STATEMENT_PUT);
}

int sqlite_table_delete(struct sqlite_table *table, const struct store_item *item)
{
    sqlite3_stmt *statement = table->statements[SQLITE_STATEMENT_DELETE];

    bind_text(statement, 1, item->partition_key);
    bind_text(statement, 2, item->sort_key);
    return run(table, SQLITE_STATEMENT_DELETE);
}

int sqlite_table_purge(struct sqlite_table *table, int64_t now, size_t limit, size_t *ret_purged)
{
    sqlite3_stmt *statement = table->statements[SQLITE_STATEMENT_PURGE];

    bind_number(statement, 1, now);
    bind_number(statement, 2, (int64_t) limit);
    int code = run(table, SQLITE_STATEMENT_PURGE);
    if (code == SQLITE_OK)
        *ret_purged = (size_t) sqlite3_changes(table->database);
    return code;
}
