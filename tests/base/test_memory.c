/* tests/base/test_memory.c - base/memory.h. */
#include "base/memory.h"

#include "tests/test_main.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void new_memory_is_zeroed(void)
{
    unsigned char *bytes = memory_new(100, 3);
    unsigned sum = 0;

    for (int i = 0; i < 300; i++)
        sum += bytes[i];
    CU_ASSERT_EQUAL(sum, 0);
    free(bytes);
}

static void nothing_is_memory_too(void)
{
    char *nothing = memory_new(0, 8);

    CU_ASSERT_PTR_NOT_NULL(nothing);
    nothing = memory_grow(nothing, 0, 8);
    CU_ASSERT_PTR_NOT_NULL(nothing);
    free(nothing);
}

static void growing_keeps_what_was_there(void)
{
    int *numbers = memory_grow(NULL, 2, sizeof *numbers);

    numbers[0] = 7;
    numbers[1] = 8;
    numbers = memory_grow(numbers, 2000, sizeof *numbers);
    numbers[1999] = 9;
    CU_ASSERT_EQUAL(numbers[0], 7);
    CU_ASSERT_EQUAL(numbers[1], 8);
    free(numbers);
}

static void a_text_is_copied(void)
{
    char original[] = "payments";
    released_by(memory_release_text) char *copy = memory_text(original);

    original[0] = 'X';
    CU_ASSERT_STRING_EQUAL(copy, "payments");
}

static void no_text_is_copied_as_an_empty_one(void)
{
    released_by(memory_release_text) char *copy = memory_text(NULL);

    CU_ASSERT_STRING_EQUAL(copy, "");
}

static void bytes_are_copied_with_a_nul_behind(void)
{
    released_by(memory_release_text) char *copy = memory_copy("ab\0cd", 4);
    released_by(memory_release_text) char *nothing = memory_copy(NULL, 0);

    CU_ASSERT_EQUAL(memcmp(copy, "ab\0c", 5), 0);
    CU_ASSERT_STRING_EQUAL(nothing, "");
}

static void texts_that_are_packed_stand_in_one_block(void)
{
    const char *first = "web", *none = NULL, *last = "deployments.apps";
    const char **const texts[] = { &first, &none, &last };
    char *block = memory_pack(texts, 3);

    CU_ASSERT_STRING_EQUAL(first, "web");
    CU_ASSERT_STRING_EQUAL(none, "");
    CU_ASSERT_STRING_EQUAL(last, "deployments.apps");
    CU_ASSERT_PTR_EQUAL(first, block);
    CU_ASSERT_PTR_EQUAL(last, block + sizeof "web" + sizeof "");
    free(block);
}

static void a_released_text_is_null(void)
{
    char *text = memory_text("x");

    memory_release_text(&text);
    CU_ASSERT_PTR_NULL(text);
    memory_release_text(&text);
    CU_ASSERT_PTR_NULL(text);
}

/* SIZE_MAX / 2 things of 4 bytes: the product does not even fit a size_t. */
static void a_process_without_memory_ends(void)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        free(memory_grow(NULL, SIZE_MAX / 2, 4));
        _exit(EXIT_SUCCESS);
    }
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    CU_ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

TEST_MAIN("base/memory", TEST(new_memory_is_zeroed), TEST(nothing_is_memory_too), TEST(growing_keeps_what_was_there),
          TEST(a_text_is_copied), TEST(no_text_is_copied_as_an_empty_one), TEST(bytes_are_copied_with_a_nul_behind),
          TEST(texts_that_are_packed_stand_in_one_block), TEST(a_released_text_is_null),
          TEST(a_process_without_memory_ends))
