/* bot/message.c - what a message is made of: foreign text made harmless, people, instants; and its two forms.
 *
 * Slack's mrkdwn has escapes for & < > only. Where another character could format, a zero-width space on each side of it
 * stands between it and the word.
 */
#include "bot/message.h"

#include "bot/blocks.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FALLBACK_CHARACTERS = 4000, SECTIONS_FIRST = 4, FALLBACK_BYTES_MAX = 4 * 1024 * 1024 };

static const char zero_width_space[] = "\u200b";
static const char replacement[] = "\ufffd";

static void section_release(struct message_section *section)
{
    for (size_t i = 0; i < section->button_count; i++)
        free(section->buttons[i].value);
    free(section->buttons);
    buffer_release(&section->text);
}

void message_release(struct message *message)
{
    for (size_t i = 0; i < message->section_count; i++)
        section_release(&message->sections[i]);
    free(message->sections);
    free(message->fallback);
    *message = (struct message){ 0 };
}

bool message_is_empty(const struct message *message)
{
    return message->section_count == 0;
}

struct buffer *message_add_section(struct message *message)
{
    if (message->section_count == message->section_capacity) {
        message->section_capacity =
            message->section_capacity > 0 ? 2 * message->section_capacity : (size_t) SECTIONS_FIRST;
        message->sections = memory_grow(message->sections, message->section_capacity, sizeof *message->sections);
    }

    struct message_section *section = &message->sections[message->section_count++];
    memset(section, 0, sizeof *section);
    buffer_init(&section->text, MESSAGE_TEXT_BYTES_MAX);
    return &section->text;
}

void message_add_button(struct message *message, const struct message_button *button)
{
    assert(message->section_count > 0);
    struct message_section *section = &message->sections[message->section_count - 1];
    assert(section->button_count < MESSAGE_BUTTONS_MAX);
    section->buttons = memory_grow(section->buttons, section->button_count + 1, sizeof *section->buttons);
    struct section_button *kept = &section->buttons[section->button_count++];
    *kept = (struct section_button){ .value = memory_text(button->value), .style = button->style };
    text_copy_cut(kept->action, sizeof kept->action, button->action);
    text_copy_cut(kept->text, sizeof kept->text, button->text);
}

void message_show_as_menu(struct message *message, const char *menu_action)
{
    assert(message->section_count > 0);
    struct message_section *section = &message->sections[message->section_count - 1];
    bool named = text_copy(section->menu_action, sizeof section->menu_action, menu_action);
    assert(named && menu_action[0] != '\0');
    section->as_menu = true;
}

void message_set_fallback(struct message *message, const char *text)
{
    char *copy = memory_text(text);

    free(message->fallback);
    message->fallback = copy;
}

/* ---- Foreign text ---- */

static bool is_word(char character)
{
    return (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
           (character >= 'a' && character <= 'z');
}

/* Characters that show nothing, or turn the direction of what is around them. */
static bool is_control(const char *text, size_t length)
{
    unsigned char first = (unsigned char) text[0];
    unsigned char second = length > 1 ? (unsigned char) text[1] : 0;
    unsigned char third = length > 2 ? (unsigned char) text[2] : 0;

    if (length == 1)
        return first < 0x20 || first == 0x7F;
    if (length == 2)
        return first == 0xC2 && second < 0xA0; /* U+0080 .. U+009F */
    if (length != 3 || first != 0xE2)
        return false;
    return (second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE))) ||
           (second == 0x81 && third >= 0xA0 && third <= 0xAF); /* U+200B .. 200F, U+2028 .. 202E, U+2060 .. 206F */
}

/* A mark formats only at the edge of a word: the underscores of a_b_c are left as they are. */
static bool could_format(const char *text, const char *mark)
{
    if (strchr("*_~`", *mark) == NULL)
        return false;
    return mark == text || !is_word(mark[-1]) || !is_word(mark[1]);
}

/* The first colon of :tada: . */
static bool begins_emoji(const char *mark)
{
    size_t length = strspn(mark + 1, "abcdefghijklmnopqrstuvwxyz0123456789_+'-");

    return mark[0] == ':' && length > 0 && mark[1 + length] == ':';
}

static bool append_escape(struct buffer *target, char character)
{
    switch (character) {
    case '&':
        buffer_append_text(target, "&amp;");
        return true;
    case '<':
        buffer_append_text(target, "&lt;");
        return true;
    case '>':
        buffer_append_text(target, "&gt;");
        return true;
    default:
        return false;
    }
}

/* Appends one character of foreign text and returns its length in it. */
static size_t append_foreign(struct buffer *target, const char *text)
{
    size_t length = text_character_length(text, strnlen(text, 4));

    if (length == 1 && strchr("\t\n\r", *text) != NULL)
        buffer_append_char(target, ' ');
    else if (length == 0 || is_control(text, length))
        buffer_append_text(target, replacement);
    else if (!append_escape(target, *text))
        buffer_append(target, text, length);
    return length > 0 ? length : 1;
}

void message_append_escaped(struct buffer *target, const char *text)
{
    const char *rest = text;

    /* At the start of a line > quotes, escaped or not. */
    if (*text == '>' && (target->length == 0 || target->data[target->length - 1] == '\n'))
        buffer_append_text(target, zero_width_space);
    while (*rest != '\0') {
        bool formats = could_format(text, rest);
        bool names_emoji = begins_emoji(rest);

        if (formats)
            buffer_append_text(target, zero_width_space);
        rest += append_foreign(target, rest);
        if (formats || names_emoji)
            buffer_append_text(target, zero_width_space);
    }
}

void message_append_code(struct buffer *target, const char *text)
{
    buffer_append_char(target, '`');
    while (*text != '\0') {
        if (*text == '`') {
            buffer_append_char(target, '\'');
            text++;
        } else {
            text += append_foreign(target, text);
        }
    }
    buffer_append_char(target, '`');
}

void message_append_person(struct buffer *target, const char *id)
{
    size_t length = strlen(id);
    bool is_person =
        length > 1 && (id[0] == 'U' || id[0] == 'W') && strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == length;

    if (is_person)
        buffer_append_format(target, "<@%s>", id);
    else
        message_append_escaped(target, id);
}

void message_append_instant(struct buffer *target, int64_t at)
{
    time_t instant = (time_t) at;
    struct tm utc = { 0 };
    char fallback[64] = "";

    if (gmtime_r(&instant, &utc) == NULL || strftime(fallback, sizeof fallback, "%Y-%m-%d %H:%M UTC", &utc) == 0) {
        buffer_append_format(target, "%lld", (long long) at);
        return;
    }
    buffer_append_format(target, "<!date^%lld^{date_short_pretty} at {time}|%s>", (long long) at, fallback);
}

static void append_sections(const struct message *message, struct buffer *text)
{
    for (size_t i = 0; i < message->section_count; i++) {
        const struct buffer *part = &message->sections[i].text;

        if (text->length > 0 && part->length > 0)
            buffer_append_char(text, '\n');
        buffer_append(text, buffer_text(part), part->length);
    }
}

/* What notifications and screen readers say. */
static void write_fallback(const struct message *message, struct json_writer *writer)
{
    released_by(buffer_release) struct buffer text = { .limit = FALLBACK_BYTES_MAX };

    if (message->fallback != NULL)
        buffer_append_text(&text, message->fallback);
    else
        append_sections(message, &text);
    size_t length = blocks_first_piece(buffer_text(&text), FALLBACK_CHARACTERS);
    if (length < text.length) {
        char *cut = memory_copy(text.data, blocks_first_piece(text.data, FALLBACK_CHARACTERS - 1));

        buffer_clear(&text);
        buffer_append_format(&text, "%s…", cut);
        free(cut);
    }
    json_put_text(writer, "text", buffer_text(&text));
}

void message_write_content(const struct message *message, bool is_short, struct json_writer *writer)
{
    write_fallback(message, writer);
    blocks_write(message, is_short ? (size_t) MESSAGE_SHORT_BYTES : SIZE_MAX, writer);
}

void message_write(const struct message *message, struct buffer *target)
{
    struct json_writer writer = json_writer_start(target);

    json_begin_object(&writer, NULL);
    message_write_content(message, false, &writer);
    if (!message->replaces_original)
        json_put_text(&writer, "response_type", message->in_channel ? "in_channel" : "ephemeral");
    json_put_bool(&writer, "replace_original", message->replaces_original);
    json_end_object(&writer);
}

/* ---- Plain text ---- */

/* What stands between < and >, written for a terminal: a date's fallback, a link with its address behind. */
static void write_plain_reference(const char *inside, struct buffer *target)
{
    const char *bar = strchr(inside, '|');
    size_t length = strcspn(inside, "|");

    if (inside[0] == '!') {
        const char *name = strrchr(inside, '^');

        buffer_append_format(target, "%s", bar != NULL ? bar + 1 : "");
        if (bar == NULL)
            buffer_append_format(target, "@%s", name != NULL ? name + 1 : inside + 1);
    } else if (inside[0] == '@' || inside[0] == '#') {
        buffer_append(target, inside, length);
    } else if (bar != NULL) {
        buffer_append_format(target, "%s (%.*s)", bar + 1, (int) length, inside);
    } else {
        buffer_append_text(target, inside);
    }
}

static const char fence[] = "```\n";

/* Appends the plain form of the first token of text and returns its length. */
static size_t write_plain_token(const char *text, struct buffer *target)
{
    static const struct {
        const char *token, *plain;
    } escapes[] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { zero_width_space, "" } };
    size_t length = blocks_token_length(text);

    if (text_starts_with(text, fence)) /* of a code block: a terminal shows all of it as that */
        return strlen(fence);
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (text_starts_with(text, escapes[i].token)) {
            buffer_append_text(target, escapes[i].plain);
            return strlen(escapes[i].token);
        }
    }
    if (text[0] == '<' && length > 2) {
        char *inside = memory_copy(text + 1, length - 2);

        write_plain_reference(inside, target);
        free(inside);
    } else {
        buffer_append(target, text, length);
    }
    return length;
}

void message_write_plain(const struct message *message, struct buffer *target)
{
    for (size_t i = 0; i < message->section_count; i++) {
        const struct message_section *section = &message->sections[i];
        const char *rest = buffer_text(&section->text);

        while (*rest != '\0')
            rest += write_plain_token(rest, target);
        if (section->text.length > 0 && section->text.data[section->text.length - 1] != '\n')
            buffer_append_char(target, '\n');
        for (size_t j = 0; j < section->button_count; j++)
            buffer_append_format(target, "%s[%s]", j > 0 ? " " : "", section->buttons[j].text);
        if (section->button_count > 0)
            buffer_append_char(target, '\n');
    }
}
