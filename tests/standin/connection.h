/* tests/standin/connection.h - one client of a listener: its requests one after the other, or its WebSocket.
 *
 * The functions of server.h on responses and sockets are defined here; server.h is what stand-ins see.
 */
#ifndef CURFEW_TESTS_STANDIN_CONNECTION_H
#define CURFEW_TESTS_STANDIN_CONNECTION_H

#include "base/attributes.h"
#include "base/loop.h"
#include "tests/standin/server.h"

#include <openssl/types.h>

struct connection;

/* All connections of a server, so that it can end them. */
struct connection_list {
    struct connection *first;
};

/* Takes over socket and tls; joins the list, and leaves it and frees itself when the client is gone. */
void connection_open(struct loop *loop, int socket, SSL *tls, struct server_handler *handler,
                     struct connection_list *list);

/* Ends all of them at once; owners are told. */
void connection_list_end(struct connection_list *list);

#endif
