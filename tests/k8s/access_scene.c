/* tests/k8s/access_scene.c - an access in a folder of its own. */
#include "tests/k8s/access_scene.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/test_case.h"

static void pump(struct flow *flow)
{
    struct scene *scene = (struct scene *) flow;

    scene->pumps++;
    loop_stop(scene->loop);
}

void scene_open(struct scene *scene)
{
    *scene = (struct scene){ .flow = { pump }, .loop = loop_new() };
    snprintf(scene->folder, sizeof scene->folder, "/tmp/curfew-access-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(scene->folder));
}

const char *path_of(const struct scene *scene, const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", scene->folder, name);
    return path;
}

void write_file(const struct scene *scene, const char *name, const char *content)
{
    char new_path[160];

    /* As the kubelet does: the new one takes the place of the old one. */
    snprintf(new_path, sizeof new_path, "%s/new", scene->folder);
    FILE *file = fopen(new_path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs(content, file);
    fclose(file);
    CU_ASSERT_EQUAL(rename(new_path, path_of(scene, name)), 0);
}

void scene_close(struct scene *scene)
{
    static const char *const names[] = { "config",   "second",  "token",        "ca.crt", "namespace",
                                         "cert.pem", "key.pem", ".kube/config", "plugin", "runs" };

    if (scene->access != NULL)
        access_cancel(scene->access, &scene->flow);
    access_free(scene->access);
    loop_free(scene->loop);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path_of(scene, names[i]));
    rmdir(path_of(scene, ".kube"));
    CU_ASSERT_EQUAL(rmdir(scene->folder), 0);
}

/* A kubeconfig whose user is this text. */
void write_config(const struct scene *scene, const char *user)
{
    char text[2048];

    snprintf(text, sizeof text,
             "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: ann, namespace: dev}}]\n"
             "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443/', certificate-authority: ca.crt}}]\n"
             "users:\n- name: ann\n  user: %s\n",
             user);
    write_file(scene, "config", text);
    write_file(scene, "ca.crt", "roots");
}

bool open_config(struct scene *scene, struct error *error)
{
    static const char *const variables[] = { "PATH=/usr/bin:/bin", "COLOUR=red", "SHAPE=round", NULL };
    struct access_environment environment = { .kubeconfig = path_of(scene, "config"), .variables = variables };

    return access_new(scene->loop, &environment, &scene->access, error);
}

void refresh(struct scene *scene, bool invalidated)
{
    int pumps = scene->pumps;

    access_refresh(scene->access, invalidated, &scene->flow);
    while (scene->pumps == pumps)
        loop_run(scene->loop);
}

void expect_bearer(const struct scene *scene, const char *expected)
{
    case_text("bearer", secret_reveal(access_bearer(scene->access)), expected);
}

void wait_a_second(struct scene *scene)
{
    struct timer timer = { 0 };

    timer_start(scene->loop, &timer, 1001, &scene->flow);
    while (timer.armed)
        loop_run(scene->loop);
}
