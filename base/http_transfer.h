/* base/http_transfer.h - one exchange as libcurl sees it; for base/http.c alone. */
#ifndef CURFEW_BASE_HTTP_TRANSFER_H
#define CURFEW_BASE_HTTP_TRANSFER_H

#include "base/http.h"
#include "base/url.h"

#include <curl/curl.h>

/* The client's own copy of its struct http_client_options; "" = not given. */
struct http_settings {
    char *user_agent, *ca_path, *ca_pem, *certificate_pem, *tls_server_name, *proxy_url;
    struct secret key_pem;
    bool insecure;
};

struct http_transfer {
    struct flow flow; /* the client's: its time is over, or may be */
    struct http_client *client;
    struct http_exchange *exchange;
    struct loop *loop;
    struct timer alarm;
    int64_t deadline_ms; /* by loop_monotonic_ms(); 0 = none */
    int64_t active_ms;   /* when the last byte arrived */
    CURL *easy;          /* NULL while it waits in line */
    struct curl_slist *headers;
    struct curl_slist *connect_to;
    size_t header_bytes;         /* arrived so far */
    bool head_is_whole;          /* the empty line behind it was seen */
    size_t body_bytes_sent;      /* of a body that is read piece by piece */
    char host[URL_HOST_SIZE];    /* for sentences */
    char words[CURL_ERROR_SIZE]; /* libcurl's */
    struct http_transfers *list; /* where it is */
    struct http_transfer *previous, *next;
};

/* Makes the easy handle. false, with the exchange's error set: ERROR_INPUT, the URL is none. */
bool http_transfer_prepare(struct http_transfer *transfer, const struct http_settings *settings) must_check;

/* Frees the easy handle, which is no longer the multi handle's. Accepts one that was never made. */
void http_transfer_dispose(struct http_transfer *transfer);

/* Fills in the exchange's response, or its error unless that is set already. */
void http_transfer_conclude(struct http_transfer *transfer, CURLcode result);

/* The exchange's error becomes ERROR_TIMEOUT: "no answer within 30 s", where what is "no answer within". */
void http_transfer_expire(struct http_transfer *transfer, const char *what, int64_t waited_ms);

#endif
