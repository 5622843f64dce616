/* tests/bench/scale_flood.h - the same flood on the HTTP/2 client of Go's standard library, where tests/bench/run built it. */
#ifndef CURFEW_TESTS_BENCH_SCALE_FLOOD_H
#define CURFEW_TESTS_BENCH_SCALE_FLOOD_H

#include "tests/bench/scale_bench.h"

/* $BENCH_FLOOD names the program; without it nothing is done. false: said on standard output. */
bool scale_flood_of_go(struct scale_bench *bench, const struct scale_turn *turn) must_check;

#endif
