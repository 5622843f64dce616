/* bot/answer.c - what people read about commands: help, list, questions, mistakes. Outcomes: bot/answer_outcome.c.
 *
 * Pure. Short sentences, the name first, and what comes next at the end.
 */
#include "bot/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "bot/button.h"

enum { NAMES_SHOWN_MAX = 20 };

/* A sentence of ours keeps its backticks; what could mention or link is escaped. */
static void append_sentence(struct buffer *target, const char *sentence)
{
    for (; *sentence != '\0'; sentence++) {
        if (*sentence == '&')
            buffer_append_text(target, "&amp;");
        else if (*sentence == '<')
            buffer_append_text(target, "&lt;");
        else if (*sentence == '>')
            buffer_append_text(target, "&gt;");
        else
            buffer_append_char(target, *sentence);
    }
}

static bool ends_sentence(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && strchr(".?!", text[length - 1]) != NULL;
}

void answer_sentence(const char *sentence, struct message *message)
{
    struct buffer *text = message_add_section(message);

    append_sentence(text, sentence);
    if (!ends_sentence(sentence))
        buffer_append_char(text, '.');
}

static void append_form(struct buffer *text, const struct verb_words *words)
{
    buffer_append_format(text, "`/curfew %s` %s\n", words->form, words->does);
}

static void help_topic(enum verb verb, struct buffer *text)
{
    append_form(text, verb_words(verb));
    buffer_append_format(text, "For example: `/curfew %s`\n", verb_words(verb)->example);
    if (verb == VERB_START)
        buffer_append_text(
            text,
            "Workloads that somebody scaled up meanwhile stay as they are; the answer comes when everything is ready.");
    else if (verb == VERB_STOP)
        buffer_append_text(text, "Workloads annotated `curfew/exclude: \"true\"` are left alone, and what was at 0 "
                                 "before stays at 0 afterwards.");
    else if (verb == VERB_STATUS)
        buffer_append_text(text, "Without a name it shows all of them; `dev-*` and `all` work too.");
    else if (verb == VERB_LIST)
        buffer_append_text(text, "It says what Curfew last did; `status` reads the cluster.");
    else
        buffer_append_text(text, "Without a command it shows them all.");
}

void answer_help(const struct command *command, struct message *message)
{
    struct buffer *text = message_add_section(message);

    if (command->help_has_topic) {
        help_topic(command->help_topic, text);
        return;
    }
    buffer_append_text(text, "*Curfew* stops development environments and starts them again.\n");
    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        append_form(text, verb_words(verb));
    buffer_append_text(
        text,
        "`ENV` is the name of a namespace; several may be named, and a pattern such as `dev-*` names all that match.");
}

static void append_state(const struct environment *environment, struct buffer *text)
{
    static const char *const states[] = { [RECORD_AWAKE] = "started",
                                          [RECORD_STOPPING] = "stopping",
                                          [RECORD_ASLEEP] = "stopped",
                                          [RECORD_STARTING] = "starting" };
    struct record record;

    if (!environment_read_record(environment, &record)) {
        buffer_append_text(text, "not touched by Curfew so far");
        return;
    }
    buffer_append_format(text, "%s%s ", record.partly ? "partly " : "", states[record.state]);
    message_append_instant(text, record.since_at);
    buffer_append_text(text, " by ");
    message_append_person(text, record.by);
}

void answer_list(const struct environment_list *list, int64_t now, struct message *message)
{
    (void) now;
    struct buffer *text = message_add_section(message);

    for (size_t i = 0; i < list->count; i++) {
        message_append_code(text, list->items[i]->name);
        buffer_append_text(text, "  ");
        append_state(list->items[i], text);
        if (list->items[i]->scheduler == SCHEDULER_DISABLED)
            buffer_append_text(text, " (by hand only: scheduler=disabled)");
        buffer_append_char(text, '\n');
    }
    buffer_trim_end(text, '\n');
}

static void append_names(const struct environment_list *list, size_t shown, struct buffer *text)
{
    for (size_t i = 0; i < list->count && i < shown; i++) {
        buffer_append_text(text, i == 0 ? "" : i + 1 == list->count ? " and " : ", ");
        message_append_code(text, list->items[i]->name);
    }
    if (list->count > shown)
        buffer_append_format(text, " and %zu more", list->count - shown);
}

void answer_accepted(enum verb verb, const struct environment_list *list, struct message *message)
{
    if (verb != VERB_START && verb != VERB_STOP) /* reading takes no time worth a message */
        return;
    struct buffer *text = message_add_section(message);
    buffer_append_text(text, verb == VERB_START ? "Starting " : "Stopping ");
    append_names(list, NAMES_SHOWN_MAX, text);
    buffer_append_text(text, " …");
}

/* The command with the names that its patterns stand for now: what is pressed is what was read, not what matches later. */
static void write_command(const struct command *command, const struct environment_list *list, struct buffer *text)
{
    buffer_append_text(text, verb_words(command->verb)->word);
    for (size_t i = 0; i < list->count; i++)
        buffer_append_format(text, " %s", list->items[i]->name);
    for (size_t i = 0; i < command->exception_count; i++)
        buffer_append_format(text, "%s %s", i == 0 ? " except" : "", command->exceptions[i]);
}

bool answer_confirm(const struct command *command, const struct environment_list *list, struct message *message,
                    struct error *error)
{
    const char *word = command->verb == VERB_START ? "Start" : "Stop";
    struct buffer value = { .limit = MESSAGE_BUTTON_VALUE_SIZE - 1 };
    struct message_button confirm = { .style = command->verb == VERB_STOP ? MESSAGE_DANGER : MESSAGE_PRIMARY };
    struct message_button dismiss = { .text = "Leave as is", .value = "-" };

    text_copy_cut(confirm.action, sizeof confirm.action, action_confirm);
    text_copy_cut(dismiss.action, sizeof dismiss.action, action_dismiss);
    write_command(command, list, &value);
    bool fits = !value.overflowed && list->count <= COMMAND_NAMES_MAX;
    if (fits) {
        struct buffer *text = message_add_section(message);
        buffer_append_format(text, "%s %zu environment%s: ", word, list->count, list->count == 1 ? "" : "s");
        append_names(list, list->count, text);
        buffer_append_char(text, '?');
        (void) snprintf(confirm.text, sizeof confirm.text, "%s %s", word, list->count == 1 ? "it" : "them");
        text_copy_cut(confirm.value, sizeof confirm.value, buffer_text(&value));
        message_add_button(message, &confirm);
        message_add_button(message, &dismiss);
    }
    buffer_release(&value);
    if (!fits)
        return error_set(error, ERROR_INPUT,
                         "That names %zu environments; at most %d go at once, so use a narrower pattern", list->count,
                         COMMAND_NAMES_MAX);
    return true;
}

/* What is told of one must not cost the other ones their line. */
static void append_outcome(struct buffer *text, const char *outcome, size_t bytes_max)
{
    size_t length = strlen(outcome);

    if (length <= bytes_max) {
        buffer_append(text, outcome, length);
        return;
    }
    buffer_append(text, outcome, strcspn(outcome, "\n"));
    buffer_append_text(text, "\n• of so many at once that much is not told; ask for this one alone\n");
}

void answer_outcomes(bool in_channel, const char *by, const char *const *outcomes, size_t count,
                     struct message *message)
{
    struct buffer *text = message_add_section(message);

    for (size_t i = 0; i < count; i++)
        append_outcome(text, outcomes[i], MESSAGE_TEXT_BYTES_MAX / (count + 1));
    message->in_channel = in_channel;
    if (in_channel) {
        buffer_append_text(text, "Asked by ");
        message_append_person(text, by);
        buffer_append_char(text, '.');
    }
    buffer_trim_end(text, '\n');
}
