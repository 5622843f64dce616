/* tests/sim/main.c - plays seeds and says what came of it.
 *
 *     sim --seeds 1..200              each seed; the first that breaks a promise is shrunk and told
 *     sim --seed 17 [--story]         one, as a story
 *     sim --forever [--from 1000]     until it is interrupted
 *     --sites N --days N              how large a run is
 *     --survey                        go on after a broken promise, and name them all without their stories
 *     --without KIND                  without that kind of fault or act, by its name in kinds.c
 *     --plant NAME                    with a planted fault of the program
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/sim/plant.h"
#include "tests/sim/shrink.h"
#include "tests/sim/sim.h"

struct arguments {
    uint64_t from, to;
    bool tells, forever, surveys;
    struct sim_size size;
    struct sim_mask mask;
    const struct plant *plant;
};

static volatile sig_atomic_t is_interrupted;

static void interrupt(int number)
{
    (void) number;
    is_interrupted = 1;
}

/* An assertion of the program, or a sanitizer: the seed is what is needed to see it again. */
static volatile uint64_t played_seed;

static void aborted(int number)
{
    char text[64];
    int length = snprintf(text, sizeof text, "\nseed %llu: the program aborts\n", (unsigned long long) played_seed);

    (void) fflush(stdout);
    if (write(STDERR_FILENO, text, (size_t) length) < 0)
        _exit(4);
    (void) signal(number, SIG_DFL);
}

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "abort_on_error=1";
}

static int usage(void)
{
    (void) fprintf(stderr, "usage: sim [--seeds FROM..TO | --seed N [--story] | --forever [--from N]] [--sites N] "
                           "[--days N] [--survey] [--without KIND]... [--plant NAME]\n");
    return 2;
}

static uint64_t number(const char *text)
{
    return strtoull(text, NULL, 0);
}

static bool read_range(const char *text, struct arguments *arguments)
{
    char *end;

    arguments->from = arguments->to = strtoull(text, &end, 0);
    if (strncmp(end, "..", 2) == 0)
        arguments->to = number(end + 2);
    return arguments->to >= arguments->from;
}

static bool mask_kind(const char *name, struct arguments *arguments)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (!text_equal(kind_words((enum kind) kind)->name, name))
            continue;
        arguments->mask.kinds[kind] = true;
        return true;
    }
    return false;
}

static bool read_value(const char *option, const char *value, struct arguments *arguments)
{
    if (text_equal(option, "--seeds") || text_equal(option, "--seed"))
        return read_range(value, arguments);
    if (text_equal(option, "--from"))
        arguments->from = number(value);
    else if (text_equal(option, "--sites"))
        arguments->size.sites = (int) number(value);
    else if (text_equal(option, "--days"))
        arguments->size.days = (int) number(value);
    else if (text_equal(option, "--without"))
        return mask_kind(value, arguments);
    else if (text_equal(option, "--plant"))
        return (arguments->plant = plant_find(value)) != NULL;
    else
        return false;
    return true;
}

static bool read_arguments(int count, char **texts, struct arguments *arguments)
{
    for (int i = 1; i < count; i++) {
        if (text_equal(texts[i], "--story"))
            arguments->tells = true;
        else if (text_equal(texts[i], "--forever"))
            arguments->forever = true;
        else if (text_equal(texts[i], "--survey"))
            arguments->surveys = true;
        else if (i + 1 == count || !read_value(texts[i], texts[i + 1], arguments))
            return false;
        else
            i++;
    }
    return true;
}

static void add(struct sim_counts *sum, const struct sim_counts *counts)
{
    sum->nights += counts->nights;
    sum->sites += counts->sites;
    sum->site_nights += counts->site_nights;
    sum->stops += counts->stops;
    sum->starts += counts->starts;
    sum->warnings += counts->warnings;
    sum->prolongations += counts->prolongations;
    sum->requests += counts->requests;
    sum->crashes += counts->crashes;
    sum->faults += counts->faults;
    sum->events += counts->events;
}

/* One seed. false: it broke a promise, and its shrunk story was told. */
static bool play(uint64_t seed, const struct arguments *arguments, struct zones *zones, struct sim_counts *sum)
{
    played_seed = seed;
    struct sim *sim = sim_new(seed, &arguments->size, &arguments->mask, arguments->plant, zones);

    sim->story.prints = arguments->tells;
    bool held = sim_run(sim);
    add(sum, &sim->counts);
    if (arguments->tells)
        (void) printf("seed %llu, hash %016llx\n", (unsigned long long) seed, (unsigned long long) sim->hash);
    if (!held && arguments->surveys)
        (void) printf("seed %llu: %s: site %d: %s\n", (unsigned long long) seed,
                      promise_words(sim->breach.promise)->name, sim->breach.site, sim->breach.sentence);
    else if (!held && !arguments->tells)
        shrink_and_tell(sim, zones);
    sim_free(sim);
    return held;
}

static void tell_sum(uint64_t seeds, const struct sim_counts *sum, int64_t took_s)
{
    (void) printf(
        "%llu seeds, %lld nights, %lld environments, %lld nights of one environment: %lld stops and %lld starts by "
        "schedule, %lld warnings, %lld prolongations and leases, %lld requests, %lld crashes, %lld other faults; "
        "%lld events in %lld s\n",
        (unsigned long long) seeds, (long long) sum->nights, (long long) sum->sites, (long long) sum->site_nights,
        (long long) sum->stops, (long long) sum->starts, (long long) sum->warnings, (long long) sum->prolongations,
        (long long) sum->requests, (long long) sum->crashes, (long long) sum->faults, (long long) sum->events,
        (long long) took_s);
}

int main(int count, char **texts)
{
    struct arguments arguments = { .from = 1, .to = 20, .size = { .sites = 32, .days = 12 } };
    struct sim_counts sum = { 0 };
    struct zones zones;
    uint64_t seed, played = 0;
    bool held = true;

    if (!read_arguments(count, texts, &arguments))
        return usage();
    (void) signal(SIGINT, interrupt);
    (void) signal(SIGABRT, aborted);
    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    int64_t began = (int64_t) time(NULL);
    for (seed = arguments.from;
         (held || arguments.surveys) && !is_interrupted && (arguments.forever || seed <= arguments.to); seed++) {
        held = play(seed, &arguments, &zones, &sum);
        played++;
    }
    tell_sum(played, &sum, (int64_t) time(NULL) - began);
    zones_release(&zones);
    return held ? 0 : 1;
}
