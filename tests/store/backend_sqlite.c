/* tests/store/backend_sqlite.c - a file in a folder of its own. */
#include "tests/store/backend.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/sqlite.h"
#include "tests/store/folder.h"

struct backend {
    struct folder folder;
};

struct backend *backend_new(void)
{
    struct backend *backend = memory_new(1, sizeof *backend);

    folder_init(&backend->folder);
    return backend;
}

struct store *backend_open(struct backend *backend, struct loop *loop)
{
    struct store *store = NULL;
    struct error error = { 0 };
    bool opened = sqlite_store_new(loop, backend->folder.database, SQLITE_SHARED, &store, &error);

    assert(opened);
    return store;
}

void backend_free(struct backend *backend)
{
    folder_release(&backend->folder);
    free(backend);
}
