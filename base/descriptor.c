/* base/descriptor.c - descriptors and signals on the loop (base/loop.h), on libuv.
 *
 * What libuv closes it closes a turn later: so each struct has its handle on the heap, and may go away at once.
 */
#include "base/loop.h"

#include "base/memory.h"

#include <uv.h>

#include <assert.h>

struct descriptor_handle {
    uv_poll_t poll;
    struct descriptor *descriptor;
    int events;
};

static void report_descriptor(uv_poll_t *poll, int status, int events)
{
    struct descriptor_handle *handle = poll->data;
    struct descriptor *descriptor = handle->descriptor;

    /* libuv stops watching a descriptor in error. The owner learns of the error by reading from it, or writing to it. */
    if (status < 0) {
        events = UV_READABLE | UV_WRITABLE;
        uv_poll_start(poll, handle->events, report_descriptor);
    }
    descriptor->readable = (events & UV_READABLE) != 0;
    descriptor->writable = (events & UV_WRITABLE) != 0;
    descriptor->flow->pump(descriptor->flow);
}

void descriptor_start(struct loop *loop, struct descriptor *descriptor, int number, bool want_read, bool want_write,
                      struct flow *flow)
{
    int failed = 0;

    if (descriptor->handle != NULL && descriptor->number != number)
        descriptor_stop(loop, descriptor);
    if (descriptor->handle == NULL) {
        descriptor->handle = memory_new(1, sizeof *descriptor->handle);
        descriptor->handle->descriptor = descriptor;
        descriptor->handle->poll.data = descriptor->handle;
        failed = uv_poll_init(loop_uv(loop), &descriptor->handle->poll, number);
        assert(failed == 0);
    }
    descriptor->flow = flow;
    descriptor->number = number;
    descriptor->handle->events = (want_read ? UV_READABLE : 0) | (want_write ? UV_WRITABLE : 0);
    failed = uv_poll_start(&descriptor->handle->poll, descriptor->handle->events, report_descriptor);
    assert(failed == 0);
}

static void free_descriptor_handle(uv_handle_t *closed)
{
    struct descriptor_handle *handle = closed->data;

    free(handle);
}

void descriptor_stop(struct loop *loop, struct descriptor *descriptor)
{
    (void) loop;
    if (descriptor->handle == NULL)
        return;
    uv_close((uv_handle_t *) &descriptor->handle->poll, free_descriptor_handle);
    descriptor->handle = NULL;
}

/* signals */

struct signal_handle {
    uv_signal_t signal;
    struct signal_watch *watch;
};

static void report_signal(uv_signal_t *signal, int number)
{
    struct signal_handle *handle = signal->data;

    (void) number;
    handle->watch->count++;
    handle->watch->flow->pump(handle->watch->flow);
}

void signal_start(struct loop *loop, struct signal_watch *watch, int signal_number, struct flow *flow)
{
    int failed = 0;

    signal_stop(loop, watch);
    watch->flow = flow;
    watch->handle = memory_new(1, sizeof *watch->handle);
    watch->handle->watch = watch;
    watch->handle->signal.data = watch->handle;
    uv_signal_init(loop_uv(loop), &watch->handle->signal);
    failed = uv_signal_start(&watch->handle->signal, report_signal, signal_number);
    assert(failed == 0);
}

static void free_signal_handle(uv_handle_t *closed)
{
    struct signal_handle *handle = closed->data;

    free(handle);
}

void signal_stop(struct loop *loop, struct signal_watch *watch)
{
    (void) loop;
    if (watch->handle == NULL)
        return;
    uv_close((uv_handle_t *) &watch->handle->signal, free_signal_handle);
    watch->handle = NULL;
}
