/* tests/sim/story.c - a run as a story: one line for each thing that happened, in the local time of whom it concerns. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tests/sim/sim.h"

enum { LINES_MAX = 200000, LINE_BYTES_MAX = 4000 };

void story_release(struct story *story)
{
    for (size_t i = 0; i < story->count; i++)
        free(story->lines[i].text);
    free(story->lines);
    *story = (struct story){ 0 };
}

static void write_instant(const struct sim *sim, int site, int64_t at, int64_t ms, struct buffer *target)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    const struct zone *zone = site == NOBODY ? NULL : sim->sites[site].zone;

    if (zone == NULL)
        zone = zone_utc();
    if (at == INT64_MAX || at == INT64_MIN) {
        buffer_append_text(target, at == INT64_MAX ? "never" : "ever");
        return;
    }
    struct local_time time = zone_local_time(zone, at);
    buffer_append_format(target, "%s %04d-%02d-%02d %02d:%02d:%02d", days[time.weekday], time.year, time.month,
                         time.day, time.hour, time.minute, time.second);
    if (ms >= 0)
        buffer_append_format(target, ".%03d", (int) ms);
    buffer_append_format(target, " %s", zone_span_at(zone, at).abbreviation);
}

void story_instant(const struct sim *sim, int site, int64_t at, struct buffer *target)
{
    write_instant(sim, site, at, -1, target);
}

static void keep(struct story *story, int site, struct buffer *line)
{
    if (story->count == LINES_MAX)
        return;
    if (story->count == story->capacity) {
        story->capacity = story->capacity == 0 ? 1024 : story->capacity * 2;
        story->lines = memory_grow(story->lines, story->capacity, sizeof *story->lines);
    }
    story->lines[story->count++] = (struct story_line){ .site = site, .text = buffer_take(line) };
}

void story_tell(struct sim *sim, int site, const char *format, ...)
{
    char text[LINE_BYTES_MAX];
    va_list arguments;

    if (!sim->story.prints && !sim->story.keeps)
        return;
    struct buffer line = { 0 };
    va_start(arguments, format);
    (void) vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    write_instant(sim, site, sim_now(sim), sim->now_ms % 1000, &line);
    buffer_append_format(&line, "  %s%s", site == NOBODY ? "" : sim->sites[site].name, site == NOBODY ? "" : ": ");
    for (const char *character = text; *character != '\0'; character++)
        buffer_append_text(&line, *character == '\n' ? " / " : (char[2]){ *character, '\0' });
    if (sim->story.prints)
        (void) printf("%s\n", buffer_text(&line));
    if (sim->story.keeps)
        keep(&sim->story, site, &line);
    buffer_release(&line);
}
