/* base/recurrence.c - span of clocks after span of clocks (base/zone.h), each with the local times that belong to it.
 *
 * A span shows its local times in their order, but for two kinds. Behind a change that turned the clocks back, the times up
 * to that change have been there before: they belong to the span before. Behind one that put them forward, the times that
 * were skipped belong to the span too, beside those that it shows.
 */
#include "base/recurrence.h"

#include <assert.h>

static bool has_begin(const struct zone_span *span)
{
    return span->from_at != INT64_MIN;
}

static bool has_end(const struct zone_span *span)
{
    return span->until_at != INT64_MAX;
}

static bool skips(const struct zone_span *span)
{
    return has_begin(span) && span->offset_s > span->offset_before_s;
}

static bool repeats(const struct zone_span *span)
{
    return has_begin(span) && span->offset_s < span->offset_before_s;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* From from_at on, by the clocks of the span. */
static int64_t next_shown(const struct recurrence *recurrence, const struct zone_span *span, int64_t from_at)
{
    int64_t from_s = from_at + span->offset_s;

    if (repeats(span))
        from_s = larger(from_s, span->from_at + span->offset_before_s);

    int64_t local_s = recurrence->next(recurrence, from_s);
    if (local_s == INT64_MAX || (has_end(span) && local_s - span->offset_s >= span->until_at))
        return INT64_MAX;
    return local_s - span->offset_s;
}

/* From from_at on, by the clocks as they would have run on. */
static int64_t next_skipped(const struct recurrence *recurrence, const struct zone_span *span, int64_t from_at)
{
    if (!skips(span) || from_at + span->offset_before_s >= span->from_at + span->offset_s)
        return INT64_MAX;

    int64_t local_s = recurrence->next(recurrence, from_at + span->offset_before_s);
    if (local_s >= span->from_at + span->offset_s)
        return INT64_MAX;
    return local_s - span->offset_before_s;
}

/* Where to look on when a span has nothing: at its end, or shortly before the next local time if that is far away. */
static int64_t after_span(const struct recurrence *recurrence, const struct zone_span *span)
{
    int64_t local_s = recurrence->next(recurrence, span->until_at - ZONE_OFFSET_MAX_S);

    return local_s == INT64_MAX ? INT64_MAX : larger(span->until_at, local_s - ZONE_OFFSET_MAX_S);
}

static int64_t before_span(const struct recurrence *recurrence, const struct zone_span *span)
{
    int64_t local_s = recurrence->last(recurrence, span->from_at + ZONE_OFFSET_MAX_S);

    return local_s == INT64_MIN ? INT64_MIN : smaller(span->from_at - 1, local_s + ZONE_OFFSET_MAX_S);
}

int64_t recurrence_next(const struct recurrence *recurrence, const struct zone *zone, int64_t after_at)
{
    int64_t from_at = zone_clamp(after_at);

    if (from_at < after_at)
        return INT64_MAX;
    from_at += from_at == after_at ? 1 : 0;
    while (from_at != INT64_MAX) {
        struct zone_span span = zone_span_at(zone, from_at);
        int64_t at = smaller(next_shown(recurrence, &span, from_at), next_skipped(recurrence, &span, from_at));

        if (at != INT64_MAX || !has_end(&span))
            return at;
        from_at = after_span(recurrence, &span);
    }
    return INT64_MAX;
}

static int64_t last_shown(const struct recurrence *recurrence, const struct zone_span *span, int64_t at)
{
    int64_t local_s = recurrence->last(recurrence, at + span->offset_s);

    if (local_s == INT64_MIN)
        return INT64_MIN;
    if (has_begin(span) && local_s < span->from_at + larger(span->offset_s, span->offset_before_s))
        return INT64_MIN;
    return local_s - span->offset_s;
}

static int64_t last_skipped(const struct recurrence *recurrence, const struct zone_span *span, int64_t at)
{
    if (!skips(span))
        return INT64_MIN;

    int64_t until_s = smaller(at + span->offset_before_s, span->from_at + span->offset_s - 1);
    int64_t local_s = recurrence->last(recurrence, until_s);
    return local_s < span->from_at + span->offset_before_s ? INT64_MIN : local_s - span->offset_before_s;
}

int64_t recurrence_last(const struct recurrence *recurrence, const struct zone *zone, int64_t at)
{
    if (zone_clamp(at) > at)
        return INT64_MIN;
    at = zone_clamp(at);
    while (at != INT64_MIN) {
        struct zone_span span = zone_span_at(zone, at);
        int64_t last_at = larger(last_shown(recurrence, &span, at), last_skipped(recurrence, &span, at));

        if (last_at != INT64_MIN || !has_begin(&span))
            return last_at;
        at = before_span(recurrence, &span);
    }
    return INT64_MIN;
}

static bool names_day(const struct weekly *weekly, int64_t midnight_s)
{
    return (weekly->days >> calendar_weekday(midnight_s / DAY_SECONDS) & 1) != 0;
}

static int64_t weekly_next(const struct recurrence *recurrence, int64_t local_s)
{
    const struct weekly *weekly = (const struct weekly *) recurrence;
    int64_t from_s = local_s - weekly->minute * MINUTE_SECONDS;
    int64_t midnight_s = calendar_midnight(from_s + DAY_SECONDS - 1);

    while (!names_day(weekly, midnight_s))
        midnight_s += DAY_SECONDS;
    return midnight_s + weekly->minute * MINUTE_SECONDS;
}

static int64_t weekly_last(const struct recurrence *recurrence, int64_t local_s)
{
    const struct weekly *weekly = (const struct weekly *) recurrence;
    int64_t midnight_s = calendar_midnight(local_s - weekly->minute * MINUTE_SECONDS);

    while (!names_day(weekly, midnight_s))
        midnight_s -= DAY_SECONDS;
    return midnight_s + weekly->minute * MINUTE_SECONDS;
}

struct weekly weekly_at(int days, int minute)
{
    assert((days & EVERY_DAY) != 0);
    return (struct weekly){
        .recurrence = { .next = weekly_next, .last = weekly_last },
        .days = days,
        .minute = minute,
    };
}
