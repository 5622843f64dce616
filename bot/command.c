/* bot/command.c - what somebody typed behind the slash command, understood or answered with a sentence.
 *
 * Pure. A verb, the names, then clauses in any order, each begun by its keyword: "except", "for", "until".
 */
#include "bot/command.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/text.h"
#include "bot/command_span.h"
#include "bot/command_words.h"

static_assert((int) WORD_SIZE == (int) COMMAND_EXCEPTION_SIZE, "the longest name fits a word");

static const struct verb_words verbs[VERB_COUNT] = {
    [VERB_START] = { "start", "start ENV… [for 3h | until 23:30] [except NAME…]",
                     "brings every workload back to the replicas it had; at night for a limited time", "start dev1" },
    [VERB_STOP] = { "stop", "stop ENV… [except NAME…]", "remembers the replicas of every workload and scales them to 0",
                    "stop dev1 except postgres" },
    [VERB_PROLONGATE] = { "prolongate", "prolongate ENV… for 2h | until 22:00",
                          "moves the next stop later; `until morning` works too", "prolongate dev1 for 2h" },
    [VERB_CANCEL] = { "cancel", "cancel ENV…", "drops what moved the next stop: the schedule is back", "cancel dev1" },
    [VERB_STATUS] = { "status", "status [ENV…]", "shows how environments stand, read at this moment", "status dev1" },
    [VERB_LIST] = { "list", "list [PATTERN…]", "names every environment, one line each", "list dev-*" },
    [VERB_SCHEDULE] = { "schedule", "schedule ENV [SPEC | default]",
                        "shows or sets its schedule, and shows the next 7 days",
                        "schedule dev1 Mon-Fri 08:00-20:00 Europe/Berlin" },
    [VERB_HISTORY] = { "history", "history ENV", "shows who did what, newest first", "history dev1" },
    [VERB_HELP] = { "help", "help [COMMAND]", "explains the commands", "help stop" },
};

/* Other words for the same. */
static const struct {
    const char *word;
    enum verb verb;
} aliases[] = { { "prolong", VERB_PROLONGATE }, { "extend", VERB_PROLONGATE } };

static bool read_verb(const char *word, enum verb *ret_verb, struct error *error);
static bool read_help(const char *text, struct command *command, struct error *error);
static bool read_schedule(const char *text, struct command *command, struct error *error);
static bool read_arguments(const char *text, const struct command_rules *rules, struct command *command,
                           struct error *error);

const struct verb_words *verb_words(enum verb verb)
{
    return &verbs[verb];
}

bool command_read(const char *text, const struct command_rules *rules, struct command *ret_command, struct error *error)
{
    struct command command = { .verb = VERB_HELP };
    char word[WORD_SIZE];
    bool understood = true;

    if (!words_take(&text, word, error))
        return false;
    if (word[0] != '\0') {
        if (!read_verb(word, &command.verb, error))
            return false;
        if (command.verb == VERB_HELP)
            understood = read_help(text, &command, error);
        else if (command.verb == VERB_SCHEDULE)
            understood = read_schedule(text, &command, error);
        else
            understood = read_arguments(text, rules, &command, error);
    }
    if (understood)
        *ret_command = command;
    return understood;
}

static bool refuse_verb(const char *word, const struct nearest *nearest, struct error *error)
{
    released_by(buffer_release) struct buffer words = { 0 };
    char shown[41];

    text_copy_cut(shown, sizeof shown, word);
    if (nearest->count > 0)
        return error_set(error, ERROR_INPUT, "I do not know `%s`. Did you mean `%s`?", shown, nearest->names[0]);
    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        if (verb > 0)
            buffer_append_text(&words, verb + 1 < VERB_COUNT ? ", " : " or ");
        buffer_append_format(&words, "`%s`", verbs[verb].word);
    }
    return error_set(error, ERROR_INPUT, "I do not know `%s`. Use %s", shown, buffer_text(&words));
}

static bool read_verb(const char *word, enum verb *ret_verb, struct error *error)
{
    struct nearest nearest = { .wanted = word };

    for (enum verb verb = 0; verb < VERB_COUNT; verb++) {
        if (text_equal(word, verbs[verb].word)) {
            *ret_verb = verb;
            return true;
        }
        nearest_offer(&nearest, verbs[verb].word);
    }
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (text_equal(word, aliases[i].word)) {
            *ret_verb = aliases[i].verb;
            return true;
        }
        nearest_offer(&nearest, aliases[i].word);
    }
    return refuse_verb(word, &nearest, error);
}

static bool read_help(const char *text, struct command *command, struct error *error)
{
    char word[WORD_SIZE];

    if (!words_take(&text, word, error))
        return false;
    command->help_has_topic = word[0] != '\0';
    return !command->help_has_topic || read_verb(word, &command->help_topic, error);
}

static bool has_only(const char *word, const char *characters)
{
    return word[strspn(word, characters)] == '\0';
}

static bool add_name(struct command *command, const char *word, struct error *error)
{
    const char *name = text_equal(word, "all") ? "*" : word;

    if (!has_only(name, "abcdefghijklmnopqrstuvwxyz0123456789-*") || strlen(name) >= COMMAND_NAME_SIZE)
        return error_set(
            error, ERROR_INPUT,
            "`%.63s` cannot be an environment: a name has up to %d letters, digits and hyphens, a pattern also `*`",
            word, COMMAND_NAME_SIZE - 1);
    for (size_t i = 0; i < command->name_count; i++)
        if (text_equal(command->names[i], name))
            return error_set(error, ERROR_INPUT, "`%s` is named twice; name each environment once", word);
    if (command->name_count == COMMAND_NAMES_MAX)
        return error_set(error, ERROR_INPUT,
                         "That is more than %d environments; name fewer, or use a pattern such as `dev-*`",
                         COMMAND_NAMES_MAX);
    if (strchr(name, '*') != NULL)
        command->has_pattern = true;
    return text_copy(command->names[command->name_count++], COMMAND_NAME_SIZE, name);
}

static bool add_exception(struct command *command, const char *word, struct error *error)
{
    if (!has_only(word, "abcdefghijklmnopqrstuvwxyz0123456789-."))
        return error_set(error, ERROR_INPUT,
                         "`%.63s` cannot be a workload: a name has letters, digits, hyphens and dots", word);
    size_t bytes = strlen(word);
    for (size_t i = 0; i < command->exception_count; i++) {
        bytes += strlen(command->exceptions[i]) + 1;
        if (text_equal(command->exceptions[i], word))
            return error_set(error, ERROR_INPUT, "`%.63s` is excepted twice; name each workload once", word);
    }
    if (command->exception_count == COMMAND_EXCEPTIONS_MAX || bytes > COMMAND_EXCEPTIONS_BYTES_MAX)
        return error_set(error, ERROR_INPUT,
                         "That is more than %d exceptions, or %d characters of them; annotate workloads with "
                         "`curfew/exclude: \"true\"` instead",
                         COMMAND_EXCEPTIONS_MAX, COMMAND_EXCEPTIONS_BYTES_MAX);
    return text_copy(command->exceptions[command->exception_count++], COMMAND_EXCEPTION_SIZE, word);
}

static bool takes_exceptions(enum verb verb)
{
    return verb == VERB_START || verb == VERB_STOP;
}

static bool takes_span(enum verb verb)
{
    return verb == VERB_START || verb == VERB_PROLONGATE;
}

static bool check_names(const struct command *command, struct error *error)
{
    const struct verb_words *words = &verbs[command->verb];
    bool needs_one = command->verb == VERB_SCHEDULE || command->verb == VERB_HISTORY;

    if (command->verb == VERB_STATUS || command->verb == VERB_LIST)
        return true;
    if (command->name_count == 0)
        return error_set(error, ERROR_INPUT, "Which environment? The form is `%s`, for example `%s`; `list` shows them",
                         words->form, words->example);
    if (needs_one && (command->name_count > 1 || command->has_pattern))
        return error_set(error, ERROR_INPUT, "`%s` takes one environment and no pattern; the form is `%s`", words->word,
                         words->form);
    return true;
}

/* Everything behind the name is the schedule: it has capitals, blanks, commas and semicolons of its own. */
static bool read_schedule(const char *text, struct command *command, struct error *error)
{
    released_by(memory_release_text) char *schedule = NULL;
    char word[WORD_SIZE];

    if (!words_take(&text, word, error))
        return false;
    if ((word[0] != '\0' && !add_name(command, word, error)) || !check_names(command, error))
        return false;
    schedule = words_read_raw(text);
    command->sets_schedule = schedule[0] != '\0';
    if (text_equal_ignoring_case(schedule, "default"))
        return true;
    if (!text_copy(command->schedule, sizeof command->schedule, schedule))
        return error_set(error, ERROR_INPUT,
                         "That schedule is longer than the %d characters allowed; the form is `%s`, for example `%s`",
                         SCHEDULE_TEXT_MAX, verbs[VERB_SCHEDULE].form, verbs[VERB_SCHEDULE].example);
    return true;
}

static bool is_keyword(const char *word)
{
    return span_is_keyword(word) || text_equal(word, "except");
}

/* The words first .. end - 1, of which the first is "except". */
static bool read_exceptions(const struct words *words, size_t first, size_t end, struct command *command,
                            struct error *error)
{
    const struct verb_words *shown = &verbs[command->verb];

    if (!takes_exceptions(command->verb))
        return error_set(error, ERROR_INPUT, "`%s` takes no `except`; the form is `%s`", shown->word, shown->form);
    if (first + 1 == end)
        return error_set(error, ERROR_INPUT, "`except` needs the name of a workload; the form is `%s`", shown->form);
    for (size_t i = first + 1; i < end; i++)
        if (!add_exception(command, words->items[i], error))
            return false;
    return true;
}

/* The words first .. end - 1: "for" or "until" and what is behind it, or a length of time alone. */
static bool read_span(const struct words *words, size_t first, size_t end, const struct command_rules *rules,
                      struct command *command, struct error *error)
{
    const char *form = verbs[command->verb].form;
    const struct span_rules allowed = { .maximum_s = rules->prolong_max_s, .form = form };

    if (!takes_span(command->verb))
        return error_set(error, ERROR_INPUT, "`%s` is not understood here; the form is `%s`", words->items[first],
                         form);
    if (command->span.kind != SPAN_NONE)
        return error_set(error, ERROR_INPUT, "Say once how long, by `for` or by `until`; the form is `%s`", form);
    if (!span_is_keyword(words->items[first]))
        return span_read_bare(words, first, end, &allowed, &command->span, error);
    return span_read(words, first, end, &allowed, &command->span, error);
}

/* Where the names end: at the first keyword, or at a length of time that stands last without one. */
static size_t count_names(const struct words *words, enum verb verb)
{
    size_t count = 0;

    while (count < words->count && !is_keyword(words->items[count]))
        count++;
    return verb == VERB_PROLONGATE && count == words->count ? span_find_bare(words) : count;
}

static bool read_clauses(const struct words *words, size_t first, const struct command_rules *rules,
                         struct command *command, struct error *error)
{
    while (first < words->count) {
        size_t end = first + 1;
        while (end < words->count && !is_keyword(words->items[end]))
            end++;
        if (text_equal(words->items[first], "except") ? !read_exceptions(words, first, end, command, error)
                                                      : !read_span(words, first, end, rules, command, error))
            return false;
        first = end;
    }
    return true;
}

static bool read_arguments(const char *text, const struct command_rules *rules, struct command *command,
                           struct error *error)
{
    const struct verb_words *shown = &verbs[command->verb];
    struct words words;

    if (!words_read(text, &words, error))
        return false;
    size_t name_count = count_names(&words, command->verb);
    for (size_t i = 0; i < name_count; i++)
        if (!add_name(command, words.items[i], error))
            return false;
    if (!read_clauses(&words, name_count, rules, command, error) || !check_names(command, error))
        return false;
    if (command->verb == VERB_PROLONGATE && command->span.kind == SPAN_NONE)
        return error_set(error, ERROR_INPUT, "How long? The form is `%s`, for example `%s`", shown->form,
                         shown->example);
    return true;
}

bool command_changes(const struct command *command)
{
    return command->verb == VERB_START || command->verb == VERB_STOP || command->verb == VERB_PROLONGATE ||
           command->verb == VERB_CANCEL || (command->verb == VERB_SCHEDULE && command->sets_schedule);
}

void command_write_act(const struct command *command, struct buffer *target)
{
    buffer_append_text(target, verbs[command->verb].word);
    if (command->help_has_topic)
        buffer_append_format(target, " %s", verbs[command->help_topic].word);
    if (command->sets_schedule)
        buffer_append_format(target, " %s", command->schedule[0] == '\0' ? "default" : command->schedule);
    span_write(&command->span, target);
    for (size_t i = 0; i < command->exception_count; i++)
        buffer_append_format(target, "%s %s", i == 0 ? " except" : "", command->exceptions[i]);
}
