/* bot/answer_names.h - counts and names in a sentence. Pure. */
#ifndef CURFEW_BOT_ANSWER_NAMES_H
#define CURFEW_BOT_ANSWER_NAMES_H

#include <stddef.h>

#include "base/buffer.h"

enum { ANSWER_NAMES_MAX = 3 };

/* "1 pod", "2 pods". */
void answer_append_count(struct buffer *target, size_t count, const char *noun);

/* Names of which the first few are shown: "`web`", "`web` and `api`", "`web`, `api`, `db` and 4 more". Borrowed. */
struct answer_names {
    const char *shown[ANSWER_NAMES_MAX];
    size_t count;
};

void answer_names_add(struct answer_names *names, const char *name);
void answer_append_names(struct buffer *target, const struct answer_names *names);

#endif
