/* bot/command_span.c - how long, behind "start" and "prolongate". Pure. */
#include "bot/command_span.h"

#include "base/duration.h"
#include "base/text.h"
#include "base/time_of_day.h"

enum {
    BARE_WORDS_MAX = 6, /* "1 hour 30 minutes 10 seconds" */
    ANY_LENGTH_S = 1000 * 1000 * 1000,
    SHOWN_SIZE = 48,
};

static bool refuse_length(const char *typed, const struct span_rules *rules, struct error *error);
static bool refuse_time(const char *typed, const struct span_rules *rules, struct error *error);

bool span_is_keyword(const char *word)
{
    return text_equal(word, "for") || text_equal(word, "until");
}

bool span_read_bare(const struct words *words, size_t first, size_t end, const struct span_rules *rules,
                    struct span *ret_span, struct error *error)
{
    released_by(buffer_release) struct buffer typed = { 0 };
    struct error reason;
    int64_t seconds;

    words_join(words, first, end, &typed);
    if (!duration_read(buffer_text(&typed), rules->maximum_s, &seconds, &reason))
        return refuse_length(buffer_text(&typed), rules, error);
    *ret_span = (struct span){ .kind = SPAN_FOR, .seconds = seconds };
    return true;
}

bool span_read(const struct words *words, size_t first, size_t end, const struct span_rules *rules,
               struct span *ret_span, struct error *error)
{
    released_by(buffer_release) struct buffer typed = { 0 };
    struct error reason;
    int minute;

    if (text_equal(words->items[first], "for"))
        return span_read_bare(words, first + 1, end, rules, ret_span, error);
    words_join(words, first + 1, end, &typed);
    if (text_equal(buffer_text(&typed), "morning"))
        *ret_span = (struct span){ .kind = SPAN_MORNING };
    else if (time_of_day_read(buffer_text(&typed), false, &minute, &reason))
        *ret_span = (struct span){ .kind = SPAN_UNTIL, .minute = minute };
    else
        return refuse_time(buffer_text(&typed), rules, error);
    return true;
}

static bool refuse_length(const char *typed, const struct span_rules *rules, struct error *error)
{
    released_by(buffer_release) struct buffer maximum = { 0 };
    char shown[SHOWN_SIZE];

    duration_write(rules->maximum_s, &maximum);
    text_copy_cut(shown, sizeof shown, typed);
    if (shown[0] == '\0')
        return error_set(
            error, ERROR_INPUT,
            "`for` needs a length of time from 1 s to %s, such as `90m`, `2h` or `1h30m`; the form is `%s`",
            buffer_text(&maximum), rules->form);
    return error_set(error, ERROR_INPUT,
                     "`for %s` is not possible: allowed is from 1 s to %s, such as `90m`, `2h` or `1h30m`; the form is "
                     "`%s`",
                     shown, buffer_text(&maximum), rules->form);
}

static bool refuse_time(const char *typed, const struct span_rules *rules, struct error *error)
{
    char shown[SHOWN_SIZE];

    text_copy_cut(shown, sizeof shown, typed);
    if (shown[0] == '\0')
        return error_set(error, ERROR_INPUT,
                         "`until` needs a time of day from `00:00` to `23:59`, or `morning`; the form is `%s`",
                         rules->form);
    return error_set(error, ERROR_INPUT,
                     "`until %s` is not possible: allowed is `00:00` to `23:59`, or `morning`; the form is `%s`", shown,
                     rules->form);
}

size_t span_find_bare(const struct words *words)
{
    size_t first = words->count > BARE_WORDS_MAX + 1 ? words->count - BARE_WORDS_MAX : 1;

    for (; first < words->count; first++) {
        released_by(buffer_release) struct buffer typed = { 0 };
        struct error reason;
        int64_t seconds;

        words_join(words, first, words->count, &typed);
        if (duration_read(buffer_text(&typed), ANY_LENGTH_S, &seconds, &reason))
            return first;
    }
    return words->count;
}

static void write_length(int64_t seconds, struct buffer *target)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = { { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (seconds / units[i].seconds > 0)
            buffer_append_format(target, "%lld%c", (long long) (seconds / units[i].seconds), units[i].unit);
        seconds %= units[i].seconds;
    }
}

void span_write(const struct span *span, struct buffer *target)
{
    switch (span->kind) {
    case SPAN_NONE:
        break;
    case SPAN_FOR:
        buffer_append_text(target, " for ");
        write_length(span->seconds, target);
        break;
    case SPAN_UNTIL:
        buffer_append_text(target, " until ");
        time_of_day_write(span->minute, target);
        break;
    case SPAN_MORNING:
        buffer_append_text(target, " until morning");
        break;
    }
}
