/* bot/answer.c - what people read about commands: help, list, questions, mistakes. Outcomes: bot/answer_outcome.c.
 *
 * Pure. Short sentences, the name first, and what comes next at the end.
 */
#include "bot/answer.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "bot/answer_table.h"
#include "bot/button.h"

enum {
    NAMES_SHOWN_MAX = 20,
    OFFERS_MAX = 5, /* Start buttons in one message */
};

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

static const char *const more_help[VERB_COUNT] = {
    [VERB_START] =
        "At night it stops again by itself after a while, or at the time that is named. Workloads that somebody "
        "scaled up meanwhile stay as they are; the answer comes when everything is ready.",
    [VERB_STOP] = "Workloads annotated `curfew/exclude: \"true\"` are left alone, and what was at 0 before stays at 0 "
                  "afterwards.",
    [VERB_PROLONGATE] =
        "It counts from the stop that stands, not from now: `2h`, `90m` or `1h30m`. `until 22:00` is meant "
        "in the zone of its schedule, and `until morning` is when the next day begins.",
    [VERB_CANCEL] = "It takes back a prolongation, or the time that a start at night was given.",
    [VERB_STATUS] =
        "Without a name it shows all of them in a table; `dev-*` and `all` work too. One alone is told with all "
        "that is known: what is not ready and why, and who may start it again.",
    [VERB_LIST] = "It says what Curfew last did and when it stops next; `status` reads the cluster.",
    [VERB_SCHEDULE] =
        "`Mon-Fri 08:00-20:00` starts and stops it, `Mon-Fri 20:00` only stops it, `never` keeps it awake, "
        "and `default` is the schedule that all have who have none of their own.",
    [VERB_HISTORY] = "It goes back 90 days and holds what was refused, too.",
    [VERB_HELP] = "Without a command it shows them all.",
};

static void help_topic(enum verb verb, struct buffer *text)
{
    append_form(text, verb_words(verb));
    buffer_append_format(text, "For example: `/curfew %s`\n", verb_words(verb)->example);
    buffer_append_text(text, more_help[verb]);
}

void answer_help(const struct command *command, struct message *message)
{
    struct buffer *text = message_add_section(message);

    if (command->help_has_topic) {
        help_topic(command->help_topic, text);
        return;
    }
    buffer_append_text(text, "*Curfew* stops development environments at night and starts them again.\n");
    for (enum verb verb = 0; verb < VERB_COUNT; verb++)
        append_form(text, verb_words(verb));
    buffer_append_text(
        text,
        "`ENV` is the name of a namespace; several may be named, and a pattern such as `dev-*` names all that match.");
}

/* Nobody did anything yet where the record is only of what was seen. */
static void append_state(const struct record *record, struct buffer *text)
{
    static const char *const states[] = { [RECORD_AWAKE] = "started",
                                          [RECORD_STOPPING] = "stopping",
                                          [RECORD_ASLEEP] = "stopped",
                                          [RECORD_STARTING] = "starting" };

    if (record->by[0] == '\0') {
        buffer_append_text(text, "not touched by Curfew so far");
        return;
    }
    buffer_append_format(text, "%s%s ", record->partly ? "partly " : "", states[record->state]);
    message_append_instant(text, record->since_at);
    buffer_append_text(text, " by ");
    answer_append_by(text, record->by);
}

static void append_next(const struct environment *environment, const struct record *record, int64_t now,
                        struct buffer *text)
{
    struct plan_stop stop = environment_next_stop(environment, now);
    int64_t start_at = INT64_MAX;

    if (record->state == RECORD_ASLEEP && environment_is_scheduled(environment))
        start_at = schedule_next_start(&environment->settings->schedule, now);
    if (stop.at == INT64_MAX && start_at == INT64_MAX)
        return;
    buffer_append_text(text, stop.at == INT64_MAX ? ", starts " : ", stops ");
    message_append_instant(text, stop.at == INT64_MAX ? start_at : stop.at);
    if (stop.source == PLAN_STOP_NONE || stop.source == PLAN_STOP_CURFEW || record->deadline != DEADLINE_PROLONGED)
        return;
    buffer_append_text(text, " (kept awake by ");
    answer_append_by(text, record->deadline_by);
    buffer_append_char(text, ')');
}

void answer_list(const struct environment_list *list, int64_t now, struct message *message)
{
    struct buffer *text = message_add_section(message);

    for (size_t i = 0; i < list->count; i++) {
        const struct environment *environment = list->items[i];
        struct record record;

        if (!environment_read_record(environment, &record))
            record = (struct record){ .by = "" };
        message_append_code(text, environment->name);
        buffer_append_text(text, "  ");
        append_state(&record, text);
        append_next(environment, &record, now, text);
        if (environment->scheduler == SCHEDULER_DISABLED)
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

/* What stands behind the names: " for 2h except db". */
static void append_clauses(const struct command *command, struct buffer *text)
{
    released_by(buffer_release) struct buffer act = { 0 };

    command_write_act(command, &act);
    message_append_escaped(text, buffer_text(&act) + strlen(verb_words(command->verb)->word));
}

/* The command with the names that its patterns stand for now: what is pressed is what was read, not what matches later. */
static void write_command(const struct command *command, const struct environment_list *list, struct buffer *text)
{
    released_by(buffer_release) struct buffer act = { 0 };
    const char *word = verb_words(command->verb)->word;

    command_write_act(command, &act);
    buffer_append_text(text, word);
    for (size_t i = 0; i < list->count; i++)
        buffer_append_format(text, " %s", list->items[i]->name);
    buffer_append_text(text, buffer_text(&act) + strlen(word));
}

/* What the question and its button say. */
struct question {
    const char *does, *after; /* around what it is done to */
    const char *button_one, *button_many;
    enum message_style style;
};

static const struct question *question_of(enum verb verb)
{
    static const struct question questions[VERB_COUNT] = {
        [VERB_START] = { "Start", "", "Start it", "Start them", MESSAGE_PRIMARY },
        [VERB_STOP] = { "Stop", "", "Stop it", "Stop them", MESSAGE_DANGER },
        [VERB_PROLONGATE] = { "Prolongate", "", "Prolongate it", "Prolongate them", MESSAGE_PRIMARY },
        [VERB_CANCEL] = { "Put", " back on schedule", "Put it back", "Put them back", MESSAGE_PRIMARY },
    };

    assert(questions[verb].does != NULL);
    return &questions[verb];
}

static void add_answer(struct message *message, const char *action, const char *words, const char *value,
                       enum message_style style)
{
    struct message_button button = { .style = style };

    text_copy_cut(button.action, sizeof button.action, action);
    text_copy_cut(button.text, sizeof button.text, words);
    text_copy_cut(button.value, sizeof button.value, value);
    message_add_button(message, &button);
}

bool answer_confirm(const struct command *command, const struct environment_list *list, struct message *message,
                    struct error *error)
{
    const struct question *question = question_of(command->verb);
    released_by(buffer_release) struct buffer value = { .limit = MESSAGE_BUTTON_VALUE_SIZE - 1 };

    write_command(command, list, &value);
    if (value.overflowed || list->count > COMMAND_NAMES_MAX)
        return error_set(error, ERROR_INPUT,
                         "That names %zu environments; at most %d go at once, so use a narrower pattern", list->count,
                         COMMAND_NAMES_MAX);
    struct buffer *text = message_add_section(message);
    buffer_append_format(text, "%s %zu environment%s%s", question->does, list->count, list->count == 1 ? "" : "s",
                         question->after);
    append_clauses(command, text);
    buffer_append_text(text, ": ");
    append_names(list, list->count, text);
    buffer_append_char(text, '?');
    add_answer(message, action_confirm, list->count == 1 ? question->button_one : question->button_many,
               buffer_text(&value), question->style);
    add_answer(message, action_dismiss, "Leave as is", "-", MESSAGE_PLAIN);
    return true;
}

static size_t count_starts(const struct message *message)
{
    size_t count = 0;

    for (size_t i = 0; i < message->section_count; i++)
        for (size_t j = 0; j < message->sections[i].button_count; j++)
            count += text_equal(message->sections[i].buttons[j].action, action_start);
    return count;
}

void answer_offer_start(struct message *message, const char *name, const char *uid)
{
    struct button_condition condition = { .stop_at = 0 };
    released_by(buffer_release) struct buffer command = { 0 }, value = { 0 }, words = { 0 };
    size_t shown = count_starts(message);

    if (shown == OFFERS_MAX)
        return;
    if (shown > 0) /* two buttons of one row may not have the same action_id: it gets a row of its own */
        buffer_append_text(message_add_section(message), "");
    text_copy_cut(condition.uid, sizeof condition.uid, uid);
    buffer_append_format(&command, "start %s", name);
    buffer_append_format(&words, "Start %s", name);
    button_write(buffer_text(&command), &condition, &value);
    add_answer(message, action_start, buffer_text(&words), buffer_text(&value), MESSAGE_PRIMARY);
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

/* The rows among the outcomes become a table, and what is left of those is told below it. */
static void show_table(const char *const *outcomes, size_t count, struct message *message)
{
    struct status_table table = { 0 };
    struct status_row row;

    for (size_t i = 0; i < count; i++)
        if (status_row_read(outcomes[i], &row))
            status_table_add(&table, &row);
    if (table.count > 0)
        status_table_show(&table, message);
    status_table_release(&table);
}

static const char *behind_row(const char *outcome)
{
    struct status_row row;

    if (!status_row_read(outcome, &row))
        return outcome;
    outcome += strcspn(outcome, "\n");
    return *outcome == '\n' ? outcome + 1 : outcome;
}

void answer_outcomes(bool in_channel, const char *by, const char *const *outcomes, size_t count,
                     struct message *message)
{
    show_table(outcomes, count, message);
    struct buffer *text = message_add_section(message);

    for (size_t i = 0; i < count; i++)
        append_outcome(text, behind_row(outcomes[i]), MESSAGE_TEXT_BYTES_MAX / (count + 1));
    message->in_channel = in_channel;
    if (in_channel) {
        buffer_append_text(text, "Asked by ");
        answer_append_by(text, by);
        buffer_append_char(text, '.');
    }
    buffer_trim_end(text, '\n');
}

void answer_write_plain(const char *lines, struct buffer *target)
{
    struct message message = { .in_channel = false };
    released_by(buffer_release) struct buffer plain = { 0 };

    buffer_append_text(message_add_section(&message), lines);
    message_write_plain(&message, &plain);
    message_release(&message);
    buffer_trim_end(&plain, '\n');
    for (const char *rest = buffer_text(&plain); *rest != '\0'; rest++)
        buffer_append_char(target, *rest == '\n' ? ' ' : *rest);
}
