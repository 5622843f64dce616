/* bot/command_words.c - a typed text as words.
 *
 * Pure. Split first, so that the rest compares whole words only.
 */
#include "bot/command_words.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char *const commas[] = { ",", ";" };
static const char *const blanks[] = { " ", "\t", "\n", "\r", "\u00a0", "\u2007", "\u202f", "\u3000" };
static const char *const marks[] = {
    "`", "\"", "'", "\u200b", "\ufeff", "\u2018", "\u2019", "\u201c", "\u201d", /* zero-width blanks, curly quotes */
};

/* How many bytes at text are one of those; 0 = none. */
static size_t length_of_one(const char *text, const char *const *signs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_starts_with(text, signs[i]))
            return strlen(signs[i]);
    return 0;
}

static size_t blank_length(const char *text)
{
    return length_of_one(text, blanks, sizeof blanks / sizeof blanks[0]);
}

static size_t mark_length(const char *text)
{
    return length_of_one(text, marks, sizeof marks / sizeof marks[0]);
}

static size_t separator_length(const char *text)
{
    size_t length = blank_length(text);

    if (length == 0)
        length = mark_length(text);
    return length > 0 ? length : length_of_one(text, commas, sizeof commas / sizeof commas[0]);
}

static const char *skip_separators(const char *text)
{
    for (size_t length = separator_length(text); length > 0; length = separator_length(text))
        text += length;
    return text;
}

bool words_take(const char **text, char ret_word[WORD_SIZE], struct error *error)
{
    const char *start = skip_separators(*text);
    size_t length = 0;

    while (start[length] != '\0' && separator_length(start + length) == 0)
        length++;
    if (length >= WORD_SIZE)
        return error_set(error, ERROR_INPUT, "A name is longer than the %d characters that Kubernetes allows",
                         WORD_SIZE - 1);
    for (size_t i = 0; i < length; i++)
        ret_word[i] = text_lower_case(start[i]);
    ret_word[length] = '\0';
    *text = start + length;
    return true;
}

bool words_read(const char *text, struct words *ret_words, struct error *error)
{
    char word[WORD_SIZE];

    ret_words->count = 0;
    for (;;) {
        if (!words_take(&text, word, error))
            return false;
        if (word[0] == '\0')
            return true;
        if (text_equal(word, "and"))
            continue;
        if (ret_words->count == WORDS_MAX)
            return error_set(error, ERROR_INPUT,
                             "That is more than %d words; name fewer, or use a pattern such as `dev-*`", WORDS_MAX);
        memcpy(ret_words->items[ret_words->count++], word, sizeof word);
    }
}

void words_join(const struct words *words, size_t first, size_t end, struct buffer *target)
{
    for (size_t i = first; i < end; i++) {
        buffer_append_text(target, i == first ? "" : " ");
        buffer_append_text(target, words->items[i]);
    }
}

/* An escape that ends at text + length becomes what it stands for, also one that appeared when another was undone.
 * Returns the length that is left. */
static size_t undo_escape(char *text, size_t length)
{
    static const struct {
        const char *escape;
        char character;
    } escapes[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' } };

    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        size_t escape_length = strlen(escapes[i].escape);
        if (length < escape_length || memcmp(text + length - escape_length, escapes[i].escape, escape_length) != 0)
            continue;
        text[length - escape_length] = escapes[i].character;
        return length - escape_length + 1;
    }
    return length;
}

char *words_read_raw(const char *text)
{
    char *raw = memory_text(skip_separators(text));
    const char *rest = raw, *end = raw + strlen(raw);
    size_t length = 0; /* what is left of it so far; never beyond the rest */

    while (rest < end) {
        size_t character = text_character_length(rest, (size_t) (end - rest));
        bool is_blank = blank_length(rest) > 0, is_mark = mark_length(rest) > 0, may_end_escape = *rest == ';';
        if (is_blank || character == 0) {
            raw[length++] = is_blank ? ' ' : '?';
        } else if (!is_mark) {
            memmove(raw + length, rest, character);
            length += character;
        }
        rest += character == 0 ? 1 : character;
        if (may_end_escape)
            length = undo_escape(raw, length);
    }
    while (length > 0 && raw[length - 1] == ' ')
        length--;
    raw[length] = '\0';
    return raw;
}
