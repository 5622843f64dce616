/* tests/bench/scale_schedule.c - a turn of the bot: it stops, or starts, by itself what is due in one second.
 *
 * Each turn has a process of its own, which begins 20 s before by a clock that is set ahead; so nobody waits for an evening.
 * The store is the same for all of them. No warning is sent. Counting begins some seconds before the due second, and
 * before the bot reads what it will stop.
 */
#include "tests/bench/scale_bench.h"
#include "tests/bench/usage.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum {
    EARLY_S = 20,
    COUNTED_MS = 8000, /* before the due second; the bot reads five seconds before */
    DAWN_S = 60,       /* the day begins a minute after the curfew */
    REST_PATIENCE_MS = 180 * 1000,
    LOOK_AGAIN_MS = 100,
    RESTING_MS = 2, /* of processor time between two looks */
    MS_PER_S = 1000,
    VARIABLE_SIZE = STAGE_PATH_SIZE + 32,
    US_PER_S = 1000 * 1000,
    NS_PER_US = 1000,
};

static int64_t real_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t) now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

static bool start_bot(struct scale_bench *bench, int64_t ahead_s)
{
    char clock[VARIABLE_SIZE], library[VARIABLE_SIZE];
    struct bot_options options = { .kubeconfig = bench->kubeconfig,
                                   .variables = { clock, library, "CURFEW_SCHEDULE=daily 20:01-20:00",
                                                  "CURFEW_TIMEZONE=UTC", "CURFEW_WARNINGS=none",
                                                  "ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0",
                                                  bench->with_pods ? NULL : "CURFEW_READY_TIMEOUT=1s" } };

    snprintf(clock, sizeof clock, "BENCH_CLOCK_AHEAD=%" PRId64, ahead_s);
    snprintf(library, sizeof library, "LD_PRELOAD=%s", AHEAD_CLOCK);
    return bot_start(&bench->bot, &bench->stage, &bench->workspace, &bench->cluster, &options) &&
           bot_is_ready(&bench->bot);
}

/* Until it has used next to nothing for a second: everything is stored, said and noted. A log of so many lines is cut, so it
 * cannot tell. *ret_at_us is when that second began. */
static bool wait_until_it_rests(struct scale_bench *bench, int64_t *ret_at_us)
{
    int64_t until_ms = stage_now_ms(&bench->stage) + REST_PATIENCE_MS;
    pid_t process = bench->bot.child.pid;
    struct usage then, now;

    *ret_at_us = bench_now_us();
    if (!usage_read(process, &then))
        return false;
    while (bench_now_us() - *ret_at_us < US_PER_S) {
        if (stage_now_ms(&bench->stage) > until_ms) {
            printf("the bot does not come to rest\n");
            return false;
        }
        stage_pass(&bench->stage, LOOK_AGAIN_MS);
        if (!usage_read(process, &now))
            return false;
        if ((now.cpu_s - then.cpu_s) * MS_PER_S > RESTING_MS)
            *ret_at_us = bench_now_us();
        then = now;
    }
    return true;
}

/* Memory stands for what is more than the bot had when it waited. */
static void note_usage(struct scale_bench *bench, const char *row, const struct usage *before,
                       const struct usage *after)
{
    struct figures *figures = &bench->figures;

    figures_note(figures, row, COLUMN_CPU_ALL, after->cpu_s - before->cpu_s);
    figures_note(figures, row, COLUMN_PEAK, after->peak);
    figures_note(figures, row, COLUMN_PEAK_ABOVE, after->peak - before->resident);
    figures_note(figures, row, COLUMN_ANONYMOUS_ABOVE, after->anonymous - before->anonymous);
}

static bool measure(struct scale_bench *bench, const char *row)
{
    struct api_requests requests[3];
    struct usage before, then, after;
    pid_t process = bench->bot.child.pid;
    int64_t rests_us;

    usage_forget_peak(process);
    if (!api_requests_read(&bench->cluster, &requests[0]) || !usage_read(process, &before) ||
        !fleet_wait(&bench->fleet) || !usage_read(process, &then) || !api_requests_read(&bench->cluster, &requests[1]))
        return false;
    figures_note(&bench->figures, row, COLUMN_TIMES_FLOOD, scale_bench_note_times(bench, row) / bench->flood_s);
    scale_bench_note_requests(bench, row, &requests[0], &requests[1]);
    figures_note(&bench->figures, row, COLUMN_CPU, then.cpu_s - before.cpu_s);
    if (!wait_until_it_rests(bench, &rests_us) || !usage_read(process, &after))
        return false;
    figures_note(&bench->figures, row, COLUMN_RESTS, (double) (rests_us - bench->fleet.due_us) / US_PER_S);
    note_usage(bench, row, &before, &after);
    if (!api_requests_read(&bench->cluster, &requests[2]))
        return false;
    figures_note(&bench->figures, row, COLUMN_LATER,
                 requests[2].patches + requests[2].reads + requests[2].others -
                     (requests[1].patches + requests[1].reads + requests[1].others));
    return true;
}

bool scale_bench_by_schedule(struct scale_bench *bench, const struct scale_turn *turn)
{
    int64_t due_at = real_us() / US_PER_S + 1 + EARLY_S; /* by the clock on the wall */
    int64_t wanted_at = bench->night_at + (turn->goes_up ? DAWN_S : 0);
    char row[FIGURES_NAME_SIZE];

    scale_bench_name_row(bench, turn, "Curfew", row);
    if (!start_bot(bench, wanted_at - due_at))
        return false;
    int64_t wait_us = due_at * US_PER_S - real_us();
    if (wait_us < (int64_t) COUNTED_MS * 1000) {
        printf("%s: the bot was not ready in time\n", row);
        return false;
    }
    fleet_expect(&bench->fleet, turn->goes_up, bench_now_us() + wait_us);
    stage_pass(&bench->stage, wait_us / 1000 - COUNTED_MS);
    bool fine = measure(bench, row) && scale_bench_settle(bench);
    if (!fine)
        printf("%s", bot_log(&bench->bot));
    fine = fine && bot_stop(&bench->bot);
    bot_release(&bench->bot, false);
    return fine;
}
