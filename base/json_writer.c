/* base/json_writer.c - commas and escapes, so that nobody else writes them. */
#include "base/json_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"

static void begin_piece(struct json_writer *writer, const char *key);
static void open_bracket(struct json_writer *writer, const char *key, char bracket);
static void close_bracket(struct json_writer *writer, char bracket);
static void write_text(struct buffer *target, const char *text);

struct json_writer json_writer_start(struct buffer *target)
{
    return (struct json_writer){ .target = target };
}

void json_begin_object(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, '{');
}

void json_end_object(struct json_writer *writer)
{
    close_bracket(writer, '}');
}

void json_begin_array(struct json_writer *writer, const char *key)
{
    open_bracket(writer, key, '[');
}

void json_end_array(struct json_writer *writer)
{
    close_bracket(writer, ']');
}

void json_put_text(struct json_writer *writer, const char *key, const char *text)
{
    if (text == NULL) {
        json_put_raw(writer, key, "null");
        return;
    }
    begin_piece(writer, key);
    write_text(writer->target, text);
}

void json_put_number(struct json_writer *writer, const char *key, int64_t number)
{
    begin_piece(writer, key);
    buffer_append_format(writer->target, "%" PRId64, number);
}

void json_put_bool(struct json_writer *writer, const char *key, bool value)
{
    json_put_raw(writer, key, value ? "true" : "false");
}

void json_put_raw(struct json_writer *writer, const char *key, const char *json)
{
    begin_piece(writer, key);
    buffer_append_text(writer->target, json);
}

static void begin_piece(struct json_writer *writer, const char *key)
{
    bool *has_member = &writer->has_member[writer->depth];

    assert(writer->depth > 0 || !*has_member); /* a second outermost value */
    if (*has_member)
        buffer_append_char(writer->target, ',');
    *has_member = true;
    if (key != NULL) {
        write_text(writer->target, key);
        buffer_append_char(writer->target, ':');
    }
}

static void open_bracket(struct json_writer *writer, const char *key, char bracket)
{
    begin_piece(writer, key);
    buffer_append_char(writer->target, bracket);
    assert(writer->depth + 1 < JSON_WRITER_DEPTH_MAX);
    writer->depth++;
    writer->has_member[writer->depth] = false;
}

static void close_bracket(struct json_writer *writer, char bracket)
{
    assert(writer->depth > 0);
    writer->depth--;
    buffer_append_char(writer->target, bracket);
}

static void write_character(struct buffer *target, const char *character, size_t length)
{
    if (*character == '"' || *character == '\\')
        buffer_append_format(target, "\\%c", *character);
    else if (*character == '\n')
        buffer_append_text(target, "\\n");
    else if ((unsigned char) *character < 0x20)
        buffer_append_format(target, "\\u%04x", (unsigned) *character);
    else
        buffer_append(target, character, length);
}

static void write_text(struct buffer *target, const char *text)
{
    size_t left = strlen(text);

    buffer_append_char(target, '"');
    while (left > 0) {
        size_t step = text_character_length(text, left);

        if (step > 0)
            write_character(target, text, step);
        else
            buffer_append_text(target, "\uFFFD");
        step = step > 0 ? step : 1;
        text += step;
        left -= step;
    }
    buffer_append_char(target, '"');
}
