/* tests/bench/usage.h - what a process uses, as /proc says it. All its threads count. */
#ifndef CURFEW_TESTS_BENCH_USAGE_H
#define CURFEW_TESTS_BENCH_USAGE_H

#include "base/attributes.h"

#include <stdbool.h>
#include <sys/types.h>

/* Memory in MiB. What only root may read of a process that cannot be dumped is -1. */
struct usage {
    double resident;     /* RSS: its own and what it shares with others */
    double peak;         /* the most of it there ever was */
    double anonymous;    /* heap, stacks, what it wrote into its data */
    double private;      /* private, clean or dirty: freed when it ends; or -1 */
    double proportional; /* PSS: what is shared counts by the number of who share it; or -1 */
    double cpu_s;        /* of the threads there are */
    double wakeups;      /* how often one of them waited and was woken */
};

/* false: there is no such process; said on standard output. */
bool usage_read(pid_t process, struct usage *ret_usage) must_check;

/* The most of RSS counts from here on, where root asks for it. */
void usage_forget_peak(pid_t process);

#endif
