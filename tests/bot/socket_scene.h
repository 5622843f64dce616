/* tests/bot/socket_scene.h - one socket, its owner, and the server that it talks to, on one loop. */
#ifndef CURFEW_TESTS_BOT_SOCKET_SCENE_H
#define CURFEW_TESTS_BOT_SOCKET_SCENE_H

#include "bot/envelope.h"
#include "bot/socket.h"
#include "tests/bot/scripted_slack.h"

/* Nothing waits that the test does not wait for. */
extern const struct socket_timings quick;

/* What to do when a message or the end comes. */
enum reaction { REMEMBER, FREE, CLOSE };

/* The owner of a socket. */
struct ear {
    struct socket_listener listener;
    struct socket *socket;
    enum reaction on_message, on_end;
    char text[256]; /* of the last message, cut */
    size_t length;
    int message_count, omitted_count, ended_count;
    enum socket_omission omission;
    char omitted_id[ENVELOPE_ID_SIZE];
    struct error error;
};

struct scene {
    struct loop *loop;
    struct scripted_slack slack;
    struct socket_context *context;
    struct ear ear, other_ear;
    struct proxy proxy;
};

void open_scene(struct scene *scene, const struct socket_timings *timings);
void open_scene_trusting(struct scene *scene, const char *ca_file, const struct socket_timings *timings);
void close_scene(struct scene *scene);

void dial(struct scene *scene);
void dial_url(struct scene *scene, const char *host, int port);

/* Dials, and runs until hello was heard. */
struct scripted_socket *go_live(struct scene *scene);

/* Runs until it has ended, and returns the sentence that says why. */
const char *run_to_end(struct scene *scene);

/* What the server does. */
void reset(struct scripted_socket *socket);

#endif
