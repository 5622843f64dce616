/* base/file.c - reads a whole file, bounded. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
}

static bool refuse(const char *path, int reason, struct error *error)
{
    if (reason == EISDIR)
        return error_set(error, ERROR_INPUT, "%s is a folder, not a file", path);
    return error_set(error, ERROR_SYSTEM, "cannot read %s: %s", path, strerror(reason));
}

bool file_read(const char *path, struct buffer *content, struct error *error)
{
    released_by(close_file) int file = open(path, O_RDONLY | O_CLOEXEC);
    char piece[4096] = { 0 };
    ssize_t length = 1;

    if (file < 0)
        return refuse(path, errno, error);
    while (length > 0 && !content->overflowed) {
        length = read(file, piece, sizeof piece);
        if (length > 0)
            buffer_append(content, piece, (size_t) length);
    }
    int reason = errno;
    explicit_bzero(piece, sizeof piece); /* the file may have been a token */
    if (length < 0)
        return refuse(path, reason, error);
    return buffer_complete(content, path, error);
}
