/* base/url.c - reads URLs; the parsing is libcurl's, so that it and we mean the same host by the same text. */
#include "base/url.h"

#include "base/text.h"

#include <curl/curl.h>

#include <string.h>

enum { ALLOWED_SIZE = 128 };

static void release_parser(CURLU **parser)
{
    curl_url_cleanup(*parser);
}

/* A part that is not there is "". false: it does not fit. */
static bool take_part(CURLU *parser, CURLUPart which, char *target, size_t size)
{
    char *part = NULL;
    bool fits = true;

    target[0] = '\0';
    if (curl_url_get(parser, which, &part, 0) == CURLUE_OK)
        fits = text_copy(target, size, part);
    curl_free(part);
    return fits;
}

static bool scheme_is_one_of(const char *scheme, const char *schemes)
{
    size_t length = strlen(scheme);

    for (const char *word = schemes; *word != '\0'; word += strspn(word, " ")) {
        size_t word_length = strcspn(word, " ");

        if (word_length == length && strncmp(word, scheme, length) == 0)
            return true;
        word += word_length;
    }
    return false;
}

/* "https wss" -> "https:// or wss://" */
static void write_allowed(const char *schemes, char target[ALLOWED_SIZE])
{
    size_t length = 0;

    target[0] = '\0';
    for (const char *word = schemes; *word != '\0' && length < ALLOWED_SIZE; word += strspn(word, " ")) {
        int word_length = (int) strcspn(word, " ");

        length += (size_t) snprintf(target + length, ALLOWED_SIZE - length, "%s%.*s://", length > 0 ? " or " : "",
                                    word_length, word);
        word += word_length;
    }
}

static int default_port(const char *scheme)
{
    return text_equal(scheme, "https") || text_equal(scheme, "wss") ? 443 : 80;
}

static bool take_host(CURLU *parser, const char *what, struct url *url, struct error *error)
{
    char port[sizeof "65535"];
    size_t length = 0;

    if (!take_part(parser, CURLUPART_HOST, url->host, sizeof url->host))
        return error_set(error, ERROR_LIMIT, "the host in %s is longer than %d characters", what, URL_HOST_SIZE - 1);
    length = strlen(url->host);
    if (url->host[0] == '[') {
        memmove(url->host, url->host + 1, length - 2);
        url->host[length - 2] = '\0';
    }
    if (url->host[0] == '\0')
        return error_set(error, ERROR_INPUT, "%s names no host", what);
    url->port = default_port(url->scheme);
    if (take_part(parser, CURLUPART_PORT, port, sizeof port) && port[0] != '\0')
        url->port = (int) strtol(port, NULL, 10);
    if (url->port < 1)
        return error_set(error, ERROR_INPUT, "the port in %s must be 1 to 65535", what);
    return true;
}

static bool take_path(CURLU *parser, const char *what, struct url *url, struct error *error)
{
    char query[URL_PATH_SIZE];
    size_t length = 0;
    bool fits = take_part(parser, CURLUPART_PATH, url->path, sizeof url->path) &&
                take_part(parser, CURLUPART_QUERY, query, sizeof query);

    length = strlen(url->path);
    if (fits && query[0] != '\0') {
        size_t rest = sizeof url->path - length;

        fits = (size_t) snprintf(url->path + length, rest, "?%s", query) < rest;
    }
    if (!fits)
        return error_set(error, ERROR_LIMIT, "the path in %s is longer than %d characters", what, URL_PATH_SIZE - 1);
    return true;
}

static bool has_part(CURLU *parser, CURLUPart which)
{
    char *part = NULL;
    bool has = curl_url_get(parser, which, &part, 0) == CURLUE_OK;

    curl_free(part);
    return has;
}

bool url_read(const char *text, const char *schemes, const char *what, struct url *ret_url, struct error *error)
{
    released_by(release_parser) CURLU *parser = curl_url();
    struct url url = { 0 };
    char allowed[ALLOWED_SIZE];

    write_allowed(schemes, allowed);
    /* libcurl knows wss only where it was built for it; what is allowed is said by schemes. */
    if (curl_url_set(parser, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return error_set(error, ERROR_INPUT, "%s is no URL; it must begin with %s and a host", what, allowed);
    if (!take_part(parser, CURLUPART_SCHEME, url.scheme, sizeof url.scheme) || !scheme_is_one_of(url.scheme, schemes))
        return error_set(error, ERROR_INPUT, "%s must begin with %s", what, allowed);
    if (!take_host(parser, what, &url, error) || !take_path(parser, what, &url, error))
        return false;
    url.has_user = has_part(parser, CURLUPART_USER) || has_part(parser, CURLUPART_PASSWORD);
    *ret_url = url;
    return true;
}
