/* bot/check_store.c - the store: whether it opens, and who leads. One that is not there is not made. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "bot/check.h"
#include "store/sqlite.h"

static void check_absent(struct check *check, const char *path)
{
    released_by(memory_release_text) char *folder = memory_text(path);
    char *slash = strrchr(folder, '/');

    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    if (access(slash == NULL ? "." : folder, W_OK | X_OK) == 0)
        check_ok(check, "store: %s is not there yet, and can be made", path);
    else
        check_missing(check, "store: %s is not there, and cannot be made: %s", path, strerror(errno));
}

/* Whoever gets the lock leads. It is given back at once. */
static bool is_led(struct check *check, const char *path, struct error *error)
{
    struct store *alone = NULL;
    bool is_free = sqlite_store_new(check->loop, path, SQLITE_ALONE, &alone, error);

    store_free(alone);
    return !is_free && error->kind == ERROR_BUSY;
}

void check_store(struct check *check)
{
    const char *path = check->config.store_path;
    struct store *store = NULL;
    struct error error = { 0 }, lock = { 0 };

    if (path[0] == '\0') /* a variable was wrong, which was said */
        return;
    if (access(path, F_OK) != 0) {
        check_absent(check, path);
        return;
    }
    if (!sqlite_store_new(check->loop, path, SQLITE_SHARED, &store, &error)) {
        check_missing(check, "store: %s", error.message);
        return;
    }
    store_free(store);
    bool leads = is_led(check, path, &lock);
    if (!leads && lock.kind != ERROR_NONE)
        check_missing(check, "store: %s", lock.message);
    else
        check_ok(check, "store: %s opens (layout %d); %s", path, SQLITE_SCHEMA_VERSION,
                 leads ? "a bot leads" : "no bot leads at this moment");
}
