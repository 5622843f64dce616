/* tests/bench/scale_flood.c - it reads its PATCHes from a file, and begins at an instant that it is told. */
#include "tests/bench/scale_flood.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EARLY_MS = 3000, PATIENCE_MS = 5 * 60 * 1000, MS_PER_S = 1000, US_PER_MS = 1000, NS_PER_MS = 1000 * 1000 };

static int64_t real_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t) now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

static bool write_patches(struct scale_bench *bench, bool goes_up, const char *path)
{
    FILE *file = fopen(path, "we");

    if (file == NULL)
        return false;
    for (int i = 0; i < bench->fleet.count; i++) {
        released_by(buffer_release) struct buffer place = { 0 }, body = { 0 };
        fleet_write_patch(&bench->fleet, i, goes_up, &place, &body);
        (void) fprintf(file, "%s%s\t%s\n", bench->cluster.server, buffer_text(&place), buffer_text(&body));
    }
    return fclose(file) == 0;
}

bool scale_flood_of_go(struct scale_bench *bench, const struct scale_turn *turn)
{
    char path[STAGE_PATH_SIZE], at[32], row[FIGURES_NAME_SIZE];
    const char *arguments[] = {
        getenv("BENCH_FLOOD"), "--ca", bench->cluster.ca, "--token-file", bench->token_file, "--at", at, path, NULL
    };
    const char *environment[] = { "PATH=/usr/bin:/bin", NULL };
    struct api_requests before, after;
    struct child child;

    if (arguments[0] == NULL)
        return true;
    scale_bench_name_row(bench, turn, "flood of Go's net/http", row);
    stage_path(&bench->stage, "patches", path);
    if (!write_patches(bench, turn->goes_up, path) || !api_requests_read(&bench->cluster, &before))
        return false;
    int64_t now_us = bench_now_us();
    snprintf(at, sizeof at, "%" PRId64, real_ms() + EARLY_MS);
    fleet_expect(&bench->fleet, turn->goes_up, now_us + (int64_t) EARLY_MS * US_PER_MS);
    bool fine = child_start(&child, &bench->stage, arguments, environment);
    if (!fine)
        return false;
    fine = fleet_wait(&bench->fleet) && child_wait(&child, PATIENCE_MS) && child.exit_status == 0;
    if (!fine)
        printf("%s: %s\n", row, buffer_text(&child.errors.text));
    child_release(&child);
    if (!fine || !api_requests_read(&bench->cluster, &after))
        return false;
    double seconds = scale_bench_note_times(bench, row);
    figures_note(&bench->figures, row, COLUMN_TIMES_FLOOD, seconds / bench->flood_s);
    scale_bench_note_requests(bench, row, &before, &after);
    return scale_bench_settle(bench);
}
