/* base/duration.h - "90s", "5m", "1h30m", "2 hours": lengths of time as people write them. Pure. */
#ifndef CURFEW_BASE_DURATION_H
#define CURFEW_BASE_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

/* Reads a whole text: number and unit, several of them in falling order (1h30m, "1 h 30 min"), blanks allowed;
 * units s, sec, second(s), m, min, minute(s), h, hour(s), upper case too; a bare number counts hours.
 *
 * maximum_s  the longest allowed, in seconds; the shortest is 1 s
 *
 * false, ERROR_INPUT: what was wrong with it and what is allowed, the text quoted and cut.
 */
bool duration_read(const char *text, int64_t maximum_s, int64_t *ret_seconds, struct error *error) must_check;

/* Appends the shortest exact form: "48 s", "5 min", "2 h", "1 h 30 min", "1 min 5 s". seconds >= 0. */
void duration_write(int64_t seconds, struct buffer *target);

#endif
