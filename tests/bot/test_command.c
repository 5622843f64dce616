/* What people type, taken from the contract with the user and from what phones make of it. */
#include "bot/command.h"

#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct command_rules rules = { .prolong_max_s = 24 * 60 * 60 };

/* "stop dev1 dev2 except web", "help stop", "prolongate dev1, 7200 seconds": what was understood, written out. */
static void write_out(const struct command *command, struct buffer *target)
{
    buffer_append_text(target, verb_words(command->verb)->word);
    if (command->help_has_topic)
        buffer_append_format(target, " %s", verb_words(command->help_topic)->word);
    for (size_t i = 0; i < command->name_count; i++)
        buffer_append_format(target, " %s", command->names[i]);
    for (size_t i = 0; i < command->exception_count; i++)
        buffer_append_format(target, "%s %s", i == 0 ? " except" : "", command->exceptions[i]);
    if (command->span.kind == SPAN_FOR)
        buffer_append_format(target, ", %lld seconds", (long long) command->span.seconds);
    else if (command->span.kind == SPAN_UNTIL)
        buffer_append_format(target, ", minute %d", command->span.minute);
    else if (command->span.kind == SPAN_MORNING)
        buffer_append_text(target, ", morning");
    if (command->sets_schedule)
        buffer_append_format(target, " to \"%s\"", command->schedule);
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

static void check_all_understood(const struct understood_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_understood(&cases[i]);
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
        { "stop dev1 except web except api", "stop dev1 except web api" },
        { "cancel dev1 dev2", "cancel dev1 dev2" },
        { "cancel dev-*", "cancel dev-* (pattern)" },
        { "history dev1", "history dev1" },
        { "schedule dev1", "schedule dev1" },
        { "help prolongate", "help prolongate" },
        { "help prolong", "help prolongate" },
        { "help extend", "help prolongate" },
        { "help schedule", "help schedule" },
        { "help history", "help history" },
        { "help cancel", "help cancel" },
        { "help help", "help help" },
    };

    check_all_understood(cases, sizeof cases / sizeof cases[0]);
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

    check_all_understood(cases, sizeof cases / sizeof cases[0]);
}

static void how_long_is_understood_in_any_order_and_spelling(void)
{
    static const struct understood_case cases[] = {
        { "prolongate dev1 for 2h", "prolongate dev1, 7200 seconds" },
        { "prolong dev1 dev2 for 90m", "prolongate dev1 dev2, 5400 seconds" },
        { "extend dev1 for 1h30m", "prolongate dev1, 5400 seconds" },
        { "prolong all for 2h", "prolongate *, 7200 seconds (pattern)" },
        { "prolong * for 2h", "prolongate *, 7200 seconds (pattern)" },
        { "prolong dev1 for 2 hours", "prolongate dev1, 7200 seconds" },
        { "Prolong Dev1 For 2 Hours", "prolongate dev1, 7200 seconds" },
        { "prolong dev1 for 1h 30m", "prolongate dev1, 5400 seconds" },
        { "prolong dev1 for 1 hour and 30 minutes", "prolongate dev1, 5400 seconds" },
        { "prolong dev1 for 2", "prolongate dev1, 7200 seconds" },
        { "prolong dev1 for `2h`", "prolongate dev1, 7200 seconds" },
        { "prolong dev1 for 1s", "prolongate dev1, 1 seconds" },
        { "prolong dev1 for 24h", "prolongate dev1, 86400 seconds" },
        { "prolong dev1 2h", "prolongate dev1, 7200 seconds" },
        { "prolong dev1, 2h", "prolongate dev1, 7200 seconds" },
        { "prolong dev1 dev2 2 hours", "prolongate dev1 dev2, 7200 seconds" },
        { "prolong dev1 1h 30m", "prolongate dev1, 5400 seconds" },
        { "prolong dev1 1 hour 30 minutes 10 seconds", "prolongate dev1, 5410 seconds" },
        { "prolong dev1 2", "prolongate dev1, 7200 seconds" },
        { "prolong 2h for 1h", "prolongate 2h, 3600 seconds" }, /* a namespace may be called so */
        { "prolong 2h 1h", "prolongate 2h, 3600 seconds" },
        { "prolong dev1 until 22:00", "prolongate dev1, minute 1320" },
        { "prolong dev1 until 0:05", "prolongate dev1, minute 5" },
        { "prolong dev1 until 23:59", "prolongate dev1, minute 1439" },
        { "prolong dev1 until morning", "prolongate dev1, morning" },
        { "PROLONG DEV1 UNTIL MORNING", "prolongate dev1, morning" },
        { "start dev1 for 3h", "start dev1, 10800 seconds" },
        { "start dev1 until 23:30", "start dev1, minute 1410" },
        { "start dev1 until morning", "start dev1, morning" },
        { "start dev1 for 3h except web api", "start dev1 except web api, 10800 seconds" },
        { "start dev1 except web api for 3h", "start dev1 except web api, 10800 seconds" },
        { "start dev1 except web until 23:30", "start dev1 except web, minute 1410" },
        { "start dev1 2h", "start dev1 2h" }, /* two environments: there is no need to say how long */
    };

    check_all_understood(cases, sizeof cases / sizeof cases[0]);
}

static void a_schedule_is_taken_as_it_was_typed(void)
{
    static const struct understood_case cases[] = {
        { "schedule dev1 Mon-Fri 08:00-20:00 Europe/Berlin", "schedule dev1 to \"Mon-Fri 08:00-20:00 Europe/Berlin\"" },
        { "Schedule Dev1 Mon,Wed 20:00; Sat 10:00-14:00", "schedule dev1 to \"Mon,Wed 20:00; Sat 10:00-14:00\"" },
        { "schedule dev1 0 20 * * 1-5", "schedule dev1 to \"0 20 * * 1-5\"" },
        { "schedule dev1 never", "schedule dev1 to \"never\"" },
        { "schedule dev1 default", "schedule dev1 to \"\"" },
        { "schedule dev1 Default ", "schedule dev1 to \"\"" },
        { "schedule dev1 `default`", "schedule dev1 to \"\"" },
        { "schedule `dev1` `Mon-Fri 20:00`", "schedule dev1 to \"Mon-Fri 20:00\"" },
        { "schedule dev1 \"Mon-Fri 20:00\"", "schedule dev1 to \"Mon-Fri 20:00\"" },
        { "schedule dev1 \u201cMon-Fri 20:00\u201d ", "schedule dev1 to \"Mon-Fri 20:00\"" },
        { "schedule dev1 ```Mon-Fri 20:00```\n", "schedule dev1 to \"Mon-Fri 20:00\"" },
        { "schedule dev1   Mon-Fri   20:00  ", "schedule dev1 to \"Mon-Fri   20:00\"" },
        { "schedule dev1 Mon-Fri\u00a020:00\ufeff", "schedule dev1 to \"Mon-Fri 20:00\"" },
        { "schedule dev1\tMon-Fri\t20:00\r\n", "schedule dev1 to \"Mon-Fri 20:00\"" },
        { "schedule dev1 a &lt;b&gt; &amp; c", "schedule dev1 to \"a <b> & c\"" },
        { "schedule dev1 &amp;lt; &nbsp; &amp", "schedule dev1 to \"< &nbsp; &amp\"" },
        { "schedule dev1 except web for 2h", "schedule dev1 to \"except web for 2h\"" },
        { "schedule dev1 ` `", "schedule dev1" },
        { "schedule dev1 \xe2\x80\u2019\xaf", "schedule dev1 to \"???\"" }, /* no blank, although its bytes were one */
    };

    check_all_understood(cases, sizeof cases / sizeof cases[0]);
}

static void a_schedule_of_500_bytes_is_the_longest(void)
{
    struct command command = { 0 };
    struct error error = { 0 };
    char typed[600];

    (void) snprintf(typed, sizeof typed, "schedule dev1 %0500d", 1);
    CU_ASSERT_TRUE(command_read(typed, &rules, &command, &error));
    CU_ASSERT_EQUAL(strlen(command.schedule), 500);
    (void) snprintf(typed, sizeof typed, "schedule dev1 %0501d", 1);
    CU_ASSERT_FALSE(command_read(typed, &rules, &command, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    CU_ASSERT_STRING_EQUAL(error.message,
                           "That schedule is longer than the 500 characters allowed; the form is `schedule ENV [SPEC | "
                           "default]`, for example `schedule dev1 Mon-Fri 08:00-20:00 Europe/Berlin`");
}

/* The beginning of the sentence and its ending, which is often the form. */
struct mistake_case {
    const char *typed, *sentence, *ending;
};

static const char all_verbs[] =
    "Use `start`, `stop`, `prolongate`, `cancel`, `status`, `list`, `schedule`, `history` or `help`";
static const char start_form[] = "the form is `start ENV… [for 3h | until 23:30] [except NAME…]`";
static const char stop_form[] = "the form is `stop ENV… [except NAME…]`";
static const char prolongate_form[] = "the form is `prolongate ENV… for 2h | until 22:00`";
static const char schedule_form[] = "the form is `schedule ENV [SPEC | default]`";
static const char history_form[] = "the form is `history ENV`";
static const char environment_rule[] =
    " cannot be an environment: a name has up to 63 letters, digits and hyphens, a pattern also `*`";

static void check_mistakes(const struct mistake_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct command command = { 0 };
        struct error error = { 0 };
        char sentence[ERROR_MESSAGE_SIZE];

        (void) snprintf(sentence, sizeof sentence, "%s%s", cases[i].sentence, cases[i].ending);
        case_holds(cases[i].typed, !command_read(cases[i].typed, &rules, &command, &error));
        case_text(cases[i].typed, error.message, sentence);
        CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
    }
}

static void every_mistake_gets_a_sentence_with_the_right_form(void)
{
    static const struct mistake_case cases[] = {
        { "stpo dev1", "I do not know `stpo`. Did you mean `stop`?", "" },
        { "prolnog dev1 for 2h", "I do not know `prolnog`. Did you mean `prolong`?", "" },
        { "destroy dev1", "I do not know `destroy`. ", all_verbs },
        { "help destroy", "I do not know `destroy`. ", all_verbs },
        { "остановить dev1", "I do not know `остановить`. ", all_verbs },
        { "stop",
          "Which environment? The form is `stop ENV… [except NAME…]`, for example `stop dev1 except postgres`; ",
          "`list` shows them" },
        { "stop except web",
          "Which environment? The form is `stop ENV… [except NAME…]`, for example `stop dev1 except postgres`; ",
          "`list` shows them" },
        { "start", "Which environment? The form is `start ENV… [for 3h | until 23:30] [except NAME…]`, ",
          "for example `start dev1`; `list` shows them" },
        { "start for 3h", "Which environment? The form is `start ENV… [for 3h | until 23:30] [except NAME…]`, ",
          "for example `start dev1`; `list` shows them" },
        { "prolongate", "Which environment? The form is `prolongate ENV… for 2h | until 22:00`, ",
          "for example `prolongate dev1 for 2h`; `list` shows them" },
        { "extend until morning", "Which environment? The form is `prolongate ENV… for 2h | until 22:00`, ",
          "for example `prolongate dev1 for 2h`; `list` shows them" },
        { "cancel", "Which environment? The form is `cancel ENV…`, ", "for example `cancel dev1`; `list` shows them" },
        { "history", "Which environment? The form is `history ENV`, ",
          "for example `history dev1`; `list` shows them" },
        { "schedule", "Which environment? The form is `schedule ENV [SPEC | default]`, ",
          "for example `schedule dev1 Mon-Fri 08:00-20:00 Europe/Berlin`; `list` shows them" },
        { "stop dev1 except", "`except` needs the name of a workload; ", stop_form },
        { "status dev1 except web", "`status` takes no `except`; ", "the form is `status [ENV…]`" },
        { "prolong dev1 for 2h except web", "`prolongate` takes no `except`; ", prolongate_form },
        { "stop dev1 dev2 dev1", "`dev1` is named twice; ", "name each environment once" },
        { "stop dev1 Dev1", "`dev1` is named twice; ", "name each environment once" },
        { "stop all *", "`*` is named twice; ", "name each environment once" },
        { "stop dev1 except web web", "`web` is excepted twice; ", "name each workload once" },
        { "stop dev1 except web except web", "`web` is excepted twice; ", "name each workload once" },
        { "stop dev_1", "`dev_1`", environment_rule },
        { "stop <!channel>", "`<!channel>`", environment_rule },
        { "stop окно", "`окно`", environment_rule },
        { "stop ../kube-system", "`../kube-system`", environment_rule },
        { "stop dev1 except a/b", "`a/b` cannot be a workload: ", "a name has letters, digits, hyphens and dots" },
        { "history dev1 dev2", "`history` takes one environment and no pattern; ", history_form },
        { "history dev-*", "`history` takes one environment and no pattern; ", history_form },
        { "schedule dev-*", "`schedule` takes one environment and no pattern; ", schedule_form },
        { "schedule all Mon-Fri 20:00", "`schedule` takes one environment and no pattern; ", schedule_form },
        { "schedule dev/1 never", "`dev/1`", environment_rule },
    };

    check_mistakes(cases, sizeof cases / sizeof cases[0]);
}

static const char length_rule[] =
    "allowed is from 1 s to 24 h, such as `90m`, `2h` or `1h30m`; the form is `prolongate ENV… for 2h | until 22:00`";
static const char time_rule[] =
    "allowed is `00:00` to `23:59`, or `morning`; the form is `prolongate ENV… for 2h | until 22:00`";

static void a_wrong_length_or_time_says_what_is_allowed(void)
{
    static const struct mistake_case cases[] = {
        { "prolong dev1", "How long? The form is `prolongate ENV… for 2h | until 22:00`, ",
          "for example `prolongate dev1 for 2h`" },
        { "prolong dev1 dev2", "How long? The form is `prolongate ENV… for 2h | until 22:00`, ",
          "for example `prolongate dev1 for 2h`" },
        { "prolong 2h", "How long? The form is `prolongate ENV… for 2h | until 22:00`, ",
          "for example `prolongate dev1 for 2h`" },
        { "prolong dev1 for", "`for` needs a length of time from 1 s to 24 h, such as `90m`, `2h` or `1h30m`; ",
          prolongate_form },
        { "prolong dev1 until", "`until` needs a time of day from `00:00` to `23:59`, or `morning`; ",
          prolongate_form },
        { "prolong dev1 for 0h", "`for 0h` is not possible: ", length_rule },
        { "prolong dev1 for -1h", "`for -1h` is not possible: ", length_rule },
        { "prolong dev1 for 9999h", "`for 9999h` is not possible: ", length_rule },
        { "prolong dev1 for 24h1s", "`for 24h1s` is not possible: ", length_rule },
        { "prolong dev1 for 99999999999999999999h", "`for 99999999999999999999h` is not possible: ", length_rule },
        { "prolong dev1 for ever", "`for ever` is not possible: ", length_rule },
        { "prolong dev1 for two hours", "`for two hours` is not possible: ", length_rule },
        { "prolong dev1 for 2h dev2", "`for 2h dev2` is not possible: ", length_rule },
        { "prolong for 2h dev1", "`for 2h dev1` is not possible: ", length_rule },
        { "prolong dev1 for ２h", "`for ２h` is not possible: ", length_rule },
        { "prolong dev1 for ٣h", "`for ٣h` is not possible: ", length_rule },
        { "prolong dev1 for 2 часа", "`for 2 часа` is not possible: ", length_rule },
        { "prolong dev1 25h", "`for 25h` is not possible: ", length_rule },
        { "prolong dev1 until 25:00", "`until 25:00` is not possible: ", time_rule },
        { "prolong dev1 until 24:00", "`until 24:00` is not possible: ", time_rule },
        { "prolong dev1 until 22:60", "`until 22:60` is not possible: ", time_rule },
        { "prolong dev1 until 22h", "`until 22h` is not possible: ", time_rule },
        { "prolong dev1 until 10pm", "`until 10pm` is not possible: ", time_rule },
        { "prolong dev1 until tomorrow morning", "`until tomorrow morning` is not possible: ", time_rule },
        { "prolong dev1 until 22:00 Europe/Berlin", "`until 22:00 europe/berlin` is not possible: ", time_rule },
        { "prolong dev1 until <!here>", "`until <!here>` is not possible: ", time_rule },
        { "prolong dev1 for 2h until 22:00", "Say once how long, by `for` or by `until`; ", prolongate_form },
        { "prolong dev1 for 2h for 2h", "Say once how long, by `for` or by `until`; ", prolongate_form },
        { "start dev1 for 3h until 23:30", "Say once how long, by `for` or by `until`; ", start_form },
        { "start dev1 until 23:30 except web for 3h", "Say once how long, by `for` or by `until`; ", start_form },
        { "start dev1 for 0h",
          "`for 0h` is not possible: allowed is from 1 s to 24 h, such as `90m`, `2h` or `1h30m`; ", start_form },
        { "stop dev1 for 2h", "`for` is not understood here; ", stop_form },
        { "stop dev1 until 22:00", "`until` is not understood here; ", stop_form },
        { "stop dev1 except for", "`except` needs the name of a workload; ", stop_form },
        { "cancel dev1 for 2h", "`for` is not understood here; ", "the form is `cancel ENV…`" },
        { "status for", "`for` is not understood here; ", "the form is `status [ENV…]`" },
        { "history until", "`until` is not understood here; ", history_form },
        { "list for", "`for` is not understood here; ", "the form is `list [PATTERN…]`" },
    };

    check_mistakes(cases, sizeof cases / sizeof cases[0]);
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
    static const char *const begins[] = {
        "",          "stop ",          "help ",   "prolong dev1 for ", "prolong dev1 until ", "prolong dev1 ",
        "schedule ", "schedule dev1 ", "history "
    };
    static const char *const pieces[] = { "\u00fc", "9", "9 ", "a ", "b;", "x'" };

    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        for (size_t j = 0; j < sizeof pieces / sizeof pieces[0]; j++) {
            struct command command = { 0 };
            struct error error = { 0 };
            released_by(buffer_release) struct buffer text = { 0 };

            buffer_append_text(&text, begins[i]);
            while (text.length < 10000)
                buffer_append_text(&text, pieces[j]);
            buffer_append_text(&text, "z_z");
            case_holds(begins[i], !command_read(buffer_text(&text), &rules, &command, &error));
            case_holds(begins[i], error.kind == ERROR_INPUT && error.message[0] != '\0');
        }
    }
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
          TEST(how_long_is_understood_in_any_order_and_spelling), TEST(a_schedule_is_taken_as_it_was_typed),
          TEST(a_schedule_of_500_bytes_is_the_longest), TEST(every_mistake_gets_a_sentence_with_the_right_form),
          TEST(a_wrong_length_or_time_says_what_is_allowed), TEST(limits_are_named),
          TEST(a_name_of_63_characters_is_the_longest), TEST(a_text_of_10_kB_is_a_sentence_too),
          TEST(what_failed_leaves_the_result_untouched))
