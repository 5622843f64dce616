/* The simulation itself: a seed says everything, and what is planted is noticed. */
#include <stdio.h>

#include "base/text.h"
#include "tests/sim/plant.h"
#include "tests/sim/sim.h"
#include "tests/test_main.h"

enum { SEEDS_MAX = 40 };

static const struct sim_size small = { .sites = 14, .days = 5 };

static uint64_t play(uint64_t seed, const struct plant *plant, struct zones *zones, enum promise *ret_promise)
{
    struct sim *sim = sim_new(seed, &small, NULL, plant, zones);
    bool held = sim_run(sim);
    uint64_t hash = sim->hash;

    *ret_promise = held ? PROMISE_NONE : sim->breach.promise;
    if (!held && plant == NULL)
        (void) printf("seed %llu: %s\n", (unsigned long long) seed, sim->breach.sentence);
    sim_free(sim);
    return hash;
}

static void the_same_seed_is_the_same_run_and_another_one_is_not(void)
{
    struct zones zones;
    enum promise promise;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    uint64_t first = play(7, NULL, &zones, &promise);
    CU_ASSERT_EQUAL(play(7, NULL, &zones, &promise), first);
    CU_ASSERT_NOT_EQUAL(play(8, NULL, &zones, &promise), first);
    zones_release(&zones);
}

/* The first seed in which the fault is noticed; SEEDS_MAX + 1 = none. */
static uint64_t notice(const struct plant *plant, struct zones *zones)
{
    enum promise promise = PROMISE_NONE;
    uint64_t seed = 0;

    while (promise == PROMISE_NONE && seed <= SEEDS_MAX)
        (void) play(++seed, plant, zones, &promise);
    (void) printf("  %s: %s in seed %llu\n", plant->sentence,
                  promise == PROMISE_NONE ? "NOT NOTICED" : promise_words(promise)->name, (unsigned long long) seed);
    return seed;
}

/* And none of those seeds breaks a promise without its fault. */
static void each_planted_fault_is_noticed(void)
{
    struct zones zones;
    uint64_t last = 0;

    zones_init(&zones, TEST_DATA "/zones/zoneinfo");
    for (size_t i = 0; i < plant_count; i++) {
        uint64_t seed = notice(&plants[i], &zones);
        CU_ASSERT_TRUE(seed <= SEEDS_MAX);
        last = seed > last ? seed : last;
    }
    for (uint64_t seed = 1; seed <= last; seed++) {
        enum promise promise;
        (void) play(seed, NULL, &zones, &promise);
        CU_ASSERT_EQUAL(promise, PROMISE_NONE);
    }
    zones_release(&zones);
}

TEST_MAIN("sim/simulation_notices", TEST(the_same_seed_is_the_same_run_and_another_one_is_not),
          TEST(each_planted_fault_is_noticed))
