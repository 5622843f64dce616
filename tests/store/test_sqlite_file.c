/* tests/store/test_sqlite_file.c - store/sqlite_file.h by store/sqlite.h: which files are taken, and that the others are
 * left as they were.
 */
#include "store/sqlite_file.h"

#include "tests/store/place.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static int64_t file_mode(const char *path, const char *suffix)
{
    char name[FOLDER_PATH_SIZE + 8];
    struct stat status;

    snprintf(name, sizeof name, "%s%s", path, suffix);
    return stat(name, &status) == 0 ? (int64_t) (status.st_mode & 07777) : -1;
}

/* The whole file; length -1 = there is none. */
struct content {
    char *bytes;
    ssize_t length;
};

static struct content read_content(const char *path, const char *suffix)
{
    enum { MOST = 4 * 1024 * 1024 };
    char name[FOLDER_PATH_SIZE + 8];
    struct content content = { .length = -1 };

    snprintf(name, sizeof name, "%s%s", path, suffix);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        content.bytes = malloc(MOST);
        content.length = read(file, content.bytes, MOST);
        close(file);
    }
    return content;
}

static bool is_same_content(const struct content *a, const struct content *b)
{
    return a->length == b->length && (a->length <= 0 || memcmp(a->bytes, b->bytes, (size_t) a->length) == 0);
}

/* opening */

static void a_new_file_is_for_its_owner_alone(void)
{
    static const char *const suffixes[] = { "", "-wal", "-shm", ".lock" };
    struct place place;
    mode_t before = umask(0);

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    CU_ASSERT_EQUAL(fixture_put(&place.fixture, "a", "1", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        case_number(suffixes[i], file_mode(place.folder.database, suffixes[i]), 0600);
    umask(before);
    place_release(&place);
}

static void what_was_written_is_there_when_the_file_is_opened_again(void)
{
    struct place place;

    place_init(&place);
    for (int i = 0; i < 3; i++) {
        char sort_key[] = { (char) ('a' + i), '\0' };

        place.fixture.store = place_open(&place, i == 1 ? SQLITE_SHARED : SQLITE_ALONE);
        CU_ASSERT_EQUAL(fixture_put(&place.fixture, sort_key, "1", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);
        CU_ASSERT_EQUAL(fixture_put(&place.fixture, "a", "2", 0, STORE_IF_ABSENT, NULL, NULL), STORE_LOST);
        store_free(place.fixture.store);
        CU_ASSERT_EQUAL(file_mode(place.folder.database, "-wal"), -1);
    }
    place.fixture.store = NULL;
    place_release(&place);
}

static void a_second_bot_on_the_same_file_is_refused_and_the_first_goes_on(void)
{
    struct place place;
    char other_name[FOLDER_PATH_SIZE + 8];

    place_init(&place);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_BUSY, "another bot holds ");
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_BUSY, place.folder.database);
    snprintf(other_name, sizeof other_name, "%s-link", place.folder.database);
    CU_ASSERT_EQUAL(symlink("curfew.db", other_name), 0);
    place_refuses(&place, other_name, SQLITE_ALONE, ERROR_BUSY, place.folder.database);
    CU_ASSERT_EQUAL(fixture_put(&place.fixture, "a", "1", 0, STORE_IF_ABSENT, NULL, NULL), STORE_OK);

    struct store *beside = place_open(&place, SQLITE_SHARED);
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_BUSY, "another bot holds ");
    store_free(beside);
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_BUSY, "another bot holds ");

    store_free(place.fixture.store);
    place.fixture.store = place_open(&place, SQLITE_ALONE);
    place_release(&place);
}

static void names_that_mean_something_else_to_sqlite_are_names_of_files(void)
{
    static const char *const names[] = { ":memory:", "file:x?mode=memory", "plain" };
    struct place place;
    char before[4096];

    place_init(&place);
    CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(before, sizeof before));
    CU_ASSERT_EQUAL_FATAL(chdir(place.folder.path), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct store *store = NULL;
        struct error error = { 0 };

        case_holds(names[i], sqlite_store_new(place.fixture.loop, names[i], SQLITE_ALONE, &store, &error));
        store_free(store);
        case_holds(names[i], access(names[i], F_OK) == 0);
    }
    CU_ASSERT_EQUAL_FATAL(chdir(before), 0);
    place_release(&place);
}

/* What SQLite does on the loss of power cannot be seen here, but what it was told can. */
static void every_connection_waits_for_the_disk(void)
{
    static const struct {
        const char *statement;
        const char *expected;
    } cases[] = {
        { "PRAGMA synchronous", "2" },
        { "PRAGMA journal_mode", "wal" },
        { "PRAGMA trusted_schema", "0" },
    };
    struct place place;

    place_init(&place);
    for (int round = 0; round < 4; round++) {
        struct sqlite_file file = { .lock = -1 };
        struct error error = { 0 };

        CU_ASSERT_TRUE_FATAL(
            sqlite_file_open(place.folder.database, round % 2 == 0 ? SQLITE_ALONE : SQLITE_SHARED, &file, &error));
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            sqlite3_stmt *statement = NULL;

            CU_ASSERT_EQUAL(sqlite3_prepare_v2(file.database, cases[i].statement, -1, &statement, NULL), SQLITE_OK);
            CU_ASSERT_EQUAL_FATAL(sqlite3_step(statement), SQLITE_ROW);
            case_text(cases[i].statement, (const char *) sqlite3_column_text(statement, 0), cases[i].expected);
            sqlite3_finalize(statement);
        }
        sqlite_file_close(&file);
    }
    place_release(&place);
}

/* files that are not taken */

static const char newer_text[] = "PRAGMA journal_mode = WAL; PRAGMA application_id = 1129465431;"
                                 "CREATE TABLE item (name TEXT); PRAGMA user_version = 2;";
static const char foreign_text[] = "CREATE TABLE invoice (amount INTEGER); INSERT INTO invoice VALUES (7);";
static const char foreign_wal_text[] =
    "PRAGMA journal_mode = WAL; PRAGMA user_version = 1; CREATE TABLE item (amount INTEGER);";
static const char other_table_text[] = "PRAGMA journal_mode = WAL; PRAGMA application_id = 1129465431;"
                                       "CREATE TABLE item (name TEXT); PRAGMA user_version = 1;";

/* One row: a file made by statements, or of these bytes. */
struct wrong_file {
    const char *statements;
    const char *bytes;
    const char *sentence;
};

static const struct wrong_file wrong_files[] = {
    { newer_text, NULL, "has schema version 2, of a newer release: this one knows up to 1" },
    { foreign_text, NULL, "is a SQLite file of another program" },
    { foreign_wal_text, NULL, "is a SQLite file of another program" },
    { other_table_text, NULL, "has a table that is not ours" },
    { NULL, "x", "is not a SQLite file" },
    { NULL, "SQLite format 3", "is not a SQLite file" },
    { NULL,
      "# settings\nkey = value, and more than a hundred bytes of text, which is as long as the header of a file of "
      "SQLite would be\n",
      "is not a SQLite file" },
};

static void a_file_that_is_not_taken_stays_as_it_was(void)
{
    for (size_t i = 0; i < sizeof wrong_files / sizeof wrong_files[0]; i++)
        for (enum sqlite_use use = SQLITE_ALONE; use <= SQLITE_SHARED; use++) {
            struct place place;

            place_init(&place);
            if (wrong_files[i].statements != NULL) {
                sqlite3 *database = place_open_raw(place.folder.database);

                place_run_raw(database, wrong_files[i].statements);
                sqlite3_close(database);
            } else {
                place_write_at(place.folder.database, wrong_files[i].bytes, strlen(wrong_files[i].bytes), 0);
            }

            struct content before = read_content(place.folder.database, "");
            place_refuses(&place, place.folder.database, use, ERROR_INPUT, wrong_files[i].sentence);
            struct content after = read_content(place.folder.database, "");
            case_holds(wrong_files[i].sentence, before.length > 0 && is_same_content(&before, &after));
            case_number("no log is left", file_mode(place.folder.database, "-wal"), -1);
            free(before.bytes);
            free(after.bytes);
            place_release(&place);
        }
}

/* A newer release was killed before it wrote its log back. */
static void a_log_of_a_newer_release_is_not_written_back(void)
{
    struct place place;

    place_init(&place);
    store_free(place_open(&place, SQLITE_ALONE));
    sqlite3 *newer = place_open_raw(place.folder.database);
    sqlite3_db_config(newer, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    place_run_raw(newer, "ALTER TABLE item ADD COLUMN mood TEXT; PRAGMA user_version = 2");
    sqlite3_close(newer);

    struct content file = read_content(place.folder.database, ""), log = read_content(place.folder.database, "-wal");
    CU_ASSERT_TRUE(log.length > 0);
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_INPUT, "has schema version 2");
    struct content file_after = read_content(place.folder.database, "");
    struct content log_after = read_content(place.folder.database, "-wal");
    CU_ASSERT_TRUE(is_same_content(&file, &file_after));
    CU_ASSERT_TRUE(is_same_content(&log, &log_after));
    free(file.bytes);
    free(log.bytes);
    free(file_after.bytes);
    free(log_after.bytes);
    place_release(&place);
}

static void a_damaged_file_is_refused_by_the_bot_and_stays_as_it_was(void)
{
    struct place place;

    place_init(&place);
    place_damage(&place);
    struct content before = read_content(place.folder.database, "");
    place_refuses(&place, place.folder.database, SQLITE_ALONE, ERROR_INPUT, "is damaged");
    struct content after = read_content(place.folder.database, "");
    CU_ASSERT_TRUE(is_same_content(&before, &after));
    free(before.bytes);
    free(after.bytes);
    place_release(&place);
}

static void a_path_that_leads_nowhere_is_refused(void)
{
    struct place place;
    char path[FOLDER_PATH_SIZE + 20];

    place_init(&place);
    snprintf(path, sizeof path, "%s/missing/curfew.db", place.folder.path);
    place_refuses(&place, path, SQLITE_ALONE, ERROR_SYSTEM, path);
    place_refuses(&place, path, SQLITE_ALONE, ERROR_SYSTEM, "No such file or directory");
    place_refuses(&place, place.folder.path, SQLITE_ALONE, ERROR_INPUT, "is not a file");
    place_release(&place);
}

/* Runs the check in a process without root's rights, to which the folder belongs. */
static void check_as_nobody(struct place *place, mode_t folder_mode, mode_t file_mode, const char *sentence)
{
    pid_t child = fork();

    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        bool done = true;

        if (geteuid() == 0) {
            done = chown(place->folder.path, NOBODY, NOBODY) == 0 && chown(place->folder.database, NOBODY, NOBODY) == 0;
            done = setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
                   setresuid(NOBODY, NOBODY, NOBODY) == 0 && done;
        }
        done = chmod(place->folder.database, file_mode) == 0 && chmod(place->folder.path, folder_mode) == 0 && done;

        struct store *store = NULL;
        struct error error = { 0 };
        bool opened = sqlite_store_new(place->fixture.loop, place->folder.database, SQLITE_ALONE, &store, &error);
        if (!done || opened || error.kind != ERROR_SYSTEM || strstr(error.message, sentence) == NULL) {
            fprintf(stderr, "%d %d %s\n", done, opened, error.message);
            _exit(EXIT_FAILURE);
        }
        _exit(EXIT_SUCCESS);
    }

    int status = -1;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    case_number(sentence, status, 0);
    CU_ASSERT_EQUAL(chmod(place->folder.path, 0700), 0);
}

static void what_may_not_be_written_is_refused(void)
{
    struct place place;

    place_init(&place);
    store_free(place_open(&place, SQLITE_ALONE));
    check_as_nobody(&place, 0500, 0600, "curfew.db");
    check_as_nobody(&place, 0700, 0400, "is read-only for this process");
    check_as_nobody(&place, 0700, 0000, "Permission denied");
    place_release(&place);
}

/* Stands before the one of libc: folders named on-nfs are on NFS. */
int statfs(const char *path, struct statfs *status)
{
    int result = (int) syscall(SYS_statfs, path, status);

    if (result == 0 && strstr(path, "/on-nfs/") != NULL)
        status->f_type = 0x6969;
    return result;
}

static void a_file_on_a_network_file_system_is_refused_and_not_made(void)
{
    struct place place;
    char folder[FOLDER_PATH_SIZE + 8], path[FOLDER_PATH_SIZE + 20];

    place_init(&place);
    snprintf(folder, sizeof folder, "%s/on-nfs", place.folder.path);
    snprintf(path, sizeof path, "%s/curfew.db", folder);
    CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0700), 0);
    place_refuses(&place, path, SQLITE_SHARED, ERROR_SYSTEM, "is on a network file system (NFS)");
    CU_ASSERT_EQUAL(file_mode(path, ""), -1);
    place_write_at(path, "", 0, 0);
    place_refuses(&place, path, SQLITE_ALONE, ERROR_SYSTEM, "is on a network file system (NFS)");
    CU_ASSERT_EQUAL(unlink(path), 0);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
    place_release(&place);
}

static void file_systems_reached_by_a_network_are_known_by_their_numbers(void)
{
    /* statfs(2) */
    static const struct {
        uint32_t type;
        const char *name;
    } cases[] = {
        { 0x6969, "NFS" },    { 0xFE534D42, "SMB" },  { 0xFF534D42, "SMB" }, { 0x517B, "SMB" }, { 0x65735546, "FUSE" },
        { 0x01021997, "9P" }, { 0x00C36400, "Ceph" }, { 0x5346414F, "AFS" }, { 0xEF53, NULL }, /* ext4 */
        { 0x58465342, NULL },                                                                  /* xfs */
        { 0x9123683E, NULL },                                                                  /* btrfs */
        { 0x01021994, NULL },                                                                  /* tmpfs */
        { 0x794C7630, NULL },                                                                  /* overlayfs */
        { 0x2FC12FC1, NULL },                                                                  /* zfs */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *name = sqlite_network_file_system(cases[i].type);

        case_text(cases[i].name != NULL ? cases[i].name : "local", name != NULL ? name : "local",
                  cases[i].name != NULL ? cases[i].name : "local");
    }
}

TEST_MAIN("store/sqlite_file", TEST(a_new_file_is_for_its_owner_alone),
          TEST(what_was_written_is_there_when_the_file_is_opened_again),
          TEST(a_second_bot_on_the_same_file_is_refused_and_the_first_goes_on),
          TEST(names_that_mean_something_else_to_sqlite_are_names_of_files), TEST(every_connection_waits_for_the_disk),
          TEST(a_file_on_a_network_file_system_is_refused_and_not_made), TEST(a_file_that_is_not_taken_stays_as_it_was),
          TEST(a_log_of_a_newer_release_is_not_written_back),
          TEST(a_damaged_file_is_refused_by_the_bot_and_stays_as_it_was), TEST(a_path_that_leads_nowhere_is_refused),
          TEST(what_may_not_be_written_is_refused), TEST(file_systems_reached_by_a_network_are_known_by_their_numbers))
