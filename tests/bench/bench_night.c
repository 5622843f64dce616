/* tests/bench/bench_night.c - one engine with 1,000, 10,000 and 100,000 environments: what each costs, and their night.
 *
 * All have the same schedule, so all that is due is due at one instant, and in one channel, which is more than a channel takes
 * (one message a second) where there are 100,000. The world around the engine is played in memory and at once (player.h). Each figure is of a process of its own, whose heap holds the engine and nothing
 * else. The day is Monday, 2026-06-01: the bot starts at 18:30 without a record of anything, warns at 19:00, 19:30 and
 * 19:45, and stops what runs at 20:00.
 */
#include "tests/bench/figures.h"
#include "tests/bench/planner.h"
#include "tests/bench/player.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "base/zones.h"

enum { STARTED_AT = 1780338600, MINUTE_S = 60, STOP_AT = STARTED_AT + 90 * MINUTE_S, US_PER_S = 1000 * 1000 };

enum {
    COLUMN_BYTES,
    COLUMN_BYTES_BESIDES,
    COLUMN_BYTES_WARNED,
    COLUMN_BYTES_ASLEEP,
    COLUMN_BOOT,
    COLUMN_REREAD,
    COLUMN_WARNINGS,
    COLUMN_STOPS,
    COLUMN_DUE,
    COLUMN_EVENTS,
    COLUMN_EACH_MAX, /* those before are per environment */
    COLUMN_PLANNED = COLUMN_EACH_MAX,
    COLUMN_NIGHT,
    COLUMN_NIGHT_PLAYED,
    COLUMN_MESSAGES,
    COLUMN_UPDATES,
    COLUMNS
};

static const char *const columns[COLUMNS] = {
    "bytes each, day",
    "besides name and uid",
    "3 times warned",
    "asleep",
    "us each: start",
    "reading again",
    "3 warnings",
    "the stop",
    "due_at",
    "events each",
    "CPU s: planning alone",
    "the night",
    "with the player",
    "messages a mark",
    "updates",
};

/* How many, and in how many channels. */
static const struct size {
    const char *name;
    size_t count, channels;
} sizes[] = {
    { "1,000", 1000, 1 },
    { "10,000", 10000, 1 },
    { "100,000", 100000, 1 },
    { "100,000 in 100 channels", 100000, 100 },
};

enum { SIZES = sizeof sizes / sizeof sizes[0], SIZES_QUICK = 1, SIZE_MOST = 2 };

struct result {
    double values[COLUMNS];
    bool fine;
};

/* --- what is looked at ----------------------------------------------------------------------------------------- */

static double heap_bytes(void)
{
    struct mallinfo2 heap = mallinfo2();

    return (double) heap.uordblks + (double) heap.hblkhd;
}

/* One phase: CPU inside the engine. */
static double run_until(struct player *player, int64_t at)
{
    double before_s = player->engine_s;

    player_run_until(player, at);
    return player->engine_s - before_s;
}

static double text_bytes(const struct player *player)
{
    double bytes = 0;

    for (size_t i = 0; i < player->count; i++)
        bytes += (double) (strlen(player->items[i].record.namespace) + strlen(player->items[i].record.uid) + 2);
    return bytes;
}

static bool all_sleep(const struct player *player)
{
    for (size_t i = 0; i < player->count; i++)
        if (player->items[i].replicas != 0 || player->items[i].record.state != RECORD_ASLEEP)
            return false;
    return true;
}

/* --- one night ------------------------------------------------------------------------------------------------- */

static void start(struct player *player, double heap_before, struct result *result)
{
    player_boot(player);
    player_run_until(player, STARTED_AT);
    result->values[COLUMN_BOOT] = player->engine_s;
    result->values[COLUMN_REREAD] = run_until(player, STARTED_AT + MINUTE_S);
    result->values[COLUMN_BYTES] = heap_bytes() - heap_before;
    result->values[COLUMN_BYTES_BESIDES] = result->values[COLUMN_BYTES] - text_bytes(player);
}

/* Posts are a second apart in each channel, so what belongs to a mark is all that happens until the next. */
static void pass_night(struct player *player, double heap_before, struct result *result)
{
    double begun_s = player_cpu_s(), engine_s = player->engine_s, due_s = player->due_s;
    size_t events = player->events;

    result->values[COLUMN_WARNINGS] = run_until(player, STOP_AT - 30 * MINUTE_S - 1);
    result->values[COLUMN_MESSAGES] = (double) player->posts;
    result->values[COLUMN_WARNINGS] += run_until(player, STOP_AT - 1);
    result->values[COLUMN_BYTES_WARNED] = heap_bytes() - heap_before;
    result->values[COLUMN_STOPS] = run_until(player, STOP_AT + 29 * MINUTE_S);
    result->values[COLUMN_NIGHT] = player->engine_s - engine_s;
    result->values[COLUMN_NIGHT_PLAYED] = player_cpu_s() - begun_s;
    result->values[COLUMN_DUE] = player->due_s - due_s;
    result->values[COLUMN_EVENTS] = (double) (player->events - events);
    result->values[COLUMN_UPDATES] = (double) player->updates;
    result->values[COLUMN_BYTES_ASLEEP] = heap_bytes() - heap_before;
}

/* false: not every one of them was warned three times and stopped. */
static bool plan_night(const struct engine_options *options, size_t count, struct result *result)
{
    struct planned_night night;

    planner_pass_night(options, count, STARTED_AT, &night);
    result->values[COLUMN_PLANNED] = night.cpu_s;
    return night.warnings == 3 * count && night.stops == count;
}

/* Seconds become microseconds of one environment. */
static void share_out(struct result *result, size_t count)
{
    for (int column = 0; column < COLUMN_EACH_MAX; column++) {
        bool is_time = column >= COLUMN_BOOT && column <= COLUMN_DUE;
        result->values[column] *= (is_time ? US_PER_S : 1) / (double) count;
    }
}

static bool fill_options(struct zones *zones, struct engine_options *options)
{
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = 9 * 60 };
    struct error error = { 0 };

    *options = (struct engine_options){
        .settings = { .zone = zone_utc(), .reset_minute = 9 * 60, .channel = "C024BE91L", .zones = &zones->source },
        .warnings = { .before_s = { 60 * MINUTE_S, 30 * MINUTE_S, 15 * MINUTE_S }, .count = 3 },
        .lease_s = 4 * 60 * MINUTE_S,
        .prolong_max_s = 24 * 60 * MINUTE_S,
        .ready_timeout_s = 5 * MINUTE_S,
        .own_namespace = "curfew",
        .identity = 1,
    };
    return schedule_read("Mon-Fri 20:00", &defaults, &zones->source, &options->settings.schedule, &error);
}

static struct result measure(const struct size *size)
{
    struct result result = { .fine = false };
    struct engine_options options;
    struct player player = { 0 };
    struct zones zones;

    zones_init(&zones, NULL);
    double heap_before = heap_bytes();
    if (fill_options(&zones, &options) && player_init(&player, &options, size->count, size->channels, STARTED_AT)) {
        start(&player, heap_before, &result);
        pass_night(&player, heap_before, &result);
        share_out(&result, size->count);
        result.fine = all_sleep(&player) && plan_night(&options, size->count, &result);
    }
    player_release(&player);
    zones_release(&zones);
    return result;
}

/* --- the table ------------------------------------------------------------------------------------------------- */

/* In a process of its own. */
static bool run(const struct size *size, struct result *ret_result)
{
    int ends[2], status = 1;

    if (pipe(ends) != 0)
        return false;
    (void) fflush(stdout);
    pid_t process = fork();
    if (process == 0) {
        struct result result = measure(size);
        _exit(write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
    }
    close(ends[1]);
    bool read_all = read(ends[0], ret_result, sizeof *ret_result) == sizeof *ret_result;
    close(ends[0]);
    return process > 0 && waitpid(process, &status, 0) == process && status == 0 && read_all && ret_result->fine;
}

static void note(struct figures *figures, const char *row, const struct result *result)
{
    for (int column = 0; column < COLUMNS; column++)
        figures_note(figures, row, column, result->values[column]);
}

/* How much dearer one of the most is than one of the fewest. */
static void note_growth(struct figures *figures, const struct result *fewest, const struct result *most)
{
    double times = (double) sizes[SIZE_MOST].count / (double) sizes[0].count;

    for (int column = 0; column < COLUMNS; column++) {
        double share = most->values[column] / fewest->values[column];
        figures_note(figures, "growth per environment", column, column < COLUMN_EACH_MAX ? share : share / times);
    }
}

int main(int argument_count, char **arguments)
{
    static struct figures figures = { .title = "one night", .columns = columns, .column_count = COLUMNS };
    int rounds = bench_rounds(argument_count, arguments);
    size_t size_count = rounds == 1 ? SIZES_QUICK : SIZES;
    struct result results[SIZES] = { 0 };
    bool fine = rounds > 0;

    for (int round = 0; round < rounds && fine; round++) {
        for (size_t i = 0; i < size_count && fine; i++) {
            char row[FIGURES_NAME_SIZE];
            (void) snprintf(row, sizeof row, "environments: %s", sizes[i].name);
            fine = run(&sizes[i], &results[i]);
            if (fine)
                note(&figures, row, &results[i]);
        }
        if (fine && size_count == SIZES)
            note_growth(&figures, &results[0], &results[SIZE_MOST]);
    }
    return figures_print(&figures) && fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
