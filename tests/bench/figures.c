/* tests/bench/figures.c - the machine is shared: what counts is the median, and what stands beside it in the table. */
#include "tests/bench/figures.h"

#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { US_PER_S = 1000 * 1000, NS_PER_US = 1000, CELL_SIZE = 32 };

static int by_size(const void *a, const void *b)
{
    double first = *(const double *) a, second = *(const double *) b;

    return (first > second) - (first < second);
}

static struct figures_row *find_row(struct figures *figures, const char *name)
{
    for (int i = 0; i < figures->row_count; i++)
        if (text_equal(figures->rows[i].name, name))
            return &figures->rows[i];
    assert(figures->row_count < FIGURES_ROWS_MAX);
    struct figures_row *row = &figures->rows[figures->row_count++];
    text_copy_cut(row->name, sizeof row->name, name);
    return row;
}

void figures_note(struct figures *figures, const char *name, int column, double value)
{
    struct figures_row *row = find_row(figures, name);

    assert(column < figures->column_count && row->counts[column] < FIGURES_ROUNDS_MAX);
    row->values[column][row->counts[column]++] = value;
}

/* As many digits as say something. */
static void write_cell(char cell[CELL_SIZE], const struct figures_row *row, int column)
{
    double values[FIGURES_ROUNDS_MAX];
    int count = row->counts[column];

    for (int i = 0; i < count; i++)
        values[i] = row->values[column][i];
    qsort(values, (size_t) count, sizeof values[0], by_size);
    double median = count == 0 ? 0 : values[count / 2];
    int digits = median >= 100 ? 0 : median >= 10 ? 1 : median >= 1 ? 2 : 3;
    if (count == 0)
        snprintf(cell, CELL_SIZE, "-");
    else
        snprintf(cell, CELL_SIZE, "%.*f", median == (double) (int64_t) median ? 0 : digits, median);
}

bool figures_print(const struct figures *figures)
{
    char cell[CELL_SIZE];
    int printed = 0;

    printf("| %s |", figures->title);
    for (int column = 0; column < figures->column_count; column++)
        printf(" %s |", figures->columns[column]);
    printf("\n|");
    for (int column = 0; column <= figures->column_count; column++)
        printf(" --- |");
    printf("\n");
    for (int i = 0; i < figures->row_count; i++) {
        printf("| %s |", figures->rows[i].name);
        for (int column = 0; column < figures->column_count; column++) {
            write_cell(cell, &figures->rows[i], column);
            printf(" %s |", cell);
            printed += figures->rows[i].counts[column];
        }
        printf("\n");
    }
    printf("\n");
    (void) fflush(stdout);
    return printed > 0;
}

/* samples */

void samples_add(struct samples *samples, double value)
{
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity == 0 ? 1024 : samples->capacity * 2;
        samples->values = memory_grow(samples->values, samples->capacity, sizeof samples->values[0]);
    }
    samples->values[samples->count++] = value;
}

void samples_clear(struct samples *samples)
{
    samples->count = 0;
}

void samples_release(struct samples *samples)
{
    free(samples->values);
    *samples = (struct samples){ 0 };
}

double samples_quantile(struct samples *samples, double share)
{
    if (samples->count == 0)
        return 0;
    qsort(samples->values, samples->count, sizeof samples->values[0], by_size);
    size_t place = (size_t) (share * (double) samples->count);
    return samples->values[place < samples->count ? place : samples->count - 1];
}

int64_t bench_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

int bench_rounds(int argument_count, char **arguments)
{
    if (argument_count == 1)
        return FIGURES_ROUNDS_MAX;
    if (argument_count == 2 && text_equal(arguments[1], "--quick"))
        return 1;
    (void) fprintf(stderr, "usage: %s [--quick]\n", arguments[0]);
    return 0;
}
