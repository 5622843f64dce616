/* tests/store/folder.c - below TMPDIR. */
#include "tests/store/folder.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void folder_init(struct folder *folder)
{
    const char *parent = getenv("TMPDIR");
    int length =
        snprintf(folder->path, sizeof folder->path, "%s/curfew-store-XXXXXX", parent != NULL ? parent : "/tmp");

    assert(length > 0 && length < FOLDER_PATH_SIZE - 20);
    char *made = mkdtemp(folder->path);
    assert(made != NULL);
    length = snprintf(folder->database, sizeof folder->database, "%.480s/curfew.db", folder->path);
    assert(length < FOLDER_PATH_SIZE);
}

void folder_release(struct folder *folder)
{
    DIR *entries = opendir(folder->path);

    assert(entries != NULL);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        unlinkat(dirfd(entries), entry->d_name, 0); /* "." and ".." stay */
    closedir(entries);
    rmdir(folder->path);
}
