/* tests/standin/slack_scene.h - the Slack that is played and one client, in a test's own process, without TLS. */
#ifndef CURFEW_TESTS_STANDIN_SLACK_SCENE_H
#define CURFEW_TESTS_STANDIN_SLACK_SCENE_H

#include "base/attributes.h"
#include "base/loop.h"
#include "tests/standin/raw_client.h"
#include "tests/standin/server.h"
#include "tests/standin/slack.h"
#include "tests/standin/slack_envelopes.h"
#include "tests/standin/slack_payload.h"

enum { SCENE_KINDS_SIZE = 256 };

struct scene {
    struct loop *loop;
    struct server *server;
    struct slack slack;
    struct slack_front front;
    int port, control_port;
    struct raw_client client; /* of the front */
};

void scene_begin(struct scene *scene);
void scene_end(struct scene *scene);

/* The kinds of all violations so far, each followed by a blank. */
const char *scene_violations(struct scene *scene, char kinds[SCENE_KINDS_SIZE]) must_check;

/* Sends a request; returns the answer, which has to be an object. */
const char *scene_ask(struct raw_client *client, const char *method, const char *path, const char *headers,
                      const char *body);

/* Upgrades with a fresh ticket and waits for awaited: a part of hello, or of what comes in its place. */
void scene_open_socket(struct scene *scene, struct raw_client *client, const char *awaited);

/* Sends a slash command; expected says whether somebody is there to take it. */
void scene_send_command(struct scene *scene, bool expected, struct payload_grants *ret_grants,
                        char ret_id[ENVELOPE_ID_SIZE]);

#endif
