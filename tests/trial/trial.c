/* tests/trial/trial.c - curfew-trial: the bot, a Slack that is played and a small cluster, at one prompt.
 *
 * What is typed goes to the bot as it would from Slack; what the bot says appears as it would there. Lines that come
 * through a pipe are taken one after the other, each once the one before has its outcome.
 */
#include "base/buffer.h"
#include "base/loop.h"
#include "base/text.h"
#include "bot/mrkdwn.h"
#include "tests/trial/board.h"
#include "tests/trial/chat.h"
#include "tests/trial/evening.h"
#include "tests/trial/kubectl.h"
#include "tests/trial/lines.h"
#include "tests/trial/parts.h"
#include "tests/trial/screen.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, EXIT_BY_SIGNAL = 128, WAIT_MS = 180 * 1000 };

static const char evening_namespace[] = "dev2";

static const char usage[] = "Usage: curfew-trial\n"
                            "\n"
                            "Runs Curfew with a Slack that is played and a small cluster, all of it on this machine, "
                            "and asks for what you would\n"
                            "type in Slack. `help` says more.\n"
                            "\n"
                            "CURFEW_TIMEZONE, CURFEW_SCHEDULE, CURFEW_RESET, CURFEW_WARNINGS, CURFEW_LEASE and "
                            "CURFEW_PROLONG_MAX are handed on\n"
                            "to the bot. Without CURFEW_SCHEDULE, dev2 has its curfew a few minutes after the start.\n";

static const char greeting[] =
    "This is Curfew with a Slack that is played and a small cluster of five environments, all on this machine.\n"
    "Type what you would type in Slack: list, status dev1, stop dev1, start dev1. help says more, quit ends it.\n";

static const char help[] =
    "At this prompt:\n"
    "  stop dev1, /curfew stop dev1   what you would type in Slack; the commands stand below\n"
    "  1                              presses the button [1] of the newest message that has buttons\n"
    "  get                            what the cluster says: pods ready/wanted of each workload\n"
    "  kubectl ...                    kubectl with this cluster: kubectl label namespace dev1 scheduler=disabled,\n"
    "                                 kubectl annotate namespace dev1 curfew/schedule=\"Mon-Fri 08:00-20:00\"\n"
    "  wait, wait is stopped          until the bot says something of its own accord, or something with these words\n"
    "  quit\n";

struct trial {
    struct chat_listener listener; /* First member */
    struct flow flow;
    struct loop *loop;
    struct screen screen;
    struct parts parts;
    struct lines lines;
    struct chat *chat;
    struct board *board;
    struct kubectl kubectl;
    struct signal_watch interrupt, terminate, hang_up;
    struct timer wait_timer;
    bool is_waiting;       /* for what the bot says of its own accord */
    struct buffer unasked; /* which it did since the last other line was taken */
    struct buffer wanted;  /* what is to stand in it; "" = anything */
    int signals_seen;
    bool is_open;         /* lines are taken */
    bool is_evening_sent; /* the answer to it is not shown */
    int status;
};

static struct trial *of_flow(struct flow *flow)
{
    return (struct trial *) ((char *) flow - offsetof(struct trial, flow));
}

/* messages */

static void hear(struct chat_listener *listener, const struct chat_message *message)
{
    struct trial *trial = (struct trial *) listener;

    screen_show(&trial->screen, message, loop_now(trial->loop));
    if (message->is_unasked) {
        buffer_append_format(&trial->unasked, "%s\n", message->text);
        for (size_t i = 0; i < message->button_count; i++)
            buffer_append_format(&trial->unasked, "[%s]\n", message->buttons[i].text);
    }
    loop_post(trial->loop, &trial->flow);
}

static void be_answered(struct chat_listener *listener)
{
    struct trial *trial = (struct trial *) listener;

    loop_post(trial->loop, &trial->flow);
}

static void be_failed(struct chat_listener *listener, const struct error *error)
{
    struct trial *trial = (struct trial *) listener;

    if (trial->is_open)
        screen_say(&trial->screen, "(%s: %s)\n", error->message, trial->parts.log);
    loop_post(trial->loop, &trial->flow);
}

/* lines */

static bool is_busy(const struct trial *trial)
{
    return trial->is_waiting || kubectl_is_running(&trial->kubectl) || board_is_reading(trial->board) ||
           (!trial->screen.is_terminal && chat_is_waiting(trial->chat));
}

static void close_trial(struct trial *trial, int status)
{
    screen_leave(&trial->screen);
    timer_stop(trial->loop, &trial->wait_timer);
    trial->is_open = false;
    trial->status = status;
    lines_stop(&trial->lines);
    parts_stop(&trial->parts);
}

/* The word, and what stands behind it: "kubectl get ns". NULL: the line begins with another word. */
static const char *behind(const char *line, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(line, word, length) != 0 || (line[length] != '\0' && line[length] != ' '))
        return NULL;
    return line + length + strspn(line + length, " ");
}

static void press(struct trial *trial, const char *digits)
{
    if (!chat_press(trial->chat, (size_t) strtoul(digits, NULL, 10)))
        screen_say(&trial->screen, "(there is no button %s)\n", digits);
}

static void say(struct trial *trial, const char *line)
{
    const char *text = behind(line, "/curfew");

    if (text == NULL)
        text = behind(line, "curfew");
    if (text == NULL && line[0] == '/')
        screen_say(&trial->screen, "(Slack knows no other command here than /curfew)\n");
    else
        chat_say(trial->chat, text != NULL ? text : line);
}

/* What came since the line before was taken counts. */
static void wait_for_word(struct trial *trial, const char *wanted)
{
    trial->is_waiting = true;
    buffer_clear(&trial->wanted);
    buffer_append_text(&trial->wanted, wanted);
    timer_start(trial->loop, &trial->wait_timer, WAIT_MS, &trial->flow);
}

static void end_wait(struct trial *trial)
{
    if (!trial->is_waiting)
        return;
    bool is_said =
        trial->unasked.length > 0 && strstr(buffer_text(&trial->unasked), buffer_text(&trial->wanted)) != NULL;
    if (!is_said && trial->wait_timer.armed)
        return;
    if (!is_said)
        screen_say(&trial->screen, "(not said in %d s)\n", WAIT_MS / 1000);
    trial->is_waiting = false;
    buffer_clear(&trial->unasked);
    timer_stop(trial->loop, &trial->wait_timer);
}

static void take_line(struct trial *trial, const char *line)
{
    struct error error = { 0 };
    const char *arguments = behind(line, "kubectl");

    screen_echo(&trial->screen, line);
    if (line[0] == '\0')
        return;
    if (behind(line, "wait") != NULL) {
        wait_for_word(trial, behind(line, "wait"));
        return;
    }
    buffer_clear(&trial->unasked);
    if (text_equal(line, "quit") || text_equal(line, "exit")) {
        close_trial(trial, EXIT_SUCCESS);
    } else if (text_equal(line, "get")) {
        board_read(trial->board);
    } else if (arguments != NULL) {
        if (!kubectl_run(&trial->kubectl, trial->board, line, &error))
            screen_say(&trial->screen, "(%s)\n", error.message);
    } else if (strspn(line, "0123456789") == strlen(line)) {
        press(trial, line);
    } else {
        if (text_equal(line, "help"))
            screen_say(&trial->screen, "%s", help);
        say(trial, line);
    }
}

static void take_lines(struct trial *trial)
{
    released_by(buffer_release) struct buffer line = { 0 };

    while (trial->is_open && !is_busy(trial)) {
        buffer_clear(&line);
        if (!lines_take(&trial->lines, &line)) {
            if (trial->lines.ended)
                close_trial(trial, EXIT_SUCCESS);
            break;
        }
        const char *text = buffer_text(&line);
        text += strspn(text, " \t");
        while (line.length > 0 && strchr(" \t\r", line.data[line.length - 1]) != NULL)
            line.data[--line.length] = '\0';
        take_line(trial, text);
    }
    if (trial->is_open && !is_busy(trial))
        screen_prompt(&trial->screen);
}

static void show_evening(struct trial *trial)
{
    const struct mrkdwn_reader reader = { .now = loop_now(trial->loop) };
    released_by(buffer_release) struct buffer form = { 0 }, text = { 0 };
    int64_t curfew_at = trial->parts.evening.curfew_at;

    buffer_append_format(&form,
                         "%s has its curfew <!date^%" PRId64 "^{date_short_pretty} at {time}|soon>. It is announced "
                         "at <!date^%" PRId64 "^{time}|once>, and again a minute later: keep it awake with a button.",
                         evening_namespace, curfew_at, curfew_at - EVENING_FIRST_WARNING_S);
    mrkdwn_render(&reader, buffer_text(&form), &text);
    screen_say(&trial->screen, "%s\n\n", buffer_text(&text));
}

/* What `get`, or a write of ours in place of kubectl, came to. */
static void show_board(struct trial *trial)
{
    released_by(buffer_release) struct buffer text = { 0 };
    struct error error = { 0 };
    bool is_read = board_take(trial->board, &text, &error);

    if (trial->is_evening_sent && is_read)
        show_evening(trial);
    else if (is_read)
        screen_say(&trial->screen, "%s", buffer_text(&text));
    else
        screen_say(&trial->screen, "(%s)\n", error.message);
    trial->is_evening_sent = false;
}

/* life */

/* An environment has its curfew soon; not where somebody has set when that is. */
static void send_evening(struct trial *trial)
{
    if (getenv("CURFEW_SCHEDULE") != NULL) {
        screen_say(&trial->screen, "\n");
        return;
    }
    evening_plan(loop_now(trial->loop), &trial->parts.evening);
    trial->is_evening_sent = true;
    board_write(trial->board, evening_namespace, "annotations", "curfew/schedule", trial->parts.evening.schedule);
}

static void open_trial(struct trial *trial)
{
    trial->is_open = true;
    trial->chat = chat_new(trial->loop, trial->parts.control_url, &trial->listener);
    trial->board = board_new(trial->loop, trial->parts.server, trial->parts.ca, trial->parts.token, &trial->flow);
    kubectl_init(&trial->kubectl, trial->loop, trial->parts.kubeconfig, trial->parts.folder, &trial->flow);
    screen_say(&trial->screen, "%sThe bot's log: %s\n", greeting, trial->parts.log);
    send_evening(trial);
    lines_start(&trial->lines, trial->loop, &trial->flow);
}

static void take_signals(struct trial *trial)
{
    int interrupts = trial->interrupt.count, others = trial->terminate.count + trial->hang_up.count;

    if (interrupts + others == trial->signals_seen)
        return;
    trial->signals_seen = interrupts + others;
    if (others == 0 && trial->is_open && kubectl_is_running(&trial->kubectl))
        screen_say(&trial->screen, "\n"); /* the terminal has sent it to kubectl too, which ends */
    else if (trial->parts.phase == PARTS_ENDING)
        loop_stop(trial->loop); /* the second one: what still runs is killed */
    else
        close_trial(trial, EXIT_BY_SIGNAL + (others == 0 ? SIGINT : SIGTERM));
}

static void pump(struct flow *flow)
{
    struct trial *trial = of_flow(flow);
    struct parts *parts = &trial->parts;

    take_signals(trial);
    if (parts->phase == PARTS_READY && trial->chat == NULL)
        open_trial(trial);
    if (parts->error.kind != ERROR_NONE && trial->status == EXIT_SUCCESS) {
        screen_leave(&trial->screen);
        (void) fprintf(stderr, "curfew-trial: %s\n", parts->error.message);
        close_trial(trial, EXIT_FAILURE);
    }
    if (trial->board != NULL && board_has_answer(trial->board))
        show_board(trial);
    end_wait(trial);
    if (trial->is_open)
        take_lines(trial);
    if (parts->phase == PARTS_ENDED)
        loop_stop(trial->loop);
}

static void run(struct trial *trial)
{
    signal_start(trial->loop, &trial->interrupt, SIGINT, &trial->flow);
    signal_start(trial->loop, &trial->terminate, SIGTERM, &trial->flow);
    signal_start(trial->loop, &trial->hang_up, SIGHUP, &trial->flow);
    parts_start(&trial->parts, trial->loop, &trial->flow);
    loop_run(trial->loop);
    signal_stop(trial->loop, &trial->interrupt);
    signal_stop(trial->loop, &trial->terminate);
    signal_stop(trial->loop, &trial->hang_up);
}

int main(int argument_count, char **arguments)
{
    static const char *const names[] = { "NO_PROXY", "no_proxy" };
    struct trial trial = { .listener = { hear, be_answered, be_failed }, .flow.pump = pump };

    if (argument_count > 1) {
        bool asked = argument_count == 2 && text_equal(arguments[1], "--help");
        (void) fputs(usage, asked ? stdout : stderr);
        return asked ? EXIT_SUCCESS : EXIT_USAGE;
    }
    /* Everything is on loopback: for our own requests, and for kubectl's. */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        (void) setenv(names[i], "127.0.0.1", 1);
    screen_init(&trial.screen);
    trial.loop = loop_new();
    run(&trial);
    kubectl_release(&trial.kubectl);
    board_free(trial.board);
    chat_free(trial.chat);
    lines_stop(&trial.lines);
    parts_release(&trial.parts);
    buffer_release(&trial.unasked);
    buffer_release(&trial.wanted);
    loop_unpost(trial.loop, &trial.flow);
    loop_free(trial.loop);
    return trial.status;
}
