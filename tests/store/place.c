/* tests/store/place.c - opens, refuses, damages. */
#include "tests/store/place.h"

#include "tests/test_case.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void place_init(struct place *place)
{
    folder_init(&place->folder);
    fixture_init_empty(&place->fixture);
}

void place_release(struct place *place)
{
    fixture_release(&place->fixture);
    folder_release(&place->folder);
}

struct store *place_open(struct place *place, enum sqlite_use use)
{
    struct store *store = NULL;
    struct error error = { 0 };

    if (!sqlite_store_new(place->fixture.loop, place->folder.database, use, &store, &error))
        case_text("opened", error.message, "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(store);
    return store;
}

void place_refuses(struct place *place, const char *path, enum sqlite_use use, enum error_kind kind,
                   const char *sentence)
{
    struct store *store = NULL;
    struct error error = { 0 };

    case_holds(sentence, !sqlite_store_new(place->fixture.loop, path, use, &store, &error));
    case_holds(sentence, store == NULL);
    case_number(sentence, error.kind, kind);
    if (strstr(error.message, sentence) == NULL)
        case_text("refused", error.message, sentence);
    store_free(store);
}

sqlite3 *place_open_raw(const char *path)
{
    sqlite3 *database = NULL;

    CU_ASSERT_EQUAL_FATAL(sqlite3_open(path, &database), SQLITE_OK);
    return database;
}

void place_run_raw(sqlite3 *database, const char *statements)
{
    int code = sqlite3_exec(database, statements, NULL, NULL, NULL);

    case_text(statements, sqlite3_errstr(code), "not an error");
}

void place_write_at(const char *path, const char *bytes, size_t length, off_t offset)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    CU_ASSERT_TRUE_FATAL(file >= 0);
    CU_ASSERT_EQUAL(pwrite(file, bytes, length, offset), (ssize_t) length);
    close(file);
}

void place_damage(struct place *place)
{
    char bytes[4096];

    place->fixture.store = place_open(place, SQLITE_ALONE);
    fixture_fill(&place->fixture, "k", 500, 0);
    store_free(place->fixture.store);
    place->fixture.store = NULL;
    memset(bytes, 0x5A, sizeof bytes);
    for (off_t page = 2; page < 8; page++)
        place_write_at(place->folder.database, bytes, sizeof bytes, page * 4096);
}
