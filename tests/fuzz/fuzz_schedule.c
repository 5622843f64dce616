/* tests/fuzz/fuzz_schedule.c - the text of a schedule, as people write it into an annotation.
 *
 * The first byte says what time it is; the rest is the text. It is refused in a sentence, or its canonical text means the same,
 * and stops, starts and days follow one another. Zones come from a source of one, so that no file is read.
 */
#include "base/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

enum { STEPS = 6 };

/* Knows UTC alone. */
static const struct zone *find(struct zone_source *source, const char *name, struct error *error)
{
    (void) source;
    if (text_equal(name, "UTC"))
        return zone_utc();
    error_set(error, ERROR_INPUT, "no time zone \"%.48s\"; allowed is UTC", name);
    return NULL;
}

static bool read_text(const char *text, struct schedule *ret_schedule, struct error *error)
{
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = 9 * 60 };
    struct zone_source source = { .find = find };

    return schedule_read(text, &defaults, &source, ret_schedule, error);
}

static void check_canonical(const struct schedule *schedule)
{
    released_by(buffer_release) struct buffer text = { 0 }, again = { 0 };
    struct schedule copy;
    struct error error = { 0 };

    schedule_write(schedule, &text);
    assert(read_text(buffer_text(&text), &copy, &error));
    schedule_write(&copy, &again);
    assert(strcmp(buffer_text(&text), buffer_text(&again)) == 0);
}

/* In UTC no clock is ever changed, so what holds between the answers holds without exception. */
static void check_answers(const struct schedule *schedule, int64_t at)
{
    int64_t stop_at = schedule_next_stop(schedule, at);
    int64_t start_at = schedule_next_start(schedule, at);
    int64_t began_at = schedule_day_began(schedule, at);

    assert(stop_at > at && start_at > at);
    assert(schedule_last_stop(schedule, at) <= at && schedule_last_start(schedule, at) <= at);
    assert(schedule_is_day(schedule, at) == (began_at != INT64_MAX));
    assert(began_at <= at || began_at == INT64_MAX);
    if (stop_at != INT64_MAX) {
        assert(schedule_is_day(schedule, stop_at - 1));
        assert(schedule_last_stop(schedule, stop_at) == stop_at);
        assert(schedule_last_stop(schedule, stop_at - 1) == schedule_last_stop(schedule, at));
    }
    if (start_at != INT64_MAX) {
        assert(schedule_is_day(schedule, start_at));
        assert(schedule_last_start(schedule, start_at) == start_at);
        assert(schedule_last_start(schedule, start_at - 1) == schedule_last_start(schedule, at));
        assert(start_at != stop_at);
    }
    assert(began_at != INT64_MIN || (stop_at == INT64_MAX && start_at == INT64_MAX));
}

static void check_days(const struct schedule *schedule, int64_t at)
{
    for (int i = 0; i < STEPS && at != INT64_MAX; i++) {
        int64_t stop_at = schedule_next_stop(schedule, at), start_at = schedule_next_start(schedule, at);

        check_answers(schedule, at);
        at = stop_at < start_at ? stop_at : start_at;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return 0;

    char *text = memory_copy(bytes + 1, length - 1);
    struct schedule schedule;
    struct error error = { 0 };

    if (read_text(text, &schedule, &error)) {
        check_canonical(&schedule);
        check_days(&schedule, INT64_C(1795478400) + bytes[0] * INT64_C(2741));
    } else {
        assert(error.kind == ERROR_INPUT && error.message[0] != '\0');
        assert(!text_is_utf8(text, strlen(text)) || text_is_utf8(error.message, strlen(error.message)));
    }
    free(text);
    return 0;
}
