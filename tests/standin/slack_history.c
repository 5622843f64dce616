/* tests/standin/slack_history.c - conversations.history: newest first, in pages.
 *
 * Without any scope for histories Slack looks at nothing else; with some of them it says which one this kind of channel
 * needs. An archived channel can be read. The cursor names the message behind which the next page begins.
 */
#include "tests/standin/slack_messages.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/standin/slack_api.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 999, CURSOR_SIZE = WORKSPACE_ID_SIZE + 16 };

static const char cursor_start[] = "next_ts:";
static const char all_scopes[] = "channels:history,groups:history,mpim:history,im:history";

/* What one call asks for. */
struct page {
    const char *channel;
    const char *before; /* the ts of the last message of the page before; "" = it is the first page */
    int64_t limit;
};

static const char *scope_of(const cJSON *channel, const char *id)
{
    if (id[0] == 'D')
        return "im:history";
    return json_is_true(channel, "is_private") ? "groups:history" : "channels:history";
}

static bool has_any_scope(const struct slack *slack)
{
    static const char *const scopes[] = { "channels:history", "groups:history", "mpim:history", "im:history" };

    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++)
        if (slack_has_scope(slack, scopes[i]))
            return true;
    return false;
}

static const char *check_channel(struct call *call, const char *id)
{
    const cJSON *found = workspace_find(&call->slack->workspace, WORKSPACE_CHANNEL, id);
    bool is_direct = id[0] == 'D' && id[1] != '\0';
    bool is_member = json_is_true(found, "is_member");

    if (!has_any_scope(call->slack))
        return slack_api_has_scope(call, all_scopes) ? NULL : "missing_scope";
    if (!is_direct && (found == NULL || (json_is_true(found, "is_private") && !is_member)))
        return "channel_not_found";
    if (!slack_api_has_scope(call, scope_of(found, id)))
        return "missing_scope";
    return is_direct || is_member ? NULL : "not_in_channel";
}

static const char *read_page(struct call *call, struct page *page)
{
    const char *cursor = call_text(call, "cursor");

    page->channel = call_text(call, "channel");
    page->limit = call_number(call, "limit", LIMIT_DEFAULT);
    page->before = text_starts_with(cursor, cursor_start) ? cursor + strlen(cursor_start) : "";
    if (page->limit < 1 || page->limit > LIMIT_MAX)
        return "invalid_limit";
    return cursor[0] != '\0' && page->before[0] == '\0' ? "invalid_cursor" : NULL;
}

/* Whether a ts lies between oldest and latest; both are texts of the same form and length, "" = no bound. */
static bool is_between(const struct call *call, const char *ts)
{
    const char *oldest = call_text(call, "oldest");
    const char *latest = call_text(call, "latest");
    int above = oldest[0] != '\0' && !text_equal(oldest, "0") ? strcmp(ts, oldest) : 1;
    int below = latest[0] != '\0' ? strcmp(latest, ts) : 1;

    if (call_flag(call, "inclusive"))
        return above >= 0 && below >= 0;
    return above > 0 && below > 0;
}

static bool is_on(const struct call *call, const struct page *page, const struct stored_message *stored)
{
    const char *thread = json_text(stored->message, "thread_ts");
    bool is_shown = text_equal(stored->channel, page->channel) && stored->ephemeral_user[0] == '\0' &&
                    (thread[0] == '\0' || text_equal(thread, stored->ts));

    return is_shown && is_between(call, stored->ts) &&
           (page->before[0] == '\0' || strcmp(stored->ts, page->before) < 0);
}

static void show(const struct call *call, const struct stored_message *stored, cJSON *messages)
{
    cJSON *message = cJSON_Duplicate(stored->message, true);

    if (!call_flag(call, "include_all_metadata"))
        cJSON_DeleteItemFromObjectCaseSensitive(message, "metadata");
    cJSON_AddItemToArray(messages, message);
}

/* last: what the page ends with. */
static void add_cursor(struct call *call, const char *last)
{
    char cursor[CURSOR_SIZE];

    snprintf(cursor, sizeof cursor, "%s%s", cursor_start, last);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(call->answer, "response_metadata"), "next_cursor", cursor);
}

const char *slack_read_history(struct call *call)
{
    const struct workspace *workspace = &call->slack->workspace;
    struct page page = { 0 };
    const char *error = check_channel(call, call_text(call, "channel"));
    const char *last = "";
    cJSON *messages = NULL;
    bool has_more = false;

    if (error == NULL)
        error = read_page(call, &page);
    if (error != NULL)
        return error;
    messages = cJSON_AddArrayToObject(call->answer, "messages");
    for (int i = workspace->message_count - 1; i >= 0 && !has_more; i--) {
        const struct stored_message *stored = &workspace->messages[i];

        if (!is_on(call, &page, stored))
            continue;
        has_more = cJSON_GetArraySize(messages) == page.limit;
        if (has_more)
            break;
        show(call, stored, messages);
        last = stored->ts;
    }
    cJSON_AddBoolToObject(call->answer, "has_more", has_more);
    cJSON_AddNumberToObject(call->answer, "pin_count", 0);
    if (has_more)
        add_cursor(call, last);
    return NULL;
}
