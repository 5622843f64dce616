/* tests/trial/screen.c - standard output, line by line. */
#include "tests/trial/screen.h"

#include "base/buffer.h"
#include "tests/trial/mrkdwn.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char bold[] = "\033[1m", dim[] = "\033[2m", plain[] = "\033[0m";

void screen_init(struct screen *screen)
{
    *screen = (struct screen){ .is_terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 };
}

/* What comes while a prompt stands takes its line. */
static void clear_prompt(struct screen *screen)
{
    if (screen->prompted)
        (void) fputs("\r\033[K", stdout);
    screen->prompted = false;
}

void screen_say(struct screen *screen, const char *format, ...)
{
    va_list values;

    clear_prompt(screen);
    va_start(values, format);
    (void) vprintf(format, values);
    va_end(values);
    (void) fflush(stdout);
}

void screen_prompt(struct screen *screen)
{
    if (!screen->is_terminal || screen->prompted)
        return;
    (void) fputs("> ", stdout);
    (void) fflush(stdout);
    screen->prompted = true;
}

void screen_leave(struct screen *screen)
{
    if (screen->prompted)
        (void) putchar('\n');
    screen->prompted = false;
    (void) fflush(stdout);
}

void screen_echo(struct screen *screen, const char *line)
{
    screen->prompted = false; /* the terminal has begun a new line */
    if (!screen->is_terminal)
        screen_say(screen, "> %s\n", line);
}

static void show_buttons(const struct chat_message *message)
{
    for (size_t i = 0; i < message->button_count; i++)
        (void) printf("  [%zu] %s", i + 1, message->buttons[i]);
    if (message->button_count > 0)
        (void) putchar('\n');
}

void screen_show(struct screen *screen, const struct chat_message *message, int64_t now)
{
    const struct mrkdwn_reader reader = { .now = now, .styled = screen->is_terminal };
    released_by(buffer_release) struct buffer text = { 0 };
    const char *line = NULL;

    mrkdwn_render(&reader, message->text, &text);
    clear_prompt(screen);
    (void) printf("%sCurfew%s%s%s%s:", screen->is_terminal ? bold : "", screen->is_terminal ? plain : "",
                  screen->is_terminal && message->only_you ? dim : "", message->only_you ? " (only you see this)" : "",
                  screen->is_terminal ? plain : "");
    line = buffer_text(&text);
    (void) putchar(strchr(line, '\n') == NULL ? ' ' : '\n');
    while (*line != '\0') {
        int length = (int) strcspn(line, "\n");

        (void) printf("%s%.*s\n", strchr(buffer_text(&text), '\n') == NULL ? "" : "  ", length, line);
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    show_buttons(message);
    (void) fflush(stdout);
}
