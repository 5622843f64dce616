/* tests/base/test_error.c - base/error.h. */
#include "base/error.h"

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

static void setting_an_error_clears_what_was_there(void)
{
    struct error error = { ERROR_BUSY, .status = 429, .retry_after_s = 30, .message = "wait" };

    CU_ASSERT_FALSE(error_set(&error, ERROR_MISSING, "deployment %s is gone", "web"));
    CU_ASSERT_EQUAL(error.kind, ERROR_MISSING);
    CU_ASSERT_EQUAL(error.status, 0);
    CU_ASSERT_EQUAL(error.retry_after_s, 0);
    CU_ASSERT_STRING_EQUAL(error.message, "deployment web is gone");
}

static void the_status_that_said_it_is_kept(void)
{
    struct error error = { 0 };

    CU_ASSERT_FALSE(error_set_status(&error, ERROR_CONFLICT, 409, "%s changed meanwhile (%d)", "deployment web", 409));
    CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
    CU_ASSERT_EQUAL(error.status, 409);
    CU_ASSERT_STRING_EQUAL(error.message, "deployment web changed meanwhile (409)");
}

static void context_comes_before_the_cause_and_changes_nothing_else(void)
{
    struct error error = { ERROR_CONFLICT, .status = 409, .retry_after_s = 3, .message = "deployment web changed" };

    CU_ASSERT_FALSE(error_context(&error, "cannot stop namespace %s", "payments"));
    CU_ASSERT_STRING_EQUAL(error.message, "cannot stop namespace payments: deployment web changed");
    CU_ASSERT_EQUAL(error.kind, ERROR_CONFLICT);
    CU_ASSERT_EQUAL(error.status, 409);
    CU_ASSERT_EQUAL(error.retry_after_s, 3);
}

static void the_old_sentence_may_be_a_part_of_the_new_one(void)
{
    struct error error = { .message = "no route to host" };

    error_set(&error, ERROR_NETWORK, "slack.com: %s", error.message);
    CU_ASSERT_STRING_EQUAL(error.message, "slack.com: no route to host");
    error_context(&error, "before (%s)", error.message);
    CU_ASSERT_STRING_EQUAL(error.message, "before (slack.com: no route to host): slack.com: no route to host");
}

/* From 508 bytes of text to 520, and with characters of 1 to 4 bytes at the border. */
static void a_long_sentence_is_cut_at_a_whole_character(void)
{
    static const char *const characters[] = { "e", "\u00e9", "\u20ac", "\U0001F319" };

    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++)
        for (size_t start = 480; start < 500; start++) {
            char text[600];
            struct error error = { 0 };

            memset(text, 'x', start);
            text[start] = '\0';
            while (strlen(text) < 520)
                memcpy(text + strlen(text), characters[i], strlen(characters[i]) + 1);
            error_set(&error, ERROR_INPUT, "%s", text);
            size_t length = strlen(error.message);
            case_holds(characters[i], length < ERROR_MESSAGE_SIZE && length > ERROR_MESSAGE_SIZE - 8);
            case_holds(characters[i], text_is_utf8(error.message, length));
            case_text(characters[i], error.message + length - strlen("…"), "…");
        }
}

static void a_sentence_that_just_fits_is_not_cut(void)
{
    char text[ERROR_MESSAGE_SIZE];
    struct error error = { 0 };

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set(&error, ERROR_INPUT, "%s", text);
    CU_ASSERT_STRING_EQUAL(error.message, text);
}

/* "gr\u00fcn" cut at three bytes, and a byte that begins nothing. */
static void broken_characters_become_question_marks(void)
{
    struct error error = { 0 };

    error_set(&error, ERROR_INPUT, "\"%.3s\" is no colour, \xFF neither, gr\u00fcn is", "gr\u00fcn");
    CU_ASSERT_STRING_EQUAL(error.message, "\"gr?\" is no colour, ? neither, gr\u00fcn is");
    error_context(&error, "in %.1s", "\u20ac");
    CU_ASSERT_STRING_EQUAL(error.message, "in ?: \"gr?\" is no colour, ? neither, gr\u00fcn is");
}

static void a_sentence_stays_on_one_line_and_moves_no_cursor(void)
{
    struct error error = { 0 };

    error_set(&error, ERROR_INPUT, "\"%s\" is no channel", "C1\r\n\t\x1B[31m\x7F");
    CU_ASSERT_STRING_EQUAL(error.message, "\"C1????[31m?\" is no channel");
}

static void every_kind_has_a_word(void)
{
    static const struct {
        enum error_kind kind;
        const char *word;
    } cases[] = {
        { ERROR_NONE, "none" },         { ERROR_INPUT, "input" },       { ERROR_MISSING, "missing" },
        { ERROR_CONFLICT, "conflict" }, { ERROR_REFUSED, "refused" },   { ERROR_BUSY, "busy" },
        { ERROR_LIMIT, "limit" },       { ERROR_PROTOCOL, "protocol" }, { ERROR_NETWORK, "network" },
        { ERROR_TIMEOUT, "timeout" },   { ERROR_SYSTEM, "system" },     { (enum error_kind) 99, "unknown" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_text(cases[i].word, error_kind_name(cases[i].kind), cases[i].word);
}

TEST_MAIN("base/error", TEST(setting_an_error_clears_what_was_there), TEST(the_status_that_said_it_is_kept),
          TEST(context_comes_before_the_cause_and_changes_nothing_else),
          TEST(the_old_sentence_may_be_a_part_of_the_new_one), TEST(a_long_sentence_is_cut_at_a_whole_character),
          TEST(a_sentence_that_just_fits_is_not_cut), TEST(broken_characters_become_question_marks),
          TEST(a_sentence_stays_on_one_line_and_moves_no_cursor), TEST(every_kind_has_a_word))
