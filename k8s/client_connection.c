/* k8s/client_connection.c - one HTTP client per state of roots and certificate; the newest is first in the list. */
#include "k8s/client_connection.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

static void free_drained(struct client_connections *connections);

void client_connections_init(struct client_connections *connections, struct loop *loop, struct access *access,
                             const char *user_agent)
{
    *connections = (struct client_connections){ .loop = loop, .access = access, .user_agent = memory_text(user_agent) };
}

void client_connections_release(struct client_connections *connections)
{
    if (connections->first != NULL)
        connections->first->retired = true;
    free_drained(connections);
    assert(connections->first == NULL);
    free(connections->user_agent);
    *connections = (struct client_connections){ 0 };
}

struct client_connection *client_connections_enter(struct client_connections *connections)
{
    unsigned generation;
    struct http_client_options options = *access_connection(connections->access, &generation);
    struct client_connection *connection = connections->first;

    if (connection == NULL || connection->retired || connection->generation != generation) {
        if (connection != NULL)
            connection->retired = true;
        free_drained(connections);
        options.user_agent = connections->user_agent;
        options.one_connection = text_starts_with(access_server(connections->access), "https:");
        connection = memory_new(1, sizeof *connection);
        *connection = (struct client_connection){ .http = http_client_new(connections->loop, &options),
                                                  .generation = generation,
                                                  .next = connections->first };
        connections->first = connection;
    }
    connection->calls++;
    return connection;
}

void client_connections_leave(struct client_connections *connections, struct client_connection **connection)
{
    if (*connection == NULL)
        return;
    (*connection)->calls--;
    *connection = NULL;
    free_drained(connections);
}

static void free_drained(struct client_connections *connections)
{
    struct client_connection **link = &connections->first;

    while (*link != NULL) {
        struct client_connection *connection = *link;

        if (!connection->retired || connection->calls > 0) {
            link = &connection->next;
            continue;
        }
        *link = connection->next;
        http_client_free(connection->http);
        free(connection);
    }
}
