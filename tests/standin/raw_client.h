/* tests/standin/raw_client.h - a client of a stand-in on the same loop, which says bytes and collects what comes back. */
#ifndef CURFEW_TESTS_STANDIN_RAW_CLIENT_H
#define CURFEW_TESTS_STANDIN_RAW_CLIENT_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

struct raw_client {
    struct flow flow;
    struct loop *loop;
    struct descriptor descriptor;
    int socket;
    struct buffer heard; /* since the last raw_client_say() */
    const char *awaited; /* what stops the loop; NULL = only the end does */
    bool ended;
    int failure; /* errno of the read that ended it; 0 = the server sent FIN */
};

/* Connects to a port of 127.0.0.1. */
void raw_client_connect(struct raw_client *client, struct loop *loop, int port);
void raw_client_close(struct raw_client *client);

/* Sends bytes, runs the loop until awaited was heard or the server ended the connection; returns all that was heard.
 * awaited may be a text that never comes: then somebody else stops the loop. */
const char *raw_client_say(struct raw_client *client, const void *bytes, size_t length, const char *awaited);
const char *raw_client_say_text(struct raw_client *client, const char *text, const char *awaited);

/* Sends without waiting for anything. */
void raw_client_start(struct raw_client *client, const char *text);

/* Whether text was heard, among bytes that may be NUL. */
bool raw_client_heard(const struct raw_client *client, const char *text) must_check;

/* Runs the loop as raw_client_say() does, without a word. */
const char *raw_client_listen(struct raw_client *client, const char *awaited);

/* Appends a masked frame, as clients send it. first is the byte of FIN, RSV and opcode: 0x81 is a whole text. */
void raw_client_frame(struct buffer *target, int first, const void *payload, size_t length);

#endif
