/* base/proxy.c - who is reached through a proxy (base/url.h): the rules of libcurl 7.88, for those that connect
 * without it.
 *
 * The source of the rules is curl's manual (ENVIRONMENT, CURLOPT_NOPROXY), and where that is silent its lib/noproxy.c.
 * One difference: IPv6 blocks, which that version never matches, because it takes the address for a name.
 */
#include "base/url.h"

#include "base/buffer.h"
#include "base/text.h"

#include <curl/curl.h>

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

enum { PROXY_PORT_DEFAULT = 1080, ADDRESS_SIZE = 16, PATTERN_SIZE = 256 };

struct address {
    int family; /* AF_INET, AF_INET6; AF_UNSPEC: it is a name */
    unsigned char bytes[ADDRESS_SIZE];
};

static struct address read_address(const char *text)
{
    struct address address = { 0 };

    if (inet_pton(AF_INET, text, address.bytes) == 1)
        address.family = AF_INET;
    else if (inet_pton(AF_INET6, text, address.bytes) == 1)
        address.family = AF_INET6;
    return address;
}

static bool first_bits_are_equal(const unsigned char *a, const unsigned char *b, int bits)
{
    int whole = bits / CHAR_BIT;
    int rest = bits % CHAR_BIT;

    if (memcmp(a, b, (size_t) whole) != 0)
        return false;
    return rest == 0 || (a[whole] ^ b[whole]) >> (CHAR_BIT - rest) == 0;
}

/* The number behind the slash; the whole address without one, and for "/0", as curl has it. -1: it is none. */
static int read_bits(const char *text, int bits_max)
{
    char *end = NULL;
    long bits = 0;

    if (text == NULL)
        return bits_max;
    bits = strtol(text, &end, 10);
    if (end == text || *end != '\0' || bits < 0 || bits > bits_max)
        return -1;
    return bits == 0 ? bits_max : (int) bits;
}

/* pattern: "192.168.0.0/16", "10.1.2.3", "fd00::/8"; it is cut at the slash. */
static bool address_matches(const struct address *host, char *pattern)
{
    int bits_max = host->family == AF_INET ? 32 : 128;
    char *slash = strchr(pattern, '/');
    int bits = read_bits(slash != NULL ? slash + 1 : NULL, bits_max);
    struct address block = { 0 };

    if (slash != NULL)
        *slash = '\0';
    block = read_address(pattern);
    return bits > 0 && block.family == host->family && first_bits_are_equal(host->bytes, block.bytes, bits);
}

static size_t length_without_last_dot(const char *name)
{
    size_t length = strlen(name);

    return length > 0 && name[length - 1] == '.' ? length - 1 : length;
}

/* "example.com" and ".example.com" match example.com and www.example.com, not nonexample.com. */
static bool name_matches(const char *host, const char *pattern)
{
    size_t host_length = length_without_last_dot(host);
    size_t length = 0;

    if (pattern[0] == '.')
        pattern++;
    length = length_without_last_dot(pattern);
    if (length == 0 || length > host_length || strncasecmp(host + host_length - length, pattern, length) != 0)
        return false;
    return length == host_length || host[host_length - length - 1] == '.';
}

static bool is_exempt(const char *no_proxy, const char *host)
{
    static const char separators[] = ", \t";
    struct address address = read_address(host);
    const char *word = no_proxy;

    if (text_equal(no_proxy, "*"))
        return true;
    while (*word != '\0') {
        size_t length = strcspn(word, separators);
        char pattern[PATTERN_SIZE];

        snprintf(pattern, sizeof pattern, "%.*s", (int) length, word);
        if (length < sizeof pattern && address.family == AF_UNSPEC && name_matches(host, pattern))
            return true;
        if (length < sizeof pattern && address.family != AF_UNSPEC && address_matches(&address, pattern))
            return true;
        word += length;
        word += strspn(word, separators);
    }
    return false;
}

static void release_parser(CURLU **parser)
{
    curl_url_cleanup(*parser);
}

static void release_part(char **part)
{
    curl_free(*part);
}

static bool take_address(CURLU *parser, struct proxy *proxy, struct error *error)
{
    released_by(release_part) char *scheme = NULL;
    released_by(release_part) char *host = NULL;
    released_by(release_part) char *port = NULL;
    size_t length = 0;

    curl_url_get(parser, CURLUPART_SCHEME, &scheme, 0);
    curl_url_get(parser, CURLUPART_HOST, &host, 0);
    if (scheme == NULL || host == NULL || !text_equal(scheme, "http"))
        return error_set(error, ERROR_INPUT, "the proxy must be http://host:port, other kinds are not supported");
    length = strlen(host);
    if (host[0] == '[') {
        host[length - 1] = '\0';
        memmove(host, host + 1, length - 1);
    }
    if (!text_copy(proxy->host, sizeof proxy->host, host))
        return error_set(error, ERROR_INPUT, "the name of the proxy is longer than %d characters", URL_HOST_SIZE - 1);
    proxy->port = PROXY_PORT_DEFAULT;
    if (curl_url_get(parser, CURLUPART_PORT, &port, 0) == CURLUE_OK)
        proxy->port = (int) strtol(port, NULL, 10);
    return true;
}

static void take_authorization(CURLU *parser, struct proxy *proxy)
{
    released_by(release_part) char *user = NULL;
    released_by(release_part) char *password = NULL;
    released_by(buffer_release) struct buffer both = { 0 };

    curl_url_get(parser, CURLUPART_USER, &user, CURLU_URLDECODE);
    curl_url_get(parser, CURLUPART_PASSWORD, &password, CURLU_URLDECODE);
    if (user == NULL && password == NULL)
        return;
    buffer_append_format(&both, "%s:%s", user != NULL ? user : "", password != NULL ? password : "");
    secret_set(&proxy->authorization, both.data, both.length);
    explicit_bzero(both.data, both.length);
}

bool proxy_choose(const struct proxy_environment *environment, const char *host, int port, struct proxy *ret_proxy,
                  struct error *error)
{
    released_by(release_parser) CURLU *parser = curl_url();
    const char *text = environment->https_proxy;
    struct proxy proxy = { .used = true };

    (void) port; /* curl's rules know no ports */
    if (text == NULL || text[0] == '\0')
        text = environment->all_proxy;
    if (text == NULL || text[0] == '\0' || (environment->no_proxy != NULL && is_exempt(environment->no_proxy, host))) {
        *ret_proxy = (struct proxy){ 0 };
        return true;
    }
    if (curl_url_set(parser, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME) != CURLUE_OK)
        return error_set(error, ERROR_INPUT, "the proxy is no URL; it must be http://host:port");
    if (!take_address(parser, &proxy, error))
        return false;
    take_authorization(parser, &proxy);
    *ret_proxy = proxy;
    return true;
}
