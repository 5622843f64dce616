/* base/log.c - logfmt in a fixed line, written at once. */
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum {
    CHARACTER_BYTES_MAX = 4, /* a character of UTF-8, or an escaped one */
    END_BYTES_MAX = 5,       /* ellipsis, closing quote, end of line: kept free until they are due */
};

static const char *const level_names[] = { "error", "warn", "info", "debug" };

static void begin_second(struct log *log, int64_t now);
static void put_time(struct log_line *line, int64_t now);
static bool put_key(struct log_line *line, const char *key);
static bool is_plain(const char *value);
static void put_value(struct log_line *line, const char *value);
static void put(struct log_line *line, const char *bytes, size_t length);

bool log_level_read(const char *text, enum log_level *ret_level, struct error *error)
{
    char shown[32];

    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++)
        if (text_equal(text, level_names[i])) {
            *ret_level = (enum log_level) i;
            return true;
        }
    text_copy_cut(shown, sizeof shown, text);
    return error_set(error, ERROR_INPUT, "\"%s\" is no log level: error, warn, info or debug is", shown);
}

void log_begin(struct log_line *line, struct log *log, enum log_level level, const char *event, int64_t now)
{
    line->log = NULL;
    line->length = 0;
    if (log == NULL || level > log->level)
        return;
    if (now != log->second_at)
        begin_second(log, now);
    if (log->lines == LOG_LINES_PER_SECOND_MAX) {
        log->left_out++;
        return;
    }
    log->lines++;
    line->log = log;
    put_time(line, now);
    log_text(line, "level", level_names[level]);
    log_text(line, "event", event);
    log_text(line, "cluster", log->cluster);
}

void log_text(struct log_line *line, const char *key, const char *value)
{
    if (line->log == NULL || value == NULL || value[0] == '\0' || !put_key(line, key))
        return;
    if (is_plain(value)) {
        put_value(line, value);
        return;
    }
    put(line, "\"", 1);
    put_value(line, value);
    put(line, "\"", 1);
}

void log_number(struct log_line *line, const char *key, int64_t value)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRId64, value);
    log_text(line, key, digits);
}

void log_error(struct log_line *line, const struct error *error)
{
    log_text(line, "kind", error_kind_name(error->kind));
    if (error->status != 0)
        log_number(line, "status", error->status);
    log_text(line, "error", error->message);
}

void log_end(struct log_line *line)
{
    if (line->log == NULL)
        return;
    put(line, "\n", 1);
    /* What cannot be logged cannot be reported either. */
    ssize_t written = write(line->log->file, line->text, (size_t) line->length);
    (void) written;
    line->log = NULL;
}

static void begin_second(struct log *log, int64_t now)
{
    struct log_line line;
    int left_out = log->left_out;

    log->second_at = now;
    log->lines = 0;
    log->left_out = 0;
    if (left_out == 0)
        return;
    /* At the highest level, so that a log which shows errors only does not hide that it lost some. */
    log_begin(&line, log, LOG_ERROR, "log_lines_left_out", now);
    log_number(&line, "lines", left_out);
    log_end(&line);
}

static void put_time(struct log_line *line, int64_t now)
{
    char text[40];
    time_t seconds = now;
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        log_number(line, "time", now); /* a year that has no four digits by far */
    else
        log_text(line, "time", text);
}

static bool has_room(const struct log_line *line, size_t bytes)
{
    return (size_t) line->length + bytes + END_BYTES_MAX <= LOG_LINE_SIZE;
}

/* false: not even the beginning of a value has room behind it. */
static bool put_key(struct log_line *line, const char *key)
{
    if (!has_room(line, strlen(" =\"") + strlen(key) + CHARACTER_BYTES_MAX))
        return false;
    if (line->length > 0)
        put(line, " ", 1);
    put(line, key, strlen(key));
    put(line, "=", 1);
    return true;
}

static bool is_plain(const char *value)
{
    for (; *value != '\0'; value++)
        if (*value <= ' ' || *value == 0x7F || strchr("\"=\\", *value) != NULL)
            return false; /* above 7F, char is below 0 */
    return true;
}

/* C0, DEL and C1: what a terminal obeys. */
static bool is_control(const char *character, size_t length)
{
    unsigned char first = (unsigned char) character[0];

    return first < 0x20 || first == 0x7F || (length == 2 && first == 0xC2 && (unsigned char) character[1] < 0xA0);
}

/* Returns how many bytes of the value it stands for. */
static size_t put_character(struct log_line *line, const char *value, size_t left)
{
    size_t length = text_character_length(value, left);

    if (length == 0) {
        put(line, "\uFFFD", strlen("\uFFFD"));
        return 1;
    }
    if (is_control(value, length)) {
        put(line, " ", 1);
        return length;
    }
    if (*value == '"' || *value == '\\')
        put(line, "\\", 1);
    put(line, value, length);
    return length;
}

static void put_value(struct log_line *line, const char *value)
{
    size_t left = strlen(value);

    for (int count = 0; left > 0; count++) {
        if (count == LOG_VALUE_CHARACTERS_MAX || !has_room(line, CHARACTER_BYTES_MAX)) {
            put(line, "…", strlen("…"));
            return;
        }
        size_t step = put_character(line, value, left);
        value += step;
        left -= step;
    }
}

static void put(struct log_line *line, const char *bytes, size_t length)
{
    memcpy(line->text + line->length, bytes, length);
    line->length += (int) length;
}
