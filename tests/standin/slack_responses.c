/* tests/standin/slack_responses.c - the path is the secret; what it was given for says which message may be changed. */
#include "tests/standin/slack_responses.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/slack_call.h"
#include "tests/standin/slack_messages.h"

static void run(struct call *call);
static const char *use_url(struct call *call, const struct grant **ret_grant);
static const char *respond(struct call *call, const struct grant *grant);
static void note(struct call *call, const char *act, const struct stored_message *stored);

void slack_responses_answer(struct slack *slack, const struct server_request *request, struct server_response *response)
{
    call_begin(slack, request, response, "response_url", run);
}

static void run(struct call *call)
{
    const struct grant *grant = NULL;
    const char *error = use_url(call, &grant);

    call->answer = cJSON_CreateObject();
    cJSON_AddBoolToObject(call->answer, "ok", true);
    if (error != NULL)
        call->status = 404;
    else if (call->refused != NULL)
        error = call->refused;
    else
        error = respond(call, grant);
    if (error == NULL)
        return;
    cJSON_ReplaceItemInObjectCaseSensitive(call->answer, "ok", cJSON_CreateFalse());
    cJSON_AddStringToObject(call->answer, "error", error);
    slack_violation(call->slack, error, "response_url", "");
}

static const char *use_url(struct call *call, const struct grant **ret_grant)
{
    struct slack *slack = call->slack;

    if (!call->is_post)
        return "invalid_method";
    switch (grants_use(&slack->response_urls, call->path, slack_now_ms(slack), ret_grant)) {
    case GRANT_GOOD:
        return NULL;
    case GRANT_USED:
        return "used_url";
    case GRANT_EXPIRED:
        return "expired_url";
    case GRANT_UNKNOWN:
        break;
    }
    return "unknown_url";
}

/* The message whose button was pressed; a command has none. */
static struct stored_message *find_original(struct call *call, const struct grant *grant)
{
    if (grant->message_ts[0] == '\0')
        return NULL;
    return workspace_find_message(&call->slack->workspace, grant->channel, grant->message_ts);
}

static const char *change_original(struct call *call, const struct grant *grant, const cJSON *blocks)
{
    static const cJSON none = { .type = cJSON_Array };
    struct workspace *workspace = &call->slack->workspace;
    struct stored_message *original = find_original(call, grant);

    if (original == NULL)
        return "nothing_to_replace";
    if (call_flag(call, "delete_original")) {
        note(call, "delete", original);
        workspace_remove(workspace, original);
        return NULL;
    }
    workspace_edit(workspace, original, call_text(call, "text"), blocks != NULL ? blocks : &none);
    note(call, "replace", original);
    return NULL;
}

static const char *respond(struct call *call, const struct grant *grant)
{
    released_by(json_release) cJSON *blocks = NULL;
    const char *type = call_text(call, "response_type");
    bool in_channel = text_equal(type, "in_channel");
    const char *error = slack_read_message(call, &blocks);
    struct stored_message *stored = NULL;

    if (error != NULL)
        return error;
    if (type[0] != '\0' && !in_channel && !text_equal(type, "ephemeral"))
        return "invalid_response_type";
    if (call_flag(call, "delete_original"))
        return change_original(call, grant, NULL);
    if (call_text(call, "text")[0] == '\0' && cJSON_GetArraySize(blocks) == 0)
        return "no_text";
    if (call_flag(call, "replace_original"))
        return change_original(call, grant, blocks);
    stored = workspace_post(&call->slack->workspace, grant->channel, in_channel ? "" : grant->user,
                            call_text(call, "text"), blocks);
    stored->by_response_url = true;
    note(call, "post", stored);
    return NULL;
}

static void note(struct call *call, const char *act, const struct stored_message *stored)
{
    released_by(buffer_release) struct buffer url = { 0 };
    cJSON *entry = cJSON_CreateObject();

    buffer_append_format(&url, "https://%s%s", call->slack->host, call->path);
    cJSON_AddStringToObject(entry, "response_url", buffer_text(&url));
    cJSON_AddStringToObject(entry, "act", act);
    cJSON_AddStringToObject(entry, "channel", stored->channel);
    cJSON_AddStringToObject(entry, "ts", stored->ts);
    cJSON_AddStringToObject(entry, "user", stored->ephemeral_user);
    cJSON_AddItemToObject(entry, "message", cJSON_Duplicate(stored->message, true));
    slack_note(call->slack, "response", entry);
}
