/* base/error.h - what went wrong: a kind for the program, a sentence for a person.
 *
 * It lives with the caller and allocates nothing. The kind decides what happens next (ask again, tell the
 * user, give up); the text is never parsed. The way up adds what was being tried.
 */
#ifndef CURFEW_BASE_ERROR_H
#define CURFEW_BASE_ERROR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

enum { ERROR_MESSAGE_SIZE = 512 }; /* longer sentences are cut at a whole UTF-8 character */

enum error_kind {
    ERROR_NONE = 0,
    ERROR_INPUT,    /* what somebody wrote or configured is wrong; saying it again will not help */
    ERROR_MISSING,  /* it is not there (404) */
    ERROR_CONFLICT, /* it changed meanwhile: read again, decide again (409) */
    ERROR_REFUSED,  /* not permitted (401, 403) */
    ERROR_BUSY,     /* ask again in retry_after_s seconds (429, 503, a locked file) */
    ERROR_LIMIT,    /* larger or more than this program takes */
    ERROR_PROTOCOL, /* the other side said something that is no answer to what was asked */
    ERROR_NETWORK,  /* no connection, or it broke: the request may or may not have been carried out */
    ERROR_TIMEOUT,  /* no answer in time: likewise */
    ERROR_SYSTEM,   /* a file, the disk, the operating system */
};

/* A plain value; { 0 } is "no error". */
struct error {
    enum error_kind kind;
    int status;            /* HTTP status where there was one, else 0 */
    int64_t retry_after_s; /* seconds to wait at least before asking again; 0 = not said */
    /* One sentence without a full stop, on one line, valid UTF-8: a control character or a broken one in its parts
     * becomes ? */
    char message[ERROR_MESSAGE_SIZE];
};

/* Sets kind and sentence, and clears the rest. Always returns false, so that a function can end with it. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...) printf_like(3, 4);

/* Like error_set() with the HTTP status that said it. */
bool error_set_status(struct error *error, enum error_kind kind, int status, const char *format, ...) printf_like(4, 5);

/* Puts what was being tried before the sentence: "cannot stop namespace dev1: " + message. Always returns false. */
bool error_context(struct error *error, const char *format, ...) printf_like(2, 3);

/* The word for logs: "input", "missing", ...; never NULL. */
const char *error_kind_name(enum error_kind kind) must_check;

#endif
