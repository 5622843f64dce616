/* base/http_transfer.c - the options of one exchange, what arrives for it, and what its failure means.
 *
 * Of libcurl 7.88.1, measured or read in its source:
 * - CURLOPT_CAINFO leaves the system's folder of CAs in force beside it: CURLOPT_CAPATH NULL.
 * - A look-up that is given up is waited for in the loop's thread, unless CURLOPT_QUICK_EXIT lets the resolver's thread
 *   end by itself.
 * - A request on a reused connection that ends before a byte of the answer is sent again, up to five times, whatever
 *   its method. A POST must not be carried out twice, so its body comes from a callback that cannot start over: then
 *   libcurl gives up instead.
 * - A connection that ends within the headers is a success to it, with what had arrived of them.
 * - CURLOPT_PIPEWAIT waits for the word of ALPN, so without TLS for the first answer, which of a watch may never come.
 * - CURLOPT_NOSIGNAL also means that SIGPIPE is ours to ignore (base/loop.c).
 * - Some of its sentences quote the proxy's URL with the password in it.
 */
#include "base/http_transfer.h"

#include "base/text.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
    KEEPALIVE_IDLE_S = 30,
    KEEPALIVE_INTERVAL_S = 10,
    CA_CACHE_S = 60,                 /* a rotated CA file is noticed within it */
    UPLOAD_BUFFER_BYTES = 16 * 1024, /* libcurl takes no less */
    RETRY_AFTER_MAX_S = 24 * 60 * 60,
    MS_PER_S = 1000,
    WHAT_SIZE = 320,
};

/* what arrives */

static bool is_success(const struct http_transfer *transfer)
{
    long status = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 200 && status <= 299;
}

static bool collect_body(struct http_transfer *transfer, const char *bytes, size_t length)
{
    struct http_exchange *exchange = transfer->exchange;
    char what[WHAT_SIZE];

    snprintf(what, sizeof what, "the answer to %s %s", exchange->request.method, transfer->host);
    buffer_append(&exchange->response.body, bytes, length);
    return buffer_complete(&exchange->response.body, what, &exchange->error);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    struct http_exchange *exchange = transfer->exchange;
    struct http_sink *sink = exchange->request.sink;
    size_t length = size * count;
    bool taken = false;

    transfer->active_ms = loop_monotonic_ms(transfer->loop);
    if (sink != NULL && is_success(transfer))
        taken = sink->take(sink, bytes, length, &exchange->error);
    else
        taken = collect_body(transfer, bytes, length);
    return taken ? length : CURL_WRITEFUNC_ERROR;
}

/* Of one that comes twice the last counts. bytes is one line with its end, and without a NUL. */
static void keep_header(struct http_transfer *transfer, const char *bytes, size_t length)
{
    const char *name = transfer->exchange->request.wanted_header;
    char *kept = transfer->exchange->response.header;
    size_t name_length = name == NULL ? 0 : strlen(name);

    if (name == NULL || length <= name_length || bytes[name_length] != ':' ||
        strncasecmp(bytes, name, name_length) != 0)
        return;
    bytes += name_length + 1;
    length -= name_length + 1;
    while (length > 0 && (bytes[0] == ' ' || bytes[0] == '\t')) {
        bytes++;
        length--;
    }
    while (length > 0 && (unsigned char) bytes[length - 1] <= ' ')
        length--;
    if (length >= HTTP_KEPT_HEADER_SIZE)
        length = 0;
    memcpy(kept, bytes, length);
    kept[length] = '\0';
}

/* Headers themselves are read by libcurl; here they are counted. Each call brings one line. */
static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    size_t length = size * count;

    /* There may be several heads (100 Continue), and lines behind the body. */
    if (length > strlen("HTTP/") && memcmp(bytes, "HTTP/", strlen("HTTP/")) == 0)
        transfer->head_is_whole = false;
    if (bytes[0] == '\r' || bytes[0] == '\n')
        transfer->head_is_whole = true;
    transfer->active_ms = loop_monotonic_ms(transfer->loop);
    keep_header(transfer, bytes, length);
    transfer->header_bytes += length;
    if (transfer->header_bytes <= HTTP_HEADER_BYTES_MAX)
        return length;
    error_set(&transfer->exchange->error, ERROR_LIMIT, "%s %s: the headers of the answer are larger than %d bytes",
              transfer->exchange->request.method, transfer->host, HTTP_HEADER_BYTES_MAX);
    return CURL_WRITEFUNC_ERROR;
}

/* what is sent */

static size_t give_body(char *target, size_t size, size_t count, void *context)
{
    struct http_transfer *transfer = context;
    const struct buffer *body = &transfer->exchange->request.body;
    size_t length = body->length - transfer->body_bytes_sent;

    if (length > size * count)
        length = size * count;
    if (length > 0)
        memcpy(target, body->data + transfer->body_bytes_sent, length);
    transfer->body_bytes_sent += length;
    return length;
}

/* libcurl's own sockets would be inherited by child processes. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void) context;
    (void) purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void add_header(struct http_transfer *transfer, const char *line)
{
    struct curl_slist *longer = curl_slist_append(transfer->headers, line);

    if (longer != NULL)
        transfer->headers = longer;
}

/* Makes a line of its own of each "Name: value\n". */
static void add_given_headers(struct http_transfer *transfer)
{
    const char *rest = buffer_text(&transfer->exchange->request.headers);
    bool has_content_type = false;

    while (*rest != '\0') {
        size_t length = strcspn(rest, "\n");
        released_by(buffer_release) struct buffer line = { 0 };

        buffer_append(&line, rest, length);
        has_content_type = has_content_type || strncasecmp(rest, "Content-Type:", strlen("Content-Type:")) == 0;
        add_header(transfer, buffer_text(&line));
        rest += length + (rest[length] == '\n' ? 1 : 0);
    }
    /* Without a value: libcurl leaves it out, instead of calling the body a form. */
    if (!has_content_type)
        add_header(transfer, "Content-Type:");
    add_header(transfer, "Expect:");
}

static void add_authorization(struct http_transfer *transfer)
{
    const struct secret *bearer = transfer->exchange->request.bearer;
    released_by(buffer_release) struct buffer line = { .limit = 2 * SECRET_BYTES_MAX };

    if (bearer == NULL || secret_is_empty(bearer))
        return;
    buffer_append_format(&line, "Authorization: Bearer %s", secret_reveal(bearer));
    add_header(transfer, line.data);
    explicit_bzero(line.data, line.length);
}

static bool has_body(const struct http_request *request)
{
    return request->body.length > 0 || text_equal(request->method, "POST") || text_equal(request->method, "PUT") ||
           text_equal(request->method, "PATCH");
}

static void set_method(struct http_transfer *transfer)
{
    const struct http_request *request = &transfer->exchange->request;
    CURL *easy = transfer->easy;

    if (text_equal(request->method, "HEAD")) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else if (text_equal(request->method, "POST")) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body.length);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
        curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    } else if (has_body(request)) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body.length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, buffer_text(&request->body));
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    } else if (!text_equal(request->method, "GET")) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
}

/* where it goes */

static void release_url(CURLU **url)
{
    curl_url_cleanup(*url);
}

static void release_part(char **part)
{
    curl_free(*part);
}

/* libcurl checks the certificate against the URL's host. So that becomes the name to check, while the connection and
 * the Host header keep the true one. */
static void set_server_name(struct http_transfer *transfer, CURLU *url, const char *name)
{
    released_by(release_part) char *host = NULL;
    released_by(release_part) char *port = NULL;
    char line[2 * URL_HOST_SIZE];

    curl_url_get(url, CURLUPART_HOST, &host, 0);
    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    snprintf(line, sizeof line, "::%s:%s", host, port);
    transfer->connect_to = curl_slist_append(NULL, line);
    curl_easy_setopt(transfer->easy, CURLOPT_CONNECT_TO, transfer->connect_to);
    snprintf(line, sizeof line, "Host: %s:%s", host, port);
    add_header(transfer, line);
    curl_url_set(url, CURLUPART_HOST, name, 0);
}

static bool is_http(CURLU *url)
{
    released_by(release_part) char *scheme = NULL;

    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
    return scheme != NULL && (text_equal(scheme, "http") || text_equal(scheme, "https"));
}

static bool set_url(struct http_transfer *transfer, const struct http_settings *settings)
{
    const struct http_request *request = &transfer->exchange->request;
    released_by(release_url) CURLU *url = curl_url();
    released_by(release_part) char *host = NULL;
    released_by(release_part) char *text = NULL;

    if (curl_url_set(url, CURLUPART_URL, buffer_text(&request->url), CURLU_DISALLOW_USER) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK || !is_http(url) ||
        !text_copy(transfer->host, sizeof transfer->host, host))
        return error_set(&transfer->exchange->error, ERROR_INPUT,
                         "%s: what is asked must be https://host/path or http://host/path, without a user",
                         request->method);
    if (settings->tls_server_name[0] != '\0')
        set_server_name(transfer, url, settings->tls_server_name);
    if (curl_url_get(url, CURLUPART_URL, &text, 0) != CURLUE_OK)
        return error_set(&transfer->exchange->error, ERROR_INPUT, "%s %s: the server name to check is no host name",
                         request->method, transfer->host);
    curl_easy_setopt(transfer->easy, CURLOPT_URL, text);
    curl_easy_setopt(transfer->easy, CURLOPT_PIPEWAIT, text_starts_with(text, "https:") ? 1L : 0L);
    return true;
}

static void set_pem(CURL *easy, CURLoption option, const char *pem)
{
    struct curl_blob blob = { .data = (void *) (uintptr_t) pem, .len = strlen(pem), .flags = CURL_BLOB_NOCOPY };

    if (pem[0] != '\0')
        curl_easy_setopt(easy, option, &blob);
}

static void set_trust(CURL *easy, const struct http_settings *settings)
{
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, (long) CA_CACHE_S);
    set_pem(easy, CURLOPT_CAINFO_BLOB, settings->ca_pem);
    if (settings->ca_path[0] != '\0')
        curl_easy_setopt(easy, CURLOPT_CAINFO, settings->ca_path);
    if (settings->ca_path[0] != '\0' || settings->ca_pem[0] != '\0')
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    set_pem(easy, CURLOPT_SSLCERT_BLOB, settings->certificate_pem);
    set_pem(easy, CURLOPT_SSLKEY_BLOB, secret_reveal(&settings->key_pem));
    if (settings->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

static void set_connection(CURL *easy, const struct http_settings *settings)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long) CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long) HTTP_CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long) KEEPALIVE_IDLE_S);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long) KEEPALIVE_INTERVAL_S);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* Its own 64 KiB each would be 4 MiB for HTTP_IN_FLIGHT_MAX of them. */
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long) UPLOAD_BUFFER_BYTES);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (settings->user_agent[0] != '\0')
        curl_easy_setopt(easy, CURLOPT_USERAGENT, settings->user_agent);
    if (settings->proxy_url[0] != '\0')
        curl_easy_setopt(easy, CURLOPT_PROXY, settings->proxy_url);
}

bool http_transfer_prepare(struct http_transfer *transfer, const struct http_settings *settings)
{
    size_t body_limit = transfer->exchange->request.body_limit;

    transfer->easy = curl_easy_init();
    buffer_init(&transfer->exchange->response.body, body_limit > 0 ? body_limit : HTTP_BODY_BYTES_DEFAULT);
    if (transfer->easy == NULL)
        return error_set(&transfer->exchange->error, ERROR_SYSTEM, "cannot ask: libcurl has no memory");
    if (!set_url(transfer, settings))
        return false;
    set_connection(transfer->easy, settings);
    set_trust(transfer->easy, settings);
    set_method(transfer);
    add_given_headers(transfer);
    add_authorization(transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(transfer->easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(transfer->easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(transfer->easy, CURLOPT_ERRORBUFFER, transfer->words);
    curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, transfer);
    return true;
}

static void wipe(struct curl_slist *lines)
{
    for (struct curl_slist *line = lines; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
}

void http_transfer_dispose(struct http_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    wipe(transfer->headers);
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->connect_to);
    transfer->easy = NULL;
    transfer->headers = NULL;
    transfer->connect_to = NULL;
}

/* how it ended */

static void read_response(struct http_transfer *transfer)
{
    struct http_response *response = &transfer->exchange->response;
    const char *content_type = NULL;
    curl_off_t retry_after_s = 0;
    long status = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &content_type);
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &retry_after_s);
    response->status = (int) status;
    if (content_type != NULL)
        text_copy_cut(response->content_type, sizeof response->content_type, content_type);
    if (retry_after_s > 0)
        response->retry_after_s = retry_after_s < RETRY_AFTER_MAX_S ? retry_after_s : RETRY_AFTER_MAX_S;
}

static enum error_kind kind_of(CURLcode result)
{
    switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
        return ERROR_TIMEOUT;
    case CURLE_OUT_OF_MEMORY: /* so it calls a header line that never ends */
        return ERROR_LIMIT;
    case CURLE_UNSUPPORTED_PROTOCOL: /* an answer as in HTTP/0.9 */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return ERROR_PROTOCOL;
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return ERROR_INPUT;
    default:
        return ERROR_NETWORK;
    }
}

static const char *words_of(const struct http_transfer *transfer, CURLcode result)
{
    if (result == CURLE_SEND_FAIL_REWIND)
        return "the connection ended before the answer";
    if (text_starts_with(transfer->words, "Unsupported proxy"))
        return "the proxy's URL is not understood";
    return transfer->words[0] != '\0' ? transfer->words : curl_easy_strerror(result);
}

void http_transfer_conclude(struct http_transfer *transfer, CURLcode result)
{
    struct http_exchange *exchange = transfer->exchange;

    read_response(transfer);
    exchange->unsent = transfer->body_bytes_sent == 0;
    if (exchange->error.kind != ERROR_NONE)
        return;
    if (result == CURLE_OK && (!transfer->head_is_whole || exchange->response.status < 200))
        error_set(&exchange->error, ERROR_NETWORK, "%s %s: the connection ended within the headers of the answer",
                  exchange->request.method, transfer->host);
    if (result == CURLE_OK)
        return;
    error_set(&exchange->error, kind_of(result), "%s %s: %s", exchange->request.method, transfer->host,
              words_of(transfer, result));
}

void http_transfer_expire(struct http_transfer *transfer, const char *what, int64_t waited_ms)
{
    struct http_exchange *exchange = transfer->exchange;

    exchange->unsent = transfer->body_bytes_sent == 0;
    error_set(&exchange->error, ERROR_TIMEOUT, "%s %s: %s %g s", exchange->request.method, transfer->host, what,
              (double) waited_ms / MS_PER_S);
}
