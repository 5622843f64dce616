/* tests/standin/connect_proxy.c - a tunnel is two links, each of which sends what the other one receives. */
#include "tests/standin/connect_proxy.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "tests/standin/link.h"

#include <arpa/inet.h>
#include <assert.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ASKED_SIZE = 300, BACKLOG = 128 };

/* One end of a tunnel. */
struct side {
    struct link_owner owner;
    struct tunnel *tunnel;
    struct link *link; /* NULL before it is there and after it was closed */
};

struct tunnel {
    struct side client, target;
    struct connect_proxy *proxy;
    struct buffer head; /* the client's request */
    bool is_open;
    struct tunnel *previous, *next;
};

struct connect_proxy {
    struct flow flow;
    struct loop *loop;
    struct descriptor descriptor;
    const char *authorization;
    int port, target_port;
    int tunnel_count, refused_count;
    char asked[ASKED_SIZE];
    struct tunnel *tunnels;
};

static void tunnel_free(struct tunnel *tunnel)
{
    if (tunnel->client.link != NULL)
        link_free(tunnel->client.link);
    if (tunnel->target.link != NULL)
        link_free(tunnel->target.link);
    if (tunnel->previous != NULL)
        tunnel->previous->next = tunnel->next;
    else
        tunnel->proxy->tunnels = tunnel->next;
    if (tunnel->next != NULL)
        tunnel->next->previous = tunnel->previous;
    buffer_release(&tunnel->head);
    free(tunnel);
}

static int connect_to(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((uint16_t) port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int number = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed =
        connect(number, (const struct sockaddr *) &address, sizeof address) + fcntl(number, F_SETFL, O_NONBLOCK);

    assert(number >= 0 && failed == 0);
    return number;
}

/* Names of headers and schemes ("Basic") are the same in either case, credentials are not. */
static bool is_authorized(const struct connect_proxy *proxy, const char *head)
{
    static const char name[] = "\r\nProxy-Authorization: ";
    const char *field = strcasestr(head, name);

    if (proxy->authorization == NULL)
        return true;
    if (field == NULL)
        return false;
    field += strlen(name);

    size_t length = strlen(proxy->authorization);
    size_t scheme = strcspn(proxy->authorization, " ");
    return strcspn(field, "\r") == length && strncasecmp(field, proxy->authorization, scheme) == 0 &&
           strncmp(field + scheme, proxy->authorization + scheme, length - scheme) == 0;
}

static void answer(struct tunnel *tunnel, const char *text)
{
    link_send(tunnel->client.link, text, strlen(text));
}

static void open_tunnel(struct tunnel *tunnel)
{
    static const char method[] = "CONNECT ";
    struct connect_proxy *proxy = tunnel->proxy;
    const char *head = buffer_text(&tunnel->head);
    const char *asked = head + strlen(method);

    if (strncmp(head, method, strlen(method)) != 0) {
        answer(tunnel, "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
        link_close(tunnel->client.link);
        return;
    }
    snprintf(proxy->asked, sizeof proxy->asked, "%.*s", (int) strcspn(asked, " "), asked);
    if (!is_authorized(proxy, head)) {
        proxy->refused_count++;
        answer(tunnel, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                       "Content-Length: 0\r\n\r\n");
        link_close(tunnel->client.link);
        return;
    }
    proxy->tunnel_count++;
    tunnel->is_open = true;
    tunnel->target.link = link_new(proxy->loop, connect_to(proxy->target_port), NULL, &tunnel->target.owner);
    answer(tunnel, "HTTP/1.1 200 Connection established\r\n\r\n");
}

static struct side *other_side(struct side *side)
{
    return side == &side->tunnel->client ? &side->tunnel->target : &side->tunnel->client;
}

static void take_bytes(struct link_owner *owner, const char *bytes, size_t length)
{
    struct side *side = (struct side *) owner;
    struct tunnel *tunnel = side->tunnel;

    if (tunnel->is_open && other_side(side)->link != NULL) {
        link_send(other_side(side)->link, bytes, length);
    } else if (!tunnel->is_open) {
        buffer_append(&tunnel->head, bytes, length);
        if (strstr(buffer_text(&tunnel->head), "\r\n\r\n") != NULL)
            open_tunnel(tunnel);
    }
}

static void take_end(struct link_owner *owner)
{
    struct side *other = other_side((struct side *) owner);

    if (other->link != NULL)
        link_finish(other->link);
    else
        link_close(((struct side *) owner)->link);
}

static void take_closed(struct link_owner *owner)
{
    struct side *side = (struct side *) owner;
    struct side *other = other_side(side);

    side->link = NULL;
    if (other->link != NULL)
        link_close(other->link);
    else
        tunnel_free(side->tunnel);
}

static void tunnel_new(struct connect_proxy *proxy, int socket)
{
    struct tunnel *tunnel = memory_new(1, sizeof *tunnel);
    struct side side = { .owner = { take_bytes, take_end, take_closed }, .tunnel = tunnel };

    *tunnel = (struct tunnel){ .client = side, .target = side, .proxy = proxy, .next = proxy->tunnels };
    if (proxy->tunnels != NULL)
        proxy->tunnels->previous = tunnel;
    proxy->tunnels = tunnel;
    tunnel->client.link = link_new(proxy->loop, socket, NULL, &tunnel->client.owner);
}

static void accept_all(struct flow *flow)
{
    struct connect_proxy *proxy = (struct connect_proxy *) flow;

    for (;;) {
        int socket = accept4(proxy->descriptor.number, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (socket < 0)
            return;
        tunnel_new(proxy, socket);
    }
}

struct connect_proxy *connect_proxy_new(struct loop *loop, int target_port, const char *authorization)
{
    struct connect_proxy *proxy = memory_new(1, sizeof *proxy);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int number = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int failed = bind(number, (const struct sockaddr *) &address, sizeof address) + listen(number, BACKLOG) +
                 getsockname(number, (struct sockaddr *) &address, &length);

    assert(number >= 0 && failed == 0);
    *proxy = (struct connect_proxy){ .flow.pump = accept_all,
                                     .loop = loop,
                                     .authorization = authorization,
                                     .port = ntohs(address.sin_port),
                                     .target_port = target_port };
    descriptor_start(loop, &proxy->descriptor, number, true, false, &proxy->flow);
    return proxy;
}

void connect_proxy_free(struct connect_proxy *proxy)
{
    if (proxy == NULL)
        return;
    while (proxy->tunnels != NULL)
        tunnel_free(proxy->tunnels);
    descriptor_stop(proxy->loop, &proxy->descriptor);
    close(proxy->descriptor.number);
    free(proxy);
}

int connect_proxy_port(const struct connect_proxy *proxy)
{
    return proxy->port;
}

int connect_proxy_tunnels(const struct connect_proxy *proxy)
{
    return proxy->tunnel_count;
}

int connect_proxy_refused(const struct connect_proxy *proxy)
{
    return proxy->refused_count;
}

const char *connect_proxy_asked(const struct connect_proxy *proxy)
{
    return proxy->asked;
}
