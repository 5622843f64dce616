/* tests/bench/bench_ack.c - how soon a command is acked and answered, beside Slack's own SDKs and a bare client.
 *
 * What is compared was measured in the same round, on the same machine, by the same Slack. All ack `help` with a text.
 * A question is acked and then answered by response_url: the SDKs answer with a literal; Curfew stores `status dev1` in
 * its inbox before the ack, asks the API server, answers, and stores that it is done. ENGINE_RECENT_MAX and the like are
 * not reached.
 */
#include "store/sqlite.h"
#include "tests/bench/contenders.h"
#include "tests/bench/crowd.h"
#include "tests/bench/figures.h"
#include "tests/bench/bench_cluster.h"

#include <stdio.h>
#include <stdlib.h>

enum { COUNT_ALONE = 500, COUNT_TOGETHER = 2000, TOGETHER = 50, WARM_UP = 50, COMMITS = 300, QUICK_PART = 25 };

enum {
    COLUMN_ALONE_MEDIAN,
    COLUMN_ALONE_WORST,
    COLUMN_TIMES_FLOOR,
    COLUMN_PER_SECOND,
    COLUMN_TOGETHER_MEDIAN,
    COLUMN_TOGETHER_WORST,
    COLUMN_ANSWER_MEDIAN,
    COLUMN_ANSWER_WORST,
    COLUMN_ANSWER_TOGETHER_MEDIAN,
    COLUMN_ANSWER_TOGETHER_WORST,
    COLUMNS
};

static const char *const columns[COLUMNS] = { "one at a time: ack p50 ms",
                                              "p99",
                                              "p50 / bare client's",
                                              "50 in flight: commands per s",
                                              "ack p50 ms",
                                              "p99",
                                              "one at a time: answer p50 ms",
                                              "p99",
                                              "50 in flight: answer p50 ms",
                                              "p99" };

static const struct {
    const char *name;
    const char *text;
    bool is_answered;
    bool curfew_only;
} commands[] = {
    { "answered in the ack (help)", "help", false, false },
    { "refused in the ack (unknown name)", "stop dv1", false, true },
    { "acked, then answered (status)", "status dev1", true, false },
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

struct bench {
    struct stage stage;
    struct cluster cluster;
    struct figures figures;
    bool quick;
    double floor_ms; /* of the bare client in this round */
};

static int count_of(const struct bench *bench, int count)
{
    return bench->quick ? count / QUICK_PART : count;
}

static void note_alone(struct bench *bench, const char *row, struct typing *typing)
{
    double median = samples_quantile(&typing->ack_ms, 0.5);

    figures_note(&bench->figures, row, COLUMN_ALONE_MEDIAN, median);
    figures_note(&bench->figures, row, COLUMN_ALONE_WORST, samples_quantile(&typing->ack_ms, 0.99));
    if (bench->floor_ms > 0)
        figures_note(&bench->figures, row, COLUMN_TIMES_FLOOR, median / bench->floor_ms);
    if (!typing->is_answered)
        return;
    figures_note(&bench->figures, row, COLUMN_ANSWER_MEDIAN, samples_quantile(&typing->answer_ms, 0.5));
    figures_note(&bench->figures, row, COLUMN_ANSWER_WORST, samples_quantile(&typing->answer_ms, 0.99));
}

static void note_together(struct bench *bench, const char *row, struct typing *typing)
{
    figures_note(&bench->figures, row, COLUMN_PER_SECOND, typing->count / typing->seconds);
    figures_note(&bench->figures, row, COLUMN_TOGETHER_MEDIAN, samples_quantile(&typing->ack_ms, 0.5));
    figures_note(&bench->figures, row, COLUMN_TOGETHER_WORST, samples_quantile(&typing->ack_ms, 0.99));
    if (!typing->is_answered)
        return;
    figures_note(&bench->figures, row, COLUMN_ANSWER_TOGETHER_MEDIAN, samples_quantile(&typing->answer_ms, 0.5));
    figures_note(&bench->figures, row, COLUMN_ANSWER_TOGETHER_WORST, samples_quantile(&typing->answer_ms, 0.99));
}

static bool measure_command(struct bench *bench, struct crowd *crowd, const struct contender *contender, size_t command)
{
    struct typing typing = { .text = commands[command].text, .is_answered = commands[command].is_answered };
    char row[FIGURES_NAME_SIZE];
    bool fine;

    snprintf(row, sizeof row, "%s: %s", contender->name, commands[command].name);
    typing.count = count_of(bench, WARM_UP);
    typing.in_flight = 1;
    fine = crowd_type(crowd, &typing);
    typing.count = count_of(bench, COUNT_ALONE);
    fine = fine && crowd_type(crowd, &typing);
    if (fine && contender->answers_none)
        bench->floor_ms = samples_quantile(&typing.ack_ms, 0.5);
    if (fine)
        note_alone(bench, row, &typing);
    typing.count = count_of(bench, COUNT_TOGETHER);
    typing.in_flight = TOGETHER;
    fine = fine && crowd_type(crowd, &typing);
    if (fine)
        note_together(bench, row, &typing);
    typing_release(&typing);
    return fine;
}

static bool measure(struct bench *bench, const struct contender *contender)
{
    struct crowd crowd = { 0 };
    struct running running = { 0 };
    bool opened = crowd_open(&crowd, &bench->stage, contender->port);
    bool fine = opened && contender_start(contender, &crowd, &bench->cluster, &running);

    for (size_t i = 0; i < COMMANDS && fine; i++)
        if ((!commands[i].curfew_only || contender->is_curfew) &&
            (!commands[i].is_answered || !contender->answers_none))
            fine = measure_command(bench, &crowd, contender, i);
    contender_stop(&running);
    crowd_close(&crowd);
    /* The one port that it takes may be somebody else's at the moment: then it is left out of this round. */
    return fine || (!opened && contender->port != 0);
}

/* What a command that is stored before its ack cannot be faster than. */
static bool measure_commits(struct bench *bench)
{
    struct samples commits = { 0 };
    struct store *store = NULL;
    struct error error = { 0 };
    char path[STAGE_PATH_SIZE], key[32];

    stage_path(&bench->stage, "commits.db", path);
    if (!sqlite_store_new(bench->stage.loop, path, SQLITE_ALONE, &store, &error)) {
        printf("%s\n", error.message);
        return false;
    }
    for (int i = 0; i < count_of(bench, COMMITS); i++) {
        struct store_call call = { 0 };
        int64_t begun_us = bench_now_us();

        snprintf(key, sizeof key, "I#%d", i);
        store_call_put(&call, "bench", key, "{\"text\":\"status dev1\"}", 0, STORE_IF_ABSENT, NULL);
        store_start(store, &call, &bench->stage.flow);
        while (!call.done)
            if (!stage_turn(&bench->stage, stage_now_ms(&bench->stage) + STAGE_PATIENCE_MS))
                break;
        samples_add(&commits, (double) (bench_now_us() - begun_us) / 1e3);
        store_call_release(&call);
    }
    store_free(store);
    (void) unlink(path);
    figures_note(&bench->figures, "one commit of the store alone", COLUMN_ALONE_MEDIAN,
                 samples_quantile(&commits, 0.5));
    figures_note(&bench->figures, "one commit of the store alone", COLUMN_ALONE_WORST,
                 samples_quantile(&commits, 0.99));
    samples_release(&commits);
    return true;
}

/* The floor first, so that the others have something to be divided by. */
static bool run_round(struct bench *bench)
{
    bool fine = measure_commits(bench);

    for (int floor = 1; floor >= 0; floor--)
        for (int i = 0; i < CONTENDER_COUNT && fine; i++)
            if (contenders[i].answers_none == (floor == 1) && contender_is_there(&contenders[i]))
                fine = measure(bench, &contenders[i]);
    return fine;
}

int main(int argument_count, char **arguments)
{
    static struct bench bench = { .figures = { .title = "ack", .columns = columns, .column_count = COLUMNS } };
    int rounds = bench_rounds(argument_count, arguments);
    bool fine = rounds > 0 && stage_open(&bench.stage);

    if (!fine)
        return EXIT_FAILURE;
    bench.quick = rounds == 1;
    fine = small_cluster_open(&bench.cluster, &bench.stage);
    for (int round = 0; round < rounds && fine; round++)
        fine = run_round(&bench);
    fine = figures_print(&bench.figures) && fine;
    bench_cluster_close(&bench.cluster);
    return stage_close(&bench.stage) && fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
