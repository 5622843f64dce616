/* tests/standin/slack_workspace.c - small arrays, looked through from one end. */
#include "tests/standin/slack_workspace.h"

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { US_PER_S = 1000 * 1000, NS_PER_US = 1000, MADE_ID_SIZE = 16 };

const char workspace_team[] = "TCUR000001";
const char workspace_domain[] = "curfew-standin";
const char workspace_app[] = "ACUR000001";
const char workspace_bot[] = "BBOT000001";
const char workspace_bot_user[] = "UBOT000001";

static const struct {
    enum workspace_kind kind;
    const char *json;
} there_from_the_start[] = {
    { WORKSPACE_USER,
      "{\"id\":\"UANN000001\",\"team_id\":\"TCUR000001\",\"name\":\"ann\",\"deleted\":false,\"real_name\":\"Ann\","
      "\"tz\":\"Europe/Berlin\",\"tz_label\":\"Central European Time\",\"tz_offset\":3600,\"is_bot\":false,"
      "\"profile\":{\"display_name\":\"ann\",\"real_name\":\"Ann\"}}" },
    { WORKSPACE_USER,
      "{\"id\":\"UBOB000001\",\"team_id\":\"TCUR000001\",\"name\":\"bob\",\"deleted\":false,\"real_name\":\"Bob\","
      "\"tz\":\"America/New_York\",\"tz_label\":\"Eastern Time\",\"tz_offset\":-18000,\"is_bot\":false,"
      "\"profile\":{\"display_name\":\"bob\",\"real_name\":\"Bob\"}}" },
    { WORKSPACE_USER,
      "{\"id\":\"UBOT000001\",\"team_id\":\"TCUR000001\",\"name\":\"curfew\",\"deleted\":false,"
      "\"real_name\":\"Curfew\",\"tz\":\"America/Los_Angeles\",\"tz_label\":\"Pacific Time\",\"tz_offset\":-28800,"
      "\"is_bot\":true,\"profile\":{\"display_name\":\"\",\"real_name\":\"Curfew\",\"bot_id\":\"BBOT000001\"}}" },
    { WORKSPACE_CHANNEL, "{\"id\":\"CDEV000001\",\"name\":\"dev\",\"is_channel\":true,\"is_private\":false,"
                         "\"is_archived\":false,\"is_member\":true}" },
    { WORKSPACE_CHANNEL, "{\"id\":\"COPS000001\",\"name\":\"ops\",\"is_channel\":true,\"is_private\":false,"
                         "\"is_archived\":false,\"is_member\":true}" },
    { WORKSPACE_CHANNEL, "{\"id\":\"CALL000001\",\"name\":\"all\",\"is_channel\":true,\"is_private\":false,"
                         "\"is_archived\":false,\"is_member\":false}" },
    { WORKSPACE_CHANNEL, "{\"id\":\"GSEC000001\",\"name\":\"secret\",\"is_group\":true,\"is_private\":true,"
                         "\"is_archived\":false,\"is_member\":false}" },
    { WORKSPACE_USERGROUP, "{\"id\":\"SOPS000001\",\"team_id\":\"TCUR000001\",\"handle\":\"ops\",\"name\":\"Ops\","
                           "\"date_delete\":0,\"users\":[\"UANN000001\"]}" },
};

static void next_ts(struct workspace *workspace, char ts[WORKSPACE_ID_SIZE]);
static cJSON *complete_blocks(struct workspace *workspace, const cJSON *blocks);
static void complete_texts(cJSON *value);

void workspace_init(struct workspace *workspace)
{
    *workspace = (struct workspace){ .messages = memory_new(WORKSPACE_MESSAGES_MAX, sizeof *workspace->messages) };
    for (int kind = 0; kind < WORKSPACE_KINDS; kind++)
        workspace->objects[kind] = cJSON_CreateArray();
    for (size_t i = 0; i < sizeof there_from_the_start / sizeof there_from_the_start[0]; i++) {
        cJSON *object = cJSON_Parse(there_from_the_start[i].json);

        assert(object != NULL);
        workspace_put(workspace, there_from_the_start[i].kind, object);
    }
}

void workspace_release(struct workspace *workspace)
{
    for (int kind = 0; kind < WORKSPACE_KINDS; kind++)
        cJSON_Delete(workspace->objects[kind]);
    for (int i = 0; i < workspace->message_count; i++)
        cJSON_Delete(workspace->messages[i].message);
    free(workspace->messages);
    *workspace = (struct workspace){ 0 };
}

void workspace_put(struct workspace *workspace, enum workspace_kind kind, cJSON *object)
{
    cJSON *array = workspace->objects[kind];
    const cJSON *old = NULL;
    int place = 0;

    cJSON_ArrayForEach(old, array)
    {
        if (text_equal(json_text(old, "id"), json_text(object, "id"))) {
            cJSON_ReplaceItemInArray(array, place, object);
            return;
        }
        place++;
    }
    cJSON_AddItemToArray(array, object);
}

const cJSON *workspace_find(const struct workspace *workspace, enum workspace_kind kind, const char *id)
{
    const cJSON *object = NULL;

    cJSON_ArrayForEach(object, workspace->objects[kind]) if (text_equal(json_text(object, "id"), id)) return object;
    return NULL;
}

static struct stored_message *new_place(struct workspace *workspace)
{
    if (workspace->message_count == WORKSPACE_MESSAGES_MAX)
        workspace_remove(workspace, &workspace->messages[0]);
    return &workspace->messages[workspace->message_count++];
}

/* A message with what every one has. */
static struct stored_message *store(struct workspace *workspace, const char *channel, const char *user)
{
    struct stored_message *stored = new_place(workspace);
    cJSON *message = cJSON_CreateObject();

    *stored = (struct stored_message){ .message = message };
    text_copy_cut(stored->channel, sizeof stored->channel, channel);
    next_ts(workspace, stored->ts);
    cJSON_AddStringToObject(message, "type", "message");
    cJSON_AddStringToObject(message, "user", user);
    cJSON_AddStringToObject(message, "ts", stored->ts);
    return stored;
}

struct stored_message *workspace_say(struct workspace *workspace, const char *channel, const char *user,
                                     const char *text)
{
    struct stored_message *stored = store(workspace, channel, user);

    cJSON_AddStringToObject(stored->message, "text", text);
    cJSON_AddStringToObject(stored->message, "team", workspace_team);
    return stored;
}

struct stored_message *workspace_post(struct workspace *workspace, const char *channel, const char *ephemeral_user,
                                      const char *text, const cJSON *blocks)
{
    struct stored_message *stored = store(workspace, channel, workspace_bot_user);
    cJSON *message = stored->message;

    text_copy_cut(stored->ephemeral_user, sizeof stored->ephemeral_user, ephemeral_user);
    cJSON_AddStringToObject(message, "bot_id", workspace_bot);
    cJSON_AddStringToObject(message, "app_id", workspace_app);
    cJSON_AddStringToObject(message, "text", text);
    cJSON_AddStringToObject(message, "team", workspace_team);
    if (cJSON_GetArraySize(blocks) > 0)
        cJSON_AddItemToObject(message, "blocks", complete_blocks(workspace, blocks));
    return stored;
}

void workspace_edit(struct workspace *workspace, struct stored_message *message, const char *text, const cJSON *blocks)
{
    char ts[WORKSPACE_ID_SIZE];
    cJSON *edited = cJSON_CreateObject();

    if (text != NULL)
        cJSON_ReplaceItemInObjectCaseSensitive(message->message, "text", cJSON_CreateString(text));
    if (blocks != NULL)
        cJSON_DeleteItemFromObjectCaseSensitive(message->message, "blocks");
    if (cJSON_GetArraySize(blocks) > 0)
        cJSON_AddItemToObject(message->message, "blocks", complete_blocks(workspace, blocks));
    next_ts(workspace, ts);
    cJSON_AddStringToObject(edited, "user", workspace_bot);
    cJSON_AddStringToObject(edited, "ts", ts);
    cJSON_DeleteItemFromObjectCaseSensitive(message->message, "edited");
    cJSON_AddItemToObject(message->message, "edited", edited);
}

void workspace_remove(struct workspace *workspace, struct stored_message *message)
{
    struct stored_message *end = workspace->messages + workspace->message_count;

    cJSON_Delete(message->message);
    memmove(message, message + 1, (size_t) (end - message - 1) * sizeof *message);
    workspace->message_count--;
}

struct stored_message *workspace_find_message(struct workspace *workspace, const char *channel, const char *ts)
{
    for (int i = workspace->message_count - 1; i >= 0; i--) {
        struct stored_message *message = &workspace->messages[i];

        if (text_equal(message->channel, channel) && text_equal(message->ts, ts))
            return message;
    }
    return NULL;
}

/* The time is the name of a message: no two are the same. */
static void next_ts(struct workspace *workspace, char ts[WORKSPACE_ID_SIZE])
{
    struct timespec now;
    int64_t now_us = 0;

    clock_gettime(CLOCK_REALTIME, &now);
    now_us = (int64_t) now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
    workspace->last_ts_us = now_us > workspace->last_ts_us ? now_us : workspace->last_ts_us + 1;
    snprintf(ts, WORKSPACE_ID_SIZE, "%" PRId64 ".%06" PRId64, workspace->last_ts_us / US_PER_S,
             workspace->last_ts_us % US_PER_S);
}

static void make_id(struct workspace *workspace, cJSON *object, const char *name)
{
    char id[MADE_ID_SIZE];

    if (cJSON_HasObjectItem(object, name))
        return;
    snprintf(id, sizeof id, "made%d", ++workspace->made);
    cJSON_AddStringToObject(object, name, id);
}

/* As they come back: each block has an id, each element that acts too, and texts say what was their default. */
static cJSON *complete_blocks(struct workspace *workspace, const cJSON *blocks)
{
    cJSON *completed = cJSON_Duplicate(blocks, true);
    cJSON *block = NULL;

    cJSON_ArrayForEach(block, completed)
    {
        cJSON *element = NULL;
        cJSON *accessory = cJSON_GetObjectItemCaseSensitive(block, "accessory");

        make_id(workspace, block, "block_id");
        if (text_equal(json_text(block, "type"), "actions")) {
            cJSON_ArrayForEach(element, cJSON_GetObjectItemCaseSensitive(block, "elements"))
                make_id(workspace, element, "action_id");
        }
        if (accessory != NULL && !text_equal(json_text(accessory, "type"), "image"))
            make_id(workspace, accessory, "action_id");
    }
    complete_texts(completed);
    return completed;
}

static void complete_texts(cJSON *value)
{
    cJSON *member = NULL;
    const char *type = json_text(value, "type");

    if (text_equal(type, "mrkdwn") && !cJSON_HasObjectItem(value, "verbatim"))
        cJSON_AddBoolToObject(value, "verbatim", false);
    if (text_equal(type, "plain_text") && !cJSON_HasObjectItem(value, "emoji"))
        cJSON_AddBoolToObject(value, "emoji", true);
    cJSON_ArrayForEach(member, value) complete_texts(member);
}
