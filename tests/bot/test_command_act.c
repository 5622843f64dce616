/* What is written of a command, into the history and onto buttons, is that command when it is read again. */
#include <string.h>

#include "base/buffer.h"
#include "bot/command.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static const struct command_rules rules = { .prolong_max_s = 24 * 60 * 60 };

struct act_case {
    const char *typed, *act;
};

/* The act with the names behind its verb, as a person or a button would put them there. */
static void write_typed(const char *act, const struct command *command, struct buffer *target)
{
    size_t verb_length = strcspn(act, " ");

    buffer_append(target, act, verb_length);
    for (size_t i = 0; i < command->name_count; i++)
        buffer_append_format(target, " %s", command->names[i]);
    buffer_append_text(target, act + verb_length);
}

static void check_act(const struct act_case *item)
{
    struct command command = { 0 }, again = { 0 };
    struct error error = { 0 };
    released_by(buffer_release) struct buffer act = { 0 }, typed = { 0 }, act_again = { 0 };

    if (!case_holds(item->typed, command_read(item->typed, &rules, &command, &error)))
        return;
    command_write_act(&command, &act);
    case_text(item->typed, buffer_text(&act), item->act);
    write_typed(buffer_text(&act), &command, &typed);
    if (!case_holds(item->typed, command_read(buffer_text(&typed), &rules, &again, &error)))
        return;
    command_write_act(&again, &act_again);
    case_text(item->typed, buffer_text(&act_again), item->act);
    case_number(item->typed, (int64_t) again.name_count, (int64_t) command.name_count);
    case_holds(item->typed, memcmp(again.names, command.names, sizeof again.names) == 0);
    case_number(item->typed, again.span.seconds, command.span.seconds);
    case_number(item->typed, again.span.minute, command.span.minute);
    case_text(item->typed, again.schedule, command.schedule);
}

static void what_is_written_of_a_command_is_the_same_command(void)
{
    static const struct act_case cases[] = {
        { "start dev1", "start" },
        { "Start dev1 for 3 hours", "start for 3h" },
        { "start dev1 except web, api for 1h 30m", "start for 1h30m except web api" },
        { "start dev1 until 9:05", "start until 09:05" },
        { "start dev1 until morning except web", "start until morning except web" },
        { "stop dev1 dev2 except web", "stop except web" },
        { "prolong dev1 2", "prolongate for 2h" },
        { "extend dev1 for 90s", "prolongate for 1m30s" },
        { "prolong dev1 for 86399s", "prolongate for 23h59m59s" },
        { "prolong dev1 for 24h", "prolongate for 24h" },
        { "prolong * until 22:00", "prolongate until 22:00" },
        { "prolong dev1 until 0:00", "prolongate until 00:00" },
        { "prolong dev1 until morning", "prolongate until morning" },
        { "cancel dev1 dev2", "cancel" },
        { "status dev1", "status" },
        { "list dev-*", "list" },
        { "history dev1", "history" },
        { "schedule dev1", "schedule" },
        { "schedule dev1 DEFAULT", "schedule default" },
        { "schedule dev1 `Mon-Fri 20:00`", "schedule Mon-Fri 20:00" },
        { "schedule dev1 Mon,Tue 20:00; Sat 10:00-14:00 Europe/Berlin",
          "schedule Mon,Tue 20:00; Sat 10:00-14:00 Europe/Berlin" },
        { "schedule dev1 &amp;amp;lt; '", "schedule <" },
        { "help", "help" },
        { "help extend", "help prolongate" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_act(&cases[i]);
}

struct change_case {
    const char *typed;
    bool changes;
};

static void what_changes_an_environment_is_known(void)
{
    static const struct change_case cases[] = {
        { "start dev1", true },     { "stop dev1", true },           { "prolong dev1 2h", true },
        { "cancel dev1", true },    { "schedule dev1 never", true }, { "schedule dev1 default", true },
        { "schedule dev1", false }, { "status dev1", false },        { "list", false },
        { "history dev1", false },  { "help stop", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct command command = { 0 };
        struct error error = { 0 };

        case_holds(cases[i].typed, command_read(cases[i].typed, &rules, &command, &error));
        case_holds(cases[i].typed, command_changes(&command) == cases[i].changes);
    }
}

TEST_MAIN("bot/command: acts", TEST(what_is_written_of_a_command_is_the_same_command),
          TEST(what_changes_an_environment_is_known))
