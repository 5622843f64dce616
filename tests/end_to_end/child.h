/* tests/end_to_end/child.h - one program under way: what it writes is collected, it never outlives the test. */
#ifndef CURFEW_TESTS_END_TO_END_CHILD_H
#define CURFEW_TESTS_END_TO_END_CHILD_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "tests/end_to_end/stage.h"

#include <stdbool.h>
#include <sys/types.h>

enum { CHILD_OUTPUT_BYTES_MAX = 64 * 1024 * 1024 };

/* A pipe that is read as long as the program writes. */
struct child_output {
    struct descriptor descriptor;
    struct buffer text;
    int file; /* -1 = closed */
};

struct child {
    struct flow flow;
    struct stage *stage;
    pid_t pid;
    int pid_file;
    struct descriptor end;
    struct child_output output, errors; /* standard output and standard error */
    bool ended;
    int exit_status; /* when ended; 128 + signal when it was killed */
};

/* arguments[0] is a path. Both lists end with NULL; environment is all of it. The kernel kills the program when the test
 * ends. false: it could not be started. */
bool child_start(struct child *child, struct stage *stage, const char *const *arguments, const char *const *environment)
    must_check;

void child_signal(struct child *child, int signal_number);

/* Until it ended and all it wrote was read. false: it did not end in time. */
bool child_wait(struct child *child, int64_t time_ms) must_check;

/* Until errors holds text, at from or behind. false: not in time, or it ended without. */
bool child_wait_for(struct child *child, const char *text, size_t from, int64_t time_ms) must_check;

/* Until a file is there. false: not in time, or it ended before. */
bool child_wait_for_file(struct child *child, const char *path, int64_t time_ms) must_check;

/* Kills it where it still runs; it is { 0 } afterwards. */
void child_release(struct child *child);

#endif
