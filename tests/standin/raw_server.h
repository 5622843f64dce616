/* tests/standin/raw_server.h - a TCP server on loopback that does what a script says, however wrong that is.
 *
 *     static const struct raw_step truncated[] = {
 *         { RAW_READ }, { RAW_SEND, .text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf" }, { RAW_CLOSE }
 *     };
 *
 * The steps of a script are done one after the other; behind the last one the connection stays as it is.
 */
#ifndef CURFEW_TESTS_STANDIN_RAW_SERVER_H
#define CURFEW_TESTS_STANDIN_RAW_SERVER_H

#include "base/attributes.h"
#include "base/loop.h"

enum raw_action {
    RAW_STALL, /* nothing more; what a script ends with */
    RAW_READ,  /* waits for a whole request: head, and body by its Content-Length */
    RAW_SEND,  /* text, count times (0 = once) */
    RAW_WAIT,  /* count milliseconds */
    RAW_AGAIN, /* from the first step */
    RAW_CLOSE, /* FIN behind what was sent */
    RAW_DROP,  /* RST */
};

struct raw_step {
    enum raw_action action;
    const char *text;
    int count;
};

struct raw_server;

/* scripts  one per connection in the order of their arrival, the last one for all that follow; the array is copied,
 *          the scripts are borrowed, each ends
 *          with RAW_STALL
 */
struct raw_server *raw_server_new(struct loop *loop, const struct raw_step *const *scripts, int script_count)
    must_check;
void raw_server_free(struct raw_server *server);

int raw_server_port(const struct raw_server *server) must_check;
int raw_server_connections(const struct raw_server *server) must_check; /* accepted so far */
int raw_server_open_most(const struct raw_server *server) must_check;   /* most that were open at a time */
int raw_server_requests(const struct raw_server *server) must_check;    /* whole requests read so far */

/* The last request that was read, head and body; "" before it. */
const char *raw_server_request(const struct raw_server *server) must_check;

#endif
