/* tests/trial/chat.c - two exchanges: one follows the journal, the other sends what is typed and pressed. */
#include "tests/trial/chat.h"

#include "base/http.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { POLL_MS = 20 * 1000, POLL_TIMEOUT_MS = 30 * 1000, CURSOR_MAX = 1 << 30 };

static const char journal_types[] = "ack,response,message,ephemeral,update,delete,timeout";

/* A button that can be pressed, or an option of a menu. */
struct button {
    char text[CHAT_TEXT_SIZE];
    char action[CHAT_TEXT_SIZE];
    char *value;
    bool is_option;
    size_t below_line;
};

struct buttons {
    struct button items[CHAT_BUTTONS_MAX];
    size_t count;
};

struct chat {
    struct flow follow_flow, send_flow;
    struct loop *loop;
    struct http_client *client;
    struct chat_listener *listener;
    char *control_url;
    struct http_exchange follow, send;
    struct timer deadline;
    struct flow deadline_flow;
    int64_t cursor;
    bool waiting;
    char pressed[CHAT_TEXT_SIZE]; /* ts of the message whose button was pressed last: its change is an outcome too */
    struct buttons buttons;       /* of the newest message that has some */
    char channel[CHAT_TEXT_SIZE], ts[CHAT_TEXT_SIZE]; /* of that message */
};

static void follow(struct chat *chat);
static void take_journal(struct flow *flow);
static void take_sent(struct flow *flow);
static void be_late(struct flow *flow);

struct chat *chat_new(struct loop *loop, const char *control_url, struct chat_listener *listener)
{
    static const struct http_client_options options = { .user_agent = "curfew-trial" };
    struct chat *chat = memory_new(1, sizeof *chat);

    chat->follow_flow.pump = take_journal;
    chat->send_flow.pump = take_sent;
    chat->deadline_flow.pump = be_late;
    chat->loop = loop;
    chat->listener = listener;
    chat->control_url = memory_text(control_url);
    chat->client = http_client_new(loop, &options);
    follow(chat);
    return chat;
}

static void release_buttons(struct buttons *buttons)
{
    for (size_t i = 0; i < buttons->count; i++)
        free(buttons->items[i].value);
    buttons->count = 0;
}

void chat_free(struct chat *chat)
{
    if (chat == NULL)
        return;
    timer_stop(chat->loop, &chat->deadline);
    http_exchange_release(&chat->follow);
    http_exchange_release(&chat->send);
    http_client_free(chat->client);
    release_buttons(&chat->buttons);
    free(chat->control_url);
    free(chat);
}

bool chat_is_waiting(const struct chat *chat)
{
    return chat->waiting;
}

/* sending */

static void send_call(struct chat *chat, const char *path, const struct buffer *body)
{
    http_exchange_release(&chat->send);
    chat->send.request.method = "POST";
    buffer_append_format(&chat->send.request.url, "%s%s", chat->control_url, path);
    buffer_append_text(&chat->send.request.headers, "Content-Type: application/json\n");
    buffer_append(&chat->send.request.body, body->data, body->length);
    http_exchange_start(chat->client, &chat->send, &chat->send_flow);
    chat->waiting = true;
    timer_start(chat->loop, &chat->deadline, CHAT_WAIT_MS, &chat->deadline_flow);
}

void chat_say(struct chat *chat, const char *text)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "text", text);
    json_end_object(&writer);
    chat->pressed[0] = '\0';
    send_call(chat, "/command", &body);
}

bool chat_press(struct chat *chat, size_t number)
{
    released_by(buffer_release) struct buffer body = { 0 };
    struct json_writer writer = json_writer_start(&body);

    if (number < 1 || number > chat->buttons.count)
        return false;
    const struct button *button = &chat->buttons.items[number - 1];
    json_begin_object(&writer, NULL);
    json_put_text(&writer, "channel", chat->channel);
    json_put_text(&writer, "ts", chat->ts);
    json_put_text(&writer, "action_id", button->action);
    json_put_text(&writer, "value", button->value);
    if (button->is_option)
        json_put_text(&writer, "option", button->text);
    json_end_object(&writer);
    text_copy_cut(chat->pressed, sizeof chat->pressed, chat->ts);
    release_buttons(&chat->buttons);
    send_call(chat, "/click", &body);
    return true;
}

static void stop_waiting(struct chat *chat, const struct error *error)
{
    if (!chat->waiting)
        return;
    chat->waiting = false;
    timer_stop(chat->loop, &chat->deadline);
    if (error == NULL)
        chat->listener->answered(chat->listener);
    else
        chat->listener->failed(chat->listener, error);
}

static void take_sent(struct flow *flow)
{
    struct chat *chat = (struct chat *) ((char *) flow - offsetof(struct chat, send_flow));
    struct error error = chat->send.error;
    int status = chat->send.response.status;

    if (error.kind == ERROR_NONE && status == 503)
        error_set(&error, ERROR_NETWORK, "Slack has no connection to the bot: its log says why");
    else if (error.kind == ERROR_NONE && status != 200)
        error_set(&error, ERROR_PROTOCOL, "standin-slack: %s", buffer_text(&chat->send.response.body));
    if (error.kind != ERROR_NONE)
        stop_waiting(chat, &error);
}

static void be_late(struct flow *flow)
{
    struct chat *chat = (struct chat *) ((char *) flow - offsetof(struct chat, deadline_flow));
    struct error error = { 0 };

    error_set(&error, ERROR_TIMEOUT, "no answer within %d s: the bot's log says why", CHAT_WAIT_MS / 1000);
    stop_waiting(chat, &error);
}

/* reading */

static void follow(struct chat *chat)
{
    http_exchange_release(&chat->follow);
    chat->follow.request.method = "GET";
    chat->follow.request.timeout_ms = POLL_TIMEOUT_MS;
    buffer_append_format(&chat->follow.request.url, "%s/journal?type=%s&after=%" PRId64 "&count=1&wait_ms=%d",
                         chat->control_url, journal_types, chat->cursor, POLL_MS);
    http_exchange_start(chat->client, &chat->follow, &chat->follow_flow);
}

static void append_line(struct buffer *text, const char *line)
{
    if (line[0] == '\0')
        return;
    if (text->length > 0 && text->data[text->length - 1] != '\n')
        buffer_append_char(text, '\n');
    buffer_append_text(text, line);
}

static size_t lines_of(const struct buffer *text)
{
    size_t count = text->length > 0 ? 1 : 0;

    for (size_t i = 0; i + 1 < text->length; i++)
        count += text->data[i] == '\n';
    return count;
}

/* owner carries the action; what: the button itself, or an option of it. */
static void add_button(struct buttons *buttons, const cJSON *owner, const cJSON *what, const struct buffer *text)
{
    struct button *button = &buttons->items[buttons->count];

    if (buttons->count == CHAT_BUTTONS_MAX)
        return;
    text_copy_cut(button->text, sizeof button->text, json_text(what, "text/text"));
    text_copy_cut(button->action, sizeof button->action, json_text(owner, "action_id"));
    button->value = memory_text(json_text(what, "value"));
    button->is_option = what != owner;
    button->below_line = lines_of(text);
    buttons->count++;
}

static void add_element(struct buttons *buttons, const cJSON *element, const struct buffer *text)
{
    const cJSON *option = NULL;

    if (text_equal(json_text(element, "type"), "button"))
        add_button(buttons, element, element, text);
    if (!text_equal(json_text(element, "type"), "overflow"))
        return;
    cJSON_ArrayForEach(option, json_member(element, "options"))
    {
        add_button(buttons, element, option, text);
    }
}

static void read_block(const cJSON *block, struct buffer *text, struct buttons *buttons)
{
    const cJSON *part = NULL;

    append_line(text, json_text(block, "text/text"));
    cJSON_ArrayForEach(part, json_member(block, "fields"))
    {
        append_line(text, json_text(part, "text"));
    }
    cJSON_ArrayForEach(part, json_member(block, "elements"))
    {
        append_line(text, json_text(part, "text")); /* of a context; a button's is an object */
        add_element(buttons, part, text);
    }
    add_element(buttons, json_member(block, "accessory"), text);
}

/* Blocks are what people see; the text is for notifications. */
static void read_message(const cJSON *message, struct buffer *text, struct buttons *buttons)
{
    const cJSON *block = NULL;

    cJSON_ArrayForEach(block, json_member(message, "blocks"))
    {
        read_block(block, text, buttons);
    }
    if (text->length == 0)
        buffer_append_text(text, json_text(message, "text"));
    while (text->length > 0 && text->data[text->length - 1] == '\n')
        text->data[--text->length] = '\0';
}

/* "Stopping dev1 …": there is more to come. */
static bool is_provisional(const struct buffer *text)
{
    static const char ellipsis[] = "…";
    size_t length = strlen(ellipsis);

    return text->length >= length && text_equal(text->data + text->length - length, ellipsis);
}

static void show(struct chat *chat, struct chat_message *message, const struct buffer *text,
                 const struct buttons *buttons)
{
    message->text = buffer_text(text);
    for (size_t i = 0; i < buttons->count; i++) {
        message->buttons[i].text = buttons->items[i].text;
        message->buttons[i].below_line = buttons->items[i].below_line;
    }
    message->button_count = buttons->count;
    chat->listener->heard(chat->listener, message);
}

/* Buttons of a message that is changed or gone cannot be pressed any more; those of the newest message can. */
static void replace_buttons(struct chat *chat, const cJSON *entry, struct buttons *buttons)
{
    if (buttons->count == 0 && !text_equal(chat->ts, json_text(entry, "ts")))
        return;
    release_buttons(&chat->buttons);
    chat->buttons = *buttons;
    buttons->count = 0;
    text_copy_cut(chat->channel, sizeof chat->channel, json_text(entry, "channel"));
    text_copy_cut(chat->ts, sizeof chat->ts, json_text(entry, "ts"));
}

/* Whether somebody waits for it: an answer, or the message that changes because its button was pressed. */
static bool is_unasked(const struct chat *chat, const cJSON *entry)
{
    const char *type = json_text(entry, "type");

    if (text_equal(type, "message"))
        return true;
    return text_equal(type, "update") && !(chat->waiting && text_equal(chat->pressed, json_text(entry, "ts")));
}

/* true: this entry is the outcome of what was asked for. */
static bool take_entry(struct chat *chat, const cJSON *entry)
{
    released_by(buffer_release) struct buffer text = { 0 };
    released_by(release_buttons) struct buttons buttons = { .count = 0 };
    struct chat_message shown = { .is_unasked = is_unasked(chat, entry) };
    const char *type = json_text(entry, "type");
    bool is_ack = text_equal(type, "ack");
    const cJSON *message = json_member(entry, is_ack ? "payload" : "message");

    shown.only_you =
        is_ack ? !text_equal(json_text(message, "response_type"), "in_channel") : json_text(entry, "user")[0] != '\0';
    shown.is_changed = text_equal(type, "update");
    if (text_equal(type, "timeout")) {
        buffer_append_text(&text, "/curfew failed with the error \"operation_timeout\"");
        shown.only_you = true;
        show(chat, &shown, &text, &buttons);
        return true;
    }
    if (text_equal(type, "delete") || text_equal(json_text(entry, "act"), "delete")) {
        replace_buttons(chat, entry, &buttons);
        return true;
    }
    if (message == NULL || (is_ack && cJSON_GetArraySize(message) == 0))
        return false;
    read_message(message, &text, &buttons);
    show(chat, &shown, &text, &buttons);
    replace_buttons(chat, entry, &buttons);
    return !shown.is_unasked && !is_provisional(&text);
}

static void take_journal(struct flow *flow)
{
    struct chat *chat = (struct chat *) ((char *) flow - offsetof(struct chat, follow_flow));
    released_by(json_release) cJSON *journal = NULL;
    const struct http_response *response = &chat->follow.response;
    struct error error = chat->follow.error;
    const cJSON *entry = NULL;
    bool answered = false;

    if (error.kind != ERROR_NONE ||
        !json_parse(buffer_text(&response->body), response->body.length, "the journal", &journal, &error) ||
        !json_number(journal, "cursor", 0, 0, CURSOR_MAX, &chat->cursor, &error)) {
        stop_waiting(chat, &error);
        return;
    }
    cJSON_ArrayForEach(entry, json_member(journal, "entries"))
    {
        answered = take_entry(chat, entry) || answered;
    }
    follow(chat);
    if (answered)
        stop_waiting(chat, NULL);
}
