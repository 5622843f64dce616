/* base/text.c - bounded text in arrays, and which bytes are UTF-8. */
#include "base/text.h"

#include <assert.h>
#include <string.h>

static const char ellipsis[] = "…";

bool text_copy(char *target, size_t size, const char *text)
{
    size_t length = strlen(text);

    assert(size > 0);
    target[0] = '\0';
    if (length >= size)
        return false;
    memcpy(target, text, length + 1);
    return true;
}

void text_copy_cut(char *target, size_t size, const char *text)
{
    assert(size >= sizeof ellipsis);
    if (text_copy(target, size, text))
        return;

    /* Back to the first byte of a character: those that follow one are 10xxxxxx. */
    size_t end = size - sizeof ellipsis;
    while (end > 0 && ((unsigned char) text[end] & 0xC0) == 0x80)
        end--;
    memcpy(target, text, end);
    memcpy(target + end, ellipsis, sizeof ellipsis);
}

bool text_equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

char text_lower_case(char character)
{
    return character >= 'A' && character <= 'Z' ? (char) (character - 'A' + 'a') : character;
}

bool text_equal_ignoring_case(const char *a, const char *b)
{
    while (*a != '\0' && text_lower_case(*a) == text_lower_case(*b)) {
        a++;
        b++;
    }
    return text_lower_case(*a) == text_lower_case(*b);
}

bool text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* One row of table 3-7 in the Unicode standard. The second byte keeps out what is longer than necessary, the
 * surrogates, and what is above U+10FFFF; all bytes after it are 80 .. BF. */
struct character_form {
    unsigned char first_minimum, first_maximum;
    unsigned char second_minimum, second_maximum;
    size_t length;
};

static const struct character_form character_forms[] = {
    { 0x00, 0x7F, 0x00, 0x00, 1 }, /* U+0000 .. U+007F */
    { 0xC2, 0xDF, 0x80, 0xBF, 2 }, /* U+0080 .. U+07FF */
    { 0xE0, 0xE0, 0xA0, 0xBF, 3 }, /* U+0800 .. U+0FFF */
    { 0xE1, 0xEC, 0x80, 0xBF, 3 }, /* U+1000 .. U+CFFF */
    { 0xED, 0xED, 0x80, 0x9F, 3 }, /* U+D000 .. U+D7FF */
    { 0xEE, 0xEF, 0x80, 0xBF, 3 }, /* U+E000 .. U+FFFF */
    { 0xF0, 0xF0, 0x90, 0xBF, 4 }, /* U+10000 .. U+3FFFF */
    { 0xF1, 0xF3, 0x80, 0xBF, 4 }, /* U+40000 .. U+FFFFF */
    { 0xF4, 0xF4, 0x80, 0x8F, 4 }, /* U+100000 .. U+10FFFF */
};

static bool is_between(char byte, unsigned char minimum, unsigned char maximum)
{
    return (unsigned char) byte >= minimum && (unsigned char) byte <= maximum;
}

static bool has_form(const char *text, size_t length, const struct character_form *form)
{
    if (length < form->length || !is_between(text[0], form->first_minimum, form->first_maximum))
        return false;
    if (form->length > 1 && !is_between(text[1], form->second_minimum, form->second_maximum))
        return false;
    for (size_t i = 2; i < form->length; i++)
        if (!is_between(text[i], 0x80, 0xBF))
            return false;
    return true;
}

size_t text_character_length(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof character_forms / sizeof character_forms[0]; i++)
        if (has_form(text, length, &character_forms[i]))
            return character_forms[i].length;
    return 0;
}

/* Nearly all there is, so eight bytes at a time: each below 0x80 and none 0. */
static size_t ascii_length(const char *text, size_t length)
{
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    size_t at = 0;
    uint64_t eight;

    for (; at + sizeof eight <= length; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        if (((eight | (eight - ones)) & highs) != 0)
            break;
    }
    return at;
}

bool text_is_utf8(const char *text, size_t length)
{
    size_t at = ascii_length(text, length);

    while (at < length) {
        bool is_ascii = (unsigned char) text[at] < 0x80; /* not worth a call */
        size_t step = is_ascii ? 1 : text_character_length(text + at, length - at);

        if (step == 0 || text[at] == '\0')
            return false;
        at += step;
        if (!is_ascii)
            at += ascii_length(text + at, length - at);
    }
    return true;
}

/* The pieces between the stars are found one after the other, each as far left as it goes: if there is a match at
 * all, there is this one. memmem() keeps it linear. */
bool text_matches(const char *pattern, const char *text)
{
    const char *end = text + strlen(text);
    size_t piece = strcspn(pattern, "*");

    if (strncmp(text, pattern, piece) != 0)
        return false;
    text += piece;
    pattern += piece;
    while (*pattern == '*') {
        pattern++;
        piece = strcspn(pattern, "*");
        if (pattern[piece] == '\0')
            return piece <= (size_t) (end - text) && text_equal(end - piece, pattern);

        const char *found = memmem(text, (size_t) (end - text), pattern, piece);
        if (found == NULL)
            return false;
        text = found + piece;
        pattern += piece;
    }
    return *text == '\0';
}

uint64_t text_hash(const char *text)
{
    uint64_t hash = 14695981039346656037u;

    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char) *text) * 1099511628211u;
    return hash;
}
