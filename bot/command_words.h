/* bot/command_words.h - a typed text as words. Pure.
 *
 * Words end at blanks of every kind, commas, semicolons, and the marks that people or their keyboards put around a name;
 * they are in lower case, as all names are.
 */
#ifndef CURFEW_BOT_COMMAND_WORDS_H
#define CURFEW_BOT_COMMAND_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

enum { WORDS_MAX = 128, WORD_SIZE = 254 /* the longest name there is: a workload's */ };

/* A plain value. */
struct words {
    size_t count;
    char items[WORDS_MAX][WORD_SIZE];
};

/* Takes the next word off *text; "" = there is none left. false, ERROR_INPUT: it is longer than any name. */
bool words_take(const char **text, char ret_word[WORD_SIZE], struct error *error) must_check;

/* Reads all words but "and": people write sentences. false, ERROR_INPUT: one is too long, or they are too many. */
bool words_read(const char *text, struct words *ret_words, struct error *error) must_check;

/* Appends the words first .. end - 1 with a blank between. */
void words_join(const struct words *words, size_t first, size_t end, struct buffer *target);

/* A text that is no list of names, as it was typed: capitals, commas and semicolons stay. Blanks of every kind become one
 * kind, those around it go, and so do quotation and code marks; what Slack escapes (&amp; &lt; &gt;) is undone,
 * what is no valid UTF-8 becomes ?. The caller frees it. */
char *words_read_raw(const char *text) must_check;

#endif
