/* bot/answer_names.c - a few names, and how many there are. */
#include "bot/answer_names.h"

#include "bot/message.h"

void answer_append_count(struct buffer *target, size_t count, const char *noun)
{
    buffer_append_format(target, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

void answer_names_add(struct answer_names *names, const char *name)
{
    if (names->count < ANSWER_NAMES_MAX)
        names->shown[names->count] = name;
    names->count++;
}

void answer_append_names(struct buffer *target, const struct answer_names *names)
{
    size_t shown = names->count < ANSWER_NAMES_MAX ? names->count : ANSWER_NAMES_MAX;

    for (size_t i = 0; i < shown; i++) {
        bool is_last = i + 1 == names->count;
        if (i > 0)
            buffer_append_text(target, is_last ? " and " : ", ");
        message_append_code(target, names->shown[i]);
    }
    if (names->count > shown)
        buffer_append_format(target, " and %zu more", names->count - shown);
}
