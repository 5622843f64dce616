/* tests/standin/slack.h - the Slack that is played: what its parts share.
 *
 *     slack_api         https://.../api/METHOD: who may call, arguments, limits, faults
 *     slack_methods     what the methods do
 *     slack_responses   https://.../commands/... and /actions/...: response URLs
 *     slack_sockets     wss://.../link/: Socket Mode
 *     slack_envelopes   what is delivered on it, and the acks
 *     slack_control     the port of tests
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_H
#define CURFEW_TESTS_STANDIN_SLACK_H

#include "base/attributes.h"
#include "base/loop.h"
#include "tests/standin/server.h"
#include "tests/standin/slack_faults.h"
#include "tests/standin/slack_grants.h"
#include "tests/standin/slack_journal.h"
#include "tests/standin/slack_rate.h"
#include "tests/standin/slack_text.h"
#include "tests/standin/slack_workspace.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

extern const char slack_app_token[]; /* xapp-... */
extern const char slack_bot_token[]; /* xoxb-... */

enum { SLACK_HOST_SIZE = 64, SLACK_SCOPES_SIZE = 512 };

struct sockets;
struct envelopes;
struct control;

struct slack {
    struct loop *loop;
    char host[SLACK_HOST_SIZE];     /* "127.0.0.1:40001", what URLs are made of */
    int64_t skew_ms;                /* a test moved the clock */
    char scopes[SLACK_SCOPES_SIZE]; /* of the bot's token, separated by commas */
    bool app_token_revoked, bot_token_revoked;
    bool rates_enforced;

    struct workspace workspace;
    struct grants tickets, triggers, response_urls;
    struct faults faults;
    struct rates rates;
    struct journal journal;
    struct sockets *sockets;
    struct envelopes *envelopes;
    struct control *control;
};

/* host: what URLs are made of. Release it after the server is freed. */
void slack_init(struct slack *slack, struct loop *loop, const char *host);
void slack_release(struct slack *slack);

/* Milliseconds of a clock that only goes forward, and as far as a test moves it. */
int64_t slack_now_ms(const struct slack *slack) must_check;

/* Adds the object, which is then the journal's, and wakes who waits for it. */
void slack_note(struct slack *slack, const char *type, cJSON *entry);

/* Something that Slack does not accept. where is a method, an envelope or a connection; detail may be "". */
void slack_violation(struct slack *slack, const char *kind, const char *where, const char *detail);

/* Whether the bot's token has a scope. */
bool slack_has_scope(const struct slack *slack, const char *scope) must_check;

/* Answers with a JSON value, which it deletes. */
void slack_answer(struct server_response *response, int status, cJSON *value);

/* The listener that clients of Slack connect to. */
struct slack_front {
    struct server_handler handler;
    struct slack *slack;
};

/* For the handler of the front. */
bool slack_handle(struct server_handler *handler, const struct server_request *request,
                  struct server_response *response);

#endif
