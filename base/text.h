/* base/text.h - bounded text in arrays, and words of a line. */
#ifndef CURFEW_BASE_TEXT_H
#define CURFEW_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

/* Copies text into target (size bytes, NUL included). false: it did not fit; target is then "". */
bool text_copy(char *target, size_t size, const char *text) must_check;

/* Copies as much as fits, cut at a whole UTF-8 character, and ends it with an ellipsis where something was cut. */
void text_copy_cut(char *target, size_t size, const char *text);

bool text_equal(const char *a, const char *b) must_check;
bool text_equal_ignoring_case(const char *a, const char *b) must_check; /* ASCII letters only */
char text_lower_case(char character) must_check;                        /* likewise */
bool text_starts_with(const char *text, const char *prefix) must_check;

/* Length of the valid UTF-8 character that starts at text (1 .. 4), or 0 when there is none within length bytes. */
size_t text_character_length(const char *text, size_t length) must_check;

/* true: the whole of it is valid UTF-8 without NUL. */
bool text_is_utf8(const char *text, size_t length) must_check;

/* true: text matches pattern, in which * stands for any characters, also none ("dev-*", "*"). Linear, no recursion. */
bool text_matches(const char *pattern, const char *text) must_check;

/* 64-bit FNV-1a: a short name for a long text, not a secret one. */
uint64_t text_hash(const char *text) must_check;

#endif
