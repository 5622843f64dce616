/* base/json_writer.h - writes JSON into a buffer, one piece after the other, without a tree.
 *
 *     struct json_writer writer = json_writer_start(&body);
 *     json_begin_object(&writer, NULL);
 *     json_put_text(&writer, "channel", channel);
 *     json_begin_array(&writer, "blocks");
 *     ...
 *     json_end_array(&writer);
 *     json_end_object(&writer);
 *
 * key is NULL inside an array and for the outermost value. Invalid UTF-8 becomes U+FFFD. Whether everything
 * fitted is asked once, of the buffer: buffer_complete().
 */
#ifndef CURFEW_BASE_JSON_WRITER_H
#define CURFEW_BASE_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"

enum { JSON_WRITER_DEPTH_MAX = 32 };

/* A plain value; borrows the buffer. */
struct json_writer {
    struct buffer *target;
    int depth;
    bool has_member[JSON_WRITER_DEPTH_MAX]; /* at this depth a comma is due before the next piece */
};

struct json_writer json_writer_start(struct buffer *target) must_check;

void json_begin_object(struct json_writer *writer, const char *key);
void json_end_object(struct json_writer *writer);
void json_begin_array(struct json_writer *writer, const char *key);
void json_end_array(struct json_writer *writer);

void json_put_text(struct json_writer *writer, const char *key, const char *text); /* NULL is written as null */
void json_put_number(struct json_writer *writer, const char *key, int64_t number);
void json_put_bool(struct json_writer *writer, const char *key, bool value);

/* Writes text that is JSON already (made by this writer into another buffer). */
void json_put_raw(struct json_writer *writer, const char *key, const char *json);

#endif
