/* tests/standin/connect_proxy.h - an HTTP proxy on loopback that tunnels (CONNECT) and counts.
 *
 * Whatever name is asked for, the tunnel leads to one port on loopback, so a test may ask for hosts that do not exist.
 */
#ifndef CURFEW_TESTS_STANDIN_CONNECT_PROXY_H
#define CURFEW_TESTS_STANDIN_CONNECT_PROXY_H

#include "base/attributes.h"
#include "base/loop.h"

struct connect_proxy;

/* target_port    on 127.0.0.1
 * authorization  the whole value of Proxy-Authorization that is wanted ("Basic bWU6aHVzaA=="); anything else is
 *                answered with 407. NULL = none is wanted. Borrowed.
 */
struct connect_proxy *connect_proxy_new(struct loop *loop, int target_port, const char *authorization) must_check;
void connect_proxy_free(struct connect_proxy *proxy);

int connect_proxy_port(const struct connect_proxy *proxy) must_check;
int connect_proxy_tunnels(const struct connect_proxy *proxy) must_check; /* opened so far */
int connect_proxy_refused(const struct connect_proxy *proxy) must_check; /* answered with 407 so far */

/* What the last tunnel was asked to lead to: "slack.com:443"; "" before it. */
const char *connect_proxy_asked(const struct connect_proxy *proxy) must_check;

#endif
