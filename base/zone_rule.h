/* base/zone_rule.h - the rule at the end of a zone file: "CET-1CEST,M3.5.0,M10.5.0/3". Pure.
 *
 * Source: POSIX.1-2017, section 8.3 (TZ), with the times from -167 to 167 hours of RFC 9636 section 3.3.2.
 */
#ifndef CURFEW_BASE_ZONE_RULE_H
#define CURFEW_BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"

enum { ZONE_ABBREVIATION_SIZE = 16 };

/* A day of each year. */
struct zone_rule_day {
    enum { ZONE_RULE_WEEK, ZONE_RULE_JULIAN, ZONE_RULE_DAY } kind;
    int month, week, weekday; /* WEEK: of that month, the first, ... or last (5) such weekday */
    int day;                  /* JULIAN: 1 .. 365, never 29 February; DAY: 0 .. 365 */
    int32_t time_s;           /* after the midnight that begins it, by the clocks before the change */
};

/* One of the two times of a year. */
struct zone_rule_part {
    char abbreviation[ZONE_ABBREVIATION_SIZE];
    int32_t offset_s;
    struct zone_rule_day begins; /* where there are two */
};

struct zone_rule {
    bool has_summer;
    struct zone_rule_part standard, summer;
};

/* false, ERROR_INPUT: it is no such rule. */
bool zone_rule_read(const char *text, struct zone_rule *ret_rule, struct error *error) must_check;

/* The instants at which summer time and standard time begin in that year; for a rule that has them. */
int64_t zone_rule_summer_at(const struct zone_rule *rule, int year) must_check;
int64_t zone_rule_standard_at(const struct zone_rule *rule, int year) must_check;

#endif
