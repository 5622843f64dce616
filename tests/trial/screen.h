/* tests/trial/screen.h - what the person at the terminal sees. */
#ifndef CURFEW_TESTS_TRIAL_SCREEN_H
#define CURFEW_TESTS_TRIAL_SCREEN_H

#include "base/attributes.h"
#include "tests/trial/chat.h"

#include <stdbool.h>
#include <stdint.h>

/* A terminal has colours and a prompt; through a pipe every line is shown as it was read. */
struct screen {
    bool is_terminal;
    bool prompted; /* the prompt is the last thing on it */
};

void screen_init(struct screen *screen);

/* Whole lines of ours. */
void screen_say(struct screen *screen, const char *format, ...) printf_like(2, 3);

/* Asks for the next line. */
void screen_prompt(struct screen *screen);

/* Ends the line of a prompt that is not to be answered any more. */
void screen_leave(struct screen *screen);

/* What was read, where it was not typed. */
void screen_echo(struct screen *screen, const char *line);

/* A message of the bot; now is for its dates. */
void screen_show(struct screen *screen, const struct chat_message *message, int64_t now);

#endif
