/* tests/standin/slack_session.h - one Socket Mode connection: what it says by itself, and how it judges the client. */
#ifndef CURFEW_TESTS_STANDIN_SLACK_SESSION_H
#define CURFEW_TESTS_STANDIN_SLACK_SESSION_H

#include "base/attributes.h"
#include "tests/standin/slack.h"
#include "tests/standin/slack_sockets.h"

enum { SESSION_PING_SIZE = 40 };

enum session_state {
    SESSION_OPEN, /* 101 was said, hello not */
    SESSION_READY,
    SESSION_CLOSING, /* a Close was sent or came: no envelope any more */
};

struct session {
    struct server_socket_owner owner;
    struct slack *slack;
    struct session **list; /* that it is in */
    struct session *next;
    struct server_socket *socket;
    int64_t number;
    int64_t life_s;
    enum session_state state;
    bool silent; /* by a fault */
    bool sent_close, received_close;
    int close_code; /* what the client said, 1005 = nothing */

    struct flow ping_flow, life_flow, end_flow;
    struct timer ping_timer, life_timer, end_timer;
    char ping_text[SESSION_PING_SIZE];
    bool pong_is_due;
    int64_t ponged_ms;
    bool warned;
};

/* Joins the list; frees itself when the client is gone. The socket is set before the next turn. */
struct session *session_new(struct slack *slack, struct session **list, int64_t number, int64_t life_s) must_check;

/* Hello, and from now on pings and an end of life. count: how many there are, this one included. */
void session_greet(struct session *session, int count);

/* A disconnect message; at the second step of a life it is followed by a Close. */
void session_disconnect(struct session *session, const char *reason);

/* Sends a Close, and drops TCP when the client does not within ten seconds. */
void session_close(struct session *session, int code, const char *reason);

/* Whether envelopes go to it. A silent one still gets its share, as a connection does whose client is dead. */
bool session_takes_envelopes(const struct session *session) must_check;

/* A frame of its own making; nothing when it is silent. */
void session_send(struct session *session, enum server_opcode opcode, bool final, const void *payload, size_t length);

#endif
