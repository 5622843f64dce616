/* tests/test_case.h - checks of one row of a table. When they fail, the row is named and both values are shown.
 *
 *     for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
 *         case_text(cases[i].name, duration_as_text(cases[i].seconds), cases[i].expected);
 */
#ifndef CURFEW_TESTS_TEST_CASE_H
#define CURFEW_TESTS_TEST_CASE_H

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static inline bool case_holds(const char *name, bool holds)
{
    return CU_assertImplementation(holds, 0, name, "row", "", CU_FALSE);
}

static inline bool case_text(const char *name, const char *actual, const char *expected)
{
    char sentence[2048];

    snprintf(sentence, sizeof sentence, "%.500s: is \"%.700s\", expected \"%.700s\"", name, actual, expected);
    return case_holds(sentence, strcmp(actual, expected) == 0);
}

static inline bool case_number(const char *name, int64_t actual, int64_t expected)
{
    char sentence[600];

    snprintf(sentence, sizeof sentence, "%.500s: is %" PRId64 ", expected %" PRId64, name, actual, expected);
    return case_holds(sentence, actual == expected);
}

#endif
