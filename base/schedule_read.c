/* base/schedule_read.c - the text of a schedule, cut into words, and each word read by whoever knows its kind. */
#include <assert.h>
#include <string.h>

#include "base/recurrence.h"
#include "base/schedule.h"
#include "base/schedule_days.h"
#include "base/schedule_windows.h"
#include "base/text.h"
#include "base/time_of_day.h"

enum {
    SHOWN_SIZE = 64,
    WORDS_MAX = 8, /* more than a rule, or a cron expression with its zone, ever has */
};

static const char blanks[] = " \t\r\n";

/* What is being read. */
struct reading {
    const struct schedule_defaults *defaults;
    struct zone_source *zones;
    struct schedule schedule;
    struct error *error;
};

/* A rule or a cron expression: its words, and the last of them with all that came behind. */
struct words {
    int count;
    const char *items[WORDS_MAX];
};

static void copy_compact(char *target, const char *text);
static bool read_cron(struct reading *reading, char *text);
static bool read_rules(struct reading *reading, char *text);

/* What is quoted in a sentence is cut. */
static bool refuse(struct reading *reading, const char *before, const char *quoted, const char *behind)
{
    char shown[SHOWN_SIZE];

    text_copy_cut(shown, sizeof shown, quoted);
    return error_set(reading->error, ERROR_INPUT, "%s\"%s\"%s", before, shown, behind);
}

static bool refuse_in(struct reading *reading, const char *where)
{
    char shown[SHOWN_SIZE];

    text_copy_cut(shown, sizeof shown, where);
    return error_context(reading->error, "%s", shown);
}

static bool read_never(struct reading *reading, const char *text)
{
    const char *rest = strchr(text, ' ');

    if (rest != NULL)
        return refuse(reading, "behind \"never\" nothing may stand, but there is ", rest + 1, "");
    return true;
}

static bool is_never(const char *text)
{
    return strcspn(text, " ") == 5 && strncasecmp(text, "never", 5) == 0;
}

static bool read_text(struct reading *reading, char *text)
{
    if (text[0] == '\0')
        return error_set(reading->error, ERROR_INPUT,
                         "a schedule is empty; allowed are such as \"Mon-Fri 08:00-20:00 Europe/Berlin\", "
                         "\"Mon-Fri 20:00\", \"never\" and a cron expression like \"0 20 * * 1-5\"");
    if (is_never(text))
        return read_never(reading, text);
    if (strchr("0123456789*@", text[0]) != NULL)
        return read_cron(reading, text);
    return read_rules(reading, text);
}

bool schedule_read(const char *text, const struct schedule_defaults *defaults, struct zone_source *zones,
                   struct schedule *ret_schedule, struct error *error)
{
    char compact[SCHEDULE_TEXT_MAX + 1];
    struct reading reading = {
        .defaults = defaults,
        .zones = zones,
        .schedule = { .zone = defaults->zone, .reset_minute = (uint16_t) defaults->reset_minute },
        .error = error,
    };

    if (strlen(text) > SCHEDULE_TEXT_MAX)
        return error_set(error, ERROR_INPUT, "a schedule has at most %d bytes, this one has %zu", SCHEDULE_TEXT_MAX,
                         strlen(text));
    copy_compact(compact, text);
    if (!read_text(&reading, compact))
        return false;
    schedule_settle(&reading.schedule);
    *ret_schedule = reading.schedule;
    return true;
}

/* One blank between words; none at the ends, and none beside a comma or a hyphen, which only join words. */
static void copy_compact(char *target, const char *text)
{
    size_t length = 0;

    text += strspn(text, blanks);
    while (*text != '\0') {
        size_t gap = strspn(text, blanks);
        char behind = text[gap], before = length > 0 ? target[length - 1] : '\0';
        bool joins = behind == ',' || behind == '-' || before == ',' || before == '-';

        if (gap > 0 && behind != '\0' && !joins)
            target[length++] = ' ';
        text += gap;
        if (*text != '\0')
            target[length++] = *text++;
    }
    target[length] = '\0';
}

/* Ends each word with a NUL, but the last that there is room for keeps what follows it. */
static struct words split(char *text)
{
    struct words words = { 0 };
    char *rest = text;

    while (words.count < WORDS_MAX) {
        rest += strspn(rest, " ");
        if (*rest == '\0')
            break;
        words.items[words.count++] = rest;
        rest += words.count < WORDS_MAX ? strcspn(rest, " ") : strlen(rest);
        if (*rest != '\0')
            *rest++ = '\0';
    }
    return words;
}

static bool read_zone(struct reading *reading, const char *name)
{
    reading->schedule.zone = reading->zones->find(reading->zones, name, reading->error);
    return reading->schedule.zone != NULL;
}

/* Of the words behind a cron expression only a zone begins with a letter; the last field may too, if it names days. */
static bool is_zone(const char *word)
{
    size_t letters = strcspn(word, ",-/");

    return ((word[0] >= 'A' && word[0] <= 'Z') || (word[0] >= 'a' && word[0] <= 'z')) &&
           schedule_day_of(word, letters) < 0;
}

static bool read_cron(struct reading *reading, char *text)
{
    struct words words = split(text);
    int fields = words.count;

    assert(words.count > 0); /* the text is not empty */
    if (strchr(words.items[0], ':') != NULL)
        return refuse(reading, "", words.items[0], " has no days; write such as \"daily 20:00\" or \"Mon-Fri 20:00\"");
    if (fields > 1 && is_zone(words.items[fields - 1]))
        fields--;
    if (fields != CRON_FIELDS)
        return error_set(reading->error, ERROR_INPUT,
                         "a cron expression has 5 fields (minute, hour, day of the month, month, day of the week) and "
                         "behind them at most a time zone; this one has %d%s",
                         fields, words.count == WORDS_MAX ? " or more" : "");
    reading->schedule.kind = SCHEDULE_CRON;
    return cron_read(words.items, &reading->schedule.cron, reading->error) &&
           (words.count == fields || read_zone(reading, words.items[fields]));
}

/* "08:00-20:00" or "20:00" */
static bool read_times(struct reading *reading, const char *text, struct schedule_rule *rule)
{
    char start[SCHEDULE_TEXT_MAX + 1];
    size_t start_length = strcspn(text, "-");
    int start_minute, end_minute;

    rule->is_window = text[start_length] == '-';
    if (!rule->is_window) {
        if (!time_of_day_read(text, true, &end_minute, reading->error))
            return false;
        rule->end_minute = (uint16_t) end_minute;
        return true;
    }
    memcpy(start, text, start_length);
    start[start_length] = '\0';
    if (!time_of_day_read(start, false, &start_minute, reading->error) ||
        !time_of_day_read(text + start_length + 1, true, &end_minute, reading->error))
        return false;
    if (end_minute <= start_minute)
        end_minute += DAY_MINUTES;
    rule->start_minute = (uint16_t) start_minute;
    rule->end_minute = (uint16_t) end_minute;
    return true;
}

/* Behind days and times. */
static bool read_rest_of_rule(struct reading *reading, const struct words *words, bool is_last)
{
    if (words->count > 2 && strchr("0123456789", words->items[2][0]) != NULL)
        return refuse(reading, "", words->items[2],
                      " is a second time; it needs a rule of its own, with days, behind a ;");
    if (words->count > 3)
        return refuse(reading, "", words->items[3],
                      " is too much; behind the time only a time zone may stand, or a ; and the next rule");
    if (words->count > 2 && !is_last)
        return refuse(reading, "", words->items[2],
                      " does not belong there; the time zone stands once, at the very end");
    return words->count < 3 || read_zone(reading, words->items[2]);
}

static bool read_rule(struct reading *reading, char *text, bool is_last)
{
    struct schedule *schedule = &reading->schedule;
    struct schedule_rule rule = { 0 };
    struct words words = split(text);
    int days = 0;

    if (words.count == 0)
        return error_set(reading->error, ERROR_INPUT, "beside a ; a rule is missing; a schedule does not end with one");
    if (schedule->rule_count == SCHEDULE_RULES_MAX)
        return error_set(reading->error, ERROR_INPUT, "a schedule has at most %d rules", SCHEDULE_RULES_MAX);
    if (strchr("0123456789", words.items[0][0]) != NULL)
        return refuse(reading, "", words.items[0], " has no days; write such as \"daily 20:00\" or \"Mon-Fri 20:00\"");
    if (!schedule_days_read(words.items[0], &days, reading->error))
        return refuse_in(reading, words.items[0]);
    if (words.count == 1)
        return refuse(reading, "", words.items[0],
                      " has no time; write such as \"Mon-Fri 20:00\" or \"Mon-Fri 08:00-20:00\"");
    if (!read_times(reading, words.items[1], &rule))
        return refuse_in(reading, words.items[1]);
    rule.days = (uint8_t) days;
    schedule->rules[schedule->rule_count++] = rule;
    return read_rest_of_rule(reading, &words, is_last);
}

static bool read_rules(struct reading *reading, char *text)
{
    char *rest = text;

    reading->schedule.kind = SCHEDULE_RULES;
    while (rest != NULL) {
        char *rule = strsep(&rest, ";");

        if (!read_rule(reading, rule, rest == NULL))
            return false;
    }
    return true;
}
