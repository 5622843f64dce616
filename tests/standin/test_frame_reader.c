/* tests/standin/test_frame_reader.c - tests/standin/frame_reader.h. The frames of RFC 6455, section 5.7. */
#include "tests/standin/frame_reader.h"

#include "base/memory.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <stdlib.h>
#include <string.h>

static const struct row {
    const char *name;
    const char *bytes;
    size_t length;
    struct server_frame frame;
} rows[] = {
    { "unmasked text", "\x81\x05Hello", 7, { .opcode = SERVER_TEXT, .final = true, .length = 5, .payload = "Hello" } },
    { "masked text",
      "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
      11,
      { .opcode = SERVER_TEXT, .final = true, .masked = true, .length = 5, .payload = "Hello" } },
    { "first fragment", "\x01\x03Hel", 5, { .opcode = SERVER_TEXT, .length = 3, .payload = "Hel" } },
    { "last fragment",
      "\x80\x02lo",
      4,
      { .opcode = SERVER_CONTINUATION, .final = true, .length = 2, .payload = "lo" } },
    { "ping", "\x89\x05Hello", 7, { .opcode = SERVER_PING, .final = true, .length = 5, .payload = "Hello" } },
    { "masked pong",
      "\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
      11,
      { .opcode = SERVER_PONG, .final = true, .masked = true, .length = 5, .payload = "Hello" } },
    { "empty close",
      "\x88\x80\x01\x02\x03\x04",
      6,
      { .opcode = SERVER_CLOSE, .final = true, .masked = true, .payload = "" } },
    { "compressed",
      "\xc1\x01x",
      3,
      { .opcode = SERVER_TEXT, .final = true, .reserved = 4, .length = 1, .payload = "x" } },
};

static void check_frame(const struct row *row, const struct frame_reader *reader)
{
    case_number(row->name, reader->done, true);
    case_number(row->name, reader->frame.opcode, row->frame.opcode);
    case_number(row->name, reader->frame.final, row->frame.final);
    case_number(row->name, reader->frame.masked, row->frame.masked);
    case_number(row->name, reader->frame.reserved, row->frame.reserved);
    case_number(row->name, (int64_t) reader->frame.length, (int64_t) row->frame.length);
    case_text(row->name, reader->done ? reader->frame.payload : "", row->frame.payload);
}

static void published_frames_are_read_whole_and_byte_by_byte(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct frame_reader reader;

        frame_reader_init(&reader);
        CU_ASSERT_EQUAL(frame_reader_feed(&reader, rows[i].bytes, rows[i].length), rows[i].length);
        check_frame(&rows[i], &reader);
        frame_reader_next(&reader);
        for (size_t at = 0; at < rows[i].length; at++)
            CU_ASSERT_EQUAL(frame_reader_feed(&reader, rows[i].bytes + at, 1), 1);
        check_frame(&rows[i], &reader);
        frame_reader_release(&reader);
    }
}

static void a_frame_takes_no_byte_of_the_next(void)
{
    struct frame_reader reader;

    frame_reader_init(&reader);
    CU_ASSERT_EQUAL(frame_reader_feed(&reader, "\x01\x03Hel\x80\x02lo", 9), 5);
    frame_reader_next(&reader);
    CU_ASSERT_EQUAL(frame_reader_feed(&reader, "\x80\x02lo", 4), 4);
    CU_ASSERT(reader.done);
    frame_reader_release(&reader);
}

static void a_frame_above_the_ceiling_is_handed_on_without_its_payload(void)
{
    struct frame_reader reader;

    frame_reader_init(&reader);
    CU_ASSERT_EQUAL(frame_reader_feed(&reader, "\x82\x7f\0\0\0\0\0\x10\0\x01xyz", 13), 10);
    CU_ASSERT(reader.done);
    CU_ASSERT_EQUAL(reader.frame.length, 1024 * 1024 + 1);
    CU_ASSERT_PTR_NULL(reader.frame.payload);
    frame_reader_release(&reader);
}

static void written_frames_are_the_published_ones(void)
{
    static const struct {
        const char *name;
        size_t length;
        const char *head;
        size_t head_length;
    } cases[] = {
        { "5 bytes", 5, "\x82\x05", 2 },
        { "125 bytes", 125, "\x82\x7d", 2 },
        { "256 bytes", 256, "\x82\x7e\x01\x00", 4 },
        { "65,535 bytes", 65535, "\x82\x7e\xff\xff", 4 },
        { "64 KiB", 65536, "\x82\x7f\0\0\0\0\0\x01\0\0", 10 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer frame = { 0 };
        released_by(memory_release_text) char *payload = memory_new(cases[i].length, 1);

        memset(payload, 'x', cases[i].length);
        frame_write(&frame, SERVER_BINARY, true, payload, cases[i].length);
        case_number(cases[i].name, (int64_t) frame.length, (int64_t) (cases[i].head_length + cases[i].length));
        case_holds(cases[i].name, memcmp(frame.data, cases[i].head, cases[i].head_length) == 0);
        case_holds(cases[i].name, memcmp(frame.data + cases[i].head_length, payload, cases[i].length) == 0);
    }
}

TEST_MAIN("standin/frame_reader", TEST(published_frames_are_read_whole_and_byte_by_byte),
          TEST(a_frame_takes_no_byte_of_the_next), TEST(a_frame_above_the_ceiling_is_handed_on_without_its_payload),
          TEST(written_frames_are_the_published_ones))
