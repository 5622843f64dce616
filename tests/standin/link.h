/* tests/standin/link.h - bytes to and from one client: TCP, with or without TLS, on the loop.
 *
 * What is sent goes out at once as far as the client takes it, the rest when it does. Owners are called from the loop
 * only, never from inside a call of theirs.
 */
#ifndef CURFEW_TESTS_STANDIN_LINK_H
#define CURFEW_TESTS_STANDIN_LINK_H

#include "base/attributes.h"
#include "base/loop.h"

#include <openssl/types.h>

#include <stdbool.h>
#include <stddef.h>

struct link;

/* The first member of the owner's struct. */
struct link_owner {
    void (*received)(struct link_owner *owner, const char *bytes, size_t length);
    void (*ended)(struct link_owner *owner);  /* the client sent FIN; sending is still possible */
    void (*closed)(struct link_owner *owner); /* the last call: the link frees itself behind it */
};

/* Takes over the socket (non-blocking) and tls (server side, NULL = plain). */
struct link *link_new(struct loop *loop, int socket, SSL *tls, struct link_owner *owner) must_check;

/* At once and without telling the owner. */
void link_free(struct link *link);

/* More than SERVER_QUEUE_BYTES_MAX waiting to be sent drops the client. */
void link_send(struct link *link, const void *bytes, size_t length);

/* FIN (behind TLS's close_notify) after what waits to be sent; reading goes on. */
void link_finish(struct link *link);

/* After what waits to be sent: FIN, and the end once the client ends its side too, or a second later. What it sends
 * meanwhile is dropped: closing on unread bytes would be an RST, which can overtake the last answer. */
void link_close(struct link *link);

/* RST now. */
void link_drop(struct link *link);

/* Reads nothing any more. */
void link_pause(struct link *link);

/* The common name of the client's certificate, or "". */
void link_client_name(const struct link *link, char *target, size_t size);

#endif
