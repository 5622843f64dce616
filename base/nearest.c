/* base/nearest.c - optimal string alignment over the whole matrix: names are short.
 *
 * Source: Wagner and Fischer 1974 with the swap of Damerau 1964, in the restricted form that edits no piece twice.
 */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

enum { PREFIX_CHARACTERS_MIN = 3, PREFIX_DISTANCE = 1 };

/* cells[i][j]: distance between the first i characters of a and the first j of b. */
struct matrix {
    int cells[NEAREST_NAME_SIZE][NEAREST_NAME_SIZE];
};

static int limit_for(const char *wanted);
static int distance_of(const char *wanted, const char *name, int limit);
static void keep(struct nearest *nearest, const char *name, int distance);
static void fill_cell(struct matrix *matrix, const char *a, size_t i, const char *b, size_t j);

void nearest_offer(struct nearest *nearest, const char *name)
{
    int limit = limit_for(nearest->wanted);
    int distance = distance_of(nearest->wanted, name, limit);

    if (distance <= limit && strlen(name) < NEAREST_NAME_SIZE)
        keep(nearest, name, distance);
}

int nearest_distance(const char *a, const char *b, int limit)
{
    size_t a_length = strlen(a), b_length = strlen(b);
    struct matrix matrix;

    if (a_length >= NEAREST_NAME_SIZE || b_length >= NEAREST_NAME_SIZE)
        return limit + 1;
    for (size_t i = 0; i <= a_length; i++)
        for (size_t j = 0; j <= b_length; j++)
            fill_cell(&matrix, a, i, b, j);

    int distance = matrix.cells[a_length][b_length];
    return distance <= limit ? distance : limit + 1;
}

static int limit_for(const char *wanted)
{
    size_t length = strlen(wanted);

    if (length <= 3)
        return 1;
    return length <= 8 ? 2 : 3;
}

static bool begins_with(const char *name, const char *wanted)
{
    while (*wanted != '\0' && text_lower_case(*name) == text_lower_case(*wanted)) {
        name++;
        wanted++;
    }
    return *wanted == '\0';
}

static int distance_of(const char *wanted, const char *name, int limit)
{
    int distance = nearest_distance(wanted, name, limit);
    bool is_beginning = strlen(wanted) >= PREFIX_CHARACTERS_MIN && begins_with(name, wanted);

    return is_beginning && distance > PREFIX_DISTANCE ? PREFIX_DISTANCE : distance;
}

/* Puts name behind those that are as near, and lets the last one go where there are too many. */
static void keep(struct nearest *nearest, const char *name, int distance)
{
    int place = nearest->count;

    while (place > 0 && nearest->distances[place - 1] > distance)
        place--;
    if (place == NEAREST_MAX)
        return;
    if (nearest->count < NEAREST_MAX)
        nearest->count++;
    for (int i = nearest->count - 1; i > place; i--) {
        nearest->distances[i] = nearest->distances[i - 1];
        memcpy(nearest->names[i], nearest->names[i - 1], NEAREST_NAME_SIZE);
    }
    nearest->distances[place] = distance;
    text_copy_cut(nearest->names[place], NEAREST_NAME_SIZE, name);
}

static bool is_same(char a, char b)
{
    return text_lower_case(a) == text_lower_case(b);
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static void fill_cell(struct matrix *matrix, const char *a, size_t i, const char *b, size_t j)
{
    int(*cells)[NEAREST_NAME_SIZE] = matrix->cells;

    if (i == 0 || j == 0) {
        cells[i][j] = (int) (i + j);
        return;
    }
    int added_or_left_out = smaller(cells[i - 1][j], cells[i][j - 1]) + 1;
    int replaced = cells[i - 1][j - 1] + !is_same(a[i - 1], b[j - 1]);
    cells[i][j] = smaller(added_or_left_out, replaced);
    if (i > 1 && j > 1 && is_same(a[i - 1], b[j - 2]) && is_same(a[i - 2], b[j - 1]))
        cells[i][j] = smaller(cells[i][j], cells[i - 2][j - 2] + 1);
}
