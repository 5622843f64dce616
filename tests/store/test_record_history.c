/* tests/store/test_record_history.c - store/record.h: notices and the history. */
#include "store/record.h"

#include "base/text.h"
#include "tests/store/documents.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

/* keys */

static char *history_key(const char *namespace, int64_t at, const char *key)
{
    struct history_entry entry = { .at = at };
    struct buffer text = { 0 };

    CU_ASSERT_TRUE_FATAL(text_copy(entry.namespace, sizeof entry.namespace, namespace));
    CU_ASSERT_TRUE_FATAL(text_copy(entry.key, sizeof entry.key, key));
    history_sort_key(&entry, &text);
    return buffer_take(&text);
}

static void keys_of_the_history_go_by_time(void)
{
    static const int64_t instants[] = { 0, 9, 10, 999999999, 1000000000, 1795546000, 253402300799 };

    for (size_t i = 1; i < sizeof instants / sizeof instants[0]; i++) {
        char *before = history_key("dev1", instants[i - 1], "z"), *behind = history_key("dev1", instants[i], "a");

        case_holds(behind, strcmp(before, behind) < 0);
        free(before);
        free(behind);
    }
}

static void the_history_of_one_environment_is_not_that_of_another(void)
{
    struct buffer prefix = { 0 };
    char *own = history_key("dev1", 1795546000, "a"), *other = history_key("dev10", 1795546000, "a"),
         *third = history_key("dev1-a", 1795546000, "a");

    history_sort_prefix("dev1", &prefix);
    CU_ASSERT_STRING_EQUAL(buffer_text(&prefix), "A#dev1#");
    CU_ASSERT_TRUE(text_starts_with(own, buffer_text(&prefix)));
    CU_ASSERT_FALSE(text_starts_with(other, buffer_text(&prefix)));
    CU_ASSERT_FALSE(text_starts_with(third, buffer_text(&prefix)));
    free(own);
    free(other);
    free(third);
    buffer_release(&prefix);
}

static void an_id_of_a_notice_has_16_digits(void)
{
    static const struct {
        uint64_t id;
        const char *text;
    } cases[] = {
        { 1, "0000000000000001" },
        { 0x0123456789ABCDEF, "0123456789abcdef" },
        { UINT64_MAX, "ffffffffffffffff" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buffer text = { 0 };
        uint64_t id = 0;

        notice_id_write(cases[i].id, &text);
        case_text(cases[i].text, buffer_text(&text), cases[i].text);
        case_holds(cases[i].text, notice_id_read(cases[i].text, &id) && id == cases[i].id);
        buffer_release(&text);
    }
}

static void what_is_no_id_of_a_notice_is_told_apart(void)
{
    static const char *const texts[] = { "",
                                         "1",
                                         "000000000000001",
                                         "00000000000000001",
                                         "0000000000000000",
                                         "00000000DEADBEEF",
                                         "0x00000000000001",
                                         " 000000000000001",
                                         "-000000000000001",
                                         "000000000000000g" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint64_t id = 7;

        case_holds(texts[i], !notice_id_read(texts[i], &id));
        case_holds(texts[i], id == 7);
    }
}

/* documents */

static void a_notice_is_written_as_its_document_and_read_back(void)
{
    struct notice_record notice = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };

    notice_record_write(&document_notice, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), document_notice_text);
    CU_ASSERT_TRUE(notice_record_read(document_notice_text, &notice, &error));
    CU_ASSERT_EQUAL(memcmp(&notice, &document_notice, sizeof notice), 0);
    buffer_release(&document);
}

static void a_notice_whose_message_is_not_known_is_one_too(void)
{
    struct notice_record notice = { 0 };
    struct error error = { 0 };

    CU_ASSERT_TRUE(notice_record_read("{\"version\":1,\"id\":\"0123456789abcdef\",\"channel\":\"C1\",\"posted_at\":5}",
                                      &notice, &error));
    CU_ASSERT_TRUE(notice.id == 0x0123456789ABCDEF);
    CU_ASSERT_STRING_EQUAL(notice.message, "");
    CU_ASSERT_EQUAL(notice.posted_at, 5);
}

static void an_act_is_written_as_its_document_and_read_back(void)
{
    struct history_entry act = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };

    history_entry_write(&document_act, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), document_act_text);
    CU_ASSERT_TRUE(history_entry_read(document_act_text, &act, &error));
    CU_ASSERT_EQUAL(memcmp(&act, &document_act, sizeof act), 0);
    buffer_release(&document);
}

static void an_act_of_which_nothing_more_is_known_is_one_too(void)
{
    static const char text[] = "{\"version\":1,\"namespace\":\"dev1\",\"at\":0,\"key\":\"k\",\"act\":\"stop\"}";
    static const struct history_entry expected = { .namespace = "dev1", .key = "k", .act = "stop" };
    struct history_entry act = { 0 };
    struct buffer document = { 0 };
    struct error error = { 0 };

    history_entry_write(&expected, &document);
    CU_ASSERT_STRING_EQUAL(buffer_text(&document), text);
    CU_ASSERT_TRUE(history_entry_read(text, &act, &error));
    CU_ASSERT_EQUAL(memcmp(&act, &expected, sizeof act), 0);
    buffer_release(&document);
}

TEST_MAIN("store/record_history", TEST(keys_of_the_history_go_by_time),
          TEST(the_history_of_one_environment_is_not_that_of_another), TEST(an_id_of_a_notice_has_16_digits),
          TEST(what_is_no_id_of_a_notice_is_told_apart), TEST(a_notice_is_written_as_its_document_and_read_back),
          TEST(a_notice_whose_message_is_not_known_is_one_too), TEST(an_act_is_written_as_its_document_and_read_back),
          TEST(an_act_of_which_nothing_more_is_known_is_one_too))
