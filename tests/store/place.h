/* tests/store/place.h - a folder with a SQLite file in it, and a loop for the stores on it. */
#ifndef CURFEW_TESTS_STORE_PLACE_H
#define CURFEW_TESTS_STORE_PLACE_H

#include <sqlite3.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "store/sqlite.h"
#include "tests/store/fixture.h"
#include "tests/store/folder.h"

struct place {
    struct folder folder;
    struct fixture fixture; /* without a store; one that is put there is freed with it */
};

void place_init(struct place *place);
void place_release(struct place *place);

/* Checks that the file is opened, or refused with this kind and a sentence that has this part. */
struct store *place_open(struct place *place, enum sqlite_use use);
void place_refuses(struct place *place, const char *path, enum sqlite_use use, enum error_kind kind,
                   const char *sentence);

/* A connection beside the store's, as sqlite3(1) would have it. */
sqlite3 *place_open_raw(const char *path);
void place_run_raw(sqlite3 *database, const char *statements);

void place_write_at(const char *path, const char *bytes, size_t length, off_t offset);

/* The file of a store with 500 items, k0000 and so on, of which pages in the middle became something else. */
void place_damage(struct place *place);

#endif
