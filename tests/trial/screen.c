/* tests/trial/screen.c - standard output, line by line. */
#include "tests/trial/screen.h"

#include "base/buffer.h"
#include "base/text.h"
#include "bot/mrkdwn.h"

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

/* Who is there: tests/standin/slack_workspace.c. */
static const char *name_of(const char *id)
{
    static const struct {
        const char *id, *name;
    } known[] = {
        { "UANN000001", "ann" }, { "UBOB000001", "bob" }, { "UBOT000001", "curfew" },
        { "CDEV000001", "dev" }, { "COPS000001", "ops" }, { "CALL000001", "all" },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (text_equal(known[i].id, id))
            return known[i].name;
    return id;
}

/* Those below the line of that number. */
static void show_buttons(const struct chat_message *message, size_t line)
{
    size_t shown = 0;

    for (size_t i = 0; i < message->button_count; i++)
        if (message->buttons[i].below_line == line)
            (void) printf("%s[%zu] %s", shown++ == 0 ? "    " : "  ", i + 1, message->buttons[i].text);
    if (shown > 0)
        (void) putchar('\n');
}

static void show_author(const struct screen *screen, const struct chat_message *message)
{
    const char *before = screen->is_terminal ? bold : "", *after = screen->is_terminal ? plain : "";

    (void) printf("%sCurfew%s%s%s%s%s:", before, after, screen->is_terminal && message->only_you ? dim : "",
                  message->only_you ? " (only you see this)" : "",
                  message->is_changed ? " (a message has changed)" : "", after);
}

void screen_show(struct screen *screen, const struct chat_message *message, int64_t now)
{
    const struct mrkdwn_reader reader = { .now = now, .name_of = name_of, .styled = screen->is_terminal };
    released_by(buffer_release) struct buffer text = { 0 };
    const char *line = NULL;
    size_t number = 0;

    mrkdwn_render(&reader, message->text, &text);
    clear_prompt(screen);
    show_author(screen, message);
    line = buffer_text(&text);
    bool is_short = strchr(line, '\n') == NULL;
    (void) putchar(is_short ? ' ' : '\n');
    while (*line != '\0') {
        int length = (int) strcspn(line, "\n");

        (void) printf("%s%.*s\n", is_short ? "" : "  ", length, line);
        show_buttons(message, ++number);
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    (void) fflush(stdout);
}
