/* tests/k8s/test_base64.c - the vectors of RFC 4648, section 10, and what is none. */
#include "k8s/base64.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct {
    const char *bytes;
    const char *text;
} vectors[] = {
    { "", "" },
    { "f", "Zg==" },
    { "fo", "Zm8=" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" },
    { "fooba", "Zm9vYmE=" },
    { "foobar", "Zm9vYmFy" },
};

static void bytes_become_the_text_of_the_standard(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        released_by(buffer_release) struct buffer text = { 0 };

        base64_encode(vectors[i].bytes, strlen(vectors[i].bytes), &text);
        case_text(vectors[i].bytes, buffer_text(&text), vectors[i].text);
    }
}

static void text_becomes_the_bytes_of_the_standard(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        released_by(buffer_release) struct buffer bytes = { 0 };

        case_holds(vectors[i].text, base64_decode(vectors[i].text, &bytes));
        case_text(vectors[i].text, buffer_text(&bytes), vectors[i].bytes);
    }
}

static void the_last_digits_and_high_bytes_are_right(void)
{
    const unsigned char high[] = { 0xFB, 0xFF, 0xBF, 0x00, 0xFE };
    released_by(buffer_release) struct buffer text = { 0 };
    released_by(buffer_release) struct buffer bytes = { 0 };

    base64_encode(high, sizeof high, &text);
    CU_ASSERT_STRING_EQUAL(buffer_text(&text), "+/+/AP4=");
    CU_ASSERT_TRUE(base64_decode("+/+/AP4=", &bytes));
    CU_ASSERT_EQUAL(bytes.length, sizeof high);
    CU_ASSERT_EQUAL(memcmp(buffer_text(&bytes), high, sizeof high), 0);
}

static void folded_text_is_read(void)
{
    released_by(buffer_release) struct buffer bytes = { 0 };

    CU_ASSERT_TRUE(base64_decode("Zm9v\n  Ym\r\n\tFy\n", &bytes));
    CU_ASSERT_STRING_EQUAL(buffer_text(&bytes), "foobar");
}

static void what_is_no_base64_is_refused(void)
{
    static const char *const cases[] = { "Z",      "Zg",    "Zg=",  "Zg===", "Z===",     "=",    "====",
                                         "Zg==Zg", "Zm9v=", "Zm-v", "Zm_v",  "Zm9v\x80", "Zm9vY" };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer bytes = { 0 };

        case_holds(cases[i], !base64_decode(cases[i], &bytes));
    }
}

TEST_MAIN("k8s/base64", TEST(bytes_become_the_text_of_the_standard), TEST(text_becomes_the_bytes_of_the_standard),
          TEST(the_last_digits_and_high_bytes_are_right), TEST(folded_text_is_read), TEST(what_is_no_base64_is_refused))
