/* bot/command.h - what somebody typed behind the slash command, understood or answered with a sentence. Pure.
 *
 * People type on phones: capitals, commas, code marks and blanks of every kind are forgiven; names are not guessed.
 */
#ifndef CURFEW_BOT_COMMAND_H
#define CURFEW_BOT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"

enum {
    COMMAND_NAMES_MAX = 50, /* environments in one command; a pattern names more */
    COMMAND_EXCEPTIONS_MAX = 20,
    COMMAND_NAME_SIZE = 64,              /* of an environment or a pattern: 63 characters */
    COMMAND_EXCEPTION_SIZE = 254,        /* of a workload */
    COMMAND_EXCEPTIONS_BYTES_MAX = 1000, /* of all exceptions, so that the record can hold them */
};

enum verb { VERB_START, VERB_STOP, VERB_STATUS, VERB_LIST, VERB_HELP, VERB_COUNT };

/* What is written about a verb: in help and in the sentence that corrects somebody. */
struct verb_words {
    const char *word;    /* "start" */
    const char *form;    /* "start ENV… [except NAME…]" */
    const char *does;    /* "brings every workload back to the replicas it had" */
    const char *example; /* "start dev1" */
};

const struct verb_words *verb_words(enum verb verb) must_check;

/* A plain value. Names are in lower case, none stands twice. */
struct command {
    enum verb verb;
    size_t name_count;
    char names[COMMAND_NAMES_MAX][COMMAND_NAME_SIZE];
    bool has_pattern; /* "all" (kept as "*") or a name with * is among them */
    size_t exception_count;
    char exceptions[COMMAND_EXCEPTIONS_MAX][COMMAND_EXCEPTION_SIZE];
    bool help_has_topic; /* help COMMAND */
    enum verb help_topic;
};

/* Reads the text; "" means help.
 * false, ERROR_INPUT: one sentence that names what was wrong and the right form, ready for a person; foreign words in it
 * are between backticks and free of them. */
bool command_read(const char *text, struct command *ret_command, struct error *error) must_check;

#endif
