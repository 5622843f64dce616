/* bot/terminal.c - from the words that were typed to the exit status. */
#include "bot/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "bot/answer.h"
#include "bot/command.h"
#include "bot/mrkdwn.h"
#include "bot/runner_state.h"
#include "store/sqlite.h"

enum { ANSWER_SIZE = 16, SPAN_MAX_S = 7 * 24 * 60 * 60 };

static const char kubeconfig_prefix[] = "kubeconfig:";

/* What was typed. */
struct typed {
    const char *program;
    char text[INBOX_TEXT_SIZE];
    bool says_yes;
};

/* --- words ----------------------------------------------------------------------------------------------------- */

static bool take_option(struct typed *typed, const char *word, struct error *error)
{
    if (!text_equal(word, "--yes") && !text_equal(word, "-y"))
        return error_set(error, ERROR_INPUT, "\"%.100s\" is not understood; the one option is --yes (-y)", word);
    typed->says_yes = true;
    return true;
}

static bool read_words(const char *const *words, size_t count, struct typed *typed, struct error *error)
{
    struct buffer text = { .limit = sizeof typed->text - 1 };

    for (size_t i = 0; i < count; i++) {
        if (words[i][0] == '-') {
            if (take_option(typed, words[i], error))
                continue;
            buffer_release(&text);
            return false;
        }
        buffer_append_text(&text, text.length > 0 ? " " : "");
        buffer_append_text(&text, words[i]);
    }
    bool fits = !text.overflowed && text_copy(typed->text, sizeof typed->text, buffer_text(&text));
    buffer_release(&text);
    return fits ||
           error_set(error, ERROR_INPUT, "that is longer than the %zu bytes that are allowed", sizeof typed->text - 1);
}

/* --- what is shown --------------------------------------------------------------------------------------------- */

static bool is_styled(FILE *file)
{
    return isatty(fileno(file)) == 1 && variables_get(&process_variables, "NO_COLOR", NULL) == NULL &&
           !text_equal(variables_get(&process_variables, "TERM", "dumb"), "dumb");
}

/* Nothing that a terminal would obey. */
static char *without_controls(const char *text)
{
    char *copy = memory_text(text);

    for (char *at = copy; *at != '\0'; at++)
        if ((unsigned char) *at == 0x7F || ((unsigned char) *at < 0x20 && *at != '\n'))
            *at = '?';
    return copy;
}

static void show(FILE *file, const char *program, const char *mrkdwn)
{
    released_by(memory_release_text) char *harmless = without_controls(mrkdwn);
    released_by(buffer_release) struct buffer text = { .limit = ANSWER_TEXT_BYTES_MAX * 4 };
    const struct mrkdwn_reader reader = { .now = time(NULL), .command = program, .styled = is_styled(file) };

    mrkdwn_render(&reader, harmless, &text);
    (void) fprintf(file, "%s\n", buffer_text(&text));
    (void) fflush(file);
}

/* One sentence, on standard error. It is no mrkdwn but for its backticks. */
void terminal_say(const char *program, const char *sentence)
{
    struct message message = { .in_channel = false };
    struct answer_record answer;
    struct buffer line = { 0 };

    answer_sentence(sentence, &message);
    answer_record_fill(&message, &answer);
    buffer_append_format(&line, "%s: %s", program, answer.text);
    show(stderr, program, buffer_text(&line));
    buffer_release(&line);
    answer_record_release(&answer);
    message_release(&message);
}

void terminal_show(const struct terminal *terminal, const char *mrkdwn)
{
    show(stdout, terminal->program, mrkdwn);
}

void terminal_show_interim(const struct terminal *terminal, const char *mrkdwn)
{
    show(stderr, terminal->program, mrkdwn);
}

static int show_help(const char *program, const struct command *command)
{
    struct message message = { .in_channel = false };
    struct answer_record answer;

    answer_help(command, &message);
    answer_record_fill(&message, &answer);
    show(stdout, program, answer.text);
    answer_record_release(&answer);
    message_release(&message);
    return TERMINAL_DONE;
}

/* --- one command ----------------------------------------------------------------------------------------------- */

void terminal_user(const char *name, char user[RECORD_PERSON_SIZE])
{
    struct buffer text = { 0 };

    buffer_append_format(&text, "%s%s", kubeconfig_prefix, name[0] == '\0' ? "pod" : name);
    text_copy_cut(user, RECORD_PERSON_SIZE, buffer_text(&text));
    buffer_release(&text);
}

static void fill_entry(const struct terminal *terminal, const char *text, struct inbox_entry *entry)
{
    char chance[33];
    struct buffer key = { 0 }, url = { 0 };

    *entry = (struct inbox_entry){ .accepted_at = loop_now(terminal->loop), .offered = true };
    random_hex(chance, sizeof chance);
    buffer_append_format(&key, "%s%s", runner_terminal_key, chance);
    buffer_append_format(&url, "%s%s", runner_store_url, buffer_text(&key));
    text_copy_cut(entry->key, sizeof entry->key, buffer_text(&key));
    text_copy_cut(entry->response_url, sizeof entry->response_url, buffer_text(&url));
    text_copy_cut(entry->kind, sizeof entry->kind, "command");
    text_copy_cut(entry->user, sizeof entry->user, terminal->user);
    text_copy_cut(entry->text, sizeof entry->text, text);
    buffer_release(&key);
    buffer_release(&url);
}

/* Whoever holds the lock leads. */
static void run_command(struct terminal *terminal, const char *text, struct terminal_outcome *ret_outcome)
{
    const char *path = terminal->config.store_path;
    struct inbox_entry *entry = memory_new(1, sizeof *entry);
    struct store *alone = NULL, *shared = NULL;
    struct error *error = &ret_outcome->error;

    fill_entry(terminal, text, entry);
    bool leads = sqlite_store_new(terminal->loop, path, SQLITE_ALONE, &alone, error);
    if (!leads && error->kind == ERROR_BUSY && sqlite_store_new(terminal->loop, path, SQLITE_SHARED, &shared, error)) {
        *error = (struct error){ 0 };
        alone = terminal_offer(terminal, shared, entry, ret_outcome);
        store_free(shared);
    }
    if (alone != NULL)
        terminal_carry_out(terminal, alone, entry, ret_outcome);
    if (alone == NULL && shared == NULL)
        ret_outcome->answer.exit_status = TERMINAL_WRONG;
    store_free(alone);
    free(entry);
}

/* true: whoever sits there says yes. */
static bool ask(void)
{
    char answer[ANSWER_SIZE] = "";

    (void) fputs("[y/n] ", stdout);
    (void) fflush(stdout);
    if (fgets(answer, sizeof answer, stdin) == NULL)
        return false;
    answer[strcspn(answer, "\n")] = '\0';
    return text_equal_ignoring_case(answer, "y") || text_equal_ignoring_case(answer, "yes");
}

/* true: the question is answered with yes, and text is the command that was asked about. */
static bool confirm(const struct typed *typed, const struct answer_record *answer, char text[INBOX_TEXT_SIZE],
                    int *ret_status)
{
    bool is_asked = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;

    if (!typed->says_yes && !is_asked) {
        show(stderr, typed->program, answer->text);
        terminal_say(typed->program,
                     "A pattern is asked about first, and nobody can answer here: say --yes, or name them one by one");
        *ret_status = TERMINAL_WRONG;
        return false;
    }
    if (!typed->says_yes) {
        show(stdout, typed->program, answer->text);
        if (!ask()) {
            (void) puts("Nothing was changed.");
            *ret_status = TERMINAL_FAILED;
            return false;
        }
    }
    text_copy_cut(text, INBOX_TEXT_SIZE, answer->confirm);
    return true;
}

static int tell(const struct terminal *terminal, const struct terminal_outcome *outcome)
{
    const struct answer_record *answer = &outcome->answer;

    if (answer->text == NULL) {
        terminal_say(terminal->program, outcome->error.message);
        return answer->exit_status == TERMINAL_DONE ? TERMINAL_FAILED : answer->exit_status;
    }
    if (answer->exit_status == TERMINAL_WRONG) {
        struct buffer line = { .limit = ANSWER_TEXT_BYTES_MAX * 2 };

        buffer_append_format(&line, "%s: %s", terminal->program, answer->text);
        show(stderr, terminal->program, buffer_text(&line));
        buffer_release(&line);
    } else {
        show(stdout, terminal->program, answer->text);
    }
    return answer->exit_status;
}

static int run_commands(struct terminal *terminal, const struct typed *typed)
{
    char text[INBOX_TEXT_SIZE];
    int status = TERMINAL_DONE;
    bool goes_on = true;

    text_copy_cut(text, sizeof text, typed->text);
    while (goes_on) {
        struct terminal_outcome outcome = { 0 };

        run_command(terminal, text, &outcome);
        goes_on = outcome.answer.text != NULL && outcome.answer.confirm != NULL &&
                  confirm(typed, &outcome.answer, text, &status);
        if (outcome.answer.confirm == NULL)
            status = tell(terminal, &outcome);
        answer_record_release(&outcome.answer);
    }
    return status;
}

/* --- the whole ------------------------------------------------------------------------------------------------- */

/* On a machine of its own the context's namespace is one like others; in a pod it is where the bot is. */
static void name_own_namespace(struct terminal *terminal)
{
    char *own = terminal->config.engine.own_namespace;

    if (own[0] == '\0' && access_user(terminal->access)[0] == '\0')
        text_copy_cut(own, NAMESPACE_NAME_SIZE, access_namespace(terminal->access));
}

bool terminal_prepare(struct terminal *terminal, const char *program, struct error *error)
{
    struct config *config = &terminal->config;

    tzset();
    *terminal = (struct terminal){ .program = program };
    if (!config_read_terminal(&process_variables, config, error))
        return false;
    (void) unsetenv("SLACK_APP_TOKEN"); /* a credential plugin of the kubeconfig inherits the rest */
    (void) unsetenv("SLACK_BOT_TOKEN");
    terminal->log = (struct log){ .file = STDERR_FILENO, .level = config->log_level, .cluster = config->cluster };
    terminal->loop = loop_new();
    if (!access_new(terminal->loop, &config->access, &terminal->access, error))
        return false;
    terminal_user(access_user(terminal->access), terminal->user);
    name_own_namespace(terminal);
    return true;
}

void terminal_release(struct terminal *terminal)
{
    access_free(terminal->access);
    terminal->lingers = terminal->loop != NULL && !loop_free(terminal->loop);
    config_release(&terminal->config);
    terminal->access = NULL;
    terminal->loop = NULL;
    (void) fflush(stdout);
}

static int run(const struct typed *typed)
{
    struct terminal terminal;
    struct error error = { 0 };
    int status = TERMINAL_WRONG;

    if (terminal_prepare(&terminal, typed->program, &error))
        status = run_commands(&terminal, typed);
    else
        terminal_say(typed->program, error.message);
    terminal_release(&terminal);
    if (terminal.lingers)
        _exit(status);
    return status;
}

int terminal_main(const char *program, const char *const *words, size_t count)
{
    const struct command_rules rules = { .prolong_max_s = SPAN_MAX_S };
    struct typed typed = { .program = program };
    struct command *command = memory_new(1, sizeof *command);
    struct error error = { 0 };
    int status = TERMINAL_WRONG;

    if (!read_words(words, count, &typed, &error) || !command_read(typed.text, &rules, command, &error))
        terminal_say(program, error.message);
    else if (command->verb == VERB_HELP)
        status = show_help(program, command);
    else
        status = run(&typed);
    free(command);
    return status;
}
