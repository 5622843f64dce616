/* tests/base/rows.h - a table of tests/data, row by row: cells between tabs, # begins a remark. */
#ifndef CURFEW_TESTS_BASE_ROWS_H
#define CURFEW_TESTS_BASE_ROWS_H

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROW_CELLS_MAX = 24 };

struct rows {
    FILE *file;
    char *line;
    size_t capacity;
    int count; /* rows so far */
    char *cells[ROW_CELLS_MAX];
    int cell_count;
};

/* name: within tests/data */
static inline struct rows rows_open(const char *name)
{
    struct rows rows = { 0 };
    char path[500];

    snprintf(path, sizeof path, "%s/%s", TEST_DATA, name);
    rows.file = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(rows.file);
    return rows;
}

static inline void rows_split(struct rows *rows)
{
    char *rest = rows->line;

    rest[strcspn(rest, "\n")] = '\0';
    for (rows->cell_count = 0; rest != NULL; rows->cell_count++) {
        CU_ASSERT_FATAL(rows->cell_count < ROW_CELLS_MAX);
        rows->cells[rows->cell_count] = strsep(&rest, "\t");
    }
}

/* false: that was the last one. */
static inline bool rows_next(struct rows *rows)
{
    do {
        if (getline(&rows->line, &rows->capacity, rows->file) < 0)
            return false;
    } while (rows->line[0] == '#' || rows->line[0] == '\n');
    rows_split(rows);
    rows->count++;
    return true;
}

/* A number at the begin of a cell; what follows it goes to *ret_rest (may be NULL). "never" and "never was" are the largest
 * and the smallest. */
static inline int64_t row_number(const char *cell, const char **ret_rest)
{
    char *rest = NULL;
    int64_t number = strtoll(cell, &rest, 10);

    if (strcmp(cell, "never") == 0)
        return INT64_MAX;
    if (strcmp(cell, "never was") == 0)
        return INT64_MIN;
    CU_ASSERT_FATAL(rest != cell);
    if (ret_rest != NULL)
        *ret_rest = rest;
    return number;
}

static inline void rows_close(struct rows *rows)
{
    CU_ASSERT(rows->count > 0);
    fclose(rows->file);
    free(rows->line);
}

#endif
