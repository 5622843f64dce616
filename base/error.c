/* base/error.c - sentences with a fixed size, cut where a character ends.
 *
 * Every sentence is written beside the error and copied in at the end, so that the old message may be one of its
 * parts. The room beside is larger than the message: what does not fit is then always seen, and cut by text_copy_cut.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { ROOM = ERROR_MESSAGE_SIZE + 4 };

static void set(struct error *error, enum error_kind kind, int status, const char *format, va_list arguments)
    printf_like(4, 0);
static void write_sentence(char *target, const char *format, va_list arguments) printf_like(2, 0);
static void replace_unfit_characters(char *sentence);

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(error, kind, 0, format, arguments);
    va_end(arguments);
    return false;
}

bool error_set_status(struct error *error, enum error_kind kind, int status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set(error, kind, status, format, arguments);
    va_end(arguments);
    return false;
}

bool error_context(struct error *error, const char *format, ...)
{
    char context[ROOM];
    char sentence[2 * ROOM];
    va_list arguments;

    va_start(arguments, format);
    write_sentence(context, format, arguments);
    va_end(arguments);
    snprintf(sentence, sizeof sentence, "%s: %s", context, error->message);
    text_copy_cut(error->message, sizeof error->message, sentence);
    return false;
}

static void set(struct error *error, enum error_kind kind, int status, const char *format, va_list arguments)
{
    char sentence[ROOM];

    write_sentence(sentence, format, arguments);
    *error = (struct error){ .kind = kind, .status = status };
    text_copy_cut(error->message, sizeof error->message, sentence);
}

static void write_sentence(char *target, const char *format, va_list arguments)
{
    int length = vsnprintf(target, ROOM, format, arguments);

    if (length < 0)
        target[0] = '\0';
    replace_unfit_characters(target);
}

/* A part may have been cut inside a character (%.40s), or have come from somebody who sends anything: a terminal must not
 * take it for a command, nor a reader for two sentences. */
static void replace_unfit_characters(char *sentence)
{
    size_t rest = strlen(sentence);

    while (rest > 0) {
        size_t length = text_character_length(sentence, rest);

        if (length == 0 || (unsigned char) *sentence < ' ' || *sentence == 0x7f) {
            *sentence = '?';
            length = 1;
        }
        sentence += length;
        rest -= length;
    }
}

const char *error_kind_name(enum error_kind kind)
{
    switch (kind) {
    case ERROR_NONE:
        return "none";
    case ERROR_INPUT:
        return "input";
    case ERROR_MISSING:
        return "missing";
    case ERROR_CONFLICT:
        return "conflict";
    case ERROR_REFUSED:
        return "refused";
    case ERROR_BUSY:
        return "busy";
    case ERROR_LIMIT:
        return "limit";
    case ERROR_PROTOCOL:
        return "protocol";
    case ERROR_NETWORK:
        return "network";
    case ERROR_TIMEOUT:
        return "timeout";
    case ERROR_SYSTEM:
        return "system";
    }
    return "unknown";
}
