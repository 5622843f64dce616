/* tests/base/test_proxy.c - base/url.h: who is reached through a proxy.
 *
 * The examples of the first rows are those of curl's manual (CURLOPT_NOPROXY); each row was held against what
 * `curl -v` 7.88.1 does with the same no_proxy and host.
 */
#include "base/url.h"

#include "tests/test_main.h"

#include <string.h>

struct exemption {
    const char *no_proxy, *host;
    bool proxy_is_used;
};

/* clang-format off */
static const struct exemption exemptions[] = {
    { "ample.com", "ample.com", false },
    { "ample.com", "www.ample.com", false },
    { "ample.com", "www.example.com", true },
    { "ample.com", "ample.com.org", true },
    { "192.168.0.0/16", "192.168.255.255", false },
    { "192.168.0.0/16", "192.169.0.0", true },
    { "example.com,::1,localhost", "localhost", false },
    { "example.com,::1,localhost", "::1", false },
    { "example.com,::1,localhost", "::2", true },
    { "*", "slack.com", false },
    { "*", "10.0.0.1", false },
    { "*.slack.com", "wss.slack.com", true },
    { "a,*", "slack.com", true },
    { ".slack.com", "slack.com", false },
    { ".slack.com", "wss.slack.com", false },
    { "slack.com.", "slack.com", false },
    { "slack.com", "slack.com.", false },
    { "SLACK.com", "slack.COM", false },
    { "lack.com", "slack.com", true },
    { "com", "slack.com", false },
    { " a , slack.com\t, b", "slack.com", false },
    { "a slack.com", "slack.com", false },
    { ",,", "slack.com", true },
    { ".", "slack.com", true },
    { "10.0.0.0/8", "10.255.1.2", false },
    { "10.0.0.0/8", "11.0.0.1", true },
    { "10.0.0.0/9", "10.127.255.255", false },
    { "10.0.0.0/9", "10.128.0.0", true },
    { "10.1.2.3/32", "10.1.2.3", false },
    { "10.1.2.3", "10.1.2.3", false },
    { "10.1.2.3", "10.1.2.4", true },
    { "10.0.0.0/33", "10.0.0.0", true },
    { "0.0.0.0/0", "10.0.0.1", true },
    { "0.1", "10.0.0.1", true },
    { "10.0.0.0/8", "ten.example", true },
    { "fd00::/8", "fe80::1", true },
    { "10.0.0.0/8", "fdab::1", true },
    { "10.0.0.1:443", "10.0.0.1", true },
};
/* clang-format on */

static void check(const struct exemption *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct proxy_environment environment = { .https_proxy = "http://127.0.0.1:3128", .no_proxy = rows[i].no_proxy };
        struct proxy proxy = { 0 };
        struct error error = { 0 };

        CU_ASSERT_TRUE(proxy_choose(&environment, rows[i].host, 443, &proxy, &error));
        if (proxy.used != rows[i].proxy_is_used)
            printf("no_proxy=%s host=%s\n", rows[i].no_proxy, rows[i].host);
        CU_ASSERT_EQUAL(proxy.used, rows[i].proxy_is_used);
    }
}

static void no_proxy_exempts_as_curl_does(void)
{
    check(exemptions, sizeof exemptions / sizeof exemptions[0]);
}

/* curl 7.88.1 takes an IPv6 address for a name here, so these rows follow its manual alone. */
static void no_proxy_exempts_ipv6_blocks_as_the_manual_says(void)
{
    static const struct exemption rows[] = {
        { "fd00::/8", "fdab::1", false },
        { "fc00::/7", "fd12::1", false },
        { "fc00::/7", "fe80::1", true },
        { "2001:db8::/32", "2001:db8:1::1", false },
        { "2001:db8::/33", "2001:db8:8000::1", true },
        { "2001:db8::/129", "2001:db8::", true },
    };

    check(rows, sizeof rows / sizeof rows[0]);
}

static void the_proxys_own_url_is_read_as_curl_reads_it(void)
{
    static const struct {
        struct proxy_environment environment;
        const char *host;
        int port;
        const char *authorization;
    } cases[] = {
        { { .https_proxy = "http://proxy.example:3128" }, "proxy.example", 3128, "" },
        { { .https_proxy = "http://proxy.example:3128/ignored" }, "proxy.example", 3128, "" },
        { { .https_proxy = "proxy.example:3128" }, "proxy.example", 3128, "" },
        { { .https_proxy = "http://proxy.example" }, "proxy.example", 1080, "" },
        { { .https_proxy = "HTTP://[::1]:3128" }, "::1", 3128, "" },
        { { .https_proxy = "http://me:p%40ss%3Aword@proxy.example:8080" }, "proxy.example", 8080, "me:p@ss:word" },
        { { .https_proxy = "http://me@proxy.example:8080" }, "proxy.example", 8080, "me:" },
        { { .https_proxy = "http://a:1", .all_proxy = "http://b:2" }, "a", 1, "" },
        { { .https_proxy = "", .all_proxy = "http://b:2" }, "b", 2, "" },
        { { .all_proxy = "http://b:2", .no_proxy = "" }, "b", 2, "" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct proxy proxy = { 0 };
        struct error error = { 0 };

        CU_ASSERT_TRUE_FATAL(proxy_choose(&cases[i].environment, "slack.com", 443, &proxy, &error));
        CU_ASSERT_TRUE(proxy.used);
        CU_ASSERT_STRING_EQUAL(proxy.host, cases[i].host);
        CU_ASSERT_EQUAL(proxy.port, cases[i].port);
        CU_ASSERT_STRING_EQUAL(secret_reveal(&proxy.authorization), cases[i].authorization);
        secret_release(&proxy.authorization);
    }
}

static void without_a_proxy_none_is_used(void)
{
    static const struct proxy_environment nothing = { 0 };
    static const struct proxy_environment empty = { .https_proxy = "", .all_proxy = "", .no_proxy = "" };
    struct proxy proxy = { .used = true };
    struct error error = { 0 };

    CU_ASSERT_TRUE(proxy_choose(&nothing, "slack.com", 443, &proxy, &error));
    CU_ASSERT_FALSE(proxy.used);
    CU_ASSERT_TRUE(proxy_choose(&empty, "slack.com", 443, &proxy, &error));
    CU_ASSERT_FALSE(proxy.used);
}

static void other_kinds_of_proxy_are_refused_without_quoting_them(void)
{
    static const char *const urls[] = {
        "https://me:hush@proxy:1", "socks5://me:hush@proxy:1", "http://me:hush@proxy:99999", "http://me:hush@", "//",
        "http://me:hush@pro xy:1"
    };

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        struct proxy_environment environment = { .https_proxy = urls[i] };
        struct proxy proxy = { .port = 17 };
        struct error error = { 0 };

        CU_ASSERT_FALSE(proxy_choose(&environment, "slack.com", 443, &proxy, &error));
        CU_ASSERT_EQUAL(error.kind, ERROR_INPUT);
        CU_ASSERT_PTR_NULL(strstr(error.message, "hush"));
        CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "http://host:port"));
        CU_ASSERT_EQUAL(proxy.port, 17);
    }
}

TEST_MAIN("base/proxy", TEST(no_proxy_exempts_as_curl_does), TEST(no_proxy_exempts_ipv6_blocks_as_the_manual_says),
          TEST(the_proxys_own_url_is_read_as_curl_reads_it), TEST(without_a_proxy_none_is_used),
          TEST(other_kinds_of_proxy_are_refused_without_quoting_them))
