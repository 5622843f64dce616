/* tests/bot/channel_scene.h - a runner whose engine is played by the test, and the Slack that is played, a program.
 *
 * The test says which effects the engine asks for; what the runner tells it is kept.
 */
#ifndef CURFEW_TESTS_BOT_CHANNEL_SCENE_H
#define CURFEW_TESTS_BOT_CHANNEL_SCENE_H

#include "base/attributes.h"
#include "base/http.h"
#include "bot/runner_state.h"

#include <cjson/cJSON.h>

enum { SCENE_TOLD_MAX = 2048, SCENE_MEMBERS_SIZE = 256 };

/* An event, as it was told. */
struct told {
    enum event_kind kind;
    uint64_t ticket;
    enum post_result posted;
    enum find_result found;
    char message[RECORD_PERSON_SIZE], slack_error[64], group[ACCESS_ID_SIZE], members[SCENE_MEMBERS_SIZE];
    bool has_members;
};

/* In the place of the one that decides: see channel_scene.c. */
struct engine {
    struct effects asked; /* by the next EVENT_TIME */
    struct told told[SCENE_TOLD_MAX];
    int told_count;
    bool is_busy;
};

struct scene {
    struct flow flow; /* of everything that is waited for here */
    struct loop *loop;
    struct process standin;
    char folder[64];
    cJSON *ready; /* what the stand-in says of itself */
    struct http_client *client;
    struct http_exchange exchange;
    int pump_count;
    struct secret_file app_token, bot_token;
    struct log log;
    int log_read, log_write; /* ends of a pipe */
    char logged[16 * 1024];
    struct slack *slack;
    struct engine engine;
    struct runner *runner;
};

void scene_open(struct scene *scene);
void scene_close(struct scene *scene); /* asserts that nothing was done that Slack does not accept */

/* The Slack that is called from now on: another address. */
void scene_call(struct scene *scene, const char *api_url);

/* A call of the control port; the caller owns the answer. */
cJSON *scene_control(struct scene *scene, const char *method, const char *path, const char *body) must_check;
void scene_tell(struct scene *scene, const char *path, const char *body); /* POST */
void scene_forget_violations(struct scene *scene);

/* What the engine asks for, under this ticket. With the next scene_carry_out() the runner is given all of it. */
void scene_post(struct scene *scene, uint64_t ticket, const char *channel, const char *text, uint64_t notice);
void scene_update(struct scene *scene, uint64_t ticket, const char *channel, const char *message, const char *text);
void scene_find(struct scene *scene, uint64_t ticket, const char *channel, uint64_t notice);
void scene_look_up(struct scene *scene, uint64_t ticket, const char *group);
void scene_carry_out(struct scene *scene);

/* Runs until the engine was told so many things; the one about a ticket, which has to be there. */
void scene_wait(struct scene *scene, int count);
const struct told *scene_told(const struct scene *scene, uint64_t ticket) must_check;

/* The texts of a channel, oldest first, each followed by a line end. The caller frees it. */
char *scene_texts(struct scene *scene, const char *channel) must_check;

/* All that the log says so far. */
const char *scene_log(struct scene *scene) must_check;

#endif
