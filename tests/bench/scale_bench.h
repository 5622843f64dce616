/* tests/bench/scale_bench.h - what the turns of bench_scale share: the cluster, the fleet, and the figures. */
#ifndef CURFEW_TESTS_BENCH_SCALE_BENCH_H
#define CURFEW_TESTS_BENCH_SCALE_BENCH_H

#include "base/attributes.h"
#include "base/secret.h"
#include "tests/bench/api_requests.h"
#include "tests/bench/figures.h"
#include "tests/bench/fleet.h"
#include "tests/end_to_end/bot.h"

#include <stdbool.h>

enum scale_column {
    COLUMN_SECONDS,
    COLUMN_TIMES_FLOOD,
    COLUMN_FIRST,
    COLUMN_RESTS,
    COLUMN_PATCHES,
    COLUMN_READS,
    COLUMN_OTHERS,
    COLUMN_REFUSED,
    COLUMN_LATER,
    COLUMN_CPU,
    COLUMN_CPU_ALL,
    COLUMN_PEAK,
    COLUMN_PEAK_ABOVE,
    COLUMN_ANONYMOUS_ABOVE,
    SCALE_COLUMNS
};

struct scale_bench {
    struct stage stage;
    struct cluster cluster;
    struct workspace workspace;
    struct bot bot;
    struct fleet fleet;
    char kubeconfig[STAGE_PATH_SIZE]; /* of the bot */
    char token_file[STAGE_PATH_SIZE]; /* the token in it, for the flood of Go */
    struct secret account;            /* likewise */
    const char *scene;
    bool with_pods;
    int64_t night_at; /* by the bot's clock: the curfew of this round */
    double flood_s;   /* of this turn */
    struct figures figures;
};

/* The directions of a turn, and when it is due by the bot's clock. */
struct scale_turn {
    const char *name;
    bool goes_up;
};

/* The row of that turn in the table: "W1 stop: flood". */
void scale_bench_name_row(const struct scale_bench *bench, const struct scale_turn *turn, const char *who,
                          char row[FIGURES_NAME_SIZE]);

/* Seconds from the due instant until the last is there, and the first; returns the former. */
double scale_bench_note_times(struct scale_bench *bench, const char *row);

void scale_bench_note_requests(struct scale_bench *bench, const char *row, const struct api_requests *before,
                               const struct api_requests *after);

/* Where there are pods: until they have followed. */
bool scale_bench_settle(struct scale_bench *bench) must_check;

/* By its own clock it is 20 s before the curfew, or the beginning of the day behind it. false: said on standard output. */
bool scale_bench_by_schedule(struct scale_bench *bench, const struct scale_turn *turn) must_check;

/* What others were measured to need, a table in Markdown. */
void scale_peers_print(void);

#endif
