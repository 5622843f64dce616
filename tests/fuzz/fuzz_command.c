/* tests/fuzz/fuzz_command.c - what people may type behind the slash command.
 *
 * It is understood, with names that could be names, and what is written of it is the same command; or it is answered with
 * a sentence.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/command.h"
#include "tests/fuzz/fuzz.h"

static const struct command_rules rules = { .prolong_max_s = 86400 };

static void check_span(const struct command *command)
{
    const struct span *span = &command->span;

    assert(span->kind == SPAN_NONE || command->verb == VERB_START || command->verb == VERB_PROLONGATE);
    assert(command->verb != VERB_PROLONGATE || span->kind != SPAN_NONE);
    assert(span->kind == SPAN_FOR ? span->seconds >= 1 && span->seconds <= rules.prolong_max_s : span->seconds == 0);
    assert(span->kind == SPAN_UNTIL ? span->minute >= 0 && span->minute < 24 * 60 : span->minute == 0);
}

/* With the names put behind its verb the act is the command again. */
static void check_act(const struct command *command)
{
    released_by(buffer_release) struct buffer act = { 0 }, typed = { 0 }, act_again = { 0 };
    struct command again;
    struct error error;

    command_write_act(command, &act);
    size_t verb_length = strcspn(buffer_text(&act), " ");
    buffer_append(&typed, buffer_text(&act), verb_length);
    for (size_t i = 0; i < command->name_count; i++)
        buffer_append_format(&typed, " %s", command->names[i]);
    buffer_append_text(&typed, buffer_text(&act) + verb_length);
    assert(command_read(buffer_text(&typed), &rules, &again, &error));
    command_write_act(&again, &act_again);
    assert(strcmp(buffer_text(&act), buffer_text(&act_again)) == 0);
    assert(again.name_count == command->name_count && again.exception_count == command->exception_count);
}

static void check_command(const struct command *command)
{
    assert(verb_words(command->verb)->word != NULL);
    assert(command->name_count <= COMMAND_NAMES_MAX);
    assert(command->exception_count <= COMMAND_EXCEPTIONS_MAX);
    for (size_t i = 0; i < command->name_count; i++) {
        size_t length = strlen(command->names[i]);

        assert(length > 0);
        assert(strspn(command->names[i], "abcdefghijklmnopqrstuvwxyz0123456789-*") == length);
    }
    for (size_t i = 0; i < command->exception_count; i++)
        assert(command->exceptions[i][0] != '\0');
    check_span(command);
    check_act(command);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = memory_copy(bytes, length);
    struct command command;
    struct error error = { 0 };

    if (command_read(text, &rules, &command, &error)) {
        check_command(&command);
    } else {
        assert(error.kind == ERROR_INPUT);
        assert(error.message[0] != '\0');
        /* A sentence of ours around foreign text is as valid as that text. */
        assert(!text_is_utf8(text, strlen(text)) || text_is_utf8(error.message, strlen(error.message)));
    }
    free(text);
    return 0;
}
