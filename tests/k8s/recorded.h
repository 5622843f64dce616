/* tests/k8s/recorded.h - answers of a real kube-apiserver, kept in tests/data/k8s. How they were made: record there. */
#ifndef CURFEW_TESTS_K8S_RECORDED_H
#define CURFEW_TESTS_K8S_RECORDED_H

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "base/file.h"

/* The content of a file; the caller releases it. */
static inline struct buffer recorded_answer(const char *name)
{
    struct buffer content = { .limit = 16 * BUFFER_LIMIT_DEFAULT };
    struct error error = { 0 };
    char path[512];

    snprintf(path, sizeof path, "%s/k8s/%s", TEST_DATA, name);
    CU_ASSERT_TRUE_FATAL(file_read(path, &content, &error));
    return content;
}

#endif
