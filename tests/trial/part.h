/* tests/trial/part.h - one program that the trial runs: started with fork, ended by its pid, told about by a pidfd.
 *
 * The kernel ends it when the trial dies, however that happens.
 */
#ifndef CURFEW_TESTS_TRIAL_PART_H
#define CURFEW_TESTS_TRIAL_PART_H

#include "base/attributes.h"
#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <sys/types.h>

struct part {
    struct flow flow;   /* its own */
    struct flow *owner; /* pumped when it has ended */
    struct loop *loop;
    const char *name; /* "curfew" */
    pid_t pid;
    int pid_file;
    struct descriptor end;
    bool running;
    int exit_status; /* once it ended: 128 + signal when it was killed */
};

/* How it is started. Everything is borrowed for the call. */
struct part_options {
    const char *name;               /* borrowed for as long as the part is used */
    const char *const *arguments;   /* arguments[0] is a path; ends with NULL */
    const char *const *environment; /* all of it; ends with NULL */
    const char *log_path; /* standard output and error; NULL = ours, and then a signal of the terminal reaches it too */
};

/* false, ERROR_SYSTEM: names the program. */
bool part_start(struct part *part, struct loop *loop, const struct part_options *options, struct flow *owner,
                struct error *error) must_check;

void part_signal(const struct part *part, int number); /* nothing when it does not run */

/* Kills it where it still runs, and waits for its end, which is then immediate. */
void part_release(struct part *part);

#endif
