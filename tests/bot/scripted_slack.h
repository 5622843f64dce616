/* tests/bot/scripted_slack.h - plays Slack for one test, on the loop of the test: it answers as it was told, and keeps
 * what it was sent.
 *
 * POST /api/METHOD is answered by the next of `answers`; apps.connections.open gets a fresh ticket where they are used
 * up. An upgrade becomes one of `sockets`; whether it says hello is told by `opened`. Of calls and sockets the last ones are
 * kept.
 */
#ifndef CURFEW_TESTS_BOT_SCRIPTED_SLACK_H
#define CURFEW_TESTS_BOT_SCRIPTED_SLACK_H

#include "base/loop.h"
#include "base/url.h"
#include "tests/standin/server.h"

#include <stdbool.h>

enum { SCRIPTED_SOCKETS_MAX = 64, SCRIPTED_CALLS_MAX = 64, SCRIPTED_TEXTS_MAX = 64 };

struct scripted_answer {
    int status; /* 0 = 200; -1 = the connection is reset */
    const char *body;
    const char *content_type; /* NULL = JSON */
    const char *retry_after;  /* NULL = none */
};

/* What was asked. */
struct scripted_call {
    char path[64], authorization[64], content_type[64];
    struct buffer body;
};

struct scripted_slack;

struct scripted_socket {
    struct server_socket_owner owner;
    struct scripted_slack *slack;
    struct server_socket *socket; /* NULL once it is gone */
    char ticket[32];
    char texts[SCRIPTED_TEXTS_MAX][256]; /* of whole text frames, cut */
    int text_count;
    int ping_count, pong_count, close_count, odd_count; /* odd: unmasked, fragmented, or of another kind */
    int close_code;
    size_t text_bytes_max; /* of the largest text frame */
    char pong[128];        /* payload of the last one */
    bool gone;
};

struct scripted_slack {
    struct server_handler handler;
    struct loop *loop;
    struct server *server;
    int port;
    char folder[64], ca_path[80];

    const struct scripted_answer *answers;
    int answer_count;
    struct scripted_call calls[SCRIPTED_CALLS_MAX];
    int call_count;
    int ticket_count;

    int refuse_with; /* HTTP status of an upgrade; 0 = accepts, -1 = says nothing */
    bool keeps_silent, leaves_close_unanswered;
    void (*opened)(struct scripted_socket *socket); /* NULL = says hello */
    struct scripted_socket sockets[SCRIPTED_SOCKETS_MAX];
    int socket_count, gone_count; /* accepted, and gone again, so far */
    int frame_count;              /* frames that came */
};

/* Certificates in a folder of its own, and a listener. */
void scripted_slack_init(struct scripted_slack *slack, struct loop *loop);
void scripted_slack_release(struct scripted_slack *slack);

/* wss://localhost:PORT/link/?ticket=7 */
struct url scripted_url(const struct scripted_slack *slack);

void scripted_say(struct scripted_socket *socket, const char *text);
void scripted_say_hello(struct scripted_socket *socket);
void scripted_say_close(struct scripted_socket *socket, int code, const char *reason);

/* Says this slash command, of envelope `id`. */
void scripted_say_command(struct scripted_socket *socket, const char *id, const char *text);

/* true: one of the sockets got the ack of envelope `id`; how often is counted over all. */
int scripted_acks(const struct scripted_slack *slack, const char *id);

/* Runs the loop until *counter is wanted, or for so long that the test has failed. */
void run_until(struct loop *loop, const int *counter, int wanted);

/* Runs it for so long. */
void run_for(struct loop *loop, int64_t ms);

#endif
