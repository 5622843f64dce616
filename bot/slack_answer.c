/* bot/slack_answer.c - HTTP 200 means nothing, "ok" does; and what comes instead of an answer. */
#include "bot/slack_answer.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

enum {
    HTTP_OK = 200,
    HTTP_TOO_MANY = 429,
    HTTP_SERVER_ERROR = 500,
    RETRY_AFTER_DEFAULT_S = 30, /* Slack counts by the minute, and says how long to wait nearly always */
    DETAIL_SIZE = 160,
    NAME_SIZE = 80,
};

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (text_equal(word, *words))
            return true;
    return false;
}

bool slack_error_is_final(const char *slack_error)
{
    static const char *const words[] = { "not_authed",
                                         "invalid_auth",
                                         "account_inactive",
                                         "token_revoked",
                                         "token_expired",
                                         "user_removed_from_team",
                                         "team_disabled",
                                         "org_login_required",
                                         "not_allowed_token_type",
                                         "missing_scope",
                                         "forbidden_team",
                                         "access_denied",
                                         NULL };

    return is_one_of(slack_error, words);
}

/* A failure of Slack's own, in spite of the status 200. Some of it may have been carried out. */
static bool is_slacks_own(const char *word)
{
    static const char *const words[] = { "internal_error", "fatal_error", "service_unavailable", "request_timeout",
                                         NULL };

    return is_one_of(word, words);
}

static bool is_rate_limit(const char *word)
{
    static const char *const words[] = { "ratelimited", "rate_limited", NULL };

    return is_one_of(word, words);
}

static const char *name_of(const struct slack_call *call)
{
    return call->method[0] != '\0' ? call->method : "the answer to a command";
}

static void set_busy(struct slack_call *call)
{
    int64_t retry_after_s = call->exchange.response.retry_after_s;

    error_set_status(&call->error, ERROR_BUSY, HTTP_TOO_MANY, "%s: Slack says to slow down", name_of(call));
    call->error.retry_after_s = retry_after_s > 0 ? retry_after_s : RETRY_AFTER_DEFAULT_S;
}

/* " (needs chat:write)", " ([ERROR] failed to match ...)", or "". */
static void write_detail(const cJSON *value, char target[DETAIL_SIZE])
{
    const char *needed = json_text(value, "needed");
    const cJSON *first = cJSON_GetArrayItem(json_find(value, "response_metadata/messages"), 0);
    char shown[DETAIL_SIZE - 16] = "";

    if (needed[0] != '\0')
        text_copy_cut(shown, sizeof shown, needed);
    else if (cJSON_IsString(first))
        text_copy_cut(shown, sizeof shown, first->valuestring);
    target[0] = '\0';
    if (shown[0] != '\0')
        snprintf(target, DETAIL_SIZE, " (%s%s)", needed[0] != '\0' ? "needs " : "", shown);
}

static void take_word(struct slack_call *call, const char *word, const cJSON *value)
{
    char detail[DETAIL_SIZE];

    text_copy_cut(call->slack_error, sizeof call->slack_error, word);
    write_detail(value, detail);
    if (is_rate_limit(word))
        set_busy(call);
    else if (is_slacks_own(word))
        error_set_status(&call->error, ERROR_PROTOCOL, HTTP_SERVER_ERROR, "%s: Slack says %s", name_of(call), word);
    else
        error_set(&call->error, slack_error_is_final(word) ? ERROR_REFUSED : ERROR_INPUT, "%s: Slack says %s%s",
                  name_of(call), call->slack_error, detail);
}

static void set_no_answer(struct slack_call *call)
{
    const struct http_response *response = &call->exchange.response;
    char type[NAME_SIZE];

    text_copy_cut(type, sizeof type, response->content_type[0] != '\0' ? response->content_type : "no content type");
    error_set_status(&call->error, ERROR_PROTOCOL, response->status, "%s: no answer of Slack's came (HTTP %d, %s)",
                     name_of(call), response->status, type);
}

/* A method's answer is an object with "ok". */
static void read_object(struct slack_call *call)
{
    const struct buffer *body = &call->exchange.response.body;
    struct error ignored;

    if (!json_parse(buffer_text(body), body->length, "the answer", &call->answer, &ignored)) {
        set_no_answer(call);
        return;
    }
    const char *word = json_text(call->answer, "error");
    if (call->exchange.response.status == HTTP_OK && json_is_true(call->answer, "ok"))
        return;
    if (word[0] != '\0' && !json_is_true(call->answer, "ok"))
        take_word(call, word, call->answer);
    else
        set_no_answer(call);
    json_release(&call->answer);
}

/* A response_url answers "ok", {"ok":true}, a word, or an object with "error". */
static void read_hook(struct slack_call *call)
{
    released_by(json_release) cJSON *value = NULL;
    const struct http_response *response = &call->exchange.response;
    const char *text = buffer_text(&response->body);
    struct error ignored;

    bool is_object = json_parse(text, response->body.length, "the answer", &value, &ignored) && cJSON_IsObject(value);
    const char *word = is_object ? json_text(value, "error") : "";
    bool is_word =
        !is_object && response->body.length > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz_") == response->body.length;

    if (word[0] != '\0')
        take_word(call, word, value);
    else if (response->status == HTTP_OK)
        return;
    else if (is_word)
        take_word(call, text, NULL);
    else
        set_no_answer(call);
}

void slack_read_answer(struct slack_call *call)
{
    const struct http_response *response = &call->exchange.response;

    call->slack_error[0] = '\0';
    call->error = call->exchange.error;
    if (call->error.kind != ERROR_NONE)
        error_context(&call->error, "%s", name_of(call));
    else if (response->status == HTTP_TOO_MANY)
        set_busy(call);
    else if (response->status >= HTTP_SERVER_ERROR)
        set_no_answer(call);
    else if (call->method[0] == '\0')
        read_hook(call);
    else
        read_object(call);
}
