/* bot/command.h - what somebody typed behind the slash command, understood or answered with a sentence. Pure.
 *
 * People type on phones: capitals, commas, code marks and blanks of every kind are forgiven; names are not guessed.
 */
#ifndef CURFEW_BOT_COMMAND_H
#define CURFEW_BOT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/schedule.h"

enum {
    COMMAND_NAMES_MAX = 50, /* environments in one command; a pattern names more */
    COMMAND_EXCEPTIONS_MAX = 20,
    COMMAND_NAME_SIZE = 64,              /* of an environment or a pattern: 63 characters */
    COMMAND_EXCEPTION_SIZE = 254,        /* of a workload */
    COMMAND_EXCEPTIONS_BYTES_MAX = 1000, /* of all exceptions, so that the record can hold them */
};

/* In the order in which help shows them. */
enum verb {
    VERB_START,
    VERB_STOP,
    VERB_PROLONGATE, /* also "prolong", "extend" */
    VERB_CANCEL,
    VERB_STATUS,
    VERB_LIST,
    VERB_SCHEDULE,
    VERB_HISTORY,
    VERB_HELP,
    VERB_COUNT
};

/* How long: behind "start" and "prolongate". */
enum span_kind {
    SPAN_NONE,
    SPAN_FOR,     /* for 2h */
    SPAN_UNTIL,   /* until 22:00, on the clocks of the environment's zone */
    SPAN_MORNING, /* until morning: the next CURFEW_RESET after the stop that stands */
};

struct span {
    enum span_kind kind;
    int64_t seconds; /* SPAN_FOR */
    int minute;      /* SPAN_UNTIL: of the day */
};

/* What is written about a verb: in help and in the sentence that corrects somebody. */
struct verb_words {
    const char *word;    /* "start" */
    const char *form;    /* "start ENV… [for 3h | until 23:30] [except NAME…]" */
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
    struct span span;
    bool sets_schedule;                   /* schedule ENV SPEC or default: to be changed, not only shown */
    char schedule[SCHEDULE_TEXT_MAX + 1]; /* SPEC as typed, capitals kept; "" = default. Not checked here */
    bool help_has_topic;                  /* help COMMAND */
    enum verb help_topic;
};

/* What a command may hold. */
struct command_rules {
    int64_t prolong_max_s; /* CURFEW_PROLONG_MAX: the longest "for" */
};

/* Appends the command as one could type it, without names: "prolongate for 2h", "stop except web". */
void command_write_act(const struct command *command, struct buffer *target);

/* Reads the text; "" means help.
 * false, ERROR_INPUT: one sentence that names what was wrong and the right form, ready for a person; foreign words in it
 * are between backticks and free of them. */
bool command_read(const char *text, const struct command_rules *rules, struct command *ret_command, struct error *error)
    must_check;

/* true: it changes an environment, so that its owners are asked: start, stop, prolongate, cancel, schedule with SPEC. */
bool command_changes(const struct command *command) must_check;

#endif
