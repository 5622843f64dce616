/* tests/fuzz/fuzz_zone.c - the bytes of a zone file.
 *
 * They are refused in a sentence, or they are spans without gaps between them, in which each local time has its instant and
 * times of the week come one after the other.
 */
#include "base/zone.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/recurrence.h"
#include "tests/fuzz/fuzz.h"

/* Longer than all that the clocks are put at its begin or its end: so is every span of a zone that people live in. Else a
 * local time can be skipped by one change and shown after the next. */
static bool is_usual(const struct zone *zone, const struct zone_span *span)
{
    int32_t begin_s = abs(span->offset_s - span->offset_before_s);

    if (span->from_at == INT64_MIN || span->until_at == INT64_MAX)
        return true;
    int32_t end_s = abs(zone_span_at(zone, span->until_at).offset_s - span->offset_s);
    return span->until_at - span->from_at > begin_s + end_s;
}

static bool all_is_usual(const struct zone *zone)
{
    struct zone_span span = zone_span_at(zone, INT64_MIN);

    while (span.until_at != INT64_MAX && is_usual(zone, &span))
        span = zone_span_at(zone, span.until_at);
    return span.until_at == INT64_MAX;
}

static void check_reading(const struct zone *zone, int64_t at, bool is_usual)
{
    int64_t local_s = zone_local_s(zone, at);
    int64_t first_at = zone_instant(zone, local_s);
    struct local_time time = zone_local_time(zone, at);

    assert(calendar_local_s(&time) == local_s);
    if (is_usual) {
        assert(first_at <= at); /* this is one instant that shows it, so the first is no later */
        assert(zone_local_s(zone, first_at) == local_s);
    }
}

static void check_recurrence(const struct zone *zone, int64_t at, bool is_usual)
{
    struct weekly weekly = weekly_at(1 << SUNDAY | 1 << WEDNESDAY, 150);
    int64_t next_at = recurrence_next(&weekly.recurrence, zone, at);
    int64_t last_at = recurrence_last(&weekly.recurrence, zone, at);

    assert(next_at > at && last_at <= at);
    if (is_usual) {
        assert(recurrence_last(&weekly.recurrence, zone, next_at) == next_at);
        assert(recurrence_last(&weekly.recurrence, zone, next_at - 1) == last_at);
        assert(recurrence_next(&weekly.recurrence, zone, last_at) == next_at);
    }
}

static void check_zone(const struct zone *zone)
{
    struct zone_span span = zone_span_at(zone, INT64_MIN);
    bool is_usual = all_is_usual(zone);

    assert(span.from_at == INT64_MIN);
    check_reading(zone, 0, is_usual);
    check_recurrence(zone, 1795478400, is_usual);
    while (span.until_at != INT64_MAX) {
        struct zone_span next = zone_span_at(zone, span.until_at);

        assert(next.from_at == span.until_at && next.until_at > next.from_at);
        assert(next.offset_before_s == span.offset_s);
        assert(next.offset_s != span.offset_s || strcmp(next.abbreviation, span.abbreviation) != 0);
        check_reading(zone, span.until_at - 1, is_usual);
        check_reading(zone, span.until_at, is_usual);
        check_recurrence(zone, span.until_at - 1, is_usual);
        check_recurrence(zone, span.until_at + 1800, is_usual);
        span = next;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *content = memory_new(length > 0 ? length : 1, 1); /* of its own, so that a look beyond it is noticed */
    struct zone *zone = NULL;
    struct error error = { 0 };

    memcpy(content, bytes, length);
    if (zone_read("Some/Where", content, length, &zone, &error)) {
        check_zone(zone);
    } else {
        assert(zone == NULL && error.kind == ERROR_INPUT && error.message[0] != '\0');
    }
    zone_free(zone);
    free(content);
    return 0;
}
