/* tests/trial/lines.c - reads as much as there is. */
#include "tests/trial/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_SIZE = 4096 };

static void read_on(struct lines *lines)
{
    char piece[PIECE_SIZE];

    while (!lines->ended) {
        ssize_t count = read(lines->file, piece, sizeof piece);

        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count <= 0) {
            lines->ended = true;
            descriptor_stop(lines->loop, &lines->descriptor);
        } else {
            buffer_append(&lines->waiting, piece, (size_t) count);
        }
    }
}

static void pump(struct flow *flow)
{
    struct lines *lines = (struct lines *) flow;

    read_on(lines);
    lines->owner->pump(lines->owner);
}

/* A terminal, a pipe or a socket is waited for. What is always readable cannot be waited for, and is read at once. */
static bool can_be_waited_for(int file)
{
    struct stat about;

    return fstat(file, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) || isatty(file) == 1);
}

void lines_start(struct lines *lines, struct loop *loop, struct flow *owner)
{
    bool waits = can_be_waited_for(STDIN_FILENO);
    /* Opened anew: not to wait is a property of what was opened, and standard output may share it. */
    int own = waits ? open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;

    *lines = (struct lines){ .flow.pump = pump, .owner = owner, .loop = loop };
    buffer_init(&lines->waiting, LINES_BYTES_MAX);
    lines->file = own >= 0 ? own : STDIN_FILENO;
    if (waits) {
        descriptor_start(loop, &lines->descriptor, lines->file, true, false, &lines->flow);
    } else {
        read_on(lines);
        loop_post(loop, &lines->flow);
    }
}

void lines_stop(struct lines *lines)
{
    if (lines->loop == NULL)
        return;
    descriptor_stop(lines->loop, &lines->descriptor);
    loop_unpost(lines->loop, &lines->flow);
    if (lines->file != STDIN_FILENO)
        (void) close(lines->file);
    buffer_release(&lines->waiting);
    *lines = (struct lines){ 0 };
}

bool lines_take(struct lines *lines, struct buffer *line)
{
    const char *end = lines->waiting.length == 0 ? NULL : memchr(lines->waiting.data, '\n', lines->waiting.length);
    size_t length = end == NULL ? lines->waiting.length : (size_t) (end - lines->waiting.data);

    if (end == NULL && (!lines->ended || length == 0))
        return false;
    buffer_append(line, lines->waiting.data, length);
    buffer_consume(&lines->waiting, length + (end == NULL ? 0 : 1));
    return true;
}
