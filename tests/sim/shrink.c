/* tests/sim/shrink.c - a run that broke a promise, made as small as it gets while it breaks the same one.
 *
 * Each try plays the seed again with more switched off. Draws hang on whom they concern, so the rest stays as it was.
 */
#include "tests/sim/shrink.h"

#include <stdio.h>

enum { LINES_TOLD = 70 };

/* Whether the run breaks that promise with this mask. */
static bool breaks(const struct sim *sim, const struct sim_mask *mask, struct zones *zones)
{
    struct sim *again = sim_new(sim->seed, &sim->size, mask, sim->plant, zones);
    bool held = sim_run(again);
    bool same = !held && again->breach.promise == sim->breach.promise;

    sim_free(again);
    return same;
}

static void try_without_sites(const struct sim *sim, struct sim_mask *mask, struct zones *zones)
{
    int count = (int) sim->site_count;

    for (int width = count / 2 > 0 ? count / 2 : 1; width > 0; width /= 2) {
        for (int from = 0; from < count; from += width) {
            struct sim_mask tried = *mask;
            for (int i = from; i < from + width && i < count; i++)
                tried.sites[i] = true;
            if (breaks(sim, &tried, zones))
                *mask = tried;
        }
    }
}

static void try_without_kinds(const struct sim *sim, struct sim_mask *mask, struct zones *zones)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct sim_mask tried = *mask;
        if (mask->kinds[kind] || sim->settings.kinds_of_10000[kind] == 0)
            continue;
        tried.kinds[kind] = true;
        if (breaks(sim, &tried, zones))
            *mask = tried;
    }
}

static void try_calm_days(const struct sim *sim, struct sim_mask *mask, struct zones *zones)
{
    for (int days = sim->size.days - 1; days > 0; days--) {
        struct sim_mask tried = *mask;
        tried.calm_days = days;
        if (breaks(sim, &tried, zones)) {
            *mask = tried;
            return;
        }
    }
}

static void tell_story(const struct sim *sim, const struct sim_mask *mask)
{
    size_t concerned = 0, skipped = 0;

    for (size_t i = 0; i < sim->story.count; i++)
        concerned += sim->story.lines[i].site == sim->breach.site || sim->story.lines[i].site == NOBODY;
    if (concerned > LINES_TOLD)
        skipped = concerned - LINES_TOLD;
    (void) printf("What still happens:");
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (!mask->kinds[kind] && sim->settings.kinds_of_10000[kind] > 0)
            (void) printf(" %s,", kind_words((enum kind) kind)->words);
    (void) printf(" from day %d on\n", mask->calm_days);
    for (size_t i = 0; i < sim->story.count; i++) {
        if (sim->story.lines[i].site != sim->breach.site && sim->story.lines[i].site != NOBODY)
            continue;
        if (skipped > 0)
            skipped--;
        else
            (void) printf("  %s\n", sim->story.lines[i].text);
    }
}

void shrink_and_tell(const struct sim *sim, struct zones *zones)
{
    struct sim_mask mask = sim->mask;

    (void) printf("seed %llu: %s.\n  %s: %s\n", (unsigned long long) sim->seed,
                  promise_words(sim->breach.promise)->sentence,
                  sim->breach.site == NOBODY ? "everywhere" : sim->sites[sim->breach.site].name, sim->breach.sentence);
    (void) fflush(stdout);
    try_without_sites(sim, &mask, zones);
    try_calm_days(sim, &mask, zones);
    try_without_kinds(sim, &mask, zones);
    struct sim *told = sim_new(sim->seed, &sim->size, &mask, sim->plant, zones);
    told->story.keeps = true;
    if (!sim_run(told))
        tell_story(told, &mask);
    sim_free(told);
}
