/* tests/trial/chat.h - a person in the Slack that is played: types commands, presses buttons, sees messages.
 *
 * Through the control port of standin-slack (tests/standin/README.md): its journal is followed from the start, so
 * that nothing the bot says is missed.
 */
#ifndef CURFEW_TESTS_TRIAL_CHAT_H
#define CURFEW_TESTS_TRIAL_CHAT_H

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/loop.h"

#include <stdbool.h>
#include <stddef.h>

enum { CHAT_BUTTONS_MAX = 100, CHAT_TEXT_SIZE = 128, CHAT_WAIT_MS = 120 * 1000 };

/* One message as it has come, or as it reads from now on. Borrowed for the call. */
struct chat_message {
    const char *text; /* mrkdwn */
    bool only_you;
    bool is_changed; /* it was there before */
    bool is_unasked; /* of the bot's own accord */
    struct {
        const char *text;  /* what stands on it */
        size_t below_line; /* it is shown below this line of the text, 1 = the first */
    } buttons[CHAT_BUTTONS_MAX];
    size_t button_count;
};

/* Who sees them: the first member of the owner's struct. Called from the loop. */
struct chat_listener {
    void (*heard)(struct chat_listener *listener, const struct chat_message *message);
    void (*answered)(struct chat_listener *listener); /* what was asked for last has its outcome */
    void (*failed)(struct chat_listener *listener, const struct error *error); /* it has none */
};

struct chat;

/* control_url is copied. */
struct chat *chat_new(struct loop *loop, const char *control_url, struct chat_listener *listener) must_check;
void chat_free(struct chat *chat); /* accepts NULL */

/* Types "/curfew text". */
void chat_say(struct chat *chat, const char *text);

/* Presses a button of the newest message that has some: 1, 2, ... false: there is none. */
bool chat_press(struct chat *chat, size_t number) must_check;

/* Something was asked for, and what it came to is not known yet. */
bool chat_is_waiting(const struct chat *chat) must_check;

#endif
