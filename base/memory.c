/* base/memory.c - memory that is there, or the process ends. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *must_be_there(void *memory);
static size_t at_least_one(size_t count);

void *memory_new(size_t count, size_t size)
{
    return must_be_there(calloc(at_least_one(count), size));
}

void *memory_grow(void *memory, size_t count, size_t size)
{
    return must_be_there(reallocarray(memory, at_least_one(count), size));
}

char *memory_text(const char *text)
{
    return text != NULL ? memory_copy(text, strlen(text)) : memory_copy("", 0);
}

char *memory_copy(const void *bytes, size_t length)
{
    char *copy = memory_new(length + 1, 1);

    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

char *memory_pack(const char **const texts[], size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += (*texts[i] == NULL ? 0 : strlen(*texts[i])) + 1;
    char *block = memory_new(size, 1);
    char *end = block;
    for (size_t i = 0; i < count; i++) {
        size_t length = *texts[i] == NULL ? 0 : strlen(*texts[i]);
        if (length > 0)
            memcpy(end, *texts[i], length);
        *texts[i] = end;
        end += length + 1;
    }
    return block;
}

void memory_release_text(char **text)
{
    free(*text);
    *text = NULL;
}

static void *must_be_there(void *memory)
{
    static const char sentence[] = "out of memory\n";

    if (memory == NULL) {
        /* Not through the log: writing a line must not need what just ran out. */
        ssize_t written = write(STDERR_FILENO, sentence, sizeof sentence - 1);
        (void) written;
        abort();
    }
    return memory;
}

/* realloc() to nothing frees, and the caller would hold a dead pointer. */
static size_t at_least_one(size_t count)
{
    return count > 0 ? count : 1;
}
