/* tests/fuzz/fuzz_command.c - what people may type behind the slash command.
 *
 * It is understood, with names that could be names, or answered with a sentence.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "bot/command.h"
#include "tests/fuzz/fuzz.h"

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
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = memory_copy(bytes, length);
    struct command command;
    struct error error = { 0 };

    if (command_read(text, &(struct command_rules){ .prolong_max_s = 86400 }, &command, &error)) {
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
