/* tests/fuzz/fuzz_button.c - the value of a button, as a client may send it.
 *
 * It is refused, or what was read of it is written and read again as the same.
 */
#include "bot/button.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/fuzz/fuzz.h"

static void check_again(const char *command, const struct button_condition *condition)
{
    released_by(buffer_release) struct buffer value = { 0 };
    struct button_condition again;
    char command_again[INBOX_TEXT_SIZE];

    assert(strchr(command, '|') == NULL && strchr(condition->uid, '|') == NULL);
    assert(condition->stop_at >= 0);
    button_write(command, condition, &value);
    assert(button_read(buffer_text(&value), command_again, &again));
    assert(strcmp(command_again, command) == 0 && strcmp(again.uid, condition->uid) == 0);
    assert(again.stop_at == condition->stop_at && again.notice == condition->notice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *value = memory_copy(bytes, length);
    struct button_condition condition;
    char command[INBOX_TEXT_SIZE];

    if (button_read(value, command, &condition))
        check_again(command, &condition);
    free(value);
    return 0;
}
