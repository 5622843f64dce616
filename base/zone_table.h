/* base/zone_table.h - the inside of a struct zone, for those who fill it: base/zone_file.c. */
#ifndef CURFEW_BASE_ZONE_TABLE_H
#define CURFEW_BASE_ZONE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/zone.h"

enum { ZONE_ABBREVIATIONS_SIZE = 256 };

/* From at on, the clocks show so much more than UTC. */
struct zone_change {
    int64_t at;
    int32_t offset_s;
    uint8_t abbreviation; /* where it begins in abbreviations */
};

struct zone {
    char name[ZONE_NAME_SIZE];
    char abbreviations[ZONE_ABBREVIATIONS_SIZE]; /* each with its NUL */
    size_t abbreviations_length;
    struct zone_change first; /* what holds before the first change; at is INT64_MIN */
    struct zone_change *changes;
    size_t count, capacity;
};

/* Sets what holds before all changes. false: no room for the abbreviation. */
bool zone_table_begin(struct zone *zone, int32_t offset_s, const char *abbreviation) must_check;

/* Appends a change. One at the same instant as the last takes its place; one that changes nothing, and one after the year
 * 9999, is left out.
 * false: it is before the last one, or there is no room for the abbreviation. */
bool zone_table_add(struct zone *zone, int64_t at, int32_t offset_s, const char *abbreviation) must_check;

#endif
