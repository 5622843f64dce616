/* tests/base/test_file.c - base/file.h. */
#include "base/file.h"

#include "tests/base/folder.h"
#include "tests/test_main.h"

#include <string.h>

static void the_whole_content_is_appended(void)
{
    released_by(folder_remove) struct folder folder = folder_new();
    released_by(buffer_release) struct buffer content = { 0 };
    struct error error = { 0 };

    folder_write(&folder, "one\0two\n", 8);
    buffer_append_text(&content, "before ");
    CU_ASSERT(file_read(folder.file, &content, &error));
    CU_ASSERT_EQUAL(content.length, 15);
    CU_ASSERT_EQUAL(memcmp(content.data, "before one\0two\n", 16), 0);
}

static void a_large_file_is_read_to_its_last_byte(void)
{
    released_by(folder_remove) struct folder folder = folder_new();
    released_by(buffer_release) struct buffer content = { 0 };
    static char bytes[100000];
    struct error error = { 0 };

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char) ('a' + i % 23);
    folder_write(&folder, bytes, sizeof bytes);
    CU_ASSERT(file_read(folder.file, &content, &error));
    CU_ASSERT_EQUAL_FATAL(content.length, sizeof bytes);
    CU_ASSERT_EQUAL(memcmp(content.data, bytes, sizeof bytes), 0);
}

static void an_empty_file_is_no_error(void)
{
    released_by(folder_remove) struct folder folder = folder_new();
    released_by(buffer_release) struct buffer content = { 0 };
    struct error error = { 0 };

    folder_write(&folder, "", 0);
    CU_ASSERT(file_read(folder.file, &content, &error));
    CU_ASSERT_EQUAL(content.length, 0);
}

static void the_ceiling_is_that_of_the_buffer(void)
{
    released_by(folder_remove) struct folder folder = folder_new();
    released_by(buffer_release) struct buffer just = { .limit = 10 }, less = { .limit = 9 };
    struct error error = { 0 };

    folder_write(&folder, "0123456789", 10);
    CU_ASSERT(file_read(folder.file, &just, &error));
    CU_ASSERT_STRING_EQUAL(buffer_text(&just), "0123456789");
    CU_ASSERT_FALSE(file_read(folder.file, &less, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, folder.file));
}

static void a_file_without_end_is_read_no_further_than_the_ceiling(void)
{
    released_by(buffer_release) struct buffer content = { .limit = 100000 };
    struct error error = { 0 };

    CU_ASSERT_FALSE(file_read("/dev/zero", &content, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
}

static void what_cannot_be_read_is_named_with_the_reason(void)
{
    released_by(folder_remove) struct folder folder = folder_new();
    released_by(buffer_release) struct buffer content = { 0 };
    struct error error = { 0 };

    CU_ASSERT_FALSE(file_read(folder.file, &content, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_SYSTEM);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, folder.file));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "No such file or directory"));

    CU_ASSERT_FALSE(file_read(folder.path, &content, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "is a folder"));
}

TEST_MAIN("base/file", TEST(the_whole_content_is_appended), TEST(a_large_file_is_read_to_its_last_byte),
          TEST(an_empty_file_is_no_error), TEST(the_ceiling_is_that_of_the_buffer),
          TEST(a_file_without_end_is_read_no_further_than_the_ceiling),
          TEST(what_cannot_be_read_is_named_with_the_reason))
