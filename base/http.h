/* base/http.h - one request, one answer, over curl's multi interface on the loop.
 *
 * A client is a pool of connections with one set of roots and credentials: one for Slack, one for the API server.
 * Everything has a deadline and a ceiling. Redirects are never followed, the system's CA directory is not used
 * beside a CA that was named, netrc is ignored, HTTPS_PROXY and NO_PROXY are honoured by curl itself.
 * A request whose connection ends is sent again by libcurl only where nothing of the answer had arrived, and never a
 * POST with a body. The traps of libcurl 7.88.1 behind these choices: base/http_transfer.c.
 */
#ifndef CURFEW_BASE_HTTP_H
#define CURFEW_BASE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/flow.h"
#include "base/loop.h"
#include "base/secret.h"

enum {
    HTTP_IN_FLIGHT_MAX = 64, /* more wait in line, first come first served */
    HTTP_TIMEOUT_DEFAULT_MS = 30 * 1000,
    HTTP_CONNECT_TIMEOUT_MS = 5 * 1000,
    HTTP_BODY_BYTES_DEFAULT = 4 * 1024 * 1024, /* of an answer that is not streamed */
    HTTP_HEADER_BYTES_MAX = 64 * 1024,
    HTTP_KEPT_HEADER_SIZE = 512,
};

/* How a client connects. Borrowed for http_client_new() only, the texts are copied. "" or NULL = not given. */
struct http_client_options {
    const char *user_agent;
    const char *ca_path; /* PEM file; neither this nor ca_pem: the system's bundle */
    const char *ca_pem;
    const char *certificate_pem; /* client certificate and key, PEM texts */
    const struct secret *key_pem;
    const char *tls_server_name; /* name to check instead of the URL's host (kubeconfig tls-server-name) */
    const char *proxy_url;       /* instead of the environment's */
    bool insecure;               /* kubeconfig insecure-skip-tls-verify */
    /* For https: over HTTP/2 all share one connection, and wait where the server takes few at a time. Beside an exchange
     * without end there may be a second: the first may take nothing new (GOAWAY) and stay open for that one. */
    bool one_connection;
};

struct http_client;

struct http_client *http_client_new(struct loop *loop, const struct http_client_options *options) must_check;

/* Ends every exchange (their flows are not pumped), closes the connections. */
void http_client_free(struct http_client *client);

/* Who wants the body of a 2xx answer piece by piece: the first member of the owner's struct.
 * false with *error set ends the exchange with that error. It is called from inside libcurl: it may start exchanges,
 * and must not cancel or release any. */
struct http_sink {
    bool (*take)(struct http_sink *sink, const char *bytes, size_t length, struct error *error);
};

/* What is asked. The exchange owns what is in it. */
struct http_request {
    const char *method; /* "GET", "POST", "PATCH", ...: a literal */
    struct buffer url;
    struct buffer headers;       /* lines "Name: value\n"; no Authorization here */
    struct buffer body;          /* sent with Content-Length when not empty, or when method is POST, PUT, PATCH */
    const struct secret *bearer; /* borrowed until the end; NULL = no Authorization */
    struct http_sink *sink;      /* borrowed; NULL = the body is collected */
    size_t body_limit;           /* of the answer; 0 = HTTP_BODY_BYTES_DEFAULT; a streamed body has none */
    int64_t timeout_ms;          /* of the whole exchange; 0 = HTTP_TIMEOUT_DEFAULT_MS, below 0 = none (a watch) */
    int64_t idle_timeout_ms;     /* no byte for so long ends it; 0 = none */
    const char *wanted_header;   /* "Date": one of the answer that is to be kept; a literal, NULL = none */
};

struct http_response {
    int status;
    struct buffer body; /* of a streamed exchange: only when the status is not 2xx */
    char content_type[128];
    char header[HTTP_KEPT_HEADER_SIZE]; /* the value of the one that was wanted; "" = it was not there, or too long */
    int64_t retry_after_s;              /* Retry-After in seconds, 0 = not said; at most a day */
};

/* Zeroed before its first use. Reusable after it is done: http_exchange_release() and fill it again. */
struct http_exchange {
    struct flow *flow; /* pumped once when done */
    bool done;
    struct http_request request;
    struct http_response response;  /* valid when done and error.kind is ERROR_NONE, whatever the status */
    struct error error;             /* NETWORK, TIMEOUT, LIMIT, PROTOCOL, INPUT (URL or certificate is none), or the
                                          sink's; names method and host, no path, no query */
    bool unsent;                    /* valid with an error: not a byte of the request's body had left */
    struct http_transfer *transfer; /* the client's, while it runs */
};

/* Starts it or puts it in line. */
void http_exchange_start(struct http_client *client, struct http_exchange *exchange, struct flow *flow);

/* Ends it without a pump. Accepts an idle one. */
void http_exchange_cancel(struct http_exchange *exchange);

/* Cancels and frees all it owns; it is { 0 } afterwards. */
void http_exchange_release(struct http_exchange *exchange);

/* Appends text to a URL, percent-encoded but for letters, digits and -._~ */
void http_append_encoded(struct buffer *url, const char *text);

#endif
