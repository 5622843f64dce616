/* tests/bench/figures.h - figures of several rounds, printed as a table of their medians.
 *
 *     static const char *const columns[] = { "p50 ms", "p99 ms" };
 *     struct figures figures = { .title = "ack", .columns = columns, .column_count = 2 };
 *
 *     for (int round = 0; round < rounds; round++)
 *         figures_note(&figures, "curfew: help", 0, measure());
 *     return figures_print(&figures) ? EXIT_SUCCESS : EXIT_FAILURE;
 */
#ifndef CURFEW_TESTS_BENCH_FIGURES_H
#define CURFEW_TESTS_BENCH_FIGURES_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIGURES_ROWS_MAX = 32, FIGURES_COLUMNS_MAX = 20, FIGURES_NAME_SIZE = 64, FIGURES_ROUNDS_MAX = 3 };

/* What was measured of one thing: for each column as many values as there were rounds. */
struct figures_row {
    char name[FIGURES_NAME_SIZE];
    double values[FIGURES_COLUMNS_MAX][FIGURES_ROUNDS_MAX];
    int counts[FIGURES_COLUMNS_MAX];
};

struct figures {
    const char *title;
    const char *const *columns;
    int column_count;
    struct figures_row rows[FIGURES_ROWS_MAX];
    int row_count;
};

/* A row comes into being with its first value. */
void figures_note(struct figures *figures, const char *row, int column, double value);

/* A table in Markdown; a cell without a value is "-". false: there is no value at all. */
bool figures_print(const struct figures *figures) must_check;

/* One value per thing that was done. Zeroed before its first use. */
struct samples {
    double *values;
    size_t count, capacity;
};

void samples_add(struct samples *samples, double value);
void samples_clear(struct samples *samples);
void samples_release(struct samples *samples);

/* The value that share (0 .. 1) of all do not exceed; sorts them. 0 where there are none. */
double samples_quantile(struct samples *samples, double share) must_check;

/* Microseconds of a clock that only goes forward. */
int64_t bench_now_us(void) must_check;

/* Reads the only argument that benches have. Rounds to run: 1 with --quick, which is for a test that looks whether they
 * run at all; 0: wrong arguments, said on standard error. */
int bench_rounds(int argument_count, char **arguments) must_check;

#endif
