/* tests/bench/planner.h - what deciding a night costs by itself: agenda, plan, wish and record; no effect, no message. */
#ifndef CURFEW_TESTS_BENCH_PLANNER_H
#define CURFEW_TESTS_BENCH_PLANNER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "bot/engine.h"

/* What was decided, and its CPU seconds. */
struct planned_night {
    size_t warnings, stops;
    double cpu_s;
};

/* So many environments, awake and settled at now, until the last of them is asleep. */
void planner_pass_night(const struct engine_options *options, size_t count, int64_t now,
                        struct planned_night *ret_night);

#endif
