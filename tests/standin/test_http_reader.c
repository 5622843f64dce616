/* tests/standin/test_http_reader.c - tests/standin/http_reader.h. Requests as RFC 9112, 9110 and 6455 print them. */
#include "tests/standin/http_reader.h"

#include "base/text.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

#include <string.h>

/* Feeds text in pieces; returns how much of it was taken. */
static size_t feed(struct http_reader *reader, const char *text, size_t piece)
{
    size_t length = strlen(text);
    size_t taken = 0;

    while (taken < length && reader->stage != HTTP_DONE && reader->stage != HTTP_REFUSED)
        taken += http_reader_feed(reader, text + taken, length - taken < piece ? length - taken : piece);
    return taken;
}

static void a_request_is_the_same_whole_and_byte_by_byte(void)
{
    static const char text[] = "POST /api/chat.postMessage?a=1&b=%20x HTTP/1.1\r\nHost: localhost\r\n"
                               "Content-Type: \t application/json; charset=utf-8 \r\nContent-Length: 5\r\n\r\nHelloGET";
    static const size_t pieces[] = { sizeof text, 1, 7 };

    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct http_reader reader;

        http_reader_init(&reader);
        CU_ASSERT_EQUAL(feed(&reader, text, pieces[i]), sizeof text - 1 - strlen("GET"));
        CU_ASSERT_EQUAL_FATAL(reader.stage, HTTP_DONE);
        CU_ASSERT_STRING_EQUAL(reader.request.method, "POST");
        CU_ASSERT_STRING_EQUAL(reader.request.path, "/api/chat.postMessage");
        CU_ASSERT_STRING_EQUAL(reader.request.query, "a=1&b=%20x");
        CU_ASSERT_STRING_EQUAL(server_request_header(&reader.request, "content-type"),
                               "application/json; charset=utf-8");
        CU_ASSERT_STRING_EQUAL(server_request_header(&reader.request, "accept"), "");
        CU_ASSERT_STRING_EQUAL(buffer_text(&reader.request.body), "Hello");
        CU_ASSERT(reader.keeps_alive);
        http_reader_release(&reader);
    }
}

static void chunks_are_joined_and_trailers_dropped(void)
{
    static const char text[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                               "4\r\nWiki\r\nB;name=value\r\npedia in\r\n \r\n0\r\nExpires: never\r\n\r\n";
    struct http_reader reader;

    http_reader_init(&reader);
    CU_ASSERT_EQUAL(feed(&reader, text, 3), sizeof text - 1);
    CU_ASSERT_EQUAL(reader.stage, HTTP_DONE);
    CU_ASSERT_STRING_EQUAL(buffer_text(&reader.request.body), "Wikipedia in\r\n ");
    http_reader_release(&reader);
}

static void one_request_follows_another(void)
{
    static const char text[] = "GET /one HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /t%77o HTTP/1.1\r\nHost: a\r\n"
                               "Connection: close\r\n\r\n";
    struct http_reader reader;

    http_reader_init(&reader);
    size_t taken = feed(&reader, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(reader.request.path, "/one");
    http_reader_next(&reader);
    CU_ASSERT_EQUAL(feed(&reader, text + taken, sizeof text), sizeof text - 1 - taken);
    CU_ASSERT_STRING_EQUAL(reader.request.path, "/two");
    CU_ASSERT_FALSE(reader.keeps_alive);
    http_reader_release(&reader);
}

static void what_rfc_9112_calls_malformed_is_refused(void)
{
    static const struct {
        const char *name;
        const char *text;
        int status;
    } cases[] = {
        { "no request line", "hello\r\n\r\n", 400 },
        { "HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 400 },
        { "absolute form", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "no host", "GET / HTTP/1.1\r\n\r\n", 400 },
        { "two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "blank before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400 },
        { "folded line", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400 },
        { "bare line feed", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400 },
        { "length that is none", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", 400 },
        { "two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 400 },
        { "length and chunks", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
          400 },
        { "another coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501 },
        { "chunk without a size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", 400 },
        { "longer than its size", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400 },
        { "body too large", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8388609\r\n\r\n", 413 },
        { "escape that is none", "GET /%2 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "escaped NUL", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_reader reader;

        http_reader_init(&reader);
        CU_ASSERT(feed(&reader, cases[i].text, sizeof "GET") > 0);
        case_number(cases[i].name, reader.stage, HTTP_REFUSED);
        case_number(cases[i].name, reader.status, cases[i].status);
        http_reader_release(&reader);
    }
}

static void a_head_without_end_is_refused(void)
{
    struct http_reader reader;

    http_reader_init(&reader);
    CU_ASSERT(feed(&reader, "GET / HTTP/1.1\r\n", sizeof "GET") > 0);
    for (int i = 0; i < SERVER_HEAD_BYTES_MAX && reader.stage == HTTP_HEAD; i++)
        CU_ASSERT_EQUAL_FATAL(http_reader_feed(&reader, "x", 1), 1);
    CU_ASSERT_EQUAL(reader.stage, HTTP_REFUSED);
    CU_ASSERT_EQUAL(reader.status, 431);
    http_reader_release(&reader);
}

static void only_a_whole_upgrade_request_wants_a_websocket(void)
{
    static const struct {
        const char *name;
        const char *head;
        bool wants;
    } cases[] = {
        { "RFC 6455, section 1.2",
          "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\n"
          "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n",
          true },
        { "keep-alive beside it",
          "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
          true },
        { "another version",
          "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 8\r\n\r\n",
          false },
        { "no key",
          "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\r\n",
          false },
        { "POST",
          "POST / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
          false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_reader reader;

        http_reader_init(&reader);
        CU_ASSERT(feed(&reader, cases[i].head, sizeof "GET") > 0);
        case_number(cases[i].name, reader.stage, HTTP_DONE);
        case_number(cases[i].name, reader.request.wants_websocket, cases[i].wants);
        http_reader_release(&reader);
    }
}

static void query_values_are_decoded(void)
{
    static const struct {
        const char *query;
        const char *name;
        const char *value; /* NULL = there is none */
    } cases[] = {
        { "limit=500&continue=a%2Bb%3D", "continue", "a+b=" },
        { "labelSelector=scheduler%20in+(a,b)", "labelSelector", "scheduler in (a,b)" },
        { "watch", "watch", "" },
        { "a=1&a=2", "a", "1" },
        { "ab=1", "a", NULL },
        { "x=100%", "x", "100%" },
        { "", "a", NULL },
        { "ch%61nnel=C1", "channel", "C1" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer value = { 0 };
        bool found = server_query(cases[i].query, cases[i].name, &value);

        case_number(cases[i].query, found, cases[i].value != NULL);
        case_text(cases[i].query, buffer_text(&value), found ? cases[i].value : "");
    }
}

TEST_MAIN("standin/http_reader", TEST(a_request_is_the_same_whole_and_byte_by_byte),
          TEST(chunks_are_joined_and_trailers_dropped), TEST(one_request_follows_another),
          TEST(what_rfc_9112_calls_malformed_is_refused), TEST(a_head_without_end_is_refused),
          TEST(only_a_whole_upgrade_request_wants_a_websocket), TEST(query_values_are_decoded))
