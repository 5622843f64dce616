/* tests/bench/small_cluster.c - the stand-in writes its kubeconfig before it says that it is ready. */
#include "tests/bench/small_cluster.h"

#include <stdio.h>
#include <sys/stat.h>

enum { START_MS = 30 * 1000, FOLDER_MODE = 0700 };

bool small_cluster_open(struct cluster *cluster, struct stage *stage)
{
    char folder[STAGE_PATH_SIZE], ready_file[STAGE_PATH_SIZE];
    const char *arguments[] = { STANDIN_CLUSTER, "--folder", folder, "--ready-file", ready_file, "--seed", NULL };
    const char *environment[] = { "PATH=/usr/bin:/bin", NULL };

    *cluster = (struct cluster){ .stage = stage };
    stage_path(stage, "small-cluster", folder);
    stage_path(stage, "small-cluster.json", ready_file);
    stage_path(stage, "small-cluster/kubeconfig", cluster->kubeconfig);
    if (mkdir(folder, FOLDER_MODE) == 0 && child_start(&cluster->child, stage, arguments, environment) &&
        child_wait_for_file(&cluster->child, ready_file, START_MS))
        return true;
    printf("the small cluster did not start: %s\n", buffer_text(&cluster->child.errors.text));
    return false;
}

void small_cluster_close(struct cluster *cluster)
{
    child_release(&cluster->child);
    *cluster = (struct cluster){ 0 };
}
