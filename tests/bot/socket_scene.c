#include "tests/bot/socket_scene.h"

#include "base/text.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

const struct socket_timings quick = {
    .dial_ms = 5000, .hello_ms = 5000, .ping_ms = 5000, .silence_ms = 10 * 1000, .close_ms = 5000
};

static void react(struct ear *ear, enum reaction reaction)
{
    if (reaction == FREE) {
        socket_free(ear->socket);
        ear->socket = NULL;
    } else if (reaction == CLOSE) {
        socket_close(ear->socket);
    }
}

static void take_message(struct socket_listener *listener, struct socket *socket, const char *text, size_t length)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_PTR_EQUAL(socket, ear->socket);
    react(ear, ear->on_message);
    /* Also behind a socket_free() the text is there. */
    snprintf(ear->text, sizeof ear->text, "%s", text);
    ear->length = length;
    ear->message_count++;
}

static void take_omitted(struct socket_listener *listener, struct socket *socket, enum socket_omission omission,
                         const char *envelope_id)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_PTR_EQUAL(socket, ear->socket);
    ear->omission = omission;
    text_copy_cut(ear->omitted_id, sizeof ear->omitted_id, envelope_id);
    ear->omitted_count++;
    react(ear, ear->on_message);
}

static void take_ended(struct socket_listener *listener, struct socket *socket, const struct error *error)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_PTR_EQUAL(socket, ear->socket);
    ear->error = *error;
    ear->ended_count++;
    react(ear, ear->on_end);
}

static const struct socket_listener hearing = { take_message, take_omitted, take_ended };

void open_scene_trusting(struct scene *scene, const char *ca_file, const struct socket_timings *timings)
{
    struct error error = { 0 };
    char path[96];

    memset(scene, 0, sizeof *scene);
    scene->loop = loop_new();
    scripted_slack_init(&scene->slack, scene->loop);
    snprintf(path, sizeof path, "%s/%s", scene->slack.folder, ca_file);
    scene->context = socket_context_new(scene->loop, path, timings, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(scene->context);
    scene->ear.listener = hearing;
    scene->other_ear.listener = hearing;
}

void open_scene(struct scene *scene, const struct socket_timings *timings)
{
    open_scene_trusting(scene, "ca.pem", timings);
}

void close_scene(struct scene *scene)
{
    socket_free(scene->ear.socket);
    socket_free(scene->other_ear.socket);
    socket_context_free(scene->context);
    scripted_slack_release(&scene->slack);
    secret_release(&scene->proxy.authorization);
    loop_free(scene->loop);
}

void dial_url(struct scene *scene, const char *host, int port)
{
    struct url url = scripted_url(&scene->slack);

    text_copy_cut(url.host, sizeof url.host, host);
    url.port = port;
    scene->ear.socket = socket_new(scene->context, &url, &scene->proxy, &scene->ear.listener);
}

void dial(struct scene *scene)
{
    dial_url(scene, "localhost", scene->slack.port);
}

struct scripted_socket *go_live(struct scene *scene)
{
    dial(scene);
    run_until(scene->loop, &scene->ear.message_count, 1);
    if (scene->ear.socket != NULL)
        socket_mark_live(scene->ear.socket);
    return &scene->slack.sockets[0];
}

const char *run_to_end(struct scene *scene)
{
    run_until(scene->loop, &scene->ear.ended_count, 1);
    return scene->ear.error.message;
}

void reset(struct scripted_socket *socket)
{
    server_socket_drop(socket->socket);
}
