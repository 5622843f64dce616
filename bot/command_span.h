/* bot/command_span.h - "for 2h", "until 22:00", "until morning": how long, behind "start" and "prolongate". Pure. */
#ifndef CURFEW_BOT_COMMAND_SPAN_H
#define CURFEW_BOT_COMMAND_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "bot/command.h"
#include "bot/command_words.h"

/* What is allowed. */
struct span_rules {
    int64_t maximum_s; /* the longest "for", in seconds; the shortest is 1 s */
    const char *form;  /* of the command, for who is corrected */
};

/* true: the word says that a span follows. */
bool span_is_keyword(const char *word) must_check;

/* Reads the words first .. end - 1, of which the first is "for" or "until".
 *
 * false, ERROR_INPUT: what was wrong and what is allowed. */
bool span_read(const struct words *words, size_t first, size_t end, const struct span_rules *rules,
               struct span *ret_span, struct error *error) must_check;

/* Reads the words first .. end - 1 as a length of time that nobody said "for" before. Errors as above. */
bool span_read_bare(const struct words *words, size_t first, size_t end, const struct span_rules *rules,
                    struct span *ret_span, struct error *error) must_check;

/* Where the last words are a length of time, of any size: the first of them; words->count = they are not. A name is left
 * before it. */
size_t span_find_bare(const struct words *words) must_check;

/* Appends " for 1h30m", " until 22:00", " until morning", or nothing. */
void span_write(const struct span *span, struct buffer *target);

#endif
