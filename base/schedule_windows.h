/* base/schedule_windows.h - the windows of a schedule, joined where they meet. Pure; a part of base/schedule.c. */
#ifndef CURFEW_BASE_SCHEDULE_WINDOWS_H
#define CURFEW_BASE_SCHEDULE_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/schedule.h"

/* From begin_at on, until before end_at. */
struct window {
    int64_t begin_at, end_at;
};

/* Works out what follows from all rules together: has_windows, is_always_day, and the falling_days of each. */
void schedule_settle(struct schedule *schedule);

/* The window in which an instant lies. false: there is none. */
bool schedule_window_at(const struct schedule *schedule, int64_t at, struct window *ret_window) must_check;

/* The first window that begins after after_at; the last one that ends at or before at. false: there is none. */
bool schedule_next_window(const struct schedule *schedule, int64_t after_at, struct window *ret_window) must_check;
bool schedule_last_window(const struct schedule *schedule, int64_t at, struct window *ret_window) must_check;

#endif
