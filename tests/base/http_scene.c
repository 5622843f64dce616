/* tests/base/http_scene.c - the pump counts itself, and ends the loop when nothing is left. */
#include "tests/base/http_scene.h"

#include <assert.h>
#include <stdlib.h>

static void end_when_all_are_done(struct flow *flow)
{
    struct http_scene *scene = (struct http_scene *) flow;

    scene->pumps++;
    for (int i = 0; i < scene->count; i++)
        if (!scene->exchanges[i].done)
            return;
    loop_stop(scene->loop);
}

void forget_proxies(void)
{
    static const char *const names[] = { "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY",
                                         "all_proxy",   "ALL_PROXY",   "no_proxy",   "NO_PROXY" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
}

void http_scene_open(struct http_scene *scene, const struct http_client_options *options)
{
    static const struct http_client_options plain = { .user_agent = "curfew-test/1" };

    forget_proxies();
    *scene = (struct http_scene){ .flow.pump = end_when_all_are_done, .loop = loop_new() };
    scene->client = http_client_new(scene->loop, options != NULL ? options : &plain);
}

void http_scene_serve(struct http_scene *scene, const struct raw_step *script)
{
    const struct raw_step *scripts[] = { script };

    scene->server = raw_server_new(scene->loop, scripts, 1);
}

void http_scene_close(struct http_scene *scene)
{
    for (int i = 0; i < scene->count; i++)
        http_exchange_release(&scene->exchanges[i]);
    http_client_free(scene->client);
    raw_server_free(scene->server);
    loop_free(scene->loop);
}

struct http_exchange *http_scene_prepare(struct http_scene *scene, const char *method, const char *scheme,
                                         const char *host, int port)
{
    struct http_exchange *exchange = &scene->exchanges[scene->count++];

    assert(scene->count <= SCENE_EXCHANGES_MAX);
    exchange->request.method = method;
    buffer_append_format(&exchange->request.url, "%s://%s:%d/secret/path?token=hush", scheme, host, port);
    return exchange;
}

struct http_exchange *http_scene_ask(struct http_scene *scene, const char *method)
{
    return http_scene_prepare(scene, method, "http", "127.0.0.1", raw_server_port(scene->server));
}

void http_scene_start(struct http_scene *scene, struct http_exchange *exchange)
{
    http_exchange_start(scene->client, exchange, &scene->flow);
}

void http_scene_run(struct http_scene *scene)
{
    loop_run(scene->loop);
}

struct http_exchange *http_scene_ask_once(struct http_scene *scene, const char *method, const struct raw_step *script)
{
    struct http_exchange *exchange = NULL;

    http_scene_open(scene, NULL);
    http_scene_serve(scene, script);
    exchange = http_scene_ask(scene, method);
    http_scene_start(scene, exchange);
    http_scene_run(scene);
    return exchange;
}

struct alarm {
    struct flow flow;
    struct loop *loop;
    struct timer timer;
};

static void end_loop(struct flow *flow)
{
    struct alarm *alarm = (struct alarm *) flow;

    loop_stop(alarm->loop);
}

void http_scene_wait(struct http_scene *scene, int64_t time_ms)
{
    struct alarm alarm = { .flow.pump = end_loop, .loop = scene->loop };

    timer_start(scene->loop, &alarm.timer, time_ms, &alarm.flow);
    while (alarm.timer.armed)
        loop_run(scene->loop);
}
