/* base/secret.c - never freed without being overwritten, also while it is being read. */
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

void secret_set(struct secret *secret, const char *text, size_t length)
{
    struct secret copy = { 0 };

    if (length > 0)
        copy = (struct secret){ .text = memory_copy(text, length), .length = length };
    secret_release(secret);
    *secret = copy;
}

void secret_release(struct secret *secret)
{
    if (secret->text != NULL)
        explicit_bzero(secret->text, secret->length);
    free(secret->text);
    *secret = (struct secret){ 0 };
}

bool secret_is_empty(const struct secret *secret)
{
    return secret->length == 0;
}

const char *secret_reveal(const struct secret *secret)
{
    return secret->text != NULL ? secret->text : "";
}

void secret_file_release(struct secret_file *file)
{
    secret_release(&file->secret);
    free(file->path);
    *file = (struct secret_file){ 0 };
}

static void wipe_content(struct buffer *content)
{
    if (content->data != NULL)
        explicit_bzero(content->data, content->length);
    buffer_release(content);
}

static size_t length_without_blanks_behind(const struct buffer *content)
{
    size_t length = content->length;

    while (length > 0 && memchr(" \t\r\n", content->data[length - 1], 4) != NULL)
        length--;
    return length;
}

static bool read_secret(struct secret_file *file, bool *ret_changed, struct error *error)
{
    released_by(wipe_content) struct buffer content = { .limit = SECRET_BYTES_MAX };

    /* All the room at once: a buffer that grows leaves copies behind. */
    buffer_reserve(&content, SECRET_BYTES_MAX);
    if (!file_read(file->path, &content, error))
        return false;

    size_t length = length_without_blanks_behind(&content);
    if (length == 0)
        return error_set(error, ERROR_INPUT, "%s is empty", file->path);

    const char *old = secret_reveal(&file->secret);
    *ret_changed = length != file->secret.length || memcmp(content.data, old, length) != 0;
    secret_set(&file->secret, content.data, length);
    return true;
}

static bool is_as_read(const struct secret_file *file, const struct stat *status)
{
    return !secret_is_empty(&file->secret) && file->inode == status->st_ino &&
           file->modified.tv_sec == status->st_mtim.tv_sec && file->modified.tv_nsec == status->st_mtim.tv_nsec;
}

bool secret_file_refresh(struct secret_file *file, bool *ret_changed, struct error *error)
{
    struct stat status;
    bool changed = false;

    if (file->path != NULL) {
        /* Before it is read: a change in between is then seen the next time. */
        if (stat(file->path, &status) != 0)
            return error_set(error, ERROR_SYSTEM, "cannot read %s: %s", file->path, strerror(errno));
        if (!is_as_read(file, &status)) {
            if (!read_secret(file, &changed, error))
                return false;
            file->modified = status.st_mtim;
            file->inode = status.st_ino;
        }
    }
    *ret_changed = changed;
    return true;
}
