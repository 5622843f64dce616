/* bot/mrkdwn.h - Slack's markup as a terminal shows it. Pure.
 *
 * Escapes are undone, dates stand in local time, people and channels have their names. Source: Slack, "Formatting text
 * for app surfaces". What cannot be read stays as it is.
 */
#ifndef CURFEW_BOT_MRKDWN_H
#define CURFEW_BOT_MRKDWN_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

struct mrkdwn_reader {
    int64_t now;                            /* for "today"; UTC seconds */
    const char *(*name_of)(const char *id); /* of a person or channel; NULL = their ids are shown */
    const char
        *command; /* in the place of /curfew, where a text says what to type: "kubectl curfew"; NULL = as it is */
    bool styled;  /* *bold*, `code` and _italics_ as escape sequences of a terminal; else the marks stay */
};

/* Appends text as the reader sees it. */
void mrkdwn_render(const struct mrkdwn_reader *reader, const char *text, struct buffer *target);

#endif
