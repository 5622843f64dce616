/* tests/base/test_random.c - base/random.h. */
#include "base/random.h"

#include "tests/test_main.h"

#include <string.h>

/* A constant bit in 1000 numbers by chance: less likely than 1 in 2^990. */
static void every_bit_of_a_number_is_sometimes_set_and_sometimes_not(void)
{
    uint32_t set = 0, clear = 0;

    for (int i = 0; i < 1000; i++) {
        uint32_t number = random_number();

        set |= number;
        clear |= ~number;
    }
    CU_ASSERT_EQUAL(set, UINT32_MAX);
    CU_ASSERT_EQUAL(clear, UINT32_MAX);
}

static void hexadecimal_digits_fill_the_array(void)
{
    static const size_t sizes[] = { 1, 2, 8, 9, 10, 17, 33 };

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char text[40];

        memset(text, '?', sizeof text);
        random_hex(text, sizes[i]);
        CU_ASSERT_EQUAL(strlen(text), sizes[i] - 1);
        CU_ASSERT_EQUAL(strspn(text, "0123456789abcdef"), sizes[i] - 1);
        CU_ASSERT_EQUAL(text[sizes[i]], '?');
    }
}

static void every_digit_comes_up_at_every_place(void)
{
    static const char digits[] = "0123456789abcdef";
    bool seen[16][16] = { 0 };
    int missing = 0;

    for (int i = 0; i < 2000; i++) {
        char text[17];

        random_hex(text, sizeof text);
        for (int place = 0; place < 16; place++)
            seen[place][strchr(digits, text[place]) - digits] = true;
    }
    for (int place = 0; place < 16; place++)
        for (int digit = 0; digit < 16; digit++)
            missing += !seen[place][digit];
    CU_ASSERT_EQUAL(missing, 0);
}

static void no_two_identifiers_are_alike(void)
{
    char one[33], other[33];

    random_hex(one, sizeof one);
    random_hex(other, sizeof other);
    CU_ASSERT_STRING_NOT_EQUAL(one, other);
}

TEST_MAIN("base/random", TEST(every_bit_of_a_number_is_sometimes_set_and_sometimes_not),
          TEST(hexadecimal_digits_fill_the_array), TEST(every_digit_comes_up_at_every_place),
          TEST(no_two_identifiers_are_alike))
