/* base/cron.c - five fields become five sets of bits, and fields again. base/cron_times.c finds their times. */
#include "base/cron.h"

#include <stddef.h>
#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

enum {
    MONTHS = 12,
    NAME_LENGTH = 3,
    RUN_MIN = 3,   /* 1,2 but 1-3 */
    STEPS_MIN = 3, /* 0,30 but every 20 as a step */
};

/* What a field may hold. */
struct field {
    const char *name, *allowed;
    int minimum, maximum;
    const char *names; /* three letters each, from minimum on; "" = none */
};

static const struct field fields_known[CRON_FIELDS] = {
    { "minute", "0 to 59", 0, 59, "" },
    { "hour", "0 to 23", 0, 23, "" },
    { "day of the month", "1 to 31", 1, 31, "" },
    { "month", "1 to 12 and Jan to Dec", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec" },
    { "day of the week", "0 to 7 and Sun to Sat", 0, 7, "sunmontuewedthufrisat" },
};

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY };

static bool read_field(const struct field *field, const char *text, uint64_t *ret_bits, struct error *error);
static bool comes(const struct cron *cron);

bool cron_read(const char *const fields[CRON_FIELDS], struct cron *ret_cron, struct error *error)
{
    uint64_t bits[CRON_FIELDS] = { 0 };

    for (int i = 0; i < CRON_FIELDS; i++)
        if (!read_field(&fields_known[i], fields[i], &bits[i], error))
            return false;

    uint64_t sunday = bits[WEEKDAY] >> WEEK_DAYS & 1;
    struct cron cron = {
        .minutes = bits[MINUTE],
        .hours = (uint32_t) bits[HOUR],
        .days = (uint32_t) bits[DAY],
        .months = (uint16_t) bits[MONTH],
        .weekdays = (uint8_t) ((bits[WEEKDAY] | sunday) & EVERY_DAY),
        .days_starred = fields[DAY][0] == '*',
        .weekdays_starred = fields[WEEKDAY][0] == '*',
    };
    if (!comes(&cron))
        return error_set(error, ERROR_INPUT,
                         "day of the month \"%.40s\" in month \"%.40s\": there is no such date, so it never falls",
                         fields[DAY], fields[MONTH]);
    *ret_cron = cron;
    return true;
}

static bool refuse(const struct field *field, const char *text, const char *reason, struct error *error)
{
    char shown[48];

    text_copy_cut(shown, sizeof shown, text);
    return error_set(error, ERROR_INPUT, "%s \"%s\"%s%s", field->name, shown, reason != NULL ? " " : ": allowed are ",
                     reason != NULL ? reason : field->allowed);
}

/* -1: not within the first length characters of text. */
static int read_number(const char *text, size_t length)
{
    int number = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || number > 1000)
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return length > 0 ? number : -1;
}

static int read_name(const struct field *field, const char *text, size_t length)
{
    const char *name = field->names;

    for (int value = field->minimum; length == NAME_LENGTH && *name != '\0'; value++, name += NAME_LENGTH)
        if (strncasecmp(name, text, NAME_LENGTH) == 0)
            return value;
    return -1;
}

static bool read_value(const struct field *field, const char *text, size_t length, int *ret_value)
{
    int value = read_name(field, text, length);

    if (value < 0)
        value = read_number(text, length);
    *ret_value = value;
    return value >= field->minimum && value <= field->maximum;
}

/* "*", "1" or "1-5". */
static bool read_range(const struct field *field, const char *text, size_t length, int *ret_first, int *ret_last)
{
    const char *hyphen = memchr(text, '-', length);

    if (length == 1 && text[0] == '*') {
        *ret_first = field->minimum;
        *ret_last = field->maximum;
        return true;
    }
    if (hyphen == NULL) {
        bool is_read = read_value(field, text, length, ret_first);
        *ret_last = *ret_first;
        return is_read;
    }

    size_t first_length = (size_t) (hyphen - text);
    if (!read_value(field, text, first_length, ret_first) ||
        !read_value(field, hyphen + 1, length - first_length - 1, ret_last))
        return false;
    if (field == &fields_known[WEEKDAY] && *ret_last == 0 && *ret_first > 0)
        *ret_last = WEEK_DAYS; /* Fri-Sun */
    return true;
}

/* One part of a list. */
static bool read_part(const struct field *field, const char *text, size_t length, uint64_t *bits,
                      const char **ret_reason)
{
    const char *slash = memchr(text, '/', length);
    size_t range_length = slash != NULL ? (size_t) (slash - text) : length;
    int first, last, step = 1;

    *ret_reason = NULL;
    if (!read_range(field, text, range_length, &first, &last))
        return false;
    if (first > last)
        *ret_reason = "ends before it begins; write two ranges with a comma";
    else if (slash != NULL && text[0] != '*' && memchr(text, '-', range_length) == NULL)
        *ret_reason = "has a step without a range; write such as 5-59/15 or */15";
    else if (slash != NULL)
        step = read_number(slash + 1, length - range_length - 1);
    if (*ret_reason == NULL && (step < 1 || step > field->maximum))
        *ret_reason = "has no step that is possible; write such as */2";
    if (*ret_reason != NULL)
        return false;
    for (int value = first; value <= last; value += step)
        *bits |= UINT64_C(1) << value;
    return true;
}

static bool read_field(const struct field *field, const char *text, uint64_t *ret_bits, struct error *error)
{
    const char *part = text, *reason;
    uint64_t bits = 0;

    for (;;) {
        size_t length = strcspn(part, ",");

        if (!read_part(field, part, length, &bits, &reason))
            return refuse(field, text, reason, error);
        if (part[length] == '\0')
            break;
        part += length + 1;
    }
    *ret_bits = bits;
    return true;
}

/* Is there such a date in some year? The day of the week does not matter: each date falls on each, sooner or later. */
static bool comes(const struct cron *cron)
{
    static const int leap_year = 2000;
    bool needs_both = cron->days_starred || cron->weekdays_starred;

    for (int month = 1; month <= MONTHS; month++) {
        uint32_t days_there = (uint32_t) ((UINT64_C(2) << calendar_month_days(leap_year, month)) - 1);

        if ((cron->months >> month & 1) != 0 && (!needs_both || (cron->days & days_there) != 0))
            return true;
    }
    return false;
}

static void write_list(uint64_t bits, int maximum, struct buffer *target)
{
    const char *comma = "";

    for (int value = 0; value <= maximum; value++) {
        int last = value;

        if ((bits >> value & 1) == 0)
            continue;
        while (last < maximum && (bits >> (last + 1) & 1) != 0)
            last++;
        if (last - value + 1 >= RUN_MIN) {
            buffer_append_format(target, "%s%d-%d", comma, value, last);
            value = last;
        } else {
            buffer_append_format(target, "%s%d", comma, value);
        }
        comma = ",";
    }
}

/* The values of a step over the whole field. */
static uint64_t stepped(int minimum, int maximum, int step)
{
    uint64_t bits = 0;

    for (int value = minimum; value <= maximum; value += step)
        bits |= UINT64_C(1) << value;
    return bits;
}

/* The smallest step that gives these bits; 0: none does. */
static int step_of(uint64_t bits, int minimum, int maximum)
{
    for (int step = 1; step <= maximum - minimum + 1; step++)
        if (stepped(minimum, maximum, step) == bits)
            return step;
    return 0;
}

/* is_starred: it must begin with * again. Its first value is in it then, so the largest step adds nothing. */
static void write_field(uint64_t bits, int minimum, int maximum, bool is_starred, struct buffer *target)
{
    int step = step_of(bits, minimum, maximum);

    if (step == 1 && is_starred) {
        buffer_append_char(target, '*');
    } else if (step > 0 && is_starred) {
        buffer_append_format(target, "*/%d", step);
    } else if (is_starred) {
        buffer_append_format(target, "*/%d,", maximum - minimum + 1);
        write_list(bits, maximum, target);
    } else {
        write_list(bits, maximum, target);
    }
}

/* Where it makes no difference whether the field begins with *, it does when that is shorter. */
static void write_free_field(uint64_t bits, int minimum, int maximum, struct buffer *target)
{
    int step = step_of(bits, minimum, maximum);
    bool is_starred = step > 0 && (maximum - minimum) / step + 1 >= STEPS_MIN;

    write_field(bits, minimum, maximum, is_starred, target);
    buffer_append_char(target, ' ');
}

void cron_write(const struct cron *cron, struct buffer *target)
{
    write_free_field(cron->minutes, 0, 59, target);
    write_free_field(cron->hours, 0, 23, target);
    write_field(cron->days, 1, 31, cron->days_starred, target);
    buffer_append_char(target, ' ');
    write_free_field(cron->months, 1, MONTHS, target);
    write_field(cron->weekdays, 0, 6, cron->weekdays_starred, target);
}
