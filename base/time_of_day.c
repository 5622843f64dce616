/* base/time_of_day.c - hours, a colon, minutes. */
#include "base/time_of_day.h"

#include <assert.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

static int two_digits(const char *digits)
{
    return (digits[0] - '0') * 10 + (digits[1] - '0');
}

/* -1: it has not that form, or lies beyond the day. */
static int minute_of(const char *text, bool ends_day)
{
    char digits[] = "00:00";
    size_t missing = is_digit(text[0]) && text[1] == ':' ? 1 : 0; /* 8:00 */

    if (strlen(text) + missing != sizeof digits - 1)
        return -1;
    memcpy(digits + missing, text, strlen(text));
    if (!is_digit(digits[0]) || !is_digit(digits[1]) || digits[2] != ':' || !is_digit(digits[3]) ||
        !is_digit(digits[4]))
        return -1;

    int hours = two_digits(digits), minutes = two_digits(digits + 3);
    int minute = hours * 60 + minutes;
    if (minutes > 59 || minute > DAY_MINUTES || (minute == DAY_MINUTES && !ends_day))
        return -1;
    return minute;
}

bool time_of_day_read(const char *text, bool ends_day, int *ret_minute, struct error *error)
{
    int minute = minute_of(text, ends_day);
    char shown[24];

    if (minute >= 0) {
        *ret_minute = minute;
        return true;
    }
    text_copy_cut(shown, sizeof shown, text);
    return error_set(error, ERROR_INPUT, "no time of day \"%s\"; allowed is HH:MM from 00:00 to %s", shown,
                     ends_day ? "24:00" : "23:59");
}

void time_of_day_write(int minute, struct buffer *target)
{
    assert(minute >= 0 && minute <= DAY_MINUTES);
    buffer_append_format(target, "%02d:%02d", minute / 60, minute % 60);
}
