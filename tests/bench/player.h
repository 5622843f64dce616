/* tests/bench/player.h - plays all that one engine asks for, in memory and at once: a store, a cluster, a channel.
 *
 * As little as will do: nothing fails, nothing waits, and each environment has one Deployment. What the player itself keeps
 * is outside the heap, so that the heap is the engine's alone.
 */
#ifndef CURFEW_TESTS_BENCH_PLAYER_H
#define CURFEW_TESTS_BENCH_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/engine.h"

enum { PLAYER_PENDING_MAX = 64 * 1024 }; /* effects that wait for their turn */

/* One environment as the store and the cluster have it. */
struct played {
    struct record record; /* its name and uid are there from the beginning; revision "": never stored */
    bool remembers;       /* a journal is stored, of the one Deployment */
    int32_t replicas;
    int64_t version; /* of the Deployment */
};

struct player {
    struct engine *engine;
    struct played *items; /* sorted by name */
    size_t count, channels;
    struct effect *pending; /* a ring */
    size_t pending_first, pending_count;
    int64_t now;
    uint64_t revisions, messages;

    double engine_s; /* CPU inside engine_handle() */
    double due_s;    /* and inside engine_due_at(), which the program asks after each event */
    double clock_s;  /* what it costs to look at the clock: taken off both */
    size_t events, posts, updates;
};

/* Shared out to so many channels; 1 = that of the options. false: there is no memory for so many. */
bool player_init(struct player *player, const struct engine_options *options, size_t count, size_t channels,
                 int64_t now) must_check;
void player_release(struct player *player);

/* The engine learns of all namespaces, as when the program starts with an empty store. */
void player_boot(struct player *player);

/* Plays all that happens until then. */
void player_run_until(struct player *player, int64_t at);

/* CPU seconds of this thread. */
double player_cpu_s(void) must_check;

#endif
