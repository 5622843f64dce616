/* tests/base/test_text.c - base/text.h.
 *
 * Which bytes are UTF-8: the examples of RFC 3629 section 7, of tables 3-7 and 3-8 in the Unicode standard, and of
 * Markus Kuhn's stress test for decoders.
 */
#include "base/text.h"

#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static void a_text_is_copied_whole_or_not_at_all(void)
{
    char target[5] = "old";

    CU_ASSERT(text_copy(target, sizeof target, "four"));
    CU_ASSERT_STRING_EQUAL(target, "four");
    CU_ASSERT_FALSE(text_copy(target, sizeof target, "fives"));
    CU_ASSERT_STRING_EQUAL(target, "");
    CU_ASSERT(text_copy(target, sizeof target, ""));
    CU_ASSERT_STRING_EQUAL(target, "");
}

static void what_is_cut_ends_with_an_ellipsis_behind_a_whole_character(void)
{
    static const struct {
        const char *text;
        size_t size;
        const char *expected;
    } cases[] = {
        { "payments", 9, "payments" },
        { "payments", 8, "paym…" },
        { "payments", 4, "…" },
        { "müller", 8, "müller" },
        { "müller", 7, "mü…" },
        { "müller", 6, "m…" },
        { "€€€", 10, "€€€" },
        { "€€€", 9, "€…" },
        { "\U0001F319\U0001F319", 9, "\U0001F319\U0001F319" },
        { "\U0001F319\U0001F319", 8, "\U0001F319…" },
        { "\U0001F319\U0001F319", 7, "…" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char target[32];

        text_copy_cut(target, cases[i].size, cases[i].text);
        case_text(cases[i].text, target, cases[i].expected);
    }
}

static void case_is_ignored_for_ascii_letters_only(void)
{
    static const struct {
        const char *a, *b;
        bool is_equal;
    } cases[] = {
        { "", "", true },      { "Stop", "sTOP", true }, { "stop", "stop ", false },
        { "stop", "", false }, { "Ä", "ä", false },      { "@", "`", false },
        { "[", "{", false },   { "az", "AZ", true },     { "dev1", "DEV2", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        case_holds(cases[i].a, text_equal_ignoring_case(cases[i].a, cases[i].b) == cases[i].is_equal);
        case_holds(cases[i].b, text_equal_ignoring_case(cases[i].b, cases[i].a) == cases[i].is_equal);
    }
    CU_ASSERT_FALSE(text_equal("Stop", "stop"));
    CU_ASSERT(text_equal("stop", "stop"));
}

static void a_prefix_is_no_longer_than_the_text(void)
{
    CU_ASSERT(text_starts_with("xoxb-1", "xoxb-"));
    CU_ASSERT(text_starts_with("xoxb-1", ""));
    CU_ASSERT(text_starts_with("xoxb-1", "xoxb-1"));
    CU_ASSERT_FALSE(text_starts_with("xoxb", "xoxb-"));
    CU_ASSERT_FALSE(text_starts_with("", "x"));
    CU_ASSERT_FALSE(text_starts_with("Xoxb-", "xoxb-"));
}

struct character_case {
    const char *name, *bytes;
    size_t length;
};

static const struct character_case valid_characters[] = {
    { "U+0041", "A", 1 },
    { "U+007F, last of 1 byte", "\x7F", 1 },
    { "U+0080, first of 2 bytes", "\xC2\x80", 2 },
    { "U+07FF, last of 2 bytes", "\xDF\xBF", 2 },
    { "U+0800, first of 3 bytes", "\xE0\xA0\x80", 3 },
    { "U+20AC, euro sign", "\xE2\x82\xAC", 3 },
    { "U+D55C, RFC 3629", "\xED\x95\x9C", 3 },
    { "U+D7FF, before the surrogates", "\xED\x9F\xBF", 3 },
    { "U+E000, behind the surrogates", "\xEE\x80\x80", 3 },
    { "U+FEFF, RFC 3629", "\xEF\xBB\xBF", 3 },
    { "U+FFFF, last of 3 bytes", "\xEF\xBF\xBF", 3 },
    { "U+10000, first of 4 bytes", "\xF0\x90\x80\x80", 4 },
    { "U+233B4, RFC 3629", "\xF0\xA3\x8E\xB4", 4 },
    { "U+10FFFF, the last one", "\xF4\x8F\xBF\xBF", 4 },
};

static const struct character_case invalid_characters[] = {
    { "nothing", "", 0 },
    { "continuation alone", "\x80", 1 },
    { "last continuation alone", "\xBF", 1 },
    { "2 bytes, one missing", "\xC3", 1 },
    { "3 bytes, one missing", "\xE2\x82", 2 },
    { "4 bytes, one missing", "\xF0\x9F\x8C", 3 },
    { "2 bytes, then ASCII", "\xC3\x28", 2 },
    { "3 bytes, then ASCII", "\xE2\x82\x28", 3 },
    { "4 bytes, then ASCII", "\xF0\x9F\x8C\x28", 4 },
    { "slash in 2 bytes", "\xC0\xAF", 2 },
    { "slash in 3 bytes", "\xE0\x80\xAF", 3 },
    { "slash in 4 bytes", "\xF0\x80\x80\xAF", 4 },
    { "U+007F in 2 bytes", "\xC1\xBF", 2 },
    { "U+07FF in 3 bytes", "\xE0\x9F\xBF", 3 },
    { "U+FFFF in 4 bytes", "\xF0\x8F\xBF\xBF", 4 },
    { "NUL in 2 bytes", "\xC0\x80", 2 },
    { "surrogate D800", "\xED\xA0\x80", 3 },
    { "surrogate DFFF", "\xED\xBF\xBF", 3 },
    { "U+110000, above the last one", "\xF4\x90\x80\x80", 4 },
    { "5 bytes", "\xF8\x88\x80\x80\x80", 5 },
    { "FE", "\xFE", 1 },
    { "FF", "\xFF", 1 },
};

static void valid_characters_have_their_length(void)
{
    for (size_t i = 0; i < sizeof valid_characters / sizeof valid_characters[0]; i++) {
        const struct character_case *one = &valid_characters[i];
        char followed[8] = { 0 };

        memcpy(followed, one->bytes, one->length);
        followed[one->length] = '\x80';
        case_number(one->name, (int64_t) text_character_length(one->bytes, one->length), (int64_t) one->length);
        case_number(one->name, (int64_t) text_character_length(followed, one->length + 1), (int64_t) one->length);
        case_number(one->name, (int64_t) text_character_length(one->bytes, one->length - 1), 0);
        case_holds(one->name, text_is_utf8(one->bytes, one->length));
        case_holds(one->name, !text_is_utf8(followed, one->length + 1));
    }
}

static void invalid_characters_have_none(void)
{
    for (size_t i = 0; i < sizeof invalid_characters / sizeof invalid_characters[0]; i++) {
        const struct character_case *one = &invalid_characters[i];

        case_number(one->name, (int64_t) text_character_length(one->bytes, one->length), 0);
        case_holds(one->name, text_is_utf8(one->bytes, one->length) == (one->length == 0));
    }
}

static void a_nul_is_no_part_of_a_text(void)
{
    CU_ASSERT_FALSE(text_is_utf8("a\0b", 3));
    CU_ASSERT_FALSE(text_is_utf8("\0", 1));
    CU_ASSERT(text_is_utf8("a\0b", 1));
}

static void a_star_stands_for_any_characters(void)
{
    static const struct {
        const char *pattern, *text;
        bool matches;
    } cases[] = {
        { "*", "", true },
        { "*", "anything", true },
        { "**", "", true },
        { "", "", true },
        { "", "a", false },
        { "dev-*", "dev-payments", true },
        { "dev-*", "dev-", true },
        { "dev-*", "dev", false },
        { "dev-*", "mydev-payments", false },
        { "*-dev", "payments-dev", true },
        { "*-dev", "payments-dev-dev", true },
        { "*-dev", "payments-dev2", false },
        { "*dev*", "a-dev-b", true },
        { "*dev*", "de-v", false },
        { "a*b*c", "abc", true },
        { "a*b*c", "a-c-b-c", true },
        { "a*b*c", "a-c-b", false },
        { "a*a", "a", false },
        { "ab*ba", "aba", false },
        { "ab*ba", "abba", true },
        { "*aab", "aaaab", true },
        { "a*ab*b", "aab", false },
        { "a*ab*b", "aabb", true },
        { "payments", "payments", true },
        { "payments", "payments2", false },
        { "payments", "payment", false },
        { "Dev", "dev", false },
        { "d?v", "dev", false },
        { "d[e]v", "dev", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[64];

        snprintf(name, sizeof name, "%s on %s", cases[i].pattern, cases[i].text);
        case_holds(name, text_matches(cases[i].pattern, cases[i].text) == cases[i].matches);
    }
}

/* The vectors of the FNV reference page (64 bits, 1a). */
/* Wherever it stands, also where many bytes are looked at together. */
static void one_wrong_byte_among_many_is_noticed(void)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool is_valid;
    } cases[] = { { "\0", 1, false },  { "\x80", 1, false },    { "\xFF", 1, false }, { "\x7F", 1, true },
                  { "\x01", 1, true }, { "\xC3\xA4", 2, true }, { "\xC3", 1, false } };
    char text[40];

    for (size_t at = 0; at < sizeof text - 2; at++) {
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            memset(text, 'a', sizeof text);
            memcpy(text + at, cases[i].bytes, cases[i].length);
            CU_ASSERT_EQUAL(text_is_utf8(text, sizeof text), cases[i].is_valid);
        }
    }
}

static void a_hash_is_fnv_1a(void)
{
    CU_ASSERT(text_hash("") == 0xCBF29CE484222325u);
    CU_ASSERT(text_hash("a") == 0xAF63DC4C8601EC8Cu);
    CU_ASSERT(text_hash("foobar") == 0x85944171F73967E8u);
}

TEST_MAIN("base/text", TEST(a_text_is_copied_whole_or_not_at_all),
          TEST(what_is_cut_ends_with_an_ellipsis_behind_a_whole_character),
          TEST(case_is_ignored_for_ascii_letters_only), TEST(a_prefix_is_no_longer_than_the_text),
          TEST(valid_characters_have_their_length), TEST(invalid_characters_have_none),
          TEST(a_nul_is_no_part_of_a_text), TEST(one_wrong_byte_among_many_is_noticed),
          TEST(a_star_stands_for_any_characters), TEST(a_hash_is_fnv_1a))
