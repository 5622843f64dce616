/* base/schedule_days.h - "Mon-Wed,Fri": days of the week as people write them. Pure; a part of base/schedule_read.c. */
#ifndef CURFEW_BASE_SCHEDULE_DAYS_H
#define CURFEW_BASE_SCHEDULE_DAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

/* The day that the first length characters of text name: its first three letters or more of them (Tue, Tues, Tuesday), in
 * capitals or not. -1: none. */
int schedule_day_of(const char *text, size_t length) must_check;

/* Reads "daily", a day, a range (Fri-Mon too) or a list of them.
 *
 * ret_days  bit 1 << SUNDAY ...
 *
 * false, ERROR_INPUT: what is no day of the week, and what is allowed. */
bool schedule_days_read(const char *text, int *ret_days, struct error *error) must_check;

/* Appends them, from Monday on: "Mon-Fri", "Sat,Sun", "Fri-Mon", "daily". */
void schedule_days_write(int days, struct buffer *target);

#endif
