/* bot/button.c - what a button of ours carries. Pure.
 *
 * Slack shows values to nobody, but whoever writes a client can send any: what is read here is foreign.
 */
#include "bot/button.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/text.h"

const char action_confirm[] = "confirm";
const char action_dismiss[] = "dismiss";
const char action_keep_1h[] = "keep_1h";
const char action_keep_2h[] = "keep_2h";
const char action_keep_morning[] = "keep_morning";
const char action_stop[] = "stop";
const char action_start[] = "start";
const char action_choose[] = "choose";

static bool read_condition(const char *text, struct button_condition *ret_condition);
static bool read_stop_at(const char *text, int64_t *ret_stop_at);

void button_write(const char *command, const struct button_condition *condition, struct buffer *target)
{
    uint64_t looks_like_notice;

    assert(condition->notice == 0 || (condition->uid[0] == '\0' && condition->stop_at == 0));
    buffer_append_text(target, command);
    if (condition->notice != 0) {
        buffer_append_char(target, '|');
        notice_id_write(condition->notice, target);
    } else if (condition->stop_at != 0 || notice_id_read(condition->uid, &looks_like_notice)) {
        buffer_append_format(target, "|%s|%" PRId64, condition->uid, condition->stop_at);
    } else if (condition->uid[0] != '\0') {
        buffer_append_format(target, "|%s", condition->uid);
    }
}

bool button_read(const char *value, char ret_command[INBOX_TEXT_SIZE], struct button_condition *ret_condition)
{
    struct button_condition condition = { 0 };
    size_t length = strcspn(value, "|");

    if (length >= INBOX_TEXT_SIZE)
        return false;
    if (value[length] == '|' && (length == 0 || !read_condition(value + length + 1, &condition)))
        return false;
    memcpy(ret_command, value, length);
    ret_command[length] = '\0';
    *ret_condition = condition;
    return true;
}

bool button_is_command(const char *action)
{
    static const char *const actions[] = { action_confirm, action_keep_1h, action_keep_2h, action_keep_morning,
                                           action_stop,    action_start,   action_choose };

    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (text_equal(action, actions[i]))
            return true;
    return false;
}

/* "uid|stop_at", "notice" or "uid". */
static bool read_condition(const char *text, struct button_condition *ret_condition)
{
    size_t length = strcspn(text, "|");

    if (text[length] == '\0' && notice_id_read(text, &ret_condition->notice))
        return true;
    if (length >= sizeof ret_condition->uid)
        return false;
    memcpy(ret_condition->uid, text, length);
    ret_condition->uid[length] = '\0';
    return text[length] == '\0' ? length > 0 : read_stop_at(text + length + 1, &ret_condition->stop_at);
}

static bool read_stop_at(const char *text, int64_t *ret_stop_at)
{
    int64_t stop_at = 0;

    if (text[0] == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        int digit = *text - '0';
        if (stop_at > (INT64_MAX - digit) / 10)
            return false;
        stop_at = stop_at * 10 + digit;
    }
    *ret_stop_at = stop_at;
    return true;
}
