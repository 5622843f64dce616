/* store/sqlite_file.h - the SQLite file itself: found fit, locked, checked, and given its table.
 *
 *     item(partition_key, sort_key, revision, expires_at, document)    expires_at NULL = never
 *
 * user_version is the version of this table, application_id says that the file is ours.
 */
#ifndef CURFEW_STORE_SQLITE_FILE_H
#define CURFEW_STORE_SQLITE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "store/sqlite.h"

enum { SQLITE_APPLICATION_ID = 0x43524657 }; /* "CRFW" */

/* An open file. { .lock = -1 } is none. */
struct sqlite_file {
    sqlite3 *database;
    int lock; /* descriptor of PATH.lock, or -1 */
};

/* Errors as those of sqlite_store_new(). */
bool sqlite_file_open(const char *path, enum sqlite_use use, struct sqlite_file *ret_file, struct error *error)
    must_check;
void sqlite_file_close(struct sqlite_file *file);

/* Whether a file system of this type (f_type of statfs) is reached by a network, or may be: its name, else NULL. */
const char *sqlite_network_file_system(uint32_t type) must_check;

#endif
