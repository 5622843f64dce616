/* tests/standin/slack_api.c - every refusal has status 200 and "ok": false, but for too many calls (429). */
#include "tests/standin/slack_api.h"

#include "base/json.h"
#include "base/text.h"
#include "tests/standin/slack_methods.h"

#include <string.h>

enum { SCOPE_SIZE = 64 };

static void run(struct call *call);
static const char *check_token(const struct call *call, const struct slack_method *method);
static const char *check_rate(struct call *call);
static const char *carry_out(struct call *call);
static void add_warning(struct call *call);
static void note_call(struct call *call, const char *error);

void slack_api_answer(struct slack *slack, const struct server_request *request, struct server_response *response)
{
    server_response_add_header(response, "X-OAuth-Scopes", slack->scopes);
    call_begin(slack, request, response, request->path + strlen("/api/"), run);
}

static void run(struct call *call)
{
    const char *error = NULL;

    call->answer = cJSON_CreateObject();
    cJSON_AddBoolToObject(call->answer, "ok", true);
    error = carry_out(call);
    if (error != NULL) {
        cJSON_ReplaceItemInObjectCaseSensitive(call->answer, "ok", cJSON_CreateFalse());
        cJSON_AddStringToObject(call->answer, "error", error);
        slack_violation(call->slack, error, call->name, call_text(call, "channel"));
    }
    add_warning(call);
    note_call(call, error);
}

static const char *carry_out(struct call *call)
{
    const struct slack_method *method = slack_method_find(call->name);
    const char *error = NULL;

    if (method == NULL)
        return "unknown_method";
    if (call->refused != NULL)
        return call->refused;
    if (method->posts && !call->is_post)
        return "insecure_request";
    error = check_token(call, method);
    if (error != NULL)
        return error;
    if (method->scope != NULL && !slack_api_has_scope(call, method->scope))
        return "missing_scope";
    error = check_rate(call);
    return error != NULL ? error : method->carry_out(call);
}

static const char *check_token(const struct call *call, const struct slack_method *method)
{
    bool is_app = text_equal(call->token, slack_app_token);
    bool is_bot = text_equal(call->token, slack_bot_token);

    if (call->token[0] == '\0')
        return "not_authed";
    if (!is_app && !is_bot)
        return "invalid_auth";
    if (is_app ? call->slack->app_token_revoked : call->slack->bot_token_revoked)
        return "token_revoked";
    if (is_app != method->takes_app_token)
        return "not_allowed_token_type";
    return NULL;
}

bool slack_api_has_scope(struct call *call, const char *scope)
{
    if (slack_has_scope(call->slack, scope))
        return true;
    cJSON_AddStringToObject(call->answer, "needed", scope);
    cJSON_AddStringToObject(call->answer, "provided", call->slack->scopes);
    return false;
}

static const char *check_rate(struct call *call)
{
    struct slack *slack = call->slack;
    struct rate_verdict verdict = { 0 };

    if (!slack->rates_enforced)
        return NULL;
    verdict = rates_count(&slack->rates, call->name, call_text(call, "channel"), slack_now_ms(slack));
    if (verdict.allowed)
        return NULL;
    if (verdict.too_soon)
        slack_violation(slack, "came_back_before_retry_after", call->name, call_text(call, "channel"));
    call->status = 429;
    call->retry_after_s = verdict.retry_after_s;
    return "ratelimited";
}

static void add_warning(struct call *call)
{
    cJSON *metadata = NULL;

    if (call->warning == NULL)
        return;
    cJSON_AddStringToObject(call->answer, "warning", call->warning);
    metadata = cJSON_GetObjectItemCaseSensitive(call->answer, "response_metadata");
    if (metadata == NULL)
        metadata = cJSON_AddObjectToObject(call->answer, "response_metadata");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(metadata, "warnings"), cJSON_CreateString(call->warning));
}

static void note_call(struct call *call, const char *error)
{
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddStringToObject(entry, "method", call->name);
    cJSON_AddBoolToObject(entry, "ok", error == NULL);
    cJSON_AddStringToObject(entry, "error", error != NULL ? error : "");
    cJSON_AddStringToObject(entry, "warning", call->warning != NULL ? call->warning : "");
    cJSON_AddStringToObject(entry, "channel", call_text(call, "channel"));
    slack_note(call->slack, "call", entry);
}
