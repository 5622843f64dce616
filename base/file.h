/* base/file.h - reads a whole file, bounded. */
#ifndef CURFEW_BASE_FILE_H
#define CURFEW_BASE_FILE_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

/* Appends the content to *content, whose limit is the most it may hold.
 * false, ERROR_SYSTEM (names the path and the reason), ERROR_LIMIT (too large), ERROR_INPUT (a folder). */
bool file_read(const char *path, struct buffer *content, struct error *error) must_check;

#endif
