/* What buttons carry, and what comes back in their place from a client that somebody wrote. */
#include "bot/button.h"

#include <string.h>

#include "tests/test_case.h"
#include "tests/test_main.h"

struct value_case {
    const char *value, *command;
    struct button_condition condition;
};

/* The first three are the examples of bot/button.h. */
static const struct value_case values[] = {
    { "prolongate dev1 for 1h|4b0e2d7c-9a55-4c3e-8f0e-2f1c6f6a9d10|1764007200",
      "prolongate dev1 for 1h",
      { .uid = "4b0e2d7c-9a55-4c3e-8f0e-2f1c6f6a9d10", .stop_at = 1764007200 } },
    { "prolongate * for 2h|9f3ac2d1e0b54768", "prolongate * for 2h", { .notice = 0x9f3ac2d1e0b54768 } },
    { "start dev1|4b0e2d7c-9a55-4c3e-8f0e-2f1c6f6a9d10",
      "start dev1",
      { .uid = "4b0e2d7c-9a55-4c3e-8f0e-2f1c6f6a9d10" } },
    { "stop dev1 dev2 except web", "stop dev1 dev2 except web", { .uid = "" } },
    { "prolongate dev1 until morning||1764007200", "prolongate dev1 until morning", { .stop_at = 1764007200 } },
    { "stop dev1|u|9223372036854775807", "stop dev1", { .uid = "u", .stop_at = INT64_MAX } },
    { "stop *|ffffffffffffffff", "stop *", { .notice = UINT64_MAX } },
    /* A uid that looks like the id of a notice stays a uid. */
    { "start dev1|9f3ac2d1e0b54768|0", "start dev1", { .uid = "9f3ac2d1e0b54768" } },
    { "start dev1|9f3ac2d1e0b54768|1764007200", "start dev1", { .uid = "9f3ac2d1e0b54768", .stop_at = 1764007200 } },
};

static void a_value_is_written_as_the_header_says(void)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        released_by(buffer_release) struct buffer value = { 0 };

        button_write(values[i].command, &values[i].condition, &value);
        case_text(values[i].value, buffer_text(&value), values[i].value);
    }
}

static void check_read(const struct value_case *item)
{
    struct button_condition condition = { .uid = "left over", .stop_at = 7, .notice = 7 };
    char command[INBOX_TEXT_SIZE] = "";

    if (!case_holds(item->value, button_read(item->value, command, &condition)))
        return;
    case_text(item->value, command, item->command);
    case_text(item->value, condition.uid, item->condition.uid);
    case_number(item->value, condition.stop_at, item->condition.stop_at);
    case_holds(item->value, condition.notice == item->condition.notice);
}

static void what_was_written_is_read(void)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        check_read(&values[i]);
}

/* What we never write and can be understood in one way only. */
static void an_odd_value_with_one_meaning_is_read(void)
{
    static const struct value_case cases[] = {
        { "", "", { .uid = "" } },
        { "start dev1|u|0", "start dev1", { .uid = "u" } },
        { "start dev1|u|000000000000000000000001764007200", "start dev1", { .uid = "u", .stop_at = 1764007200 } },
        { "start dev1||0", "start dev1", { .uid = "" } },
        /* no notice has the id 0, and ids are in small letters: these are uids of no namespace */
        { "stop *|0000000000000000", "stop *", { .uid = "0000000000000000" } },
        { "stop *|9F3AC2D1E0B54768", "stop *", { .uid = "9F3AC2D1E0B54768" } },
        { "stop dev1|\xff\x01", "stop dev1", { .uid = "\xff\x01" } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_read(&cases[i]);
}

static void check_refused(const char *name, const char *value)
{
    struct button_condition condition = { .uid = "as before", .stop_at = 7, .notice = 7 };
    char command[INBOX_TEXT_SIZE] = "as before";

    case_holds(name, !button_read(value, command, &condition));
    case_text(name, command, "as before");
    case_text(name, condition.uid, "as before");
    case_number(name, condition.stop_at, 7);
    case_holds(name, condition.notice == 7);
}

static void a_foreign_value_is_refused_and_changes_nothing(void)
{
    static const char *const cases[] = {
        "|",
        "|u|1764007200",
        "|9f3ac2d1e0b54768",
        "stop dev1|",
        "stop dev1||",
        "stop dev1|u|",
        "stop dev1|u|soon",
        "stop dev1|u|-1764007200",
        "stop dev1|u|+1764007200",
        "stop dev1|u| 1764007200",
        "stop dev1|u|1764007200 ",
        "stop dev1|u|1764007200.5",
        "stop dev1|u|0x6925f9e0",
        "stop dev1|u|1e9",
        "stop dev1|u|\xd9\xa1",
        "stop dev1|u|9223372036854775808",
        "stop dev1|u|99999999999999999999999999999999999999",
        "stop dev1|u|1764007200|",
        "stop dev1|u|1764007200|9f3ac2d1e0b54768",
        "stop dev1|9f3ac2d1e0b54768|",
        "stop dev1|||",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_refused(cases[i], cases[i]);
}

static void write_many(const char *begin, char character, size_t length, const char *end, struct buffer *target)
{
    buffer_append_text(target, begin);
    for (size_t i = 0; i < length; i++)
        buffer_append_char(target, character);
    buffer_append_text(target, end);
}

struct long_case {
    const char *begin;
    char character;
    size_t length;
    const char *end;
    bool refused;
};

static void what_is_too_long_is_refused(void)
{
    static const struct long_case cases[] = {
        { "stop ", 'a', INBOX_TEXT_SIZE - 6, "", false },
        { "stop ", 'a', INBOX_TEXT_SIZE - 5, "", true },
        { "stop ", 'a', INBOX_TEXT_SIZE - 6, "|u|1", false },
        { "stop ", 'a', INBOX_TEXT_SIZE - 5, "|u|1", true },
        { "stop dev1|", 'u', KUBERNETES_UID_SIZE - 1, "|1", false },
        { "stop dev1|", 'u', KUBERNETES_UID_SIZE, "|1", true },
        { "stop dev1|", 'u', KUBERNETES_UID_SIZE - 1, "", false },
        { "stop dev1|", 'u', KUBERNETES_UID_SIZE, "", true },
        { "stop ", 'a', 10240, "", true },
        { "stop dev1|", 'u', 10240, "|1", true },
        { "stop dev1|u|", '1', 10240, "", true },
        { "stop dev1", '|', 10240, "", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer value = { 0 };
        struct button_condition condition;
        char command[INBOX_TEXT_SIZE];

        write_many(cases[i].begin, cases[i].character, cases[i].length, cases[i].end, &value);
        if (cases[i].refused)
            check_refused(cases[i].begin, buffer_text(&value));
        else
            case_holds(cases[i].begin, button_read(buffer_text(&value), command, &condition));
    }
}

struct action_case {
    const char *action;
    bool is_command;
};

static void only_our_actions_are_commands(void)
{
    static const struct action_case cases[] = {
        { action_confirm, true },
        { action_keep_1h, true },
        { action_keep_2h, true },
        { action_keep_morning, true },
        { action_stop, true },
        { action_start, true },
        { action_choose, true },
        { action_dismiss, false },
        { "", false },
        { "STOP", false },
        { "stop ", false },
        { "keep_3h", false },
        { "keep", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        case_holds(cases[i].action, button_is_command(cases[i].action) == cases[i].is_command);
}

/* Buttons of a release that is out there come back with these. */
static void actions_keep_their_names(void)
{
    CU_ASSERT_STRING_EQUAL(action_confirm, "confirm");
    CU_ASSERT_STRING_EQUAL(action_dismiss, "dismiss");
    CU_ASSERT_STRING_EQUAL(action_keep_1h, "keep_1h");
    CU_ASSERT_STRING_EQUAL(action_keep_2h, "keep_2h");
    CU_ASSERT_STRING_EQUAL(action_keep_morning, "keep_morning");
    CU_ASSERT_STRING_EQUAL(action_stop, "stop");
    CU_ASSERT_STRING_EQUAL(action_start, "start");
    CU_ASSERT_STRING_EQUAL(action_choose, "choose");
}

TEST_MAIN("bot/button", TEST(a_value_is_written_as_the_header_says), TEST(what_was_written_is_read),
          TEST(an_odd_value_with_one_meaning_is_read), TEST(a_foreign_value_is_refused_and_changes_nothing),
          TEST(what_is_too_long_is_refused), TEST(only_our_actions_are_commands), TEST(actions_keep_their_names))
