/* tests/base/test_url.c - base/url.h: the parts of a URL. */
#include "base/url.h"

#include "tests/test_main.h"

#include <string.h>

static void the_parts_of_a_url_are_told_apart(void)
{
    static const struct {
        const char *text, *scheme, *host;
        int port;
        const char *path;
        bool has_user;
    } cases[] = {
        { "https://slack.com", "https", "slack.com", 443, "/", false },
        { "https://slack.com/api/", "https", "slack.com", 443, "/api/", false },
        { "HTTPS://slack.com:8443/api", "https", "slack.com", 8443, "/api", false },
        { "http://localhost:80/", "http", "localhost", 80, "/", false },
        { "http://localhost?a=b", "http", "localhost", 80, "/?a=b", false },
        { "wss://wss-primary.slack.com/link/?ticket=12&app_id=3", "wss", "wss-primary.slack.com", 443,
          "/link/?ticket=12&app_id=3", false },
        { "ws://127.0.0.1:9/", "ws", "127.0.0.1", 9, "/", false },
        { "https://[2001:db8::1]:6443/x", "https", "2001:db8::1", 6443, "/x", false },
        { "https://user:word@host.example/", "https", "host.example", 443, "/", true },
        { "https://user@host.example/", "https", "host.example", 443, "/", true },
        { "https://host.example/a%20b?c=%2F#part", "https", "host.example", 443, "/a%20b?c=%2F", false },
        { "https://host.example:65535/", "https", "host.example", 65535, "/", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct url url = { 0 };
        struct error error = { 0 };

        CU_ASSERT_TRUE_FATAL(url_read(cases[i].text, "http https ws wss", "URL", &url, &error));
        CU_ASSERT_STRING_EQUAL(url.scheme, cases[i].scheme);
        CU_ASSERT_STRING_EQUAL(url.host, cases[i].host);
        CU_ASSERT_EQUAL(url.port, cases[i].port);
        CU_ASSERT_STRING_EQUAL(url.path, cases[i].path);
        CU_ASSERT_EQUAL(url.has_user, cases[i].has_user);
    }
}

static void what_is_no_url_or_not_allowed_is_refused_with_what_is(void)
{
    static const char *const texts[] = {
        "",
        "slack.com",
        "/api",
        "https://",
        "https:slack.com/",
        "://slack.com/",
        "http://slack.com/",
        "ftp://slack.com/",
        "file:///etc/passwd",
        "http-s://slack.com/",
        "htt://slack.com/",
        "https://slack.com:0/",
        "https://slack.com:65536/",
        "https://slack.com:4x/",
        "https://sla ck.com/",
        "https://slack.com/a b",
        "https://slack.com/\r\nHost: x",
        "https://[::1/",
        "https://sl\x01/",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct url url = { .port = 17 };
        struct error error = { 0 };

        CU_ASSERT_FALSE(url_read(texts[i], "https wss", "SLACK_API_URL", &url, &error));
        CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "SLACK_API_URL"));
        CU_ASSERT_EQUAL(url.port, 17);
    }
}

static void the_error_says_what_is_allowed_and_quotes_nothing_secret(void)
{
    struct url url;
    struct error error = { 0 };

    CU_ASSERT_FALSE(url_read("http://me:hush@slack.com/T0/secret?ticket=1", "https wss", "URL", &url, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "URL must begin with https:// or wss://");
    CU_ASSERT_FALSE(url_read("https://me:hush@slack.com:99999/secret", "https", "URL", &url, &error));
    CU_ASSERT_STRING_EQUAL(error.message, "URL is no URL; it must begin with https:// and a host");
}

static void a_path_or_host_that_does_not_fit_is_a_limit(void)
{
    char text[3000] = "https://host.example/";
    size_t length = strlen(text);
    struct url url;
    struct error error = { 0 };

    memset(text + length, 'a', URL_PATH_SIZE - 2);
    CU_ASSERT_TRUE(url_read(text, "https", "URL", &url, &error));
    memset(text + length, 'a', URL_PATH_SIZE - 1);
    CU_ASSERT_FALSE(url_read(text, "https", "URL", &url, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    text[length + 1000] = '?';
    CU_ASSERT_FALSE(url_read(text, "https", "URL", &url, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
    memset(text + 8, 'a', URL_HOST_SIZE);
    text[8 + URL_HOST_SIZE] = '\0';
    CU_ASSERT_FALSE(url_read(text, "https", "URL", &url, &error));
    CU_ASSERT_EQUAL(error.kind, ERROR_LIMIT);
}

TEST_MAIN("base/url", TEST(the_parts_of_a_url_are_told_apart),
          TEST(what_is_no_url_or_not_allowed_is_refused_with_what_is),
          TEST(the_error_says_what_is_allowed_and_quotes_nothing_secret),
          TEST(a_path_or_host_that_does_not_fit_is_a_limit))
