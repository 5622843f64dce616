/* base/schedule_days.c - names of days become bits, and bits become runs of days. */
#include "base/schedule_days.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/recurrence.h"
#include "base/text.h"

enum { LETTERS_MIN = 3, RUN_MIN = 3 };

static const char *const names[WEEK_DAYS] = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
};

int schedule_day_of(const char *text, size_t length)
{
    for (int day = 0; length >= LETTERS_MIN && day < WEEK_DAYS; day++)
        if (length <= strlen(names[day]) && strncasecmp(names[day], text, length) == 0)
            return day;
    return -1;
}

static void refuse(const char *text, size_t length, struct error *error)
{
    char name[64], shown[32];

    snprintf(name, sizeof name, "%.*s", (int) (length < sizeof name ? length : sizeof name), text);
    text_copy_cut(shown, sizeof shown, name);
    error_set(error, ERROR_INPUT, "no day of the week \"%s\"; allowed are Mon, Tue, Wed, Thu, Fri, Sat, Sun and daily",
              shown);
}

static bool read_day(const char *text, size_t length, int *ret_day, struct error *error)
{
    int day = schedule_day_of(text, length);

    if (day < 0) {
        refuse(text, length, error);
        return false;
    }
    *ret_day = day;
    return true;
}

/* One part of a list. */
static bool read_part(const char *text, size_t length, int *days, struct error *error)
{
    static const char daily[] = "daily";
    const char *hyphen = memchr(text, '-', length);
    size_t first_length = hyphen != NULL ? (size_t) (hyphen - text) : length;
    int first, last;

    if (length == sizeof daily - 1 && strncasecmp(text, daily, length) == 0) {
        *days = EVERY_DAY;
        return true;
    }
    if (!read_day(text, first_length, &first, error))
        return false;
    last = first;
    if (hyphen != NULL && !read_day(hyphen + 1, length - first_length - 1, &last, error))
        return false;
    for (int day = first; day != last; day = (day + 1) % WEEK_DAYS)
        *days |= 1 << day;
    *days |= 1 << last;
    return true;
}

bool schedule_days_read(const char *text, int *ret_days, struct error *error)
{
    const char *part = text;
    int days = 0;

    for (;;) {
        size_t length = strcspn(part, ",");

        if (!read_part(part, length, &days, error))
            return false;
        if (part[length] == '\0')
            break;
        part += length + 1;
    }
    *ret_days = days;
    return true;
}

static bool has(int days, int day)
{
    return (days >> ((day + WEEK_DAYS) % WEEK_DAYS) & 1) != 0;
}

static void write_run(int first, int length, const char *comma, struct buffer *target)
{
    if (length >= RUN_MIN) {
        buffer_append_format(target, "%s%.3s-%.3s", comma, names[first], names[(first + length - 1) % WEEK_DAYS]);
        return;
    }
    buffer_append_format(target, "%s%.3s", comma, names[first]);
    if (length == 2)
        buffer_append_format(target, ",%.3s", names[(first + 1) % WEEK_DAYS]);
}

void schedule_days_write(int days, struct buffer *target)
{
    const char *comma = "";

    if (days == EVERY_DAY) {
        buffer_append_text(target, "daily");
        return;
    }
    for (int i = 0; i < WEEK_DAYS; i++) {
        int first = (MONDAY + i) % WEEK_DAYS, length = 0;

        if (!has(days, first) || has(days, first - 1))
            continue;
        while (has(days, first + length))
            length++;
        write_run(first, length, comma, target);
        comma = ",";
    }
}
