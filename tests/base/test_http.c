/* tests/base/test_http.c - base/http.h: what is asked and answered, and how it fails. */
#include "base/http.h"

#include "tests/base/http_scene.h"
#include "tests/test_main.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SHORT_MS = 200, BODY_LIMIT = 1000 };

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* what is asked */

static const struct raw_step answers_ok[] = {
    { .action = RAW_READ },
    { .action = RAW_SEND,
      .text = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: "
              "11\r\n\r\n{\"ok\":true}" },
    { .action = RAW_AGAIN },
    { .action = RAW_STALL },
};

static void a_get_is_answered_with_status_type_and_body(void)
{
    struct http_scene scene;
    struct http_exchange *exchange = http_scene_ask_once(&scene, "GET", answers_ok);
    const char *request = raw_server_request(scene.server);

    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
    CU_ASSERT_EQUAL(exchange->response.status, 200);
    CU_ASSERT_STRING_EQUAL(exchange->response.content_type, "application/json; charset=utf-8");
    CU_ASSERT_STRING_EQUAL(buffer_text(&exchange->response.body), "{\"ok\":true}");
    CU_ASSERT_EQUAL(exchange->response.retry_after_s, 0);
    CU_ASSERT(strncmp(request, "GET /secret/path?token=hush HTTP/1.1\r\n", 38) == 0);
    CU_ASSERT_TRUE(has(request, "User-Agent: curfew-test/1\r\n"));
    CU_ASSERT_FALSE(has(request, "Authorization:"));
    CU_ASSERT_FALSE(has(request, "Content-"));
    http_scene_close(&scene);
}

static void one_header_of_the_answer_is_kept_where_it_is_wanted(void)
{
    static const struct raw_step script[] = {
        { .action = RAW_READ },
        { .action = RAW_SEND,
          .text = "HTTP/1.1 200 OK\r\nX-Scopes-More: no\r\nx-scopes:  a,b \r\nContent-Length: 2\r\n\r\n{}" },
        { .action = RAW_STALL },
    };
    static const char *const cases[][2] = { { "X-Scopes", "a,b" }, { "X-Scope", "" }, { NULL, "" } };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_scene scene;

        http_scene_open(&scene, NULL);
        http_scene_serve(&scene, script);
        struct http_exchange *exchange = http_scene_ask(&scene, "GET");
        exchange->request.wanted_header = cases[i][0];
        http_scene_start(&scene, exchange);
        http_scene_run(&scene);
        CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
        CU_ASSERT_STRING_EQUAL(exchange->response.header, cases[i][1]);
        http_scene_close(&scene);
    }
}

static void a_post_carries_body_headers_and_bearer(void)
{
    struct secret bearer = { 0 };
    struct http_scene scene;
    struct http_exchange *exchange = NULL;
    const char *request = NULL;

    secret_set(&bearer, "xoxb-1", strlen("xoxb-1"));
    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_ok);
    exchange = http_scene_ask(&scene, "POST");
    exchange->request.bearer = &bearer;
    buffer_append_text(&exchange->request.headers, "Content-Type: application/json\nX-One: 1\n");
    buffer_append_text(&exchange->request.body, "{\"text\":\"hello\"}");
    http_scene_start(&scene, exchange);
    http_scene_run(&scene);
    request = raw_server_request(scene.server);
    CU_ASSERT_EQUAL(exchange->response.status, 200);
    CU_ASSERT(strncmp(request, "POST /secret/path?token=hush HTTP/1.1\r\n", 39) == 0);
    CU_ASSERT_TRUE(has(request, "\r\nContent-Type: application/json\r\n"));
    CU_ASSERT_TRUE(has(request, "\r\nX-One: 1\r\n"));
    CU_ASSERT_TRUE(has(request, "\r\nAuthorization: Bearer xoxb-1\r\n"));
    CU_ASSERT_TRUE(has(request, "\r\nContent-Length: 16\r\n"));
    CU_ASSERT_TRUE(has(request, "\r\n\r\n{\"text\":\"hello\"}"));
    CU_ASSERT_FALSE(has(request, "Expect:"));
    CU_ASSERT_FALSE(has(request, "Transfer-Encoding:"));
    secret_release(&bearer);
    http_scene_close(&scene);
}

static void every_method_says_its_name_and_the_length_of_its_body(void)
{
    static const struct {
        const char *method, *body, *length_line;
    } cases[] = {
        { "GET", "", NULL },
        { "DELETE", "", NULL },
        { "HEAD", "", NULL },
        { "POST", "", "\r\nContent-Length: 0\r\n" },
        { "PUT", "", "\r\nContent-Length: 0\r\n" },
        { "PATCH", "", "\r\nContent-Length: 0\r\n" },
        { "PUT", "abc", "\r\nContent-Length: 3\r\n" },
        { "PATCH", "abc", "\r\nContent-Length: 3\r\n" },
        { "DELETE", "abc", "\r\nContent-Length: 3\r\n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_scene scene;
        struct http_exchange *exchange = NULL;
        const char *request = NULL;

        http_scene_open(&scene, NULL);
        http_scene_serve(&scene, answers_ok);
        exchange = http_scene_ask(&scene, cases[i].method);
        buffer_append_text(&exchange->request.body, cases[i].body);
        http_scene_start(&scene, exchange);
        http_scene_run(&scene);
        request = raw_server_request(scene.server);
        CU_ASSERT_EQUAL(exchange->response.status, 200);
        CU_ASSERT(strncmp(request, cases[i].method, strlen(cases[i].method)) == 0);
        CU_ASSERT_FALSE(has(request, "Content-Type"));
        if (cases[i].length_line != NULL)
            CU_ASSERT_TRUE(has(request, cases[i].length_line));
        if (cases[i].length_line == NULL)
            CU_ASSERT_FALSE(has(request, "Content-Length"));
        CU_ASSERT_STRING_EQUAL(strstr(request, "\r\n\r\n") + 4, cases[i].body);
        http_scene_close(&scene);
    }
}

static void a_large_post_arrives_whole(void)
{
    struct http_scene scene;
    struct http_exchange *exchange = NULL;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, answers_ok);
    exchange = http_scene_ask(&scene, "POST");
    for (int i = 0; i < 50000; i++)
        buffer_append_format(&exchange->request.body, "%08d\n", i);
    http_scene_start(&scene, exchange);
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(exchange->response.status, 200);
    CU_ASSERT_STRING_EQUAL(strstr(raw_server_request(scene.server), "\r\n\r\n") + 4,
                           buffer_text(&exchange->request.body));
    http_scene_close(&scene);
}

static void text_in_a_url_is_encoded_as_rfc_3986_says(void)
{
    static const struct {
        const char *text, *encoded;
    } cases[] = {
        { "", "" },
        { "azAZ09-._~", "azAZ09-._~" },
        { "a b", "a%20b" },
        { "scheduler=enabled,app!=x", "scheduler%3Denabled%2Capp%21%3Dx" },
        { "a/b?c#d&e%", "a%2Fb%3Fc%23d%26e%25" },
        { "\xc3\xbc\x01", "%C3%BC%01" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        released_by(buffer_release) struct buffer url = { 0 };

        http_append_encoded(&url, cases[i].text);
        CU_ASSERT_STRING_EQUAL(buffer_text(&url), cases[i].encoded);
    }
}

/* what is answered */

static void every_status_is_an_answer(void)
{
    static const struct {
        const char *answer;
        int status;
        int64_t retry_after_s;
        const char *body;
    } cases[] = {
        { "HTTP/1.1 204 No Content\r\n\r\n", 204, 0, "" },
        { "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", 404, 0, "gone" },
        { "HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 301, 0, "" },
        { "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", 401, 0, "" },
        { "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 4\r\n\r\nslow", 429, 30, "slow" },
        { "HTTP/1.1 429 Too Many\r\nretry-after:2\r\nContent-Length: 0\r\n\r\n", 429, 2, "" },
        { "HTTP/1.1 503 No\r\nRetry-After: 999999999\r\nContent-Length: 0\r\n\r\n", 503, 24 * 60 * 60, "" },
        { "HTTP/1.1 503 No\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n", 503, 0, "" },
        { "HTTP/1.1 503 No\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", 503, 0, "" },
        { "HTTP/1.1 503 No\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n", 503, 0, "" },
        { "HTTP/1.1 503 No\r\nRetry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n", 503,
          24 * 60 * 60, "" },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, 0, "ok" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 200, 0,
          "abcde" },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", 200, 0, "abc" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct raw_step script[] = { { .action = RAW_READ },
                                     { .action = RAW_SEND, .text = cases[i].answer },
                                     { .action = RAW_STALL } };
        struct http_scene scene;
        struct http_exchange *exchange = http_scene_ask_once(&scene, "GET", script);

        CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
        CU_ASSERT_EQUAL(exchange->response.status, cases[i].status);
        CU_ASSERT_EQUAL(exchange->response.retry_after_s, cases[i].retry_after_s);
        CU_ASSERT_STRING_EQUAL(buffer_text(&exchange->response.body), cases[i].body);
        CU_ASSERT_EQUAL(raw_server_requests(scene.server), 1);
        http_scene_close(&scene);
    }
}

static void retry_after_may_be_a_date(void)
{
    struct http_scene scene;
    struct http_exchange *exchange = NULL;
    char answer[200];
    time_t later = time(NULL) + 3600;
    struct tm parts;
    struct raw_step script[] = { { .action = RAW_READ },
                                 { .action = RAW_SEND, .text = answer },
                                 { .action = RAW_STALL } };

    strftime(answer, sizeof answer,
             "HTTP/1.1 503 No\r\nRetry-After: %a, %d %b %Y %H:%M:%S GMT\r\nContent-Length: 0\r\n\r\n",
             gmtime_r(&later, &parts));
    exchange = http_scene_ask_once(&scene, "GET", script);
    CU_ASSERT(exchange->response.retry_after_s > 3000 && exchange->response.retry_after_s <= 3600);
    http_scene_close(&scene);
}

static void a_body_may_end_with_the_connection(void)
{
    static const struct raw_step script[] = { { .action = RAW_READ },
                                              { .action = RAW_SEND, .text = "HTTP/1.0 200 OK\r\n\r\nuntil the end" },
                                              { .action = RAW_CLOSE },
                                              { .action = RAW_STALL } };
    struct http_scene scene;
    struct http_exchange *exchange = http_scene_ask_once(&scene, "GET", script);

    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
    CU_ASSERT_STRING_EQUAL(buffer_text(&exchange->response.body), "until the end");
    http_scene_close(&scene);
}

/* how it fails */

static const char ten[] = "0123456789";
static const struct raw_step truncated[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 1 },
    { RAW_CLOSE, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step truncated_chunks[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", 1 },
    { RAW_CLOSE, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step truncated_head[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Le", 1 },
    { RAW_CLOSE, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step only_continue[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 100 Continue\r\n\r\n", 1 },
    { RAW_CLOSE, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step no_answer[] = {
    { RAW_READ, NULL, 0 },
    { RAW_CLOSE, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step reset[] = {
    { RAW_READ, NULL, 0 },
    { RAW_DROP, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step bad_chunk[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc", 1 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step garbage[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "\x16\x03\x01 this is no HTTP at all\r\n\r\n", 1 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step negative_length[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 1 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step large_body[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 1010\r\n\r\n", 1 },
    { RAW_SEND, ten, 101 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step large_error[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 500 No\r\n\r\n", 1 },
    { RAW_SEND, ten, 100000 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step many_headers[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\n", 1 },
    { RAW_SEND, "X-Header: 0123456789\r\n", 100000 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step endless_header[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nX-Header: ", 1 },
    { RAW_SEND, ten, 100000 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step endless_continue[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 100 Continue\r\n\r\n", 10000 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step silence[] = {
    { RAW_READ, NULL, 0 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step stalled_body[] = {
    { RAW_READ, NULL, 0 },
    { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 1 },
    { RAW_STALL, NULL, 0 },
};
static const struct raw_step drip[] = {
    { RAW_READ, NULL, 0 }, { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", 1 },
    { RAW_SEND, "x", 1 },  { RAW_WAIT, NULL, 10 },
    { RAW_SEND, "x", 1 },  { RAW_WAIT, NULL, 10 },
    { RAW_SEND, "x", 1 },  { RAW_STALL, NULL, 0 },
};
static const struct {
    const struct raw_step *script;
    enum error_kind kind;
    int64_t timeout_ms, idle_timeout_ms;
    const char *words;
} failures[] = {
    { truncated, ERROR_NETWORK, 0, 0, "96 bytes remaining" },
    { truncated_chunks, ERROR_NETWORK, 0, 0, "remaining" },
    { truncated_head, ERROR_NETWORK, 0, 0, "within the headers" },
    { only_continue, ERROR_NETWORK, 0, 0, NULL },
    { no_answer, ERROR_NETWORK, 0, 0, "Empty reply" },
    { reset, ERROR_NETWORK, 0, 0, "reset" },
    { bad_chunk, ERROR_NETWORK, 0, 0, NULL },
    { garbage, ERROR_PROTOCOL, 0, 0, NULL },
    { negative_length, ERROR_PROTOCOL, 0, 0, "Content-Length" },
    { large_body, ERROR_LIMIT, 0, 0, "is larger than 1000 bytes" },
    { large_error, ERROR_LIMIT, 0, 0, "is larger than 1000 bytes" },
    { many_headers, ERROR_LIMIT, 0, 0, "headers of the answer are larger than 65536 bytes" },
    { endless_header, ERROR_LIMIT, 0, 0, NULL },
    { endless_continue, ERROR_LIMIT, 0, 0, "headers of the answer" },
    { silence, ERROR_TIMEOUT, SHORT_MS, 0, "no answer within 0.2 s" },
    { silence, ERROR_TIMEOUT, -1, SHORT_MS, "nothing arrived for 0.2 s" },
    { stalled_body, ERROR_TIMEOUT, SHORT_MS, 0, "no answer within 0.2 s" },
    { stalled_body, ERROR_TIMEOUT, 0, SHORT_MS, "nothing arrived for 0.2 s" },
    { drip, ERROR_TIMEOUT, SHORT_MS, 0, "no answer within 0.2 s" },
};

static void what_goes_wrong_is_told_by_its_kind_without_secrets(void)
{
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        struct http_scene scene;
        struct http_exchange *exchange = NULL;

        http_scene_open(&scene, NULL);
        http_scene_serve(&scene, failures[i].script);
        exchange = http_scene_ask(&scene, "GET");
        exchange->request.timeout_ms = failures[i].timeout_ms;
        exchange->request.idle_timeout_ms = failures[i].idle_timeout_ms;
        exchange->request.body_limit = BODY_LIMIT;
        http_scene_start(&scene, exchange);
        http_scene_run(&scene);
        CU_ASSERT_EQUAL(exchange->error.kind, failures[i].kind);
        if (exchange->error.kind != failures[i].kind ||
            (failures[i].words != NULL && !has(exchange->error.message, failures[i].words)))
            printf("case %zu: %s: %s\n", i, error_kind_name(exchange->error.kind), exchange->error.message);
        CU_ASSERT_TRUE(has(exchange->error.message, "GET 127.0.0.1"));
        CU_ASSERT_TRUE(failures[i].words == NULL || has(exchange->error.message, failures[i].words));
        CU_ASSERT_FALSE(has(exchange->error.message, "hush") || has(exchange->error.message, "secret"));
        http_scene_close(&scene);
    }
}

static int port_nobody_listens_on(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int number = socket(AF_INET, SOCK_STREAM, 0);

    CU_ASSERT_EQUAL_FATAL(bind(number, (const struct sockaddr *) &address, sizeof address), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(number, (struct sockaddr *) &address, &length), 0);
    close(number);
    return ntohs(address.sin_port);
}

static void who_cannot_be_reached_is_a_network_error(void)
{
    struct http_scene scene;
    struct http_exchange *refused = NULL;
    struct http_exchange *unknown = NULL;

    http_scene_open(&scene, NULL);
    refused = http_scene_prepare(&scene, "GET", "http", "127.0.0.1", port_nobody_listens_on());
    unknown = http_scene_prepare(&scene, "POST", "https", "hooks.slack.invalid", 443);
    http_scene_start(&scene, refused);
    http_scene_start(&scene, unknown);
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(refused->error.kind, ERROR_NETWORK);
    CU_ASSERT_TRUE(has(refused->error.message, "GET 127.0.0.1: "));
    CU_ASSERT_EQUAL(unknown->error.kind, ERROR_NETWORK);
    CU_ASSERT_STRING_EQUAL(unknown->error.message,
                           "POST hooks.slack.invalid: Could not resolve host: hooks.slack.invalid");
    http_scene_close(&scene);
}

static void a_url_that_cannot_be_asked_is_refused_without_being_quoted(void)
{
    static const char *const urls[] = { "",
                                        "hush",
                                        "ftp://127.0.0.1/hush",
                                        "file:///etc/hush",
                                        "http://me:hush@127.0.0.1/",
                                        "http://127.0.0.1:99999/hush",
                                        "http://127.0.0.1/hush hush" };

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct http_scene scene;
        struct http_exchange *exchange = &scene.exchanges[0];

        http_scene_open(&scene, NULL);
        scene.count = 1;
        exchange->request.method = "GET";
        buffer_append_text(&exchange->request.url, urls[i]);
        http_scene_start(&scene, exchange);
        CU_ASSERT_EQUAL(scene.pumps, 0);
        http_scene_run(&scene);
        CU_ASSERT_EQUAL(exchange->error.kind, ERROR_INPUT);
        CU_ASSERT_FALSE(has(exchange->error.message, "hush"));
        http_scene_close(&scene);
    }
}

static void bytes_that_keep_coming_keep_an_exchange_alive(void)
{
    static const struct raw_step script[] = {
        { RAW_READ, NULL, 0 },   { RAW_SEND, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", 1 },
        { RAW_WAIT, NULL, 500 }, { RAW_SEND, "a", 1 },
        { RAW_WAIT, NULL, 500 }, { RAW_SEND, "b", 1 },
        { RAW_WAIT, NULL, 500 }, { RAW_SEND, "c", 1 },
        { RAW_WAIT, NULL, 500 }, { RAW_SEND, "d", 1 },
        { RAW_STALL, NULL, 0 },
    };
    struct http_scene scene;
    struct http_exchange *exchange = NULL;

    http_scene_open(&scene, NULL);
    http_scene_serve(&scene, script);
    exchange = http_scene_ask(&scene, "GET");
    exchange->request.idle_timeout_ms = 1500;
    exchange->request.timeout_ms = -1;
    http_scene_start(&scene, exchange);
    http_scene_run(&scene);
    CU_ASSERT_EQUAL(exchange->error.kind, ERROR_NONE);
    CU_ASSERT_STRING_EQUAL(buffer_text(&exchange->response.body), "abcd");
    http_scene_close(&scene);
}

TEST_MAIN("base/http", TEST(a_get_is_answered_with_status_type_and_body),
          TEST(one_header_of_the_answer_is_kept_where_it_is_wanted), TEST(a_post_carries_body_headers_and_bearer),
          TEST(every_method_says_its_name_and_the_length_of_its_body), TEST(a_large_post_arrives_whole),
          TEST(text_in_a_url_is_encoded_as_rfc_3986_says), TEST(every_status_is_an_answer),
          TEST(retry_after_may_be_a_date), TEST(a_body_may_end_with_the_connection),
          TEST(what_goes_wrong_is_told_by_its_kind_without_secrets), TEST(who_cannot_be_reached_is_a_network_error),
          TEST(a_url_that_cannot_be_asked_is_refused_without_being_quoted),
          TEST(bytes_that_keep_coming_keep_an_exchange_alive))
