/* tests/base/tls_folder.c - made under $TMPDIR, or /tmp. */
#include "tests/base/tls_folder.h"

#include "tests/standin/certificates.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <unistd.h>

void tls_folder_path(char target[PATH_SIZE], const char *folder, const char *name)
{
    CU_ASSERT_FATAL(snprintf(target, PATH_SIZE, "%s/%s", folder, name) < PATH_SIZE);
}

void tls_folder_make(char folder[PATH_SIZE])
{
    const char *root = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp";
    struct error error = { 0 };

    tls_folder_path(folder, root, "curfew-http-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    CU_ASSERT_TRUE_FATAL(certificates_make(folder, &error));
}

void tls_folder_remove(const char *folder)
{
    certificates_remove(folder);
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}
