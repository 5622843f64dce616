/* base/log.h - one event, one line of logfmt on standard error.
 *
 *     struct log_line line;
 *     log_begin(&line, log, LOG_INFO, "stopped", now);
 *     log_text(&line, "namespace", name);
 *     log_number(&line, "workloads", 7);
 *     log_end(&line);
 *
 *     time=2026-11-23T21:30:02Z level=info event=stopped cluster=dev namespace=payments workloads=7
 *
 * Written by the layer that acts; modules below return errors and stay silent. Foreign text is quoted, stripped of
 * control characters and cut. There is no way to print a struct secret. A flood is cut to LOG_LINES_PER_SECOND_MAX
 * lines, and the next second says how many were left out.
 */
#ifndef CURFEW_BASE_LOG_H
#define CURFEW_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"

enum { LOG_LINE_SIZE = 2048, LOG_VALUE_CHARACTERS_MAX = 400, LOG_LINES_PER_SECOND_MAX = 200 };

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log {
    int file;             /* descriptor to write to: 2 */
    enum log_level level; /* lines above it are left out */
    const char *cluster;  /* borrowed; put on every line unless NULL */
    int64_t second_at;    /* the second being counted */
    int lines, left_out;  /* within it */
};

struct log_line {
    struct log *log; /* NULL: this line is left out, everything on it is a no-op */
    int length;
    char text[LOG_LINE_SIZE];
};

/* Reads "error", "warn", "info", "debug". false, ERROR_INPUT. */
bool log_level_read(const char *text, enum log_level *ret_level, struct error *error) must_check;

void log_begin(struct log_line *line, struct log *log, enum log_level level, const char *event, int64_t now);
void log_text(struct log_line *line, const char *key, const char *value); /* NULL or "": left out */
void log_number(struct log_line *line, const char *key, int64_t value);
void log_error(struct log_line *line, const struct error *error); /* kind=, status=, error="..." */
void log_end(struct log_line *line);                              /* one write(2) */

#endif
