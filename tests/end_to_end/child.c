/* tests/end_to_end/child.c - its end comes through a pidfd, its words through pipes: all of it on the loop. */
#include "tests/end_to_end/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void read_all(struct child *child, struct child_output *output)
{
    char bytes[16 * 1024];

    while (output->file >= 0) {
        ssize_t count = read(output->file, bytes, sizeof bytes);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count > 0) {
            buffer_append(&output->text, bytes, (size_t) count);
            continue;
        }
        descriptor_stop(child->stage->loop, &output->descriptor);
        close(output->file);
        output->file = -1;
    }
}

static void look_for_end(struct child *child)
{
    int status = 0;

    if (child->ended || waitpid(child->pid, &status, WNOHANG) != child->pid)
        return;
    child->ended = true;
    child->exit_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    descriptor_stop(child->stage->loop, &child->end);
    close(child->pid_file);
}

static void pump(struct flow *flow)
{
    struct child *child = (struct child *) flow;

    read_all(child, &child->output);
    read_all(child, &child->errors);
    look_for_end(child);
    loop_stop(child->stage->loop);
}

/* In the new process. */
static void become(const char *const *arguments, const char *const *environment, int output, int errors, pid_t parent)
{
    int nothing = open("/dev/null", O_RDONLY);
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void) signal(SIGPIPE, SIG_DFL);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent || dup2(nothing, STDIN_FILENO) < 0 ||
        dup2(output, STDOUT_FILENO) < 0 || dup2(errors, STDERR_FILENO) < 0)
        _exit(126);
    execve(arguments[0], (char *const *) (uintptr_t) arguments, (char *const *) (uintptr_t) environment);
    _exit(127);
}

static void listen_to(struct child *child, struct child_output *output, int file)
{
    buffer_init(&output->text, CHILD_OUTPUT_BYTES_MAX);
    output->file = file;
    (void) fcntl(file, F_SETFL, O_NONBLOCK);
    descriptor_start(child->stage->loop, &output->descriptor, file, true, false, &child->flow);
}

bool child_start(struct child *child, struct stage *stage, const char *const *arguments, const char *const *environment)
{
    int output[2], errors[2];
    pid_t parent = getpid();

    *child = (struct child){ .flow.pump = pump, .stage = stage, .output.file = -1, .errors.file = -1 };
    if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0)
        return false;
    child->pid = fork();
    if (child->pid == 0)
        become(arguments, environment, output[1], errors[1], parent);
    close(output[1]);
    close(errors[1]);
    if (child->pid < 0)
        return false;
    listen_to(child, &child->output, output[0]);
    listen_to(child, &child->errors, errors[0]);
    child->pid_file = pidfd_open(child->pid, 0);
    if (child->pid_file < 0)
        return false;
    (void) fcntl(child->pid_file, F_SETFD, FD_CLOEXEC);
    descriptor_start(stage->loop, &child->end, child->pid_file, true, false, &child->flow);
    return true;
}

void child_signal(struct child *child, int signal_number)
{
    if (child->pid > 0 && !child->ended)
        (void) kill(child->pid, signal_number);
}

/* The pipes may be held open by somebody else, such as a child of its own: what is there was read. */
bool child_wait(struct child *child, int64_t time_ms)
{
    int64_t until_ms = stage_now_ms(child->stage) + time_ms;

    while (!child->ended)
        if (!stage_turn(child->stage, until_ms))
            return false;
    read_all(child, &child->output);
    read_all(child, &child->errors);
    return true;
}

static bool said(const struct child *child, const char *text, size_t from)
{
    return child->errors.text.length > from && strstr(buffer_text(&child->errors.text) + from, text) != NULL;
}

bool child_wait_for(struct child *child, const char *text, size_t from, int64_t time_ms)
{
    int64_t until_ms = stage_now_ms(child->stage) + time_ms;

    while (!said(child, text, from))
        if (child->ended || !stage_turn(child->stage, until_ms))
            return child->ended && said(child, text, from);
    return true;
}

bool child_wait_for_file(struct child *child, const char *path, int64_t time_ms)
{
    int64_t until_ms = stage_now_ms(child->stage) + time_ms;
    struct descriptor change = { 0 };
    char events[4096];
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    bool there = false;

    (void) inotify_add_watch(watch, child->stage->folder, IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE);
    descriptor_start(child->stage->loop, &change, watch, true, false, &child->stage->flow);
    for (;;) {
        while (read(watch, events, sizeof events) > 0)
            continue;
        there = access(path, R_OK) == 0;
        if (there || child->ended || !stage_turn(child->stage, until_ms))
            break;
    }
    descriptor_stop(child->stage->loop, &change);
    close(watch);
    return there;
}

void child_release(struct child *child)
{
    if (child->stage == NULL)
        return;
    child_signal(child, SIGKILL);
    if (child->pid > 0 && !child->ended && !child_wait(child, STAGE_PATIENCE_MS))
        printf("process %d cannot be killed\n", (int) child->pid);
    for (int i = 0; i < 2; i++) {
        struct child_output *output = i == 0 ? &child->output : &child->errors;
        if (output->file >= 0) {
            descriptor_stop(child->stage->loop, &output->descriptor);
            close(output->file);
        }
        buffer_release(&output->text);
    }
    *child = (struct child){ 0 };
}
