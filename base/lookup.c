/* base/lookup.c - name look-ups on the loop (base/loop.h): getaddrinfo() in one of libuv's helper threads.
 *
 * A look-up that was begun cannot be called back. So the handle outlives its struct, and the answer finds nobody.
 */
#include "base/loop.h"

#include "base/memory.h"
#include "base/text.h"

#include <uv.h>

struct lookup_handle {
    struct flow flow;      /* announces what failed before it began */
    struct lookup *lookup; /* NULL after lookup_cancel() */
    uv_getaddrinfo_t request;
    char host[NI_MAXHOST];
};

static void fail(struct lookup *lookup, const char *host, int reason)
{
    error_set(&lookup->error, ERROR_NETWORK, "cannot resolve %s: %s", host, uv_strerror(reason));
}

static void take_address(struct lookup *lookup, const char *host, const struct addrinfo *answer)
{
    int failed = UV_EAI_FAMILY;

    if (answer->ai_family == AF_INET)
        failed = uv_ip4_name((const struct sockaddr_in *) (const void *) answer->ai_addr, lookup->address,
                             sizeof lookup->address);
    else if (answer->ai_family == AF_INET6)
        failed = uv_ip6_name((const struct sockaddr_in6 *) (const void *) answer->ai_addr, lookup->address,
                             sizeof lookup->address);
    if (failed != 0)
        fail(lookup, host, failed);
}

/* The handle is gone before the pump, which may start the look-up anew. */
static void announce(struct lookup_handle *handle)
{
    struct lookup *lookup = handle->lookup;

    free(handle);
    if (lookup == NULL)
        return;
    lookup->handle = NULL;
    lookup->done = true;
    lookup->flow->pump(lookup->flow);
}

static void announce_failure(struct flow *flow)
{
    announce((struct lookup_handle *) flow);
}

static void take_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *answer)
{
    struct lookup_handle *handle = request->data;

    if (handle->lookup != NULL && status != 0)
        fail(handle->lookup, handle->host, status);
    else if (handle->lookup != NULL)
        take_address(handle->lookup, handle->host, answer);
    uv_freeaddrinfo(answer);
    announce(handle);
}

void lookup_start(struct loop *loop, struct lookup *lookup, const char *host, struct flow *flow)
{
    static const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    struct lookup_handle *handle = memory_new(1, sizeof *handle);
    int failed = 0;

    lookup_cancel(loop, lookup);
    *lookup = (struct lookup){ .flow = flow, .handle = handle };
    handle->flow.pump = announce_failure;
    handle->lookup = lookup;
    handle->request.data = handle;
    if (!text_copy(handle->host, sizeof handle->host, host))
        failed = UV_ENAMETOOLONG;
    else
        failed = uv_getaddrinfo(loop_uv(loop), &handle->request, take_answer, handle->host, NULL, &hints);
    if (failed == 0)
        return;
    fail(lookup, host, failed);
    loop_post(loop, &handle->flow);
}

void lookup_cancel(struct loop *loop, struct lookup *lookup)
{
    struct lookup_handle *handle = lookup->handle;
    bool never_began = handle != NULL && lookup->error.kind != ERROR_NONE;

    if (handle == NULL)
        return;
    lookup->handle = NULL;
    handle->lookup = NULL;
    if (never_began) {
        loop_unpost(loop, &handle->flow);
        free(handle);
    } else {
        uv_cancel((uv_req_t *) &handle->request);
    }
}
