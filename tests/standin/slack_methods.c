/* tests/standin/slack_methods.c - a table of the methods, and those that are not about messages. */
#include "tests/standin/slack_methods.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/standin/block_kit.h"
#include "tests/standin/slack_messages.h"

/* connections and tokens */

static const char *open_connection(struct call *call)
{
    struct slack *slack = call->slack;
    released_by(buffer_release) struct buffer url = { 0 };
    char ticket[SLACK_RANDOM_SIZE];

    slack_random(ticket);
    grants_give(&slack->tickets, ticket, slack_now_ms(slack));
    buffer_append_format(&url, "wss://%s/link/?ticket=%s&app_id=%s", slack->host, ticket, workspace_app);
    cJSON_AddStringToObject(call->answer, "url", buffer_text(&url));
    return NULL;
}

static const char *test_auth(struct call *call)
{
    released_by(buffer_release) struct buffer url = { 0 };

    buffer_append_format(&url, "https://%s.slack.com/", workspace_domain);
    cJSON_AddStringToObject(call->answer, "url", buffer_text(&url));
    cJSON_AddStringToObject(call->answer, "team", workspace_domain);
    cJSON_AddStringToObject(call->answer, "user", "curfew");
    cJSON_AddStringToObject(call->answer, "team_id", workspace_team);
    cJSON_AddStringToObject(call->answer, "user_id", workspace_bot_user);
    cJSON_AddStringToObject(call->answer, "bot_id", workspace_bot);
    cJSON_AddBoolToObject(call->answer, "is_enterprise_install", false);
    return NULL;
}

/* people and channels */

static const char *show_user(struct call *call)
{
    const cJSON *user = workspace_find(&call->slack->workspace, WORKSPACE_USER, call_text(call, "user"));

    if (user == NULL)
        return "user_not_found";
    cJSON_AddItemToObject(call->answer, "user", cJSON_Duplicate(user, true));
    return NULL;
}

static const char *list_members(struct call *call)
{
    const cJSON *group = workspace_find(&call->slack->workspace, WORKSPACE_USERGROUP, call_text(call, "usergroup"));

    if (group == NULL)
        return "no_such_subteam";
    cJSON_AddItemToObject(call->answer, "users", cJSON_Duplicate(json_member(group, "users"), true));
    return NULL;
}

static const char *list_groups(struct call *call)
{
    cJSON *groups = cJSON_Duplicate(call->slack->workspace.objects[WORKSPACE_USERGROUP], true);
    cJSON *group = NULL;

    if (!call_flag(call, "include_users")) {
        cJSON_ArrayForEach(group, groups) cJSON_DeleteItemFromObjectCaseSensitive(group, "users");
    }
    cJSON_AddItemToObject(call->answer, "usergroups", groups);
    return NULL;
}

static const char *show_channel(struct call *call)
{
    const cJSON *channel = workspace_find(&call->slack->workspace, WORKSPACE_CHANNEL, call_text(call, "channel"));

    if (channel == NULL || (json_is_true(channel, "is_private") && !json_is_true(channel, "is_member")))
        return "channel_not_found";
    cJSON_AddItemToObject(call->answer, "channel", cJSON_Duplicate(channel, true));
    return NULL;
}

/* views */

static const char *use_trigger(struct call *call)
{
    struct slack *slack = call->slack;
    const struct grant *trigger = NULL;

    switch (grants_use(&slack->triggers, call_text(call, "trigger_id"), slack_now_ms(slack), &trigger)) {
    case GRANT_GOOD:
        return NULL;
    case GRANT_USED:
        return "exchanged_trigger_id";
    case GRANT_EXPIRED:
        return "expired_trigger_id";
    case GRANT_UNKNOWN:
        break;
    }
    return "invalid_trigger_id";
}

static const char *check_view(struct call *call, const cJSON *view)
{
    struct block_kit_problems problems = { 0 };

    if (view == NULL || !text_equal(json_text(view, "type"), "modal"))
        return "invalid_arguments";
    return block_kit_check_view(view, &problems) ? NULL : slack_explain(call, &problems, "invalid_arguments");
}

static const char *open_view(struct call *call)
{
    released_by(json_release) cJSON *view = NULL;
    char id[SLACK_RANDOM_SIZE];
    const char *error = NULL;
    cJSON *entry = NULL;

    if (!call_json(call, "view", &view))
        return "invalid_arguments";
    error = check_view(call, view);
    if (error == NULL)
        error = use_trigger(call);
    if (error != NULL)
        return error;
    slack_random(id);
    id[0] = 'V';
    cJSON_AddStringToObject(view, "id", id);
    cJSON_AddStringToObject(view, "team_id", workspace_team);
    cJSON_AddStringToObject(view, "app_id", workspace_app);
    cJSON_AddStringToObject(view, "bot_id", workspace_bot);
    cJSON_AddItemToObject(call->answer, "view", cJSON_Duplicate(view, true));
    entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "view_id", id);
    cJSON_AddItemToObject(entry, "view", cJSON_Duplicate(view, true));
    slack_note(call->slack, "view", entry);
    return NULL;
}

static const struct slack_method methods[] = {
    { "apps.connections.open", true, true, NULL, open_connection },
    { "auth.test", false, false, NULL, test_auth },
    { "chat.postMessage", false, true, "chat:write", slack_post_message },
    { "chat.postEphemeral", false, true, "chat:write", slack_post_ephemeral },
    { "chat.update", false, true, "chat:write", slack_update_message },
    { "chat.delete", false, true, "chat:write", slack_delete_message },
    { "conversations.history", false, false, NULL, slack_read_history },
    { "conversations.info", false, false, "channels:read", show_channel },
    { "users.info", false, false, "users:read", show_user },
    { "usergroups.list", false, false, "usergroups:read", list_groups },
    { "usergroups.users.list", false, false, "usergroups:read", list_members },
    { "views.open", false, true, NULL, open_view },
};

const struct slack_method *slack_method_find(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (text_equal(methods[i].name, name))
            return &methods[i];
    return NULL;
}
