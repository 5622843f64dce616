/* tests/test_main.h - the main() of a test program: one suite, each test shown under its function's name.
 *
 *     TEST_MAIN("base/error",
 *               TEST(an_empty_error_has_an_empty_sentence),
 *               TEST(context_comes_before_the_cause))
 *
 * The exit code says whether all went well and whether anything ran at all. A test that was written and not listed is
 * an unused static function, so the compiler tells.
 */
#ifndef CURFEW_TESTS_TEST_MAIN_H
#define CURFEW_TESTS_TEST_MAIN_H

#include <CUnit/Basic.h>
#include <stdbool.h>
#include <stdlib.h>

#define TEST(function)      \
    {                       \
#function, function \
    }

#define TEST_MAIN(suite, ...)                                     \
    int main(void)                                                \
    {                                                             \
        CU_TestInfo tests[] = { __VA_ARGS__, CU_TEST_INFO_NULL }; \
        return test_main_run(suite, tests);                       \
    }

static int test_main_run(const char *name, CU_TestInfo *tests)
{
    CU_SuiteInfo suites[] = { { .pName = name, .pTests = tests }, CU_SUITE_INFO_NULL };
    bool passed = CU_initialize_registry() == CUE_SUCCESS && CU_register_suites(suites) == CUE_SUCCESS;

    CU_basic_set_mode(CU_BRM_VERBOSE);
    passed = passed && CU_basic_run_tests() == CUE_SUCCESS && CU_get_number_of_tests_run() > 0 &&
             CU_get_number_of_failures() == 0;
    CU_cleanup_registry();
    return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
