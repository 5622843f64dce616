/* tests/bot/sockets_scene.h - struct sockets, its owner, and the Slack that it talks to, on one loop. */
#ifndef CURFEW_TESTS_BOT_SOCKETS_SCENE_H
#define CURFEW_TESTS_BOT_SOCKETS_SCENE_H

#include "bot/sockets.h"
#include "tests/bot/scripted_slack.h"

enum { ENVELOPES_MAX = 64 };

/* The owner of a struct sockets. */
struct ear {
    struct sockets_listener listener;
    struct flow flow; /* of sockets_close() */
    struct sockets *sockets;
    bool acks_at_once, frees;
    struct delivery deliveries[ENVELOPES_MAX];
    char texts[ENVELOPES_MAX][32];
    int envelope_count, connected_count, refused_count, closed_count;
    char word[64];
};

struct scene {
    struct loop *loop;
    struct scripted_slack there;
    struct secret_file app_token, bot_token;
    char api_url[64];
    struct slack *slack;
    struct log log;
    struct ear ear, other_ear;
};

/* Nothing waits that the test does not wait for. */
extern const struct sockets_timings quick;

void open_scene(struct scene *scene);
void close_scene(struct scene *scene);

void start(struct scene *scene, const struct sockets_timings *timings);
void start_at(struct scene *scene, struct ear *ear, const struct sockets_timings *timings, int connections);

/* Opens it, and runs until hello was read. */
struct scripted_socket *connect_first(struct scene *scene, const struct sockets_timings *timings);

/* How often this was logged. */
int logged(const struct scene *scene, const char *words);

/* Of the envelope with this number, in the order of their arrival. */
bool ack(struct ear *ear, int number, const char *payload);

/* What Slack does: a file of tests/data/slack, a disconnect, a reset. */
void say_recorded(struct scripted_socket *socket, const char *file);
void say_disconnect(struct scripted_socket *socket, const char *reason);
void reset(struct scripted_socket *socket);

#endif
