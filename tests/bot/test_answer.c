/* What people read, to the letter: sentences are part of the product. Instants and escapes are tested with the message. */
#include "bot/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"
#include "tests/bot/answer_scene.h"
#include "tests/bot/message_scene.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void check_plain(struct message *message, const char *expected)
{
    struct buffer text = { 0 };

    message_write_plain(message, &text);
    case_text("plain", buffer_text(&text), expected);
    buffer_release(&text);
    message_release(message);
}

static void a_sentence_ends_as_sentences_do(void)
{
    struct message message = { 0 };

    answer_sentence("Did you mean `stop`?", &message);
    CU_ASSERT_STRING_EQUAL(buffer_text(&message.sections[0].text), "Did you mean `stop`?");
    message_release(&message);
    answer_sentence("No <b> & no c", &message);
    CU_ASSERT_STRING_EQUAL(buffer_text(&message.sections[0].text), "No &lt;b&gt; &amp; no c.");
    message_release(&message);
}

static void help_names_every_command(void)
{
    struct message message = { 0 };
    struct command command = { .verb = VERB_HELP };

    answer_help(&command, &message);
    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), verb_words(verb)->form));
    message_release(&message);
    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        command = (struct command){ .verb = VERB_HELP, .help_has_topic = true, .help_topic = verb };
        answer_help(&command, &message);
        CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), verb_words(verb)->example));
        message_release(&message);
    }
}

static void make_list(struct environment *environments, struct environment **items, size_t count,
                      struct environment_list *list)
{
    static char uid[] = "u";
    static char names[51][NAMESPACE_NAME_SIZE];

    for (size_t i = 0; i < count; i++) {
        (void) snprintf(names[i], sizeof names[i], "dev%zu", i + 1);
        environments[i] =
            (struct environment){ .present = true, .scheduler = SCHEDULER_ENABLED, .name = names[i], .uid = uid };
        items[i] = &environments[i];
    }
    *list = (struct environment_list){ .items = items, .count = count };
}

static void the_list_has_a_line_for_each(void)
{
    static struct environment environments[3];
    struct environment *items[3];
    struct environment_list list;
    struct message message = { 0 };

    make_list(environments, items, 3, &list);
    environment_keep(&environments[1],
                     &(struct record){ .uid = "u", .state = RECORD_ASLEEP, .partly = true, .by = "U1" });
    environments[0].scheduler = environments[1].scheduler = environments[2].scheduler = SCHEDULER_DISABLED;
    answer_list(&list, 0, &message);
    check_plain(&message, "`dev1`  not touched by Curfew so far (by hand only: scheduler=disabled)\n"
                          "`dev2`  partly stopped 1970-01-01 00:00 UTC by @U1 (by hand only: scheduler=disabled)\n"
                          "`dev3`  not touched by Curfew so far (by hand only: scheduler=disabled)\n");
    environment_keep(&environments[1], NULL);
}

static void keep(struct environment *environment, enum record_state state, const char *by)
{
    struct record record = { .uid = "u", .state = state, .settled_at = at("2026-11-27 12:00") };

    text_copy_cut(record.by, sizeof record.by, by);
    record.since_at = record.settled_at;
    environment_keep(environment, &record);
}

/* 2026-11-27 is a Friday. */
static void the_list_says_what_comes_next_for_each(void)
{
    static struct environment environments[5];
    struct environment *items[5];
    struct environment_list list;
    struct message message = { 0 };
    struct settings settings = { .rhythm = 1 };
    struct schedule_defaults defaults = { .zone = zone_utc() };
    struct error error = { 0 };

    CU_ASSERT_TRUE_FATAL(schedule_read("Mon-Fri 08:00-20:00", &defaults, NULL, &settings.schedule, &error));
    make_list(environments, items, 5, &list);
    for (size_t i = 0; i < list.count; i++)
        environments[i].settings = &settings;
    keep(&environments[1], RECORD_AWAKE, "");
    keep(&environments[2], RECORD_ASLEEP, "U1");
    keep(&environments[3], RECORD_AWAKE, "schedule");
    environment_keep(&environments[4], &(struct record){ .uid = "u",
                                                         .state = RECORD_AWAKE,
                                                         .by = "U1",
                                                         .since_at = at("2026-11-27 12:00"),
                                                         .settled_at = at("2026-11-27 12:00"),
                                                         .deadline = DEADLINE_PROLONGED,
                                                         .deadline_at = at("2026-11-27 22:00"),
                                                         .deadline_set_at = at("2026-11-27 12:00"),
                                                         .deadline_by = "U2" });
    answer_list(&list, at("2026-11-27 12:30"), &message);
    check_plain(&message,
                "`dev1`  not touched by Curfew so far, stops 2026-11-27 20:00 UTC\n"
                "`dev2`  not touched by Curfew so far, stops 2026-11-27 20:00 UTC\n"
                "`dev3`  stopped 2026-11-27 12:00 UTC by @U1, starts 2026-11-30 08:00 UTC\n"
                "`dev4`  started 2026-11-27 12:00 UTC by the schedule, stops 2026-11-27 20:00 UTC\n"
                "`dev5`  started 2026-11-27 12:00 UTC by @U1, stops 2026-11-27 22:00 UTC (kept awake by @U2)\n");
    for (size_t i = 0; i < list.count; i++)
        environment_keep(&environments[i], NULL);
}

struct question_case {
    const char *name;
    struct command command;
    size_t count;
    const char *text, *button, *value;
};

static void check_question(const struct question_case *item)
{
    static struct environment environments[2];
    struct environment *items[2];
    struct environment_list list;
    struct message message = { 0 };
    struct error error = { 0 };

    make_list(environments, items, item->count, &list);
    CU_ASSERT_TRUE_FATAL(answer_confirm(&item->command, &list, &message, &error));
    CU_ASSERT_EQUAL_FATAL(message.sections[0].button_count, 2);
    case_text(item->name, buffer_text(&message.sections[0].text), item->text);
    case_text(item->name, message.sections[0].buttons[0].text, item->button);
    case_text(item->name, message.sections[0].buttons[0].value, item->value);
    case_text(item->name, message.sections[0].buttons[0].action, "confirm");
    case_text(item->name, message.sections[0].buttons[1].action, "dismiss");
    message_release(&message);
}

static void a_question_names_what_its_button_does(void)
{
    static const struct question_case cases[] = {
        { "stop", { .verb = VERB_STOP }, 1, "Stop 1 environment: `dev1`?", "Stop it", "stop dev1" },
        { "stop except",
          { .verb = VERB_STOP, .exception_count = 1, .exceptions = { "db" } },
          2,
          "Stop 2 environments except db: `dev1` and `dev2`?",
          "Stop them",
          "stop dev1 dev2 except db" },
        { "start for a while",
          { .verb = VERB_START, .span = { .kind = SPAN_UNTIL, .minute = 23 * 60 + 30 } },
          2,
          "Start 2 environments until 23:30: `dev1` and `dev2`?",
          "Start them",
          "start dev1 dev2 until 23:30" },
        { "prolongate",
          { .verb = VERB_PROLONGATE, .span = { .kind = SPAN_FOR, .seconds = 2 * 60 * 60 } },
          2,
          "Prolongate 2 environments for 2h: `dev1` and `dev2`?",
          "Prolongate them",
          "prolongate dev1 dev2 for 2h" },
        { "cancel",
          { .verb = VERB_CANCEL },
          2,
          "Put 2 environments back on schedule: `dev1` and `dev2`?",
          "Put them back",
          "cancel dev1 dev2" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_question(&cases[i]);
}

static void a_question_about_more_than_a_command_may_name_is_refused(void)
{
    static struct environment environments[51];
    struct environment *items[51];
    struct environment_list list;
    struct message message = { 0 };
    struct error error = { 0 };
    struct command command = { .verb = VERB_STOP };

    make_list(environments, items, 51, &list);
    CU_ASSERT_FALSE(answer_confirm(&command, &list, &message, &error));
    CU_ASSERT_STRING_EQUAL(error.message,
                           "That names 51 environments; at most 50 go at once, so use a narrower pattern");
    CU_ASSERT_TRUE(message_is_empty(&message));
    message_release(&message);
}

/* Buttons of one row may not share an action_id, so each has a row; five of them, and no more. */
static void those_that_are_asleep_are_offered_a_start(void)
{
    struct message message = { 0 };
    struct buffer text = { 0 };
    char name[16];

    answer_sentence("They are stopped", &message);
    for (int i = 1; i <= 9; i++) {
        snprintf(name, sizeof name, "dev%d", i);
        answer_offer_start(&message, name, "4b0e2d7c");
    }
    CU_ASSERT_STRING_EQUAL(message.sections[0].buttons[0].value, "start dev1|4b0e2d7c");
    CU_ASSERT_STRING_EQUAL(message.sections[0].buttons[0].action, "start");
    message_write_plain(&message, &text);
    case_text("plain", buffer_text(&text),
              "They are stopped.\n[Start dev1]\n[Start dev2]\n[Start dev3]\n[Start dev4]\n[Start dev5]\n");
    buffer_release(&text);
    cJSON *body = written(&message);
    check_limits(body);
    cJSON_Delete(body);
    message_release(&message);
}

/* Each has a line of its own, however much is told of the others. */
static void of_many_outcomes_each_is_named(void)
{
    enum { COUNT = COMMAND_NAMES_MAX, DETAILS = 200 };
    struct message message = { 0 };
    char *outcomes[COUNT];

    for (int i = 0; i < COUNT; i++) {
        struct buffer text = { 0 };
        buffer_append_format(&text, "`dev%d` is partly stopped.\n", i);
        for (int j = 0; j < DETAILS; j++)
            buffer_append_text(&text, "• `a-workload` could not be changed: the server does not like it\n");
        outcomes[i] = buffer_take(&text);
    }
    answer_outcomes(true, "U1", (const char *const *) outcomes, COUNT, &message);
    CU_ASSERT_FALSE(message.sections[0].text.overflowed);
    for (int i = 0; i < COUNT; i++) {
        char line[64];
        snprintf(line, sizeof line, "`dev%d` is partly stopped.\n", i);
        case_holds(line, strstr(buffer_text(&message.sections[0].text), line) != NULL);
        free(outcomes[i]);
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), "that much is not told"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buffer_text(&message.sections[0].text), "Asked by <@U1>."));
    CU_ASSERT_TRUE(message.in_channel);
    message_release(&message);
}

/* The others in the channel did not see the command, and need not read that nothing came of it. */
static void what_changed_nothing_is_for_who_asked(void)
{
    static const char *const outcomes[] = { "`dev1` is stopped.\n", "`dev2` is stopped.\n" };
    struct message message = { 0 };

    answer_outcomes(false, "U1", outcomes, 2, &message);
    CU_ASSERT_FALSE(message.in_channel);
    CU_ASSERT_STRING_EQUAL(buffer_text(&message.sections[0].text), "`dev1` is stopped.\n`dev2` is stopped.");
    message_release(&message);
}

static char *status_of(int number)
{
    struct buffer text = { 0 };

    buffer_append_format(&text, "`environment-%d` is up: 12/12 ready, since ", number);
    message_append_instant(&text, 1795809600);
    buffer_append_text(&text, " by <@U024BE7LH>. It stops ");
    message_append_instant(&text, 1795852800);
    buffer_append_text(&text, " (kept awake by <@U024BE7LH>).\n");
    return buffer_take(&text);
}

static void the_status_of_a_hundred_fits_into_a_message(void)
{
    enum { COUNT = 100 };
    struct message message = { 0 };
    char *outcomes[COUNT];

    for (int i = 0; i < COUNT; i++)
        outcomes[i] = status_of(i);
    answer_outcomes(false, "U1", (const char *const *) outcomes, COUNT, &message);
    cJSON *body = written(&message);
    check_limits(body);
    case_holds("nothing is cut",
               strstr(block_text(body, block_count(body) - 1), "`environment-99` is up: 12/12 ready") != NULL);
    cJSON_Delete(body);
    for (int i = 0; i < COUNT; i++)
        free(outcomes[i]);
    message_release(&message);
}

TEST_MAIN("bot/answer", TEST(of_many_outcomes_each_is_named), TEST(a_sentence_ends_as_sentences_do),
          TEST(help_names_every_command), TEST(the_list_has_a_line_for_each),
          TEST(the_list_says_what_comes_next_for_each), TEST(a_question_names_what_its_button_does),
          TEST(a_question_about_more_than_a_command_may_name_is_refused),
          TEST(those_that_are_asleep_are_offered_a_start), TEST(what_changed_nothing_is_for_who_asked),
          TEST(the_status_of_a_hundred_fits_into_a_message))
