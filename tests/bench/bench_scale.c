/* tests/bench/bench_scale.c - 1,000 Deployments in 50 namespaces, stopped and started by one command in Slack.
 *
 * On a real etcd and kube-apiserver. Beside it, by turns in the same run, with the same account: a flood of the same
 * PATCHes and nothing else. Time runs from the moment the command is sent (or the flood begins) until a watch of the
 * bench has seen the last Deployment at its new count.
 *
 * No controllers run, so that the API server has nothing else to do and rounds can follow one another; with BENCH_PODS=1
 * in the environment they do, 3,000 pods come and go, and each turn waits until they have. The bot waits for readiness
 * a second at most where there are no pods.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/bench/api_requests.h"
#include "tests/bench/bench_cluster.h"
#include "tests/bench/figures.h"
#include "tests/bench/fleet.h"
#include "tests/bench/usage.h"
#include "tests/end_to_end/bot.h"
#include "tests/end_to_end/manifest.h"

#include <stdio.h>
#include <stdlib.h>

enum { QUICK_NAMESPACES = 3, QUICK_DEPLOYMENTS = 4 };

enum {
    COLUMN_SECONDS,
    COLUMN_TIMES_FLOOD,
    COLUMN_FIRST,
    COLUMN_ANSWER,
    COLUMN_PATCHES,
    COLUMN_LISTS,
    COLUMN_OTHERS,
    COLUMN_REFUSED,
    COLUMN_CPU,
    COLUMN_PEAK,
    COLUMNS
};

static const char *const columns[COLUMNS] = { "last at its count s", "/ flood's", "first s",
                                              "answered s",          "PATCH",     "LIST",
                                              "other requests",      "429",       "CPU s",
                                              "peak RSS MiB" };

struct bench {
    struct stage stage;
    struct cluster cluster;
    struct workspace workspace;
    struct bot bot;
    struct fleet fleet;
    struct secret account; /* token of the bot's service account */
    struct figures figures;
    bool with_pods;
    double flood_s[2]; /* of this round: stop, start */
};

/* One of the two directions. */
struct turn {
    const char *name;
    const char *verb;
    int64_t goal;
};

static const struct turn turns[] = { { "stop", "stop", 0 }, { "start", "start", FLEET_REPLICAS } };

enum { TURNS = sizeof turns / sizeof turns[0] };

/* setting it up */

/* The kubeconfig that the driver writes is JSON. */
static bool read_account(struct bench *bench, const char *kubeconfig)
{
    released_by(buffer_release) struct buffer text = { 0 };
    released_by(json_release) cJSON *json = NULL;
    struct error error = { 0 };

    if (!file_read(kubeconfig, &text, &error) || !json_parse(text.data, text.length, "the file", &json, &error)) {
        printf("%s: %s\n", kubeconfig, error.message);
        return false;
    }
    const char *token = json_text(cJSON_GetArrayItem(json_member(json, "users"), 0), "user/token");
    secret_set(&bench->account, token, strlen(token));
    return token[0] != '\0';
}

static bool apply_permissions(struct bench *bench, char kubeconfig[STAGE_PATH_SIZE])
{
    released_by(json_release) cJSON *objects = manifest_read(CURFEW_DEPLOY "/rbac.yaml");
    const cJSON *object;
    bool applied = cluster_make_namespace(&bench->cluster, "curfew", NULL, NULL);

    cJSON_ArrayForEach(object, objects) applied = applied && manifest_apply(&bench->cluster, object);
    return applied && cluster_write_kubeconfig(&bench->cluster, "curfew", "curfew", kubeconfig) &&
           read_account(bench, kubeconfig);
}

static bool open_all(struct bench *bench, bool quick)
{
    char kubeconfig[STAGE_PATH_SIZE] = "";
    struct bot_options options = { .kubeconfig = kubeconfig, .variables = { "CURFEW_READY_TIMEOUT=1s" } };

    if (bench->with_pods)
        options.variables[0] = NULL;
    return control_plane_open(&bench->cluster, &bench->stage, bench->with_pods) &&
           apply_permissions(bench, kubeconfig) &&
           fleet_open(&bench->fleet, &bench->cluster, quick ? QUICK_NAMESPACES : FLEET_NAMESPACES_MAX,
                      quick ? QUICK_DEPLOYMENTS : FLEET_DEPLOYMENTS_MAX) &&
           (!bench->with_pods || fleet_wait_for_pods(&bench->fleet)) &&
           workspace_open(&bench->workspace, &bench->stage) &&
           bot_start(&bench->bot, &bench->stage, &bench->workspace, &bench->cluster, &options) &&
           bot_is_ready(&bench->bot);
}

static void close_all(struct bench *bench)
{
    fleet_close(&bench->fleet);
    bot_release(&bench->bot, false);
    workspace_close(&bench->workspace);
    bench_cluster_close(&bench->cluster);
    secret_release(&bench->account);
}

/* turns */

static void note_requests(struct bench *bench, const char *row, const struct api_requests *before,
                          const struct api_requests *after)
{
    figures_note(&bench->figures, row, COLUMN_PATCHES, after->patches - before->patches);
    figures_note(&bench->figures, row, COLUMN_LISTS, after->lists - before->lists);
    figures_note(&bench->figures, row, COLUMN_OTHERS, after->others - before->others);
    figures_note(&bench->figures, row, COLUMN_REFUSED, after->refused - before->refused);
}

static double note_times(struct bench *bench, const char *row, int64_t due_us)
{
    double seconds = (double) (bench->fleet.last_us - due_us) / 1e6;

    figures_note(&bench->figures, row, COLUMN_SECONDS, seconds);
    figures_note(&bench->figures, row, COLUMN_FIRST, (double) (bench->fleet.first_us - due_us) / 1e6);
    return seconds;
}

static bool settle(struct bench *bench)
{
    return !bench->with_pods || fleet_wait_for_pods(&bench->fleet);
}

static bool flood(struct bench *bench, size_t turn)
{
    struct api_requests before, after;
    char row[FIGURES_NAME_SIZE];
    int refused = 0;

    snprintf(row, sizeof row, "flood: %s", turns[turn].name);
    if (!api_requests_read(&bench->cluster, &before))
        return false;
    fleet_expect(&bench->fleet, turns[turn].goal);
    int64_t due_us = bench_now_us();
    if (!fleet_flood(&bench->fleet, &bench->account, turns[turn].goal, &refused) ||
        !api_requests_read(&bench->cluster, &after))
        return false;
    bench->flood_s[turn] = note_times(bench, row, due_us);
    note_requests(bench, row, &before, &after);
    if (refused > 0)
        printf("%s: %d PATCHes were refused\n", row, refused);
    return refused == 0 && settle(bench);
}

static void write_command(const struct bench *bench, const char *verb, struct buffer *text)
{
    char namespace[FLEET_NAME_SIZE];

    buffer_append_text(text, verb);
    for (int i = 0; i < bench->fleet.namespace_count; i++) {
        fleet_name_namespace(i, namespace);
        buffer_append_format(text, " %s", namespace);
    }
}

/* The answer comes later than the last Deployment: what was done is read back and stored, and pods are waited for. */
static bool command(struct bench *bench, size_t turn)
{
    released_by(buffer_release) struct buffer text = { 0 };
    struct api_requests requests_before, requests_after;
    struct usage before, after;
    pid_t process = bench->bot.child.pid;
    char row[FIGURES_NAME_SIZE];

    snprintf(row, sizeof row, "Curfew: %s", turns[turn].name);
    write_command(bench, turns[turn].verb, &text);
    usage_forget_peak(process);
    if (!api_requests_read(&bench->cluster, &requests_before) || !usage_read(process, &before))
        return false;
    fleet_expect(&bench->fleet, turns[turn].goal);
    int64_t due_us = bench_now_us();
    struct sent sent = workspace_command(&bench->workspace, NULL, buffer_text(&text));
    if (!fleet_wait(&bench->fleet) || !settle(bench) || workspace_answer(&bench->workspace, &sent, 1) == NULL)
        return false;
    figures_note(&bench->figures, row, COLUMN_ANSWER, (double) (bench_now_us() - due_us) / 1e6);
    double seconds = note_times(bench, row, due_us);
    figures_note(&bench->figures, row, COLUMN_TIMES_FLOOD, seconds / bench->flood_s[turn]);
    if (!usage_read(process, &after) || !api_requests_read(&bench->cluster, &requests_after))
        return false;
    note_requests(bench, row, &requests_before, &requests_after);
    figures_note(&bench->figures, row, COLUMN_CPU, after.cpu_s - before.cpu_s);
    figures_note(&bench->figures, row, COLUMN_PEAK, after.peak);
    return true;
}

static bool run_round(struct bench *bench)
{
    for (size_t turn = 0; turn < TURNS; turn++)
        if (!flood(bench, turn))
            return false;
    for (size_t turn = 0; turn < TURNS; turn++)
        if (!command(bench, turn))
            return false;
    return workspace_is_content(&bench->workspace);
}

int main(int argument_count, char **arguments)
{
    static struct bench bench = { .figures = { .title = "scaling", .columns = columns, .column_count = COLUMNS } };
    int rounds = bench_rounds(argument_count, arguments);
    const char *pods = getenv("BENCH_PODS");
    bool fine = rounds > 0 && stage_open(&bench.stage);

    if (!fine)
        return EXIT_FAILURE;
    bench.with_pods = pods != NULL && text_equal(pods, "1");
    fine = open_all(&bench, rounds == 1);
    for (int round = 0; round < rounds && fine; round++)
        fine = run_round(&bench);
    if (!fine)
        printf("%s", bot_log(&bench.bot));
    fine = fine && bot_stop(&bench.bot);
    fine = figures_print(&bench.figures) && fine;
    close_all(&bench);
    return stage_close(&bench.stage) && fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
