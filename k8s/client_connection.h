/* k8s/client_connection.h - the connection to the API server that is in use, and those of before, which drain.
 *
 * A connection is what was opened with one state of roots and certificate, until it is retired. It ends with its last
 * call once another is in use. For k8s/client.c.
 */
#ifndef CURFEW_K8S_CLIENT_CONNECTION_H
#define CURFEW_K8S_CLIENT_CONNECTION_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/http.h"
#include "base/loop.h"
#include "k8s/access.h"

struct client_connection {
    struct http_client *http;
    bool retired; /* to be set by whoever does not trust it any more */
    unsigned generation;
    int calls;
    struct client_connection *next;
};

struct client_connections {
    struct loop *loop;
    struct access *access;
    char *user_agent;
    struct client_connection *first; /* the one in use, unless it is retired */
};

/* access is borrowed, user_agent copied. */
void client_connections_init(struct client_connections *connections, struct loop *loop, struct access *access,
                             const char *user_agent);
void client_connections_release(struct client_connections *connections); /* every call must have left */

/* The one in use, opened where there is none; the call is on it until it leaves. */
struct client_connection *client_connections_enter(struct client_connections *connections) must_check;

/* *connection may be NULL, and is afterwards. */
void client_connections_leave(struct client_connections *connections, struct client_connection **connection);

#endif
