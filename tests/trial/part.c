/* tests/trial/part.c - fork, exec, and a pidfd on the loop. */
#include "tests/trial/part.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_NOT_STARTED = 127 };

static void note_end(struct part *part, int status)
{
    part->running = false;
    part->exit_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    descriptor_stop(part->loop, &part->end);
    (void) close(part->pid_file);
}

static void look(struct flow *flow)
{
    struct part *part = (struct part *) flow;
    int status = 0;

    if (!part->running || waitpid(part->pid, &status, WNOHANG) != part->pid)
        return;
    note_end(part, status);
    part->owner->pump(part->owner);
}

/* In the new process. Its own group: a Ctrl-C at the terminal is for the trial, which then ends its parts in order. */
static void become(const struct part_options *options, pid_t parent)
{
    int nothing = open("/dev/null", O_RDONLY);
    int log = options->log_path == NULL ? STDOUT_FILENO
                                        : open(options->log_path, O_WRONLY | O_CREAT | O_APPEND, S_IRUSR | S_IWUSR);
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (options->log_path != NULL)
        (void) setpgid(0, 0);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent || dup2(nothing, STDIN_FILENO) < 0 || log < 0)
        _exit(EXIT_NOT_STARTED);
    if (options->log_path != NULL && (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0))
        _exit(EXIT_NOT_STARTED);
    execve(options->arguments[0], (char *const *) (uintptr_t) options->arguments,
           (char *const *) (uintptr_t) options->environment);
    _exit(EXIT_NOT_STARTED);
}

bool part_start(struct part *part, struct loop *loop, const struct part_options *options, struct flow *owner,
                struct error *error)
{
    pid_t parent = getpid();

    *part = (struct part){ .flow.pump = look, .owner = owner, .loop = loop, .name = options->name };
    if (access(options->arguments[0], X_OK) != 0)
        return error_set(error, ERROR_SYSTEM, "%s cannot be run: %s", options->arguments[0], strerror(errno));
    part->pid = fork();
    if (part->pid == 0)
        become(options, parent);
    part->pid_file = part->pid > 0 ? pidfd_open(part->pid, 0) : -1;
    if (part->pid_file < 0)
        return error_set(error, ERROR_SYSTEM, "%s cannot be started: %s", options->name, strerror(errno));
    (void) fcntl(part->pid_file, F_SETFD, FD_CLOEXEC);
    part->running = true;
    descriptor_start(loop, &part->end, part->pid_file, true, false, &part->flow);
    return true;
}

void part_signal(const struct part *part, int number)
{
    if (part->running)
        (void) kill(part->pid, number);
}

void part_release(struct part *part)
{
    int status = 0;

    if (!part->running)
        return;
    (void) kill(part->pid, SIGKILL);
    if (waitpid(part->pid, &status, 0) == part->pid)
        note_end(part, status);
}
