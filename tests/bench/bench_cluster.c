/* tests/bench/bench_cluster.c - both write the same ready file once they answer. */
#include "tests/bench/bench_cluster.h"

#include "base/file.h"
#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { START_MS = 120 * 1000, FOLDER_MODE = 0700, VARIABLE_SIZE = 4096 };

static bool read_ready_file(struct cluster *cluster, const char *path)
{
    released_by(buffer_release) struct buffer text = { 0 }, token = { 0 };
    released_by(json_release) cJSON *ready = NULL;
    struct error error = { 0 };
    bool read = file_read(path, &text, &error) && json_parse(text.data, text.length, "the file", &ready, &error) &&
                json_need_text(ready, "server", cluster->server, sizeof cluster->server, &error) &&
                json_need_text(ready, "ca", cluster->ca, sizeof cluster->ca, &error) &&
                json_need_text(ready, "kubeconfig", cluster->kubeconfig, sizeof cluster->kubeconfig, &error) &&
                file_read(json_text(ready, "token_file"), &token, &error);

    if (!read) {
        printf("the cluster is not ready: %s\n", error.message);
        return false;
    }
    secret_set(&cluster->token, token.data, strcspn(buffer_text(&token), "\n"));
    struct http_client_options options = { .user_agent = "curfew-bench", .ca_path = cluster->ca };
    cluster->client = http_client_new(cluster->stage->loop, &options);
    return true;
}

static bool start(struct cluster *cluster, struct stage *stage, const char *const *arguments,
                  const char *const *environment, const char *ready_file)
{
    *cluster = (struct cluster){ .stage = stage };
    if (child_start(&cluster->child, stage, arguments, environment) &&
        child_wait_for_file(&cluster->child, ready_file, START_MS))
        return read_ready_file(cluster, ready_file);
    printf("the cluster did not start: %s\n", buffer_text(&cluster->child.errors.text));
    return false;
}

bool small_cluster_open(struct cluster *cluster, struct stage *stage)
{
    char folder[STAGE_PATH_SIZE], ready_file[STAGE_PATH_SIZE];
    const char *arguments[] = { STANDIN_CLUSTER, "--folder", folder, "--ready-file", ready_file, "--seed", NULL };
    const char *environment[] = { "PATH=/usr/bin:/bin", NULL };

    stage_path(stage, "small-cluster", folder);
    stage_path(stage, "small-cluster.json", ready_file);
    return mkdir(folder, FOLDER_MODE) == 0 && start(cluster, stage, arguments, environment, ready_file);
}

bool control_plane_open(struct cluster *cluster, struct stage *stage, bool with_pods)
{
    char data[STAGE_PATH_SIZE], ready_file[STAGE_PATH_SIZE];
    char path[VARIABLE_SIZE], home[VARIABLE_SIZE], cache[VARIABLE_SIZE];
    const char *cached = getenv("CURFEW_CACHE"), *home_folder = getenv("HOME");
    const char *arguments[] = { CLUSTER_SCRIPT,
                                "run",
                                "--data",
                                data,
                                "--ready-file",
                                ready_file,
                                "--die-with-parent",
                                with_pods ? NULL : "--no-pods",
                                NULL };
    const char *environment[] = { path, home, cache, NULL };

    stage_path(stage, "cluster", data);
    stage_path(stage, "cluster.json", ready_file);
    snprintf(path, sizeof path, "PATH=%s", getenv("PATH"));
    snprintf(home, sizeof home, "HOME=%s", home_folder != NULL ? home_folder : "/");
    snprintf(cache, sizeof cache, "CURFEW_CACHE=%s", cached != NULL ? cached : "");
    return start(cluster, stage, arguments, environment, ready_file);
}

void bench_cluster_close(struct cluster *cluster)
{
    http_client_free(cluster->client);
    child_release(&cluster->child);
    secret_release(&cluster->token);
    *cluster = (struct cluster){ 0 };
}
