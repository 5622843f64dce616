/* tests/standin/slack_sockets.h - Socket Mode connections: ticket, hello, pings, disconnect, and their faults.
 *
 * Each is one session with a number (1, 2, ...). Slack keeps at most ten. One that is to be replaced is told so
 * (warning 10 s before, refresh_requested), and closed 10 s later. After the handshake of a close Slack leaves TCP open.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_SOCKETS_H
#define CURFEW_TESTS_STANDIN_SLACK_SOCKETS_H

#include "base/attributes.h"
#include "tests/standin/slack.h"

enum {
    SOCKETS_MAX = 10,
    SOCKETS_FRAME_MAX = 20480,
    SOCKETS_LIFE_S = 18060,
    SOCKETS_DEBUG_LIFE_S = 360,
    SOCKETS_ANY = 0, /* instead of the number of a session: a random one */
    SOCKETS_REASON_SIZE = 64,
};

/* How an envelope is sent. All zero: as Slack does, in one text frame. */
struct envelope_form {
    bool binary;
    int64_t fragments; /* frames of one message; 0 = 1 */
};

struct sockets *sockets_new(struct slack *slack) must_check;
void sockets_free(struct sockets *sockets); /* after the server */

/* Answers a request for /link/. */
void sockets_answer(struct sockets *sockets, const struct server_request *request, struct server_response *response);

/* How long new sessions live, and whether Socket Mode is switched off: then each is told link_disabled. */
void sockets_configure(struct sockets *sockets, int64_t life_s, bool link_disabled);

/* Sends a text to a session that has said hello. false: there is none. *ret_session is whose it was. */
bool sockets_send(struct sockets *sockets, int64_t session, const char *text, size_t length,
                  const struct envelope_form *form, int64_t *ret_session) must_check;

/* Says disconnect to one session, or to all of them (SOCKETS_ANY). */
void sockets_disconnect(struct sockets *sockets, int64_t session, const char *reason);

/* What a test wants to happen to one session, or to all of them. kind: drop (RST), finish (FIN without Close), silence
 * (nothing is read or sent any more), garbage (bytes that are no frame), close (with code), text (a text frame).
 * false, ERROR_INPUT: no such kind. */
bool sockets_spoil(struct sockets *sockets, int64_t session, const cJSON *json, struct error *error) must_check;

/* {"count": 1, "sessions": [{"session": 1, "said_hello": true, ...}]} */
cJSON *sockets_show(const struct sockets *sockets) must_check;

#endif
