/* tests/bench/bench_memory.c - what the bot needs: memory, processor time, time to start, and rest when nothing happens.
 *
 * Beside it, in the same rounds, Slack's own SDKs with an app that does nothing else. Processor time is of all threads;
 * a wake-up is a voluntary context switch of any of them.
 */
#include "tests/bench/contenders.h"
#include "tests/bench/crowd.h"
#include "tests/bench/figures.h"
#include "tests/bench/bench_cluster.h"
#include "tests/bench/usage.h"

#include <stdio.h>
#include <stdlib.h>

enum { COMMANDS = 1000, IN_FLIGHT = 10, SETTLE_MS = 2000, IDLE_MS = 10 * 1000, QUICK_PART = 20 };

enum {
    COLUMN_HELLO,
    COLUMN_READY,
    COLUMN_RESIDENT,
    COLUMN_PROPORTIONAL,
    COLUMN_ANONYMOUS,
    COLUMN_RESIDENT_AFTER,
    COLUMN_ANONYMOUS_AFTER,
    COLUMN_PEAK,
    COLUMN_CPU_START,
    COLUMN_CPU,
    COLUMN_WAKEUPS,
    COLUMN_CPU_IDLE,
    COLUMNS
};

static const char *const columns[COLUMNS] = {
    "start to hello ms",
    "to ready ms",
    "RSS MiB",
    "PSS",
    "anonymous",
    "RSS after 1,000 commands",
    "anonymous",
    "peak RSS",
    "CPU s to start",
    "CPU s for 1,000 commands",
    "idle: wake-ups in 10 s",
    "CPU ms",
};

struct bench {
    struct stage stage;
    struct cluster cluster;
    struct figures figures;
    bool quick;
};

static void note(struct bench *bench, const char *row, int column, double value)
{
    if (value >= 0)
        figures_note(&bench->figures, row, column, value);
}

/* After the start, when nothing is asked of it. */
static bool measure_idle(struct bench *bench, const char *row, const struct running *running)
{
    int64_t idle_ms = bench->quick ? IDLE_MS / QUICK_PART : IDLE_MS;
    pid_t process = running->bot.child.pid;
    struct usage before, after;

    stage_pass(&bench->stage, bench->quick ? SETTLE_MS / QUICK_PART : SETTLE_MS);
    if (!usage_read(process, &before))
        return false;
    stage_pass(&bench->stage, idle_ms);
    if (!usage_read(process, &after))
        return false;
    note(bench, row, COLUMN_RESIDENT, before.resident);
    note(bench, row, COLUMN_PROPORTIONAL, before.proportional);
    note(bench, row, COLUMN_ANONYMOUS, before.anonymous);
    note(bench, row, COLUMN_CPU_START, before.cpu_s);
    note(bench, row, COLUMN_WAKEUPS, after.wakeups - before.wakeups);
    note(bench, row, COLUMN_CPU_IDLE, (after.cpu_s - before.cpu_s) * 1e3);
    return true;
}

/* Half of them are answered in the ack, half by response_url. */
static bool measure_commands(struct bench *bench, const char *row, struct crowd *crowd, const struct running *running)
{
    struct typing help = { .text = "help", .in_flight = IN_FLIGHT };
    struct typing status = { .text = "status dev1", .in_flight = IN_FLIGHT, .is_answered = true };
    pid_t process = running->bot.child.pid;
    struct usage before, after;

    help.count = status.count = (bench->quick ? COMMANDS / QUICK_PART : COMMANDS) / 2;
    bool fine = usage_read(process, &before) && crowd_type(crowd, &help) && crowd_type(crowd, &status) &&
                usage_read(process, &after);
    if (fine) {
        note(bench, row, COLUMN_CPU, after.cpu_s - before.cpu_s);
        note(bench, row, COLUMN_RESIDENT_AFTER, after.resident);
        note(bench, row, COLUMN_ANONYMOUS_AFTER, after.anonymous);
        note(bench, row, COLUMN_PEAK, after.peak);
    }
    typing_release(&help);
    typing_release(&status);
    return fine;
}

static bool measure(struct bench *bench, const struct contender *contender)
{
    struct crowd crowd = { 0 };
    struct running running = { 0 };
    bool opened = crowd_open(&crowd, &bench->stage, contender->port);
    bool fine = opened && contender_start(contender, &crowd, &bench->cluster, &running);

    if (fine) {
        note(bench, contender->name, COLUMN_HELLO, running.hello_ms);
        if (contender->is_curfew)
            note(bench, contender->name, COLUMN_READY, running.ready_ms);
        fine = measure_idle(bench, contender->name, &running);
    }
    if (fine && !contender->answers_none)
        fine = measure_commands(bench, contender->name, &crowd, &running);
    contender_stop(&running);
    crowd_close(&crowd);
    /* The one port that it takes may be somebody else's at the moment: then it is left out of this round. */
    return fine || (!opened && contender->port != 0);
}

int main(int argument_count, char **arguments)
{
    static struct bench bench = { .figures = { .title = "needs", .columns = columns, .column_count = COLUMNS } };
    int rounds = bench_rounds(argument_count, arguments);
    bool fine = rounds > 0 && stage_open(&bench.stage);

    if (!fine)
        return EXIT_FAILURE;
    bench.quick = rounds == 1;
    fine = small_cluster_open(&bench.cluster, &bench.stage);
    for (int round = 0; round < rounds && fine; round++)
        for (int i = 0; i < CONTENDER_COUNT && fine; i++)
            if (contender_is_there(&contenders[i]))
                fine = measure(&bench, &contenders[i]);
    fine = figures_print(&bench.figures) && fine;
    bench_cluster_close(&bench.cluster);
    return stage_close(&bench.stage) && fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
