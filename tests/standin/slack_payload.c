/* tests/standin/slack_payload.c - objects put together member by member, in Slack's order. */
#include "tests/standin/slack_payload.h"

#include "base/buffer.h"
#include "base/json.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { ACTION_TS_SIZE = 32, EVENT_ID_SIZE = 32, NS_PER_US = 1000 };

static const char verification_token[] = "deprecated0token0of0slack";

static const char *text_or(const cJSON *json, const char *name, const char *fallback)
{
    return cJSON_HasObjectItem(json, name) ? json_text(json, name) : fallback;
}

static bool find_user(const struct slack *slack, const cJSON *json, const cJSON **ret_user, struct error *error)
{
    const char *id = text_or(json, "user", "UANN000001");

    *ret_user = workspace_find(&slack->workspace, WORKSPACE_USER, id);
    if (*ret_user == NULL)
        return error_set(error, ERROR_MISSING, "no such user: %s", id);
    return true;
}

/* Channels where commands are typed need not be known: a direct conversation is not. */
static const char *name_of_channel(const struct slack *slack, const char *id)
{
    const cJSON *channel = workspace_find(&slack->workspace, WORKSPACE_CHANNEL, id);

    if (id[0] == 'D')
        return "directmessage";
    return json_is_true(channel, "is_private") ? "privategroup" : json_text(channel, "name");
}

static void give_trigger(struct slack *slack, const cJSON *json, struct payload_grants *grants)
{
    char secret[SLACK_RANDOM_SIZE];

    text_copy_cut(grants->trigger_id, sizeof grants->trigger_id, json_text(json, "trigger_id"));
    if (grants->trigger_id[0] != '\0')
        return;
    slack_random(secret);
    snprintf(grants->trigger_id, sizeof grants->trigger_id, "%" PRId64 ".1000000000001.%s", slack_now_ms(slack),
             secret);
    grants_give(&slack->triggers, grants->trigger_id, slack_now_ms(slack));
}

static void give_url(struct slack *slack, const char *kind, const char *channel, const char *user,
                     const char *message_ts, struct payload_grants *grants)
{
    char path[GRANT_TOKEN_SIZE];
    char secret[SLACK_RANDOM_SIZE];
    struct grant *grant = NULL;

    slack_random(secret);
    snprintf(path, sizeof path, "/%s/%s/%d/%s", kind, workspace_team, slack->response_urls.count, secret);
    grant = grants_give(&slack->response_urls, path, slack_now_ms(slack));
    text_copy_cut(grant->channel, sizeof grant->channel, channel);
    text_copy_cut(grant->user, sizeof grant->user, user);
    text_copy_cut(grant->message_ts, sizeof grant->message_ts, message_ts);
    snprintf(grants->response_url, sizeof grants->response_url, "https://%s%s", slack->host, path);
}

bool payload_of_command(struct slack *slack, const cJSON *json, cJSON **ret_payload, struct payload_grants *ret_grants,
                        struct error *error)
{
    const char *channel = text_or(json, "channel", "CDEV000001");
    const cJSON *user = NULL;
    cJSON *payload = NULL;

    if (!find_user(slack, json, &user, error))
        return false;
    if (channel[0] != 'D' && workspace_find(&slack->workspace, WORKSPACE_CHANNEL, channel) == NULL)
        return error_set(error, ERROR_MISSING, "no such channel: %s", channel);
    give_trigger(slack, json, ret_grants);
    give_url(slack, "commands", channel, json_text(user, "id"), "", ret_grants);
    payload = cJSON_CreateObject();
    cJSON_AddStringToObject(payload, "token", verification_token);
    cJSON_AddStringToObject(payload, "team_id", workspace_team);
    cJSON_AddStringToObject(payload, "team_domain", workspace_domain);
    cJSON_AddStringToObject(payload, "channel_id", channel);
    cJSON_AddStringToObject(payload, "channel_name", name_of_channel(slack, channel));
    cJSON_AddStringToObject(payload, "user_id", json_text(user, "id"));
    cJSON_AddStringToObject(payload, "user_name", json_text(user, "name"));
    cJSON_AddStringToObject(payload, "command", text_or(json, "command", "/curfew"));
    cJSON_AddStringToObject(payload, "text", json_text(json, "text"));
    cJSON_AddStringToObject(payload, "api_app_id", workspace_app);
    cJSON_AddStringToObject(payload, "is_enterprise_install", "false");
    cJSON_AddStringToObject(payload, "response_url", ret_grants->response_url);
    cJSON_AddStringToObject(payload, "trigger_id", ret_grants->trigger_id);
    *ret_payload = payload;
    return true;
}

/* clicks */

/* Of a button or of an option. */
static bool has_wanted_value(const cJSON *element, const cJSON *json)
{
    const char *value = json_text(json, "value");
    const char *start = json_text(json, "value_start");
    const char *own = json_text(element, "value");

    return (value[0] == '\0' || text_equal(value, own)) && text_starts_with(own, start);
}

static bool is_menu(const cJSON *element)
{
    return text_equal(json_text(element, "type"), "overflow");
}

/* NULL: there is none that is meant. */
static const cJSON *find_option(const cJSON *menu, const cJSON *json)
{
    const char *text = json_text(json, "option");
    const cJSON *option = NULL;

    cJSON_ArrayForEach(option, json_member(menu, "options"))
    {
        if ((text[0] == '\0' || text_equal(text, json_text(option, "text/text"))) && has_wanted_value(option, json))
            return option;
    }
    return NULL;
}

static bool is_wanted(const cJSON *block, const cJSON *element, const cJSON *json)
{
    const char *block_id = json_text(json, "block_id");

    return text_equal(json_text(element, "action_id"), json_text(json, "action_id")) &&
           (block_id[0] == '\0' || text_equal(block_id, json_text(block, "block_id"))) &&
           (is_menu(element) ? find_option(element, json) != NULL : has_wanted_value(element, json));
}

/* What can be pressed is in the elements of actions, or beside the text of a section. */
static const cJSON *find_element(const cJSON *message, const cJSON *json, const cJSON **ret_block)
{
    const cJSON *block = NULL;

    cJSON_ArrayForEach(block, json_member(message, "blocks"))
    {
        const cJSON *accessory = json_member(block, "accessory");
        const cJSON *element = NULL;

        *ret_block = block;
        if (accessory != NULL && is_wanted(block, accessory, json))
            return accessory;
        if (!text_equal(json_text(block, "type"), "actions"))
            continue;
        cJSON_ArrayForEach(element, json_member(block, "elements")) if (is_wanted(block, element, json)) return element;
    }
    return NULL;
}

/* What was chosen from an overflow menu; from another one the test says it whole. */
static void add_choice(cJSON *action, const cJSON *element, const cJSON *json)
{
    const cJSON *option = is_menu(element) ? find_option(element, json) : json_member(json, "selected_option");
    const cJSON *forged = json_member(json, "forged_value");
    cJSON *selected = NULL;

    if (option == NULL)
        return;
    selected = cJSON_Duplicate(option, true);
    cJSON_AddItemToObject(action, "selected_option", selected);
    if (cJSON_IsString(forged))
        cJSON_ReplaceItemInObjectCaseSensitive(selected, "value", cJSON_CreateString(forged->valuestring));
}

/* A button has its own value. */
static cJSON *make_action(const cJSON *block, const cJSON *element, const cJSON *json)
{
    static const char *const copied[] = { "text", "value", "style" };
    cJSON *action = cJSON_CreateObject();
    struct timespec now;
    char ts[ACTION_TS_SIZE];

    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(ts, sizeof ts, "%lld.%06ld", (long long) now.tv_sec, now.tv_nsec / NS_PER_US);
    cJSON_AddStringToObject(action, "action_id", json_text(element, "action_id"));
    cJSON_AddStringToObject(action, "block_id", json_text(block, "block_id"));
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++)
        if (cJSON_HasObjectItem(element, copied[i]))
            cJSON_AddItemToObject(action, copied[i], cJSON_Duplicate(json_member(element, copied[i]), true));
    if (cJSON_HasObjectItem(json, "forged_value") && cJSON_HasObjectItem(action, "value"))
        cJSON_ReplaceItemInObjectCaseSensitive(action, "value", cJSON_CreateString(json_text(json, "forged_value")));
    add_choice(action, element, json);
    cJSON_AddStringToObject(action, "type", json_text(element, "type"));
    cJSON_AddStringToObject(action, "action_ts", text_or(json, "action_ts", ts));
    return action;
}

static void add_who(cJSON *payload, const cJSON *user)
{
    cJSON *who = cJSON_AddObjectToObject(payload, "user");

    cJSON_AddStringToObject(who, "id", json_text(user, "id"));
    cJSON_AddStringToObject(who, "username", json_text(user, "name"));
    cJSON_AddStringToObject(who, "name", json_text(user, "name"));
    cJSON_AddStringToObject(who, "team_id", workspace_team);
    cJSON_AddStringToObject(payload, "api_app_id", workspace_app);
    cJSON_AddStringToObject(payload, "token", verification_token);
}

static void add_team(cJSON *payload)
{
    cJSON *team = cJSON_AddObjectToObject(payload, "team");

    cJSON_AddStringToObject(team, "id", workspace_team);
    cJSON_AddStringToObject(team, "domain", workspace_domain);
    cJSON_AddNullToObject(payload, "enterprise");
    cJSON_AddBoolToObject(payload, "is_enterprise_install", false);
}

static void add_container(cJSON *payload, const struct stored_message *stored)
{
    cJSON *container = cJSON_AddObjectToObject(payload, "container");

    cJSON_AddStringToObject(container, "type", "message");
    cJSON_AddStringToObject(container, "message_ts", stored->ts);
    cJSON_AddStringToObject(container, "channel_id", stored->channel);
    cJSON_AddBoolToObject(container, "is_ephemeral", stored->ephemeral_user[0] != '\0');
}

/* An ephemeral message is not sent along. */
static void add_message(struct slack *slack, cJSON *payload, const struct stored_message *stored)
{
    cJSON *channel = cJSON_AddObjectToObject(payload, "channel");

    cJSON_AddStringToObject(channel, "id", stored->channel);
    cJSON_AddStringToObject(channel, "name", name_of_channel(slack, stored->channel));
    if (stored->ephemeral_user[0] == '\0')
        cJSON_AddItemToObject(payload, "message", cJSON_Duplicate(stored->message, true));
    cJSON_AddObjectToObject(cJSON_AddObjectToObject(payload, "state"), "values");
}

bool payload_of_click(struct slack *slack, const cJSON *json, cJSON **ret_payload, struct payload_grants *ret_grants,
                      struct error *error)
{
    const struct stored_message *stored =
        workspace_find_message(&slack->workspace, json_text(json, "channel"), json_text(json, "ts"));
    const cJSON *block = NULL;
    const cJSON *element = stored != NULL ? find_element(stored->message, json, &block) : NULL;
    const cJSON *user = NULL;
    cJSON *payload = NULL;

    if (stored == NULL)
        return error_set(error, ERROR_MISSING, "no such message");
    if (element == NULL)
        return error_set(error, ERROR_MISSING, "nothing of that kind to press in the message");
    if (!find_user(slack, json, &user, error))
        return false;
    if (stored->ephemeral_user[0] != '\0' && !text_equal(stored->ephemeral_user, json_text(user, "id")))
        return error_set(error, ERROR_MISSING, "only %s sees that message", stored->ephemeral_user);
    give_trigger(slack, json, ret_grants);
    give_url(slack, "actions", stored->channel, json_text(user, "id"), stored->ts, ret_grants);
    payload = cJSON_CreateObject();
    cJSON_AddStringToObject(payload, "type", "block_actions");
    add_who(payload, user);
    add_container(payload, stored);
    cJSON_AddStringToObject(payload, "trigger_id", ret_grants->trigger_id);
    add_team(payload);
    add_message(slack, payload, stored);
    cJSON_AddStringToObject(payload, "response_url", ret_grants->response_url);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(payload, "actions"), make_action(block, element, json));
    *ret_payload = payload;
    return true;
}

/* views and events */

bool payload_of_submission(struct slack *slack, const cJSON *json, cJSON **ret_payload,
                           struct payload_grants *ret_grants, struct error *error)
{
    const cJSON *values = json_member(json, "values");
    const cJSON *user = NULL;
    cJSON *payload = NULL;
    cJSON *view = NULL;
    cJSON *state = NULL;

    if (!cJSON_IsObject(json_member(json, "view")))
        return error_set(error, ERROR_MISSING, "no view");
    if (!find_user(slack, json, &user, error))
        return false;
    give_trigger(slack, json, ret_grants);
    payload = cJSON_CreateObject();
    cJSON_AddStringToObject(payload, "type", "view_submission");
    add_team(payload);
    add_who(payload, user);
    cJSON_AddStringToObject(payload, "trigger_id", ret_grants->trigger_id);
    view = cJSON_Duplicate(json_member(json, "view"), true);
    state = cJSON_AddObjectToObject(view, "state");
    cJSON_AddItemToObject(state, "values", values != NULL ? cJSON_Duplicate(values, true) : cJSON_CreateObject());
    cJSON_AddItemToObject(payload, "view", view);
    cJSON_AddArrayToObject(payload, "response_urls");
    *ret_payload = payload;
    return true;
}

bool payload_of_event(struct slack *slack, const cJSON *json, cJSON **ret_payload, struct error *error)
{
    const cJSON *event = json_member(json, "event");
    char secret[SLACK_RANDOM_SIZE];
    char id[EVENT_ID_SIZE];
    cJSON *payload = NULL;
    cJSON *authorization = NULL;

    if (!cJSON_IsObject(event))
        return error_set(error, ERROR_MISSING, "no event");
    slack_random(secret);
    snprintf(id, sizeof id, "Ev%s", secret);
    payload = cJSON_CreateObject();
    cJSON_AddStringToObject(payload, "token", verification_token);
    cJSON_AddStringToObject(payload, "team_id", workspace_team);
    cJSON_AddStringToObject(payload, "api_app_id", workspace_app);
    cJSON_AddItemToObject(payload, "event", cJSON_Duplicate(event, true));
    cJSON_AddStringToObject(payload, "type", "event_callback");
    cJSON_AddStringToObject(payload, "event_id", text_or(json, "event_id", id));
    cJSON_AddNumberToObject(payload, "event_time", (double) loop_now(slack->loop));
    authorization = cJSON_CreateObject();
    cJSON_AddNullToObject(authorization, "enterprise_id");
    cJSON_AddStringToObject(authorization, "team_id", workspace_team);
    cJSON_AddStringToObject(authorization, "user_id", workspace_bot_user);
    cJSON_AddBoolToObject(authorization, "is_bot", true);
    cJSON_AddBoolToObject(authorization, "is_enterprise_install", false);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(payload, "authorizations"), authorization);
    cJSON_AddBoolToObject(payload, "is_ext_shared_channel", false);
    *ret_payload = payload;
    return true;
}
