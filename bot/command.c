/* bot/command.c - what somebody typed behind the slash command, understood or answered with a sentence.
 *
 * Pure. Split into words first, so that the rest compares whole words only.
 */
#include "bot/command.h"

#include <string.h>

#include "base/nearest.h"
#include "base/text.h"

enum { WORDS_MAX = 128, WORD_SIZE = COMMAND_EXCEPTION_SIZE };

struct words {
    size_t count;
    char items[WORDS_MAX][WORD_SIZE];
};

static const struct verb_words verbs[VERB_COUNT] = {
    [VERB_START] = { "start", "start ENV… [for 3h | until 23:30] [except NAME…]",
                     "brings every workload back to the replicas it had", "start dev1" },
    [VERB_STOP] = { "stop", "stop ENV… [except NAME…]", "remembers the replicas of every workload and scales them to 0",
                    "stop dev1 except postgres" },
    [VERB_PROLONGATE] = { "prolongate", "prolongate ENV… for 2h | until 22:00", "moves the next stop later",
                          "prolongate dev1 for 2h" },
    [VERB_CANCEL] = { "cancel", "cancel ENV…", "drops what moved the next stop: the schedule is back", "cancel dev1" },
    [VERB_STATUS] = { "status", "status [ENV…]", "shows how environments stand, read at this moment", "status dev1" },
    [VERB_LIST] = { "list", "list [PATTERN…]", "names every environment, one line each", "list dev-*" },
    [VERB_SCHEDULE] = { "schedule", "schedule ENV [SPEC | default]",
                        "shows or sets its schedule, and shows the next 7 days",
                        "schedule dev1 Mon-Fri 08:00-20:00 Europe/Berlin" },
    [VERB_HISTORY] = { "history", "history ENV", "shows who did what, newest first", "history dev1" },
    [VERB_HELP] = { "help", "help [COMMAND]", "explains the commands", "help stop" },
};

static bool read_words(const char *text, struct words *words, struct error *error);
static bool read_verb(const char *word, enum verb *ret_verb, struct error *error);
static bool read_help(const struct words *words, struct command *command, struct error *error);
static bool read_names(const struct words *words, struct command *command, struct error *error);

const struct verb_words *verb_words(enum verb verb)
{
    return &verbs[verb];
}

bool command_read(const char *text, const struct command_rules *rules, struct command *ret_command, struct error *error)
{
    (void) rules;
    struct words words = { 0 };
    struct command command = { .verb = VERB_HELP };

    if (!read_words(text, &words, error))
        return false;
    if (words.count > 0) {
        if (!read_verb(words.items[0], &command.verb, error))
            return false;
        if (command.verb == VERB_HELP ? !read_help(&words, &command, error) : !read_names(&words, &command, error))
            return false;
    }
    *ret_command = command;
    return true;
}

/* Blanks, commas, and the marks that people or their keyboards put around a name. */
static size_t separator_length(const char *text)
{
    static const char *const separators[] = {
        " ",      "\t",     "\n",     "\r",     ",",      ";",      "`",      "\"",
        "'",      "\u00a0", "\u2007", "\u202f", "\u3000", "\u200b", "\ufeff", /* no-break, figure, narrow, wide, zero-width blanks */
        "\u2018", "\u2019", "\u201c", "\u201d",                               /* curly quotation marks */
    };

    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++)
        if (text_starts_with(text, separators[i]))
            return strlen(separators[i]);
    return 0;
}

static size_t word_length(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0' && separator_length(text + length) == 0)
        length++;
    return length;
}

static bool read_words(const char *text, struct words *words, struct error *error)
{
    while (*text != '\0') {
        size_t skipped = separator_length(text);
        if (skipped > 0) {
            text += skipped;
            continue;
        }
        size_t length = word_length(text);
        if (words->count == WORDS_MAX)
            return error_set(error, ERROR_INPUT,
                             "That is more than %d words; name fewer, or use a pattern such as `dev-*`", WORDS_MAX);
        if (length >= WORD_SIZE)
            return error_set(error, ERROR_INPUT, "A name is longer than the %d characters that Kubernetes allows",
                             WORD_SIZE - 1);
        char *word = words->items[words->count++];
        for (size_t i = 0; i < length; i++)
            word[i] = text_lower_case(text[i]);
        word[length] = '\0';
        text += length;
    }
    return true;
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
    if (nearest.count > 0)
        return error_set(error, ERROR_INPUT, "I do not know `%.40s`. Did you mean `%s`?", word, nearest.names[0]);
    return error_set(error, ERROR_INPUT, "I do not know `%.40s`. Use `start`, `stop`, `status`, `list` or `help`",
                     word);
}

static bool read_help(const struct words *words, struct command *command, struct error *error)
{
    if (words->count == 1)
        return true;
    command->help_has_topic = true;
    return read_verb(words->items[1], &command->help_topic, error);
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

static bool check_counts(const struct command *command, bool excepting, struct error *error)
{
    const struct verb_words *words = &verbs[command->verb];
    bool changes = command->verb == VERB_START || command->verb == VERB_STOP;

    if (excepting && !changes)
        return error_set(error, ERROR_INPUT, "`%s` takes no `except`; the form is `%s`", words->word, words->form);
    if (excepting && command->exception_count == 0)
        return error_set(error, ERROR_INPUT, "`except` needs the name of a workload; the form is `%s`", words->form);
    if (changes && command->name_count == 0)
        return error_set(error, ERROR_INPUT, "Which environment? The form is `%s`, for example `%s`; `list` shows them",
                         words->form, words->example);
    return true;
}

static bool read_names(const struct words *words, struct command *command, struct error *error)
{
    bool excepting = false;

    for (size_t i = 1; i < words->count; i++) {
        const char *word = words->items[i];
        if (text_equal(word, "and")) /* "dev1 and dev2": people write sentences */
            continue;
        if (!excepting && text_equal(word, "except"))
            excepting = true;
        else if (text_equal(word, "for") || text_equal(word, "until"))
            return error_set(error, ERROR_INPUT, "`%s` is not understood here; the form is `%s`", word,
                             verbs[command->verb].form);
        else if (excepting ? !add_exception(command, word, error) : !add_name(command, word, error))
            return false;
    }
    return check_counts(command, excepting, error);
}

bool command_changes(const struct command *command)
{
    return command->verb == VERB_START || command->verb == VERB_STOP || command->verb == VERB_PROLONGATE ||
           command->verb == VERB_CANCEL || (command->verb == VERB_SCHEDULE && command->sets_schedule);
}

void command_write_act(const struct command *command, struct buffer *target)
{
    buffer_append_text(target, verbs[command->verb].word);
}
