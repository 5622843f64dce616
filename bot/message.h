/* bot/message.h - a message to people, and its form as Block Kit. Pure.
 *
 * Texts are Slack's mrkdwn; whatever comes from outside goes in through message_append_escaped(), so that it can
 * neither mention anybody nor format anything. Source: Slack, Block Kit reference (lengths in characters).
 */
#ifndef CURFEW_BOT_MESSAGE_H
#define CURFEW_BOT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/buffer.h"
#include "base/json_writer.h"

enum {
    MESSAGE_BLOCKS_MAX = 50,
    MESSAGE_SECTION_CHARACTERS = 3000,
    MESSAGE_BUTTONS_MAX = 5,       /* in one section of ours */
    MESSAGE_BUTTON_TEXT_SIZE = 76, /* 75 characters, ASCII */
    MESSAGE_BUTTON_VALUE_SIZE = 2001,
    MESSAGE_OPTIONS_MIN = 2,         /* in a menu; MESSAGE_BUTTONS_MAX at most */
    MESSAGE_OPTION_CHARACTERS = 150, /* of its value */
    MESSAGE_ACTION_SIZE = 64,
    MESSAGE_TEXT_BYTES_MAX = 128 * 1024,
    MESSAGE_SHORT_BYTES = 12 * 1000, /* of the JSON of the blocks: what Slack takes in any case */
};

enum message_style { MESSAGE_PLAIN, MESSAGE_PRIMARY, MESSAGE_DANGER };

struct message_button {
    char action[MESSAGE_ACTION_SIZE]; /* action_id; unique in its section */
    char text[MESSAGE_BUTTON_TEXT_SIZE];
    char value[MESSAGE_BUTTON_VALUE_SIZE];
    enum message_style style;
};

/* A button as its section keeps it: without room for the longest value there may be. */
struct section_button {
    char action[MESSAGE_ACTION_SIZE];
    char text[MESSAGE_BUTTON_TEXT_SIZE];
    char *value; /* owned */
    enum message_style style;
};

/* One paragraph or table with its row of buttons. */
struct message_section {
    struct buffer text;             /* mrkdwn; split at line ends when longer than a section may be */
    struct section_button *buttons; /* owned */
    size_t button_count;
    bool as_menu; /* the buttons are the options of a menu beside the text (values of at most 150 characters) */
    char menu_action[MESSAGE_ACTION_SIZE]; /* its action_id */
};

/* Owns its sections. { 0 } is an empty message. */
struct message {
    struct message_section *sections;
    size_t section_count, section_capacity;
    char *fallback;         /* owned; what a phone shows and a screen reader says; NULL = the text of the sections */
    bool in_channel;        /* for all to see; otherwise for the asker alone */
    bool replaces_original; /* takes the place of the message whose button was pressed */
    bool is_interim;        /* an outcome follows */
    int exit_status; /* what a terminal ends with that gave the command: 0 done, 1 refused, failed or partly, 2 wrong words */
};

void message_release(struct message *message);
bool message_is_empty(const struct message *message) must_check;

/* Adds a section and returns its text to append to; valid until the next section is added. */
struct buffer *message_add_section(struct message *message) must_check;

/* Adds a button to the last section (assert: there is one, with room). */
void message_add_button(struct message *message, const struct message_button *button);

/* The last section shows its buttons, added before or after, as a menu of that action_id. When the message is written,
 * assert: MESSAGE_OPTIONS_MIN of them at least, each with a value of 1 .. MESSAGE_OPTION_CHARACTERS. A section without text,
 * beside which a menu could stand, keeps its row of buttons. */
void message_show_as_menu(struct message *message, const char *menu_action);

/* Sets the fallback, in the place of an earlier one: mrkdwn, at most 4,000 characters are sent. */
void message_set_fallback(struct message *message, const char *text);

/* Appends foreign text: & < > escaped, control characters and invalid UTF-8 replaced, ` * _ ~ made harmless by a
 * zero-width space where they could format. */
void message_append_escaped(struct buffer *target, const char *text);

/* Appends foreign text as code: `dev1`. A backtick in it becomes an apostrophe. */
void message_append_code(struct buffer *target, const char *text);

/* Appends "<@U024BE7LH>" when id is a Slack user id (U or W, then capitals and digits), else the text escaped. */
void message_append_person(struct buffer *target, const char *id);

/* Appends an instant in the reader's own time zone: <!date^1764007200^{date_short_pretty} at {time}|2025-11-24 18:00 UTC>. */
void message_append_instant(struct buffer *target, int64_t at);

/* Writes the members text and blocks, cut as in message_write(). For chat.postMessage and chat.update, which refuse blocks
 * that are too long together (msg_blocks_too_long), from a length on that Slack does not tell: is_short keeps below it. */
void message_write_content(const struct message *message, bool is_short, struct json_writer *writer);

/* Writes the JSON object of a message body: text (the fallback, at most 4,000 characters), blocks, response_type,
 * replace_original where it applies. Serves as ack payload and for a response_url. What does not fit Slack's limits is cut
 * with a line that says how much. */
void message_write(const struct message *message, struct buffer *target);

/* Appends the message as plain text for a terminal: escapes undone, instants in UTC, buttons and options in brackets. */
void message_write_plain(const struct message *message, struct buffer *target);

#endif
