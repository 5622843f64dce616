/* bot/mrkdwn.c - token by token: a reference, an escape, a mark, or a character. */
#include "bot/mrkdwn.h"

#include "base/memory.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REFERENCE_SIZE = 1024, DATE_SIZE = 128, DAY_S = 24 * 60 * 60 };

static const char slash_command[] = "`/curfew";

static const char *name_of(const struct mrkdwn_reader *reader, const char *id)
{
    return reader->name_of == NULL ? id : reader->name_of(id);
}

/* dates */

/* The st, nd, rd, th behind a day of the month. */
static const char *ordinal_of(int day)
{
    if (day % 10 == 1 && day != 11)
        return "st";
    if (day % 10 == 2 && day != 12)
        return "nd";
    if (day % 10 == 3 && day != 13)
        return "rd";
    return "th";
}

static bool is_same_day(const struct tm *local, time_t instant)
{
    struct tm other = { 0 };

    (void) localtime_r(&instant, &other);
    return other.tm_year == local->tm_year && other.tm_yday == local->tm_yday;
}

/* The _pretty forms say "today" and its neighbours by their names. */
static const char *pretty_day(const struct tm *local, int64_t now)
{
    if (is_same_day(local, (time_t) now))
        return "today";
    if (is_same_day(local, (time_t) (now - DAY_S)))
        return "yesterday";
    if (is_same_day(local, (time_t) (now + DAY_S)))
        return "tomorrow";
    return NULL;
}

/* The day in words: "February 18th, 2014", or with the names of month and weekday as the form has them. */
static void write_day(const char *form, const struct tm *local, char text[DATE_SIZE])
{
    char month[32], weekday[32];

    (void) strftime(weekday, sizeof weekday, "%A, ", local);
    if (text_equal(form, "date_short")) {
        (void) strftime(text, DATE_SIZE, "%b %-d, %Y", local);
        return;
    }
    (void) strftime(month, sizeof month, "%B", local);
    (void) snprintf(text, DATE_SIZE, "%s%s %d%s, %d", text_equal(form, "date_long") ? weekday : "", month,
                    local->tm_mday, ordinal_of(local->tm_mday), 1900 + local->tm_year);
}

/* One {token}. false: it is none of those we know. */
static bool write_date_token(const char *token, const struct tm *local, int64_t now, char text[DATE_SIZE])
{
    static const char pretty[] = "_pretty";
    char form[DATE_SIZE];
    size_t length = strcspn(token, "}");

    (void) snprintf(form, sizeof form, "%.*s", (int) length, token);
    if (length > strlen(pretty) && length < sizeof form && text_equal(form + length - strlen(pretty), pretty)) {
        form[length - strlen(pretty)] = '\0';
        if (pretty_day(local, now) != NULL)
            return text_copy(text, DATE_SIZE, pretty_day(local, now));
    }
    if (text_equal(form, "date_num"))
        return strftime(text, DATE_SIZE, "%Y-%m-%d", local) > 0;
    if (text_equal(form, "time"))
        return strftime(text, DATE_SIZE, "%H:%M", local) > 0;
    if (text_equal(form, "time_secs"))
        return strftime(text, DATE_SIZE, "%H:%M:%S", local) > 0;
    if (!text_equal(form, "date") && !text_equal(form, "date_short") && !text_equal(form, "date_long"))
        return false;
    write_day(form, local, text);
    return true;
}

/* "1764007200^{date_short_pretty} at {time}^https://...", without its fallback. */
static bool write_date(const char *inside, int64_t now, struct buffer *target)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char *format = NULL;
    struct tm local = { 0 };
    time_t instant = (time_t) strtoll(inside, &format, 10);
    char date[DATE_SIZE];

    if (*format != '^' || localtime_r(&instant, &local) == NULL)
        return false;
    for (format++; *format != '\0' && *format != '^'; format++) {
        if (*format != '{') {
            buffer_append_char(&text, *format);
            continue;
        }
        if (!write_date_token(format + 1, &local, now, date))
            return false;
        buffer_append_text(&text, date);
        format += strcspn(format, "}");
        if (*format == '\0')
            return false;
    }
    buffer_append_text(target, buffer_text(&text));
    return true;
}

/* references */

/* What stands between < and >. */
static void write_reference(const struct mrkdwn_reader *reader, char *inside, struct buffer *target)
{
    static const char date[] = "!date^";
    char *label = strchr(inside, '|');

    if (label != NULL)
        *label++ = '\0';
    if (text_starts_with(inside, date)) {
        if (!write_date(inside + strlen(date), reader->now, target))
            buffer_append_text(target, label != NULL ? label : inside);
    } else if (inside[0] == '@') {
        buffer_append_format(target, "@%s", name_of(reader, inside + 1));
    } else if (inside[0] == '#') {
        buffer_append_format(target, "#%s", label != NULL && *label != '\0' ? label : name_of(reader, inside + 1));
    } else if (inside[0] == '!') {
        buffer_append_format(target, "@%s", inside + 1);
    } else if (label != NULL) {
        buffer_append_format(target, "%s (%s)", label, inside);
    } else {
        buffer_append_text(target, inside);
    }
}

/* marks */

static bool is_word(char character)
{
    return isalnum((unsigned char) character) != 0;
}

/* Whether a mark at text opens a span, and where it ends: on the same line, not against a word. */
static size_t span_length(const char *start, const char *text)
{
    const char *end = text + 1;

    if (text != start && is_word(text[-1]))
        return 0;
    while (*end != '\0' && *end != '\n' && *end != *text)
        end++;
    if (*end != *text || end == text + 1 || is_word(end[1]) || text[1] == ' ' || end[-1] == ' ')
        return 0;
    return (size_t) (end - text) - 1;
}

static const char *style_of(char mark)
{
    switch (mark) {
    case '*':
        return "\033[1m";
    case '_':
        return "\033[3m";
    case '`':
        return "\033[36m";
    default:
        return NULL;
    }
}

/* Appends an escape, and returns its length; 0: it is none. */
static size_t write_escape(const char *text, struct buffer *target)
{
    static const struct {
        const char *escape, *plain;
    } escapes[] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "\u200b", "" } };

    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (!text_starts_with(text, escapes[i].escape))
            continue;
        buffer_append_text(target, escapes[i].plain);
        return strlen(escapes[i].escape);
    }
    return 0;
}

/* Appends one reference, and returns its length; 0: it is none. */
static size_t take_reference(const struct mrkdwn_reader *reader, const char *text, struct buffer *target)
{
    char inside[REFERENCE_SIZE];
    size_t length = strcspn(text, ">");

    if (text[0] != '<' || text[length] != '>' || length < 2 || length > sizeof inside)
        return 0;
    (void) snprintf(inside, sizeof inside, "%.*s", (int) length - 1, text + 1);
    write_reference(reader, inside, target);
    return length + 1;
}

/* The line that opens or closes a block of code: a terminal writes every character as wide as the others anyway. Returns its
 * length; 0: it is none. */
static size_t fence_length(const char *start, const char *text)
{
    bool begins_line = text == start || text[-1] == '\n';

    if (!begins_line || !text_starts_with(text, "```"))
        return 0;
    if (text[3] == '\n')
        return 4;
    return text[3] == '\0' ? 3 : 0;
}

/* Where the reader has another word for the slash command: appends it, and returns the length of what it stands for. */
static size_t take_command(const struct mrkdwn_reader *reader, const char *text, struct buffer *target)
{
    size_t length = strlen(slash_command);

    if (reader->command == NULL || !text_starts_with(text, slash_command) || strchr(" `", text[length]) == NULL)
        return 0;
    buffer_append_format(target, "`%s", reader->command);
    return length;
}

/* A code span is one, also where its command becomes a longer one. */
static void write_span(const struct mrkdwn_reader *reader, const char *text, size_t span, struct buffer *target)
{
    released_by(buffer_release) struct buffer code = { 0 };
    const struct mrkdwn_reader inner = { .now = reader->now, .name_of = reader->name_of };
    size_t taken = take_command(reader, text, &code);
    size_t from = taken == 0 ? 1 : taken;
    char *inside = memory_copy(text + from, span + 1 - from);

    buffer_append_text(target, style_of(*text));
    buffer_append_text(target, taken == 0 ? "" : buffer_text(&code) + 1);
    mrkdwn_render(&inner, inside, target);
    buffer_append_text(target, "\033[0m");
    free(inside);
}

void mrkdwn_render(const struct mrkdwn_reader *reader, const char *text, struct buffer *target)
{
    const char *start = text;

    while (*text != '\0') {
        size_t taken = fence_length(start, text);
        size_t span = 0;

        if (taken == 0)
            taken = take_reference(reader, text, target);

        if (taken == 0)
            taken = write_escape(text, target);
        if (taken == 0 && reader->styled && style_of(*text) != NULL)
            span = span_length(start, text);
        if (span > 0) {
            write_span(reader, text, span, target);
            taken = span + 2;
        }
        if (taken == 0)
            taken = take_command(reader, text, target);
        if (taken == 0) {
            buffer_append_char(target, *text);
            taken = 1;
        }
        text += taken;
    }
}
