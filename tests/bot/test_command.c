/* What people type, taken from the contract with the user and from what phones make of it. */
#include "bot/command.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct command_rules rules = { .prolong_max_s = 24 * 60 * 60 };

/* "stop dev1 dev2 except web", "help stop": what was understood, written out. */
static void write_out(const struct command *command, struct buffer *target)
{
    buffer_append_text(target, verb_words(command->verb)->word);
    if (command->help_has_topic)
        buffer_append_format(target, " %s", verb_words(command->help_topic)->word);
    for (size_t i = 0; i < command->name_count; i++)
        buffer_append_format(target, " %s", command->names[i]);
    for (size_t i = 0; i < command->exception_count; i++)
        buffer_append_format(target, "%s %s", i == 0 ? " except" : "", command->exceptions[i]);
    if (command->has_pattern)
        buffer_append_text(target, " (pattern)");
}

struct understood_case {
    const char *typed, *understood;
};

static void check_understood(const struct understood_case *item)
{
    struct command command = { 0 };
    struct error error = { 0 };
    struct buffer text = { 0 };

    if (case_holds(item->typed, command_read(item->typed, &rules, &command, &error)))
        write_out(&command, &text);
    case_text(item->typed, buffer_text(&text), item->understood);
    buffer_release(&text);
}

static void commands_are_understood(void)
{
    static const struct understood_case cases[] = {
        { "", "help" },
        { "   ", "help" },
        { "help", "help" },
        { "help stop", "help stop" },
        { "start dev1", "start dev1" },
        { "stop dev1 dev2", "stop dev1 dev2" },
        { "stop dev1 except web api", "stop dev1 except web api" },
        { "stop dev1, dev2 ,dev3", "stop dev1 dev2 dev3" },
        { "status", "status" },
        { "status all", "status * (pattern)" },
        { "list dev-*", "list dev-* (pattern)" },
        { "stop dev-* except my.web", "stop dev-* except my.web (pattern)" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_understood(&cases[i]);
}

static void what_phones_make_of_a_command_is_forgiven(void)
{
    static const struct understood_case cases[] = {
        { "Stop Dev1", "stop dev1" },
        { "STOP DEV1 EXCEPT WEB", "stop dev1 except web" },
        { "stop `dev1`", "stop dev1" },
        { "stop \u201cdev1\u201d", "stop dev1" },
        { "stop \u2018dev1\u2019", "stop dev1" },
        { "stop\u00a0dev1", "stop dev1" },
        { "\tstop  \n dev1\r\n", "stop dev1" },
        { "stop \u200bdev1\ufeff", "stop dev1" },
        { "stop 'dev1' \"dev2\"", "stop dev1 dev2" },
        { "stop dev1 and dev2 except web and api", "stop dev1 dev2 except web api" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_understood(&cases[i]);
}

struct mistake_case {
    const char *typed, *sentence;
};

static void every_mistake_gets_a_sentence_with_the_right_form(void)
{
    static const struct mistake_case cases[] = {
        { "stpo dev1", "I do not know `stpo`. Did you mean `stop`?" },
        { "destroy dev1", "I do not know `destroy`. Use `start`, `stop`, `status`, `list` or `help`" },
        { "help destroy", "I do not know `destroy`. Use `start`, `stop`, `status`, `list` or `help`" },
        { "stop", "Which environment? The form is `stop ENV… [except NAME…]`, for example `stop dev1 except postgres`; "
                  "`list` shows them" },
        { "start",
          "Which environment? The form is `start ENV… [except NAME…]`, for example `start dev1`; `list` shows them" },
        { "stop except web", "Which environment? The form is `stop ENV… [except NAME…]`, for example `stop dev1 except "
                             "postgres`; `list` shows them" },
        { "stop dev1 except", "`except` needs the name of a workload; the form is `stop ENV… [except NAME…]`" },
        { "status dev1 except web", "`status` takes no `except`; the form is `status [ENV…]`" },
        { "stop dev1 dev2 dev1", "`dev1` is named twice; name each environment once" },
        { "stop dev1 Dev1", "`dev1` is named twice; name each environment once" },
        { "stop all *", "`*` is named twice; name each environment once" },
        { "stop dev1 except web web", "`web` is excepted twice; name each workload once" },
        { "start dev1 for 3h", "`for` is not understood here; the form is `start ENV… [except NAME…]`" },
        { "stop dev1 until 22:00", "`until` is not understood here; the form is `stop ENV… [except NAME…]`" },
        { "stop dev_1",
          "`dev_1` cannot be an environment: a name has up to 63 letters, digits and hyphens, a pattern also `*`" },
        { "stop <!channel>", "`<!channel>` cannot be an environment: a name has up to 63 letters, digits and hyphens, "
                             "a pattern also `*`" },
        { "stop окно",
          "`окно` cannot be an environment: a name has up to 63 letters, digits and hyphens, a pattern also `*`" },
        { "stop ../kube-system", "`../kube-system` cannot be an environment: a name has up to 63 letters, digits and "
                                 "hyphens, a pattern also `*`" },
        { "stop dev1 except a/b", "`a/b` cannot be a workload: a name has letters, digits, hyphens and dots" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct command command = { 0 };
        struct error error = { 0 };
        case_holds(cases[i].typed, !command_read(cases[i].typed, &rules, &command, &error));
        case_text(cases[i].typed, error.message, cases[i].sentence);
        CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    }
}

static void fill(struct buffer *text, const char *begin, const char *format, int count)
{
    buffer_append_text(text, begin);
    for (int i = 0; i < count; i++) {
        char name[32];
        (void) snprintf(name, sizeof name, "%s%d", format, i);
        buffer_append_format(text, " %s", name);
    }
}

struct limit_case {
    const char *begin, *name;
    int count;
    const char *sentence; /* NULL = it is understood */
};

static void limits_are_named(void)
{
    static const struct limit_case cases[] = {
        { "stop", "e", 50, NULL },
        { "stop", "e", 51, "That is more than 50 environments; name fewer, or use a pattern such as `dev-*`" },
        { "stop dev1 except", "w", 20, NULL },
        { "stop dev1 except", "w", 21,
          "That is more than 20 exceptions, or 1000 characters of them; annotate workloads with `curfew/exclude: "
          "\"true\"` instead" },
        { "stop", "x", 300, "That is more than 128 words; name fewer, or use a pattern such as `dev-*`" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct command command = { 0 };
        struct error error = { 0 };
        struct buffer text = { 0 };
        fill(&text, cases[i].begin, cases[i].name, cases[i].count);
        case_holds(cases[i].begin,
                   command_read(buffer_text(&text), &rules, &command, &error) == (cases[i].sentence == NULL));
        case_text(cases[i].begin, error.message, cases[i].sentence == NULL ? "" : cases[i].sentence);
        buffer_release(&text);
    }
}

static void a_name_of_63_characters_is_the_longest(void)
{
    struct command command = { 0 };
    struct error error = { 0 };
    char typed[400];

    (void) snprintf(typed, sizeof typed, "stop %063d", 1);
    CU_ASSERT_TRUE(command_read(typed, &rules, &command, &error));
    (void) snprintf(typed, sizeof typed, "stop %064d", 1);
    CU_ASSERT_FALSE(command_read(typed, &rules, &command, &error));
    (void) snprintf(typed, sizeof typed, "stop %0300d", 1);
    CU_ASSERT_FALSE(command_read(typed, &rules, &command, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "A name is longer than the 253 characters that Kubernetes allows");
}

static void a_text_of_10_kB_is_a_sentence_too(void)
{
    struct command command = { 0 };
    struct error error = { 0 };
    struct buffer text = { 0 };

    buffer_append_text(&text, "stop ");
    for (int i = 0; i < 5000; i++)
        buffer_append_text(&text, "\u00fc");
    CU_ASSERT_FALSE(command_read(buffer_text(&text), &rules, &command, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    buffer_release(&text);
}

static void what_failed_leaves_the_result_untouched(void)
{
    struct command command = { .verb = VERB_LIST, .name_count = 7 };
    struct error error = { 0 };

    CU_ASSERT_FALSE(command_read("stop dev1 dev1", &rules, &command, &error));
    CU_ASSERT_EQUAL(command.verb, VERB_LIST);
    CU_ASSERT_EQUAL(command.name_count, 7);
}

TEST_MAIN("bot/command", TEST(commands_are_understood), TEST(what_phones_make_of_a_command_is_forgiven),
          TEST(every_mistake_gets_a_sentence_with_the_right_form), TEST(limits_are_named),
          TEST(a_name_of_63_characters_is_the_longest), TEST(a_text_of_10_kB_is_a_sentence_too),
          TEST(what_failed_leaves_the_result_untouched))
