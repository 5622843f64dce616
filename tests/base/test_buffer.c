/* tests/base/test_buffer.c - base/buffer.h. */
#include "base/buffer.h"

#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

static void an_untouched_buffer_is_the_empty_text(void)
{
    struct buffer buffer = { 0 };

    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
    CU_ASSERT_PTR_NULL(buffer.data);
    buffer_clear(&buffer);
    buffer_consume(&buffer, 10);
    buffer_append(&buffer, NULL, 0);
    buffer_release(&buffer);
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
}

static void pieces_of_every_kind_stand_in_order(void)
{
    released_by(buffer_release) struct buffer buffer = { 0 };

    buffer_append(&buffer, "name", 2);
    buffer_append_char(&buffer, '=');
    buffer_append_text(&buffer, "pay");
    buffer_append_text(&buffer, "");
    buffer_append_format(&buffer, "%s %d", "ments", 7);
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "na=payments 7");
    CU_ASSERT_EQUAL(buffer.length, 13);
}

static void bytes_may_contain_nul(void)
{
    released_by(buffer_release) struct buffer buffer = { 0 };

    buffer_append(&buffer, "a\0b", 3);
    CU_ASSERT_EQUAL(buffer.length, 3);
    CU_ASSERT_EQUAL(memcmp(buffer.data, "a\0b", 4), 0);
}

static void growing_keeps_what_is_there(void)
{
    released_by(buffer_release) struct buffer buffer = { 0 };

    for (int i = 0; i < 10000; i++)
        buffer_append_format(&buffer, "%04d", i);
    CU_ASSERT_EQUAL_FATAL(buffer.length, 40000);
    CU_ASSERT_EQUAL(memcmp(buffer.data, "00000001", 8), 0);
    CU_ASSERT_STRING_EQUAL(buffer.data + 4 * 9998, "99989999");
}

static void a_piece_that_does_not_fit_is_left_out_whole(void)
{
    released_by(buffer_release) struct buffer buffer = { 0 };
    struct error error = { 0 };

    buffer_init(&buffer, 8);
    buffer_append_text(&buffer, "12345678");
    CU_ASSERT(buffer_complete(&buffer, "the answer", &error));
    buffer_append_text(&buffer, "");
    CU_ASSERT(buffer_complete(&buffer, "the answer", &error));

    buffer_consume(&buffer, 4);
    buffer_append_text(&buffer, "abcde");
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "5678");
    buffer_append_format(&buffer, "%05d", 1);
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "5678");
    buffer_append_text(&buffer, "ab");
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "5678ab");
    CU_ASSERT_FALSE(buffer_complete(&buffer, "the answer", &error));
}

static void what_was_left_out_is_an_error_that_names_content_and_ceiling(void)
{
    released_by(buffer_release) struct buffer buffer = { .limit = 3 };
    struct error error = { 0 };

    buffer_append_text(&buffer, "1234");
    CU_ASSERT_FALSE(buffer_complete(&buffer, "the answer of Slack", &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "the answer of Slack is larger than 3 bytes"));
    buffer_clear(&buffer);
    CU_ASSERT(buffer_complete(&buffer, "the answer of Slack", &error));
}

static void without_a_ceiling_it_is_one_mebibyte(void)
{
    released_by(buffer_release) struct buffer buffer = { 0 };
    static char kibibyte[1024];

    for (int i = 0; i < 1024; i++)
        buffer_append(&buffer, kibibyte, sizeof kibibyte);
    CU_ASSERT_EQUAL(buffer.length, 1048576);
    CU_ASSERT_FALSE(buffer.overflowed);
    buffer_append_char(&buffer, 'x');
    CU_ASSERT_EQUAL(buffer.length, 1048576);
    CU_ASSERT(buffer.overflowed);
}

static void consuming_drops_the_beginning(void)
{
    released_by(buffer_release) struct buffer buffer = { 0 };

    buffer_append_text(&buffer, "one two");
    buffer_consume(&buffer, 4);
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "two");
    buffer_consume(&buffer, 99);
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
    CU_ASSERT_EQUAL(buffer.length, 0);
}

static void clearing_keeps_the_memory_and_the_ceiling(void)
{
    released_by(buffer_release) struct buffer buffer = { .limit = 100 };

    buffer_append_text(&buffer, "something");
    size_t capacity = buffer.capacity;
    buffer_clear(&buffer);
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
    CU_ASSERT_EQUAL(buffer.capacity, capacity);
    CU_ASSERT_EQUAL(buffer.limit, 100);
}

static void what_was_reserved_does_not_move(void)
{
    released_by(buffer_release) struct buffer buffer = { .limit = 5000 };

    buffer_reserve(&buffer, 9999);
    const char *place = buffer.data;
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
    for (int i = 0; i < 5000; i++)
        buffer_append_char(&buffer, 'x');
    CU_ASSERT_PTR_EQUAL(buffer.data, place);
    CU_ASSERT_EQUAL(buffer.length, 5000);
    CU_ASSERT_FALSE(buffer.overflowed);
}

static void taking_hands_the_text_over(void)
{
    released_by(buffer_release) struct buffer buffer = { .limit = 100 };

    char *nothing = buffer_take(&buffer);
    CU_ASSERT_STRING_EQUAL(nothing, "");
    free(nothing);

    buffer_append_text(&buffer, "a name");
    char *text = buffer_take(&buffer);
    CU_ASSERT_STRING_EQUAL(text, "a name");
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "");
    CU_ASSERT_EQUAL(buffer.limit, 100);
    free(text);
}

static void a_released_buffer_can_be_used_again(void)
{
    struct buffer buffer = { .limit = 4 };

    buffer_append_text(&buffer, "12345");
    buffer_append_text(&buffer, "1234");
    buffer_release(&buffer);
    CU_ASSERT_FALSE(buffer.overflowed);
    buffer_append_text(&buffer, "ab");
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "ab");
    buffer_release(&buffer);
    buffer_release(&buffer);
}

static void the_end_is_trimmed_of_one_character_only(void)
{
    struct buffer buffer = { 0 };

    buffer_trim_end(&buffer, '\n');
    CU_ASSERT_EQUAL(buffer.length, 0);
    buffer_append_text(&buffer, "\na \n\n");
    buffer_trim_end(&buffer, '\n');
    CU_ASSERT_STRING_EQUAL(buffer_text(&buffer), "\na ");
    CU_ASSERT_EQUAL(buffer.length, 3);
    buffer_release(&buffer);
}

TEST_MAIN("base/buffer", TEST(an_untouched_buffer_is_the_empty_text), TEST(pieces_of_every_kind_stand_in_order),
          TEST(bytes_may_contain_nul), TEST(growing_keeps_what_is_there),
          TEST(a_piece_that_does_not_fit_is_left_out_whole),
          TEST(what_was_left_out_is_an_error_that_names_content_and_ceiling),
          TEST(without_a_ceiling_it_is_one_mebibyte), TEST(consuming_drops_the_beginning),
          TEST(clearing_keeps_the_memory_and_the_ceiling), TEST(what_was_reserved_does_not_move),
          TEST(taking_hands_the_text_over), TEST(a_released_buffer_can_be_used_again),
          TEST(the_end_is_trimmed_of_one_character_only))
