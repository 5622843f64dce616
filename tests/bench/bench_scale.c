/* tests/bench/bench_scale.c - a large cluster is put to sleep in one second of the evening, and woken in one of the morning.
 *
 * On a real etcd and kube-apiserver, one for each scene. Beside it, by turns in the same run, with the same account: a flood
 * of the same PATCHes and nothing else. Time runs from the due second (or the beginning of the flood) until watches of the
 * bench have seen the last object at its count.
 *
 * No controllers run, so that the API server has nothing else to do and rounds can follow one another; with BENCH_PODS=1
 * in the environment they do, thousands of pods come and go, and each turn waits until they have. The bot waits for
 * readiness a second at most where there are no pods. BENCH_SCENES="W1 W3" leaves others out.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/bench/bench_cluster.h"
#include "tests/bench/scale_bench.h"
#include "tests/bench/scale_flood.h"
#include "tests/end_to_end/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 24 * 60 * 60, EVENING_S = 20 * 60 * 60, US_PER_S = 1000 * 1000, US_PER_MS = 1000 };

static const char *const columns[SCALE_COLUMNS] = {
    [COLUMN_SECONDS] = "last at its count s",
    [COLUMN_TIMES_FLOOD] = "/ flood's",
    [COLUMN_FIRST] = "first ms",
    [COLUMN_RESTS] = "at rest again s",
    [COLUMN_PATCHES] = "PATCH",
    [COLUMN_READS] = "LIST, GET",
    [COLUMN_OTHERS] = "others",
    [COLUMN_REFUSED] = "429",
    [COLUMN_LATER] = "requests after the last",
    [COLUMN_CPU] = "CPU s to the last",
    [COLUMN_CPU_ALL] = "CPU s until it rests",
    [COLUMN_PEAK] = "peak RSS MiB",
    [COLUMN_PEAK_ABOVE] = "above idle",
    [COLUMN_ANONYMOUS_ABOVE] = "anonymous above idle",
};

struct scene {
    const char *name;
    struct fleet_size size;
};

static const struct fleet_size quick_size = { 6, { 2, 1, 1 }, 0 };

static const struct scene scenes[] = {
    { "W1", { 50, { 20, 0, 0 }, 0 } },
    { "W2", { 200, { 5, 1, 1 }, 0 } },
    { "W3", { 1000, { 3, 0, 0 }, 0 } },
    { "W1-20MB", { 50, { 20, 0, 0 }, 20 * 1000 } },
};

static const struct scale_turn turns[] = { { "stop", false }, { "start", true } };

enum { SCENES = sizeof scenes / sizeof scenes[0], TURNS = sizeof turns / sizeof turns[0] };

/* figures */

void scale_bench_name_row(const struct scale_bench *bench, const struct scale_turn *turn, const char *who,
                          char row[FIGURES_NAME_SIZE])
{
    snprintf(row, FIGURES_NAME_SIZE, "%s %s: %s", bench->scene, turn->name, who);
}

double scale_bench_note_times(struct scale_bench *bench, const char *row)
{
    const struct fleet *fleet = &bench->fleet;
    double seconds = (double) (fleet->last_us - fleet->due_us) / US_PER_S;

    figures_note(&bench->figures, row, COLUMN_SECONDS, seconds);
    figures_note(&bench->figures, row, COLUMN_FIRST, (double) (fleet->first_us - fleet->due_us) / US_PER_MS);
    return seconds;
}

void scale_bench_note_requests(struct scale_bench *bench, const char *row, const struct api_requests *before,
                               const struct api_requests *after)
{
    figures_note(&bench->figures, row, COLUMN_PATCHES, after->patches - before->patches);
    figures_note(&bench->figures, row, COLUMN_READS, after->reads - before->reads);
    figures_note(&bench->figures, row, COLUMN_OTHERS, after->others - before->others);
    figures_note(&bench->figures, row, COLUMN_REFUSED, after->refused - before->refused);
}

/* setting a scene */

static bool write_token(struct scale_bench *bench, const char *token)
{
    stage_path(&bench->stage, "service-account.token", bench->token_file);
    FILE *file = fopen(bench->token_file, "we");
    bool written = file != NULL && fputs(token, file) >= 0;

    return file != NULL && fclose(file) == 0 && written;
}

/* The kubeconfig that the driver writes is JSON. */
static bool read_account(struct scale_bench *bench)
{
    released_by(buffer_release) struct buffer text = { 0 };
    released_by(json_release) cJSON *json = NULL;
    struct error error = { 0 };

    if (!file_read(bench->kubeconfig, &text, &error) ||
        !json_parse(text.data, text.length, "the file", &json, &error)) {
        printf("%s: %s\n", bench->kubeconfig, error.message);
        return false;
    }
    const char *token = json_text(cJSON_GetArrayItem(json_member(json, "users"), 0), "user/token");
    secret_set(&bench->account, token, strlen(token));
    return token[0] != '\0' && write_token(bench, token);
}

static bool apply_permissions(struct scale_bench *bench)
{
    released_by(json_release) cJSON *objects = manifest_read(CURFEW_DEPLOY "/rbac.yaml");
    const cJSON *object;
    bool applied = cluster_make_namespace(&bench->cluster, "curfew", NULL, NULL);

    cJSON_ArrayForEach(object, objects) applied = applied && manifest_apply(&bench->cluster, object);
    return applied && cluster_write_kubeconfig(&bench->cluster, "curfew", "curfew", bench->kubeconfig) &&
           read_account(bench);
}

static bool open_scene(struct scale_bench *bench, const struct fleet_size *size)
{
    return control_plane_open(&bench->cluster, &bench->stage, bench->with_pods) && apply_permissions(bench) &&
           fleet_open(&bench->fleet, &bench->cluster, size) && scale_bench_settle(bench) &&
           workspace_open(&bench->workspace, &bench->stage);
}

static void close_scene(struct scale_bench *bench)
{
    bot_release(&bench->bot, false);
    fleet_close(&bench->fleet);
    workspace_close(&bench->workspace);
    bench_cluster_close(&bench->cluster);
    secret_release(&bench->account);
}

/* turns */

bool scale_bench_settle(struct scale_bench *bench)
{
    return !bench->with_pods || fleet_wait_for_pods(&bench->fleet);
}

static bool flood(struct scale_bench *bench, const struct scale_turn *turn)
{
    struct api_requests before, after;
    char row[FIGURES_NAME_SIZE];

    scale_bench_name_row(bench, turn, "flood", row);
    if (!api_requests_read(&bench->cluster, &before) || !fleet_flood(&bench->fleet, &bench->account, turn->goes_up) ||
        !api_requests_read(&bench->cluster, &after))
        return false;
    bench->flood_s = scale_bench_note_times(bench, row);
    scale_bench_note_requests(bench, row, &before, &after);
    return scale_bench_settle(bench);
}

static bool run_round(struct scale_bench *bench, int round)
{
    double flood_s[TURNS];
    bool fine = true;

    bench->night_at = ((int64_t) time(NULL) / DAY_S + 2 + round) * DAY_S + EVENING_S;
    for (size_t i = 0; i < TURNS && fine; i++) {
        fine = flood(bench, &turns[i]);
        flood_s[i] = bench->flood_s;
    }
    for (size_t i = 0; i < TURNS && fine; i++) {
        bench->flood_s = flood_s[i];
        fine = scale_flood_of_go(bench, &turns[i]);
    }
    for (size_t i = 0; i < TURNS && fine; i++) {
        bench->flood_s = flood_s[i];
        fine = scale_bench_by_schedule(bench, &turns[i]);
    }
    return fine;
}

static bool play(struct scale_bench *bench, const struct scene *scene, int rounds)
{
    bool fine = stage_open(&bench->stage);

    if (!fine)
        return false;
    bench->scene = scene->name;
    fine = open_scene(bench, rounds == 1 ? &quick_size : &scene->size);
    for (int round = 0; round < rounds && fine; round++)
        fine = run_round(bench, round);
    close_scene(bench);
    return stage_close(&bench->stage) && fine;
}

/* is_quick: the one that has all kinds is enough. */
static bool is_wanted(const struct scene *scene, bool is_quick)
{
    const char *wanted = is_quick ? "W2" : getenv("BENCH_SCENES");
    char word[FIGURES_NAME_SIZE], list[1024];

    if (wanted == NULL || wanted[0] == '\0')
        return true;
    snprintf(word, sizeof word, " %s ", scene->name);
    snprintf(list, sizeof list, " %s ", wanted);
    return strstr(list, word) != NULL;
}

int main(int argument_count, char **arguments)
{
    static struct scale_bench bench = {
        .figures = { .title = "scaling by schedule", .columns = columns, .column_count = SCALE_COLUMNS }
    };
    int rounds = bench_rounds(argument_count, arguments);
    const char *pods = getenv("BENCH_PODS");
    bool fine = rounds > 0;

    bench.with_pods = pods != NULL && text_equal(pods, "1");
    for (size_t i = 0; i < SCENES && fine; i++)
        fine = !is_wanted(&scenes[i], rounds == 1) || play(&bench, &scenes[i], rounds);
    fine = figures_print(&bench.figures) && fine;
    scale_peers_print();
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
