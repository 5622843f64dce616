/* tests/trial/lines.h - what is typed, or comes through a pipe or a file, line by line. */
#ifndef CURFEW_TESTS_TRIAL_LINES_H
#define CURFEW_TESTS_TRIAL_LINES_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/loop.h"

#include <stdbool.h>

enum { LINES_BYTES_MAX = 1024 * 1024 };

struct lines {
    struct flow flow;   /* its own */
    struct flow *owner; /* pumped when something came */
    struct loop *loop;
    struct descriptor descriptor;
    int file;
    bool ended; /* nothing more comes; what came before may still be there */
    struct buffer waiting;
};

/* From standard input. */
void lines_start(struct lines *lines, struct loop *loop, struct flow *owner);
void lines_stop(struct lines *lines);

/* Appends the next whole line, without its end, to *line. The last one needs no end. false: there is none yet, or none
 * any more. */
bool lines_take(struct lines *lines, struct buffer *line) must_check;

#endif
