/* base/duration.c - numbers and units, from the largest unit down. */
#include "base/duration.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

enum { COUNT_MAX = 1000 * 1000 * 1000, UNIT_NAME_SIZE = 8, HOUR_S = 3600, MINUTE_S = 60 };

struct unit {
    char name[UNIT_NAME_SIZE];
    int64_t seconds;
};

static const struct unit units_read[] = {
    { "s", 1 },        { "sec", 1 },        { "second", 1 },        { "seconds", 1 },
    { "m", MINUTE_S }, { "min", MINUTE_S }, { "minute", MINUTE_S }, { "minutes", MINUTE_S },
    { "h", HOUR_S },   { "hour", HOUR_S },  { "hours", HOUR_S },
};

static const struct unit units_written[] = { { "h", HOUR_S }, { "min", MINUTE_S }, { "s", 1 } };

static bool read_part(const char **rest, int64_t *ret_count, int64_t *ret_unit_s);
static bool refuse(const char *text, const char *reason, struct error *error);
static bool refuse_long(const char *text, int64_t maximum_s, struct error *error);

bool duration_read(const char *text, int64_t maximum_s, int64_t *ret_seconds, struct error *error)
{
    const char *rest = text + strspn(text, " ");
    int64_t count, unit_s, larger_unit_s = INT64_MAX;
    int64_t seconds = 0;

    assert(maximum_s <= COUNT_MAX);
    do {
        if (!read_part(&rest, &count, &unit_s) || unit_s >= larger_unit_s)
            return refuse(text, "is no length of time: write 90s, 5m, 2h or 1h30m", error);
        seconds += count * unit_s;
        larger_unit_s = unit_s;
    } while (*rest != '\0');

    if (seconds == 0)
        return refuse(text, "is too short: at least 1 s is allowed", error);
    if (seconds > maximum_s)
        return refuse_long(text, maximum_s, error);
    *ret_seconds = seconds;
    return true;
}

void duration_write(int64_t seconds, struct buffer *target)
{
    const char *gap = "";

    assert(seconds >= 0);
    if (seconds == 0)
        buffer_append_text(target, "0 s");
    for (size_t i = 0; i < sizeof units_written / sizeof units_written[0]; i++) {
        const struct unit *unit = &units_written[i];
        int64_t count = seconds / unit->seconds;

        if (count == 0)
            continue;
        buffer_append_format(target, "%s%lld %s", gap, (long long) count, unit->name);
        seconds -= count * unit->seconds;
        gap = " ";
    }
}

/* 0: there is no such unit. */
static int64_t unit_seconds(const char *name, size_t length)
{
    char copy[UNIT_NAME_SIZE] = { 0 };

    if (length >= sizeof copy)
        return 0;
    memcpy(copy, name, length);
    for (size_t i = 0; i < sizeof units_read / sizeof units_read[0]; i++)
        if (text_equal_ignoring_case(copy, units_read[i].name))
            return units_read[i].seconds;
    return 0;
}

static size_t count_letters(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* Takes "30 min " off the rest. A number without a unit counts hours where nothing follows. */
static bool read_part(const char **rest, int64_t *ret_count, int64_t *ret_unit_s)
{
    const char *at = *rest;
    int64_t count = 0;

    if (strchr("0123456789", *at) == NULL || *at == '\0')
        return false;
    for (; *at >= '0' && *at <= '9'; at++)
        count = count < COUNT_MAX ? count * 10 + (*at - '0') : COUNT_MAX;
    at += strspn(at, " ");

    size_t letters = count_letters(at);
    *ret_unit_s = *at == '\0' ? HOUR_S : unit_seconds(at, letters);
    *ret_count = count;
    at += letters;
    *rest = at + strspn(at, " ");
    return *ret_unit_s > 0;
}

static bool refuse(const char *text, const char *reason, struct error *error)
{
    char shown[48];

    text_copy_cut(shown, sizeof shown, text);
    return error_set(error, ERROR_INPUT, "\"%s\" %s", shown, reason);
}

static bool refuse_long(const char *text, int64_t maximum_s, struct error *error)
{
    released_by(buffer_release) struct buffer reason = { 0 };

    buffer_append_text(&reason, "is too long: at most ");
    duration_write(maximum_s, &reason);
    buffer_append_text(&reason, " is allowed");
    return refuse(text, buffer_text(&reason), error);
}
