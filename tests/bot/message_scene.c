#include "tests/bot/message_scene.h"

#include "base/json.h"
#include "tests/standin/block_kit.h"
#include "tests/test_case.h"

#include <stdio.h>

cJSON *written(const struct message *message)
{
    struct buffer body = { .limit = 8 * 1024 * 1024 };
    struct error error;
    cJSON *value = NULL;

    message_write(message, &body);
    CU_ASSERT_TRUE_FATAL(json_parse(body.data, body.length, "the body", &value, &error));
    buffer_release(&body);
    return value;
}

/* Bytes that start a character. */
size_t characters_of(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char) *text & 0xC0) != 0x80;
    return count;
}

void check_limits(const cJSON *body)
{
    struct block_kit_problems problems = { 0 };

    CU_ASSERT(characters_of(json_text(body, "text")) <= 4000);
    if (!block_kit_check_message(json_find(body, "blocks"), &problems))
        case_text("blocks", problems.texts[0], "");
}

const char *block_text(const cJSON *body, int number)
{
    return json_text(cJSON_GetArrayItem(json_find(body, "blocks"), number), "text/text");
}

int block_count(const cJSON *body)
{
    return cJSON_GetArraySize(json_find(body, "blocks"));
}

void add_text(struct message *message, const char *text)
{
    buffer_append_text(message_add_section(message), text);
}

void add_button(struct message *message, const char *text, enum message_style style)
{
    struct message_button button = { .value = "v1", .style = style };
    const struct message_section *last = &message->sections[message->section_count - 1];

    snprintf(button.action, sizeof button.action, "act%zu", last->button_count);
    snprintf(button.text, sizeof button.text, "%s", text);
    message_add_button(message, &button);
}

void append_lines(struct buffer *target, int count)
{
    for (int i = 0; i < count; i++)
        buffer_append_format(target, "line %05d &amp;\n", i); /* 17 characters with its end */
}
