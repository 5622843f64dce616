/* store/sqlite.h - the store in one SQLite file.
 *
 * WAL, synchronous=FULL: what was answered survives the loss of power. The lock on the file is the lease: a second
 * bot on the same file does not start. Commits take a fraction of a millisecond, so they run on the loop; where
 * another process is writing, they wait for it, at most SQLITE_BUSY_MS.
 */
#ifndef CURFEW_STORE_SQLITE_H
#define CURFEW_STORE_SQLITE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"
#include "store/store.h"

enum { SQLITE_SCHEMA_VERSION = 1, SQLITE_BUSY_MS = 1000 };

enum sqlite_use {
    SQLITE_ALONE,  /* the bot: takes the lock for as long as it runs */
    SQLITE_SHARED, /* webhook, terminal commands: reads and writes beside it */
};

/* Opens or creates the file (mode 0600). Beside it lie PATH.lock, empty and for good, and while it is open PATH-wal
 * and PATH-shm. The bot checks all pages first.
 * false: ERROR_BUSY, another bot holds it (names the file); ERROR_SYSTEM, cannot be opened, read-only, on a network
 * file system; ERROR_INPUT, no SQLite file, damaged, of another program, or of a newer release (its schema version is
 * named). The file is then as it was. */
bool sqlite_store_new(struct loop *loop, const char *path, enum sqlite_use use, struct store **ret_store,
                      struct error *error) must_check;

#endif
