/* tests/store/test_answer_document.c - store/record.h: the answer to a command of a terminal. */
#include "store/record.h"

#include "tests/store/documents.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

static void its_key_is_that_of_the_command(void)
{
    struct buffer key = { 0 };

    answer_sort_key("terminal:0123", &key);
    CU_ASSERT_STRING_EQUAL(buffer_text(&key), "T#terminal:0123");
    buffer_release(&key);
}

static void an_answer_is_written_as_its_document_and_read_back(void)
{
    struct answer_record answer = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };

    answer_record_write(&document_question, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), document_question_text);
    CU_ASSERT_TRUE_FATAL(answer_record_read(document_question_text, &answer, &error));
    CU_ASSERT_STRING_EQUAL(answer.text, document_question.text);
    CU_ASSERT_STRING_EQUAL(answer.confirm, document_question.confirm);
    CU_ASSERT_FALSE(answer.is_interim);
    CU_ASSERT_EQUAL(answer.exit_status, 1);
    answer_record_release(&answer);
    CU_ASSERT_PTR_NULL(answer.text);
    buffer_release(&document);
}

static void what_is_not_said_is_no_question_and_done(void)
{
    struct answer_record answer = { .exit_status = 7 };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(answer_record_read("{\"version\":1,\"text\":\"\"}", &answer, &error));
    CU_ASSERT_STRING_EQUAL(answer.text, "");
    CU_ASSERT_PTR_NULL(answer.confirm);
    CU_ASSERT_EQUAL(answer.exit_status, 0);
    answer_record_release(&answer);
}

static void a_text_longer_than_an_item_may_be_is_cut(void)
{
    char *text = malloc(ANSWER_TEXT_BYTES_MAX * 2);
    struct answer_record answer = { .text = text }, read = { 0 };
    struct buffer document = { .limit = ANSWER_TEXT_BYTES_MAX * 2 };
    struct error error = { 0 };

    memset(text, 'x', ANSWER_TEXT_BYTES_MAX * 2 - 1);
    text[ANSWER_TEXT_BYTES_MAX * 2 - 1] = '\0';
    answer_record_write(&answer, &document);
    CU_ASSERT_TRUE_FATAL(answer_record_read(buffer_text(&document), &read, &error));
    CU_ASSERT_TRUE(strlen(read.text) < ANSWER_TEXT_BYTES_MAX);
    CU_ASSERT_PTR_NOT_NULL(strstr(read.text, "x\xE2\x80\xA6"));
    answer_record_release(&read);
    buffer_release(&document);
    free(text);
}

static void what_is_no_answer_is_refused(void)
{
    static const struct {
        const char *document;
        enum error_kind kind;
    } cases[] = {
        { "{\"version\":1}", ERROR_PROTOCOL },
        { "{\"version\":1,\"text\":5}", ERROR_PROTOCOL },
        { "{\"version\":1,\"text\":\"a\",\"exit_status\":-1}", ERROR_PROTOCOL },
        { "{\"version\":1,\"text\":\"a\",\"interim\":\"no\"}", ERROR_PROTOCOL },
        { "{\"version\":2,\"text\":\"a\"}", ERROR_INPUT },
        { "[]", ERROR_PROTOCOL },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer_record answer = { .exit_status = 7 };
        struct error error = { 0 };

        case_holds(cases[i].document, !answer_record_read(cases[i].document, &answer, &error));
        case_number(cases[i].document, error.kind, cases[i].kind);
        case_number(cases[i].document, answer.exit_status, 7);
    }
}

TEST_MAIN("store/answer_document", TEST(its_key_is_that_of_the_command),
          TEST(an_answer_is_written_as_its_document_and_read_back), TEST(what_is_not_said_is_no_question_and_done),
          TEST(a_text_longer_than_an_item_may_be_is_cut), TEST(what_is_no_answer_is_refused))
