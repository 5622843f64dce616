/* store/sqlite_file.c - opens the file, and leaves one that it does not take as it was.
 *
 * The lease is an flock() on PATH.lock: the kernel takes it back when the process ends, however it ends. It cannot be
 * on the file itself, because closing any descriptor of that file would drop the locks that SQLite holds on it.
 */
#include "store/sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/buffer.h"

enum { FILE_MODE = 0600, SMALLEST_PAGE = 512, PAUSE_MS = 20 };

static const char settings[] = "PRAGMA synchronous = FULL;"
                               "PRAGMA journal_size_limit = 16777216;"
                               "PRAGMA trusted_schema = OFF;";

/* user_version stands in the same transaction: a file has all of it or nothing. */
static const char schema[] = "CREATE TABLE item ("
                             " partition_key TEXT NOT NULL,"
                             " sort_key TEXT NOT NULL,"
                             " revision TEXT NOT NULL,"
                             " expires_at INTEGER,"
                             " document TEXT NOT NULL,"
                             " PRIMARY KEY (partition_key, sort_key)"
                             ") STRICT, WITHOUT ROWID;"
                             "CREATE INDEX item_expires_at ON item (expires_at) WHERE expires_at IS NOT NULL;"
                             "PRAGMA application_id = 1129465431;"
                             "PRAGMA user_version = 1;";

static bool check_place(const char *path, struct error *error);
static bool create_private(const char *path, struct error *error);
static bool open_database(const char *path, sqlite3 **ret_database, struct error *error);
static bool take_lock(const char *path, int *ret_lock, struct error *error);
static bool check_owner_now(sqlite3 *database, bool *ret_is_new, struct error *error);
static bool check_pages(sqlite3 *database, struct error *error);
static bool prepare(sqlite3 *database, bool is_new, struct error *error);

bool sqlite_file_open(const char *path, enum sqlite_use use, struct sqlite_file *ret_file, struct error *error)
{
    released_by(sqlite_file_close) struct sqlite_file file = { .lock = -1 };
    released_by(buffer_release) struct buffer place = { 0 };
    bool is_new = false;

    /* "file:x" and ":memory:" mean something else to SQLite. */
    buffer_append_format(&place, "%s%s", path[0] == '/' ? "" : "./", path);
    if (!check_place(buffer_text(&place), error) || !create_private(buffer_text(&place), error) ||
        !open_database(buffer_text(&place), &file.database, error))
        return false;
    if (use == SQLITE_ALONE && !take_lock(sqlite3_db_filename(file.database, "main"), &file.lock, error))
        return false;
    if (!check_owner_now(file.database, &is_new, error))
        return false;
    if (use == SQLITE_ALONE && !check_pages(file.database, error))
        return false;
    if (!prepare(file.database, is_new, error))
        return false;
    *ret_file = file;
    file = (struct sqlite_file){ .lock = -1 };
    return true;
}

void sqlite_file_close(struct sqlite_file *file)
{
    sqlite3_close_v2(file->database);
    if (file->lock >= 0)
        close(file->lock);
    *file = (struct sqlite_file){ .lock = -1 };
}

/* the place */

/* One row: f_type as statfs(2) lists it. */
struct file_system {
    uint32_t type;
    const char *name;
};

static const struct file_system network_file_systems[] = {
    { NFS_SUPER_MAGIC, "NFS" },   { SMB_SUPER_MAGIC, "SMB" },   { CIFS_SUPER_MAGIC, "SMB" },
    { SMB2_SUPER_MAGIC, "SMB" },  { FUSE_SUPER_MAGIC, "FUSE" }, { V9FS_MAGIC, "9P" },
    { CEPH_SUPER_MAGIC, "Ceph" }, { AFS_SUPER_MAGIC, "AFS" },   { AFS_FS_MAGIC, "AFS" },
    { CODA_SUPER_MAGIC, "Coda" }, { NCP_SUPER_MAGIC, "NCP" },   { OCFS2_SUPER_MAGIC, "OCFS2" },
};

const char *sqlite_network_file_system(uint32_t type)
{
    for (size_t i = 0; i < sizeof network_file_systems / sizeof network_file_systems[0]; i++)
        if (network_file_systems[i].type == type)
            return network_file_systems[i].name;
    return NULL;
}

/* The folder where there is no file so far. */
static int find_file_system(const char *path, struct statfs *ret_file_system)
{
    released_by(buffer_release) struct buffer folder = { 0 };

    if (statfs(path, ret_file_system) == 0)
        return 0;
    buffer_append(&folder, path, (size_t) (strrchr(path, '/') - path + 1));
    return statfs(buffer_text(&folder), ret_file_system);
}

/* Several hosts would each keep the index of the WAL in their own memory, and destroy the file. */
static bool check_place(const char *path, struct error *error)
{
    struct statfs file_system;

    if (find_file_system(path, &file_system) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot open %s: %s", path, strerror(errno));

    const char *name = sqlite_network_file_system((uint32_t) file_system.f_type);
    if (name != NULL)
        return error_set(error, ERROR_SYSTEM,
                         "%s is on a network file system (%s), where SQLite files break: use a local disk, or DynamoDB",
                         path, name);
    return true;
}

/* SQLite would create it for everyone to read. */
static bool create_private(const char *path, struct error *error)
{
    struct stat status;
    int created = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

    if (created >= 0)
        close(created);
    else if (errno != EEXIST)
        return error_set(error, ERROR_SYSTEM, "cannot create %s: %s", path, strerror(errno));
    if (stat(path, &status) != 0)
        return error_set(error, ERROR_SYSTEM, "cannot open %s: %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_INPUT, "%s is not a file", path);
    /* SQLite takes a file of one byte for an empty one, and would write over it. */
    if (status.st_size > 0 && status.st_size < SMALLEST_PAGE)
        return error_set(error, ERROR_INPUT, "%s is not a SQLite file", path);
    return true;
}

/* A log that somebody left beside the file is not written back before the file was accepted. */
static bool open_database(const char *path, sqlite3 **ret_database, struct error *error)
{
    int code = sqlite3_open_v2(path, ret_database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3 *database = *ret_database;

    if (code != SQLITE_OK)
        return error_set(error, ERROR_SYSTEM, "cannot open %s: %s", path, strerror(sqlite3_system_errno(database)));
    if (sqlite3_db_readonly(database, "main") == 1)
        return error_set(error, ERROR_SYSTEM, "%s is read-only for this process", path);
    sqlite3_busy_timeout(database, SQLITE_BUSY_MS);
    if (access(sqlite3_filename_wal(sqlite3_db_filename(database, "main")), F_OK) == 0)
        sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    return true;
}

static bool take_lock(const char *path, int *ret_lock, struct error *error)
{
    released_by(buffer_release) struct buffer name = { 0 };

    buffer_append_format(&name, "%s.lock", path);
    *ret_lock = open(buffer_text(&name), O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (*ret_lock >= 0 && flock(*ret_lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (*ret_lock >= 0 && errno == EWOULDBLOCK)
        return error_set(error, ERROR_BUSY, "another bot holds %s", path);
    return error_set(error, ERROR_SYSTEM, "cannot lock %s: %s", buffer_text(&name), strerror(errno));
}

/* the content */

static bool fail(sqlite3 *database, int code, struct error *error)
{
    const char *path = sqlite3_db_filename(database, "main");

    switch (code) {
    case SQLITE_NOTADB:
        return error_set(error, ERROR_INPUT, "%s is not a SQLite file", path);
    case SQLITE_CORRUPT:
        return error_set(error, ERROR_INPUT, "%s is damaged: put a copy back, or try sqlite3 with .recover", path);
    case SQLITE_BUSY:
        return error_set(error, ERROR_BUSY, "%s is locked by another program", path);
    default:
        return error_set(error, ERROR_SYSTEM, "cannot use %s: %s", path, sqlite3_errmsg(database));
    }
}

/* Runs a statement of one row and one column. */
static bool ask(sqlite3 *database, const char *statement_text, struct buffer *ret_answer, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(database, statement_text, -1, &statement, NULL);

    buffer_clear(ret_answer);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        buffer_append_text(ret_answer, (const char *) sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || fail(database, code, error);
}

static bool ask_number(sqlite3 *database, const char *statement_text, int64_t *ret_number, struct error *error)
{
    released_by(buffer_release) struct buffer answer = { 0 };

    if (!ask(database, statement_text, &answer, error))
        return false;
    *ret_number = strtoll(buffer_text(&answer), NULL, 10);
    return true;
}

static bool run(sqlite3 *database, const char *statements, struct error *error)
{
    int code = sqlite3_exec(database, statements, NULL, NULL, NULL);

    return code == SQLITE_OK || fail(database, code, error);
}

static bool check_owner(sqlite3 *database, bool *ret_is_new, struct error *error)
{
    const char *path = sqlite3_db_filename(database, "main");
    int64_t owner = 0, version = 0, parts = 0;

    if (!ask_number(database, "PRAGMA application_id", &owner, error) ||
        !ask_number(database, "PRAGMA user_version", &version, error) ||
        !ask_number(database, "SELECT count(*) FROM sqlite_schema", &parts, error))
        return false;
    *ret_is_new = owner == 0 && version == 0 && parts == 0;
    if (*ret_is_new)
        return true;
    if (owner != SQLITE_APPLICATION_ID || version < 1)
        return error_set(error, ERROR_INPUT, "%s is a SQLite file of another program", path);
    if (version > SQLITE_SCHEMA_VERSION)
        return error_set(error, ERROR_INPUT, "%s has schema version %lld, of a newer release: this one knows up to %d",
                         path, (long long) version, SQLITE_SCHEMA_VERSION);
    return true;
}

/* In one transaction, so that the answers are of one moment. */
static bool check_owner_now(sqlite3 *database, bool *ret_is_new, struct error *error)
{
    return run(database, "BEGIN", error) && check_owner(database, ret_is_new, error) && run(database, "COMMIT", error);
}

static bool check_pages(sqlite3 *database, struct error *error)
{
    released_by(buffer_release) struct buffer answer = { 0 };

    if (!ask(database, "PRAGMA quick_check(1)", &answer, error))
        return false;
    return strcmp(buffer_text(&answer), "ok") == 0 || fail(database, SQLITE_CORRUPT, error);
}

/* Bot and webhook may meet at a file that is new to both: whoever comes second finds the table. */
static bool create_table(sqlite3 *database, struct error *error)
{
    bool is_new = false;

    if (!run(database, "BEGIN IMMEDIATE", error))
        return false;
    return check_owner(database, &is_new, error) && (!is_new || run(database, schema, error)) &&
           run(database, "COMMIT", error);
}

/* Where several switch a new file to a log at once, SQLite does not wait: all but one are refused. */
static bool switch_to_log(sqlite3 *database, struct error *error)
{
    released_by(buffer_release) struct buffer mode = { 0 };
    struct error refusal = { 0 };
    bool answered = ask(database, "PRAGMA journal_mode = WAL", &mode, &refusal);

    for (int waited_ms = 0; !answered && refusal.kind == ERROR_BUSY && waited_ms < SQLITE_BUSY_MS;
         waited_ms += PAUSE_MS) {
        sqlite3_sleep(PAUSE_MS);
        answered = ask(database, "PRAGMA journal_mode = WAL", &mode, &refusal);
    }
    if (!answered) {
        *error = refusal;
        return false;
    }
    if (strcmp(buffer_text(&mode), "wal") != 0)
        return error_set(error, ERROR_SYSTEM, "%s cannot have a write-ahead log where it is",
                         sqlite3_db_filename(database, "main"));
    return true;
}

static bool prepare(sqlite3 *database, bool is_new, struct error *error)
{
    if (!switch_to_log(database, error) || !run(database, settings, error) ||
        (is_new && !create_table(database, error)))
        return false;
    sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    return true;
}
