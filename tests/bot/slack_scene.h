/* tests/bot/slack_scene.h - who calls the Web API, and the Slack that answers, on one loop. */
#ifndef CURFEW_TESTS_BOT_SLACK_SCENE_H
#define CURFEW_TESTS_BOT_SLACK_SCENE_H

#include "bot/slack.h"
#include "tests/bot/scripted_slack.h"

/* Three tries, hardly a wait. */
extern const struct retry_policy quick;

/* Who calls. */
struct caller {
    struct flow flow;
    struct slack_call call;
    int pump_count;
};

struct scene {
    struct loop *loop;
    struct scripted_slack there;
    struct secret_file app_token, bot_token;
    char api_url[64];
    struct slack *slack;
    struct caller caller;
};

void open_scene(struct scene *scene, const struct scripted_answer *answers, int answer_count);
void close_scene(struct scene *scene);

/* Makes the struct slack that calls there instead. */
void open_at(struct scene *scene, const char *host, int port);

/* The pump of a caller. */
void count_pump(struct flow *flow);

/* Starts a call and runs until it is done. */
const struct slack_call *call(struct scene *scene, const char *method, enum slack_token token, const char *body);
const struct slack_call *post(struct scene *scene); /* of chat.postMessage */

#endif
