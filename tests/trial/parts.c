/* tests/trial/parts.c - looks every few milliseconds how far they are: files that appear, a line in a log. */
#include "tests/trial/parts.h"

#include "base/buffer.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/trial/evening.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TICK_MS = 30, VARIABLES_MAX = 24, VARIABLE_SIZE = PARTS_PATH_SIZE + 64, FOLDERS_OPEN_MAX = 8 };

static const char channel[] = "CDEV000001";

static void advance(struct flow *flow);

/* FOLDER/name; false when it is too long. */
static bool join(char target[PARTS_PATH_SIZE], const char *folder, const char *name)
{
    return snprintf(target, PARTS_PATH_SIZE, "%s/%s", folder, name) < PARTS_PATH_SIZE;
}

static bool make_folder(const char *folder, const char *name, struct error *error)
{
    char path[PARTS_PATH_SIZE];

    if (join(path, folder, name) && mkdir(path, S_IRWXU) == 0)
        return true;
    return error_set(error, ERROR_SYSTEM, "cannot make the folder %s/%s: %s", folder, name, strerror(errno));
}

static bool make_folders(struct parts *parts, struct error *error)
{
    const char *temporary = getenv("TMPDIR");
    char path[PATH_MAX] = "";
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    path[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return error_set(error, ERROR_SYSTEM, "cannot find out where this program is: %s", strerror(errno));
    *slash = '\0';
    if (!text_copy(parts->programs, sizeof parts->programs, path) ||
        !join(parts->folder, temporary != NULL ? temporary : "/tmp", "curfew-trial.XXXXXX") ||
        mkdtemp(parts->folder) == NULL) {
        error_set(error, ERROR_SYSTEM, "cannot make a folder in %s: %s", temporary != NULL ? temporary : "/tmp",
                  strerror(errno));
        parts->folder[0] = '\0';
        return false;
    }
    return make_folder(parts->folder, "slack", error) && make_folder(parts->folder, "cluster", error) &&
           join(parts->log, parts->folder, "curfew.log");
}

static bool start(struct parts *parts, struct part *part, const char *name, const char *const *arguments,
                  const char *const *environment, struct error *error)
{
    char log[PARTS_PATH_SIZE], file[PARTS_TEXT_SIZE];
    struct part_options options = { .name = name, .arguments = arguments, .environment = environment, .log_path = log };

    (void) snprintf(file, sizeof file, "%s.log", name);
    return join(log, parts->folder, file) && part_start(part, parts->loop, &options, &parts->flow, error);
}

static bool start_standin(struct parts *parts, struct part *part, const char *name, const char *folder,
                          const char *further, struct error *error)
{
    static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
    char program[PARTS_PATH_SIZE], own_folder[PARTS_PATH_SIZE], ready_file[PARTS_PATH_SIZE];
    const char *arguments[] = { program, "--folder", own_folder, "--ready-file", ready_file, further, NULL };

    return join(program, parts->programs, name) && join(own_folder, parts->folder, folder) &&
           join(ready_file, own_folder, "ready.json") && start(parts, part, name, arguments, environment, error);
}

/* For the log that a part left behind: its last line. */
static void last_line(const struct parts *parts, const char *name, struct buffer *target)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char path[PARTS_PATH_SIZE], file[PARTS_TEXT_SIZE];
    struct error error = { 0 };

    (void) snprintf(file, sizeof file, "%s.log", name);
    if (!join(path, parts->folder, file) || !file_read(path, &text, &error))
        return;
    while (text.length > 0 && text.data[text.length - 1] == '\n')
        text.data[--text.length] = '\0';
    const char *line = strrchr(buffer_text(&text), '\n');
    buffer_append_text(target, line != NULL ? line + 1 : buffer_text(&text));
}

static void fail(struct parts *parts)
{
    parts_stop(parts);
    parts->owner->pump(parts->owner);
}

/* Something that should run does not: false, and the error says what. */
static bool all_run(struct parts *parts)
{
    const struct part *const all[] = { &parts->slack, &parts->cluster, &parts->bot };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        released_by(buffer_release) struct buffer line = { 0 };

        if (all[i]->running || all[i]->name == NULL)
            continue;
        last_line(parts, all[i]->name, &line);
        return error_set(&parts->error, ERROR_SYSTEM, "%s has ended (exit status %d): %s", all[i]->name,
                         all[i]->exit_status, buffer_text(&line));
    }
    return true;
}

static bool read_ready_file(const struct parts *parts, const char *folder, cJSON **ret_json)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char path[PARTS_PATH_SIZE], file[PARTS_TEXT_SIZE];
    struct error error = { 0 };

    (void) snprintf(file, sizeof file, "%s/ready.json", folder);
    return join(path, parts->folder, file) && access(path, R_OK) == 0 && file_read(path, &text, &error) &&
           json_parse(buffer_text(&text), text.length, path, ret_json, &error);
}

static void add_variable(char texts[VARIABLES_MAX][VARIABLE_SIZE], size_t *count, const char *name, const char *value)
{
    if (value != NULL)
        (void) snprintf(texts[(*count)++], VARIABLE_SIZE, "%s=%s", name, value);
}

/* What the bot knows of the night; whoever starts the trial may set it. */
static void add_night(const struct parts *parts, char texts[VARIABLES_MAX][VARIABLE_SIZE], size_t *count)
{
    const struct {
        const char *name, *value;
    } night[] = { { "CURFEW_TIMEZONE", parts->evening.zone },
                  { "CURFEW_WARNINGS", evening_warnings },
                  { "CURFEW_SCHEDULE", NULL },
                  { "CURFEW_RESET", NULL },
                  { "CURFEW_LEASE", NULL },
                  { "CURFEW_PROLONG_MAX", NULL } };

    for (size_t i = 0; i < sizeof night / sizeof night[0]; i++) {
        const char *given = getenv(night[i].name);
        add_variable(texts, count, night[i].name, given != NULL ? given : night[i].value);
    }
}

static bool start_bot(struct parts *parts, const cJSON *slack, struct error *error)
{
    char texts[VARIABLES_MAX][VARIABLE_SIZE];
    const char *environment[VARIABLES_MAX + 1] = { 0 };
    char program[PARTS_PATH_SIZE], store[PARTS_PATH_SIZE];
    const char *arguments[] = { program, NULL };
    size_t count = 0;

    if (!join(program, parts->programs, "curfew") ||
        snprintf(store, sizeof store, "sqlite:%s/curfew.db", parts->folder) >= (int) sizeof store)
        return error_set(error, ERROR_INPUT, "the path of %s is too long", parts->folder);
    add_variable(texts, &count, "PATH", getenv("PATH"));
    add_variable(texts, &count, "TZ", getenv("TZ"));
    add_variable(texts, &count, "HOME", parts->folder);
    add_variable(texts, &count, "SLACK_API_URL", json_text(slack, "api_url"));
    add_variable(texts, &count, "SLACK_APP_TOKEN", json_text(slack, "app_token"));
    add_variable(texts, &count, "SLACK_BOT_TOKEN", json_text(slack, "bot_token"));
    add_variable(texts, &count, "SSL_CERT_FILE", json_text(slack, "ca"));
    add_variable(texts, &count, "KUBECONFIG", parts->kubeconfig);
    add_variable(texts, &count, "CURFEW_CHANNEL", channel);
    add_variable(texts, &count, "CURFEW_CLUSTER", "trial");
    add_variable(texts, &count, "CURFEW_READY_TIMEOUT", "60s");
    add_variable(texts, &count, "CURFEW_STORE", store);
    add_night(parts, texts, &count);
    for (size_t i = 0; i < count; i++)
        environment[i] = texts[i];
    return start(parts, &parts->bot, "curfew", arguments, environment, error);
}

static bool learn(struct parts *parts, const cJSON *slack, const cJSON *cluster, struct error *error)
{
    released_by(buffer_release) struct buffer token = { 0 };

    return json_need_text(slack, "control_url", parts->control_url, sizeof parts->control_url, error) &&
           json_need_text(cluster, "server", parts->server, sizeof parts->server, error) &&
           json_need_text(cluster, "ca", parts->ca, sizeof parts->ca, error) &&
           json_need_text(cluster, "kubeconfig", parts->kubeconfig, sizeof parts->kubeconfig, error) &&
           file_read(json_text(cluster, "token_file"), &token, error) &&
           text_copy(parts->token, sizeof parts->token, buffer_text(&token));
}

static bool is_bot_ready(const struct parts *parts)
{
    released_by(buffer_release) struct buffer text = { 0 };
    struct error error = { 0 };

    return file_read(parts->log, &text, &error) && strstr(buffer_text(&text), "event=ready") != NULL;
}

/* true: the bot takes commands. */
static bool start_on(struct parts *parts)
{
    released_by(json_release) cJSON *slack = NULL;
    released_by(json_release) cJSON *cluster = NULL;

    if (parts->bot.name != NULL)
        return is_bot_ready(parts);
    if (read_ready_file(parts, "slack", &slack) && read_ready_file(parts, "cluster", &cluster))
        (void) (learn(parts, slack, cluster, &parts->error) && start_bot(parts, slack, &parts->error));
    return false;
}

static void end_on(struct parts *parts)
{
    bool is_late = loop_monotonic_ms(parts->loop) > parts->deadline_ms;
    int number = is_late ? SIGKILL : SIGTERM;

    if (parts->bot.running) {
        if (is_late)
            part_signal(&parts->bot, SIGKILL);
        return;
    }
    part_signal(&parts->slack, number);
    part_signal(&parts->cluster, number);
    if (!parts->slack.running && !parts->cluster.running)
        parts->phase = PARTS_ENDED;
}

static void advance(struct flow *flow)
{
    struct parts *parts = (struct parts *) flow;
    enum parts_phase before = parts->phase;

    if (parts->phase == PARTS_STARTING || parts->phase == PARTS_READY) {
        bool is_well = parts->error.kind == ERROR_NONE && all_run(parts);

        if (is_well && parts->phase == PARTS_STARTING && start_on(parts))
            parts->phase = PARTS_READY;
        if (is_well && parts->phase == PARTS_STARTING && loop_monotonic_ms(parts->loop) > parts->deadline_ms)
            is_well = error_set(&parts->error, ERROR_TIMEOUT, "not ready after %d s", PARTS_START_MS / 1000);
        if (!is_well || parts->error.kind != ERROR_NONE) {
            fail(parts);
            return;
        }
    } else if (parts->phase == PARTS_ENDING) {
        end_on(parts);
    }
    if (parts->phase != PARTS_READY && parts->phase != PARTS_ENDED)
        timer_start(parts->loop, &parts->tick, TICK_MS, &parts->flow);
    if (parts->phase != before)
        parts->owner->pump(parts->owner);
}

void parts_start(struct parts *parts, struct loop *loop, struct flow *owner)
{
    *parts = (struct parts){ .flow.pump = advance, .owner = owner, .loop = loop };
    parts->deadline_ms = loop_monotonic_ms(loop) + PARTS_START_MS;
    evening_plan(loop_now(loop), &parts->evening);
    (void) (make_folders(parts, &parts->error) &&
            start_standin(parts, &parts->slack, "standin-slack", "slack", NULL, &parts->error) &&
            start_standin(parts, &parts->cluster, "standin-cluster", "cluster", "--seed", &parts->error));
    timer_start(loop, &parts->tick, 0, &parts->flow);
}

void parts_stop(struct parts *parts)
{
    if (parts->phase == PARTS_ENDING || parts->phase == PARTS_ENDED)
        return;
    parts->phase = PARTS_ENDING;
    parts->deadline_ms = loop_monotonic_ms(parts->loop) + PARTS_STOP_MS;
    part_signal(&parts->bot, SIGTERM);
    timer_start(parts->loop, &parts->tick, 0, &parts->flow);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void) about;
    (void) kind;
    (void) place;
    return remove(path);
}

void parts_release(struct parts *parts)
{
    timer_stop(parts->loop, &parts->tick);
    part_release(&parts->bot);
    part_release(&parts->slack);
    part_release(&parts->cluster);
    if (parts->folder[0] != '\0')
        (void) nftw(parts->folder, remove_one, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
}
