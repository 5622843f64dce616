/* bot/blocks.c - one section block per paragraph, one actions block per row of buttons, and where to cut. A menu stands in
 * the first block of its section. */
#include "bot/blocks.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_BYTES_MAX = 128 * 1024, /* of the JSON of one: a row of buttons with long values is the largest */
    CUT_BYTES_MAX = 300,          /* of the block that says what is missing, and the brackets */
};

/* ---- Cutting ---- */

size_t blocks_token_length(const char *text)
{
    const char *end = NULL;

    if (*text == '<')
        end = strchr(text, '>');
    else if (*text == '&')
        end = memchr(text, ';', strnlen(text, sizeof "&amp;" - 1));
    if (end != NULL)
        return (size_t) (end - text) + 1;

    size_t length = text_character_length(text, strnlen(text, 4));
    return length > 0 ? length : 1;
}

/* UTF-16 units of length bytes. */
static size_t units_of(const char *text, size_t length)
{
    size_t units = 0;

    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char) text[i];

        if (byte < 0x80 || byte >= 0xC0)
            units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

size_t blocks_first_piece(const char *text, size_t units_max)
{
    size_t at = 0, units = 0, line_end = 0;

    while (text[at] != '\0') {
        size_t length = blocks_token_length(text + at);

        units += units_of(text + at, length);
        if (units > units_max)
            return line_end > 0 ? line_end : (at > 0 ? at : length);
        if (text[at] == '\n')
            line_end = at;
        at += length;
    }
    return at;
}

static size_t count_lines(const char *text)
{
    size_t lines = 0;

    for (text += strspn(text, "\n"); *text != '\0'; text += strspn(text, "\n")) {
        lines++;
        text += strcspn(text, "\n");
    }
    return lines;
}

/* ---- Blocks ---- */

/* Where the blocks go. Run once without a writer, to count them, and once more with it. */
struct layout {
    struct json_writer *writer; /* NULL: only counts */
    size_t blocks, blocks_max;
    size_t bytes, bytes_max; /* of JSON */
    size_t lines_left_out, buttons_left_out;
    bool text_left_out; /* by a buffer that was full */
};

static void write_plain_text(struct json_writer *writer, const char *text)
{
    json_begin_object(writer, "text");
    json_put_text(writer, "type", "plain_text");
    json_put_text(writer, "text", text);
    json_end_object(writer);
}

static void write_option(struct json_writer *writer, const struct section_button *button)
{
    assert(button->value[0] != '\0' && strlen(button->value) <= MESSAGE_OPTION_CHARACTERS);
    json_begin_object(writer, NULL);
    write_plain_text(writer, button->text);
    json_put_text(writer, "value", button->value);
    json_end_object(writer);
}

static void write_menu(struct json_writer *writer, const struct message_section *section)
{
    assert(section->button_count >= MESSAGE_OPTIONS_MIN);
    json_begin_object(writer, "accessory");
    json_put_text(writer, "type", "overflow");
    json_put_text(writer, "action_id", section->menu_action);
    json_begin_array(writer, "options");
    for (size_t i = 0; i < section->button_count; i++)
        write_option(writer, &section->buttons[i]);
    json_end_array(writer);
    json_end_object(writer);
}

/* menu: the section whose menu stands beside this text, or NULL. */
static void write_section_block(struct json_writer *writer, const char *text, size_t length,
                                const struct message_section *menu)
{
    char *piece = memory_copy(text, length);

    json_begin_object(writer, NULL);
    json_put_text(writer, "type", "section");
    json_begin_object(writer, "text");
    json_put_text(writer, "type", "mrkdwn");
    json_put_text(writer, "text", piece);
    json_put_bool(writer, "verbatim", true); /* Slack makes no links and channels out of plain words */
    json_end_object(writer);
    if (menu != NULL)
        write_menu(writer, menu);
    json_end_object(writer);
    free(piece);
}

static void write_button(struct json_writer *writer, const struct section_button *button)
{
    static const char *const styles[] = { [MESSAGE_PRIMARY] = "primary", [MESSAGE_DANGER] = "danger" };

    json_begin_object(writer, NULL);
    json_put_text(writer, "type", "button");
    json_put_text(writer, "action_id", button->action);
    write_plain_text(writer, button->text);
    if (button->value[0] != '\0')
        json_put_text(writer, "value", button->value);
    if (button->style != MESSAGE_PLAIN)
        json_put_text(writer, "style", styles[button->style]);
    json_end_object(writer);
}

/* Adds a block (NULL: it is only counted). false: there is no room for it, and none for any behind it. */
static bool layout_add(struct layout *layout, const struct buffer *block)
{
    size_t length = block != NULL ? block->length + 1 : 0;

    if (layout->blocks >= layout->blocks_max || length > layout->bytes_max - layout->bytes) {
        layout->blocks_max = layout->blocks;
        return false;
    }
    layout->blocks++;
    layout->bytes += length;
    if (block != NULL)
        json_put_raw(layout->writer, NULL, buffer_text(block));
    return true;
}

static bool layout_section_block(struct layout *layout, const char *text, size_t length,
                                 const struct message_section *menu)
{
    released_by(buffer_release) struct buffer block = { .limit = BLOCK_BYTES_MAX };
    struct json_writer writer = json_writer_start(&block);

    if (layout->writer == NULL)
        return layout_add(layout, NULL);
    write_section_block(&writer, text, length, menu);
    return layout_add(layout, &block);
}

/* Whether there is a text for a menu to stand beside. */
static bool has_menu(const struct message_section *section)
{
    const char *text = buffer_text(&section->text);

    return section->as_menu && text[strspn(text, "\n")] != '\0';
}

static void layout_text(struct layout *layout, const struct message_section *section)
{
    const char *text = buffer_text(&section->text);
    const struct message_section *menu = has_menu(section) ? section : NULL;

    for (text += strspn(text, "\n"); *text != '\0'; text += strspn(text, "\n")) {
        size_t length = blocks_first_piece(text, MESSAGE_SECTION_CHARACTERS);

        if (!layout_section_block(layout, text, length, menu)) {
            layout->lines_left_out += count_lines(text);
            layout->buttons_left_out += menu != NULL ? menu->button_count : 0;
            return;
        }
        menu = NULL;
        text += length;
    }
}

static void write_actions_block(struct json_writer *writer, const struct message_section *section)
{
    json_begin_object(writer, NULL);
    json_put_text(writer, "type", "actions");
    json_begin_array(writer, "elements");
    for (size_t i = 0; i < section->button_count; i++)
        write_button(writer, &section->buttons[i]);
    json_end_array(writer);
    json_end_object(writer);
}

static void layout_buttons(struct layout *layout, const struct message_section *section)
{
    released_by(buffer_release) struct buffer block = { .limit = BLOCK_BYTES_MAX };
    struct json_writer writer = json_writer_start(&block);

    if (layout->writer != NULL)
        write_actions_block(&writer, section);
    if (!layout_add(layout, layout->writer != NULL ? &block : NULL))
        layout->buttons_left_out += section->button_count;
}

static void layout_message(struct layout *layout, const struct message *message)
{
    for (size_t i = 0; i < message->section_count; i++) {
        const struct message_section *section = &message->sections[i];

        layout_text(layout, section);
        if (section->text.overflowed)
            layout->text_left_out = true;
        if (section->button_count > 0 && !has_menu(section))
            layout_buttons(layout, section);
    }
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* The last block of a message that is too long: it says how much is missing. */
static void write_cut(const struct layout *layout)
{
    released_by(buffer_release) struct buffer text = { 0 };
    size_t lines = layout->lines_left_out, buttons = layout->buttons_left_out;

    buffer_append_text(&text, "Cut here: ");
    if (layout->text_left_out)
        buffer_append_text(&text, "more text than a message may hold was left out");
    if (layout->text_left_out && lines + buttons > 0)
        buffer_append_text(&text, ", and ");
    if (lines > 0)
        buffer_append_format(&text, "%zu more line%s", lines, plural(lines));
    if (lines > 0 && buttons > 0)
        buffer_append_text(&text, " and ");
    if (buttons > 0)
        buffer_append_format(&text, "%zu more button%s", buttons, plural(buttons));
    if (lines + buttons > 0)
        buffer_append_format(&text, " %s not fit into one message", lines + buttons == 1 ? "does" : "do");
    buffer_append_char(&text, '.');
    write_section_block(layout->writer, buffer_text(&text), text.length, NULL);
}

void blocks_write(const struct message *message, size_t bytes_max, struct json_writer *writer)
{
    struct layout count = { .blocks_max = SIZE_MAX, .bytes_max = SIZE_MAX };
    struct layout layout = { .writer = writer, .blocks_max = MESSAGE_BLOCKS_MAX, .bytes_max = SIZE_MAX };

    layout_message(&count, message);
    if (count.blocks > MESSAGE_BLOCKS_MAX || count.text_left_out)
        layout.blocks_max--;
    if (bytes_max != SIZE_MAX)
        layout.bytes_max = bytes_max - CUT_BYTES_MAX;
    json_begin_array(writer, "blocks");
    layout_message(&layout, message);
    if (layout.text_left_out || layout.lines_left_out + layout.buttons_left_out > 0)
        write_cut(&layout);
    json_end_array(writer);
}
