/* base/buffer.c - doubles its memory, stops at its ceiling. */
#include "base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { CAPACITY_FIRST = 64 };

static size_t limit_of(const struct buffer *buffer);
static bool make_room(struct buffer *buffer, size_t length);
static void grow(struct buffer *buffer, size_t length);

void buffer_init(struct buffer *buffer, size_t limit)
{
    *buffer = (struct buffer){ .limit = limit };
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    buffer_init(buffer, buffer->limit);
}

void buffer_reserve(struct buffer *buffer, size_t length)
{
    size_t room = limit_of(buffer) - buffer->length;

    grow(buffer, length < room ? length : room);
}

void buffer_clear(struct buffer *buffer)
{
    buffer_consume(buffer, buffer->length);
    buffer->overflowed = false;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0 || !make_room(buffer, length))
        return;
    memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_char(struct buffer *buffer, char character)
{
    buffer_append(buffer, &character, 1);
}

void buffer_append_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    assert(length >= 0); /* a format that is none */
    if (make_room(buffer, (size_t) length)) {
        vsnprintf(buffer->data + buffer->length, (size_t) length + 1, format, again);
        buffer->length += (size_t) length;
    }
    va_end(again);
    va_end(arguments);
}

void buffer_trim_end(struct buffer *buffer, char character)
{
    while (buffer->length > 0 && buffer->data[buffer->length - 1] == character)
        buffer->data[--buffer->length] = '\0';
}

void buffer_consume(struct buffer *buffer, size_t count)
{
    if (buffer->data == NULL)
        return;
    if (count > buffer->length)
        count = buffer->length;
    buffer->length -= count;
    memmove(buffer->data, buffer->data + count, buffer->length + 1);
}

const char *buffer_text(const struct buffer *buffer)
{
    return buffer->data != NULL ? buffer->data : "";
}

char *buffer_take(struct buffer *buffer)
{
    char *text = buffer->data != NULL ? buffer->data : memory_text("");

    buffer_init(buffer, buffer->limit);
    return text;
}

bool buffer_complete(const struct buffer *buffer, const char *what, struct error *error)
{
    if (buffer->overflowed)
        return error_set(error, ERROR_LIMIT, "%s is larger than %zu bytes, the most that is taken", what,
                         limit_of(buffer));
    return true;
}

static size_t limit_of(const struct buffer *buffer)
{
    return buffer->limit > 0 ? buffer->limit : BUFFER_LIMIT_DEFAULT;
}

/* Room for length more bytes and the NUL behind them, or the mark that something was left out. */
static bool make_room(struct buffer *buffer, size_t length)
{
    assert(buffer->length <= limit_of(buffer));
    if (length > limit_of(buffer) - buffer->length) {
        buffer->overflowed = true;
        return false;
    }
    grow(buffer, length);
    return true;
}

static void grow(struct buffer *buffer, size_t length)
{
    size_t needed = buffer->length + length + 1;
    size_t capacity = buffer->capacity > 0 ? 2 * buffer->capacity : CAPACITY_FIRST;

    if (needed <= buffer->capacity)
        return;
    buffer->capacity = capacity > needed ? capacity : needed;
    buffer->data = memory_grow(buffer->data, buffer->capacity, 1);
    buffer->data[buffer->length] = '\0';
}
