/* tests/sim/seed.c - what a seed says: when it plays, how much goes wrong, and how the bot is configured. */
#include <stdlib.h>

#include "base/text.h"
#include "tests/sim/sim.h"

enum { LEASE_S = 4 * 60 * 60, PROLONG_MAX_S = 24 * 60 * 60, READY_TIMEOUT_S = 5 * 60, RESET_MINUTE = 9 * 60 };

/* Days after which one of the zones changes its clocks within the next week, UTC. */
static const int64_t before_changes[] = {
    1772323200, /* 2026-03-01: America/New_York on the 8th */
    1774224000, /* 2026-03-23: Europe/Berlin on the 29th, Australia/Lord_Howe on 5 April */
    1790553600, /* 2026-09-28: Australia/Lord_Howe on 4 October */
    1792368000, /* 2026-10-19: Europe/Berlin on the 25th, America/New_York on 1 November */
    1806278400, /* 2027-03-29: Australia/Lord_Howe on 4 April */
    1824336000, /* 2027-10-24: Europe/Berlin on the 31st */
};

static void settle_time(struct sim *sim, struct dice *dice)
{
    static const int64_t first_at = 1767225600; /* 2026-01-01 */
    size_t count = sizeof before_changes / sizeof before_changes[0];

    if (dice_falls(dice, 5000))
        sim->settings.begin_at = before_changes[dice_below(dice, (int64_t) count)];
    else
        sim->settings.begin_at = first_at + dice_below(dice, 730) * SIM_DAY_S;
    sim->settings.begin_at += dice_below(dice, SIM_DAY_S);
    sim->settings.end_at = sim->settings.begin_at + (int64_t) sim->size.days * SIM_DAY_S;
}

/* One seed in eight knows no faults. Of the others each has its own share, and none of some kinds: faults that are rare
 * beside others come to their right where those are missing. */
static void settle_faults(struct sim *sim, struct dice *dice)
{
    static const int shares[] = { 10, 30, 100, 100, 200, 300 };
    struct sim_settings *settings = &sim->settings;

    settings->faultless = dice_falls(dice, 1250);
    settings->share = shares[dice_below(dice, sizeof shares / sizeof shares[0])];
    settings->has_history = dice_falls(dice, 6000);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const struct kind_words *words = kind_words((enum kind) kind);
        bool is_missing = dice_falls(dice, 2500);
        int64_t rate = words->is_act ? words->of_10000 : (int64_t) words->of_10000 * settings->share / 100;
        if (words->is_act ? is_missing && dice_falls(dice, 3000) : is_missing || settings->faultless)
            rate = 0;
        settings->kinds_of_10000[kind] = rate;
    }
    /* Past us: exact behaviour is required of our own acts. */
    if (settings->faultless)
        settings->kinds_of_10000[KIND_STRANGER] = kind_words(KIND_STRANGER)->of_10000;
}

static void settle_warnings(struct sim *sim, struct dice *dice)
{
    static const struct plan_warnings all[] = {
        { .before_s = { 3600, 1800, 900 }, .count = 3 },
        { .before_s = { 3600, 1800, 900 }, .count = 3 },
        { .before_s = { 1800, 300 }, .count = 2 },
        { .before_s = { 600 }, .count = 1 },
        { .count = 0 },
    };

    sim->options.warnings = all[dice_below(dice, sizeof all / sizeof all[0])];
}

static void settle_options(struct sim *sim, struct dice *dice)
{
    struct engine_options *options = &sim->options;
    struct schedule_defaults defaults = { .zone = zone_utc(), .reset_minute = RESET_MINUTE };
    struct error error;

    settle_warnings(sim, dice);
    options->lease_s = LEASE_S;
    options->prolong_max_s = PROLONG_MAX_S;
    options->ready_timeout_s = READY_TIMEOUT_S;
    text_copy_cut(options->allow, sizeof options->allow, "U1,U2,U3,U4,U5,S7");
    text_copy_cut(options->own_namespace, sizeof options->own_namespace, "curfew");
    text_copy_cut(options->protected_names, sizeof options->protected_names, "vault");
    options->settings.zone = defaults.zone;
    options->settings.reset_minute = defaults.reset_minute;
    options->settings.zones = &sim->zones->source;
    text_copy_cut(options->settings.channel, sizeof options->settings.channel, "C0DEFAULT");
    if (!schedule_read("Mon-Fri 20:00", &defaults, &sim->zones->source, &options->settings.schedule, &error))
        abort();
}

void seed_settle(struct sim *sim)
{
    struct dice dice = { .state = dice_mix(sim->seed, 0x5eed) };

    settle_time(sim, &dice);
    settle_faults(sim, &dice);
    settle_options(sim, &dice);
}
