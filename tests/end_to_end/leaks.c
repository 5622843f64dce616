/* tests/end_to_end/leaks.c - encodes the secret three times, each with other bytes in front, and drops what depends on
 * the neighbours. */
#include "tests/end_to_end/leaks.h"

#include "base/buffer.h"

#include <stdint.h>
#include <string.h>

enum { ENCODED_BYTES_MIN = 8 };

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The digits of base64 that depend on the secret alone when skipped bytes stand before it in its group of three. */
static void encode(const char *secret, size_t skipped, const char *alphabet, struct buffer *target)
{
    size_t length = strlen(secret);
    size_t first = skipped == 0 ? 0 : skipped + 1; /* digits that a byte before it has a part in */

    for (size_t bit = first * 6; bit + 6 <= (skipped + length) * 8; bit += 6) {
        unsigned int digit = 0;
        for (size_t i = bit; i < bit + 6; i++) {
            unsigned char byte = i < skipped * 8 ? 0 : (unsigned char) secret[i / 8 - skipped];
            digit = digit << 1 | ((unsigned int) byte >> (7 - i % 8) & 1u);
        }
        buffer_append_char(target, alphabet[digit]);
    }
}

bool leaks(const char *text, const char *secret)
{
    bool found = strstr(text, secret) != NULL;

    for (size_t skipped = 0; skipped < 3 && strlen(secret) >= ENCODED_BYTES_MIN && !found; skipped++) {
        for (int i = 0; i < 2 && !found; i++) {
            released_by(buffer_release) struct buffer encoded = { 0 };
            encode(secret, skipped, i == 0 ? standard : for_urls, &encoded);
            found = strstr(text, buffer_text(&encoded)) != NULL;
        }
    }
    return found;
}
