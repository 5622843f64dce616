/* tests/standin/slack_messages.c - a message is checked whole before anything of it is stored. */
#include "tests/standin/slack_messages.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/block_kit.h"
#include "tests/standin/slack_api.h"

#include <stdio.h>
#include <string.h>

enum {
    TEXT_MAX = 40 * 1000,       /* characters; what is longer is cut */
    UPDATE_TEXT_MAX = 4 * 1000, /* and here refused */
    CHANNEL_SIZE = WORKSPACE_ID_SIZE,
    BLOCKS_CHARACTERS_MAX = 13 * 1000, /* of all texts in the blocks of one message, and what each block costs */
    BLOCK_CHARACTERS = 100,
};

static const char *find_channel(struct call *call, bool must_be_member, char channel[CHANNEL_SIZE]);

const char *slack_read_message(struct call *call, cJSON **ret_blocks)
{
    struct block_kit_problems problems = { 0 };
    const char *text = call_text(call, "text");

    if (!call_json(call, "blocks", ret_blocks))
        return "invalid_blocks_format";
    if (*ret_blocks != NULL && !block_kit_check_message(*ret_blocks, &problems))
        return slack_explain(call, &problems, "invalid_blocks");
    if (!text_is_utf8(text, strlen(text)))
        return "invalid_utf8";
    return NULL;
}

const char *slack_explain(struct call *call, const struct block_kit_problems *problems, const char *error)
{
    cJSON *errors = cJSON_AddArrayToObject(call->answer, "errors");
    cJSON *messages = cJSON_AddArrayToObject(cJSON_AddObjectToObject(call->answer, "response_metadata"), "messages");

    for (int i = 0; i < problems->count; i++) {
        released_by(buffer_release) struct buffer message = { 0 };

        buffer_append_format(&message, "[ERROR] %s", problems->texts[i]);
        cJSON_AddItemToArray(errors, cJSON_CreateString(problems->texts[i]));
        cJSON_AddItemToArray(messages, cJSON_CreateString(buffer_text(&message)));
    }
    return error;
}

/* As much of text as Slack keeps. */
static void cut_text(const char *text, struct buffer *target)
{
    int characters = 0;

    for (const char *each = text; *each != '\0'; each++) {
        if ((*each & 0xC0) != 0x80 && ++characters > TEXT_MAX)
            return;
        buffer_append_char(target, *each);
    }
}

static int count_text(const cJSON *value)
{
    const char *text = json_text(value, "text");
    const cJSON *member = NULL;
    int characters = block_kit_characters(text);

    cJSON_ArrayForEach(member, value) characters += count_text(member);
    return characters;
}

/* Not documented. Seen by those who send much: about 12,000 characters of text, and something for each block. */
static const char *check_length(const cJSON *blocks)
{
    int characters = count_text(blocks) + BLOCK_CHARACTERS * cJSON_GetArraySize(blocks);

    return characters > BLOCKS_CHARACTERS_MAX ? "msg_blocks_too_long" : NULL;
}

/* Event type and payload, or nothing at all. */
static const char *read_metadata(struct call *call, cJSON **ret_metadata)
{
    if (!call_json(call, "metadata", ret_metadata))
        return "invalid_metadata_format";
    if (*ret_metadata != NULL && (json_text(*ret_metadata, "event_type")[0] == '\0' ||
                                  !cJSON_IsObject(json_member(*ret_metadata, "event_payload"))))
        return "invalid_metadata_schema";
    return NULL;
}

/* NULL: what it had. */
static void keep_metadata(struct stored_message *stored, const cJSON *metadata)
{
    if (metadata == NULL)
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(stored->message, "metadata");
    cJSON_AddItemToObject(stored->message, "metadata", cJSON_Duplicate(metadata, true));
}

static const char *check_content(struct call *call, const cJSON *blocks)
{
    if (call_text(call, "text")[0] == '\0' && cJSON_GetArraySize(blocks) == 0)
        return "no_text";
    return NULL;
}

static const char *post_with(struct call *call, const cJSON *blocks, cJSON *metadata)
{
    struct workspace *workspace = &call->slack->workspace;
    released_by(buffer_release) struct buffer text = { 0 };
    const char *thread = call_text(call, "thread_ts");
    struct stored_message *stored = NULL;
    char channel[CHANNEL_SIZE];
    const char *error = find_channel(call, true, channel);

    if (error == NULL)
        error = check_content(call, blocks);
    if (error == NULL && thread[0] != '\0' && workspace_find_message(workspace, channel, thread) == NULL)
        error = "thread_not_found";
    if (error != NULL)
        return error;
    cut_text(call_text(call, "text"), &text);
    stored = workspace_post(workspace, channel, "", buffer_text(&text), blocks);
    if (thread[0] != '\0')
        cJSON_AddStringToObject(stored->message, "thread_ts", thread);
    keep_metadata(stored, metadata);
    cJSON_AddStringToObject(call->answer, "channel", channel);
    cJSON_AddStringToObject(call->answer, "ts", stored->ts);
    cJSON_AddItemToObject(call->answer, "message", cJSON_Duplicate(stored->message, true));
    slack_note_message(call->slack, "message", stored);
    return NULL;
}

const char *slack_post_message(struct call *call)
{
    released_by(json_release) cJSON *blocks = NULL;
    released_by(json_release) cJSON *metadata = NULL;
    const char *error = slack_read_message(call, &blocks);

    if (error == NULL)
        error = check_length(blocks);
    if (error == NULL)
        error = read_metadata(call, &metadata);
    return error != NULL ? error : post_with(call, blocks, metadata);
}

const char *slack_post_ephemeral(struct call *call)
{
    released_by(json_release) cJSON *blocks = NULL;
    const char *user = call_text(call, "user");
    struct stored_message *stored = NULL;
    char channel[CHANNEL_SIZE];
    const char *error = find_channel(call, true, channel);

    if (error == NULL)
        error = slack_read_message(call, &blocks);
    if (error == NULL)
        error = check_content(call, blocks);
    if (error != NULL)
        return error;
    if (workspace_find(&call->slack->workspace, WORKSPACE_USER, user) == NULL)
        return "user_not_in_channel";
    stored = workspace_post(&call->slack->workspace, channel, user, call_text(call, "text"), blocks);
    cJSON_AddStringToObject(call->answer, "message_ts", stored->ts);
    slack_note_message(call->slack, "ephemeral", stored);
    return NULL;
}

static bool is_archived(const struct call *call, const char *channel)
{
    return json_is_true(workspace_find(&call->slack->workspace, WORKSPACE_CHANNEL, channel), "is_archived");
}

/* The message that an update or a deletion is about: one's own, and not an ephemeral one. */
static const char *find_own(struct call *call, const char *not_own, struct stored_message **ret_stored)
{
    const char *id = call_text(call, "channel");
    struct stored_message *stored = NULL;

    if (id[0] == 'U' || (id[0] != 'D' && workspace_find(&call->slack->workspace, WORKSPACE_CHANNEL, id) == NULL))
        return "channel_not_found";
    stored = workspace_find_message(&call->slack->workspace, id, call_text(call, "ts"));
    if (stored == NULL || stored->ephemeral_user[0] != '\0')
        return "message_not_found";
    if (stored->by_response_url || !text_equal(json_text(stored->message, "bot_id"), workspace_bot))
        return not_own;
    *ret_stored = stored;
    return NULL;
}

const char *slack_update_message(struct call *call)
{
    static const cJSON none = { .type = cJSON_Array };
    released_by(json_release) cJSON *blocks = NULL;
    released_by(json_release) cJSON *metadata = NULL;
    const char *text = cJSON_HasObjectItem(call->arguments, "text") ? call_text(call, "text") : NULL;
    struct stored_message *stored = NULL;
    const char *error = find_own(call, "cant_update_message", &stored);

    if (error == NULL && is_archived(call, stored->channel))
        error = "is_inactive";
    if (error == NULL)
        error = slack_read_message(call, &blocks);
    if (error == NULL)
        error = check_length(blocks);
    if (error == NULL)
        error = read_metadata(call, &metadata);
    if (error == NULL && text == NULL && blocks == NULL)
        error = "no_text";
    if (error == NULL && text != NULL && block_kit_characters(text) > UPDATE_TEXT_MAX)
        error = "msg_too_long";
    if (error != NULL)
        return error;
    /* Text alone takes the blocks away, blocks alone leave the text. */
    workspace_edit(&call->slack->workspace, stored, text, blocks != NULL ? blocks : &none);
    keep_metadata(stored, metadata);
    cJSON_AddStringToObject(call->answer, "channel", stored->channel);
    cJSON_AddStringToObject(call->answer, "ts", stored->ts);
    cJSON_AddStringToObject(call->answer, "text", json_text(stored->message, "text"));
    cJSON_AddItemToObject(call->answer, "message", cJSON_Duplicate(stored->message, true));
    slack_note_message(call->slack, "update", stored);
    return NULL;
}

const char *slack_delete_message(struct call *call)
{
    struct stored_message *stored = NULL;
    const char *error = find_own(call, "cant_delete_message", &stored);

    if (error != NULL)
        return error;
    cJSON_AddStringToObject(call->answer, "channel", stored->channel);
    cJSON_AddStringToObject(call->answer, "ts", stored->ts);
    slack_note_message(call->slack, "delete", stored);
    workspace_remove(&call->slack->workspace, stored);
    return NULL;
}

void slack_note_message(struct slack *slack, const char *type, const struct stored_message *stored)
{
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddStringToObject(entry, "channel", stored->channel);
    cJSON_AddStringToObject(entry, "ts", stored->ts);
    cJSON_AddStringToObject(entry, "user", stored->ephemeral_user);
    cJSON_AddItemToObject(entry, "message", cJSON_Duplicate(stored->message, true));
    slack_note(slack, type, entry);
}

/* A user's id opens the direct conversation with him. Private channels one is not in do not exist for the bot. */
static const char *find_channel(struct call *call, bool must_be_member, char channel[CHANNEL_SIZE])
{
    const char *id = call_text(call, "channel");
    const struct workspace *workspace = &call->slack->workspace;
    const cJSON *found = workspace_find(workspace, WORKSPACE_CHANNEL, id);
    bool is_user = workspace_find(workspace, WORKSPACE_USER, id) != NULL;
    bool is_member = json_is_true(found, "is_member");

    if (is_user || (id[0] == 'D' && id[1] != '\0')) {
        snprintf(channel, CHANNEL_SIZE, "D%.*s", CHANNEL_SIZE - 2, id + 1);
        return NULL;
    }
    if (found == NULL || (json_is_true(found, "is_private") && !is_member))
        return "channel_not_found";
    if (json_is_true(found, "is_archived"))
        return "is_archived";
    text_copy_cut(channel, CHANNEL_SIZE, id);
    if (must_be_member && !is_member && !slack_has_scope(call->slack, "chat:write.public"))
        return "not_in_channel";
    return NULL;
}
