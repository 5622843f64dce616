/* base/zone_rule.c - one piece of the rule after the other, each reader takes its own off the front. */
#include "base/zone_rule.h"

#include <string.h>

#include "base/calendar.h"
#include "base/text.h"

enum {
    OFFSET_HOURS_MAX = 24, /* POSIX */
    TIME_HOURS_MAX = 167,  /* RFC 9636 */
    TIME_DEFAULT_S = 2 * HOUR_SECONDS,
};

static bool read_name(const char **rest, char *ret_name);
static bool read_clock(const char **rest, int hours_max, int32_t *ret_seconds);
static bool read_day(const char **rest, struct zone_rule_day *day);
static int64_t day_local_s(const struct zone_rule_day *day, int year);

static bool take(const char **rest, char character)
{
    if (**rest != character)
        return false;
    (*rest)++;
    return true;
}

/* POSIX counts offsets to the west. */
static bool read_offset(const char **rest, int32_t *ret_offset_s)
{
    int32_t west_s;

    if (!read_clock(rest, OFFSET_HOURS_MAX, &west_s))
        return false;
    *ret_offset_s = -west_s;
    return true;
}

static bool read_summer(const char **rest, struct zone_rule *rule)
{
    rule->has_summer = true;
    rule->summer.offset_s = rule->standard.offset_s + HOUR_SECONDS;
    if (!read_name(rest, rule->summer.abbreviation))
        return false;
    if (**rest != ',' && !read_offset(rest, &rule->summer.offset_s))
        return false;
    return take(rest, ',') && read_day(rest, &rule->summer.begins) && take(rest, ',') &&
           read_day(rest, &rule->standard.begins);
}

bool zone_rule_read(const char *text, struct zone_rule *ret_rule, struct error *error)
{
    struct zone_rule rule = { 0 };
    const char *rest = text;
    char shown[48];

    if (read_name(&rest, rule.standard.abbreviation) && read_offset(&rest, &rule.standard.offset_s) &&
        (*rest == '\0' || read_summer(&rest, &rule)) && *rest == '\0') {
        *ret_rule = rule;
        return true;
    }
    text_copy_cut(shown, sizeof shown, text);
    return error_set(error, ERROR_INPUT, "\"%s\" is no rule of a time zone", shown);
}

int64_t zone_rule_summer_at(const struct zone_rule *rule, int year)
{
    return day_local_s(&rule->summer.begins, year) - rule->standard.offset_s;
}

int64_t zone_rule_standard_at(const struct zone_rule *rule, int year)
{
    return day_local_s(&rule->standard.begins, year) - rule->summer.offset_s;
}

/* CET, or <+0330>. */
static bool read_name(const char **rest, char *ret_name)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const char quotable[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
    bool is_quoted = take(rest, '<');
    size_t length = strspn(*rest, is_quoted ? quotable : letters);

    if (length < 3 || length >= ZONE_ABBREVIATION_SIZE)
        return false;
    memcpy(ret_name, *rest, length);
    ret_name[length] = '\0';
    *rest += length;
    return !is_quoted || take(rest, '>');
}

static bool read_number(const char **rest, int minimum, int maximum, int *ret_number)
{
    int number = 0, digits = 0;

    for (; **rest >= '0' && **rest <= '9' && digits < 4; digits++)
        number = number * 10 + (*(*rest)++ - '0');
    *ret_number = number;
    return digits > 0 && number >= minimum && number <= maximum;
}

/* [+-]hh[:mm[:ss]] */
static bool read_clock(const char **rest, int hours_max, int32_t *ret_seconds)
{
    int hours, minutes = 0, seconds = 0;
    bool is_negative = take(rest, '-');

    if (!is_negative)
        (void) take(rest, '+');
    if (!read_number(rest, 0, hours_max, &hours))
        return false;
    if (take(rest, ':')) {
        if (!read_number(rest, 0, 59, &minutes))
            return false;
        if (take(rest, ':') && !read_number(rest, 0, 59, &seconds))
            return false;
    }
    int32_t total_s = hours * HOUR_SECONDS + minutes * MINUTE_SECONDS + seconds;
    *ret_seconds = is_negative ? -total_s : total_s;
    return true;
}

/* M3.5.0, J60 or 59, each with a time behind / */
static bool read_day(const char **rest, struct zone_rule_day *day)
{
    bool is_read;

    if (take(rest, 'M')) {
        day->kind = ZONE_RULE_WEEK;
        is_read = read_number(rest, 1, 12, &day->month) && take(rest, '.') && read_number(rest, 1, 5, &day->week) &&
                  take(rest, '.') && read_number(rest, 0, 6, &day->weekday);
    } else if (take(rest, 'J')) {
        day->kind = ZONE_RULE_JULIAN;
        is_read = read_number(rest, 1, 365, &day->day);
    } else {
        day->kind = ZONE_RULE_DAY;
        is_read = read_number(rest, 0, 365, &day->day);
    }
    day->time_s = TIME_DEFAULT_S;
    return is_read && (!take(rest, '/') || read_clock(rest, TIME_HOURS_MAX, &day->time_s));
}

static int64_t week_day(const struct zone_rule_day *day, int year)
{
    int64_t first = calendar_days(year, day->month, 1);
    int ahead = (day->weekday - (int) calendar_weekday(first) + WEEK_DAYS) % WEEK_DAYS;
    int day_of_month = ahead + (day->week - 1) * WEEK_DAYS;

    if (day_of_month >= calendar_month_days(year, day->month))
        day_of_month -= WEEK_DAYS;
    return first + day_of_month;
}

static int64_t day_local_s(const struct zone_rule_day *day, int year)
{
    int64_t new_year = calendar_days(year, 1, 1);
    int64_t days = new_year + day->day;

    if (day->kind == ZONE_RULE_WEEK)
        days = week_day(day, year);
    else if (day->kind == ZONE_RULE_JULIAN)
        days = day->day >= 60 ? calendar_days(year, 3, 1) + day->day - 60 : new_year + day->day - 1;
    return days * DAY_SECONDS + day->time_s;
}
