/* tests/k8s/api_scene.c - an API server that is played, and the way to it. */
#include "tests/k8s/api_scene.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static void pump(struct flow *flow)
{
    struct api_scene *scene = (struct api_scene *) flow;

    scene->pumps++;
    loop_stop(scene->loop);
}

void api_scene_write(const struct api_scene *scene, const char *name, const char *content)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", scene->folder, name);
    FILE *file = fopen(path, "w");
    assert(file != NULL);
    fputs(content, file);
    fclose(file);
}

static void open_access(struct api_scene *scene, int port)
{
    struct access_environment environment = { 0 };
    struct error error = { 0 };
    char text[512], path[128];

    snprintf(text, sizeof text,
             "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
             "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:%d', certificate-authority: ca.pem}}]\n"
             "users: [{name: u, user: {tokenFile: token}}]\n",
             port);
    api_scene_write(scene, "config", text);
    api_scene_write(scene, "token", "sesame\n");
    api_scene_write(scene, "ca.pem", "roots that plain HTTP does not need\n");
    snprintf(path, sizeof path, "%s/config", scene->folder);
    environment.kubeconfig = path;
    bool passed = access_new(scene->loop, &environment, &scene->access, &error);
    assert(passed);
    scene->client = client_new(scene->loop, scene->access, "curfew-test/1");
}

static void open_loop(struct api_scene *scene)
{
    static const char *const names[] = { "http_proxy", "all_proxy", "ALL_PROXY" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    *scene = (struct api_scene){ .flow = { pump }, .loop = loop_new() };
    snprintf(scene->folder, sizeof scene->folder, "/tmp/curfew-api-XXXXXX");
    char *made = mkdtemp(scene->folder);
    assert(made != NULL);
}

void api_scene_open(struct api_scene *scene, const struct raw_step *const *scripts, int script_count)
{
    open_loop(scene);
    scene->raw = raw_server_new(scene->loop, scripts, script_count);
    open_access(scene, raw_server_port(scene->raw));
}

void api_scene_open_server(struct api_scene *scene, struct server_handler *handler)
{
    struct server_options options = { .handler = handler };
    struct error error = { 0 };
    int port = 0;

    open_loop(scene);
    scene->server = server_new(scene->loop);
    bool listens = server_listen(scene->server, &options, &port, &error);
    assert(listens);
    open_access(scene, port);
}

void api_scene_close(struct api_scene *scene)
{
    static const char *const names[] = { "config", "token", "ca.pem" };

    client_free(scene->client);
    access_free(scene->access);
    if (scene->raw != NULL)
        raw_server_free(scene->raw);
    server_free(scene->server);
    loop_free(scene->loop);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];

        snprintf(path, sizeof path, "%s/%s", scene->folder, names[i]);
        unlink(path);
    }
    rmdir(scene->folder);
}

void api_scene_run(struct api_scene *scene)
{
    int pumps = scene->pumps;

    while (scene->pumps == pumps)
        loop_run(scene->loop);
}

struct alarm {
    struct flow flow;
    struct loop *loop;
    struct timer timer;
};

static void ring(struct flow *flow)
{
    loop_stop(((struct alarm *) flow)->loop);
}

void api_scene_wait(struct api_scene *scene, int64_t time_ms)
{
    struct alarm alarm = { .flow = { ring }, .loop = scene->loop };

    timer_start(scene->loop, &alarm.timer, time_ms, &alarm.flow);
    while (alarm.timer.armed)
        loop_run(scene->loop);
}
