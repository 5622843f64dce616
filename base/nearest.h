/* base/nearest.h - the known names nearest to a misspelt one. Pure. */
#ifndef CURFEW_BASE_NEAREST_H
#define CURFEW_BASE_NEAREST_H

#include "base/attributes.h"

enum { NEAREST_MAX = 3, NEAREST_NAME_SIZE = 64 };

/* { .wanted = "dv1" }, then one nearest_offer() per known name, then names[0 .. count-1], best first. */
struct nearest {
    const char *wanted; /* borrowed */
    int count;
    int distances[NEAREST_MAX];
    char names[NEAREST_MAX][NEAREST_NAME_SIZE];
};

/* Keeps name if it is close to the wanted one: edit distance with swaps of neighbours (optimal string alignment),
 * letters of either case alike, at most 1 for names up to 3 characters, 2 up to 8, 3 beyond; a name that begins
 * with the wanted one (3 characters at least) counts as distance 1. Ties keep the order of offers. */
void nearest_offer(struct nearest *nearest, const char *name);

/* The distance itself, or limit + 1 when it is larger. Names above NEAREST_NAME_SIZE - 1 bytes are limit + 1. */
int nearest_distance(const char *a, const char *b, int limit) must_check;

#endif
