#include "tests/bot/sockets_scene.h"

#include "base/file.h"
#include "base/text.h"

#include <CUnit/CUnit.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const struct sockets_timings quick = {
    .socket = { .dial_ms = 5000, .hello_ms = 5000, .ping_ms = 5000, .silence_ms = 10 * 1000, .close_ms = 2000 },
    .retries = { .base_ms = 2, .maximum_ms = 4 },
    .drain_ms = 60,
    .held_ms = 0,
    .many_ms = 60 * 1000,
    .disabled_ms = 60 * 1000,
    .stagger_ms = 1,
    .grace_ms = 5000,
};

static struct ear *ear_of_flow(struct flow *flow)
{
    return (struct ear *) ((char *) flow - offsetof(struct ear, flow));
}

static void take_envelope(struct sockets_listener *listener, const struct delivery *delivery,
                          const struct envelope *envelope)
{
    struct ear *ear = (struct ear *) listener;

    CU_ASSERT_FATAL(ear->envelope_count < ENVELOPES_MAX);
    ear->deliveries[ear->envelope_count] = *delivery;
    text_copy_cut(ear->texts[ear->envelope_count], sizeof ear->texts[0],
                  envelope->type == ENVELOPE_COMMAND ? envelope->command.text : envelope->click.value);
    ear->envelope_count++;
    if (ear->acks_at_once)
        CU_ASSERT_TRUE(sockets_ack(ear->sockets, delivery, NULL));
    if (ear->frees) {
        sockets_free(ear->sockets);
        ear->sockets = NULL;
    }
}

static void take_connected(struct sockets_listener *listener)
{
    ((struct ear *) listener)->connected_count++;
}

static void take_refused(struct sockets_listener *listener, const char *slack_error)
{
    struct ear *ear = (struct ear *) listener;

    ear->refused_count++;
    text_copy_cut(ear->word, sizeof ear->word, slack_error);
}

static void take_closed(struct flow *flow)
{
    ear_of_flow(flow)->closed_count++;
}

void open_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    scene->loop = loop_new();
    scripted_slack_init(&scene->there, scene->loop);
    scene->log = (struct log){ .file = memfd_create("log", MFD_CLOEXEC), .level = LOG_DEBUG };
    secret_set(&scene->app_token.secret, "xapp-1", 6);
    secret_set(&scene->bot_token.secret, "xoxb-2", 6);
    snprintf(scene->api_url, sizeof scene->api_url, "https://localhost:%d/api/", scene->there.port);
    struct slack_options options = {
        .api_url = scene->api_url,
        .ca_path = scene->there.ca_path,
        .user_agent = "curfew/test",
        .app_token = &scene->app_token,
        .bot_token = &scene->bot_token,
    };
    scene->slack = slack_new(scene->loop, &options);
}

void start_at(struct scene *scene, struct ear *ear, const struct sockets_timings *timings, int connections)
{
    struct sockets_options options = {
        .loop = scene->loop,
        .slack = scene->slack,
        .log = &scene->log,
        .ca_path = scene->there.ca_path,
        .connections = connections,
        .timings = timings,
    };
    struct error error = { 0 };

    ear->listener = (struct sockets_listener){ take_envelope, take_connected, take_refused };
    ear->flow.pump = take_closed;
    CU_ASSERT_TRUE_FATAL(sockets_new(&options, &ear->listener, &ear->sockets, &error));
}

void start(struct scene *scene, const struct sockets_timings *timings)
{
    start_at(scene, &scene->ear, timings, 0);
}

struct scripted_socket *connect_first(struct scene *scene, const struct sockets_timings *timings)
{
    open_scene(scene);
    start(scene, timings);
    run_until(scene->loop, &scene->ear.connected_count, 1);
    return &scene->there.sockets[0];
}

void close_scene(struct scene *scene)
{
    sockets_free(scene->ear.sockets);
    sockets_free(scene->other_ear.sockets);
    slack_free(scene->slack);
    scripted_slack_release(&scene->there);
    secret_file_release(&scene->app_token);
    secret_file_release(&scene->bot_token);
    loop_free(scene->loop);
    close(scene->log.file);
}

int logged(const struct scene *scene, const char *words)
{
    char text[64 * 1024];
    ssize_t length = pread(scene->log.file, text, sizeof text - 1, 0);
    int count = 0;

    text[length > 0 ? length : 0] = '\0';
    for (const char *at = strstr(text, words); at != NULL; at = strstr(at + 1, words))
        count++;
    return count;
}

bool ack(struct ear *ear, int number, const char *payload)
{
    return sockets_ack(ear->sockets, &ear->deliveries[number], payload);
}

void say_recorded(struct scripted_socket *socket, const char *file)
{
    struct buffer text = { 0 };
    struct error error = { 0 };
    char path[256];

    snprintf(path, sizeof path, "%s/slack/%s", TEST_DATA, file);
    CU_ASSERT_TRUE_FATAL(file_read(path, &text, &error));
    scripted_say(socket, text.data);
    buffer_release(&text);
}

void say_disconnect(struct scripted_socket *socket, const char *reason)
{
    char text[128];

    snprintf(text, sizeof text, "{\"type\":\"disconnect\",\"reason\":\"%s\",\"debug_info\":{}}", reason);
    scripted_say(socket, text);
}

void reset(struct scripted_socket *socket)
{
    server_socket_drop(socket->socket);
}
