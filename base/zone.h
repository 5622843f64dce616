/* base/zone.h - a time zone: local time <-> instant. Pure: the bytes of a zone file come in, base/zones.h finds them.
 *
 * Everything that the file says is worked out once: its table from 1970 on and its rule for the years after, up to
 * ZONE_YEAR_MAX, become one table of about 8 kB. Then each question is one binary search. Instants and local times
 * outside the years 1 to 9999 are taken for the edge of that range.
 * Source: RFC 9636 (the Time Zone Information Format, versions 1 to 4, with the POSIX TZ string at its end), and RFC 5545
 * section 3.3.5 for local times that are skipped or occur twice.
 */
#ifndef CURFEW_BASE_ZONE_H
#define CURFEW_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/calendar.h"
#include "base/error.h"

enum {
    ZONE_NAME_SIZE = 64,
    ZONE_FILE_BYTES_MAX = 64 * 1024, /* the largest of tzdata has 3.5 kB */
    ZONE_YEAR_MAX = 2250,            /* what holds at its end holds for ever */
    ZONE_OFFSET_MAX_S = 26 * 60 * 60,
};

struct zone;

/* A stretch of time in which the clocks run on. */
struct zone_span {
    int64_t from_at;          /* its first second; INT64_MIN where nothing is known from before */
    int64_t until_at;         /* the first second after it; INT64_MAX = it does not end */
    int32_t offset_s;         /* local seconds = instant + offset_s */
    int32_t offset_before_s;  /* of the span before it; the first span: offset_s */
    const char *abbreviation; /* "CEST"; as long as the zone */
};

/* Who knows zones by their names: the first member of the owner's struct. The zone lives as long as its owner.
 * NULL with *error set, ERROR_INPUT: there is no such zone, which ones are near; ERROR_SYSTEM: it cannot be read. */
struct zone_source {
    const struct zone *(*find)(struct zone_source *source, const char *name, struct error *error);
};

/* Reads the bytes of a zone file. The caller owns *ret_zone: zone_free().
 *
 * name  what it is called from now on; shorter than ZONE_NAME_SIZE
 *
 * false, ERROR_INPUT: it is no such file, or one that counts leap seconds ("right/..."). */
bool zone_read(const char *name, const char *bytes, size_t length, struct zone **ret_zone, struct error *error)
    must_check;
void zone_free(struct zone *zone);

/* UTC, which needs no file. Lives for ever. */
const struct zone *zone_utc(void) must_check;

const char *zone_name(const struct zone *zone) must_check;

/* The second of the years 1 to 9999 that is nearest to it: all that follows does so with what it is given. */
int64_t zone_clamp(int64_t seconds) must_check;

/* The span in which an instant lies. */
struct zone_span zone_span_at(const struct zone *zone, int64_t at) must_check;

/* What the clocks show at an instant: as local seconds (base/calendar.h), and in figures. */
int64_t zone_local_s(const struct zone *zone, int64_t at) must_check;
struct local_time zone_local_time(const struct zone *zone, int64_t at) must_check;

/* The instant at which the clocks show local_s. Skipped: read with the offset before the gap (02:30 is 03:30 new time);
 * there twice: the first. */
int64_t zone_instant(const struct zone *zone, int64_t local_s) must_check;

#endif
