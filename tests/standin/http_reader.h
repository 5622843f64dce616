/* tests/standin/http_reader.h - bytes of an HTTP/1.1 client in, whole requests out. Pure.
 *
 * Strict: whatever RFC 9112 calls malformed is refused with the status it names, and the connection is of no further
 * use. Fed piece by piece; one request is out before the next one is begun.
 */
#ifndef CURFEW_TESTS_STANDIN_HTTP_READER_H
#define CURFEW_TESTS_STANDIN_HTTP_READER_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "tests/standin/server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum http_stage {
    HTTP_HEAD,
    HTTP_BODY, /* with Content-Length */
    HTTP_CHUNK_SIZE,
    HTTP_CHUNK,
    HTTP_CHUNK_END,
    HTTP_TRAILER,
    HTTP_DONE,    /* request is whole */
    HTTP_REFUSED, /* status says with what */
};

struct http_reader {
    enum http_stage stage;
    int status;
    bool keeps_alive;
    bool wants_continue; /* the client waits for a 100 before it sends the body */
    struct buffer head;  /* what the request's texts point into */
    struct buffer line;  /* of the chunked coding */
    uint64_t remaining;  /* of the body or the chunk */
    bool chunked;
    struct server_request request; /* valid when done, until http_reader_next() */
};

void http_reader_init(struct http_reader *reader);
void http_reader_release(struct http_reader *reader);

/* Takes bytes until the request is done or refused; returns how many it took. */
size_t http_reader_feed(struct http_reader *reader, const char *bytes, size_t length) must_check;

/* Forgets the request that is done and begins the next. */
void http_reader_next(struct http_reader *reader);

#endif
