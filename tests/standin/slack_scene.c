/* tests/standin/slack_scene.c - two listeners and a client on one loop. */
#include "tests/standin/slack_scene.h"

#include "base/buffer.h"
#include "base/json.h"
#include "tests/standin/slack_control.h"

#include <assert.h>
#include <string.h>

void scene_begin(struct scene *scene)
{
    struct server_options front = { .handler = &scene->front.handler };
    struct server_options control = { 0 };
    struct error error = { 0 };
    bool listens = false;

    *scene = (struct scene){ .loop = loop_new() };
    slack_init(&scene->slack, scene->loop, "slack.test");
    scene->front = (struct slack_front){ .handler.handle = slack_handle, .slack = &scene->slack };
    control.handler = control_handler(scene->slack.control);
    scene->server = server_new(scene->loop);
    listens = server_listen(scene->server, &front, &scene->port, &error) &&
              server_listen(scene->server, &control, &scene->control_port, &error);
    assert(listens);
    raw_client_connect(&scene->client, scene->loop, scene->port);
}

void scene_end(struct scene *scene)
{
    raw_client_close(&scene->client);
    server_free(scene->server);
    slack_release(&scene->slack);
    loop_free(scene->loop);
}

const char *scene_violations(struct scene *scene, char kinds[SCENE_KINDS_SIZE])
{
    cJSON *entries = journal_select(&scene->slack.journal, "type=violation", 0, 100);
    const cJSON *entry = NULL;
    size_t length = 0;

    kinds[0] = '\0';
    cJSON_ArrayForEach(entry, entries) length +=
        (size_t) snprintf(kinds + length, SCENE_KINDS_SIZE - length, "%s ", json_text(entry, "kind"));
    cJSON_Delete(entries);
    return kinds;
}

const char *scene_ask(struct raw_client *client, const char *method, const char *path, const char *headers,
                      const char *body)
{
    released_by(buffer_release) struct buffer text = { 0 };

    buffer_append_format(&text, "%s %s HTTP/1.1\r\nHost: slack.test\r\nContent-Length: %zu\r\n%s\r\n%s", method, path,
                         strlen(body), headers, body);
    return raw_client_say_text(client, buffer_text(&text), "}");
}

void scene_open_socket(struct scene *scene, struct raw_client *client, const char *awaited)
{
    released_by(buffer_release) struct buffer text = { 0 };
    char ticket[SLACK_RANDOM_SIZE];

    slack_random(ticket);
    grants_give(&scene->slack.tickets, ticket, slack_now_ms(&scene->slack));
    buffer_append_format(&text,
                         "GET /link/?ticket=%s&app_id=ACUR000001 HTTP/1.1\r\nHost: slack.test\r\n"
                         "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                         ticket);
    raw_client_say_text(client, buffer_text(&text), awaited);
}

void scene_send_command(struct scene *scene, bool expected, struct payload_grants *ret_grants,
                        char ret_id[ENVELOPE_ID_SIZE])
{
    released_by(json_release) cJSON *json = cJSON_Parse("{\"text\":\"status\"}");
    struct delivery_options options = { 0 };
    struct error error = { 0 };
    cJSON *payload = NULL;
    bool made = payload_of_command(&scene->slack, json, &payload, ret_grants, &error);

    assert(made);
    bool sent = envelopes_deliver(scene->slack.envelopes, "slash_commands", true, payload, NULL, &options, ret_id);
    assert(sent == expected);
}
