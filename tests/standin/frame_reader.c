/* tests/standin/frame_reader.c - the head byte by byte until its length is known, then the payload. */
#include "tests/standin/frame_reader.h"

enum {
    FINAL_BIT = 0x80,
    MASK_BIT = 0x80,
    LENGTH_16 = 126,
    LENGTH_64 = 127,
    MASK_BYTES = 4,
};

static size_t head_bytes(const struct frame_reader *reader);
static int extended_bytes(int length);
static void read_head(struct frame_reader *reader);
static void finish(struct frame_reader *reader);

void frame_reader_init(struct frame_reader *reader)
{
    *reader = (struct frame_reader){ 0 };
    buffer_init(&reader->payload, SERVER_FRAME_BYTES_MAX);
}

void frame_reader_release(struct frame_reader *reader)
{
    buffer_release(&reader->payload);
}

void frame_reader_next(struct frame_reader *reader)
{
    frame_reader_release(reader);
    frame_reader_init(reader);
}

size_t frame_reader_feed(struct frame_reader *reader, const char *bytes, size_t length)
{
    size_t taken = 0;

    while (!reader->done && taken < length) {
        if (reader->head_length < head_bytes(reader)) {
            reader->head[reader->head_length++] = (unsigned char) bytes[taken++];
            if (reader->head_length == head_bytes(reader))
                read_head(reader);
            continue;
        }

        size_t missing = (size_t) reader->frame.length - reader->payload.length;
        size_t piece = missing < length - taken ? missing : length - taken;
        buffer_append(&reader->payload, bytes + taken, piece);
        taken += piece;
        if (piece == missing)
            finish(reader);
    }
    return taken;
}

/* Grows with what is known: two bytes say how many there are. */
static size_t head_bytes(const struct frame_reader *reader)
{
    size_t count = 2;

    if (reader->head_length < 2)
        return count;
    count += (size_t) extended_bytes(reader->head[1] & ~MASK_BIT);
    return (reader->head[1] & MASK_BIT) != 0 ? count + MASK_BYTES : count;
}

/* Two of the seven bits' values say that the length stands in the next bytes. */
static int extended_bytes(int length)
{
    switch (length) {
    case LENGTH_16:
        return 2;
    case LENGTH_64:
        return 8;
    default:
        return 0;
    }
}

static void read_head(struct frame_reader *reader)
{
    const unsigned char *head = reader->head;
    int length = head[1] & ~MASK_BIT;
    int length_bytes = extended_bytes(length);

    reader->frame = (struct server_frame){
        .opcode = head[0] & 0x0F,
        .final = (head[0] & FINAL_BIT) != 0,
        .reserved = (head[0] >> 4) & 0x07,
        .masked = (head[1] & MASK_BIT) != 0,
        .length = length_bytes == 0 ? (uint64_t) length : 0,
    };
    for (int i = 0; i < length_bytes; i++)
        reader->frame.length = reader->frame.length << 8 | head[2 + i];
    if (reader->frame.length > SERVER_FRAME_BYTES_MAX)
        reader->done = true;
    else if (reader->frame.length == 0)
        finish(reader);
}

static void finish(struct frame_reader *reader)
{
    const unsigned char *mask = reader->head + reader->head_length - MASK_BYTES;

    if (reader->frame.masked)
        for (size_t i = 0; i < reader->payload.length; i++)
            reader->payload.data[i] = (char) (reader->payload.data[i] ^ mask[i % MASK_BYTES]);
    reader->frame.payload = buffer_text(&reader->payload);
    reader->done = true;
}

void frame_write(struct buffer *target, int opcode, bool final, const void *payload, size_t length)
{
    int first = (int) length;

    if (length >= LENGTH_16)
        first = length <= UINT16_MAX ? LENGTH_16 : LENGTH_64;

    int length_bytes = extended_bytes(first);
    buffer_append_char(target, (char) ((final ? FINAL_BIT : 0) | opcode));
    buffer_append_char(target, (char) first);
    for (int i = length_bytes - 1; i >= 0; i--)
        buffer_append_char(target, (char) (length >> (8 * i) & 0xFF));
    buffer_append(target, payload, length);
}
