/* base/process.c - child processes on the loop (base/loop.h), on libuv.
 *
 * A child leads a process group of its own, so that a kill reaches what it started too. It is done when it has ended
 * and its output has: a grandchild may hold the output open for longer, which the time-out ends. As with look-ups,
 * the handle outlives its struct: a killed child must still be reaped.
 */
#include "base/loop.h"

#include "base/memory.h"
#include "base/text.h"

#include <uv.h>

#include <signal.h>
#include <unistd.h>

enum { CHUNK_SIZE = 4096, NAME_SIZE = 128, SIGNAL_STATUS = 128 };

struct process_handle {
    struct flow flow; /* when the time is over, or the child could not be started */
    struct loop *loop;
    struct process *process; /* NULL after process_cancel() */
    struct timer timeout;
    uv_process_t child;
    uv_pipe_t output;
    bool child_ended, output_ended;
    int open_handles; /* of libuv's two, those that are not closed yet */
    char name[NAME_SIZE];
    char chunk[CHUNK_SIZE];
};

static void count_closed(uv_handle_t *closed)
{
    struct process_handle *handle = closed->data;

    handle->open_handles--;
    if (handle->open_handles == 0)
        free(handle);
}

static void end_output(struct process_handle *handle)
{
    if (handle->output_ended)
        return;
    handle->output_ended = true;
    uv_close((uv_handle_t *) &handle->output, count_closed);
}

static void kill_child(struct process_handle *handle)
{
    if (!handle->child_ended)
        kill(-uv_process_get_pid(&handle->child), SIGKILL);
}

/* Separates the handle from its struct. */
static void part(struct process_handle *handle)
{
    timer_stop(handle->loop, &handle->timeout);
    loop_unpost(handle->loop, &handle->flow);
    handle->process->handle = NULL;
    handle->process = NULL;
}

static void announce_when_ended(struct process_handle *handle)
{
    struct process *process = handle->process;

    if (process == NULL || !handle->child_ended || !handle->output_ended)
        return;
    part(handle);
    process->done = true;
    process->flow->pump(process->flow);
}

/* The flow of a handle: the child was not started, or its time is over. */
static void give_up(struct flow *flow)
{
    struct process_handle *handle = (struct process_handle *) flow;
    struct error *error = &handle->process->error;

    if (error->kind == ERROR_NONE)
        error_set(error, ERROR_TIMEOUT, "%s did not end in time", handle->name);
    kill_child(handle);
    end_output(handle);
    announce_when_ended(handle);
}

static void take_end(uv_process_t *child, int64_t exit_status, int signal_number)
{
    struct process_handle *handle = child->data;

    handle->child_ended = true;
    if (handle->process != NULL)
        handle->process->exit_status = signal_number != 0 ? SIGNAL_STATUS + signal_number : (int) exit_status;
    uv_close((uv_handle_t *) child, count_closed);
    announce_when_ended(handle);
}

static void offer_chunk(uv_handle_t *output, size_t suggested_size, uv_buf_t *ret_buffer)
{
    struct process_handle *handle = output->data;

    (void) suggested_size;
    *ret_buffer = uv_buf_init(handle->chunk, sizeof handle->chunk);
}

static void take_output(uv_stream_t *output, ssize_t length, const uv_buf_t *chunk)
{
    struct process_handle *handle = output->data;
    struct process *process = handle->process;

    if (length > 0)
        buffer_append(&process->output, chunk->base, (size_t) length);
    if (length > 0 && !buffer_complete(&process->output, "its output", &process->error)) {
        error_context(&process->error, "%s", handle->name);
        kill_child(handle);
    }
    if (length < 0 || process->error.kind == ERROR_LIMIT)
        end_output(handle);
    announce_when_ended(handle);
}

static int spawn(struct process_handle *handle, const char *const *arguments, const char *const *environment)
{
    uv_stdio_container_t streams[] = {
        { .flags = UV_IGNORE },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *) &handle->output },
        { .flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO },
    };
    /* libuv does not change the texts; execvp() wants them so. */
    uv_process_options_t options = { .exit_cb = take_end,
                                     .file = arguments[0],
                                     .args = (char **) (uintptr_t) arguments,
                                     .env = (char **) (uintptr_t) environment,
                                     .flags = UV_PROCESS_DETACHED,
                                     .stdio_count = sizeof streams / sizeof streams[0],
                                     .stdio = streams };

    return uv_spawn(loop_uv(handle->loop), &handle->child, &options);
}

void process_start(struct loop *loop, struct process *process, const char *const *arguments,
                   const char *const *environment, int64_t timeout_ms, struct flow *flow)
{
    struct process_handle *handle = memory_new(1, sizeof *handle);
    int failed = 0;

    process_cancel(loop, process);
    buffer_clear(&process->output);
    *process = (struct process){ .flow = flow, .output = process->output, .handle = handle };
    *handle = (struct process_handle){ .flow.pump = give_up, .loop = loop, .process = process, .open_handles = 2 };
    text_copy_cut(handle->name, sizeof handle->name, arguments[0]);
    uv_pipe_init(loop_uv(loop), &handle->output, 0);
    handle->output.data = handle;
    handle->child.data = handle;
    failed = spawn(handle, arguments, environment);
    if (failed == 0) {
        uv_read_start((uv_stream_t *) &handle->output, offer_chunk, take_output);
        timer_start(loop, &handle->timeout, timeout_ms, &handle->flow);
        return;
    }
    error_set(&process->error, ERROR_SYSTEM, "cannot run %s: %s", arguments[0], uv_strerror(failed));
    handle->child_ended = true;
    uv_close((uv_handle_t *) &handle->child, count_closed);
    loop_post(loop, &handle->flow);
}

void process_cancel(struct loop *loop, struct process *process)
{
    struct process_handle *handle = process->handle;

    (void) loop;
    if (handle == NULL)
        return;
    part(handle);
    kill_child(handle);
    end_output(handle);
}

void process_release(struct process *process)
{
    buffer_release(&process->output);
    *process = (struct process){ 0 };
}
