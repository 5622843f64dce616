/* tests/trial/evening.h - a curfew that is near, so that nobody who tries it needs to wait for the night. */
#ifndef CURFEW_TESTS_TRIAL_EVENING_H
#define CURFEW_TESTS_TRIAL_EVENING_H

#include <stdint.h>

enum { EVENING_ZONE_SIZE = 64, EVENING_TEXT_SIZE = 96, EVENING_FIRST_WARNING_S = 120 };

/* CURFEW_WARNINGS for it: the first one that long before. */
extern const char evening_warnings[];

struct evening {
    char zone[EVENING_ZONE_SIZE]; /* of this machine, as a schedule names it; "UTC" where that is not known */
    char schedule
        [EVENING_TEXT_SIZE]; /* "daily 20:07 Europe/Berlin": the first whole minute with time for all warnings */
    int64_t curfew_at;
};

void evening_plan(int64_t now, struct evening *ret_evening);

#endif
