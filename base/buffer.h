/* base/buffer.h - growing bytes with a ceiling given at birth.
 *
 * Always followed by a NUL, so that text can be printed. Appending past the ceiling changes nothing and is
 * remembered: a writer appends many pieces and asks once, at the end, with buffer_complete().
 * When memory is out the process ends; it restarts into a tested recovery.
 */
#ifndef CURFEW_BASE_BUFFER_H
#define CURFEW_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/error.h"

enum { BUFFER_LIMIT_DEFAULT = 1024 * 1024 }; /* ceiling of a buffer that was born as { 0 } */

/* Reading the fields is fine; only the functions below change them. */
struct buffer {
    char *data;    /* NULL until the first byte */
    size_t length; /* bytes, without the NUL */
    size_t capacity;
    size_t limit;    /* bytes it may hold at most; 0 = BUFFER_LIMIT_DEFAULT */
    bool overflowed; /* something did not fit and was left out */
};

/* Gives an empty buffer its ceiling. { 0 } works too. */
void buffer_init(struct buffer *buffer, size_t limit);

/* Frees the bytes and makes the buffer { 0 } but for its limit. Accepts an empty one. */
void buffer_release(struct buffer *buffer);

/* Takes the memory for length more bytes at once, as far as the limit allows. For content that must not be left behind
 * in memory that was outgrown; everyone else just appends. */
void buffer_reserve(struct buffer *buffer, size_t length);

/* Empties it and keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* Appends bytes, text, one character, formatted text. A piece that does not fit whole is left out whole. */
void buffer_append(struct buffer *buffer, const void *bytes, size_t length);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_char(struct buffer *buffer, char character);
void buffer_append_format(struct buffer *buffer, const char *format, ...) printf_like(2, 3);

/* Drops character from the end, as often as it stands there. */
void buffer_trim_end(struct buffer *buffer, char character);

/* Drops the first count bytes (at most all of them); used by readers that consume a stream. */
void buffer_consume(struct buffer *buffer, size_t count);

/* The content as text; "" when empty, never NULL. Valid until the next change. */
const char *buffer_text(const struct buffer *buffer) must_check;

/* The content as text that the caller frees; the buffer is empty afterwards. Never NULL. */
char *buffer_take(struct buffer *buffer) must_check;

/* false, ERROR_LIMIT: something was left out. what names the content in the sentence ("the answer of Slack"). */
bool buffer_complete(const struct buffer *buffer, const char *what, struct error *error) must_check;

#endif
