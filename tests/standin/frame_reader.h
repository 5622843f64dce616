/* tests/standin/frame_reader.h - bytes of a WebSocket client in, single frames out; and frames of a server. Pure.
 *
 * Nothing is joined, answered or refused: what the client did is handed on as it was (RFC 6455, section 5.2).
 */
#ifndef CURFEW_TESTS_STANDIN_FRAME_READER_H
#define CURFEW_TESTS_STANDIN_FRAME_READER_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "tests/standin/server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEAD_BYTES_MAX = 14 };

struct frame_reader {
    unsigned char head[FRAME_HEAD_BYTES_MAX];
    size_t head_length;
    struct buffer payload;
    struct server_frame frame; /* valid when done, until frame_reader_next() */
    bool done;
};

void frame_reader_init(struct frame_reader *reader);
void frame_reader_release(struct frame_reader *reader);

/* Takes bytes until a frame is whole; returns how many it took. */
size_t frame_reader_feed(struct frame_reader *reader, const char *bytes, size_t length) must_check;

/* Forgets the frame that is done and begins the next. */
void frame_reader_next(struct frame_reader *reader);

/* Appends a frame as a server sends it, without a mask. */
void frame_write(struct buffer *target, int opcode, bool final, const void *payload, size_t length);

#endif
