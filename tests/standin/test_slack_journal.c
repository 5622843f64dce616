/* tests/standin/test_slack_journal.c - tests/standin/slack_journal.h. */
#include "tests/standin/slack_journal.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void add(struct journal *journal, const char *type, const char *json)
{
    journal_add(journal, type, cJSON_Parse(json));
}

/* The numbers of what is selected, as text. */
static void select_numbers(const struct journal *journal, const char *query, int64_t after, int limit, char target[64])
{
    cJSON *selected = journal_select(journal, query, after, limit);
    const cJSON *entry = NULL;
    int length = 0;

    target[0] = '\0';
    cJSON_ArrayForEach(entry, selected) length +=
        snprintf(target + length, 64 - (size_t) length, "%d ", json_member(entry, "number")->valueint);
    cJSON_Delete(selected);
}

static void entries_are_selected_by_type_members_and_number(void)
{
    static const struct {
        const char *query;
        int64_t after;
        int limit;
        const char *numbers;
    } cases[] = {
        { "", 0, 10, "1 2 3 4 " },
        { "after=2&wait_ms=100&count=1", 0, 10, "1 2 3 4 " },
        { "", 2, 10, "3 4 " },
        { "", 0, 2, "1 2 " },
        { "", 9, 10, "" },
        { "type=message", 0, 10, "2 3 " },
        { "type=ack,violation", 0, 10, "1 4 " },
        { "type=mess", 0, 10, "" },
        { "type=message&channel=C2", 0, 10, "3 " },
        { "channel=C1", 1, 10, "2 " },
        { "late=false", 0, 10, "1 " },
        { "connection=3", 0, 10, "1 " },
        { "envelope_id=a%26b", 0, 10, "1 " },
        { "nothing=1", 0, 10, "" },
    };
    struct journal journal;

    journal_init(&journal);
    add(&journal, "ack", "{\"envelope_id\":\"a&b\",\"late\":false,\"connection\":3}");
    add(&journal, "message", "{\"channel\":\"C1\"}");
    add(&journal, "message", "{\"channel\":\"C2\"}");
    add(&journal, "violation", "{}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char numbers[64];

        select_numbers(&journal, cases[i].query, cases[i].after, cases[i].limit, numbers);
        case_text(cases[i].query, numbers, cases[i].numbers);
    }
    journal_release(&journal);
}

static void what_is_forgotten_leaves_its_number_empty(void)
{
    struct journal journal;
    char numbers[64];

    journal_init(&journal);
    add(&journal, "violation", "{}");
    add(&journal, "ack", "{}");
    add(&journal, "violation", "{}");
    journal_forget(&journal, "violation");
    add(&journal, "violation", "{}");
    select_numbers(&journal, "", 0, 10, numbers);
    CU_ASSERT_STRING_EQUAL(numbers, "2 4 ");
    journal_release(&journal);
}

static void the_oldest_are_dropped_when_it_is_full(void)
{
    struct journal journal;
    char numbers[64];

    journal_init(&journal);
    for (int i = 0; i < JOURNAL_ENTRIES_MAX + 2; i++)
        add(&journal, "ack", "{}");
    select_numbers(&journal, "", 0, 2, numbers);
    CU_ASSERT_STRING_EQUAL(numbers, "3 4 ");
    CU_ASSERT_EQUAL(journal.count, JOURNAL_ENTRIES_MAX + 2);
    journal_release(&journal);
}

TEST_MAIN("standin/slack_journal", TEST(entries_are_selected_by_type_members_and_number),
          TEST(what_is_forgotten_leaves_its_number_empty), TEST(the_oldest_are_dropped_when_it_is_full))
