/* k8s/client.h - sends what the other modules write to the API server, as a good citizen.
 *
 * One connection (HTTP/2), at most HTTP_IN_FLIGHT_MAX requests on it, fewer while the server refuses or is slow
 * (k8s/pace.h), first come first served; one on which nothing came back in time is left for a new one. 429 and 503 are
 * waited out as the server asks, by all; reads are repeated after a broken connection and a 5xx, writes are not: whether
 * a write took effect is for the caller to read. After an outage the API server says 403 for a
 * moment, before its roles are loaded: so a 403 is asked again within CLIENT_SETTLE_MS after the first answer behind a
 * failed connection.
 */
#ifndef CURFEW_K8S_CLIENT_H
#define CURFEW_K8S_CLIENT_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/error.h"
#include "base/flow.h"
#include "base/http.h"
#include "base/loop.h"
#include "k8s/access.h"
#include "k8s/client_error.h" /* belongs to it: what an answer means that is none of the good ones */
#include "k8s/pace.h"

enum {
    CLIENT_TRIES_MAX = 5, /* but as many as its time allows where the server says when to ask again */
    CLIENT_SETTLE_MS = 3 * 1000,
    CLIENT_TIMEOUT_MS = 20 * 1000,  /* of one call with all its tries, unless the request says otherwise */
    CLIENT_READ_TRY_MS = 10 * 1000, /* of one try of a read: then there is time for another, on a new connection */
};

struct client;
struct client_connection;

enum client_call_state {
    CLIENT_CALL_IDLE,
    CLIENT_CALL_WITHOUT_CREDENTIAL, /* waits for one */
    CLIENT_CALL_IN_LINE,            /* for its place before the server */
    CLIENT_CALL_IN_FLIGHT,
    CLIENT_CALL_PAUSED, /* until the next try */
    CLIENT_CALL_ENDING, /* failed, the flow is told in the next turn */
};

/* Between exchange and the request's sink: whoever has seen a part of a body is not given it twice. */
struct client_tap {
    struct http_sink sink;
    struct client_call *call;
};

/* access is borrowed. user_agent is copied: "curfew/0.1.0". */
struct client *client_new(struct loop *loop, struct access *access, const char *user_agent) must_check;
void client_free(struct client *client); /* calls still open end without a pump */

/* One call. Zeroed before its first use; the caller fills request as it would for http (url holds the path only:
 * "/api/v1/namespaces"), the client adds server and credential, and Accept unless the headers begin with one. */
struct client_call {
    struct flow pump;  /* the client's own: an exchange of this call moved. First member */
    struct flow *flow; /* the caller's, pumped once when done */
    bool done;
    struct http_request request;
    struct http_response response; /* valid without error: any status that is not retried */
    struct error error;            /* NETWORK, TIMEOUT, BUSY (tries or time used up), REFUSED (no credential), ... */
    struct client *client;         /* the rest is the client's */
    enum client_call_state state;
    struct client_connection *connection;
    struct pace_ticket ticket;
    struct client_tap tap;
    bool streamed; /* a part of the body went to the sink: no other try */
    struct http_exchange exchange;
    struct timer timer;
    struct client_call *next, *previous;
    int64_t deadline_ms;
    int failures;
    bool renewed; /* the credential, after a 401, once */
};

/* The loop it was made for: for flows that have nothing to ask and must still be pumped from it. */
struct loop *client_loop(const struct client *client) must_check;

void client_call_start(struct client *client, struct client_call *call, struct flow *flow);
void client_call_cancel(struct client_call *call);
void client_call_release(struct client_call *call); /* cancels, frees, { 0 } */

#endif
