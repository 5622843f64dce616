/* tests/standin/slack_text.c - cJSON writes, and what it wrote is escaped once more: in JSON, a slash and a character
 * beyond ASCII can only stand in a string.
 */
#include "tests/standin/slack_text.h"

#include "base/random.h"
#include "base/text.h"

#include <string.h>

enum { PLANE_FIRST = 0x10000, HIGH_SURROGATE = 0xD800, LOW_SURROGATE = 0xDC00, HEX_DIGITS = 32 };

bool slack_list_has(const char *list, char separator, const char *word)
{
    const char separators[] = { separator, '\0' };
    size_t length = strlen(word);

    for (const char *at = list;;) {
        size_t part = strcspn(at, separators);

        if (part == length && strncmp(at, word, length) == 0)
            return true;
        if (at[part] == '\0')
            return false;
        at += part + 1;
    }
}

/* The number of the character whose bytes start at text. */
static unsigned code_point(const char *text, size_t length)
{
    static const unsigned char lead_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    unsigned number = (unsigned char) text[0] & lead_bits[length];

    for (size_t i = 1; i < length; i++)
        number = number << 6 | ((unsigned char) text[i] & 0x3F);
    return number;
}

static void write_escaped(struct buffer *target, unsigned number)
{
    if (number < PLANE_FIRST) {
        buffer_append_format(target, "\\u%04x", number);
        return;
    }
    number -= PLANE_FIRST;
    buffer_append_format(target, "\\u%04x\\u%04x", HIGH_SURROGATE | number >> 10, LOW_SURROGATE | (number & 0x3FF));
}

void slack_write_json(const cJSON *value, struct buffer *target)
{
    char *text = cJSON_PrintUnformatted(value);
    size_t left = strlen(text);

    for (const char *at = text; left > 0;) {
        size_t length = text_character_length(at, left);

        if (length == 0)
            length = 1; /* no valid character: left out */
        else if (*at == '/')
            buffer_append_text(target, "\\/");
        else if (length == 1)
            buffer_append_char(target, *at);
        else
            write_escaped(target, code_point(at, length));
        at += length;
        left -= length;
    }
    cJSON_free(text);
}

void slack_random(char text[SLACK_RANDOM_SIZE])
{
    random_hex(text, SLACK_RANDOM_SIZE);
}

/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx */
void slack_uuid(char text[SLACK_UUID_SIZE])
{
    char digits[HEX_DIGITS + 1];

    random_hex(digits, sizeof digits);
    snprintf(text, SLACK_UUID_SIZE, "%.8s-%.4s-4%.3s-a%.3s-%.12s", digits, digits + 8, digits + 12, digits + 15,
             digits + 18);
}
