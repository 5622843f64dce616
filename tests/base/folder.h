/* tests/base/folder.h - a folder for one test, with files in it, gone at the end. */
#ifndef CURFEW_TESTS_BASE_FOLDER_H
#define CURFEW_TESTS_BASE_FOLDER_H

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct folder {
    char path[200];
    char file[220]; /* "file" in it */
};

static inline struct folder folder_new(void)
{
    struct folder folder;
    const char *parent = getenv("TMPDIR");

    snprintf(folder.path, sizeof folder.path, "%s/curfew-test-XXXXXX", parent != NULL ? parent : "/tmp");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder.path));
    snprintf(folder.file, sizeof folder.file, "%s/file", folder.path);
    return folder;
}

static inline void folder_remove(struct folder *folder)
{
    unlink(folder->file);
    CU_ASSERT_EQUAL(rmdir(folder->path), 0);
}

/* Writes its file anew. */
static inline void folder_write(const struct folder *folder, const char *bytes, size_t length)
{
    FILE *file = fopen(folder->file, "wb");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, length, file), length);
    CU_ASSERT_EQUAL(fclose(file), 0);
}

#endif
