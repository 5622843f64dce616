/* tests/store/test_sqlite.c - store/sqlite.h: what a file that cannot be read or written makes of a call. What a store
 * promises whatever it is: test_contract.c. Which files are taken: test_sqlite_file.c.
 */
#include "store/sqlite.h"

#include "tests/store/place.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void what_stands_in_a_damaged_page_is_corrupt_and_not_absent(void)
{
    struct place place;
    struct store_call get = { .kind = STORE_GET, .now = NOW, .partition_key = "P", .sort_key = "k0250" };
    struct store_call list = { .kind = STORE_LIST, .now = NOW, .partition_key = "P", .limit = 1000 };
    struct store_call put = { .now = NOW };

    place_init(&place);
    place_damage(&place);
    place.fixture.store = place_open(&place, SQLITE_SHARED);
    CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &get), STORE_CORRUPT);
    CU_ASSERT_EQUAL(get.error.kind, ERROR_SYSTEM);
    CU_ASSERT_PTR_NOT_NULL(strstr(get.error.message, place.folder.database));
    CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &list), STORE_CORRUPT);
    CU_ASSERT_EQUAL(list.items.count, 0);
    store_call_put(&put, "P", "k0250", "{}", 0, STORE_IF_ABSENT, NULL);
    CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &put), STORE_CORRUPT);
    store_call_release(&get);
    store_call_release(&list);
    store_call_release(&put);
    place_release(&place);
}

static void a_row_that_no_store_wrote_is_corrupt(void)
{
    struct place place;
    struct store_call list = { .kind = STORE_LIST, .now = NOW, .partition_key = "P", .limit = 1000 };

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    sqlite3 *raw = place_open_raw(place.folder.database);
    place_run_raw(raw, "INSERT INTO item VALUES ('P', 'a', printf('%33d', 7), NULL, '{}')");
    sqlite3_close(raw);
    CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &list), STORE_CORRUPT);
    store_call_release(&list);
    place_release(&place);
}

/* what others wrote */

static void a_store_knows_whether_another_one_wrote_and_not_what_it_wrote_itself(void)
{
    struct place place;

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    CU_ASSERT_EQUAL(store_look_s(place.fixture.store), 1);
    CU_ASSERT_TRUE(store_was_written(place.fixture.store)); /* nobody asked before */
    CU_ASSERT_FALSE(store_was_written(place.fixture.store));
    CU_ASSERT_EQUAL(fixture_put(&place.fixture, "a", "1", 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    CU_ASSERT_FALSE(store_was_written(place.fixture.store));

    struct store *own = place.fixture.store, *other = place_open(&place, SQLITE_SHARED);
    CU_ASSERT_TRUE(store_was_written(other));
    place.fixture.store = other;
    CU_ASSERT_EQUAL(fixture_put(&place.fixture, "b", "2", 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    CU_ASSERT_TRUE(store_was_written(own));
    CU_ASSERT_FALSE(store_was_written(own));
    CU_ASSERT_FALSE(store_was_written(other));
    store_free(other);
    place.fixture.store = own;
    place_release(&place);
}

/* locked */

static void a_locked_file_is_written_later_and_read_at_once(void)
{
    struct place place;
    struct store_call put = { .now = NOW };

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    CU_ASSERT_EQUAL(fixture_put(&place.fixture, "a", "1", 0, STORE_IF_ANY, NULL, NULL), STORE_OK);
    sqlite3 *other = place_open_raw(place.folder.database);
    place_run_raw(other, "BEGIN IMMEDIATE; DELETE FROM item");
    store_call_put(&put, "P", "a", "2", 0, STORE_IF_ANY, NULL);
    CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &put), STORE_RETRY_LATER);
    CU_ASSERT_EQUAL(put.error.kind, ERROR_BUSY);
    char *document = fixture_document(&place.fixture, "a", NOW);
    CU_ASSERT_PTR_NOT_NULL_FATAL(document);
    CU_ASSERT_STRING_EQUAL(document, "1");
    free(document);

    place_run_raw(other, "ROLLBACK");
    CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &put), STORE_OK);
    CU_ASSERT_STRING_EQUAL(put.error.message, "");
    sqlite3_close(other);
    store_call_release(&put);
    place_release(&place);
}

static void a_file_that_another_program_holds_is_not_opened(void)
{
    struct place place;

    place_init(&place);
    store_free(place_open(&place, SQLITE_ALONE));
    sqlite3 *other = place_open_raw(place.folder.database);
    place_run_raw(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM item; COMMIT");
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_BUSY, "is locked by another program");
    sqlite3_close(other);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    place_release(&place);
}

/* full */

/* Puts more and more until that fails. Ends the process with what was wrong. */
static size_t fill_up(struct fixture *fixture, struct store_call *call)
{
    char *document = malloc(20001);

    memset(document, 'x', 20000);
    document[20000] = '\0';
    for (size_t count = 0; count < 10000; count++) {
        char sort_key[20];

        snprintf(sort_key, sizeof sort_key, "k%04zu", count);
        store_call_release(call);
        call->now = NOW;
        store_call_put(call, "P", sort_key, document, 0, STORE_IF_ABSENT, NULL);
        if (fixture_run(fixture, fixture->store, call) != STORE_OK) {
            free(document);
            return count;
        }
    }
    _exit(10);
}

static void must(bool holds, int exit_code)
{
    if (!holds)
        _exit(exit_code);
}

static bool is_written(struct fixture *fixture, size_t number)
{
    char sort_key[20];

    snprintf(sort_key, sizeof sort_key, "k%04zu", number);
    char *document = fixture_document(fixture, sort_key, NOW);
    bool written = document != NULL && strlen(document) == 20000;
    free(document);
    return written;
}

static void limit_file_size(struct place *place, bool there_is_room)
{
    struct rlimit limit = { .rlim_cur = there_is_room ? RLIM_INFINITY : 200000, .rlim_max = RLIM_INFINITY };

    (void) place;
    must(setrlimit(RLIMIT_FSIZE, &limit) == 0, 20);
}

/* The middle one of three does not fit under the limit; the others are small. */
static int write_three(struct place *place)
{
    static struct store_call calls[3];
    char *large = calloc(1, 250001);

    place->fixture.store = place_open(place, SQLITE_ALONE);
    limit_file_size(place, false);
    must(large != NULL, 31);
    memset(large, '1', 250000);
    for (size_t i = 0; i < 3; i++) {
        calls[i].now = NOW;
        store_call_put(&calls[i], "P",
                       i == 0   ? "a"
                       : i == 1 ? "b"
                                : "c",
                       i == 1 ? large : "1", 0, STORE_IF_ABSENT, NULL);
        store_start(place->fixture.store, &calls[i], &place->fixture.flow);
    }
    free(large);
    for (size_t i = 0; i < 3; i++)
        while (!calls[i].done)
            loop_run(place->fixture.loop);
    must(calls[1].result == STORE_DOWN || calls[1].result == STORE_UNKNOWN, 32);
    must(calls[0].result == STORE_OK && calls[2].result == STORE_OK, 33);
    for (size_t i = 0; i < 3; i++)
        store_call_release(&calls[i]);
    return 0;
}

/* In a process of its own: the file system takes no more, then it does again. set_room is told which it shall be. */
static int fill_and_go_on(struct place *place, void (*set_room)(struct place *place, bool there_is))
{
    struct store_call call = { 0 };

    place->fixture.store = place_open(place, SQLITE_ALONE);
    set_room(place, false);
    size_t count = fill_up(&place->fixture, &call);
    must(count > 0, 11);
    must(call.result == STORE_DOWN || call.result == STORE_UNKNOWN, 12);
    must(call.error.kind == ERROR_SYSTEM && strstr(call.error.message, place->folder.database) != NULL, 13);
    for (size_t i = 0; i < count; i++)
        must(is_written(&place->fixture, i), 14);
    must(!is_written(&place->fixture, count), 15);

    set_room(place, true);
    must(fixture_run(&place->fixture, place->fixture.store, &call) == STORE_OK, 16);
    must(is_written(&place->fixture, count), 17);
    store_free(place->fixture.store);
    place->fixture.store = place_open(place, SQLITE_ALONE);
    must(is_written(&place->fixture, 0) && is_written(&place->fixture, count), 18);
    store_call_release(&call);
    return 0;
}

static void a_file_that_must_not_grow_keeps_what_it_has_and_goes_on_later(void)
{
    struct place place;

    place_init(&place);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        _exit(fill_and_go_on(&place, limit_file_size));
    }

    int status = -1;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    case_number("exit code", WEXITSTATUS(status), 0);
    CU_ASSERT_TRUE(WIFEXITED(status));
    place_release(&place);
}

static void a_write_that_fails_does_not_take_those_of_its_turn_with_it(void)
{
    struct place place;

    place_init(&place);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        _exit(write_three(&place));
    }

    int status = -1;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    case_number("exit code", WEXITSTATUS(status), 0);
    CU_ASSERT_TRUE(WIFEXITED(status));
    place_release(&place);
}

static void size_tmpfs(struct place *place, bool there_is_room)
{
    must(mount("none", place->folder.path, "tmpfs", MS_REMOUNT, there_is_room ? "size=16m" : "size=512k") == 0, 21);
}

/* Needs the right to mount in a namespace of its own; without it there is no disk that can be filled without harm. */
static void a_full_disk_loses_nothing_and_is_written_again_when_there_is_room(void)
{
    enum { MAY_NOT_MOUNT = 77 };
    struct place place;

    place_init(&place);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("none", place.folder.path, "tmpfs", 0, "size=16m") != 0)
            _exit(MAY_NOT_MOUNT);
        _exit(fill_and_go_on(&place, size_tmpfs));
    }

    int status = -1;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == MAY_NOT_MOUNT)
        printf("(not run: this process may not mount) ");
    else
        case_number("exit code", WEXITSTATUS(status), 0);
    place_release(&place);
}

/* purging */

static void purging_takes_no_more_than_its_limit_and_says_how_many(void)
{
    static const size_t expected[] = { 10, 10, 5, 0 };
    struct place place;

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    fixture_fill(&place.fixture, "gone", 25, NOW);
    fixture_fill(&place.fixture, "kept", 25, NOW + 1);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct store_call purge = { .kind = STORE_PURGE, .now = NOW, .limit = 10 };

        CU_ASSERT_EQUAL(fixture_run(&place.fixture, place.fixture.store, &purge), STORE_OK);
        case_number("purged", (int64_t) purge.purged, (int64_t) expected[i]);
        store_call_release(&purge);
    }

    sqlite3 *raw = place_open_raw(place.folder.database);
    sqlite3_stmt *statement = NULL;
    CU_ASSERT_EQUAL(sqlite3_prepare_v2(raw, "SELECT count(*) FROM item", -1, &statement, NULL), SQLITE_OK);
    CU_ASSERT_EQUAL(sqlite3_step(statement), SQLITE_ROW);
    CU_ASSERT_EQUAL(sqlite3_column_int(statement, 0), 25);
    sqlite3_finalize(statement);
    sqlite3_close(raw);
    place_release(&place);
}

TEST_MAIN("store/sqlite", TEST(what_stands_in_a_damaged_page_is_corrupt_and_not_absent),
          TEST(a_row_that_no_store_wrote_is_corrupt),
          TEST(a_store_knows_whether_another_one_wrote_and_not_what_it_wrote_itself),
          TEST(a_locked_file_is_written_later_and_read_at_once), TEST(a_file_that_another_program_holds_is_not_opened),
          TEST(a_file_that_must_not_grow_keeps_what_it_has_and_goes_on_later),
          TEST(a_write_that_fails_does_not_take_those_of_its_turn_with_it),
          TEST(a_full_disk_loses_nothing_and_is_written_again_when_there_is_room),
          TEST(purging_takes_no_more_than_its_limit_and_says_how_many))
