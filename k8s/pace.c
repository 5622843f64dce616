/* k8s/pace.c - the window of requests in flight: halved by refusals, narrowed by latency, widened by good answers. */
#include "k8s/pace.h"

#include <assert.h>

enum {
    WEIGHT = 8,    /* of the past in the smoothed latency, as in TCP's round trip: 7 parts of 8 */
    FRACTION = 16, /* the smoothed latency is kept in 1/16 ms */
    NO_SAMPLE = -1,
    LONG_AGO_MS = -3600 * 1000,
};

static void narrow(struct pace *pace, int window);
static void widen(struct pace *pace, const struct pace_ticket *ticket);
static void forget_slices(struct pace *pace, int64_t slice);
static int64_t smallest_of_last_minute(const struct pace *pace);
static void take_latency(struct pace *pace, const struct pace_ticket *ticket, int64_t now_ms);
static bool is_slow(const struct pace *pace);

void pace_init(struct pace *pace)
{
    *pace = (struct pace){ .window = PACE_WINDOW_MAX, .slowed_ms = LONG_AGO_MS };
    for (int i = 0; i < PACE_SLICES; i++)
        pace->smallest_ms[i] = NO_SAMPLE;
}

bool pace_may_send(const struct pace *pace, enum pace_kind kind, int64_t now_ms, int64_t *ret_when_ms)
{
    const int *in_flight = pace->in_flight;
    int all = in_flight[PACE_CALL] + in_flight[PACE_LIST] + in_flight[PACE_WATCH];

    if (now_ms < pace->held_ms) {
        *ret_when_ms = pace->held_ms;
        return false;
    }
    /* A call would only wait in the line of base/http.c, where its time runs. */
    bool is_full = in_flight[kind] >= pace->window || (kind == PACE_CALL && all >= PACE_WINDOW_MAX);
    if (kind == PACE_WATCH || !is_full)
        return true;
    *ret_when_ms = PACE_NOT_BEFORE_AN_ANSWER;
    return false;
}

void pace_sent(struct pace *pace, enum pace_kind kind, int64_t now_ms, struct pace_ticket *ret_ticket)
{
    assert(!ret_ticket->in_flight);
    pace->in_flight[kind]++;
    *ret_ticket = (struct pace_ticket){ .in_flight = true, .kind = kind, .sent_ms = now_ms, .round = pace->round };
}

void pace_answered(struct pace *pace, struct pace_ticket *ticket, enum pace_answer answer, int64_t retry_after_ms,
                   int64_t now_ms)
{
    const struct pace_ticket was = *ticket;

    *ticket = (struct pace_ticket){ 0 };
    if (!was.in_flight)
        return;
    pace->in_flight[was.kind]--;
    if (answer == PACE_REFUSED) {
        int64_t held_ms = now_ms + (retry_after_ms < PACE_HELD_MAX_MS ? retry_after_ms : PACE_HELD_MAX_MS);

        if (pace->held_ms < held_ms)
            pace->held_ms = held_ms;
        if (was.round == pace->round)
            narrow(pace, pace->window / 2);
    } else if (answer == PACE_GOOD && was.kind != PACE_WATCH) {
        if (was.kind == PACE_CALL)
            take_latency(pace, &was, now_ms);
        widen(pace, &was);
    }
}

static void narrow(struct pace *pace, int window)
{
    pace->window = window > PACE_WINDOW_MIN ? window : PACE_WINDOW_MIN;
    pace->good = 0;
    pace->round++;
}

/* What was sent into a wider window says nothing about the present one; and a slow server is not given more. */
static void widen(struct pace *pace, const struct pace_ticket *ticket)
{
    if (ticket->round != pace->round || is_slow(pace))
        return;
    pace->good++;
    if (pace->good < pace->window)
        return;
    pace->good = 0;
    if (pace->window < PACE_WINDOW_MAX)
        pace->window++;
}

static void take_latency(struct pace *pace, const struct pace_ticket *ticket, int64_t now_ms)
{
    int64_t latency_ms = now_ms - ticket->sent_ms;
    int64_t slice = now_ms / PACE_SLICE_MS;
    int64_t *smallest_ms = &pace->smallest_ms[slice % PACE_SLICES];

    forget_slices(pace, slice);
    /* After a minute without answers the smoothed one is of another time. */
    if (smallest_of_last_minute(pace) == NO_SAMPLE)
        pace->latency_ms = latency_ms * FRACTION;
    else
        pace->latency_ms += (latency_ms * FRACTION - pace->latency_ms) / WEIGHT;
    if (*smallest_ms == NO_SAMPLE || latency_ms < *smallest_ms)
        *smallest_ms = latency_ms;
    if (ticket->round == pace->round && is_slow(pace) && now_ms - pace->slowed_ms >= PACE_SLOW_EVERY_MS) {
        pace->slowed_ms = now_ms;
        narrow(pace, pace->window - pace->window / 4);
    }
}

static void forget_slices(struct pace *pace, int64_t slice)
{
    int64_t passed = slice - pace->slice < PACE_SLICES ? slice - pace->slice : PACE_SLICES;

    for (int64_t i = 0; i < passed; i++)
        pace->smallest_ms[(slice - i) % PACE_SLICES] = NO_SAMPLE;
    pace->slice = slice;
}

static int64_t smallest_of_last_minute(const struct pace *pace)
{
    int64_t smallest_ms = NO_SAMPLE;

    for (int i = 0; i < PACE_SLICES; i++)
        if (pace->smallest_ms[i] != NO_SAMPLE && (smallest_ms == NO_SAMPLE || pace->smallest_ms[i] < smallest_ms))
            smallest_ms = pace->smallest_ms[i];
    return smallest_ms;
}

static bool is_slow(const struct pace *pace)
{
    int64_t smallest_ms = smallest_of_last_minute(pace);

    return pace->latency_ms > PACE_SLOW_MS * FRACTION && pace->latency_ms > PACE_SLOW_FACTOR * FRACTION * smallest_ms;
}
