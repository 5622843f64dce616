/* bot/channel_calls.c - bodies and answers of the calls about channels. */
#include "bot/channel_calls.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/text.h"

enum { NOTICE_SIZE = 17, OLDEST_SIZE = 32 };

static const char event_type[] = "curfew_notice";

/* --- what is asked --------------------------------------------------------------------------------------------- */

static void write_notice(uint64_t notice, char text[NOTICE_SIZE])
{
    snprintf(text, NOTICE_SIZE, "%016" PRIx64, notice);
}

static void put_metadata(struct json_writer *writer, uint64_t notice)
{
    char text[NOTICE_SIZE];

    write_notice(notice, text);
    json_begin_object(writer, "metadata");
    json_put_text(writer, "event_type", event_type);
    json_begin_object(writer, "event_payload");
    json_put_text(writer, "notice", text);
    json_end_object(writer);
    json_end_object(writer);
}

void channel_write_post(const struct post *post, const struct message *message, bool is_short, struct buffer *body)
{
    struct json_writer writer = json_writer_start(body);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "channel", post->channel);
    message_write_content(message, is_short, &writer);
    json_put_bool(&writer, "unfurl_links", false);
    if (post->notice != 0)
        put_metadata(&writer, post->notice);
    json_end_object(&writer);
}

void channel_write_update(const struct post *post, const struct message *message, bool is_short, struct buffer *body)
{
    struct json_writer writer = json_writer_start(body);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "channel", post->channel);
    json_put_text(&writer, "ts", post->message);
    message_write_content(message, is_short, &writer);
    json_end_object(&writer);
}

void channel_write_find(const struct post *post, const char *cursor, struct buffer *body)
{
    struct json_writer writer = json_writer_start(body);
    char oldest[OLDEST_SIZE];

    snprintf(oldest, sizeof oldest, "%" PRId64 ".000000", post->since_at);
    json_begin_object(&writer, NULL);
    json_put_text(&writer, "channel", post->channel);
    json_put_text(&writer, "oldest", oldest);
    json_put_bool(&writer, "inclusive", true);
    json_put_bool(&writer, "include_all_metadata", true);
    json_put_number(&writer, "limit", CHANNEL_PAGE_MESSAGES);
    if (cursor[0] != '\0')
        json_put_text(&writer, "cursor", cursor);
    json_end_object(&writer);
}

void channel_write_look_up(const char *group, struct buffer *body)
{
    struct json_writer writer = json_writer_start(body);

    json_begin_object(&writer, NULL);
    json_put_text(&writer, "usergroup", group);
    json_end_object(&writer);
}

/* --- what was answered ----------------------------------------------------------------------------------------- */

/* Slack says no, but only for now. */
static bool passes(const char *slack_error)
{
    static const char *const words[] = { "team_added_to_org", "external_channel_migrating" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (text_equal(slack_error, words[i]))
            return true;
    return false;
}

/* "ok": false, with a word that says why it cannot be. Too many calls and failures of Slack's own are none. */
static bool is_refused(const struct slack_call *call)
{
    bool by_kind = call->error.kind == ERROR_INPUT || call->error.kind == ERROR_REFUSED;

    return by_kind && call->slack_error[0] != '\0' && !passes(call->slack_error);
}

/* It was turned away as a whole, or never sent. */
static bool is_certainly_not_done(const struct slack_call *call)
{
    return call->unsent || call->error.kind == ERROR_BUSY || passes(call->slack_error);
}

bool channel_is_too_long(const struct slack_call *call)
{
    return text_equal(call->slack_error, "msg_blocks_too_long");
}

enum post_result channel_read_post(const struct slack_call *call, char ret_message[RECORD_PERSON_SIZE])
{
    ret_message[0] = '\0';
    if (call->error.kind == ERROR_NONE)
        return text_copy(ret_message, RECORD_PERSON_SIZE, json_text(call->answer, "ts")) && ret_message[0] != '\0'
                   ? POST_OK
                   : POST_UNCLEAR;
    if (is_refused(call))
        return POST_REFUSED;
    return is_certainly_not_done(call) ? POST_LATER : POST_UNCLEAR;
}

enum post_result channel_read_update(const struct slack_call *call)
{
    if (call->error.kind == ERROR_NONE)
        return POST_OK;
    return is_refused(call) ? POST_REFUSED : POST_LATER;
}

static bool is_of_notice(const cJSON *message, const char *notice)
{
    return text_equal(json_text(message, "metadata/event_type"), event_type) &&
           text_equal(json_text(message, "metadata/event_payload/notice"), notice);
}

enum find_result channel_read_find(const struct slack_call *call, uint64_t notice, char ret_message[RECORD_PERSON_SIZE],
                                   char ret_cursor[CHANNEL_CURSOR_SIZE])
{
    const cJSON *messages = json_member(call->answer, "messages");
    const cJSON *message = NULL;
    char wanted[NOTICE_SIZE];

    ret_message[0] = '\0';
    ret_cursor[0] = '\0';
    if (call->error.kind != ERROR_NONE)
        return is_refused(call) ? FIND_NOT_ALLOWED : FIND_LATER;
    if (!cJSON_IsArray(messages))
        return FIND_LATER;
    write_notice(notice, wanted);
    cJSON_ArrayForEach(message, messages)
    {
        if (is_of_notice(message, wanted) && text_copy(ret_message, RECORD_PERSON_SIZE, json_text(message, "ts")))
            return FIND_FOUND;
    }
    if (!json_is_true(call->answer, "has_more"))
        return FIND_ABSENT;
    /* There is more, and no way to it: nothing is known. */
    const char *cursor = json_text(call->answer, "response_metadata/next_cursor");
    return text_copy(ret_cursor, CHANNEL_CURSOR_SIZE, cursor) && cursor[0] != '\0' ? FIND_ABSENT : FIND_NOT_ALLOWED;
}

static bool is_id(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")] == '\0';
}

bool channel_read_members(const struct slack_call *call, struct buffer *members)
{
    const cJSON *users = json_member(call->answer, "users");
    const cJSON *user = NULL;

    if (call->error.kind != ERROR_NONE || !cJSON_IsArray(users))
        return false;
    cJSON_ArrayForEach(user, users)
    {
        if (!cJSON_IsString(user) || !is_id(user->valuestring))
            continue;
        if (members->length > 0)
            buffer_append_char(members, ',');
        buffer_append_text(members, user->valuestring);
    }
    return !members->overflowed;
}
