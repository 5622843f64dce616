/* tests/standin/http_reader.c - one step per stage; a head is split in place, so its texts need no copies. */
#include "tests/standin/http_reader.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES_MAX = 256, CHUNK_DIGITS_MAX = 8, LENGTH_DIGITS_MAX = 12, KEY_LENGTH = 24 };

static void take_head(struct http_reader *reader, char character);
static size_t take_body(struct http_reader *reader, const char *bytes, size_t length);
static void take_line(struct http_reader *reader, char character);
static void refuse(struct http_reader *reader, int status);
static void read_head(struct http_reader *reader);
static bool read_request_line(struct http_reader *reader, char *line);
static bool read_header(struct server_request *request, char *line);
static void read_framing(struct http_reader *reader);
static void begin_body(struct http_reader *reader, uint64_t length);
static void read_chunk_line(struct http_reader *reader);
static bool decode_path(char *path);
static bool is_upgrade(const struct server_request *request);

void http_reader_init(struct http_reader *reader)
{
    *reader = (struct http_reader){ .stage = HTTP_HEAD };
    buffer_init(&reader->head, SERVER_HEAD_BYTES_MAX);
    buffer_init(&reader->line, LINE_BYTES_MAX);
    buffer_init(&reader->request.body, SERVER_BODY_BYTES_MAX);
}

void http_reader_release(struct http_reader *reader)
{
    buffer_release(&reader->head);
    buffer_release(&reader->line);
    buffer_release(&reader->request.body);
}

void http_reader_next(struct http_reader *reader)
{
    http_reader_release(reader);
    http_reader_init(reader);
}

size_t http_reader_feed(struct http_reader *reader, const char *bytes, size_t length)
{
    size_t taken = 0;

    while (taken < length && reader->stage != HTTP_DONE && reader->stage != HTTP_REFUSED) {
        if (reader->stage == HTTP_HEAD)
            take_head(reader, bytes[taken++]);
        else if (reader->stage == HTTP_BODY || reader->stage == HTTP_CHUNK)
            taken += take_body(reader, bytes + taken, length - taken);
        else
            take_line(reader, bytes[taken++]);
    }
    return taken;
}

static void refuse(struct http_reader *reader, int status)
{
    reader->stage = HTTP_REFUSED;
    reader->status = status;
    reader->keeps_alive = false;
}

static void take_head(struct http_reader *reader, char character)
{
    struct buffer *head = &reader->head;

    if (character == '\0') {
        refuse(reader, 400);
        return;
    }
    buffer_append_char(head, character);
    if (head->overflowed) {
        refuse(reader, 431);
        return;
    }
    if (head->length == 2 && text_equal(head->data, "\r\n"))
        buffer_clear(head); /* an empty line before a request is skipped */
    if (head->length >= 4 && text_equal(head->data + head->length - 4, "\r\n\r\n"))
        read_head(reader);
}

static size_t take_body(struct http_reader *reader, const char *bytes, size_t length)
{
    size_t piece = length < reader->remaining ? length : (size_t) reader->remaining;

    buffer_append(&reader->request.body, bytes, piece);
    if (reader->request.body.overflowed) {
        refuse(reader, 413);
        return piece;
    }
    reader->remaining -= piece;
    if (reader->remaining == 0)
        reader->stage = reader->stage == HTTP_BODY ? HTTP_DONE : HTTP_CHUNK_END;
    return piece;
}

static void take_line(struct http_reader *reader, char character)
{
    buffer_append_char(&reader->line, character);
    if (reader->line.overflowed) {
        refuse(reader, 400);
        return;
    }
    if (character == '\n') {
        read_chunk_line(reader);
        buffer_clear(&reader->line);
    }
}

/* Cuts the head into lines by writing NULs into it. */
static void read_head(struct http_reader *reader)
{
    char *line = reader->head.data;

    reader->head.data[reader->head.length - 2] = '\0';
    for (int i = 0; line[0] != '\0'; i++) {
        char *end = strstr(line, "\r\n");
        bool is_read = false;

        if (end == NULL || memchr(line, '\n', (size_t) (end - line)) != NULL) {
            refuse(reader, 400);
            return;
        }
        *end = '\0';
        is_read = i == 0 ? read_request_line(reader, line) : read_header(&reader->request, line);
        if (!is_read) {
            refuse(reader, 400);
            return;
        }
        line = end + 2;
    }
    read_framing(reader);
}

static bool read_request_line(struct http_reader *reader, char *line)
{
    char *target = strchr(line, ' ');
    char *version = target != NULL ? strchr(target + 1, ' ') : NULL;

    if (version == NULL || target == line)
        return false;
    *target++ = '\0';
    *version++ = '\0';
    if (!text_equal(version, "HTTP/1.1") || target[0] != '/')
        return false;
    reader->request.method = line;
    reader->request.path = target;
    reader->request.query = "";

    char *query = strchr(target, '?');
    if (query != NULL) {
        *query++ = '\0';
        reader->request.query = query;
    }
    return decode_path(target);
}

/* White space before the colon, and a line that goes on in the next, are both refused by RFC 9112. */
static bool read_header(struct server_request *request, char *line)
{
    char *value = strchr(line, ':');

    if (value == NULL || value == line || strcspn(line, " \t") < (size_t) (value - line) ||
        request->header_count == SERVER_HEADERS_MAX)
        return false;
    *value++ = '\0';
    value += strspn(value, " \t");
    for (size_t length = strlen(value); length > 0 && strchr(" \t", value[length - 1]) != NULL; length--)
        value[length - 1] = '\0';
    for (char *each = line; *each != '\0'; each++)
        if (*each >= 'A' && *each <= 'Z')
            *each = (char) (*each + ('a' - 'A'));
    request->headers[request->header_count++] = (struct server_header){ line, value };
    return true;
}

static int count_of(const struct server_request *request, const char *name)
{
    int count = 0;

    for (int i = 0; i < request->header_count; i++)
        if (text_equal(request->headers[i].name, name))
            count++;
    return count;
}

/* How long the body is, and whether another request may follow. */
static void read_framing(struct http_reader *reader)
{
    const struct server_request *request = &reader->request;
    const char *length = server_request_header(request, "content-length");
    const char *coding = server_request_header(request, "transfer-encoding");
    size_t digits = strspn(length, "0123456789");

    reader->keeps_alive = !text_equal_ignoring_case(server_request_header(request, "connection"), "close");
    reader->wants_continue = text_equal_ignoring_case(server_request_header(request, "expect"), "100-continue");
    reader->request.wants_websocket = is_upgrade(request);
    if (count_of(request, "host") != 1 || count_of(request, "content-length") > 1 || length[digits] != '\0' ||
        digits > LENGTH_DIGITS_MAX || (coding[0] != '\0' && length[0] != '\0'))
        refuse(reader, 400);
    else if (coding[0] != '\0' && !text_equal_ignoring_case(coding, "chunked"))
        refuse(reader, 501);
    else if (coding[0] != '\0')
        reader->stage = HTTP_CHUNK_SIZE;
    else
        begin_body(reader, strtoull(length, NULL, 10));
}

static void begin_body(struct http_reader *reader, uint64_t length)
{
    if (length > SERVER_BODY_BYTES_MAX) {
        refuse(reader, 413);
        return;
    }
    reader->remaining = length;
    reader->stage = length > 0 ? HTTP_BODY : HTTP_DONE;
}

/* One line of the chunked coding: a size, the empty line behind a chunk, or a trailer, which is dropped. */
static void read_chunk_line(struct http_reader *reader)
{
    const char *line = buffer_text(&reader->line);
    bool is_empty = text_equal(line, "\r\n");
    size_t digits = strspn(line, "0123456789abcdefABCDEF");

    switch (reader->stage) {
    case HTTP_CHUNK_END:
        reader->stage = HTTP_CHUNK_SIZE;
        if (!is_empty)
            refuse(reader, 400);
        return;
    case HTTP_TRAILER:
        if (is_empty)
            reader->stage = HTTP_DONE;
        return;
    default:
        break;
    }
    if (digits == 0 || digits > CHUNK_DIGITS_MAX || strchr("\r;", line[digits]) == NULL) {
        refuse(reader, 400);
        return;
    }
    reader->remaining = strtoull(line, NULL, 16);
    reader->stage = reader->remaining > 0 ? HTTP_CHUNK : HTTP_TRAILER;
}

static int hex_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit != '\0' ? strchr(digits, digit | 0x20) : NULL;

    return found != NULL ? (int) (found - digits) : -1;
}

static bool decode_path(char *path)
{
    char *target = path;

    for (const char *from = path; *from != '\0'; from++) {
        char character = *from;

        if (character == '%') {
            int high = hex_value(from[1]);
            int low = high >= 0 ? hex_value(from[2]) : -1;

            if (low < 0 || high * 16 + low == 0)
                return false;
            character = (char) (high * 16 + low);
            from += 2;
        }
        *target++ = character;
    }
    *target = '\0';
    return true;
}

/* RFC 6455, 4.2.1. "keep-alive, Upgrade" is what some clients say. */
static bool is_upgrade(const struct server_request *request)
{
    const char *key = server_request_header(request, "sec-websocket-key");
    const char *connection = server_request_header(request, "connection");

    return text_equal(request->method, "GET") &&
           text_equal_ignoring_case(server_request_header(request, "upgrade"), "websocket") &&
           strcasestr(connection, "upgrade") != NULL &&
           text_equal(server_request_header(request, "sec-websocket-version"), "13") && strlen(key) == KEY_LENGTH &&
           text_equal(key + KEY_LENGTH - 2, "==");
}

/* What a handler asks of a request. */

const char *server_request_header(const struct server_request *request, const char *name)
{
    for (int i = 0; i < request->header_count; i++)
        if (text_equal(request->headers[i].name, name))
            return request->headers[i].value;
    return "";
}

static void append_decoded(struct buffer *value, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        int high = text[i] == '%' && i + 2 < length ? hex_value(text[i + 1]) : -1;
        int low = high >= 0 ? hex_value(text[i + 2]) : -1;

        if (low >= 0) {
            buffer_append_char(value, (char) (high * 16 + low));
            i += 2;
        } else {
            buffer_append_char(value, text[i] == '+' ? ' ' : text[i]);
        }
    }
}

bool server_query_next(const char **query, struct buffer *name, struct buffer *value)
{
    const char *text = *query;
    size_t length = strcspn(text, "&");
    size_t name_length = strcspn(text, "=&");

    if (text[0] == '\0')
        return false;
    buffer_clear(name);
    buffer_clear(value);
    append_decoded(name, text, name_length);
    if (name_length < length)
        append_decoded(value, text + name_length + 1, length - name_length - 1);
    *query = text + length + (text[length] == '&' ? 1 : 0);
    return true;
}

bool server_query(const char *query, const char *name, struct buffer *value)
{
    released_by(buffer_release) struct buffer each_name = { 0 };
    released_by(buffer_release) struct buffer each_value = { 0 };

    while (server_query_next(&query, &each_name, &each_value)) {
        if (!text_equal(buffer_text(&each_name), name))
            continue;
        buffer_append(value, buffer_text(&each_value), each_value.length);
        return true;
    }
    return false;
}
