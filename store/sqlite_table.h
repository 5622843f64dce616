/* store/sqlite_table.h - the statements on the one table. Functions return SQLite's primary result codes.
 *
 *     SQLITE_OK          done
 *     SQLITE_ROW, DONE   found, not found
 *     SQLITE_MISMATCH    a row that no store wrote: a key or revision that is too long
 */
#ifndef CURFEW_STORE_SQLITE_TABLE_H
#define CURFEW_STORE_SQLITE_TABLE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "store/store.h"

enum sqlite_statement {
    SQLITE_STATEMENT_BEGIN,
    SQLITE_STATEMENT_COMMIT,
    SQLITE_STATEMENT_ROLLBACK,
    SQLITE_STATEMENT_FIND,
    SQLITE_STATEMENT_LIST,
    SQLITE_STATEMENT_LIST_NEWEST_FIRST,
    SQLITE_STATEMENT_PUT,
    SQLITE_STATEMENT_DELETE,
    SQLITE_STATEMENT_PURGE,
    SQLITE_STATEMENT_VERSION,
    SQLITE_STATEMENT_COUNT,
};

struct sqlite_table {
    sqlite3 *database; /* borrowed */
    sqlite3_stmt *statements[SQLITE_STATEMENT_COUNT];
};

/* false, ERROR_INPUT: the file has another table under that name. */
bool sqlite_table_init(struct sqlite_table *table, sqlite3 *database, struct error *error) must_check;
void sqlite_table_release(struct sqlite_table *table);

/* A transaction that may write from its first statement on. */
int sqlite_table_begin(struct sqlite_table *table) must_check;
int sqlite_table_commit(struct sqlite_table *table) must_check;
void sqlite_table_roll_back(struct sqlite_table *table); /* fine where there is none */

/* SQLITE_ROW: *ret_item is what stands there, expired or not; its document is the caller's. */
int sqlite_table_find(struct sqlite_table *table, const char *partition_key, const char *sort_key,
                      struct store_item *ret_item) must_check;

/* Fills items, has_more and next of a STORE_LIST. */
int sqlite_table_list(struct sqlite_table *table, struct store_call *call) must_check;

int sqlite_table_put(struct sqlite_table *table, const struct store_item *item) must_check;
int sqlite_table_delete(struct sqlite_table *table, const struct store_item *item)
    must_check; /* fine where there is none */
int sqlite_table_purge(struct sqlite_table *table, int64_t now, size_t limit, size_t *ret_purged) must_check;

/* A number above 0 that is another one after each commit of another connection. */
int sqlite_table_version(struct sqlite_table *table, int64_t *ret_version) must_check;

#endif
