/* base/url.h - the parts of a URL, and who is reached through a proxy. Pure; parsing is libcurl's. */
#ifndef CURFEW_BASE_URL_H
#define CURFEW_BASE_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/secret.h"

enum { URL_HOST_SIZE = 256, URL_PATH_SIZE = 2048, URL_SCHEME_SIZE = 16 };

/* A plain value. path holds path and query: it may carry a ticket, so it is never logged. */
struct url {
    char scheme[URL_SCHEME_SIZE]; /* lower case */
    char host[URL_HOST_SIZE];     /* IPv6 without brackets */
    int port;                     /* the scheme's default when not said: 443 for https and wss, 80 otherwise */
    char path[URL_PATH_SIZE];     /* "/" at least */
    bool has_user;                /* user information was given */
};

/* schemes  those allowed, blank separated: "https wss"
 * what     names it in the error, which never quotes path or user information: "SLACK_API_URL"
 * false, ERROR_INPUT / ERROR_LIMIT. */
bool url_read(const char *text, const char *schemes, const char *what, struct url *ret_url, struct error *error)
    must_check;

/* The proxy for a TLS connection to host:port, by the rules curl uses, so that the WebSocket and the Web API agree:
 * https_proxy or HTTPS_PROXY, else all_proxy or ALL_PROXY; no_proxy or NO_PROXY: "*", or a comma separated list of
 * hosts and domain ends ("slack.com", ".slack.com"), IP addresses and CIDR blocks. Lower case wins over upper case. */
struct proxy_environment {
    const char *https_proxy; /* borrowed; NULL = not set */
    const char *all_proxy;
    const char *no_proxy;
};

struct proxy {
    bool used;
    char host[URL_HOST_SIZE];
    int port;                    /* 1080 when not said, as curl does */
    struct secret authorization; /* "user:password", percent-decoded; empty = none; secret_release() */
};

/* false, ERROR_INPUT: the proxy's URL is wrong or of a kind other than http:// . */
bool proxy_choose(const struct proxy_environment *environment, const char *host, int port, struct proxy *ret_proxy,
                  struct error *error) must_check;

#endif
