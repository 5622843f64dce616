/* tests/sim/sim.h - one run: a world made from a seed, played until its last night is over or a promise is broken.
 *
 * The engine is the program's own; everything around it is played. Nothing but the seed and the mask decides what happens.
 */
#ifndef CURFEW_TESTS_SIM_SIM_H
#define CURFEW_TESTS_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/zones.h"
#include "bot/engine.h"
#include "tests/sim/calls.h"
#include "tests/sim/channels.h"
#include "tests/sim/cluster.h"
#include "tests/sim/dice.h"
#include "tests/sim/judge.h"
#include "tests/sim/kinds.h"
#include "tests/sim/process.h"
#include "tests/sim/promise.h"
#include "tests/sim/queue.h"
#include "tests/sim/records.h"
#include "tests/sim/requests.h"

enum {
    SIM_DAY_S = 24 * 60 * 60,
    SIM_REST_S = 60, /* so long after the last fault everything is as it should be */
    NOBODY = -1,     /* no site, no process */
};

struct plant;

/* How large a run is. */
struct sim_size {
    int sites, days;
};

/* What is switched off, to shrink a run. { 0 }: nothing. */
struct sim_mask {
    bool kinds[KIND_COUNT];
    bool sites[SITES_MAX];
    int calm_days; /* for so many days from the start no faults, people or hands */
};

/* Drawn from the seed. */
struct sim_settings {
    int64_t begin_at, end_at; /* UTC seconds */
    bool faultless;           /* nothing fails: then everything is exact */
    int share;                /* of the full rate of faults, in percent */
    int64_t kinds_of_10000[KIND_COUNT];
    bool has_history; /* the bot may read the history of channels */
};

struct sim_counts {
    int64_t nights, sites, site_nights, stops, starts, warnings, prolongations, requests, crashes, faults, events;
};

/* The first promise that was broken. */
struct breach {
    enum promise promise;
    int site;
    int64_t at_ms;
    char sentence[512];
};

/* What is written down of a run: printed at once, or kept for the end. */
struct story {
    bool prints;
    bool keeps;
    struct story_line {
        int site;
        char *text;
    } * lines;
    size_t count, capacity;
};

struct sim {
    uint64_t seed;
    struct sim_size size;
    struct sim_mask mask;
    const struct plant *plant; /* NULL = none */
    struct zones *zones;
    struct sim_settings settings;
    struct engine_options options;
    int64_t now_ms;
    struct queue queue;
    struct dice streams[SITES_MAX + 1][KIND_COUNT];
    bool fair;             /* the weather: no faults now */
    int64_t fair_since_ms; /* only while it is */
    int64_t outage_until_ms;
    int64_t double_ms;   /* when two processes ran beside one another last */
    int64_t troubled_ms; /* when the last fault was over that took its time: a crash, a pause, a late effect */
    struct process processes[PROCESSES];
    struct site sites[SITES_MAX];
    size_t site_count;
    struct stored stored[SITES_MAX];
    struct records records;
    struct requests requests;
    struct channels channels;
    struct judge judge;
    struct sim_counts counts;
    struct story story;
    struct breach breach;
    uint64_t hash; /* of all that happened */
};

/* A run. zones is borrowed; plant may be NULL. */
struct sim *sim_new(uint64_t seed, const struct sim_size *size, const struct sim_mask *mask, const struct plant *plant,
                    struct zones *zones) must_check;
void sim_free(struct sim *sim);

/* Plays it. true: every promise held. */
bool sim_run(struct sim *sim) must_check;

/* seed.c: what the seed says. */
void seed_settle(struct sim *sim);

/* True time, UTC seconds. */
int64_t sim_now(const struct sim *sim) must_check;

/* The stream of a kind and a site (NOBODY: of all). */
struct dice *sim_dice(struct sim *sim, enum kind kind, int site) must_check;

/* Whether that fault happens now. Never in fair weather, nor where it is switched off. */
bool sim_strikes(struct sim *sim, enum kind kind, int site) must_check;

/* How often an act happens, of 10,000; 0 where it is switched off. */
int64_t sim_rate(const struct sim *sim, enum kind kind, int site) must_check;

/* Something is to happen after delay_ms. */
void sim_after(struct sim *sim, int64_t delay_ms, enum happening_kind kind, int process, int site, int64_t number);

/* The site of that name; NOBODY. */
int sim_site(const struct sim *sim, const char *name) must_check;

/* A promise is broken: the run ends here. Only the first counts. */
void sim_break(struct sim *sim, enum promise promise, int site, const char *format, ...) printf_like(4, 5);

/* A line of the story, in the local time of the site. */
void story_tell(struct sim *sim, int site, const char *format, ...) printf_like(3, 4);
void story_release(struct story *story);
void story_instant(const struct sim *sim, int site, int64_t at, struct buffer *target);

/* weather.c: when faults happen, and whom the larger ones befall. */
void weather_begin(struct sim *sim);
void weather_change(struct sim *sim);
enum weather_blow { BLOW_NONE, BLOW_CRASH, BLOW_PAUSE };
enum weather_blow weather_blow(struct sim *sim, int process) must_check;
void weather_after_death(struct sim *sim, int process);
void weather_during_sleep(struct sim *sim, int process);
void weather_step_clock(struct sim *sim, const struct happening *happening);

/* people.c, hands.c */
void people_begin(struct sim *sim);
void people_act(struct sim *sim, const struct happening *happening);
void hands_begin(struct sim *sim);
void hands_act(struct sim *sim, const struct happening *happening);

/* The size of a text of a call in a story, and the hash of a run. */
void sim_hash(struct sim *sim, uint64_t number);
void sim_hash_text(struct sim *sim, const char *text);

#endif
