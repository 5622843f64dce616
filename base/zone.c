/* base/zone.c - questions to the table of a zone. */
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/zone_table.h"

/* The years 1 to 9999. */
static const int64_t first_s = INT64_C(-62135596800);
static const int64_t last_s = INT64_C(253402300799);

static const struct zone utc = {
    .name = "UTC",
    .abbreviations = "UTC",
    .abbreviations_length = sizeof "UTC",
    .first = { .at = INT64_MIN },
};

int64_t zone_clamp(int64_t seconds)
{
    if (seconds < first_s)
        return first_s;
    return seconds > last_s ? last_s : seconds;
}

const struct zone *zone_utc(void)
{
    return &utc;
}

void zone_free(struct zone *zone)
{
    if (zone == NULL)
        return;
    free(zone->changes);
    free(zone);
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

/* How many changes are not after at. */
static size_t count_until(const struct zone *zone, int64_t at)
{
    size_t low = 0, high = zone->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (zone->changes[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct zone_change *change(const struct zone *zone, size_t count)
{
    return count == 0 ? &zone->first : &zone->changes[count - 1];
}

/* The span that the first count changes lead to. */
static struct zone_span span_after(const struct zone *zone, size_t count)
{
    const struct zone_change *here = change(zone, count);

    return (struct zone_span){
        .from_at = here->at,
        .until_at = count < zone->count ? zone->changes[count].at : INT64_MAX,
        .offset_s = here->offset_s,
        .offset_before_s = count > 0 ? change(zone, count - 1)->offset_s : here->offset_s,
        .abbreviation = zone->abbreviations + here->abbreviation,
    };
}

struct zone_span zone_span_at(const struct zone *zone, int64_t at)
{
    return span_after(zone, count_until(zone, zone_clamp(at)));
}

int64_t zone_local_s(const struct zone *zone, int64_t at)
{
    at = zone_clamp(at);
    return at + change(zone, count_until(zone, at))->offset_s;
}

struct local_time zone_local_time(const struct zone *zone, int64_t at)
{
    return calendar_local_time(zone_local_s(zone, at));
}

/* Span after span: the first one whose clocks have not passed local_s at its end is the one that shows it, and if they
 * are beyond it from its start, it was skipped there. */
int64_t zone_instant(const struct zone *zone, int64_t local_s)
{
    local_s = zone_clamp(local_s);
    size_t count = count_until(zone, local_s - ZONE_OFFSET_MAX_S);
    struct zone_span span = span_after(zone, count);

    while (span.until_at != INT64_MAX && local_s - span.offset_s >= span.until_at)
        span = span_after(zone, ++count);
    if (local_s - span.offset_s < span.from_at)
        return local_s - span.offset_before_s;
    return local_s - span.offset_s;
}

static bool keep_abbreviation(struct zone *zone, const char *abbreviation, uint8_t *ret_at)
{
    size_t size = strlen(abbreviation) + 1;

    for (size_t at = 0; at < zone->abbreviations_length; at += strlen(zone->abbreviations + at) + 1)
        if (strcmp(zone->abbreviations + at, abbreviation) == 0) {
            *ret_at = (uint8_t) at;
            return true;
        }
    if (zone->abbreviations_length + size > sizeof zone->abbreviations)
        return false;
    memcpy(zone->abbreviations + zone->abbreviations_length, abbreviation, size);
    *ret_at = (uint8_t) zone->abbreviations_length;
    zone->abbreviations_length += size;
    return true;
}

bool zone_table_begin(struct zone *zone, int32_t offset_s, const char *abbreviation)
{
    zone->first = (struct zone_change){ .at = INT64_MIN, .offset_s = offset_s };
    return keep_abbreviation(zone, abbreviation, &zone->first.abbreviation);
}

bool zone_table_add(struct zone *zone, int64_t at, int32_t offset_s, const char *abbreviation)
{
    struct zone_change new = { .at = at, .offset_s = offset_s };

    if (at > last_s)
        return true;
    if (at < change(zone, zone->count)->at || !keep_abbreviation(zone, abbreviation, &new.abbreviation))
        return false;
    if (zone->count > 0 && zone->changes[zone->count - 1].at == at)
        zone->count--;

    const struct zone_change *before = change(zone, zone->count);
    if (before->offset_s == offset_s && before->abbreviation == new.abbreviation)
        return true;
    if (zone->count == zone->capacity) {
        zone->capacity = zone->capacity * 2 + 16;
        zone->changes = memory_grow(zone->changes, zone->capacity, sizeof *zone->changes);
    }
    zone->changes[zone->count++] = new;
    return true;
}
