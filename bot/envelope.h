/* bot/envelope.h - what Socket Mode delivers, and the answer that it has arrived. Pure.
 *
 * Source: Slack, "Using Socket Mode", slash command and block_actions payloads; recorded ones in tests/data/slack/.
 */
#ifndef CURFEW_BOT_ENVELOPE_H
#define CURFEW_BOT_ENVELOPE_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ENVELOPE_BYTES_MAX = 1024 * 1024,   /* a click carries the whole message; larger ones are logged and passed over */
    ENVELOPE_ACK_BYTES_MAX = 20480 - 1, /* Slack closes the connection at a larger frame */
    ENVELOPE_ID_SIZE = 128,
    ENVELOPE_NAME_SIZE = 64, /* ids of teams, users, channels; ts */
    ENVELOPE_TEXT_SIZE = 4096,
    ENVELOPE_VALUE_SIZE = 2048, /* a button's value: 2,000 characters of ours, ASCII */
    ENVELOPE_URL_SIZE = 512,
};

enum envelope_type {
    ENVELOPE_HELLO,
    ENVELOPE_DISCONNECT,
    ENVELOPE_COMMAND, /* slash_commands */
    ENVELOPE_CLICK,   /* interactive, block_actions */
    ENVELOPE_OTHER,   /* anything else: acked if it has an id, otherwise passed over */
};

/* The first frame of a connection. */
struct envelope_hello {
    int64_t connections; /* live registrations of the app, this one included */
    int64_t lifetime_s;  /* approximate_connection_time; 0 = not said */
};

struct envelope_command {
    char team[ENVELOPE_NAME_SIZE];
    char user[ENVELOPE_NAME_SIZE];
    char user_name[ENVELOPE_NAME_SIZE]; /* "" = not said; Slack promises it to nobody */
    char channel[ENVELOPE_NAME_SIZE];
    char command[ENVELOPE_NAME_SIZE]; /* "/curfew" */
    char text[ENVELOPE_TEXT_SIZE];
    char trigger_id[ENVELOPE_ID_SIZE];
    char response_url[ENVELOPE_URL_SIZE]; /* a secret: never logged */
};

struct envelope_click {
    char team[ENVELOPE_NAME_SIZE];
    char user[ENVELOPE_NAME_SIZE];
    char user_name[ENVELOPE_NAME_SIZE]; /* likewise */
    char channel[ENVELOPE_NAME_SIZE];
    char message[ENVELOPE_NAME_SIZE]; /* ts of the message that holds the button or menu */
    bool ephemeral;
    char action[256];                /* action_id */
    char value[ENVELOPE_VALUE_SIZE]; /* the button's, or that of the option chosen from an overflow menu */
    char action_ts[ENVELOPE_NAME_SIZE];
    char trigger_id[ENVELOPE_ID_SIZE];
    char response_url[ENVELOPE_URL_SIZE];
};

/* A plain value. */
struct envelope {
    enum envelope_type type;
    char id[ENVELOPE_ID_SIZE];          /* "" = needs no ack */
    bool accepts_payload;               /* the ack may carry a message */
    char type_name[ENVELOPE_NAME_SIZE]; /* as sent, for the log */
    char reason[ENVELOPE_NAME_SIZE];    /* of a disconnect */
    struct envelope_hello hello;
    struct envelope_command command;
    struct envelope_click click;
    bool truncated; /* a text was longer than its place here: its author is told so */
};

/* Finds the envelope_id of a message that is not kept: fed piece by piece, in constant memory. Starts as { 0 }. */
struct envelope_scan {
    char id[ENVELOPE_ID_SIZE];    /* "" until it was read whole; an id with escapes or too long is not read */
    char token[ENVELOPE_ID_SIZE]; /* the string being read */
    size_t token_length;
    int depth;             /* open braces and brackets */
    bool in_text, escaped; /* inside a string; behind a backslash in it */
    bool kept;             /* this string is a member's name, or the id */
    bool wants_name;       /* the next string at the top level is a member's name */
    bool is_id;            /* the member being read is envelope_id */
};

void envelope_scan(struct envelope_scan *scan, const char *bytes, size_t length);

/* Reads one message.
 *
 * false, ERROR_PROTOCOL: not JSON, or a command or click without what makes one. When an envelope_id could be read,
 * ret_envelope->id holds it all the same (type ENVELOPE_OTHER), so that it can be acked; "" otherwise. Also from text that is
 * cut off or not JSON, when it holds "envelope_id":"..." at its top level: envelope_scan().
 */
bool envelope_read(const char *text, size_t length, struct envelope *ret_envelope, struct error *error) must_check;

/* Appends the ack: {"envelope_id":"...","payload":{...}}; payload_json NULL or "" = none. A payload that would make it
 * larger than ENVELOPE_ACK_BYTES_MAX is left out: false, so that the caller sends it another way. */
bool envelope_write_ack(const char *id, const char *payload_json, struct buffer *target);

#endif
