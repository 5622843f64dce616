/* tests/base/test_nearest.c - base/nearest.h.
 *
 * Distances: the examples of the literature (kitten and sitting, Saturday and Sunday for Levenshtein; CA and ABC, which
 * is 3 in the restricted form and 2 in Damerau's full one; MARTHA and MARHTA for the swap), the rest counted by hand.
 */
#include "base/nearest.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static void distances_are_those_of_the_literature(void)
{
    static const struct {
        const char *a, *b;
        int distance;
    } cases[] = {
        { "", "", 0 },
        { "", "abc", 3 },
        { "abc", "", 3 },
        { "same", "same", 0 },
        { "Dev", "dEV", 0 },
        { "kitten", "sitting", 3 },
        { "Saturday", "Sunday", 3 },
        { "CA", "ABC", 3 },
        { "MARTHA", "MARHTA", 1 },
        { "ab", "ba", 1 },
        { "abcd", "badc", 2 },
        { "payments", "paymnets", 1 },
        { "payments", "payment", 1 },
        { "dev1", "dev12", 1 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[64];

        snprintf(name, sizeof name, "%s and %s", cases[i].a, cases[i].b);
        case_number(name, nearest_distance(cases[i].a, cases[i].b, 10), cases[i].distance);
        case_number(name, nearest_distance(cases[i].b, cases[i].a, 10), cases[i].distance);
    }
}

static void above_the_limit_it_is_limit_plus_1(void)
{
    CU_ASSERT_EQUAL(nearest_distance("kitten", "sitting", 3), 3);
    CU_ASSERT_EQUAL(nearest_distance("kitten", "sitting", 2), 3);
    CU_ASSERT_EQUAL(nearest_distance("abcdefgh", "12345678", 2), 3);
    CU_ASSERT_EQUAL(nearest_distance("a", "b", 0), 1);
}

static void names_longer_than_63_bytes_are_beyond_any_limit(void)
{
    char just[64], longer[65];

    memset(just, 'x', sizeof just);
    just[63] = '\0';
    memset(longer, 'x', sizeof longer);
    longer[64] = '\0';
    CU_ASSERT_EQUAL(nearest_distance(just, just, 5), 0);
    CU_ASSERT_EQUAL(nearest_distance(just, longer, 5), 6);
    CU_ASSERT_EQUAL(nearest_distance(longer, longer, 5), 6);

    struct nearest nearest = { .wanted = "xxx" };
    nearest_offer(&nearest, longer);
    CU_ASSERT_EQUAL(nearest.count, 0);
    nearest_offer(&nearest, just);
    CU_ASSERT_EQUAL(nearest.count, 1);
    CU_ASSERT_STRING_EQUAL(nearest.names[0], just);
}

static void names_are_kept_best_first_and_no_more_than_three(void)
{
    static const struct {
        const char *wanted, *offered[8];
        const char *kept;
    } cases[] = {
        { "dv1", { "dev1", "dev2", "prod" }, "dev1" },
        { "dev", { "dev1", "test", "dev-payments", "dex" }, "dev1 dev-payments dex" },
        { "paymnets", { "pay", "payment", "payments", "paintings" }, "payments payment" },
        { "payments", { "paymxyzs", "paymxyts" }, "paymxyts" },
        { "paymentss", { "paymxyzss", "pwxyzntss" }, "paymxyzss" },
        { "stagging", { "staging", "stagings", "tagging", "stagging" }, "stagging staging tagging" },
        { "ab", { "abc", "abcd", "b", "ba", "c" }, "abc b ba" },
        { "development", { "developer", "envelopment", "developments" }, "developments envelopment developer" },
        { "test1", { "test2", "test3", "test4", "test5" }, "test2 test3 test4" },
        { "aaaa", { "aabb", "aaab", "aabc", "aaac", "aaad", "aaae" }, "aaab aaac aaad" },
        { "de", { "development" }, "" },
        { "DEV", { "dev-payments" }, "dev-payments" },
        { "x", { "completely", "other", "names" }, "" },
        { "", { "a", "ab" }, "a" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nearest nearest = { .wanted = cases[i].wanted };
        char kept[4 * NEAREST_NAME_SIZE] = "";

        for (int k = 0; k < 8 && cases[i].offered[k] != NULL; k++)
            nearest_offer(&nearest, cases[i].offered[k]);
        for (int k = 0; k < nearest.count; k++) {
            size_t length = strlen(kept);
            snprintf(kept + length, sizeof kept - length, "%s%s", k > 0 ? " " : "", nearest.names[k]);
        }
        case_text(cases[i].wanted, kept, cases[i].kept);
    }
}

TEST_MAIN("base/nearest", TEST(distances_are_those_of_the_literature), TEST(above_the_limit_it_is_limit_plus_1),
          TEST(names_longer_than_63_bytes_are_beyond_any_limit), TEST(names_are_kept_best_first_and_no_more_than_three))
