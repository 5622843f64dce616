/* base/time_of_day.h - "20:00": minutes of the day as people write them. Pure. */
#ifndef CURFEW_BASE_TIME_OF_DAY_H
#define CURFEW_BASE_TIME_OF_DAY_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

/* Reads a whole text: one or two digits, a colon, two digits; from 00:00 to 23:59.
 *
 * ends_day    24:00 is allowed too: the end of the day, 1440
 * ret_minute  minutes since midnight
 *
 * false, ERROR_INPUT: "25:00" is no time of day, and what is allowed.
 */
bool time_of_day_read(const char *text, bool ends_day, int *ret_minute, struct error *error) must_check;

/* Appends "20:00". minute: 0 .. 1440 */
void time_of_day_write(int minute, struct buffer *target);

#endif
