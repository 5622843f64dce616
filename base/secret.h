/* base/secret.h - a text that must not be shown: tokens, keys, tickets, response URLs.
 *
 * A type of its own, which the log cannot print. Overwritten before it is freed. A secret may stand in a file
 * that somebody rotates (a mounted Secret): secret_refresh() reads it again when the file changed.
 */
#ifndef CURFEW_BASE_SECRET_H
#define CURFEW_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "base/error.h"

enum { SECRET_BYTES_MAX = 64 * 1024 };

struct secret {
    char *text; /* NULL when empty; NUL-terminated */
    size_t length;
};

void secret_set(struct secret *secret, const char *text, size_t length); /* a copy; the old one is overwritten */
void secret_release(struct secret *secret);
bool secret_is_empty(const struct secret *secret) must_check;

/* The text, "" when empty; borrowed. The only way in: grep for it to see every place that can leak one. */
const char *secret_reveal(const struct secret *secret) must_check;

/* A secret with its file; path NULL = it was given directly and never changes. */
struct secret_file {
    struct secret secret;
    char *path;               /* owned */
    struct timespec modified; /* of what was read */
    ino_t inode;              /* mounted Secrets are replaced by renaming a link */
};

void secret_file_release(struct secret_file *file);

/* Reads the file if it changed since the last call (or was never read); white space at the end is dropped.
 * A changed file that cannot be read keeps the old secret. *ret_changed: the secret is another one than before.
 * false, ERROR_SYSTEM / ERROR_LIMIT / ERROR_INPUT (empty): names the path, never the content. */
bool secret_file_refresh(struct secret_file *file, bool *ret_changed, struct error *error) must_check;

#endif
