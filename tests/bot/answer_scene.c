#include "tests/bot/answer_scene.h"

#include "bot/message.h"
#include "tests/test_case.h"

#include <time.h>

int64_t at(const char *text)
{
    struct tm parts = { 0 };

    if (text == NULL)
        return 0;
    if (strcmp(text, "never") == 0)
        return INT64_MAX;
    CU_ASSERT_PTR_NOT_NULL_FATAL(strptime(text, "%Y-%m-%d %H:%M", &parts));
    return timegm(&parts);
}

void check_lines(const char *row, struct buffer *lines, const char *expected)
{
    struct message message = { 0 };
    struct buffer text = { 0 };

    buffer_append(message_add_section(&message), buffer_text(lines), lines->length);
    message_write_plain(&message, &text);
    case_text(row, buffer_text(&text), expected);
    buffer_release(&text);
    message_release(&message);
    buffer_release(lines);
}
