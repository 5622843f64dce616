/* tests/standin/slack_envelopes.h - what is delivered over Socket Mode, and the acks that come back.
 *
 * Latency is the time from the last byte handed to the socket to the ack being read, in microseconds.
 */
#ifndef CURFEW_TESTS_STANDIN_SLACK_ENVELOPES_H
#define CURFEW_TESTS_STANDIN_SLACK_ENVELOPES_H

#include "base/attributes.h"
#include "tests/standin/slack.h"
#include "tests/standin/slack_sockets.h"

enum { ENVELOPES_MAX = 16384, ENVELOPE_ID_SIZE = 64, ENVELOPE_TYPE_SIZE = 32, ENVELOPE_ACK_LIMIT_MS = 3000 };

/* How one is sent. All zero: as Slack does. */
struct delivery_options {
    char envelope_id[ENVELOPE_ID_SIZE]; /* "" = a new one; one that was sent before is a repeated delivery */
    int64_t session;                    /* SOCKETS_ANY */
    struct envelope_form form;
    int64_t copies;        /* of the same envelope; 0 = 1 */
    int64_t padding_bytes; /* makes it so much larger */
};

struct envelopes *envelopes_new(struct slack *slack) must_check;
void envelopes_free(struct envelopes *envelopes);

/* Sends {"payload": ..., "envelope_id": ..., "type": ..., "accepts_response_payload": ...}; payload is deleted, extra
 * (NULL = none) adds members behind and is deleted too. Writes the id. false: no session takes it (dispatch_failed). */
bool envelopes_deliver(struct envelopes *envelopes, const char *type, bool accepts_payload, cJSON *payload,
                       cJSON *extra, const struct delivery_options *options, char ret_id[ENVELOPE_ID_SIZE]) must_check;

/* The same payload again: with its old id, or with a new one. false: there is none of this id, or no session. */
bool envelopes_repeat(struct envelopes *envelopes, const char *id, bool with_new_id,
                      const struct delivery_options *options, char ret_id[ENVELOPE_ID_SIZE]) must_check;

/* A text frame that a client sent. */
void envelopes_take_ack(struct envelopes *envelopes, int64_t session, const char *text, size_t length);

#endif
