/* k8s/base64.c - three bytes are four digits of 64. */
#include "k8s/base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int digit_value(char digit);

void base64_encode(const void *bytes, size_t length, struct buffer *target)
{
    const unsigned char *at = bytes;

    for (size_t left = length; left > 0;) {
        size_t taken = left < 3 ? left : 3;
        uint32_t group = (uint32_t) at[0] << 16;

        group |= taken > 1 ? (uint32_t) at[1] << 8 : 0;
        group |= taken > 2 ? at[2] : 0;
        buffer_append_char(target, digits[group >> 18]);
        buffer_append_char(target, digits[group >> 12 & 63]);
        buffer_append_char(target, taken > 1 ? digits[group >> 6 & 63] : '=');
        buffer_append_char(target, taken > 2 ? digits[group & 63] : '=');
        at += taken;
        left -= taken;
    }
}

bool base64_decode(const char *text, struct buffer *target)
{
    uint32_t bits = 0;
    int waiting = 0;  /* bits that make no whole byte yet */
    size_t count = 0; /* digits */
    int padding = 0;

    for (; *text != '\0'; text++) {
        if (strchr(" \t\r\n", *text) != NULL)
            continue;
        if (*text == '=') {
            padding = padding < 3 ? padding + 1 : 3;
            continue;
        }
        int value = digit_value(*text);
        if (value < 0 || padding > 0)
            return false;
        bits = bits << 6 | (uint32_t) value;
        waiting += 6;
        count++;
        if (waiting >= 8) {
            waiting -= 8;
            buffer_append_char(target, (char) (bits >> waiting & 0xFF));
        }
    }
    return padding <= 2 && (count + (size_t) padding) % 4 == 0;
}

static int digit_value(char digit)
{
    const char *found = digit != '\0' ? strchr(digits, digit) : NULL;

    return found != NULL ? (int) (found - digits) : -1;
}
